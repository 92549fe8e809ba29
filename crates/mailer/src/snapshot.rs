//! What a person was or is to be told: the facts that `send` compares, and the rest that a message is made of.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{
    Attendee, Avatar, DisplayName, Email, LinkOption, Meeting, Role, Room, Server, SigningKey,
    Window, digest, known_zone,
};
use serde::{Deserialize, Serialize};

use crate::Sender;

/// The facts of an invitation: when one of them changes, the person is told. Wording is none of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    title: String,
    room: String,
    /// Seconds since 1970 UTC, as all times here.
    start: i64,
    end: i64,
    zone: String,
    organizer: String,
    server: ServerFacts,
    role: RoleFacts,
    opens: i64,
    closes: i64,
    name: String,
    id: String,
    language: Option<String>,
}

/// What every link of a server has in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFacts {
    base: String,
    issuer: String,
    audience: String,
    subject: String,
    algorithm: String,
    key_id: Option<String>,
    /// Tells the signing key from others, and is of no use to anybody.
    key: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RoleFacts {
    name: String,
    moderator: bool,
    features: Vec<String>,
    link: Vec<(String, serde_json::Value)>,
}

/// Everything that a person's messages are made of, beside templates and sender: enough to make the same
/// message again without the roster. It holds no token and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    facts: Facts,
    /// In the spelling that mail goes to.
    address: String,
    own_id: Option<String>,
    avatar: Option<String>,
    zone: Option<String>,
    extra: Vec<(String, String)>,
}

/// What a [`Snapshot`] is made of.
#[derive(Debug)]
pub struct SnapshotParts<'a> {
    /// Who: needs an address.
    pub attendee: &'a Attendee,
    /// The meeting.
    pub meeting: &'a Meeting,
    /// The person's role.
    pub role: &'a Role,
    /// When the link works.
    pub window: Window,
    /// The server's side.
    pub server: &'a ServerFacts,
    /// Who invites.
    pub sender: &'a Sender,
    /// The person's language.
    pub language: Option<&'a str>,
    /// The person's own zone.
    pub zone: Option<&'a TimeZone>,
    /// The roster's further columns.
    pub extra: &'a [(&'a str, &'a str)],
}

/// A kind of fact, in the words of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// Start, end or zone.
    Time,
    /// The room.
    Room,
    /// The title.
    Title,
    /// The role, or its rights.
    Role,
    /// The name.
    Name,
    /// The person's id.
    Id,
    /// The language.
    Language,
    /// Who invites.
    Organizer,
    /// When the link works.
    Window,
    /// Where links start, or what the server expects of a token.
    Server,
    /// The secret or key.
    Key,
}

impl Change {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Change::Time => "time",
            Change::Room => "room",
            Change::Title => "title",
            Change::Role => "role",
            Change::Name => "name",
            Change::Id => "id",
            Change::Language => "language",
            Change::Organizer => "organizer",
            Change::Window => "window",
            Change::Server => "server",
            Change::Key => "key",
        }
    }
}

/// A sheet that a ledger kept cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what the ledger has kept of {0} cannot be understood")]
pub struct Unreadable(pub String);

impl ServerFacts {
    /// The facts of a server and the key that signs for it.
    pub fn new(server: &Server, key: &SigningKey) -> ServerFacts {
        ServerFacts {
            base: server.base().to_owned(),
            issuer: server.issuer().to_owned(),
            audience: server.audience().to_owned(),
            subject: server.subject().to_owned(),
            algorithm: server.algorithm().to_string(),
            key_id: server.key_id().map(str::to_owned),
            key: key.identifier(),
        }
    }
}

impl Facts {
    /// When the meeting ends, in seconds since 1970 UTC.
    pub fn end(&self) -> i64 {
        self.end
    }

    /// When it begins, likewise.
    pub fn start(&self) -> i64 {
        self.start
    }

    /// The room's name.
    pub fn room(&self) -> &str {
        &self.room
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The role's name.
    pub fn role(&self) -> &str {
        &self.role.name
    }

    /// Whether the person moderates.
    pub fn moderator(&self) -> bool {
        self.role.moderator
    }

    /// When the link stops working, in seconds since 1970 UTC.
    pub fn closes(&self) -> i64 {
        self.closes
    }

    /// The zone in which times are told.
    pub fn zone(&self) -> TimeZone {
        known_zone(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// What differs from what somebody was told before.
    pub fn changes(&self, before: &Facts) -> Vec<Change> {
        let same_key = self.server.key == before.server.key;
        let same_server = ServerFacts { key: String::new(), ..self.server.clone() }
            == ServerFacts { key: String::new(), ..before.server.clone() };
        // Whoever moves the meeting moves the window with it.
        let around = |facts: &Facts| (facts.start - facts.opens, facts.closes - facts.end);
        let checks = [
            (
                Change::Time,
                (self.start, self.end, &self.zone) == (before.start, before.end, &before.zone),
            ),
            (Change::Room, self.room == before.room),
            (Change::Title, self.title == before.title),
            (Change::Role, self.role == before.role),
            (Change::Name, self.name == before.name),
            (Change::Id, self.id == before.id),
            (Change::Language, self.language == before.language),
            (Change::Organizer, self.organizer == before.organizer),
            (Change::Window, around(self) == around(before)),
            (Change::Server, same_server),
            (Change::Key, same_key),
        ];
        checks.into_iter().filter(|(_, same)| !same).map(|(change, _)| change).collect()
    }
}

impl Snapshot {
    /// What a person is to be told; `None` for people without an address.
    pub fn new(parts: &SnapshotParts<'_>) -> Option<Snapshot> {
        let SnapshotParts { attendee, meeting, role, window, server, sender, .. } = parts;
        let email = attendee.email.as_ref()?;
        let link = role
            .link_options
            .iter()
            .map(|option| (option.key().to_owned(), option.value().clone()));
        let facts = Facts {
            title: meeting.title.clone(),
            room: meeting.room.name().to_owned(),
            start: meeting.start.as_second(),
            end: meeting.end.as_second(),
            zone: meeting.zone.iana_name().unwrap_or("UTC").to_owned(),
            organizer: format!("{} <{}>", sender.organizer_name(), sender.organizer_email()),
            server: (*server).clone(),
            role: RoleFacts {
                name: role.name.clone(),
                moderator: role.moderator,
                features: role.features.clone(),
                link: link.collect(),
            },
            opens: window.not_before(),
            closes: window.expires(),
            name: attendee.name.to_string(),
            id: attendee.id().into_owned(),
            language: parts.language.map(str::to_owned),
        };
        Some(Snapshot {
            facts,
            address: email.to_string(),
            own_id: attendee.own_id.clone(),
            avatar: attendee.avatar.as_ref().map(|avatar| avatar.as_str().to_owned()),
            zone: parts.zone.and_then(|zone| zone.iana_name()).map(str::to_owned),
            extra: parts
                .extra
                .iter()
                .map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned()))
                .collect(),
        })
    }

    /// The sheet that a ledger has kept.
    pub(crate) fn read(text: &str) -> Result<Snapshot, Unreadable> {
        serde_json::from_str(text).map_err(|_| Unreadable("a person".to_owned()))
    }

    /// The facts in it.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The address in the spelling that mail goes to.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// As a ledger keeps it.
    pub fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What tells the facts from others.
    pub fn fingerprint(&self) -> [u8; 16] {
        let text = serde_json::to_vec(&self.facts).unwrap_or_default();
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&digest(&text)[..16]);
        fingerprint
    }

    /// The person it is about.
    pub(crate) fn attendee(&self) -> Option<Attendee> {
        Some(Attendee {
            own_id: self.own_id.clone(),
            email: Some(Email::parse(&self.address).ok()?),
            name: DisplayName::clean(&self.facts.name)?,
            avatar: self.avatar.as_deref().and_then(|avatar| Avatar::parse(avatar).ok()),
            namesake: 1,
        })
    }

    /// The meeting it is about.
    pub(crate) fn meeting(&self) -> Option<Meeting> {
        Some(Meeting {
            title: self.facts.title.clone(),
            room: Room::parse(&self.facts.room).ok()?,
            start: Timestamp::from_second(self.facts.start).ok()?,
            end: Timestamp::from_second(self.facts.end).ok()?,
            zone: self.facts.zone(),
        })
    }

    /// The person's role.
    pub(crate) fn role(&self) -> Role {
        let RoleFacts { name, moderator, features, link } = &self.facts.role;
        let options =
            link.iter().filter_map(|(key, value)| LinkOption::new(key, value.clone()).ok());
        Role {
            moderator: *moderator,
            features: features.clone(),
            link_options: options.collect(),
            ..Role::named(name)
        }
    }

    /// When the link works.
    pub(crate) fn window(&self) -> Option<Window> {
        Window::new(self.facts.opens, self.facts.closes).ok()
    }

    pub(crate) fn language(&self) -> Option<&str> {
        self.facts.language.as_deref()
    }

    pub(crate) fn own_zone(&self) -> Option<TimeZone> {
        known_zone(self.zone.as_deref()?).ok()
    }

    pub(crate) fn extra(&self) -> Vec<(&str, &str)> {
        self.extra.iter().map(|(key, cell)| (key.as_str(), cell.as_str())).collect()
    }
}
