//! What is remembered about a Jitsi server.

use super::Ledger;
use super::error::LedgerError;

/// What happened to a Jitsi server, or was said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerNote {
    /// It was asked what it accepts, and it answered.
    Tried,
    /// Somebody was told that it was not tried.
    Reminded,
}

/// The Jitsi server.
impl Ledger {
    /// Whether this was noted about the server with this base address.
    pub fn has_noted(&self, note: ServerNote, server: &str) -> Result<bool, LedgerError> {
        self.engine.has_noted(note, server)
    }

    /// Notes it, with a date. It says nothing about the meeting, so nothing else depends on it.
    pub fn note_server(
        &mut self,
        note: ServerNote,
        server: &str,
        date: &str,
    ) -> Result<(), LedgerError> {
        self.engine.note_server(note, server, date)
    }
}
