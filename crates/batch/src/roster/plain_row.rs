//! Rows in which nothing has to be looked at twice: most rows of most rosters.

use meetmint_core::{Attendee, Avatar, DisplayName, Email, is_invisible, is_plain};

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

/// Whether a character outside of ASCII is a letter that can be seen, or a part of one: nothing that is left out around a name.
fn is_other_letter(c: char) -> bool {
    // Most letters are found without the tables of Unicode.
    !c.is_ascii() && (is_plain(c) || c.is_alphabetic() && !is_invisible(c))
}

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
        if !(octets.first()?.is_ascii_alphabetic() || name.starts_with(is_other_letter))
            || !(octets.last()?.is_ascii_graphic() || name.ends_with(is_other_letter))
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
    use proptest::prelude::{ProptestConfig, Strategy};
    use proptest::string::string_regex;

    use super::super::people::People;
    use crate::problem::Problem;
    use crate::roles::Roles;
    use crate::survey::testing::spec;
    use crate::{Roster, RosterSpec};

    /// How many of the rows are plain. Each has the person that the full reading finds, without a problem.
    fn plain_rows(rows: &[String]) -> usize {
        plain_rows_of("email,name,role,avatar", ",guest,", rows).unwrap()
    }

    /// The same below other headings, the first of them `email` and `name`. `others` is what the first rows, which nobody could
    /// take for anything but people, have in the other columns.
    ///
    /// # Errors
    /// The problems with the list as a whole.
    fn plain_rows_of(headings: &str, others: &str, rows: &[String]) -> Result<usize, Vec<Problem>> {
        let head = (0..60).map(|at| format!("p{at}@example.org,Ada Muster{others}\n"));
        let csv = format!("{headings}\n{}{}", head.collect::<String>(), rows.concat());
        let chair = vec![(Role::named("chair"), vec![Email::parse("chair@example.org").unwrap()])];
        let roles = Roles::new(chair).unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(csv.as_bytes()).unwrap();
        let spec = RosterSpec { roles, ..spec(Vec::new()) };
        let roster = Roster::open(file.path(), "people.csv", spec)?;
        let reader = roster.row_reader();
        let mut source = roster.rows().unwrap();
        let mut plain = 0;
        while let Some(batch) = source.batch(100).unwrap() {
            for row in (0..batch.len()).map(|at| batch.row(at)).filter(|row| roster.is_person(*row))
            {
                let (mut one_by_one, mut of_each, mut of_all) =
                    (Vec::new(), Vec::new(), Vec::new());
                let is_read = reader.each_person(row, &mut of_each, |entry| one_by_one.push(entry));
                let people = reader.people(row, &mut of_all);
                assert_eq!((is_read, of_each), (people.is_some(), of_all));
                let people: Vec<_> = people.into_iter().flatten().collect();
                assert_eq!(format!("{one_by_one:?}"), format!("{people:?}"));
                let Some(entry) = reader.plain_entry(row) else { continue };
                let mut problems = Vec::new();
                let read = reader.read_in_full(row, &mut problems);
                assert_eq!(problems, []);
                let expected = Some(People::new(entry, Vec::new()));
                assert_eq!(format!("{read:?}"), format!("{expected:?}"));
                plain += 1;
            }
        }
        Ok(plain)
    }

    #[test]
    fn a_plain_row_is_read_at_once() {
        let rows = |rows: &[&str]| rows.iter().map(|row| format!("{row}\n")).collect::<Vec<_>>();
        let plain = rows(&[
            "ada.muster@example.org,Ada Muster,moderator,https://example.org/a.png",
            "chair@example.org,\"Muster, Zoë B.\",,",
            "a@example.org,Jean-Luc  Picard,GUEST,-,,,",
            "b@example.org,Zoë",
            "c@example.org,\"Élodie, Zoë\",,",
            "d@example.org,प्रिया शर्मा,,",
            "e@example.org,李小明,,",
        ]);
        assert_eq!(plain_rows(&plain), 60 + 7);
        let others = rows(&[
            "Ada@example.org,Ada Muster,,",
            "a@example.org,–,,",
            "a@example.org,－,,",
            "a@example.org,\u{3164}-\u{3164},,",
            "a@example.org,\u{115f}é,,",
            "a@example.org,é\u{3164},,",
            "a@example.org,É\u{301},,",
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

    /// A row above which there are people, and which has two headings.
    #[test]
    fn a_row_of_headings_ends_the_list() {
        let rows = ["cc,A!,guest,\n", "a@a.aa,a,guest,\n"].map(str::to_owned);
        let problems = plain_rows_of("email,name,role,avatar", ",guest,", &rows).unwrap_err();
        assert_eq!(problems[0].code, "second-table");
        assert_eq!(plain_rows(&rows[1..]), 60 + 1);
    }

    // Half of the cells are plain, so that many rows are: what comes after makes others.
    const EMAILS: &str = "[a-z]{1,3}@[a-z]{1,3}\\.org|([a-c]{1,3}[.A]?[0-9]{0,2}@[a-z]{1,3}[.-][a-z0-9]{1,3}|chair@example\\.org|[a-c;@,'=/ .]{0,6}\
        |[a-z.]{1,70}@[a-z]{1,64}\\.[a-z0-9]{1,3}|a@(xn--)?[a-z0-9]{1,3}\\.[a-z]{2}|[ \u{a0}\u{200b}a]a@b\\.org[ \u{feff}.]?|\\PC{1,3}@b\\.org|n/a|none|cc)";
    const NAMES: &str = "[A-Za-c]{1,3}[ ,.'é&@/:\u{200b}\u{301}-]{0,2}[A-Za-cé]{0,3}[.!\"]?|n/a|Err:5|[^\0\r\n]{0,4}\
        |[A-Z]\\PC{0,6}[a-z.]|A(ｅ|＠|．|ｊｗｔ＝|％20|\u{301}|\u{327}|\u{e000}|\u{2028}|\u{85}|\u{202e}|\u{ad}|\u{fe0f}|\u{115f}|Ã¼|â€|\u{fffd}|İ|ß|中|א|🎉|&amp;|&#233;|&eacute;?){1,3}a\
        |[A-Z][a-zé ,.-]{60,120}[a-z.]|(Ms|Dr|von|de|Jr|Total|Sum|Name|Email|Host|Guest|None|NULL|nil|nan|TRUE|eyJhbGciOi)[ ,.-]{0,2}[a-z.]{0,2}\
        |([éİßŁΩж李가अเ]|\\p{L}|\\p{M}|[ｎ‐ªⅷ\u{115f}\u{3164}\u{ffa0}\u{345}\u{200d}\u{fe0f}]|\\PC)[a-z ,.é-]{0,3}([éßжא李ิा]|\\p{L}|\\p{M}|[ａ－ªⅷ\u{1160}\u{3164}\u{200c}]|\\PC)";
    const ROLES: &str = "guest|-|(guest|Host|chair|-|n/a|x?|[ \u{a0}]?(GUEST|Chair|moderator|participant)[ \u{200b}.]?|yes|1|TRUE|none|\\PC{1,3})";
    const AVATARS: &str = "-?|(https://[a-c]\\.[a-c0]{1,2}/?[a-c.]{0,3}|-|[a-z]{0,2}|[ \u{a0}]?https://a\\.org/\\PC{0,3}|none|null|N/A|=A2|#REF!|&amp;|\u{200b})";
    const RESTS: &str = "|([,a \u{a0}\u{200b}]{0,2}|,\"a\"b?)";

    /// Headings, how many columns they are, and what is in those beside address and name of the first rows. A note is no
    /// field.
    const HEADINGS: [(&str, usize, &str); 4] = [
        ("email,name,role,avatar", 4, ",guest,"),
        ("email,name,role", 3, ",guest"),
        ("email,name", 2, ""),
        ("email,name,role,note", 4, ",guest,"),
    ];

    /// The cells of a row. The patterns are read once: that takes longer than to make a text.
    fn row() -> impl Strategy<Value = [String; 5]> {
        [EMAILS, NAMES, ROLES, AVATARS, RESTS].map(|pattern| string_regex(pattern).unwrap())
    }

    proptest::proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_plain_row_is_what_the_full_reading_finds(
            (headings, columns, others) in proptest::sample::select(HEADINGS.to_vec()),
            rows in proptest::collection::vec(row(), 1..20),
        ) {
            let quoted = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
            let written = |[cells @ .., rest]: &[String; 5]| {
                let cells = cells[..columns].iter().map(|cell| quoted(cell)).collect::<Vec<_>>();
                format!("{}{rest}\n", cells.join(","))
            };
            let all: Vec<String> = rows.iter().map(written).collect();
            if let Err(problems) = plain_rows_of(headings, others, &all) {
                // One of the rows has headings, and so no address. Those with one can be read without it.
                assert!(problems.iter().all(|problem| problem.code == "second-table"), "{problems:?}");
                let people = rows.iter().filter(|row| Email::plain(&row[0]).is_some());
                let people: Vec<String> = people.map(written).collect();
                plain_rows_of(headings, others, &people).unwrap();
            }
        }
    }
}
