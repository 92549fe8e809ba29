//! Identifiers of meetings, invitations and messages. They stay the same when details change.

use std::fmt;

use aws_lc_rs::{digest, hmac};
use jiff::Timestamp;

/// The id of a meeting: 128 random bits in its folder, or a digest if the folder has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingId(String);

/// Identifies one person's invitation in calendars: the part of the UID before the `@` (RFC 5545 §3.8.4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid([u8; 16]);

impl MeetingId {
    /// The id that is written in a meeting folder; `None` if it is blank.
    pub fn written(text: &str) -> Option<MeetingId> {
        let text = text.trim();
        (!text.is_empty()).then(|| MeetingId(text.to_owned()))
    }

    /// The id for a folder that has none. It stays the same as long as base URL, application and room do.
    pub fn derived(base: &str, app_id: &str, node: &str) -> MeetingId {
        // Separated by NUL, which none of them contains, so that different values never make the same text.
        // 16 octets are the 128 bits that a written id has.
        let digest = digest::digest(&digest::SHA256, [base, app_id, node].join("\0").as_bytes());
        MeetingId(lower_hex(&digest.as_ref()[..16]))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The UID of a person's invitation. `person` is [`Attendee::key`](crate::Attendee::key), and `start` is the
    /// start in their first invitation: the UID must not change when the meeting is moved.
    pub fn uid(&self, person: &str, node: &str, start: Timestamp) -> Uid {
        // An HMAC and not a plain digest: everybody who sees the calendar sees the UID, and could otherwise test it
        // against a list of addresses.
        let text = format!("{person}\0{node}\0{}", start.as_second());
        Uid(self.keyed(text.as_bytes()))
    }

    /// Another UID for the same person, room and start, if [`uid`](MeetingId::uid) is taken by another invitation.
    /// `attempt` starts at 1.
    pub fn alternative_uid(&self, person: &str, node: &str, start: Timestamp, attempt: u32) -> Uid {
        let text = format!("{person}\0{node}\0{}\0{attempt}", start.as_second());
        Uid(self.keyed(text.as_bytes()))
    }

    /// The part of a message's Message-ID before the `@` (RFC 5322 §3.6.4). A message that is sent again has the
    /// same one, so that mail systems can recognize it. `copy` is the copy number, starting at 0.
    pub fn message_id(&self, uid: Uid, sequence: u32, kind: &str, copy: u32) -> String {
        lower_hex(&self.keyed(format!("{uid}\0{sequence}\0{kind}\0{copy}").as_bytes()))
    }

    /// What is kept of an address, in lower case, after everything else about its person was erased: enough to recognize
    /// the person in a later roster. Nobody can read the address from it, but whoever has the meeting's id can test whether
    /// it is that of a person they know.
    pub fn address_mark(&self, address: &str) -> [u8; 16] {
        // What a UID is made from begins with a person, and so never with NUL.
        self.keyed(format!("\0address\0{address}").as_bytes())
    }

    /// What is kept of one person, by their [key](crate::Attendee::key) and the address in it: their
    /// [address mark](MeetingId::address_mark), of which somebody who shares the address with others has only the first
    /// half. Whoever knows the address finds the marks of all of them.
    pub fn person_mark(&self, key: &str, address: &str) -> [u8; 16] {
        let mut mark = self.address_mark(address);
        if key != address {
            let person = self.keyed(format!("\0person\0{key}").as_bytes());
            mark[8..].copy_from_slice(&person[..8]);
        }
        mark
    }

    fn keyed(&self, text: &[u8]) -> [u8; 16] {
        // Half of the HMAC is the least that RFC 2104 §5 recommends. It keeps UID and Message-ID short.
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_bytes());
        let mut octets = [0; 16];
        octets.copy_from_slice(&hmac::sign(&key, text).as_ref()[..16]);
        octets
    }
}

impl Uid {
    /// The 16 octets, as the ledger stores them.
    pub fn octets(&self) -> [u8; 16] {
        self.0
    }

    /// The UID that a ledger has stored.
    pub fn from_octets(octets: [u8; 16]) -> Uid {
        Uid(octets)
    }

    /// The first eight hexadecimal digits, enough to distinguish the files of one person.
    pub fn short(&self) -> String {
        lower_hex(&self.0[..4])
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lower_hex(&self.0))
    }
}

/// A SHA-256 digest of a text that comes in pieces. A copy goes on from the same place, so that what several texts begin with
/// is hashed once.
#[derive(Clone)]
pub struct Hashed(digest::Context);

impl Hashed {
    /// The state after the beginning of a text.
    pub fn beginning(text: &[u8]) -> Hashed {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(text);
        Hashed(context)
    }

    /// The digest of the beginning with the rest behind it.
    pub fn with(&self, rest: &[u8]) -> [u8; 32] {
        let mut context = self.0.clone();
        context.update(rest);
        let mut octets = [0; 32];
        octets.copy_from_slice(context.finish().as_ref());
        octets
    }
}

/// The SHA-256 digest (FIPS 180-4).
pub fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut octets = [0; 32];
    octets.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    octets
}

/// Lower-case hexadecimal digits, two for each octet.
pub fn lower_hex(bytes: &[u8]) -> String {
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
    fn a_uid_depends_on_meeting_person_room_and_start_only() {
        let id = MeetingId::written(" 00ff ").unwrap();
        let start: Timestamp = "2027-03-11T13:00:00Z".parse().unwrap();
        let uid = id.uid("ada@example.org", "x", start);
        // Computed with another implementation of HMAC-SHA256.
        assert_eq!(uid.to_string(), "c3d4e80e63657f6c33fd45bc08c29f58");
        assert_eq!(uid.short(), "c3d4e80e");
        assert_eq!(id.message_id(uid, 0, "invite", 0), "74678a7da3345c28e5d11f2e09fd17a9");
        assert_eq!(id.uid("ada@example.org", "x", start), uid);
        assert_ne!(id.uid("bob@example.org", "x", start), uid);
        assert_ne!(id.uid("ada@example.org", "y", start), uid);
        assert_ne!(id.uid("ada@example.org", "x", "2027-03-11T13:00:01Z".parse().unwrap()), uid);
        assert_ne!(MeetingId::written("00fe").unwrap().uid("ada@example.org", "x", start), uid);
        assert_ne!(id.message_id(uid, 0, "invite", 0), id.message_id(uid, 0, "invite", 1));
        assert_ne!(id.alternative_uid("ada@example.org", "x", start, 1), uid);
        assert_eq!(MeetingId::written("  "), None);
    }

    #[test]
    fn a_derived_id_depends_on_base_url_application_and_room() {
        let id = MeetingId::derived("https://meet.example.org", "acme", "x");
        assert_eq!(id.as_str().len(), 32);
        assert_ne!(id, MeetingId::derived("https://meet.example.org", "acme", "y"));
    }

    /// Calendars know invitations by these, and the ledger knows sent messages by their digests. A failure means that they
    /// would change for everybody who was invited by an earlier version. Computed with Python's hmac and hashlib.
    #[test]
    fn ids_are_the_same_in_every_version() {
        let id = MeetingId::written("ÄÖ").unwrap();
        let start = Timestamp::from_second(1_930_914_000).unwrap();
        let (person, node) = ("zoë@xn--e1afmkfd.example", "große halle");
        let uid = id.uid(person, node, start);
        assert_eq!(uid.to_string(), "c5c06663b3b90c91f51f2da8d117633a");
        let other = id.alternative_uid(person, node, start, 1);
        assert_eq!(other.to_string(), "e4b285e45567b14be806c33a845b2194");
        assert_eq!(id.message_id(uid, 12, "cancel", 3), "15c86fd238e487cd878e866e09a30bdb");
        let mark = lower_hex(&id.address_mark("zoë@xn--e1afmkfd.example"));
        assert_eq!(mark, "f1f3a06012700f29212d6def7e315b8d");
        let early = Timestamp::from_second(-1).unwrap();
        assert_eq!(id.uid("p", "r", early).to_string(), "fbfe34216208024ea87d103e9837c277");
        let derived = MeetingId::derived("https://meet.example.org", "acme", node);
        assert_eq!(derived.as_str(), "e662937915a050426af650fad58ba9d0");
        assert_eq!(Hashed::beginning("Ж".as_bytes()).with(b"\r\n"), digest("Ж\r\n".as_bytes()));
        assert_eq!(
            lower_hex(&digest("Ж\r\n".as_bytes())),
            "6daa36ca7d23aee2b56eef4a4b42117de0ceef5c65674d13b0a67a31f958528d"
        );
    }
}
