//! A finding.

use serde::Serialize;

use super::super::observed::{Who, WhoName};

/// Something about the server. Texts of the server's in it are cut, on one line, and have no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LiveFinding {
    /// A name for this kind of finding that never changes, for programs.
    pub code: &'static str,
    /// Whether something should be done: the exit code depends on it.
    pub is_problem: bool,
    /// What was seen: a sentence without capital letter and full stop.
    pub message: String,
    /// What to do, on the server or in the folder, with a line for each step; may be empty for a note.
    pub cure: String,
    /// The path of the key in `meeting.toml` to change or to write, such as `server.accepts.roles`.
    pub setting: Option<&'static str>,
    /// The value to write there, as TOML; `None` if only the server's own configuration tells.
    pub value: Option<String>,
    /// Whom it is about.
    pub people: Vec<WhoName>,
}

impl LiveFinding {
    pub(super) fn problem(
        code: &'static str,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> LiveFinding {
        LiveFinding {
            code,
            is_problem: true,
            message: message.into(),
            cure: cure.into(),
            setting: None,
            value: None,
            people: Vec::new(),
        }
    }

    pub(super) fn note(
        code: &'static str,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> LiveFinding {
        LiveFinding { is_problem: false, ..LiveFinding::problem(code, message, cure) }
    }

    #[must_use]
    pub(super) fn about(mut self, people: &[Who]) -> LiveFinding {
        self.people = people.iter().map(Who::name).collect();
        self
    }

    #[must_use]
    pub(super) fn setting(mut self, key: &'static str, value: Option<String>) -> LiveFinding {
        self.setting = Some(key);
        self.value = value;
        self
    }
}
