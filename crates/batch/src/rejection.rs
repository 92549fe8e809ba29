//! Why a written value cannot be used.

use meetmint_core::{BadRoom, BadStart, NotAnEmail};

use crate::duration::BadDuration;

/// Why a written value cannot be used, and what to write instead. It does not name the value or its location:
/// a cell of a roster and a key of `meeting.toml` are rejected in the same words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// What is wrong, to follow the quoted value and a colon.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

impl Rejection {
    /// A rejection in these words.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Rejection {
        Rejection { message: message.into(), hint: hint.into() }
    }
}

impl From<BadStart> for Rejection {
    fn from(bad: BadStart) -> Rejection {
        Rejection::new(bad.to_string(), bad.hint())
    }
}

// The reason without the name, which the caller quotes already.
impl From<BadRoom> for Rejection {
    fn from(bad: BadRoom) -> Rejection {
        Rejection::new(
            bad.reason.to_string(),
            format!("use `{}` instead, for example", bad.suggestion),
        )
    }
}

impl From<BadDuration> for Rejection {
    fn from(bad: BadDuration) -> Rejection {
        Rejection::new(bad.to_string(), bad.hint())
    }
}

impl From<NotAnEmail> for Rejection {
    fn from(bad: NotAnEmail) -> Rejection {
        Rejection::new(format!("not an email address: {bad}"), bad.hint())
    }
}
