//! When links work.

use meetmint_core::{EmptyWindow, Meeting, Role, Window};

/// How long before the start links begin to work, and how long after the end they stop. Roles may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowPolicy {
    /// Seconds before the start.
    pub opens: i64,
    /// Seconds after the end.
    pub closes: i64,
}

impl WindowPolicy {
    /// The window of a role at a meeting.
    ///
    /// # Errors
    /// [`EmptyWindow`] if it would close before it opens: with negative times, or a meeting that ends before it
    /// starts.
    pub fn of(&self, role: &Role, meeting: &Meeting) -> Result<Window, EmptyWindow> {
        meeting.window(role.opens.unwrap_or(self.opens), role.closes.unwrap_or(self.closes))
    }
}
