//! The model: what the roster and the marks say that everybody should have in their calendar.

use std::collections::{BTreeMap, BTreeSet};

use super::roster::{Event, Flaw, Organizer, Person, Room, Row, Start};
use super::steps::Command;

/// What the meeting folder says, and what was called off.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) rows: Vec<Row>,
    pub(super) title: u8,
    pub(super) start: Start,
    pub(super) organizer: Organizer,
    pub(super) connections: u8,
    pub(super) updates_fail: bool,
    /// Whether messages are written to a folder, and nobody gets them.
    pub(super) writes_files: bool,
    /// Whether the meeting is called off for everybody.
    pub(super) called_off: bool,
    /// For whom it is called off alone.
    pub(super) marked: BTreeSet<Person>,
    /// Who is in the ledger for certain.
    pub(super) known: BTreeSet<Person>,
    /// Who asked to be forgotten.
    pub(super) forgotten: BTreeSet<Person>,
    /// Meetings that took place.
    pub(super) held: BTreeSet<Start>,
    /// Those that took place before `prune` ran last.
    pub(super) pruned: BTreeSet<Start>,
}

impl State {
    pub(super) fn new() -> State {
        let moderator = Row { moderator: true, ..Row::new(Person::Bob) };
        State {
            rows: vec![Row::new(Person::Ada), moderator, Row::new(Person::Cy)],
            title: 0,
            start: Start::March,
            organizer: Organizer::Events,
            connections: 1,
            updates_fail: false,
            writes_files: false,
            called_off: false,
            marked: BTreeSet::new(),
            known: BTreeSet::new(),
            forgotten: BTreeSet::new(),
            held: BTreeSet::new(),
            pruned: BTreeSet::new(),
        }
    }

    /// Sets and clears marks, as the command does unless it is refused.
    pub(super) fn run(&mut self, command: Command) {
        if self.refuses(command) {
            return;
        }
        match command {
            Command::Send { .. } | Command::SendPart { .. } if !self.updates_fail => {
                self.know_all();
            }
            Command::Cancel { only } => {
                self.know_all();
                match only {
                    Some(person) => _ = self.marked.insert(person),
                    None => self.called_off = true,
                }
            }
            Command::Undo { only: Some(person) } => _ = self.marked.remove(&person),
            Command::Undo { only: None } => self.called_off = false,
            Command::Forget { person, .. } => self.forget(person),
            Command::Prune => self.pruned = self.held.clone(),
            Command::Include { person } => _ = self.forgotten.remove(&person),
            _ => {}
        }
    }

    /// Whether a command has to end with exit code 3, and change nothing.
    pub(super) fn refuses(&self, command: Command) -> bool {
        match command {
            Command::Send { skip_bad_rows, .. } => {
                !skip_bad_rows && !self.is_clean() || self.has_nothing_ahead()
            }
            Command::SendPart { .. } => !self.is_clean() || self.has_nothing_ahead(),
            Command::Remind { .. } | Command::RemindBefore { .. } => {
                !self.is_clean() || self.rows.is_empty()
            }
            Command::Cancel { only } => {
                let is_known = |person| self.known.contains(&person) || self.has_live_row(person);
                !self.is_clean() || self.rows.is_empty() || !only.is_none_or(is_known)
            }
            Command::Undo { only } => {
                !only.map_or(self.called_off, |person| self.marked.contains(&person))
            }
            Command::Settle | Command::Prune => false,
            Command::Forget { person, .. } => {
                !self.is_clean() || self.rows.iter().any(|row| row.person == person)
            }
            Command::Include { person } => !self.forgotten.contains(&person),
        }
    }

    /// Whether nobody is in the roster, or all good rows are over.
    pub(super) fn has_nothing_ahead(&self) -> bool {
        let mut good = self.rows.iter().filter(|row| !self.is_bad(row)).peekable();
        self.rows.is_empty() || good.peek().is_some() && good.all(|row| self.is_over(row))
    }

    /// Everything about a person is gone, marks included.
    pub(super) fn forget(&mut self, person: Person) {
        self.forgotten.insert(person);
        self.known.remove(&person);
        self.marked.remove(&person);
    }

    /// Whether rows of a person are left out, because of what was kept when the person's data was erased.
    pub(super) fn is_left_out(&self, person: Person) -> bool {
        // Whoever the meeting is called off for is in the ledger, until that is pruned.
        self.forgotten.contains(&person)
            || self.marked.contains(&person) && !self.known.contains(&person)
    }

    /// Everybody in the roster is in the ledger now, unless their meeting is over.
    fn know_all(&mut self) {
        let people: Vec<Person> = self.live_rows().map(|row| row.person).collect();
        self.known.extend(people);
    }

    /// The events that everybody should have. Rows that cannot be read or are over count as absent.
    pub(super) fn wanted(&self) -> BTreeMap<Person, BTreeSet<Event>> {
        let mut wanted: BTreeMap<Person, BTreeSet<Event>> = BTreeMap::new();
        for row in self.live_rows() {
            if !self.is_called_off_for(row.person) {
                wanted.entry(row.person).or_default().insert(self.event(row));
            }
        }
        wanted
    }

    fn event(&self, row: &Row) -> Event {
        let (_, start, end) = self.times(self.start_of(row));
        Event {
            title: format!("Town hall {}", self.title),
            start,
            end,
            organizer: self.organizer.address().to_owned(),
            room: row.room.name().to_owned(),
            name: row.name(),
            moderator: row.moderator,
        }
    }

    pub(super) fn is_called_off_for(&self, person: Person) -> bool {
        self.called_off || self.marked.contains(&person)
    }

    /// What must not be the same in two rows, unless they say the same.
    pub(super) fn key(&self, row: &Row) -> (Person, Room, Start) {
        (row.person, row.room, self.start_of(row))
    }

    fn start_of(&self, row: &Row) -> Start {
        row.start.unwrap_or(self.start)
    }

    /// Whether a row is bad by itself, or contradicts another one.
    pub(super) fn is_bad(&self, row: &Row) -> bool {
        let contradicts = |other: &Row| {
            other.flaw.is_none()
                && self.key(other) == self.key(row)
                && (other.name, other.moderator) != (row.name, row.moderator)
        };
        row.flaw.is_some() || self.rows.iter().any(contradicts)
    }

    pub(super) fn is_clean(&self) -> bool {
        !self.rows.iter().any(|row| self.is_bad(row))
    }

    /// Whether a bad row may be anybody's.
    pub(super) fn has_unreadable_address(&self) -> bool {
        self.rows.iter().any(|row| row.flaw == Some(Flaw::Address))
    }

    pub(super) fn is_over(&self, row: &Row) -> bool {
        self.is_past(self.start_of(row))
    }

    pub(super) fn is_past(&self, start: Start) -> bool {
        start == Start::Past || self.held.contains(&start)
    }

    /// What the roster writes, and start and end as iCalendar writes them.
    pub(super) fn times(&self, start: Start) -> (String, String, String) {
        start.times(self.held.contains(&start))
    }

    /// Rows that are neither bad, nor over, nor left out.
    pub(super) fn live_rows(&self) -> impl Iterator<Item = &Row> {
        let counts =
            |row: &&Row| !self.is_bad(row) && !self.is_over(row) && !self.is_left_out(row.person);
        self.rows.iter().filter(counts)
    }

    fn has_live_row(&self, person: Person) -> bool {
        self.live_rows().any(|row| row.person == person)
    }

    /// The index of a person's row.
    pub(super) fn row_index(&self, person: Person, at: usize) -> Option<usize> {
        let rows = self.rows.iter().enumerate().filter(|(_, row)| row.person == person);
        let rows: Vec<usize> = rows.map(|(index, _)| index).collect();
        Some(*rows.get(at % rows.len().max(1))?)
    }

    pub(super) fn edit_row(&mut self, person: Person, at: usize, edit: impl FnOnce(&mut Row)) {
        if let Some(index) = self.row_index(person, at) {
            edit(&mut self.rows[index]);
        }
    }
}
