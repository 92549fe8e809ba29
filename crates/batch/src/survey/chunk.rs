//! What one chunk of rows adds to the survey.

use jiff::Timestamp;

use super::doubts::Doubts;
use super::key_hash::{IdHash, key_hash, of_bad};
use super::name_order::NameForms;
use crate::problem::Problem;
use crate::roster::rows::Row;
use crate::roster::{
    BadPerson, Choice, ChoiceTally, Roster, RosterEntry, RowReader, Standing, Values, Verdict,
};

/// What one chunk of rows adds to the survey.
#[derive(Default)]
pub(super) struct ChunkSurvey {
    /// A hash for each row without problems.
    pub(super) hashes: Vec<u64>,
    /// The same for each row that a status leaves out.
    pub(super) declined: Vec<u64>,
    /// Hashes of id and person, if the roster has a column of ids, or several people may share an address.
    pub(super) ids: Vec<IdHash>,
    pub(super) problems: Vec<Problem>,
    /// Which rows are left out.
    pub(super) choice: ChoiceTally,
    /// Cells that name no role, in rows that count.
    pub(super) unknown_roles: Values,
    pub(super) by_role: Vec<usize>,
    pub(super) over: usize,
    pub(super) under_way: usize,
    /// Whether any row has something in the column of addresses.
    pub(super) has_addresses: bool,
    /// The lines of people without an address.
    pub(super) without_address: Vec<u64>,
    /// Who of those that `meeting.toml` names was found, by index.
    pub(super) named: Vec<usize>,
    /// Addresses of the people whose rows have problems; `None` for one that cannot be read.
    pub(super) bad: Vec<Option<String>>,
    pub(super) names: NameForms,
    pub(super) doubts: Doubts,
    /// Whether clocks in anybody's own zone differ from those of the meeting.
    pub(super) several_zones: bool,
    /// The number of the last row.
    pub(super) rows: u64,
}

impl ChunkSurvey {
    pub(super) fn of(
        roster: &Roster,
        reader: &RowReader<'_>,
        now: Timestamp,
        rows: &mut dyn Iterator<Item = Row<'_>>,
    ) -> ChunkSurvey {
        let by_role = vec![0; roster.roles().all().len()];
        let mut chunk = ChunkSurvey { by_role, ..ChunkSurvey::default() };
        // Beside the chunk, to which people are added meanwhile.
        let mut problems = Vec::new();
        for row in rows {
            chunk.rows = reader.last_number(row);
            chunk.has_addresses = chunk.has_addresses || reader.has_address(row);
            if !roster.choice().is_idle() && row.flaw().is_none() {
                let verdict = reader.verdict(row);
                chunk.choice.add(roster.choice(), row, verdict);
                match verdict {
                    Verdict::Counts => {}
                    Verdict::LeftOut(decider) => {
                        if roster.choice().is_status(decider) {
                            chunk.declined.extend(hashes_of_declined(roster, reader, row));
                        }
                        continue;
                    }
                    // Reported for all rows with this status at once.
                    Verdict::Unclear(_) => {
                        chunk.add_bad(roster, reader.bad_people(row));
                        continue;
                    }
                }
            }
            let before = problems.len();
            let is_read = reader.each_person(row, &mut problems, |entry| {
                chunk.doubts.add(reader, row, &entry);
                chunk.add(roster, now, row.line(), &entry);
            });
            if !is_read {
                // Reported for all rows with this word at once.
                if let Some(cell) = reader.unknown_role(row, &mut problems, before) {
                    chunk.unknown_roles.add(cell, row.line(), Standing::Undecided);
                }
                chunk.add_bad(roster, reader.bad_people(row));
            }
        }
        chunk.problems.append(&mut problems);
        chunk
    }

    /// Keeps who a bad row is about, because such a person must not be taken for somebody who was removed.
    fn add_bad(&mut self, roster: &Roster, people: Vec<BadPerson>) {
        for person in people {
            // Nor must those who share the address get another id because the row cannot be read.
            if roster.has_families()
                && let Some((address, identity)) = of_bad(&person)
            {
                self.ids.push(IdHash::new(address, &identity));
            }
            self.bad.push(person.address);
        }
    }

    fn add(&mut self, roster: &Roster, now: Timestamp, line: u64, entry: &RosterEntry) {
        let roles = roster.roles();
        let email = entry.attendee.email.as_ref();
        if let Some(email) = email {
            self.named.extend(roles.position_of_person(&email.key()));
        }
        let meeting = roster.meeting_of(entry);
        // People whose meeting is over belong to the roster as well: nobody's greeting depends on the date.
        self.names.add(entry);
        self.several_zones |= entry.zone.as_ref().is_some_and(|own| {
            own.to_offset(meeting.start) != meeting.zone.to_offset(meeting.start)
        });
        // Before the check for the end: repeated rows are left out wherever people are gone through.
        self.hashes.push(key_hash(entry, meeting));
        if roster.has_ids() || roster.has_families() {
            self.ids.push(IdHash::of(&entry.attendee));
        }
        // From its end on, a meeting is over.
        if meeting.end <= now {
            self.over += 1;
            return;
        }
        self.under_way += usize::from(meeting.start <= now);
        if email.is_none() {
            self.without_address.push(line);
        }
        self.by_role[entry.role] += 1;
    }
}

/// The hashes of the people of a row that a status leaves out. What `where` leaves out is no answer of the person.
fn hashes_of_declined(roster: &Roster, reader: &RowReader<'_>, row: Row<'_>) -> Vec<u64> {
    let every_row = Choice::default();
    let with_all = RowReader { choice: &every_row, ..*reader };
    let people = with_all.people(row, &mut Vec::new()).into_iter().flatten();
    people.map(|entry| key_hash(&entry, roster.meeting_of(&entry))).collect()
}
