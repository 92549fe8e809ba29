//! An invite in, a message for exactly one person out.
//!
//! A [`Composer`] renders the [`Templates`], writes the person's own calendar event, and puts both into one
//! message that holds that person's link and nobody else's: what does not pass the leak guard is an
//! error, never a message. A [`FolderOutbox`] then puts messages where they can be looked at.
//!
//! The crate reads no environment and is told the time: the same [`Letter`] gives the same bytes, today and in a
//! year. It starts threads in one place: one for each connection to a mail server, and one that makes messages for
//! them ahead. How a message has to look to be an invitation for Outlook, Gmail, Apple and Thunderbird is written down
//! in the `invitation-email` facts; comments name the paragraph.

mod calendar;
mod facts;
mod guard;
mod ledger;
mod letter;
mod message;
mod moment;
mod outbox;
mod plan;
mod post;
mod sender;
mod stage;
mod templates;
mod variables;

pub use facts::{Change, Facts, ServerFacts, Sheet, SheetParts, Unreadable};
pub use guard::{Leak, Part, Place};
pub use ledger::{
    Deferred, Hold, HoldError, Ledger, LedgerError, Medium, PersonStatus, Round, State,
};
pub use letter::{Before, Kind, Letter};
pub use lettre::transport::smtp::authentication::Mechanism;
pub use message::{ComposeError, Composer, Message};
use outbox::holds;
pub use outbox::{Delivered, FolderOutbox, OutboxError, file_name};
pub use outbox::{
    Fault, Fetch, Handed, Login, NotTaken, Offered, Reply, Security, SmtpAddress, SmtpError,
    SmtpOutbox, SmtpServer, Stage, Timeouts, TlsFault, Trace, Trust, TrustError, Unfit,
};
pub use plan::{Due, Plan, is_next_event};
pub use post::{
    Outbox, Pace, PostError, Poster, Rate, Relay, Stopped, Summary, Tally, Told, World, compose,
    recover_folder, settle_sent, try_compose,
};
pub use sender::{BadSender, Sender};
pub use stage::{BadRows, Known, Row, Staged, Staging};
pub use templates::{ReadError, RenderError, TemplateProblem, Templates};
pub use variables::VARIABLES;
