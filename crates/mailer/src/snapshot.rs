//! What a person's messages are made from: the facts that `send` compares, and what else a message shows.

mod common;
mod facts;
mod record;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{
    Attendee, Avatar, Bypass, DisplayName, Email, FamilyMember, LinkOption, Meeting, Role, Room,
    Uid, Window, digest, known_zone,
};
use serde::{Deserialize, Serialize};

use crate::content::CancelReason;
use crate::sender::Sender;
pub use common::{CommonSnapshot, WrittenSnapshot};
use facts::RoleFacts;
pub use facts::{Change, Facts, ServerFacts};
pub use record::SnapshotRecord;

/// Everything that a person's messages are made from, templates and sender aside: enough to make the same message
/// again without the roster. It holds no token and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
// Ledgers keep it as JSON for years: a field that is added has to be optional, and none may be renamed.
pub struct Snapshot {
    facts: Facts,
    /// In the spelling that mail goes to; the person's key is in lower case.
    address: String,
    own_id: Option<String>,
    avatar: Option<String>,
    zone: Option<String>,
    extra: Vec<(String, String)>,
    /// Why a cancellation withdraws the invitation. With another message there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<CancelReason>,
    /// The name as people say it, where it is another than that of the facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    greeting: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    several_zones: bool,
}

/// What a [`Snapshot`] is made from.
#[derive(Debug)]
pub struct SnapshotParts<'a> {
    /// The person: one without an address has no snapshot.
    pub attendee: &'a Attendee,
    /// The meeting.
    pub meeting: &'a Meeting,
    /// The person's role.
    pub role: &'a Role,
    /// When the link works.
    pub window: Window,
    /// What the server expects.
    pub server: &'a ServerFacts,
    /// The sender, who may name another organizer.
    pub sender: &'a Sender,
    /// The person's language.
    pub language: Option<&'a str>,
    /// The person's own zone.
    pub zone: Option<&'a TimeZone>,
    /// The roster's other columns: key and cell.
    pub extra: &'a [(&'a str, &'a str)],
    /// The name as people say it, if that is not the attendee's.
    pub greeting: Option<String>,
    /// Whether the roster has people in several time zones.
    pub several_zones: bool,
}

/// The ledger's record of somebody or something cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the ledger's record of {0} cannot be read")]
pub struct Unreadable(pub String);

impl SnapshotParts<'_> {
    /// The facts that do not depend on the person.
    fn common_facts(&self) -> Facts {
        Facts::common(self.meeting, self.role, self.window, self.server, self.sender)
    }
}

impl Snapshot {
    /// The snapshot of a person; `None` for one without an address.
    pub fn new(parts: &SnapshotParts<'_>) -> Option<Snapshot> {
        let attendee = parts.attendee;
        let email = attendee.email.as_ref()?;
        let facts = Facts {
            name: attendee.name.to_string(),
            id: attendee.id().into_owned(),
            language: parts.language.map(str::to_owned),
            ..parts.common_facts()
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
            reason: None,
            greeting: parts.greeting.clone(),
            several_zones: parts.several_zones,
        })
    }

    /// The same for a cancellation, with its reason.
    #[must_use]
    pub(crate) fn cancelled(self, reason: CancelReason) -> Snapshot {
        Snapshot { reason: Some(reason), ..self }
    }

    /// Reads the text that a ledger has kept.
    pub(crate) fn read(text: &str) -> Result<Snapshot, Unreadable> {
        // The person is named only in the text that cannot be read.
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

    /// The text that a ledger keeps: JSON.
    pub fn text(&self) -> String {
        // Strings, numbers and JSON values always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The first 16 octets of the SHA-256 of the facts' JSON. Ledgers keep it: see [`Facts`] for what must not change.
    pub fn fingerprint(&self) -> [u8; 16] {
        let text = serde_json::to_vec(&self.facts).unwrap_or_default();
        // Half of the digest is enough: one fingerprint is compared with another, and nobody gains from a collision.
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&digest(&text)[..16]);
        fingerprint
    }

    /// As [`fingerprint`](Snapshot::fingerprint), from the snapshot's [`text`](Snapshot::text): the facts' JSON is in it,
    /// and making it once more would take longer than everything else.
    pub(crate) fn fingerprint_in(text: &str) -> [u8; 16] {
        // The last such key is the snapshot's own, whatever is in the facts: within a string, JSON has a backslash before
        // each quotation mark, and after this key there are no other keys than the snapshot's.
        let facts = text.strip_prefix("{\"facts\":").unwrap_or_default();
        let facts = facts.rsplit_once(",\"address\":").map_or(facts, |(facts, _)| facts);
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&digest(facts.as_bytes())[..16]);
        fingerprint
    }

    /// The person; `None` if address or name are not valid any more.
    pub(crate) fn attendee(&self) -> Option<Attendee> {
        let email = Email::parse(&self.address).ok()?;
        let shares = self.shared_uid(&email);
        Some(Attendee {
            own_id: self.own_id.clone(),
            email: Some(email),
            name: DisplayName::clean(&self.facts.name)?,
            // Without a valid avatar only a picture is missing: no reason to send nothing.
            avatar: self.avatar.as_deref().and_then(|avatar| Avatar::parse(avatar).ok()),
            // Equal names are numbered only among people without an address, who have no snapshot.
            namesake: 1,
            family: shares.map(|uid| FamilyMember { shares: Some(uid) }),
        })
    }

    /// A UID with the digits that the id of somebody has who shares an address: the id is all that it is needed for.
    fn shared_uid(&self, email: &Email) -> Option<Uid> {
        let digits = self.facts.id().strip_prefix(email.key().as_ref())?.strip_prefix('#')?;
        let first = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        let mut octets = [0; 16];
        octets[..4].copy_from_slice(&first);
        let uid = Uid::from_octets(octets);
        (self.own_id.is_none() && uid.short() == digits).then_some(uid)
    }

    /// The meeting; `None` if its times are not valid.
    pub(crate) fn meeting(&self) -> Option<Meeting> {
        Some(Meeting {
            title: self.facts.title.clone(),
            room: Room::recorded(&self.facts.room),
            start: Timestamp::from_second(self.facts.start).ok()?,
            end: Timestamp::from_second(self.facts.end).ok()?,
            zone: self.facts.zone(),
        })
    }

    /// The person's role.
    pub(crate) fn role(&self) -> Role {
        let RoleFacts {
            name,
            moderator,
            features,
            all_features_off,
            link,
            visitor,
            lobby_bypass,
            security_bypass,
        } = &self.facts.role;
        let options =
            link.iter().filter_map(|(key, value)| LinkOption::new(key, value.clone()).ok());
        Role {
            moderator: *moderator,
            visitor: *visitor,
            bypass: Bypass { lobby: *lobby_bypass, security: *security_bypass },
            features: (*all_features_off || !features.is_empty()).then(|| features.clone()),
            link_options: options.collect(),
            ..Role::named(name)
        }
    }

    /// When the link works; `None` for a window that is empty.
    pub(crate) fn window(&self) -> Option<Window> {
        Window::new(self.facts.opens, self.facts.closes).ok()
    }

    /// Why a cancellation withdraws the invitation.
    pub(crate) fn reason(&self) -> CancelReason {
        self.reason.unwrap_or(CancelReason::Invitation)
    }

    /// Whether two snapshots give the same link: everything that the token or the rest of the link is made from.
    pub(crate) fn has_same_link(&self, other: &Snapshot) -> bool {
        // The same person is in both, so the namesake's number does not count.
        let person = |snapshot: &Snapshot| {
            (snapshot.own_id.clone(), snapshot.address.clone(), snapshot.avatar.clone())
        };
        self.facts.have_same_link(&other.facts) && person(self) == person(other)
    }

    pub(crate) fn language(&self) -> Option<&str> {
        self.facts.language.as_deref()
    }

    pub(crate) fn own_zone(&self) -> Option<TimeZone> {
        known_zone(self.zone.as_deref()?).ok()
    }

    pub(crate) fn greeting(&self) -> Option<&str> {
        self.greeting.as_deref()
    }

    pub(crate) fn has_several_zones(&self) -> bool {
        self.several_zones
    }

    pub(crate) fn extra(&self) -> Vec<(&str, &str)> {
        self.extra.iter().map(|(key, cell)| (key.as_str(), cell.as_str())).collect()
    }
}

#[cfg(test)]
mod tests;
