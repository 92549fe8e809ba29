//! A role: a named set of rights.

use percent_encoding::utf8_percent_encode;

use crate::percent::RESERVED;
use crate::quoted::quoted;

/// The name of the built-in role with moderator rights.
pub const MODERATOR: &str = "moderator";

/// The name of the built-in role without moderator rights.
pub const PARTICIPANT: &str = "participant";

/// A named set of rights. It may also have a window and link options of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// The name in the roster, in lower case.
    pub name: String,
    /// Whether attendees with this role are moderators.
    pub moderator: bool,
    /// Whether they only watch. A moderator never does.
    pub visitor: bool,
    /// What they may skip when they join.
    pub bypass: Bypass,
    /// The keys of `context.features` that are on; Jitsi turns all others off. With `None` the server's default
    /// applies ([`Server`](crate::Server) says what that is for JaaS).
    pub features: Option<Vec<String>>,
    /// Settings of the attendee's own client.
    pub link_options: Vec<LinkOption>,
    /// How many seconds before the start its links begin to work; `None` for the meeting's own value.
    pub opens: Option<i64>,
    /// How many seconds after the end its links stop working; `None` for the meeting's own value.
    pub closes: Option<i64>,
}

impl Role {
    /// A role without any rights beyond joining. `name` is in lower case.
    pub fn named(name: &str) -> Role {
        Role {
            name: name.to_owned(),
            moderator: false,
            visitor: false,
            bypass: Bypass::default(),
            features: None,
            link_options: Vec::new(),
            opens: None,
            closes: None,
        }
    }

    /// The built-in role with moderator rights.
    pub fn moderator() -> Role {
        Role { moderator: true, ..Role::named(MODERATOR) }
    }

    /// The built-in role without moderator rights.
    pub fn participant() -> Role {
        Role::named(PARTICIPANT)
    }

    /// The rights that every token of the role states in `context.user`.
    pub(crate) fn rights(&self) -> Rights {
        Rights { moderator: self.moderator, visitor: self.visitor, bypass: self.bypass }
    }

    /// The link's fragment: `#config.x=…&…`, or nothing. Values are percent-encoded JSON
    /// (`jitsi-tokens` facts, §4).
    pub(crate) fn fragment(&self) -> String {
        let mut fragment = String::new();
        for option in &self.link_options {
            fragment.push(if fragment.is_empty() { '#' } else { '&' });
            fragment.push_str(&option.key);
            fragment.push('=');
            let value = option.value.to_string();
            // Quotes and brackets as well: mail programs may take them for the end of the link.
            fragment.extend(utf8_percent_encode(&value, RESERVED));
        }
        fragment
    }
}

/// What attendees with a role may skip when they join, if the server has a plugin for it (`jitsi-tokens` facts, §2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bypass {
    /// The lobby: the plugin `token_lobby_bypass`.
    pub lobby: bool,
    /// The room's password, and the lobby: the plugin `token_security_ondemand`.
    pub security: bool,
}

/// The rights of a role, as far as they are claims about a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rights {
    pub(crate) moderator: bool,
    pub(crate) visitor: bool,
    pub(crate) bypass: Bypass,
}

/// One client setting in a link, such as `config.startWithAudioMuted=true`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOption {
    key: String,
    value: serde_json::Value,
}

/// A link must not set this key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a setting that a link can contain", quoted(.0))]
pub struct BadLinkOption(pub String);

impl LinkOption {
    /// Sets `key` to `value`. The key starts with `config.`, `interfaceConfig.` or `userInfo.`.
    ///
    /// # Errors
    /// [`BadLinkOption`] for all other keys. One of them is `jwt`, which would be a second token.
    pub fn new(key: &str, value: serde_json::Value) -> Result<LinkOption, BadLinkOption> {
        // Any key after the prefix: which ones take effect is decided by the client's own list, `configWhitelist.ts`.
        let rest = ["config.", "interfaceConfig.", "userInfo."]
            .iter()
            .find_map(|start| key.strip_prefix(start));
        // Other characters could end the key and begin another parameter.
        let word = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match rest {
            Some(rest) if rest.split('.').all(word) => {
                Ok(LinkOption { key: key.to_owned(), value })
            }
            _ => Err(BadLinkOption(key.to_owned())),
        }
    }

    /// The key, such as `config.startWithAudioMuted`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The value.
    pub fn value(&self) -> &serde_json::Value {
        &self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_options_are_percent_encoded_json() {
        let mut role = Role::participant();
        assert_eq!(role.fragment(), "");
        role.link_options = vec![
            LinkOption::new("config.startWithAudioMuted", true.into()).unwrap(),
            LinkOption::new("config.subject", "Q3 & \"plan\"#é".into()).unwrap(),
        ];
        assert_eq!(
            role.fragment(),
            "#config.startWithAudioMuted=true&config.subject=%22Q3%20%26%20%5C%22plan%5C%22%23%C3%A9%22"
        );
    }

    #[test]
    fn a_link_can_set_client_settings_only() {
        for key in [
            "jwt",
            "config",
            "config.",
            "config.a=b",
            "config..a",
            "config.a&jwt",
            "iceServers.x",
            "",
            "config.ä",
        ] {
            assert_eq!(LinkOption::new(key, true.into()), Err(BadLinkOption(key.to_owned())));
        }
    }
}
