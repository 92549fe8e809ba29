//! A room's name, its path segment in the link, and the node that the server compares with the claim.

use percent_encoding::{AsciiSet, percent_decode, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use crate::percent::RESERVED;

/// What is percent-encoded in a link's path segment. The client drops the characters that are removed
/// here. They stay as typed, so that the link opens the same room as the name typed into a browser.
const RESERVED_IN_SEGMENT: &AsciiSet = &RESERVED
    .remove(b'!')
    .remove(b'$')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b'=')
    .remove(b'@');

/// What JavaScript's `encodeURIComponent` encodes.
const RESERVED_IN_NODE: &AsciiSet =
    &RESERVED.remove(b'!').remove(b'*').remove(b'\'').remove(b'(').remove(b')');

/// The longest node in octets (a JID's local part, RFC 7622 §3.3).
const LONGEST_NODE: usize = 1023;

/// Paths that a Jitsi web server uses itself (`jitsi-tokens` facts, §1.3). Sorted for the binary search.
const TAKEN: [&str; 27] = [
    ".well-known",
    "about",
    "base.html",
    "body.html",
    "close.html",
    "config.js",
    "connection_optimization",
    "css",
    "external_api.js",
    "favicon.ico",
    "fonts",
    "fonts.html",
    "head.html",
    "http-bind",
    "images",
    "index.html",
    "interface_config.js",
    "lang",
    "libs",
    "logging_config.js",
    "manifest.json",
    "plugin.head.html",
    "robots.txt",
    "sounds",
    "static",
    "transcripts",
    "xmpp-websocket",
];

/// A meeting's room: the name as typed, as a path segment and as a node.
///
/// The web client turns the last segment of a URL into the node, and the server compares the node with the
/// `room` claim. The rules are in `jitsi-tokens` facts, §1.3.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Room {
    name: String,
    segment: String,
    node: String,
}

/// A text cannot be the name of a room.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot be a room: {reason}")]
pub struct BadRoom {
    /// The name as typed.
    pub name: String,
    /// What is wrong with it.
    pub reason: RoomReason,
    /// A similar name that works.
    pub suggestion: String,
}

/// Why a name cannot be a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoomReason {
    /// The client drops every character of it, or it is `.` or `..`.
    #[error("it has no characters that can be used in a link")]
    Empty,
    /// In the `room` claim, `*` stands for all rooms.
    #[error("it stands for all rooms")]
    EveryRoom,
    /// The web server in its default configuration answers such a path with 404.
    #[error("Jitsi's web server does not serve names that contain `{0}`")]
    NotServed(char),
    /// A JID's local part must not contain it, so the server cannot create the room.
    #[error("a room's address on the server must not contain `{0}`")]
    NotAddressable(char),
    /// A control character, or another character that is not displayed.
    #[error("it contains an invisible character")]
    Invisible,
    /// The web server serves a file or folder at that path.
    #[error("Jitsi's web server has a file or folder with that name")]
    Taken,
    /// Longer than a JID's local part may be.
    #[error("it is too long")]
    TooLong,
}

impl Room {
    /// Reads a name as typed. Surrounding white space is ignored.
    ///
    /// # Errors
    /// [`BadRoom`] if a server in its default configuration would answer the link with 404, or if no claim
    /// could match the room.
    pub fn parse(text: &str) -> Result<Room, BadRoom> {
        let name = text.trim();
        Room::read(name).map_err(|reason| BadRoom {
            name: name.to_owned(),
            reason,
            suggestion: slug(name),
        })
    }

    fn read(name: &str) -> Result<Room, RoomReason> {
        if name == "*" {
            return Err(RoomReason::EveryRoom);
        }
        // nginx compares the decoded path with `[^/?&:'"]+`, so percent-encoding would not help.
        if let Some(c) = name.chars().find(|c| matches!(c, '&' | ':' | '\'' | '"' | '?')) {
            return Err(RoomReason::NotServed(c));
        }
        if name.contains(|c: char| c.is_control() || crate::name::is_invisible(c)) {
            return Err(RoomReason::Invisible);
        }
        // The client drops both, and calendar text would have to escape them.
        let written = name.replace([',', ';'], "");
        let segment = utf8_percent_encode(&written, RESERVED_IN_SEGMENT).to_string();
        let node = node_of(&segment);
        // A URL parser resolves `.` and `..` as relative paths.
        if node.is_empty() || node.chars().all(|c| c == '.') {
            return Err(RoomReason::Empty);
        }
        // NFKC makes an apostrophe of the full-width one, which the check above lets through.
        if node.contains('\'') {
            return Err(RoomReason::NotAddressable('\''));
        }
        if is_taken(&node) {
            return Err(RoomReason::Taken);
        }
        // Octets of the percent-encoded node: a letter outside of ASCII takes at least six.
        if node.len() > LONGEST_NODE {
            return Err(RoomReason::TooLong);
        }
        Ok(Room { name: name.to_owned(), segment, node })
    }

    /// The name as typed, without surrounding white space. It is what people read.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last segment of the link's path.
    pub fn segment(&self) -> &str {
        &self.segment
    }

    /// The server's own name for the room, and the token's `room` claim. Two names with the same node are the same
    /// room.
    pub fn node(&self) -> &str {
        &self.node
    }
}

/// Whether a path is one that Jitsi's web server uses itself.
pub(crate) fn is_taken(name: &str) -> bool {
    TAKEN.binary_search(&name).is_ok()
}

/// What the web client makes of a path segment: it drops some characters, then applies
/// `decodeURIComponent`, NFKC, lower case, `encodeURIComponent` and lower case again.
fn node_of(segment: &str) -> String {
    // Only where they are written literally: percent-encoded ones are decoded later, and stay.
    let kept: Vec<u8> =
        segment.bytes().filter(|byte| !b":?#[]@!$&'()*+,;=></\"".contains(byte)).collect();
    let decoded = percent_decode(&kept).decode_utf8_lossy();
    // Rust's lower case is JavaScript's, as far as it was compared on a live server (`İ` becomes `i%cc%87` in both).
    let folded = decoded.nfkc().collect::<String>().to_lowercase();
    let mut node = utf8_percent_encode(&folded, RESERVED_IN_NODE).to_string();
    // The client lower-cases the escapes, too: `%C3` becomes `%c3`.
    node.make_ascii_lowercase();
    node
}

/// A similar name of `[a-z0-9-]`. Such a name is the same as segment and as node.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    let spelled = name.replace('&', " and ").replace(['\'', '\u{2019}'], "");
    for c in spelled.nfkd().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !unicode_normalization::char::is_combining_mark(c)
            && !slug.is_empty()
            && !slug.ends_with('-')
        {
            slug.push('-');
        }
        // The link has to stay readable.
        if slug.len() >= 60 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "meeting".to_owned()
    // A suggestion has to be accepted when it is tried.
    } else if TAKEN.contains(&slug) {
        format!("{slug}-room")
    } else {
        slug.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segment_and_node_are_those_of_a_live_server() {
        #[track_caller]
        fn case(name: &str, segment: &str, node: &str) {
            let room = Room::parse(name).unwrap();
            assert_eq!((room.segment(), room.node()), (segment, node));
        }

        // Observed with the web client and Prosody (`jitsi-tokens` facts, §1.3).
        case("autumn-town-hall", "autumn-town-hall", "autumn-town-hall");
        case("UPPER", "UPPER", "upper");
        case(" Town Hall ", "Town%20Hall", "town%20hall");
        case("Town+Hall", "Town+Hall", "townhall");
        case("Café", "Caf%C3%A9", "caf%c3%a9");
        case("CAFÉ", "CAF%C3%89", "caf%c3%a9");
        case("Cafe\u{301}", "Cafe%CC%81", "caf%c3%a9");
        case("План", "%D0%9F%D0%BB%D0%B0%D0%BD", "%d0%bf%d0%bb%d0%b0%d0%bd");
        case("🎉party", "%F0%9F%8E%89party", "%f0%9f%8e%89party");
        case("a/b", "a%2Fb", "a%2fb");
        case("Q3 (plan)", "Q3%20(plan)", "q3%20plan");
        case("Q3, plan", "Q3%20plan", "q3%20plan");
        case("100%", "100%25", "100%25");
        case("100%41", "100%2541", "100%2541");
        case("Straße", "Stra%C3%9Fe", "stra%c3%9fe");
        case("ＡＢ", "%EF%BC%A1%EF%BC%A2", "ab");
        case("v1.2_x-y~z", "v1.2_x-y~z", "v1.2_x-y~z");
        case("İstanbul", "%C4%B0stanbul", "i%cc%87stanbul");
        case("C# talk", "C%23%20talk", "c%23%20talk");
    }

    #[test]
    fn a_name_that_no_link_can_open_is_refused_and_one_that_works_is_suggested() {
        #[track_caller]
        fn case(name: &str, reason: RoomReason, suggestion: &str) {
            let bad = Room::parse(name).unwrap_err();
            assert_eq!((bad.reason, bad.suggestion.as_str()), (reason, suggestion));
            assert!(Room::parse(&bad.suggestion).is_ok());
        }

        case("*", RoomReason::EveryRoom, "meeting");
        case("", RoomReason::Empty, "meeting");
        case("+++", RoomReason::Empty, "meeting");
        case("..", RoomReason::Empty, "meeting");
        case("R&D", RoomReason::NotServed('&'), "r-and-d");
        case("Bob's", RoomReason::NotServed('\''), "bobs");
        case("Bob\u{ff07}s", RoomReason::NotAddressable('\''), "bob-s");
        case("10:30", RoomReason::NotServed(':'), "10-30");
        case("Why?", RoomReason::NotServed('?'), "why");
        case("\"Café\"", RoomReason::NotServed('"'), "cafe");
        case("a\u{202e}b", RoomReason::Invisible, "a-b");
        case("a\nb", RoomReason::Invisible, "a-b");
        case("Static", RoomReason::Taken, "static-room");
        case("config.js", RoomReason::Taken, "config-js");
        case(&"é".repeat(200), RoomReason::TooLong, &"e".repeat(60));
    }

    #[test]
    fn the_taken_names_are_sorted() {
        assert!(TAKEN.is_sorted());
    }

    proptest::proptest! {
        #[test]
        fn every_segment_leads_to_its_node(text in "\\PC{0,40}") {
            match Room::parse(&text) {
                Ok(room) => {
                    assert!(room.segment().bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%!$()*+=@".contains(&b)));
                    assert!(room.node().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._~%!()*".contains(&b)));
                    assert_eq!(node_of(room.segment()), room.node());
                    let parsed = url::Url::parse(&format!("https://h/{}?jwt=x", room.segment())).unwrap();
                    assert_eq!(parsed.path(), format!("/{}", room.segment()));
                }
                Err(bad) => assert!(Room::parse(&bad.suggestion).is_ok(), "{bad:?}"),
            }
        }
    }
}
