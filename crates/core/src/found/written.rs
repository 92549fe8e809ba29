//! What is found.

use std::fmt;

use super::damage::Damage;

/// What a person would open or paste. It is a credential, so `{:?}` hides it.
#[derive(Clone, PartialEq, Eq)]
pub enum Written {
    /// An address with a token in it. Without a host, as in the log of a web server, it begins with `/`.
    Link(String),
    /// A token by itself.
    Token(String),
}

/// One link or token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line of the input where it begins, from 1.
    pub line: u64,
    /// As a browser gets it if the person clicks or pastes it as it is here. If it leads through a service that opens the
    /// real link ([`Damage::Wrapped`]), this is the real link.
    pub written: Written,
    /// What was done to it, in the order in which it was undone. Empty: it is as it was made.
    pub damage: Vec<Damage>,
    /// It with the damage undone. `None` if there is none to undo, or if it cannot be undone.
    pub mended: Option<Written>,
}

impl Written {
    /// The text. Use it only to judge it.
    pub fn reveal(&self) -> &str {
        match self {
            Written::Link(text) | Written::Token(text) => text,
        }
    }

    /// Another text of the same kind.
    pub(super) fn with(&self, text: String) -> Written {
        match self {
            Written::Link(_) => Written::Link(text),
            Written::Token(_) => Written::Token(text),
        }
    }

    pub(super) fn into_text(self) -> String {
        match self {
            Written::Link(text) | Written::Token(text) => text,
        }
    }
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Written::Link(_) => "Link(hidden)",
            Written::Token(_) => "Token(hidden)",
        })
    }
}
