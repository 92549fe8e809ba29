//! A finding.

use serde::Serialize;

use super::super::observed::Who;
use super::case::name_of;

/// Something about the server. Texts of the server's in it are cut, on one line, and have no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LiveFinding {
    /// A name for this kind of finding that never changes, for programs.
    pub code: &'static str,
    /// Whether something should be done: the exit code depends on it.
    pub is_problem: bool,
    /// What it is.
    pub message: String,
    /// What to do, on the server or in the folder; may be empty for a note.
    pub cure: String,
    /// The key under `[server.accepts]` that says otherwise. `subject` and `url` are those under `[server]`, and
    /// `accepts.subject` is the one under `[server.accepts]`.
    pub setting: Option<&'static str>,
    /// The value to write there, as TOML; `None` if only the server's configuration tells it.
    pub value: Option<String>,
    /// Whom it is about, by names that never change: `alone`, `second_moderator`, `moderator`, `participant`, `expired`,
    /// `foreign_key`, `other_room`, `no_token`, `own_role`, `any_subject`.
    pub people: Vec<&'static str>,
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
        self.people = people.iter().map(name_of).collect();
        self
    }

    #[must_use]
    pub(super) fn setting(mut self, key: &'static str, value: Option<String>) -> LiveFinding {
        self.setting = Some(key);
        self.value = value;
        self
    }
}
