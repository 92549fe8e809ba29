//! What was seen on a Jitsi server, for front ends. Nothing in it is a token, a link or a secret.

use meetmint_doctor::live::{LiveFinding, Observed, Summary};
use serde::Serialize;

use crate::settings::ServerLines;

/// What a Jitsi server answered, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct JitsiServerReport {
    /// The base address of its links.
    pub server: String,
    /// What was seen.
    pub observed: Observed,
    /// The same as answers to the questions that people have.
    pub summary: Summary,
    /// What is wrong, the most important first.
    pub findings: Vec<JitsiFinding>,
}

/// The result of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum JitsiOutcome {
    /// Nothing is wrong: people with links get in, and others do not.
    Works,
    /// There are problems to solve.
    Problems,
    /// There was no time for everything.
    Incomplete,
    /// The server was not reached, or it stopped answering.
    NotReached,
}

/// Something about the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JitsiFinding {
    /// What it is, and what to do.
    pub finding: LiveFinding,
    /// File and line of `meeting.toml` that say otherwise, if they do.
    pub place: Option<(String, u64)>,
}

impl JitsiFinding {
    pub(super) fn new(finding: LiveFinding, lines: &ServerLines) -> JitsiFinding {
        let location = finding.setting.and_then(|setting| lines.of(setting));
        JitsiFinding { place: location.map(crate::settings::Location::file_and_line), finding }
    }
}

impl JitsiServerReport {
    /// Whether the server was reached, and answered to the end.
    pub fn is_reached(&self) -> bool {
        self.observed.unreached.is_none()
    }

    /// Whether the trial ran to its end. It ends early where the first refusal leaves nothing more to ask.
    pub fn is_complete(&self) -> bool {
        self.is_reached() && !self.observed.out_of_time && !self.observed.tries.is_empty()
    }

    /// How many findings should be acted on.
    pub fn problems(&self) -> usize {
        self.findings.iter().filter(|it| it.finding.is_problem).count()
    }

    /// The result.
    pub fn outcome(&self) -> JitsiOutcome {
        if !self.is_reached() {
            JitsiOutcome::NotReached
        } else if self.problems() > 0 {
            JitsiOutcome::Problems
        } else if !self.is_complete() {
            JitsiOutcome::Incomplete
        } else {
            // Whoever did not get in, or did not come, is a problem.
            JitsiOutcome::Works
        }
    }
}
