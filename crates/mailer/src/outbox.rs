//! Where messages go: files in a folder, or a mail server.

mod folder;
mod folder_files;
mod smtp;

pub(crate) use folder::holds_synced;
pub use folder::{FolderOutbox, OutboxError, file_name};
pub use folder_files::FolderFiles;
#[cfg(feature = "fuzzing")]
pub(crate) use smtp::fuzzing;
pub use smtp::{
    Capabilities, Chunking, ConnectionError, DataOutcome, FetchSecret, Login, Rejected, Reply,
    Security, SmtpAddress, SmtpError, SmtpServer, SmtpSession, Stage, Timeouts, TlsError, Trace,
    Trust, TrustError, Unsupported, is_valid_hello,
};
pub(crate) use smtp::{Concerns, Slowdown, Verdict};
