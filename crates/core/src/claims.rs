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
