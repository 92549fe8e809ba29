//! The conversation with a server, shown line by line.

use std::fmt;
use std::sync::Arc;

/// Receives each line of a conversation, without passwords, message bodies and links: `>` marks what was sent, `<` what
/// was received.
#[derive(Clone)]
pub struct Trace(Arc<dyn Fn(&str) + Send + Sync>);

impl Trace {
    /// Passes each line to `show`.
    pub fn new(show: impl Fn(&str) + Send + Sync + 'static) -> Trace {
        Trace(Arc::new(show))
    }

    /// The same for one of several connections: its number is put before each line.
    pub(crate) fn numbered(self, number: u32) -> Trace {
        // The conversations of several connections are mixed in the output.
        Trace::new(move |line| self.show(&format!("[{number}] {line}")))
    }

    pub(super) fn show(&self, line: &str) {
        (self.0)(line);
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trace")
    }
}
