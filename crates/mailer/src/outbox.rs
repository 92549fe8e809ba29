//! Where messages go.

mod folder;
mod smtp;

pub(crate) use folder::holds;
pub use folder::{Delivered, FolderOutbox, OutboxError, file_name};
pub use smtp::{
    Capabilities, Fault, Fetch, Handed, Login, Rejected, Reply, Security, SmtpAddress, SmtpError,
    SmtpServer, SmtpSession, Stage, Timeouts, TlsFault, Trace, Trust, TrustError, Unsupported,
};
pub(crate) use smtp::{Concerns, Verdict};
