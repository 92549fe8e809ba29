//! A person of the roster.

use std::borrow::Cow;

use crate::{DisplayName, Email};

/// A person of the roster, as the token will name them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    /// An id of the user's own, never empty.
    pub own_id: Option<String>,
    /// Where the invitation goes; a person who only gets a printed slip has none.
    pub email: Option<Email>,
    /// The name shown in the meeting.
    pub name: DisplayName,
    /// A picture for the participant's tile.
    pub avatar: Option<Avatar>,
    /// Of people without an address who share a name: the how-manieth this is, from 1.
    pub namesake: u32,
}

impl Attendee {
    /// `context.user.id`, what Jitsi tells people apart by: the user's own id, or the key.
    pub fn id(&self) -> Cow<'_, str> {
        self.own_id.as_deref().map_or_else(|| self.key(), Cow::Borrowed)
    }

    /// What tells this person from others in every comparison: the address lower-cased, or without
    /// one the name, numbered from the second of that name on (behind two spaces, which no name holds).
    pub fn key(&self) -> Cow<'_, str> {
        match &self.email {
            Some(email) => email.key(),
            None if self.namesake > 1 => Cow::Owned(format!("{}  {}", self.name, self.namesake)),
            None => Cow::Borrowed(self.name.as_str()),
        }
    }
}

/// The address of a picture that every participant's browser can load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Avatar(String);

/// A text is not an absolute `https` URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not an absolute https URL")]
pub struct NotAnAvatar;

impl Avatar {
    /// Reads an absolute `https` URL (`jitsi-tokens` facts, §2).
    ///
    /// # Errors
    /// [`NotAnAvatar`] for anything else.
    pub fn parse(text: &str) -> Result<Avatar, NotAnAvatar> {
        let text = text.trim();
        // A plain spelling is its own canonical form; only the others need the parser.
        let plain = text.strip_prefix("https://").is_some_and(|rest| {
            rest.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._~/".contains(&byte)
            }) && rest.starts_with(|c: char| c.is_ascii_lowercase())
                && rest.contains('/')
                && !rest.contains("..")
                && !rest.contains("/.")
                && !rest.contains("-.")
        });
        if plain {
            return Ok(Avatar(text.to_owned()));
        }
        let url = url::Url::parse(text).map_err(|_| NotAnAvatar)?;
        if url.scheme() == "https" && url.username().is_empty() {
            Ok(Avatar(url.into()))
        } else {
            Err(NotAnAvatar)
        }
    }

    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_avatar_is_a_picture_on_the_web() {
        #[track_caller]
        fn case(text: &str, expected: Option<&str>) {
            assert_eq!(Avatar::parse(text).ok().as_ref().map(Avatar::as_str), expected);
        }

        case(" https://example.org/a.png ", Some("https://example.org/a.png"));
        case("https://example.org/ü.png?s=1", Some("https://example.org/%C3%BC.png?s=1"));
        case("https://example.org/a b\r\nc.png", Some("https://example.org/a%20bc.png"));
        case("http://example.org/a.png", None);
        case("a.png", None);
        case("javascript:alert(1)", None);
        case("https://user:pass@example.org/", None);
        case("", None);
    }
}
