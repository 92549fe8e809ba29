//! One run over SMTP: what its connections share.
//!
//! [`Run`] holds the shared state. [`queue`] hands out messages, [`prepare`] looks them up and composes them, [`outcome`] records
//! results and ends the run, [`undecided`] and [`trouble`] decide whether it goes on, [`active`] counts the connections.
//!
//! # Locks
//!
//! There are two here: the reader (a ledger connection) and the state. They are never held together, and neither is held
//! during a commit or a wait for the server. The ledger writer has locks of its own and is called without either.

mod active;
mod events;
mod outcome;
mod prepare;
mod queue;
mod shared;
mod state;
mod task;
mod trouble;
mod undecided;

pub(super) use active::ActiveConnection;
pub(super) use events::Origin;
pub(super) use outcome::Recorded;
pub(super) use queue::{Job, Next};
pub(super) use shared::Run;
pub(super) use task::Task;
