//! Rows in which nothing has to be looked at twice: most rows of most rosters.

use meetmint_core::{Attendee, Avatar, DisplayName, Email};

use super::cell_text::{is_missing, trimmed};
use super::columns::Columns;
use super::entry::{NameSource, RosterEntry};
use super::field::{FIELDS, Field};
use super::rows::Row;
use crate::roles::Roles;

/// The columns of a roster that has one column each for address and name, and at most one each for role and picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlainColumns {
    email: usize,
    name: usize,
    role: Option<usize>,
    avatar: Option<usize>,
    /// How many headings there are.
    headings: usize,
}

/// Which octets a name may have that stands for itself: letters, and what joins them. Characters outside of ASCII may be
/// anything.
const NAME: [bool; 256] = {
    let mut known = [false; 256];
    let mut byte: u8 = 0;
    loop {
        known[byte as usize] =
            byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b' ' | b',' | b'-' | b'.');
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    known
};

impl PlainColumns {
    /// The columns, if a roster has no others that say something about a person.
    pub(super) fn of(columns: &Columns) -> Option<PlainColumns> {
        let known = [Field::Email, Field::Name, Field::Role, Field::Avatar];
        let has_others =
            FIELDS.iter().any(|(field, _)| !known.contains(field) && columns.has(*field));
        let one = |field| match columns.of(field) {
            [] => Some(None),
            [at] => Some(Some(*at)),
            _ => None,
        };
        if has_others || columns.spare_status().is_some() {
            return None;
        }
        Some(PlainColumns {
            email: one(Field::Email)??,
            name: one(Field::Name)??,
            role: one(Field::Role)?,
            avatar: one(Field::Avatar)?,
            headings: columns.all().len(),
        })
    }

    /// The person of a row, if all of it is as plain as it can be. `None` says only that the row has to be read in full, which
    /// then also finds what is wrong with it. What is read here is what the full reading would find.
    pub(super) fn read(&self, row: Row<'_>, roles: &Roles) -> Option<RosterEntry> {
        if row.flaw().is_some() || !row.marks().is_empty() || row.filled() > self.headings {
            return None;
        }
        let email = Email::plain(row.cell(self.email))?;
        let name = row.cell(self.name);
        let octets = name.as_bytes();
        // From a letter to a letter or what is like one, so that nothing around it is left out.
        if !octets.first()?.is_ascii_alphabetic()
            || !octets.last()?.is_ascii_graphic()
            || !octets.iter().fold(true, |known, byte| known & NAME[usize::from(*byte)])
        {
            return None;
        }
        let name = DisplayName::clean(name)?;
        let filled = |at: Option<usize>, field| {
            let cell = trimmed(row.cell(at?));
            (!cell.is_empty() && !is_missing(field, cell)).then_some(cell)
        };
        let role = match filled(self.role, Field::Role) {
            Some(cell) => roles.named(cell)?,
            None => roles.default(),
        };
        let avatar = match filled(self.avatar, Field::Avatar) {
            Some(cell) => Some(Avatar::parse(cell).ok()?),
            None => None,
        };
        // A person who is named in `meeting.toml` has that role.
        let role = roles.of_person(email.as_str()).unwrap_or(role);
        let attendee =
            Attendee { own_id: None, email: Some(email), name, avatar, namesake: 1, family: None };
        let name_source = NameSource::OneCell;
        Some(RosterEntry {
            attendee,
            name_source,
            role,
            own_meeting: None,
            language: None,
            zone: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use meetmint_core::{Email, Role};

    use super::super::people::People;
    use crate::roles::Roles;
    use crate::survey::testing::spec;
    use crate::{Roster, RosterSpec};

    /// How many of the rows are plain. Each has the person that the full reading finds, without a problem.
    fn plain_rows(rows: &[String]) -> usize {
        let head = (0..60).map(|at| format!("p{at}@example.org,Ada Muster,guest,\n"));
        let csv = format!("email,name,role,avatar\n{}{}", head.collect::<String>(), rows.concat());
        let chair = vec![(Role::named("chair"), vec![Email::parse("chair@example.org").unwrap()])];
        let roles = Roles::new(chair).unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(csv.as_bytes()).unwrap();
        let spec = RosterSpec { roles, ..spec(Vec::new()) };
        let roster = Roster::open(file.path(), "people.csv", spec).unwrap();
        let reader = roster.row_reader();
        let mut source = roster.rows().unwrap();
        let mut plain = 0;
        while let Some(batch) = source.batch(100).unwrap() {
            for row in (0..batch.len()).map(|at| batch.row(at)).filter(|row| roster.is_person(*row))
            {
                let Some(entry) = reader.plain_entry(row) else { continue };
                let mut problems = Vec::new();
                let read = reader.read_in_full(row, &mut problems);
                assert_eq!(problems, []);
                let expected = Some(People::new(entry, Vec::new()));
                assert_eq!(format!("{read:?}"), format!("{expected:?}"));
                plain += 1;
            }
        }
        plain
    }

    #[test]
    fn a_plain_row_is_read_at_once() {
        let rows = |rows: &[&str]| rows.iter().map(|row| format!("{row}\n")).collect::<Vec<_>>();
        let plain = rows(&[
            "ada.muster@example.org,Ada Muster,moderator,https://example.org/a.png",
            "chair@example.org,\"Muster, Zoë B.\",,",
            "a@example.org,Jean-Luc  Picard,GUEST,-,,,",
            "b@example.org,Zoë",
        ]);
        assert_eq!(plain_rows(&plain), 60 + 3);
        let others = rows(&[
            "Ada@example.org,Ada Muster,,",
            "a@example.org,É,,",
            "a@example.org,Ada & Ben,,",
            "a@example.org,ada@example.org,,",
            "a@example.org,'Ada',,",
            "a@example.org,Ada,owner,",
            "a@example.org,Ada,,http://x.org/",
            "a@example.org,Ada,,,too many",
            "a@example.org,Err:502,,",
            "a@example.org,-,,",
            "a@example.org;Ada;;",
            "a@example.org,\"Ada\" B,,",
        ]);
        assert_eq!(plain_rows(&others), 60);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
        #[test]
        fn a_plain_row_is_what_the_full_reading_finds(rows in proptest::collection::vec(
            (
                "[a-c]{1,3}[.A]?[0-9]{0,2}@[a-z]{1,3}[.-][a-z0-9]{1,3}|chair@example\\.org|[a-c;@,'=/ .]{0,6}",
                "[A-Za-c]{1,3}[ ,.'é&@/:\u{200b}\u{301}-]{0,2}[A-Za-cé]{0,3}[.!\"]?|n/a|Err:5|[^\0\r\n]{0,4}",
                "guest|Host|chair|-|n/a|x?",
                "https://[a-c]\\.[a-c0]{1,2}/?[a-c.]{0,3}|-|[a-z]{0,2}",
                "[,a ]{0,2}",
            ),
            1..20,
        )) {
            let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
            let rows: Vec<String> = rows
                .iter()
                .map(|(email, name, role, avatar, rest)| {
                    format!("{},{},{},{}{rest}\n", quoted(email), quoted(name), quoted(role), quoted(avatar))
                })
                .collect();
            plain_rows(&rows);
        }
    }
}
