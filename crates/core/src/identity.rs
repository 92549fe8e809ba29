//! What makes a meeting and an invitation the same one when all else about them changes.

use std::fmt;

use aws_lc_rs::{digest, hmac};
use jiff::Timestamp;

/// A meeting's id: 128 random bits that its folder keeps, or what is derived where it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingId(String);

/// The calendar identity of one person's invitation: the left part of its UID (RFC 5545 §3.8.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid([u8; 16]);

impl MeetingId {
    /// An id that stands in a meeting folder; `None` if it is blank.
    pub fn written(text: &str) -> Option<MeetingId> {
        let text = text.trim();
        (!text.is_empty()).then(|| MeetingId(text.to_owned()))
    }

    /// The id of a folder that has none: it stays the same as long as the links do.
    pub fn derived(base: &str, app_id: &str, node: &str) -> MeetingId {
        let digest = digest::digest(&digest::SHA256, [base, app_id, node].join("\0").as_bytes());
        MeetingId(hex(&digest.as_ref()[..16]))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identity of a person's invitation. `person` is [`Attendee::key`](crate::Attendee::key), and `start`
    /// the one of the first invitation.
    pub fn uid(&self, person: &str, node: &str, start: Timestamp) -> Uid {
        let text = format!("{person}\0{node}\0{}", start.as_second());
        Uid(self.keyed(text.as_bytes()))
    }

    /// Another identity for the same key, where `taken` others have it already.
    pub fn uid_beside(&self, person: &str, node: &str, start: Timestamp, taken: u32) -> Uid {
        let text = format!("{person}\0{node}\0{}\0{taken}", start.as_second());
        Uid(self.keyed(text.as_bytes()))
    }

    /// The left part of a message's Message-ID (RFC 5322 §3.6.4): a repeat of the same message has the same,
    /// so that it can be told for one downstream.
    pub fn message_id(&self, uid: Uid, sequence: u32, kind: &str, copy: u32) -> String {
        hex(&self.keyed(format!("{uid}\0{sequence}\0{kind}\0{copy}").as_bytes()))
    }

    fn keyed(&self, text: &[u8]) -> [u8; 16] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        let tag = hmac::sign(&key, text);
        tag.as_ref()[..16].try_into().expect("a tag has 32 octets")
    }
}

impl Uid {
    /// Its octets, as a ledger keeps them.
    pub fn octets(&self) -> [u8; 16] {
        self.0
    }

    /// The identity that a ledger has kept.
    pub fn from_octets(octets: [u8; 16]) -> Uid {
        Uid(octets)
    }

    /// Its first eight hexadecimal digits: enough to tell files of one person apart.
    pub fn short(&self) -> String {
        hex(&self.0[..4])
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// SHA-256 (FIPS 180-4).
///
/// # Panics
/// Never.
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 octets")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_depends_on_meeting_person_room_and_start_alone() {
        let id = MeetingId::written(" 00ff ").unwrap();
        let start: Timestamp = "2027-03-11T13:00:00Z".parse().unwrap();
        let uid = id.uid("ada@example.org", "x", start);
        // Computed with another implementation of HMAC-SHA256.
        assert_eq!(uid.to_string(), "c3d4e80e63657f6c33fd45bc08c29f58");
        assert_eq!(uid.short(), "c3d4e80e");
        assert_eq!(id.uid("ada@example.org", "x", start), uid);
        assert_ne!(id.uid("bob@example.org", "x", start), uid);
        assert_ne!(id.uid("ada@example.org", "y", start), uid);
        assert_ne!(id.uid("ada@example.org", "x", "2027-03-11T13:00:01Z".parse().unwrap()), uid);
        assert_ne!(MeetingId::written("00fe").unwrap().uid("ada@example.org", "x", start), uid);
        assert_ne!(id.message_id(uid, 0, "invite", 0), id.message_id(uid, 0, "invite", 1));
        assert_eq!(MeetingId::written("  "), None);
    }

    #[test]
    fn a_derived_id_is_told_by_link_and_application() {
        let id = MeetingId::derived("https://meet.example.org", "acme", "x");
        assert_eq!(id.as_str().len(), 32);
        assert_ne!(id, MeetingId::derived("https://meet.example.org", "acme", "y"));
    }
}
