//! An invite in, a message for exactly one person out.
//!
//! A [`Composer`] renders the [`Templates`], writes the person's own calendar event, and puts both into one
//! message that holds that person's link and nobody else's: what does not pass the leak guard is an
//! error, never a message. A [`FolderOutbox`] then puts messages where they can be looked at.
//!
//! The crate reads no environment and is told the time: the same [`MessageContent`] gives the same bytes, today and in a
//! year. It starts threads in one place: one for each connection to a mail server, and one that makes messages for
//! them ahead. How a message has to look to be an invitation for Outlook, Gmail, Apple and Thunderbird is written down
//! in the `invitation-email` facts; comments name the paragraph.

mod calendar;
mod content;
mod delivery;
mod leak_check;
mod ledger;
mod message;
mod moment;
mod outbox;
mod plan;
mod reconcile;
mod sender;
mod snapshot;
mod templates;
mod variables;

pub use content::{Before, MessageContent, MessageKind};
pub use delivery::{
    Delivery, DeliveryContext, DeliveryError, MessageSpec, Outbox, Pace, Rate, Relay, Stopped,
    Summary, Tally, compose, recover_folder, settle_sent, try_compose,
};
pub use leak_check::{Leak, MessagePart, Part};
pub use ledger::{
    Deferred, Ledger, LedgerError, LedgerLock, LockError, Medium, MessageState, PersonStatus, Round,
};
pub use lettre::transport::smtp::authentication::Mechanism;
pub use message::{ComposeError, Composer, Message};
use outbox::holds;
pub use outbox::{
    Capabilities, Fault, Fetch, Handed, Login, Rejected, Reply, Security, SmtpAddress, SmtpError,
    SmtpServer, SmtpSession, Stage, Timeouts, TlsFault, Trace, Trust, TrustError, Unsupported,
};
pub use outbox::{Delivered, FolderOutbox, OutboxError, file_name};
pub use plan::{Due, Plan, is_next_event};
pub use reconcile::{BadRows, LedgerEntry, Reconciler, Reconciliation, Row};
pub use sender::{BadSender, Sender};
pub use snapshot::{Change, Facts, ServerFacts, Snapshot, SnapshotParts, Unreadable};
pub use templates::{ReadError, RenderError, TemplateProblem, Templates};
pub use variables::VARIABLES;
