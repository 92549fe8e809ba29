//! Where messages go.

mod folder;
mod smtp;

pub(crate) use folder::holds;
pub use folder::{Delivered, FolderOutbox, OutboxError, file_name};
pub use smtp::{Fault, Handed, NotTaken, Reply, SmtpAddress, SmtpError, SmtpOutbox, Timeouts};
