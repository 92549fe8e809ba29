//! People who share an id, or an address where several people may.

use std::collections::{HashMap, HashSet};

use meetmint_core::address_in_key;

use super::key_hash::{IdHash, identity, of_bad, written_id};
use super::reading::read_rows;
use super::result::Survey;
use crate::problem::Problem;
use crate::roster::rows::Row;
use crate::roster::{BadPerson, NameSource, Roster, RosterEntry};
use crate::suggestion::{quoted, toml_string};

/// Somebody whose id has the hash of another person's.
struct IdRow {
    number: u64,
    line: u64,
    id: String,
    /// What two rows about one person have in common.
    person: String,
    /// The role under which the first reading counted the row; none if its meeting is over.
    counted_role: Option<usize>,
    /// Whether the id is the address, and others may have it, too.
    is_address: bool,
    has_name: bool,
    /// Whether the row has a problem already.
    is_bad: bool,
}

/// Reads the rows again whose ids have these hashes, and reports people who share an id. Jitsi tells people apart by
/// their id (`jitsi-tokens` facts, §2), so such people would be taken for one. In a roster of families, those who share an
/// address get ids of their own. To be called when repeated rows are known.
pub(super) fn report(roster: &Roster, shared: &HashSet<u64>, survey: &mut Survey) {
    let now = survey.now();
    let reader = roster.row_reader();
    let of_row = |row: Row<'_>| -> Vec<IdRow> {
        // Problems were collected at the first reading.
        let Some(people) = reader.people(row, &mut Vec::new()) else {
            let bad = reader.bad_people(row);
            let bad = bad.iter().filter(|_| roster.has_families());
            return bad.filter_map(|person| bad_row(person, row)).collect();
        };
        let numbered = (reader.number(row)..).zip(people);
        // A repeated row does not count, whatever its id.
        let numbered = numbered.filter(|(number, _)| !survey.is_repeated(*number));
        let of_person = |(number, entry): (u64, RosterEntry)| {
            let is_over = roster.meeting_of(&entry).end <= now;
            let attendee = &entry.attendee;
            IdRow {
                number,
                line: row.line(),
                id: written_id(attendee).into_owned(),
                person: identity(attendee).into_owned(),
                counted_role: (!is_over).then_some(entry.role),
                is_address: attendee.own_id.is_none() && attendee.family.is_some(),
                has_name: entry.name_source != NameSource::Address,
                is_bad: survey.is_bad(number),
            }
        };
        numbered.map(of_person).filter(|row| shared.contains(&row.hash())).collect()
    };
    let mut all = Vec::new();
    let find = |rows: &mut dyn Iterator<Item = Row<'_>>| rows.flat_map(of_row).collect::<Vec<_>>();
    if let Err(problem) = read_rows(roster, find, |rows| all.extend(rows)) {
        survey.add_problem(problem);
    }
    // By id, so that different ids whose hashes are equal by chance stay apart; and in the order of the file.
    let mut positions: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<IdRow>> = Vec::new();
    for row in all {
        match positions.get(&row.id) {
            Some(at) => groups[*at].push(row),
            None => {
                positions.insert(row.id.clone(), groups.len());
                groups.push(vec![row]);
            }
        }
    }
    for rows in groups {
        report_group(roster, rows, survey);
    }
    survey.sort_rows();
}

/// Decides about the rows with one id, in the order of the file.
fn report_group(roster: &Roster, mut rows: Vec<IdRow>, survey: &mut Survey) {
    let family: Vec<&IdRow> = rows.iter().filter(|row| row.is_address).collect();
    let people: HashSet<&str> = family.iter().map(|row| row.person.as_str()).collect();
    if people.len() > 1 {
        let nameless = family.iter().filter(|row| !row.has_name && !row.is_bad);
        for row in nameless {
            survey.add_problem(no_name(roster, row));
            survey.add_bad_row(row.number, row.counted_role, &row.person);
        }
        survey.add_shared(family[0].id.clone());
        rows.retain(|row| !row.is_address);
    }
    // What contradicts another row has a problem already.
    rows.retain(|row| !row.is_bad);
    let Some((first, others)) = rows.split_first() else { return };
    let mut is_reported = false;
    for row in others.iter().filter(|row| row.person != first.person) {
        survey.add_problem(problem(roster, first, row));
        // Nobody can know whose id it is, so the first row is as bad as the others.
        if !is_reported {
            is_reported = true;
            survey.add_bad_row(first.number, first.counted_role, &first.person);
        }
        survey.add_bad_row(row.number, row.counted_role, &row.person);
    }
}

impl IdRow {
    fn hash(&self) -> u64 {
        IdHash::new(&self.id, "").id()
    }
}

/// Somebody in a row with a problem: only whether they share the address with others counts.
fn bad_row(person: &BadPerson, row: Row<'_>) -> Option<IdRow> {
    let (address, person) = of_bad(person)?;
    Some(IdRow {
        number: 0,
        line: row.line(),
        id: address.to_owned(),
        person,
        counted_role: None,
        is_address: true,
        has_name: true,
        is_bad: true,
    })
}

fn no_name(roster: &Roster, row: &IdRow) -> Problem {
    let message = format!(
        "several people share the address {}, and this row does not say who it is about",
        quoted(&row.id)
    );
    Problem::of_file("no-name", roster.shown(), message)
        .at(row.line)
        .hint("write the person's name, or delete the row")
}

fn problem(roster: &Roster, first: &IdRow, second: &IdRow) -> Problem {
    let (one, other) = (address_in_key(&first.person), address_in_key(&second.person));
    let id = quoted(&second.id);
    let heading = roster.id_heading();
    if first.line == second.line {
        let message = format!(
            "two people have the id {id}: {} and {}, both on line {}",
            quoted(one),
            quoted(other),
            second.line
        );
        return Problem::of_file("same-id", roster.shown(), message)
            .at(second.line)
            .in_column(heading)
            .hint(format!(
                "each address of a row is a person of their own: write ignore = [{}] under [roster], and each has their address as id",
                toml_string(heading)
            ));
    }
    let message = format!(
        "two people have the id {id}: {} on line {} and {} on line {}",
        quoted(one),
        first.line,
        quoted(other),
        second.line,
    );
    Problem::of_file("same-id", roster.shown(), message)
        .at(second.line)
        .in_column(heading)
        .hint(format!("give each person an id of their own; if the column is about something else, write under [roster] in meeting.toml: ignore = [{}]", toml_string(heading)))
}
