//! Everything that sends: `send`, its test copy, `remind`, `cancel` and `settle` share one session, one question, one
//! way of waiting and one report.

mod cancel;
mod confirm;
mod left_out;
mod lock;
mod notices;
pub(crate) mod outcome;
mod reconcile;
mod remind;
mod removal;
mod report;
mod round;
mod send;
pub(crate) mod send_plan;
pub(crate) mod session;
mod settle;
mod test_copy;
mod uninvited;
mod wait;

pub use cancel::{CancelReport, CancelRequest, cancel};
pub use outcome::DeliveryOutcome;
pub use remind::{RemindReport, RemindRequest, remind};
pub use report::{DeliveryReport, FolderReport, Later, OutboxReport, Reply};
pub use send::{SendRequest, send};
pub use session::Overrides;
pub use settle::{SettleReport, SettleRequest, settle};
pub use test_copy::{TestCopyReport, TestCopyRequest, test_copy};
pub use uninvited::Uninvited;
pub use wait::RunRequest;
