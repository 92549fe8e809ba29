//! A named set of rights.

use crate::room::percent_encode;

/// The built-in role with moderator rights.
pub const MODERATOR: &str = "moderator";

/// The built-in role without.
pub const PARTICIPANT: &str = "participant";

/// A named set of rights, with the window and the link options its people get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// What the role is called in the roster; lower case.
    pub name: String,
    /// Whether its people may moderate.
    pub moderator: bool,
    /// Feature keys for `context.features`. Where any is listed, Jitsi switches all others off
    /// (`jitsi-tokens` facts, §2); with none the object is left out.
    pub features: Vec<String>,
    /// What the link sets in the person's own client.
    pub link_options: Vec<LinkOption>,
    /// Seconds before the start in which its links begin to work, if not the meeting's.
    pub opens: Option<i64>,
    /// Seconds after the end in which its links stop, if not the meeting's.
    pub closes: Option<i64>,
}

impl Role {
    /// A role with no rights but to be there.
    pub fn named(name: &str) -> Role {
        Role {
            name: name.to_owned(),
            moderator: false,
            features: Vec::new(),
            link_options: Vec::new(),
            opens: None,
            closes: None,
        }
    }

    /// The built-in moderator.
    pub fn moderator() -> Role {
        Role { moderator: true, ..Role::named(MODERATOR) }
    }

    /// The built-in participant.
    pub fn participant() -> Role {
        Role::named(PARTICIPANT)
    }

    /// The link's fragment: `#config.x=…&…`, or nothing. Values are JSON, percent-encoded
    /// (`jitsi-tokens` facts, §4).
    pub(crate) fn fragment(&self) -> String {
        let mut fragment = String::new();
        for option in &self.link_options {
            fragment.push(if fragment.is_empty() { '#' } else { '&' });
            fragment.push_str(&option.key);
            fragment.push('=');
            for c in option.value.to_string().chars() {
                percent_encode(&mut fragment, c);
            }
        }
        fragment
    }
}

/// One setting of the client that a link carries, such as `config.startWithAudioMuted=true`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkOption {
    key: String,
    value: serde_json::Value,
}

/// A key that no link may set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a setting that a link can carry")]
pub struct BadLinkOption(pub String);

impl LinkOption {
    /// A key below `config.`, `interfaceConfig.` or `userInfo.`, and its value.
    ///
    /// # Errors
    /// [`BadLinkOption`] for other keys: `jwt` among them would be a second token.
    pub fn new(key: &str, value: serde_json::Value) -> Result<LinkOption, BadLinkOption> {
        let rest = ["config.", "interfaceConfig.", "userInfo."]
            .iter()
            .find_map(|start| key.strip_prefix(start));
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

    /// The setting's name, such as `config.startWithAudioMuted`.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it is set to.
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
    fn a_link_carries_settings_and_nothing_else() {
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
