//! What every operation is given besides its request.

use std::path::PathBuf;
use std::sync::Arc;

use crate::environment::Environment;
use crate::front_end::{Event, FrontEnd, Notice};

/// The meeting, the environment, and the front end.
pub struct Context {
    /// The meeting's folder, or its file. Without it, the variable [`MEETING_VARIABLE`](crate::MEETING_VARIABLE) names the
    /// meeting, or else it is the one in the current folder, or in the nearest folder above it that has one.
    pub meeting: Option<PathBuf>,
    /// Clock, variables, signals.
    pub environment: Environment,
    /// Receives events and answers questions. Shared, because the trace of a mail server's connections reports to it,
    /// too.
    pub front_end: Arc<dyn FrontEnd>,
}

impl Context {
    /// Reports a notice to the front end.
    pub(crate) fn notice(&self, notice: &Notice) {
        self.front_end.event(&Event::Notice(notice));
    }

    /// Reports several notices to the front end.
    pub(crate) fn notices(&self, notices: &[Notice]) {
        for notice in notices {
            self.notice(notice);
        }
    }

    /// Work whose progress is reported until the value is dropped, however the work ends.
    pub(crate) fn begin_progress(&self) -> ProgressGuard<'_> {
        ProgressGuard(self)
    }

    /// Reports an event to the front end.
    pub(crate) fn event(&self, event: &Event<'_>) {
        self.front_end.event(event);
    }
}

/// Reports the end of the progress when it is dropped, so that an error leaves no progress bar behind.
#[must_use]
pub(crate) struct ProgressGuard<'c>(&'c Context);

impl Drop for ProgressGuard<'_> {
    fn drop(&mut self) {
        self.0.event(&Event::ProgressEnded);
    }
}
