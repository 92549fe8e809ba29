//! Why a ledger cannot be used.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::snapshot::Unreadable;

/// Why a ledger cannot be used. Nothing in it is lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file cannot be created or opened.
    #[error("cannot open the ledger `{}`", path.display())]
    Open {
        /// The ledger.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// The lock cannot be taken, but not because another process has it.
    #[error("cannot lock the ledger `{}`", path.display())]
    Lock {
        /// The ledger.
        path: PathBuf,
        /// The reason.
        source: io::Error,
    },
    /// Another process has the lock: the caller may try again. Contains how that process describes itself.
    #[error("another meetmint is working on this meeting: {0}")]
    Locked(String),
    /// A later version has written it.
    #[error("the ledger was written by a newer version of meetmint")]
    Newer,
    /// Another program's file.
    #[error("the file is not a meetmint ledger")]
    NotALedger,
    /// The ledger of another meeting, with that meeting's id.
    #[error("the ledger belongs to another meeting (id `{0}`)")]
    OtherMeeting(String),
    /// The file is corrupt.
    #[error("the ledger is damaged")]
    Damaged,
    /// No space is left on the disk.
    #[error("the ledger cannot be written: the disk is full")]
    Full,
    /// The file or its folder is write-protected.
    #[error("the ledger is read-only")]
    ReadOnly,
    /// The ledger is on a file system of this type, which several machines share: locks do not work there.
    #[error("the ledger is on a network file system ({0}), where it cannot be locked reliably")]
    NetworkDrive(String),
    /// A record in it cannot be understood.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Another message was recorded for the entry since this one was prepared, so its SEQUENCE or copy number is taken
    /// or out of date. The message must not be handed over.
    #[error(
        "the message to {address} (SEQUENCE {sequence}) is out of date: another one was recorded after it was prepared"
    )]
    Conflict {
        /// The address that the message is for.
        address: String,
        /// The SEQUENCE that it was prepared with.
        sequence: u32,
    },
    /// Any other error of the database.
    #[error("the ledger cannot be read or written")]
    Other(#[source] Box<dyn Error + Send + Sync>),
}

impl LedgerError {
    /// What the user can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            LedgerError::Open { .. } | LedgerError::Lock { .. } => {
                "to keep the ledger elsewhere, set `file` under [ledger]"
            }
            LedgerError::Locked(_) => {
                "wait until it has finished, or set how long to wait: --wait 15m"
            }
            LedgerError::Newer => "upgrade meetmint, or use another ledger",
            // Without the ledger it is unknown who was invited, so a run with `--yes` refuses unless `--first` is
            // given.
            LedgerError::NotALedger | LedgerError::Damaged | LedgerError::Unreadable(_) => {
                "restore it from a backup; if there is none, move the file away and pass `--first`: everybody is then invited again"
            }
            LedgerError::OtherMeeting(_) => {
                "set `id` under [meeting] to that id, or `file` under [ledger] to another ledger"
            }
            // Every change is a transaction: what was committed before the disk was full is still there.
            LedgerError::Full => {
                "free some space and run the command again: it continues where it stopped"
            }
            // The folder, too: SQLite keeps its write-ahead log beside the file.
            LedgerError::ReadOnly => {
                "make the file and its folder writable, or set `file` under [ledger] to another path"
            }
            LedgerError::NetworkDrive(_) => "set `file` under [ledger] to a file on a local disk",
            LedgerError::Conflict { .. } => {
                "run the command again: the message is prepared from the current ledger"
            }
            LedgerError::Other(_) => "run the command again; nothing in the ledger is lost",
        }
    }
}
