//! Which connections of a run are still working.

use super::shared::Run;
use crate::delivery::sync::panicking;

/// Counts a connection as working until it is dropped, even by a panic: a run that waits for a connection which is gone
/// would wait forever.
pub(in crate::delivery) struct ActiveConnection<'r, 'p> {
    run: &'r Run<'p>,
    retired: bool,
}

impl<'r, 'p> ActiveConnection<'r, 'p> {
    /// Adds a connection to the run.
    pub(in crate::delivery) fn new(run: &'r Run<'p>) -> ActiveConnection<'r, 'p> {
        run.state().active += 1;
        run.writer.add_connection();
        ActiveConnection { run, retired: false }
    }

    /// Takes the connection out of the run early, because the server asks for fewer. Returns whether it did: the last
    /// connection has to go on.
    pub(in crate::delivery) fn retire(&mut self) -> bool {
        let mut state = self.run.state();
        // While one connection goes on alone, the others only wait for it: without it nobody would send anything.
        self.retired = state.has_others();
        if self.retired {
            state.active -= 1;
            self.run.notify(&mut state);
            drop(state);
            self.run.writer.remove_connection();
        }
        self.retired
    }
}

impl Drop for ActiveConnection<'_, '_> {
    fn drop(&mut self) {
        if self.retired {
            return;
        }
        self.run.writer.remove_connection();
        let mut state = self.run.state();
        state.active -= 1;
        // A panic is an error of this program. The others finish the message that they are sending, and record it.
        state.ended |= panicking();
        self.run.notify(&mut state);
        self.run.finished.notify_all();
    }
}
