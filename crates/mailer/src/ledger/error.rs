//! Why a ledger cannot be used.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::snapshot::Unreadable;

/// Why a ledger cannot be used. It is left as it is.
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
    /// There was a ledger, and what it recorded is lost: a new one is complete from its first moment, so an empty file
    /// is never one that is just being created.
    #[error(
        "the ledger `{}` {state}: the record of who was invited, and of their calendar events, is lost",
        path.display()
    )]
    Lost {
        /// The ledger.
        path: PathBuf,
        /// What is left of it: that it is empty, or missing.
        state: &'static str,
    },
    /// The ledger of another meeting, with that meeting's id.
    #[error("the ledger belongs to another meeting (id `{0}`)")]
    OtherMeeting(String),
    /// The file is corrupt.
    #[error("the ledger is damaged")]
    Damaged,
    /// Something was erased, but what it said is still in the file or in its log. The next process that changes the ledger
    /// tries again.
    #[error("the data is erased, but parts of it can still be found in the ledger's files")]
    Unclean(#[source] Box<LedgerError>),
    /// Another process has opened the ledger, and has not closed it in time.
    #[error("another process is reading the ledger")]
    InUse,
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
                "to keep the ledger elsewhere, move it there and set `file` under [ledger]"
            }
            LedgerError::Locked(_) => {
                "wait until it has finished, or set how long to wait: --wait 15m"
            }
            LedgerError::Newer => "upgrade meetmint",
            // Whoever gives a ledger up has to know what is lost with it.
            LedgerError::Lost { .. } => {
                "restore it from a backup; without one, `meetmint send --first` begins a new ledger: it invites everybody again, and earlier invitations can be neither updated nor cancelled"
            }
            LedgerError::NotALedger | LedgerError::Damaged | LedgerError::Unreadable(_) => {
                "restore it from a backup; without one, move the file away and use `meetmint send --first`: it invites everybody again, and earlier invitations can be neither updated nor cancelled"
            }
            LedgerError::OtherMeeting(_) => {
                "if it is the same meeting, set `id` under [meeting] to that id; if it is a new one, set `file` under [ledger] to a new path"
            }
            LedgerError::Unclean(_) => {
                "run the command again when no other program uses the ledger: it only removes these parts"
            }
            LedgerError::InUse => "wait until it has finished, and run the command again",
            // Every change is a transaction: what was committed before the disk was full is still there.
            LedgerError::Full => {
                "free some space and run the command again: it continues where it stopped"
            }
            // The folder, too: SQLite keeps its write-ahead log beside the file.
            LedgerError::ReadOnly => {
                "make the file and its folder writable, or move it to a folder that is, and set `file` under [ledger] to its new path"
            }
            LedgerError::NetworkDrive(_) => {
                "move it to a local disk, and set `file` under [ledger] to its new path"
            }
            LedgerError::Conflict { .. } => {
                "run the command again: the message is prepared from the current ledger"
            }
            LedgerError::Other(_) => "run the command again; nothing in the ledger is lost",
        }
    }
}
