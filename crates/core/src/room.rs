//! A room's name, its path segment in the link, and the node that the server compares with the claim.

mod by_hand;
mod web_server;

use percent_encoding::{AsciiSet, percent_decode, utf8_percent_encode};
use unicode_normalization::UnicodeNormalization;

use crate::percent::RESERVED;
pub(crate) use web_server::is_used;

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

/// The longest node in octets: a JID's local part (RFC 7622 §3.3), a tenant in brackets included (`jitsi-tokens` facts, §9).
pub(crate) const LONGEST_NODE: usize = 1023;

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
#[error("{} cannot be a room: {reason}", crate::quoted(name))]
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
    /// The client drops every character of it, or it consists of dots.
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
    /// The web server uses that path itself.
    #[error("Jitsi's web server uses this path itself and does not show a meeting there")]
    Taken,
    /// Web servers and browsers resolve `.` and `..` between slashes as folders.
    #[error("web servers take `.` and `..` for folders")]
    Dots,
    /// nginx gives up after some of them.
    #[error("it has more slashes than Jitsi's web server can handle")]
    Slashes,
    /// Longer than a JID's local part may be.
    #[error("it is too long")]
    TooLong,
}

impl Room {
    /// Reads a name as typed. Surrounding white space is ignored.
    ///
    /// # Errors
    /// [`BadRoom`] if a web server in its default configuration would not answer the link with the meeting's page, or
    /// if no claim could match the room.
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
        let written = written(name);
        // A URL parser resolves them as relative paths, and nginx does so even if they are percent-encoded.
        if written.split('/').any(|part| matches!(part, "." | "..")) {
            return Err(RoomReason::Dots);
        }
        if written.matches('/').count() > web_server::MOST_SLASHES {
            return Err(RoomReason::Slashes);
        }
        let room = Room::recorded(name);
        let node = room.node();
        if node.is_empty() || node.chars().all(|c| c == '.') {
            return Err(RoomReason::Empty);
        }
        // NFKC makes an apostrophe of the full-width one, which the check above lets through.
        if node.contains('\'') {
            return Err(RoomReason::NotAddressable('\''));
        }
        // The node as well: it is the room's path for everybody who types it in.
        if is_used(&written.to_lowercase()) || is_used(node) {
            return Err(RoomReason::Taken);
        }
        // Octets of the percent-encoded node: a letter outside of ASCII takes at least six.
        if node.len() > LONGEST_NODE {
            return Err(RoomReason::TooLong);
        }
        Ok(room)
    }

    /// The name of a room that fits a text such as a title: ASCII letters, digits and hyphens, at most about 60 characters.
    /// [`parse`](Room::parse) accepts it, whatever the text is. Without any letter or digit that can be kept, it is
    /// `meeting`.
    pub fn name_for(text: &str) -> String {
        slug(text)
    }

    /// The room of a name that [`parse`](Room::parse) accepted once. An earlier version may have had other rules, and
    /// whoever was invited to such a room must still be told that the meeting is cancelled.
    pub fn recorded(name: &str) -> Room {
        let segment = utf8_percent_encode(&written(name), RESERVED_IN_SEGMENT).to_string();
        let node = node_of_segment(&segment);
        Room { name: name.to_owned(), segment, node }
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

/// The name as the link has it, not encoded yet.
fn written(name: &str) -> String {
    // The client drops both, and calendar text would have to escape them.
    name.replace([',', ';'], "")
}

/// What the web client makes of a path segment: it drops some characters, then applies
/// `decodeURIComponent`, NFKC, lower case, `encodeURIComponent` and lower case again.
pub(crate) fn node_of_segment(segment: &str) -> String {
    // Only where they are written literally: percent-encoded ones are decoded later, and stay.
    let kept: Vec<u8> =
        segment.bytes().filter(|byte| !b":?#[]@!$&'()*+,;=></\"".contains(byte)).collect();
    // JavaScript decodes all of it or, if something in it is no escape of UTF-8, nothing.
    let decoded = if has_only_escapes(&kept) {
        percent_decode(&kept).decode_utf8().unwrap_or_else(|_| String::from_utf8_lossy(&kept))
    } else {
        String::from_utf8_lossy(&kept)
    };
    // Rust's lower case is JavaScript's, as far as it was compared on a live server (`İ` becomes `i%cc%87` in both).
    let folded = decoded.nfkc().collect::<String>().to_lowercase();
    let mut node = utf8_percent_encode(&folded, RESERVED_IN_NODE).to_string();
    // The client lower-cases the escapes, too: `%C3` becomes `%c3`.
    node.make_ascii_lowercase();
    node
}

/// Whether two hexadecimal digits follow every percent sign.
fn has_only_escapes(text: &[u8]) -> bool {
    let mut rest = text.split(|byte| *byte == b'%').skip(1);
    rest.all(|part| part.len() >= 2 && part[..2].iter().all(u8::is_ascii_hexdigit))
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
    // A suggestion has to be accepted when it is tried. Some paths are known by their beginning, others by their end.
    } else if is_used(slug) {
        let longer = format!("{slug}-room");
        if is_used(&longer) { format!("room-{slug}") } else { longer }
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
        case("...", RoomReason::Empty, "meeting");
        case("..", RoomReason::Dots, "meeting");
        case("../x", RoomReason::Dots, "x");
        case("a/./x", RoomReason::Dots, "a-x");
        case("a/b/c/d/e/f/g/h/i", RoomReason::Slashes, "a-b-c-d-e-f-g-h-i");
        case("R&D", RoomReason::NotServed('&'), "r-and-d");
        case("Bob's", RoomReason::NotServed('\''), "bobs");
        case("Bob\u{ff07}s", RoomReason::NotAddressable('\''), "bob-s");
        case("10:30", RoomReason::NotServed(':'), "10-30");
        case("Why?", RoomReason::NotServed('?'), "why");
        case("\"Café\"", RoomReason::NotServed('"'), "cafe");
        case("a\u{202e}b", RoomReason::Invisible, "a-b");
        case("a\nb", RoomReason::Invisible, "a-b");
        case("Static", RoomReason::Taken, "static-room");
        case("sounds/x", RoomReason::Taken, "sounds-x");
        case("team/Static/x", RoomReason::Taken, "team-static-x");
        case("title.html", RoomReason::Taken, "title-html");
        case("slides.png", RoomReason::Taken, "slides-png");
        case("config.js", RoomReason::Taken, "config-js-room");
        case("http-bind", RoomReason::Taken, "room-http-bind");
        case(&"é".repeat(200), RoomReason::TooLong, &"e".repeat(60));
    }

    proptest::proptest! {
        #[test]
        fn every_text_has_a_name_that_is_a_room(text in "(?s).{0,300}") {
            let name = Room::name_for(&text);
            assert_eq!(Room::parse(&name).unwrap().node(), name);
            assert!(name.len() <= 70, "{name}");
        }

        #[test]
        fn every_segment_leads_to_its_node(text in "\\PC{0,40}") {
            match Room::parse(&text) {
                Ok(room) => {
                    assert!(room.segment().bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%!$()*+=@".contains(&b)));
                    assert!(room.node().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._~%!()*".contains(&b)));
                    assert_eq!(node_of_segment(room.segment()), room.node());
                    let parsed = url::Url::parse(&format!("https://h/{}?jwt=x", room.segment())).unwrap();
                    assert_eq!(parsed.path(), format!("/{}", room.segment()));
                }
                Err(bad) => assert!(Room::parse(&bad.suggestion).is_ok(), "{bad:?}"),
            }
        }
    }
}
