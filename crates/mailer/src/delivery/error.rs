//! Why a run failed.

use crate::ledger::LedgerError;
use crate::message::ComposeError;
use crate::outbox::OutboxError;
use crate::snapshot::Unreadable;

/// The run failed. What was sent before is in the ledger.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeliveryError {
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A message could not be composed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The folder failed.
    #[error(transparent)]
    Folder(#[from] OutboxError),
    /// The system could not start another thread.
    #[error("cannot start another thread")]
    Thread(#[source] std::io::Error),
    /// A thread of the run panicked, which is a mistake in this program.
    #[error("internal error: a part of the program that sends messages has crashed")]
    Panicked,
    /// A message in doubt can no longer be composed as it was sent.
    #[error(
        "the message to {0} cannot be sent again as it was: its template, `message`, key or server has changed, or the version of meetmint"
    )]
    Changed(String),
}

impl From<Unreadable> for DeliveryError {
    fn from(error: Unreadable) -> DeliveryError {
        // Snapshots come from the ledger, so the hint for a damaged ledger is the right one.
        DeliveryError::Ledger(error.into())
    }
}
