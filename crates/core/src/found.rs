//! Links and tokens in a text.

use std::fmt;

/// What a person opens or pastes. It is a credential, so `{:?}` hides it.
#[derive(Clone, PartialEq, Eq)]
pub enum Written {
    /// A link.
    Link(String),
    /// A token alone.
    Token(String),
}

impl fmt::Debug for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Written::Link(_) => "Link(hidden)",
            Written::Token(_) => "Token(hidden)",
        })
    }
}

/// One link or token of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line.
    pub line: u64,
    /// As it is.
    pub written: Written,
    /// What was done to it.
    pub damage: Vec<Damage>,
    /// Mended.
    pub mended: Option<Written>,
}

/// Damage.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Damage {
    /// Any.
    Any,
}

impl Damage {
    /// Code.
    pub fn code(&self) -> &'static str {
        "any"
    }
    /// Message.
    pub fn message(&self) -> String {
        String::new()
    }
    /// Cure.
    pub fn cure(&self) -> String {
        String::new()
    }
    /// Undone.
    pub fn can_be_undone(&self) -> bool {
        true
    }
}

/// Finder.
#[derive(Debug, Default)]
pub struct Finder(u64);

impl Finder {
    /// New.
    pub fn new() -> Finder {
        Finder(0)
    }
    /// Line.
    pub fn line(&mut self, line: &[u8], found: &mut impl FnMut(Found)) {
        self.0 += 1;
        let text = String::from_utf8_lossy(line);
        if text.contains("jwt=") || text.contains("token=") || text.trim().starts_with("eyJ") {
            found(Found { line: self.0, ..of_argument(text.trim()) });
        }
    }
    /// End.
    pub fn finish(self, _found: &mut impl FnMut(Found)) {}
}

/// Argument.
pub fn of_argument(text: &str) -> Found {
    let written = if text.contains("://") {
        Written::Link(text.to_owned())
    } else {
        Written::Token(text.to_owned())
    };
    Found { line: 1, written, damage: Vec::new(), mended: None }
}
