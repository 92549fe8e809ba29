//! The payload of a token. The names and the order of the fields must not change: a token's identifier is a
//! digest of the serialized bytes.

use std::borrow::Cow;

use serde::Serialize;

use crate::role::Rights;
use crate::{Attendee, Role, Room, Server, Window};

/// The registered claims of RFC 7519 that Jitsi reads, and its private ones (`jitsi-tokens` facts, §0 to §3).
///
/// `U` is [`User`] in a complete payload, and `()` in the part that all attendees with a role have in common.
#[derive(Serialize)]
pub(crate) struct Claims<'a, U> {
    // There is no `iat`: Jitsi does not check it, and with it a token could not be made again byte for byte.
    // `jti` is added when the token is minted, because it is a digest of all other claims.
    /// One string. Jitsi refuses a list.
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    room: &'a str,
    nbf: i64,
    exp: i64,
    // Moderator rights are claimed here and in `context.user`, because each plugin reads only one of the places
    // (`jitsi-tokens` facts, §3).
    /// Read by `token_moderation`.
    moderator: bool,
    context: Context<'a, U>,
}

#[derive(Serialize)]
struct Context<'a, U> {
    #[serde(skip_serializing_if = "Option::is_none")]
    features: Option<Features<'a>>,
    /// Has to be the last field: everything before it is the same for all attendees with a role.
    user: U,
}

/// The features that are on. All others are off.
enum Features<'a> {
    Own(&'a [String]),
    BuiltIn(&'static [&'static str]),
}

/// `context.user`. No value is ever null, because a null makes joining fail on some servers.
#[derive(Serialize)]
pub(crate) struct User<'a> {
    id: Cow<'a, str>,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
    /// Read by `token_affiliation`, and by JaaS.
    moderator: bool,
    /// Read by `token_affiliation`: `owner` or `member`.
    affiliation: &'static str,
    // What follows is only there if a role says so: each token that was ever sent can be made again.
    /// `visitor`, which the client reads: it joins to watch.
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    /// Read by `token_lobby_bypass`, which takes nothing but a boolean.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    lobby_bypass: bool,
    /// Read by `token_security_ondemand`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    security_bypass: bool,
}

impl<'a, U> Claims<'a, U> {
    /// `room` is the value of the claim, from [`room_claim`].
    pub(crate) fn new(
        server: &'a Server,
        role: &'a Role,
        room: &'a str,
        window: Window,
        user: U,
    ) -> Claims<'a, U> {
        // An empty object takes away what moderators may do by default, such as recording, so by default there is none
        // (`jitsi-tokens` facts, §2 and §9).
        let features = match &role.features {
            Some(features) => Some(Features::Own(features)),
            None => server.default_features(role.moderator).map(Features::BuiltIn),
        };
        Claims {
            aud: &server.audience,
            iss: &server.issuer,
            sub: &server.subject,
            room,
            nbf: window.not_before(),
            exp: window.expires(),
            moderator: role.moderator,
            context: Context { features, user },
        }
    }
}

/// The `room` claim: the room's node, or `*` for all rooms.
pub(crate) fn room_claim(room: &Room, any_room: bool) -> &str {
    if any_room { "*" } else { room.node() }
}

impl<'a> User<'a> {
    /// What the token says about an attendee. Without moderator rights, every claim that could grant them says no,
    /// because a missing claim means different things to different servers.
    pub(crate) fn new(attendee: &'a Attendee, rights: Rights) -> User<'a> {
        let Rights { moderator, visitor, bypass } = rights;
        User {
            id: attendee.id(),
            name: attendee.name.as_str(),
            email: attendee.email.as_ref().map(crate::Email::as_str),
            avatar: attendee.avatar.as_ref().map(crate::Avatar::as_str),
            moderator,
            // In lower case, because `token_affiliation` distinguishes case: `Owner` grants nothing.
            affiliation: if moderator { "owner" } else { "member" },
            role: visitor.then_some("visitor"),
            lobby_bypass: bypass.lobby,
            security_bypass: bypass.security,
        }
    }
}

impl User<'_> {
    /// Appends what `serde_json` makes of it, octet by octet. By hand, because each token has one: `serde_json` looks at each
    /// octet of a text in turn, and hardly any needs to be escaped.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        // Without `..`, so that a claim that is added has to be placed here.
        let User {
            id,
            name,
            email,
            avatar,
            moderator,
            affiliation,
            role,
            lobby_bypass,
            security_bypass,
        } = self;
        let mut text = |key: &str, value: &str| {
            out.extend_from_slice(key.as_bytes());
            write_text(out, value);
        };
        text("{\"id\":", id);
        text(",\"name\":", name);
        for (key, value) in [(",\"email\":", email), (",\"avatar\":", avatar)] {
            if let Some(value) = value {
                text(key, value);
            }
        }
        let flag = |value: bool| if value { "true" } else { "false" };
        out.extend_from_slice(b",\"moderator\":");
        out.extend_from_slice(flag(*moderator).as_bytes());
        out.extend_from_slice(b",\"affiliation\":");
        write_text(out, affiliation);
        if let Some(role) = role {
            out.extend_from_slice(b",\"role\":");
            write_text(out, role);
        }
        if *lobby_bypass {
            out.extend_from_slice(b",\"lobby_bypass\":true");
        }
        if *security_bypass {
            out.extend_from_slice(b",\"security_bypass\":true");
        }
        out.push(b'}');
    }
}

/// Which octets JSON escapes (RFC 8259 §7).
const ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        escaped[byte] = true;
        byte += 1;
    }
    escaped[b'"' as usize] = true;
    escaped[b'\\' as usize] = true;
    escaped
};

/// Appends a text as JSON.
fn write_text(out: &mut Vec<u8>, text: &str) {
    let octets = text.as_bytes();
    let is_plain = !octets.iter().fold(false, |found, byte| found | ESCAPED[usize::from(*byte)]);
    if is_plain {
        out.push(b'"');
        out.extend_from_slice(octets);
        out.push(b'"');
    } else {
        serde_json::to_writer(out, text).expect("a text is plain data");
    }
}

impl Serialize for Features<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // JaaS documents the text "true", but 8x8's own scripts write booleans, and Jitsi accepts both
        // (`jitsi-tokens` facts, §2 and §7).
        match self {
            Features::Own(names) => serializer.collect_map(names.iter().map(|name| (name, true))),
            Features::BuiltIn(names) => {
                serializer.collect_map(names.iter().map(|name| (name, true)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bypass, DisplayName, Email};

    proptest::proptest! {
        #[test]
        fn a_user_is_written_as_serde_json_writes_it(
            (id, name, avatar) in ("(?s).{1,12}", "(?s).{0,20}[a-z]", "[a-z]{0,9}"),
            (has_email, moderator, visitor) in (proptest::bool::ANY, proptest::bool::ANY, proptest::bool::ANY),
            (lobby, security) in (proptest::bool::ANY, proptest::bool::ANY),
        ) {
            let attendee = Attendee {
                own_id: Some(id),
                email: has_email.then(|| Email::parse("Ada@example.org").unwrap()),
                name: DisplayName::clean(&name).unwrap(),
                avatar: crate::Avatar::parse(&format!("https://x.org/{avatar}")).ok().filter(|_| !avatar.is_empty()),
                namesake: 1,
                family: None,
            };
            let rights = Rights { moderator, visitor, bypass: Bypass { lobby, security } };
            let user = User::new(&attendee, rights);
            let mut written = Vec::new();
            user.write(&mut written);
            assert_eq!(String::from_utf8(written).unwrap(), serde_json::to_string(&user).unwrap());
        }
    }
}
