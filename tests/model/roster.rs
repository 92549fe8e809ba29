//! What rosters are made from.

use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp, ToSpan as _};

/// Whoever may be in the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Person {
    Ada,
    Bob,
    Cy,
    Dee,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
    Main,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    March,
    April,
    May,
    /// In an hour and a half.
    Soon,
    /// So long ago that nobody was ever invited.
    Past,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Organizer {
    Events,
    Office,
}

/// Why a row cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Role,
    Address,
}

/// How much earlier a meeting counts as held than it was announced: the clock cannot be set.
pub(super) const HELD_AGO: SignedDuration = SignedDuration::from_hours(20 * 366 * 24);

/// A row of the roster.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) person: Person,
    pub(super) name: u8,
    pub(super) moderator: bool,
    pub(super) room: Room,
    /// Its own start; by default the meeting's.
    pub(super) start: Option<Start>,
    pub(super) capitals: bool,
    pub(super) flaw: Option<Flaw>,
}

/// An event in a calendar, with what its link says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    pub(super) title: String,
    pub(super) start: String,
    pub(super) end: String,
    pub(super) organizer: String,
    pub(super) room: String,
    pub(super) name: String,
    pub(super) moderator: bool,
}

impl Row {
    pub(super) fn new(person: Person) -> Row {
        let (room, start) = (Room::Main, None);
        Row { person, name: 0, moderator: false, room, start, capitals: false, flaw: None }
    }

    pub(super) fn name(&self) -> String {
        format!("{:?} {}", self.person, self.name)
    }
}

impl Person {
    pub(super) const ALL: [Person; 4] = [Person::Ada, Person::Bob, Person::Cy, Person::Dee];

    pub(super) fn address(self) -> String {
        format!("{self:?}@example.org").to_lowercase()
    }

    /// The person with an address, in any case.
    pub(super) fn by_address(address: &str) -> Option<Person> {
        let address = address.to_lowercase();
        Person::ALL.into_iter().find(|person| person.address() == address)
    }
}

impl Room {
    pub(super) fn name(self) -> &'static str {
        match self {
            Room::Main => "main-room",
            Room::Other => "other-room",
        }
    }
}

impl Start {
    /// The last of them is never held, so that a meeting can always be moved.
    pub(super) const AHEAD: [Start; 4] = [Start::March, Start::April, Start::Soon, Start::May];

    /// As the roster writes it, and start and end as iCalendar writes them. Meetings last an hour. One that was held was
    /// held long ago.
    pub(super) fn times(self, is_held: bool) -> (String, String, String) {
        static SOON: OnceLock<Timestamp> = OnceLock::new();
        let start = match self {
            Start::March => "2031-03-11T14:00Z".parse().unwrap(),
            Start::April => "2031-04-01T09:00Z".parse().unwrap(),
            Start::May => "2031-05-02T10:30Z".parse().unwrap(),
            Start::Past => "2020-01-01T10:00Z".parse().unwrap(),
            Start::Soon => *SOON.get_or_init(|| now() + 90.minutes()),
        };
        let start = if is_held { start - HELD_AGO } else { start };
        let (end, form) = (start + 60.minutes(), "%Y%m%dT%H%M00Z");
        let text = |time: Timestamp, form| time.strftime(form).to_string();
        (text(start, "%Y-%m-%d %H:%M"), text(start, form), text(end, form))
    }
}

impl Organizer {
    pub(super) fn address(self) -> &'static str {
        match self {
            Organizer::Events => "events@example.org",
            Organizer::Office => "office@example.org",
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "`meetmint` reads the same clock")]
fn now() -> Timestamp {
    Timestamp::now()
}
