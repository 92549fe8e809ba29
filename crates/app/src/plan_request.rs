//! What a plan is about: the request that `plan`, `send` and its test copy have in common.

use crate::delivery::session::Overrides;
use crate::selection::SelectionRequest;

/// Who and what a plan is about.
#[derive(Clone, Debug, Default)]
pub struct PlanRequest {
    /// Who is chosen.
    pub selection: SelectionRequest,
    /// At most this many messages, from the first on; with `again`, at most this many people.
    pub limit: Option<usize>,
    /// Whether those chosen get a new copy of their invitation. Without a choice of people, files that are missing in the
    /// folder outbox are written once more.
    pub again: bool,
    /// Whether rows with problems are skipped.
    pub skip_bad_rows: bool,
    /// Which safety checks are overridden.
    pub overrides: Overrides,
}

impl PlanRequest {
    /// Whether some people are chosen, and not everybody.
    pub(crate) fn chooses(&self) -> bool {
        !self.selection.only.is_empty() || self.selection.role.is_some() || self.limit.is_some()
    }
}
