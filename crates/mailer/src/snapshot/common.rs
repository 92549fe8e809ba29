//! What the snapshots of all people at a meeting with one role have in common: written and hashed once.

use meetmint_core::Hashed;
use serde::Serialize;

use super::{SnapshotParts, Unreadable};

/// What the text of every snapshot begins with.
const START: &str = "{\"facts\":";

/// With what the facts of somebody without name, id and language end.
const NOBODY: &str = ",\"name\":\"\",\"id\":\"\",\"language\":null}";

/// More than most people's own part of a text takes, in octets; only to reserve memory.
const OWN: usize = 400;

/// The beginning of the snapshots of all people at a meeting with one role. Most of a snapshot is the same for all of them:
/// to write and hash that for each of a hundred thousand people would take longer than everything else.
#[derive(Clone)]
pub struct CommonSnapshot {
    /// The text up to the name.
    beginning: String,
    /// The digest of that, and of the facts in it.
    text: Hashed,
    facts: Hashed,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) moderator: bool,
}

/// What a ledger keeps of a person's snapshot: the same as that of the [`Snapshot`](super::Snapshot) of the same parts.
#[derive(Clone, Debug)]
pub struct WrittenSnapshot {
    /// As [`Snapshot::text`](super::Snapshot::text).
    pub text: String,
    /// As [`Snapshot::fingerprint`](super::Snapshot::fingerprint).
    pub fingerprint: [u8; 16],
    /// The digest of the text.
    pub(crate) digest: [u8; 32],
}

/// The facts that are a person's own. The fields are those of [`Facts`](super::Facts) from the name on, in their order.
#[derive(Serialize)]
struct OwnFacts<'a> {
    name: &'a str,
    id: &'a str,
    language: Option<&'a str>,
}

/// What follows the facts. The fields are those of [`Snapshot`](super::Snapshot), in their order.
#[derive(Serialize)]
struct Rest<'a> {
    address: &'a str,
    own_id: Option<&'a str>,
    avatar: Option<&'a str>,
    zone: Option<&'a str>,
    extra: &'a [(&'a str, &'a str)],
    // No reason: that is for cancellations.
    #[serde(skip_serializing_if = "Option::is_none")]
    greeting: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    several_zones: bool,
}

impl CommonSnapshot {
    /// Prepares the snapshots of people with the meeting, role, window, server and sender of these parts; what else is in
    /// them does not count.
    ///
    /// # Errors
    /// [`Unreadable`] if the facts cannot be cut before the name, which is not expected.
    pub fn new(parts: &SnapshotParts<'_>) -> Result<CommonSnapshot, Unreadable> {
        let facts = parts.common_facts();
        let unreadable = || Unreadable("the meeting".to_owned());
        let json = serde_json::to_string(&facts).map_err(|_| unreadable())?;
        let common = json.strip_suffix(NOBODY).ok_or_else(unreadable)?;
        let beginning = format!("{START}{common}");
        Ok(CommonSnapshot {
            text: Hashed::beginning(beginning.as_bytes()),
            facts: Hashed::beginning(common.as_bytes()),
            beginning,
            start: facts.start(),
            end: facts.end(),
            moderator: facts.moderator(),
        })
    }

    /// The snapshot of a person, with parts of the same meeting, role, window, server and sender. `None` for one without an
    /// address.
    pub fn write(&self, parts: &SnapshotParts<'_>) -> Option<WrittenSnapshot> {
        let attendee = parts.attendee;
        let email = attendee.email.as_ref()?;
        let mut text = Vec::with_capacity(self.beginning.len() + OWN);
        text.extend_from_slice(self.beginning.as_bytes());
        let own =
            OwnFacts { name: attendee.name.as_str(), id: &attendee.id(), language: parts.language };
        append(&mut text, &own)?;
        let facts = self.facts.with(&text[self.beginning.len()..]);
        append(
            &mut text,
            &Rest {
                address: email.as_str(),
                own_id: attendee.own_id.as_deref(),
                avatar: attendee.avatar.as_ref().map(meetmint_core::Avatar::as_str),
                zone: parts.zone.and_then(|zone| zone.iana_name()),
                extra: parts.extra,
                greeting: parts.greeting.as_deref(),
                several_zones: parts.several_zones,
            },
        )?;
        let digest = self.text.with(&text[self.beginning.len()..]);
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&facts[..16]);
        Some(WrittenSnapshot { text: String::from_utf8(text).ok()?, fingerprint, digest })
    }
}

/// Appends the fields of an object to an object that is not closed yet, and closes it.
fn append(text: &mut Vec<u8>, fields: &impl Serialize) -> Option<()> {
    let at = text.len();
    // Strings and numbers always have a JSON form.
    serde_json::to_writer(&mut *text, fields).ok()?;
    text[at] = b',';
    Some(())
}
