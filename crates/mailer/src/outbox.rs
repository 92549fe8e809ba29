//! Where messages go.

mod folder;
mod smtp;

pub(crate) use folder::holds;
pub use folder::{Delivered, FolderOutbox, OutboxError, file_name};
pub use smtp::{
    Fault, Fetch, Handed, Login, NotTaken, Offered, Reply, Security, SmtpAddress, SmtpError,
    SmtpOutbox, SmtpServer, Stage, Timeouts, TlsFault, Trace, Trust, TrustError, Unfit,
};
pub(crate) use smtp::{Judgement, Scope};
