//! Everything that a mail server can do wrong, and what has to come of it: how the run ends, what it says, what the
//! ledger knows, and who has got a message.
//!
//! After each row the two are compared, person by person: who counts as accepted has been accepted by the server, once,
//! and who is due has not.

mod certificate;
mod course;
mod envelope;
mod message;
mod opening;
mod row;
mod secure;
mod server;
mod wire;

pub(crate) use certificate::authority;
