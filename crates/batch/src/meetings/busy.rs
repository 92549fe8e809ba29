//! People who are invited to two meetings at the same time.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use super::meeting_use::MeetingUse;
use crate::parallel::CHUNK_ROWS;
use crate::roster::Roster;
use crate::selection::{EachError, Selection};
use crate::survey::Survey;

/// The most invitations that are compared, at 32 octets each.
const MOST_COMPARED: usize = 1_000_000;

/// The most people who are named.
const MOST: usize = 1000;

/// Somebody who is invited to two meetings that overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoAtOnce {
    /// The person's key.
    pub person: String,
    /// The lines of the two rows, the smaller one first.
    pub lines: (u64, u64),
    /// The names of the rooms, that of the meeting that starts first being the first.
    pub rooms: (String, String),
    /// When the second of the two meetings starts.
    pub start: Timestamp,
}

/// Who is invited to what.
#[derive(Default)]
pub(super) struct Busy(Vec<Invitation>);

struct Invitation {
    person: u64,
    meeting: u32,
    /// When it ends for this person: rows of one meeting can have different durations. In seconds since 1970 UTC.
    end: i64,
    line: u64,
}

/// A hash of a person's key, the same in each run.
pub(super) fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

impl Busy {
    pub(super) fn add(&mut self, person: u64, meeting: u32, end: Timestamp, line: u64) {
        if self.0.len() < MOST_COMPARED {
            self.0.push(Invitation { person, meeting, end: end.as_second(), line });
        }
    }

    /// For each person in two meetings at once the first such pair, and how many more such people there are.
    pub(super) fn find(
        mut self,
        roster: &Roster,
        survey: &Survey,
        meetings: &[MeetingUse],
    ) -> Result<(Vec<TwoAtOnce>, usize), EachError<()>> {
        let meeting = |invitation: &Invitation| &meetings[invitation.meeting as usize];
        self.0.sort_unstable_by_key(|one| (one.person, meeting(one).start, one.line));
        let mut pairs: Vec<(&Invitation, &Invitation)> = Vec::new();
        for invitations in self.0.chunk_by(|a, b| a.person == b.person) {
            let mut last = &invitations[0];
            for next in &invitations[1..] {
                if last.end > meeting(next).start.as_second() {
                    pairs.push((last, next));
                    break;
                }
                last = next;
            }
        }
        if pairs.is_empty() {
            return Ok((Vec::new(), 0));
        }
        pairs.sort_unstable_by_key(|(first, second)| first.line.min(second.line));
        let more = pairs.len().saturating_sub(MOST);
        pairs.truncate(MOST);
        // Who they are was not kept. Those whose hashes are equal by chance are told apart here.
        let lines: HashSet<u64> =
            pairs.iter().flat_map(|(first, second)| [first.line, second.line]).collect();
        let mut people: HashMap<u64, Vec<String>> = HashMap::new();
        roster.each(
            survey,
            &Selection::default(),
            CHUNK_ROWS,
            |rows| {
                let rows = rows.iter().filter_map(|row| Some((row.line()?, row)));
                let rows = rows.filter(|(line, _)| lines.contains(line));
                rows.map(|(line, row)| (line, row.entry.attendee.key().into_owned()))
                    .collect::<Vec<_>>()
            },
            |found| {
                for (line, person) in found {
                    people.entry(line).or_default().push(person);
                }
                Ok(())
            },
        )?;
        let of_pair = |(first, second): (&Invitation, &Invitation)| {
            let person =
                people.get(&first.line)?.iter().find(|person| hash(person) == first.person)?;
            people.get(&second.line)?.contains(person).then(|| TwoAtOnce {
                person: person.clone(),
                lines: (first.line.min(second.line), first.line.max(second.line)),
                rooms: (meeting(first).room.clone(), meeting(second).room.clone()),
                start: meeting(second).start,
            })
        };
        Ok((pairs.into_iter().filter_map(of_pair).collect(), more))
    }
}
