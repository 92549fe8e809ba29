//! The first reading of a roster: all problems, and everything that has to be known before the first token
//! is made.

mod answer_time;
mod chunk;
mod declined;
mod doubts;
mod duplicates;
mod key_hash;
mod left_out;
mod name_order;
mod reading;
mod result;
mod shared_ids;
#[cfg(test)]
pub(crate) mod testing;
mod unknown_roles;

use std::collections::HashSet;

use jiff::Timestamp;
use meetmint_core::{Attendee, DisplayName, Email};

pub use left_out::LeftOut;
pub use result::{Repetition, Survey};

use crate::parallel::sort;
use crate::problem::Problem;
use crate::roster::{NameSource, Roster, RosterEntry};
use chunk::ChunkSurvey;
use doubts::Doubts;
use reading::read_rows;

impl Roster {
    /// Reads the whole roster: finds its problems and repeated rows, and the people whose meeting is over at `now`.
    pub fn survey(&self, now: Timestamp) -> Survey {
        let mut survey = Survey::new(now, self.roles().all().len());
        let mut hashes = Vec::new();
        let mut declined = Vec::new();
        let mut ids = Vec::new();
        let mut named = HashSet::new();
        let mut doubts = Doubts::default();
        let reader = self.row_reader();
        let read = read_rows(
            self,
            |rows| ChunkSurvey::of(self, &reader, now, rows),
            |mut chunk| {
                doubts.merge(std::mem::take(&mut chunk.doubts));
                hashes.extend_from_slice(&chunk.hashes);
                declined.extend_from_slice(&chunk.declined);
                ids.extend_from_slice(&chunk.ids);
                named.extend(chunk.named.iter().copied());
                survey.add_chunk(chunk);
            },
        );
        if let Err(problem) = read {
            survey.add_problem(problem);
        }
        survey.report_choice(self, hashes.is_empty());
        // Only after the last row: two rows about one person can be at opposite ends of the file.
        sort(&mut hashes);
        sort(&mut declined);
        let both = key_hash::in_both(&declined, &hashes);
        let repeated = key_hash::repeated(&hashes);
        drop((hashes, declined));
        // Rare, so that most rosters are read once only.
        if !repeated.is_empty() {
            duplicates::resolve(self, &repeated, &mut survey);
        }
        if !both.is_empty() {
            declined::resolve(self, &both, &mut survey);
        }
        let shared = key_hash::shared(ids);
        if !shared.is_empty() {
            shared_ids::report(self, &shared, &mut survey);
        }
        // The key of a family member has the name as it is written.
        if !self.has_families() {
            survey.tell_of_names();
        }
        // People whom `meeting.toml` gives a role are invited even if the roster does not have them.
        for (at, (email, role)) in self.roles().people().iter().enumerate() {
            // Whoever has a bad row is in the roster: added by the address alone, they would lose their name.
            if !named.contains(&at)
                && !survey.bad().contains(&Some(email.key().into_owned()))
                && let Some(entry) = added(email, *role)
            {
                survey.add_person(entry, self.meeting());
            }
        }
        // A roster in which every row has a problem is not empty.
        if survey.people() == 0 && survey.over() == 0 && survey.problems().is_empty() {
            let message = "the roster has headings, but no people";
            let problem = Problem::of_file("empty-roster", self.shown(), message);
            survey.add_problem(problem.hint("write one row for each person"));
        }
        survey.sort_problems();
        survey.add_remarks(doubts.remarks(self));
        survey.complete_hints(self);
        survey
    }
}

/// Somebody who is named in `meeting.toml`, and has no row.
fn added(email: &Email, role: usize) -> Option<RosterEntry> {
    // The name that a row without a name gets as well.
    let name = DisplayName::clean(email.local_part())?;
    let attendee = Attendee {
        own_id: None,
        email: Some(email.clone()),
        name,
        avatar: None,
        namesake: 1,
        family: None,
    };
    let name_source = NameSource::Address;
    Some(RosterEntry { attendee, name_source, role, own_meeting: None, language: None, zone: None })
}

#[cfg(test)]
mod tests;
