//! The facts of an invitation: what `send` compares to decide whether a person needs an update.

use jiff::tz::TimeZone;
use meetmint_core::{Meeting, Role, Server, SigningKey, Window, known_zone};
use serde::{Deserialize, Serialize};

use crate::sender::Sender;

/// The facts of an invitation. A change of one of them is an update; a change of wording is not.
///
/// Their fingerprint is that of their JSON. So a field that is renamed, added or moved makes every message due again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub(super) title: String,
    pub(super) room: String,
    /// Seconds since 1970 UTC, as all times here.
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) zone: String,
    pub(super) organizer: String,
    pub(super) server: ServerFacts,
    pub(super) role: RoleFacts,
    pub(super) opens: i64,
    pub(super) closes: i64,
    pub(super) name: String,
    pub(super) id: String,
    pub(super) language: Option<String>,
}

/// What all links of a server have in common.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerFacts {
    base: String,
    issuer: String,
    audience: String,
    subject: String,
    algorithm: String,
    key_id: Option<String>,
    /// An identifier of the signing key, from which nobody can compute the key.
    // A ledger holds no secret. The identifier only has to show that the key was replaced.
    key: String,
}

/// A role and its rights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "ledgers have each by its name")]
pub(super) struct RoleFacts {
    pub(super) name: String,
    pub(super) moderator: bool,
    pub(super) features: Vec<String>,
    /// Whether `features` is a list without entries, which turns every feature off; otherwise an empty list means that
    /// there is none. Left out if not, so that the fingerprints of earlier versions stay as they are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) all_features_off: bool,
    pub(super) link: Vec<(String, serde_json::Value)>,
    // Left out if not, for the same reason.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) visitor: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) lobby_bypass: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) security_bypass: bool,
}

/// What has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
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
    /// The organizer.
    Organizer,
    /// When the link works.
    Window,
    /// Where links start, or what the server expects of a token.
    Server,
    /// The secret or key.
    Key,
}

impl Change {
    pub(super) const ALL: [Change; 11] = [
        Change::Time,
        Change::Room,
        Change::Title,
        Change::Role,
        Change::Name,
        Change::Id,
        Change::Language,
        Change::Organizer,
        Change::Window,
        Change::Server,
        Change::Key,
    ];

    /// The change with this name in a plan.
    pub(crate) fn named(word: &str) -> Option<Change> {
        Change::ALL.into_iter().find(|change| change.word() == word)
    }

    /// The change's name in a plan.
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

impl ServerFacts {
    /// The facts of a server and of the key that signs its tokens.
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

    /// The same, signed by another key, which is known by its identifier.
    #[must_use]
    pub fn with_key(self, key: String) -> ServerFacts {
        ServerFacts { key, ..self }
    }

    /// Everything but the key.
    fn without_key(&self) -> (&str, &str, &str, &str, &str, Option<&str>) {
        // Without `..`, so that a field that is added has to be placed here.
        let ServerFacts { base, issuer, audience, subject, algorithm, key_id, key: _ } = self;
        (base, issuer, audience, subject, algorithm, key_id.as_deref())
    }
}

impl Facts {
    /// Whether everything is the same but what is the person's, and the server, which is in no text.
    pub(crate) fn is_same_occasion(&self, other: &Facts) -> bool {
        // Without `..`, so that a field that is added has to be named here.
        let Facts {
            title,
            room,
            start,
            end,
            zone,
            organizer,
            server: _,
            role,
            opens,
            closes,
            name: _,
            id: _,
            language: _,
        } = self;
        (start, end, opens, closes) == (&other.start, &other.end, &other.opens, &other.closes)
            && (title, room, zone) == (&other.title, &other.room, &other.zone)
            && (organizer, role) == (&other.organizer, &other.role)
    }

    /// The facts that do not depend on the person.
    pub(super) fn common(
        meeting: &Meeting,
        role: &Role,
        window: Window,
        server: &ServerFacts,
        sender: &Sender,
    ) -> Facts {
        let link = role
            .link_options
            .iter()
            .map(|option| (option.key().to_owned(), option.value().clone()));
        Facts {
            title: meeting.title.clone(),
            room: meeting.room.name().to_owned(),
            start: meeting.start.as_second(),
            end: meeting.end.as_second(),
            // Times are seconds, so a zone without a name only loses how they are shown.
            zone: meeting.zone.iana_name().unwrap_or("UTC").to_owned(),
            organizer: sender.organizer_text(),
            server: server.clone(),
            role: RoleFacts {
                name: role.name.clone(),
                moderator: role.moderator,
                features: role.features.clone().unwrap_or_default(),
                all_features_off: role.features.as_ref().is_some_and(Vec::is_empty),
                link: link.collect(),
                visitor: role.visitor,
                lobby_bypass: role.bypass.lobby,
                security_bypass: role.bypass.security,
            },
            opens: window.not_before(),
            closes: window.expires(),
            name: String::new(),
            id: String::new(),
            language: None,
        }
    }

    /// When the meeting ends, in seconds since 1970 UTC.
    pub fn end(&self) -> i64 {
        self.end
    }

    /// When it starts, in seconds since 1970 UTC.
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

    /// The id by which Jitsi knows the person.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The organizer: `Name <address>`.
    pub(crate) fn organizer(&self) -> &str {
        &self.organizer
    }

    /// The identifier of the key that signs the links.
    pub(crate) fn key(&self) -> &str {
        &self.server.key
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

    /// The last second in which the link works, since 1970 UTC.
    pub fn closes(&self) -> i64 {
        self.closes
    }

    /// The meeting's time zone; UTC if this version of meetmint does not know it.
    pub fn zone(&self) -> TimeZone {
        // The times themselves are exact: in UTC they are harder to read, but not wrong.
        known_zone(&self.zone).unwrap_or(TimeZone::UTC)
    }

    /// Whether links with these facts are equal, for the same person.
    pub(super) fn have_same_link(&self, other: &Facts) -> bool {
        let window = |facts: &Facts| (facts.opens, facts.closes);
        // The name of a role is not in a link.
        let rights = |role: &RoleFacts| RoleFacts { name: String::new(), ..role.clone() };
        self.server == other.server
            && self.room == other.room
            && window(self) == window(other)
            && rights(&self.role) == rights(&other.role)
            && (&self.name, &self.id) == (&other.name, &other.id)
    }

    /// What changed since `before`.
    pub fn changes(&self, before: &Facts) -> Vec<Change> {
        // The window moves with the meeting: only a change of its distance to start and end is one of its own.
        let margins = |facts: &Facts| (facts.start - facts.opens, facts.closes - facts.end);
        let times = |facts: &Facts| (facts.start, facts.end);
        let checks = [
            // The zone, too: messages name it and show local times.
            (Change::Time, times(self) == times(before) && self.zone == before.zone),
            (Change::Room, self.room == before.room),
            (Change::Title, self.title == before.title),
            (Change::Role, self.role == before.role),
            (Change::Name, self.name == before.name),
            (Change::Id, self.id == before.id),
            (Change::Language, self.language == before.language),
            (Change::Organizer, self.organizer == before.organizer),
            (Change::Window, margins(self) == margins(before)),
            (Change::Server, self.server.without_key() == before.server.without_key()),
            (Change::Key, self.server.key == before.server.key),
        ];
        checks.into_iter().filter(|(_, same)| !same).map(|(change, _)| change).collect()
    }
}
