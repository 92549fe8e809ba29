//! What every operation is given beside its request.

use std::path::PathBuf;
use std::sync::Arc;

use crate::environment::Environment;
use crate::front_end::{Event, FrontEnd, Notice};

/// The meeting, the environment, and the front end that is told and asked.
pub struct Context {
    /// The meeting's folder, or its file; the current folder if there is none.
    pub meeting: Option<PathBuf>,
    /// Clock, variables, signals.
    pub environment: Environment,
    /// Who is told, and asked. Shared, because a connection's trace outlives the call that opened it.
    pub front_end: Arc<dyn FrontEnd>,
}

impl Context {
    /// Tells the front end something.
    pub(crate) fn notice(&self, notice: &Notice) {
        self.front_end.event(&Event::Notice(notice));
    }

    /// Tells the front end several things.
    pub(crate) fn notices(&self, notices: &[Notice]) {
        for notice in notices {
            self.notice(notice);
        }
    }

    /// Tells the front end what happens.
    pub(crate) fn event(&self, event: &Event<'_>) {
        self.front_end.event(event);
    }
}
