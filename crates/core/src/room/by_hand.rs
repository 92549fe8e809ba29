//! Names that somebody has percent-encoded by hand, as `Town%20Hall`: they are rooms, but others than was meant.

use percent_encoding::percent_decode_str;

use super::Room;

impl Room {
    /// The name that was probably meant, if this one is percent-encoded: [`parse`](Room::parse) accepts it. In a name, a
    /// `%` is only a `%`, so that the link has `%2520` where the room that people type in has `%20`.
    pub fn decoded_name(&self) -> Option<String> {
        let mut name = self.name.clone();
        // Copied from a link that was encoded twice, perhaps. Each round makes it shorter.
        while let Ok(decoded) = percent_decode_str(&name).decode_utf8() {
            if decoded == name.as_str() {
                break;
            }
            name = decoded.into_owned();
        }
        if name == self.name {
            return None;
        }
        Some(match Room::parse(&name) {
            Ok(room) => room.name,
            Err(bad) => bad.suggestion,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_by_hand_is_known() {
        #[track_caller]
        fn case(name: &str, meant: Option<&str>) {
            let decoded = Room::parse(name).unwrap().decoded_name();
            assert_eq!(decoded.as_deref(), meant);
        }

        case("Town%20Hall", Some("Town Hall"));
        case("Caf%c3%a9", Some("Café"));
        case("Town%2520Hall", Some("Town Hall"));
        // A name that works, where the decoded one does not.
        case("R%26D", Some("r-and-d"));
        case("a%0ab", Some("a-b"));
        case("%2A", Some("meeting"));
        case("100%25", Some("100%"));
        case("%20Hall", Some("Hall"));
        for name in ["Town Hall", "100%", "100% sure", "50%DEal", "%zz", "20%2"] {
            case(name, None);
        }
    }

    proptest::proptest! {
        #[test]
        fn the_name_that_was_meant_is_a_room_and_not_encoded(text in "(%[0-9a-fA-F]{2}|[a-z%]|\\PC){0,20}") {
            if let Ok(room) = Room::parse(&text)
                && let Some(meant) = room.decoded_name()
            {
                assert_eq!(Room::parse(&meant).unwrap().decoded_name(), None);
            }
        }
    }
}
