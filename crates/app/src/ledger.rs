//! `ledger`: what the ledger knows about people is exported, checked, and erased.

mod check;
mod erasure;
mod export;
mod files;
mod forget;
mod mentions;
mod prune;
mod roster;

pub use check::{LedgerCheckReport, LedgerState, check_ledger};
pub use erasure::EraseRequest;
pub use export::{ExportReport, ExportRequest, ExportTarget, export};
pub use forget::{ForgetReport, ForgetRequest, forget};
pub use prune::{PruneReport, PruneRequest, prune};
