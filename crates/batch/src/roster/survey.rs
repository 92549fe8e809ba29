//! The first reading of a roster: everything that has to be known before the first token is minted.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;
use meetmint_core::Meeting;

use super::csv::Record;
use super::row::{RosterEntry, RowReader};
use super::{Batch, Duplicates, ROWS, Roster, unreadable};
use crate::parallel::in_order;
use crate::problem::Problem;

/// The most problems that are kept: nobody mends more in one go.
const PROBLEMS: usize = 1000;

/// The most meetings of their own that are kept for comparison.
const MEETINGS: usize = 50_000;

/// What a roster holds.
#[derive(Debug)]
pub struct Survey {
    now: Timestamp,
    problems: Vec<Problem>,
    more_problems: usize,
    rows: u64,
    /// Numbers of rows that repeat an earlier one, in order.
    repeated: Vec<u64>,
    repetitions: Vec<Repetition>,
    /// Of people without an address who share a name: row number to place among them.
    namesakes: HashMap<u64, u32>,
    by_role: Vec<usize>,
    over: usize,
    under_way: usize,
    unmailable: usize,
    added: Vec<RosterEntry>,
    /// People whose row is bad; `None` for a row that may be anybody's.
    bad: HashSet<Option<String>>,
    /// Rooms by their node: one of their names, and whether anybody moderates there.
    rooms: BTreeMap<String, RoomUse>,
}

#[derive(Debug, Default)]
struct RoomUse {
    name: String,
    moderated: bool,
    /// Starts and ends of its meetings.
    times: Vec<(Timestamp, Timestamp)>,
}

/// A row that says nothing new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repetition {
    /// Who.
    pub person: String,
    /// The line that counts.
    pub first: u64,
    /// The line that repeats it.
    pub line: u64,
    /// Whether name and role are the same on both lines.
    pub agrees: bool,
}

/// What one piece of the rows adds to the survey.
#[derive(Default)]
struct Piece {
    hashes: Vec<u64>,
    problems: Vec<Problem>,
    by_role: Vec<usize>,
    over: usize,
    under_way: usize,
    unmailable: usize,
    named: Vec<usize>,
    meetings: Vec<(Meeting, bool)>,
    common_moderated: Option<bool>,
    bad: Vec<Option<String>>,
    rows: u64,
}

/// A row whose key occurs more than once.
struct RepeatedRow {
    number: u64,
    line: u64,
    key: String,
    has_email: bool,
    name: String,
    role: usize,
    over: bool,
}

impl Roster {
    /// Reads the whole roster: finds every problem, repeated rows, and what is over at `now`.
    pub fn survey(&self, now: Timestamp) -> Survey {
        let mut survey = Survey {
            now,
            problems: Vec::new(),
            more_problems: 0,
            rows: 0,
            repeated: Vec::new(),
            repetitions: Vec::new(),
            namesakes: HashMap::new(),
            by_role: vec![0; self.spec.roles.all().len()],
            over: 0,
            under_way: 0,
            unmailable: 0,
            added: Vec::new(),
            bad: HashSet::new(),
            rooms: BTreeMap::new(),
        };
        let mut hashes = Vec::new();
        let mut named = HashSet::new();
        let reading = self.reading();
        let read = self.pass(
            |records| self.piece(&reading, now, records),
            |piece| {
                survey.take(&piece, self.meeting());
                hashes.extend_from_slice(&piece.hashes);
                named.extend(piece.named.iter().copied());
                survey.add_problems(piece.problems);
            },
        );
        if let Err(problem) = read {
            survey.add_problems(vec![problem]);
        }
        let repeated = repeated_hashes(hashes);
        if !repeated.is_empty() {
            self.resolve(&reading, &repeated, &mut survey);
        }
        for (at, (email, role)) in self.spec.roles.people().iter().enumerate() {
            if !named.contains(&at)
                && let Some(entry) = Roster::added(email, *role)
            {
                survey.count(&entry, self.meeting());
                survey.see(self.meeting(), self.spec.roles.all()[*role].moderator);
                survey.added.push(entry);
            }
        }
        if survey.people() == 0 && survey.over == 0 && survey.problems.is_empty() {
            let problem = Problem::of_file(
                "empty-roster",
                &self.shown,
                "nobody is in it: there is a heading row and nothing below",
            );
            survey.add_problems(vec![problem.hint("give each person a row")]);
        }
        survey.problems.sort_by_key(|problem| problem.line);
        survey
    }

    /// One reading of all rows below the heading.
    fn pass<T: Send>(
        &self,
        work: impl Fn(&mut dyn Iterator<Item = Record<'_>>) -> T + Sync,
        mut take: impl FnMut(T) + Send,
    ) -> Result<(), Problem> {
        let mut records = self.records()?;
        in_order(
            || records.batch(ROWS).map_err(|error| unreadable(&error, &self.shown)),
            Batch::len,
            ROWS / 16,
            |batch, rows| {
                work(&mut rows.map(|at| batch.record(at)).filter(|record| !record.is_blank()))
            },
            |result| {
                take(result);
                Ok(())
            },
        )
    }

    fn piece(
        &self,
        reading: &RowReader<'_>,
        now: Timestamp,
        records: &mut dyn Iterator<Item = Record<'_>>,
    ) -> Piece {
        let mut piece = Piece { by_role: vec![0; self.spec.roles.all().len()], ..Piece::default() };
        for record in records {
            piece.rows = record.number();
            let Some(entry) = reading.entry(record, &mut piece.problems) else {
                piece.bad.push(reading.key(record));
                continue;
            };
            let meeting = self.meeting_of(&entry);
            if let Some(email) = &entry.attendee.email
                && self.spec.roles.of_person(&email.key()).is_some()
            {
                let people = self.spec.roles.people();
                piece
                    .named
                    .extend(people.iter().position(|(person, _)| person.key() == email.key()));
            }
            piece.hashes.push(hash(&entry, meeting));
            if meeting.end <= now {
                piece.over += 1;
                continue;
            }
            piece.under_way += usize::from(meeting.start <= now);
            let mailable =
                entry.attendee.email.as_ref().is_some_and(|email| email.local_part().is_ascii());
            piece.unmailable += usize::from(!mailable);
            piece.by_role[entry.role] += 1;
            let moderates = self.spec.roles.all()[entry.role].moderator;
            if let Some(meeting) = entry.own_meeting {
                piece.meetings.push((meeting, moderates));
            } else {
                *piece.common_moderated.get_or_insert(false) |= moderates;
            }
        }
        piece
    }

    /// Looks at the rows whose keys occur more than once: what repeats, what contradicts, who are namesakes.
    fn resolve(&self, reading: &RowReader<'_>, repeated: &HashSet<u64>, survey: &mut Survey) {
        let twins = |records: &mut dyn Iterator<Item = Record<'_>>| {
            let mut twins = Vec::new();
            for record in records {
                let Some(entry) = reading.entry(record, &mut Vec::new()) else { continue };
                let meeting = self.meeting_of(&entry);
                if repeated.contains(&hash(&entry, meeting)) {
                    twins.push(RepeatedRow {
                        number: record.number(),
                        line: record.line(),
                        key: format!(
                            "{}\0{}\0{}",
                            entry.attendee.key(),
                            meeting.room.node(),
                            meeting.start
                        ),
                        has_email: entry.attendee.email.is_some(),
                        name: entry.attendee.name.as_str().to_owned(),
                        role: entry.role,
                        over: meeting.end <= survey.now,
                    });
                }
            }
            twins
        };
        let mut firsts: HashMap<String, (RepeatedRow, u32)> = HashMap::new();
        let mut all = Vec::new();
        let read = self.pass(twins, |twins| all.extend(twins));
        let mut problems: Vec<Problem> = read.err().into_iter().collect();
        for twin in all {
            let Some((first, count)) = firsts.get_mut(&twin.key) else {
                firsts.insert(twin.key.clone(), (twin, 1));
                continue;
            };
            *count += 1;
            if !twin.has_email {
                survey.namesakes.insert(twin.number, *count);
                continue;
            }
            let agree = first.name == twin.name && first.role == twin.role;
            let person = twin.key.split('\0').next().unwrap_or_default();
            if agree || self.spec.duplicates == Duplicates::First {
                survey.by_role[twin.role] -= usize::from(!twin.over);
                survey.repeated.push(twin.number);
                if survey.repetitions.len() < PROBLEMS {
                    survey.repetitions.push(Repetition {
                        person: person.to_owned(),
                        first: first.line,
                        line: twin.line,
                        agrees: agree,
                    });
                }
            } else {
                problems.push(self.contradiction(first, &twin, person));
            }
        }
        survey.add_problems(problems);
    }

    fn contradiction(&self, first: &RepeatedRow, twin: &RepeatedRow, person: &str) -> Problem {
        let role = |twin: &RepeatedRow| self.spec.roles.all()[twin.role].name.clone();
        let differs = match (first.name == twin.name, first.role == twin.role) {
            (false, true) => format!("as `{}` and as `{}`", first.name, twin.name),
            (true, false) => format!("as {} and as {}", role(first), role(twin)),
            _ => format!(
                "as `{}`, {}, and as `{}`, {}",
                first.name,
                role(first),
                twin.name,
                role(twin)
            ),
        };
        let message = format!(
            "`{person}` is at the same meeting twice, on lines {} and {}: {differs}",
            first.line, twin.line
        );
        Problem::of_file("duplicate", &self.shown, message)
            .at(twin.line)
            .hint("take one of the two rows out, or write duplicates = \"first\" under [roster]")
    }
}

impl Survey {
    /// When the roster was judged.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Everything that is wrong, in the order of the file; at most a thousand.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many problems more there are.
    pub fn more_problems(&self) -> usize {
        self.more_problems
    }

    /// Rows that repeat another, at most a thousand of them.
    pub fn repetitions(&self) -> &[Repetition] {
        &self.repetitions
    }

    /// How many rows repeat another.
    pub fn repeated(&self) -> usize {
        self.repeated.len()
    }

    /// How many people count: each once at each meeting that is not over.
    pub fn people(&self) -> usize {
        self.by_role.iter().sum()
    }

    /// How many people have each role, in the order of the roles.
    pub fn by_role(&self) -> &[usize] {
        &self.by_role
    }

    /// How many rows are left alone because their meeting is over.
    pub fn over(&self) -> usize {
        self.over
    }

    /// How many people's meetings have begun.
    pub fn under_way(&self) -> usize {
        self.under_way
    }

    /// How many people no mail can reach: they have no address, or one that is not plain ASCII.
    pub fn unmailable(&self) -> usize {
        self.unmailable
    }

    /// Those who are in no row and have a role all the same.
    pub fn added(&self) -> &[RosterEntry] {
        &self.added
    }

    /// Names of the rooms in which nobody moderates.
    pub fn unmoderated(&self) -> impl Iterator<Item = &str> {
        self.rooms.values().filter(|room| !room.moderated).map(|room| room.name.as_str())
    }

    /// Two starts of meetings in one room that overlap when each lasts from `opens` seconds before its start
    /// to `closes` seconds after its end: the room's name and the starts.
    pub fn overlaps(&self, opens: i64, closes: i64) -> Vec<(&str, Timestamp, Timestamp)> {
        let mut overlaps = Vec::new();
        for room in self.rooms.values() {
            let mut times = room.times.clone();
            times.sort_unstable();
            times.dedup();
            // The meeting that ends last among those that have begun.
            let mut latest: Option<(Timestamp, Timestamp)> = None;
            for (start, end) in times {
                if let Some((first, last)) = latest
                    && first != start
                    && last.as_second() + closes > start.as_second() - opens
                {
                    overlaps.push((room.name.as_str(), first, start));
                }
                if latest.is_none_or(|(_, last)| end > last) {
                    latest = Some((start, end));
                }
            }
        }
        overlaps
    }

    /// Keys of people whose row is bad, and nothing for a row that may be anybody's.
    pub fn bad(&self) -> &HashSet<Option<String>> {
        &self.bad
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    pub(super) fn is_repeated(&self, number: u64) -> bool {
        self.repeated.binary_search(&number).is_ok()
    }

    pub(super) fn namesake(&self, number: u64) -> u32 {
        self.namesakes.get(&number).copied().unwrap_or(1)
    }

    fn take(&mut self, piece: &Piece, common: &Meeting) {
        for (all, some) in self.by_role.iter_mut().zip(&piece.by_role) {
            *all += some;
        }
        self.over += piece.over;
        self.under_way += piece.under_way;
        self.unmailable += piece.unmailable;
        self.rows = self.rows.max(piece.rows);
        self.bad.extend(piece.bad.iter().cloned());
        for (meeting, moderated) in &piece.meetings {
            self.see(meeting, *moderated);
        }
        if let Some(moderated) = piece.common_moderated {
            self.see(common, moderated);
        }
    }

    fn count(&mut self, entry: &RosterEntry, meeting: &Meeting) {
        if meeting.end <= self.now {
            self.over += 1;
        } else {
            self.by_role[entry.role] += 1;
            self.under_way += usize::from(meeting.start <= self.now);
        }
    }

    fn see(&mut self, meeting: &Meeting, moderated: bool) {
        if self.rooms.len() >= MEETINGS && !self.rooms.contains_key(meeting.room.node()) {
            return;
        }
        let room = self.rooms.entry(meeting.room.node().to_owned()).or_default();
        if room.name.is_empty() {
            meeting.room.name().clone_into(&mut room.name);
        }
        room.moderated |= moderated;
        let times = (meeting.start, meeting.end);
        if room.times.last() != Some(&times) && room.times.len() < MEETINGS {
            room.times.push(times);
        }
    }

    fn add_problems(&mut self, problems: Vec<Problem>) {
        let room = PROBLEMS - self.problems.len().min(PROBLEMS);
        self.more_problems += problems.len().saturating_sub(room);
        self.problems.extend(problems.into_iter().take(room));
    }
}

fn hash(entry: &RosterEntry, meeting: &Meeting) -> u64 {
    let mut hasher = DefaultHasher::new();
    entry.attendee.key().hash(&mut hasher);
    meeting.room.node().hash(&mut hasher);
    meeting.start.as_second().hash(&mut hasher);
    hasher.finish()
}

/// The hashes that occur more than once. Eight octets a row are all that finding duplicates costs.
fn repeated_hashes(mut hashes: Vec<u64>) -> HashSet<u64> {
    hashes.sort_unstable();
    hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
}
