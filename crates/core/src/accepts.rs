//! What a Jitsi server's own configuration says about tokens: which ones it accepts, and who becomes a moderator.

use std::fmt;
use std::str::FromStr;

use crate::server::ServerKind;

/// What a server accepts, beyond the claims that follow from its kind (`jitsi-tokens` facts, §1 and §3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the server's own")]
pub struct Accepts {
    /// Values of `iss`, as `asap_accepted_issuers` lists them. `*` stands for any.
    pub issuers: Vec<String>,
    /// Values of `aud`, as `asap_accepted_audiences` lists them. `*` stands for any.
    pub audiences: Vec<String>,
    /// Whether `sub` is compared with the domain or the tenant: `enable_domain_verification`.
    pub subject: bool,
    /// Whether people without a token may join: `allow_empty_token`.
    pub guests: bool,
    /// How people become moderators. Several rules may hold at once.
    pub roles: Vec<RoleRule>,
    /// Whether the `room` claim is compared with the room: `token_verification` is a module of the MUC component.
    pub room: bool,
    /// Whether `*` is accepted as `room` and as `sub`: the plugin `token_no_wildcard` refuses it.
    pub wildcards: bool,
    /// How old the server's token plugins are.
    pub plugins: Plugins,
}

impl Accepts {
    /// What stands for every value in `issuers` and `audiences`, and for every room and subject in a token.
    pub const ANY: &str = "*";

    /// What a server of this kind accepts if its configuration says nothing else.
    pub fn by_default(kind: ServerKind, app_id: &str) -> Accepts {
        let jaas = kind == ServerKind::Jaas;
        let role = match kind {
            ServerKind::Debian => RoleRule::First,
            ServerKind::Docker => RoleRule::Everybody,
            ServerKind::Jaas => RoleRule::Jaas,
        };
        Accepts {
            issuers: vec![if jaas { "chat" } else { app_id }.to_owned()],
            audiences: vec![if jaas { "jitsi" } else { Accepts::ANY }.to_owned()],
            subject: kind != ServerKind::Docker,
            guests: false,
            roles: vec![role],
            room: true,
            wildcards: true,
            plugins: Plugins::default(),
        }
    }

    /// Whether a list of accepted values has this one.
    pub fn lists(list: &[String], value: &str) -> bool {
        list.iter().any(|entry| entry == Accepts::ANY || entry == value)
    }
}

/// How people become moderators (`jitsi-tokens` facts, §3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleRule {
    /// Whoever arrives first while the room has no moderator: Jicofo's `enable-auto-owner`.
    First,
    /// Everybody who has a good token: Jicofo's authentication, `muc_allowners` or `muc_wait_for_host`.
    Everybody,
    /// Whose `context.user` says so: the plugin `token_affiliation`.
    TokenAffiliation,
    /// Whose top-level `moderator` is true, and nobody else: the plugin `token_moderation`.
    TokenModeration,
    /// Whose `context.user.moderator` is true.
    Jaas,
}

/// How old the token plugins of a server are, by the texts with which they refuse. Ordered by age.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plugins {
    /// From July 2022.
    Since2022,
    /// From June 2024: says how long ago a token expired.
    Since2024,
    /// From September 2025: says why joining a room is refused.
    Since2025,
    /// From August 2026: refuses a token without `room` or `sub`, where older ones never answer.
    #[default]
    Since2026,
}

/// A text is not the name of a [`RoleRule`] or a [`Plugins`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown value")]
pub struct UnknownAccepted;

impl RoleRule {
    /// The names in a configuration.
    pub const NAMES: [&str; 5] =
        ["first", "everybody", "token_affiliation", "token_moderation", "jaas"];

    /// All rules, in the order of their names.
    pub const ALL: [RoleRule; 5] = [
        RoleRule::First,
        RoleRule::Everybody,
        RoleRule::TokenAffiliation,
        RoleRule::TokenModeration,
        RoleRule::Jaas,
    ];
}

impl Plugins {
    /// The names in a configuration: year and month.
    pub const NAMES: [&str; 4] = ["2022-07", "2024-06", "2025-09", "2026-08"];

    const ALL: [Plugins; 4] =
        [Plugins::Since2022, Plugins::Since2024, Plugins::Since2025, Plugins::Since2026];
}

impl FromStr for RoleRule {
    type Err = UnknownAccepted;

    fn from_str(text: &str) -> Result<RoleRule, UnknownAccepted> {
        let at = RoleRule::NAMES.iter().position(|name| *name == text).ok_or(UnknownAccepted)?;
        Ok(RoleRule::ALL[at])
    }
}

impl FromStr for Plugins {
    type Err = UnknownAccepted;

    fn from_str(text: &str) -> Result<Plugins, UnknownAccepted> {
        let at = Plugins::NAMES.iter().position(|name| *name == text).ok_or(UnknownAccepted)?;
        Ok(Plugins::ALL[at])
    }
}

impl fmt::Display for RoleRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(RoleRule::NAMES[*self as usize])
    }
}

impl fmt::Display for Plugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Plugins::NAMES[*self as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_can_be_read_back() {
        for name in RoleRule::NAMES {
            assert_eq!(name.parse::<RoleRule>().unwrap().to_string(), name);
        }
        for name in Plugins::NAMES {
            assert_eq!(name.parse::<Plugins>().unwrap().to_string(), name);
        }
        assert_eq!("First".parse::<RoleRule>(), Err(UnknownAccepted));
        assert!(Plugins::Since2022 < Plugins::Since2026);
    }
}
