//! A room's name, the part of the link it becomes, and what the server compares with the claim.

use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization;

/// The most octets of a node (a JID's local part, RFC 7622 §3.3).
const LONGEST_NODE: usize = 1023;

/// Names that a Jitsi web server answers itself (`jitsi-tokens` facts, §1.3).
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

/// A meeting's room: the name somebody typed, in the two forms that have to agree.
///
/// The rules are those of `jitsi-tokens` facts, §1.3: what the web client makes of a URL's last
/// segment is what the server compares with the `room` claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Room {
    name: String,
    segment: String,
    node: String,
}

/// A name that cannot be a room, with one that can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot be a room: {reason}")]
pub struct BadRoom {
    /// What was typed.
    pub name: String,
    /// Why it is no room.
    pub reason: RoomReason,
    /// A name that works.
    pub suggestion: String,
}

/// Why a name cannot be a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoomReason {
    /// Nothing is left of it in a link.
    #[error("no link can name it")]
    Empty,
    /// `*` is the claim for every room, and has no link.
    #[error("it means every room, and has no link")]
    EveryRoom,
    /// A stock web server answers such a path with 404.
    #[error("Jitsi's web server answers names with `{0}` with 404")]
    NotServed(char),
    /// No claim helps: the server cannot make a JID of it.
    #[error("the server cannot make an address of `{0}`")]
    NotAddressable(char),
    /// A control or invisible character.
    #[error("it holds a character that nobody can see")]
    Invisible,
    /// A file or folder of the web server.
    #[error("Jitsi's web server has a file or folder of that name")]
    Taken,
    /// Longer than a JID's local part may be.
    #[error("it is too long")]
    TooLong,
}

impl Room {
    /// Takes a name as somebody typed it; outer white space doesn't count.
    ///
    /// # Errors
    /// [`BadRoom`] if a stock server would answer with 404, or no claim could match.
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
        if let Some(c) = name.chars().find(|c| matches!(c, '&' | ':' | '\'' | '"' | '?')) {
            return Err(RoomReason::NotServed(c));
        }
        if name.contains(|c: char| c.is_control() || crate::name::is_invisible(c)) {
            return Err(RoomReason::Invisible);
        }
        let mut segment = String::with_capacity(name.len());
        for c in name.chars() {
            match c {
                // The client drops these, and calendar text would have to escape them.
                ',' | ';' => {}
                // Kept as typed: the client drops them, so the room is the one that typing it into a browser opens.
                '!' | '$' | '(' | ')' | '*' | '+' | '=' | '@' => segment.push(c),
                _ => percent_encode(&mut segment, c),
            }
        }
        let node = node_of(&segment);
        if node.is_empty() || node.chars().all(|c| c == '.') {
            return Err(RoomReason::Empty);
        }
        if node.contains('\'') {
            return Err(RoomReason::NotAddressable('\''));
        }
        if is_taken(&node) {
            return Err(RoomReason::Taken);
        }
        if node.len() > LONGEST_NODE {
            return Err(RoomReason::TooLong);
        }
        Ok(Room { name: name.to_owned(), segment, node })
    }

    /// The name as it was typed: what people read.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last segment of the link's path.
    pub fn segment(&self) -> &str {
        &self.segment
    }

    /// What the server calls the room, and the token's `room` claim: two names with one node are one room.
    pub fn node(&self) -> &str {
        &self.node
    }
}

/// Whether Jitsi's web server answers a name by itself.
pub(crate) fn is_taken(name: &str) -> bool {
    TAKEN.binary_search(&name).is_ok()
}

/// What the web client makes of a path segment: the characters it drops, then
/// `decodeURIComponent`, NFKC, lower case, `encodeURIComponent`, lower case.
fn node_of(segment: &str) -> String {
    let kept: Vec<u8> =
        segment.bytes().filter(|byte| !b":?#[]@!$&'()*+,;=></\"".contains(byte)).collect();
    let decoded = percent_decode(&kept);
    let folded = decoded.nfkc().collect::<String>().to_lowercase();
    let mut node = String::with_capacity(folded.len());
    for c in folded.chars() {
        if matches!(c, '!' | '*' | '\'' | '(' | ')') {
            node.push(c);
        } else {
            percent_encode(&mut node, c);
        }
    }
    node.make_ascii_lowercase();
    node
}

/// RFC 3986 §2.3: unreserved characters stay, everything else becomes its UTF-8 octets.
pub(crate) fn percent_encode(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') {
        out.push(c);
    } else {
        let mut buffer = [0; 4];
        for byte in c.encode_utf8(&mut buffer).bytes() {
            write!(out, "%{byte:02X}").expect("writing to a String");
        }
    }
}

fn percent_decode(text: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        let digit = |at: usize| tail.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(0), digit(1))
        {
            bytes
                .push(u8::try_from(high * 16 + low).expect("two hexadecimal digits are one octet"));
            rest = &tail[2..];
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A name of `[a-z0-9-]` that reads like the one typed: such a name is its own node.
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
        if slug.len() >= 60 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    if slug.is_empty() {
        "meeting".to_owned()
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
    fn link_and_claim_agree_as_on_a_live_server() {
        #[track_caller]
        fn case(name: &str, segment: &str, node: &str) {
            let room = Room::parse(name).unwrap();
            assert_eq!((room.segment(), room.node()), (segment, node));
        }

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
    fn a_name_that_no_link_can_open_is_refused_with_one_that_works() {
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
    fn the_names_that_are_taken_are_in_order() {
        assert!(TAKEN.is_sorted());
    }

    proptest::proptest! {
        #[test]
        fn every_room_is_a_path_segment_that_leads_to_its_node(text in "\\PC{0,40}") {
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
