//! What is wrong with what was seen, and what to do about it.

use meetmint_core::{Accepts, Server};

use super::observed::Observed;

/// What is written in `meeting.toml`: that is known, and not a finding.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a line that may be there")]
pub struct KnownSettings {
    /// `roles` under `[server.accepts]`.
    pub roles: bool,
    /// `guests` under `[server.accepts]`.
    pub guests: bool,
    /// `room` under `[server.accepts]`.
    pub room: bool,
    /// `plugins` under `[server.accepts]`.
    pub plugins: bool,
}

/// Something about the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveFinding {
    /// A name for this kind of finding that never changes, for programs.
    pub code: &'static str,
    /// Whether something should be done: the exit code depends on it.
    pub is_problem: bool,
    /// What it is.
    pub message: String,
    /// What to do, on the server or in the folder; may be empty for a note.
    pub cure: String,
    /// The key under `[server.accepts]` that says otherwise, or under `[server]` (`subject`).
    pub setting: Option<&'static str>,
}

impl Observed {
    /// What is wrong, the most important first.
    pub fn findings(
        &self,
        _server: &Server,
        _accepts: &Accepts,
        _known: KnownSettings,
    ) -> Vec<LiveFinding> {
        Vec::new()
    }
}
