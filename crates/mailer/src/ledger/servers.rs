//! What is remembered about a Jitsi server.

use serde::Serialize;

use super::Ledger;
use super::error::LedgerError;

/// What happened to a Jitsi server, or was said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ServerNote {
    /// The server was tested, and it answered.
    Tried,
    /// Somebody was told that it was not tried.
    Reminded,
}

impl ServerNote {
    /// Its name in the database. Released names never change.
    pub(super) fn name(self) -> &'static str {
        match self {
            ServerNote::Tried => "tried",
            ServerNote::Reminded => "reminded",
        }
    }
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
