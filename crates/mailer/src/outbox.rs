//! Where messages go.

mod folder;

pub use folder::{Delivered, FolderOutbox, OutboxError, file_name};
