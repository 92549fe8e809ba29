//! Turns an invitation into a message for exactly one person, and delivers it.
//!
//! A [`Composer`] renders the [`Templates`], adds the person's calendar event, and returns one message that contains
//! this person's link and no other. A text that fails the leak check is an error, never a message. A [`Delivery`] sends
//! messages to an outbox, a folder or a mail server, and records in the [`Ledger`] what became of each.
//!
//! The crate reads neither the environment nor the clock: both are arguments. The same [`MessageContent`] gives the
//! same bytes, today and in a year. Threads are started only for delivery: one for each connection to a mail server,
//! one that prepares messages for them, and a few that sync files to the disk.
//!
//! How a message has to look so that Outlook, Gmail, Apple Mail and Thunderbird recognize an invitation is described in
//! the `invitation-email` facts. Comments refer to their sections.

mod calendar;
mod chunks;
mod content;
mod delivery;
mod durable;
mod error_chain;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod leak_check;
mod ledger;
mod message;
mod message_part;
mod message_text;
mod moment;
mod occasion;
mod octets;
mod outbox;
mod people_records;
mod people_set;
mod plan;
mod reconcile;
mod scratch;
mod sender;
mod snapshot;
mod subject;
mod templates;
mod variables;

pub use content::{Before, CancelReason, MessageContent, MessageKind};
pub use delivery::{
    DeferredMessage, Delivery, DeliveryContext, DeliveryError, DueMessages, FailedMessage, Feed,
    MessageSpec, Outbox, Pace, Rate, Relay, Stopped, Summary, Tally, compose, is_ordinary_occasion,
    is_ordinary_person, recover_folder, try_compose,
};
pub use durable::sync_folder;
pub use error_chain::ErrorChain;
pub use leak_check::Leak;
pub use ledger::{
    ChosenEntries, Deferred, Doubt, EntryRecord, Erasable, ErasedCounts, Examination, ExportRecord,
    IfLost, Ledger, LedgerEntry, LedgerError, LedgerFinding, LockedLedger, Medium, MessageState,
    MessageStatus, NewRound, PersonStatus, Round, RoundKind, SentRecord, ServerNote, WantedRow,
    WhyLeftOut,
};
// Part of [`Login`]: callers name a mechanism without depending on lettre themselves.
pub use lettre::transport::smtp::authentication::Mechanism;
pub use message::{ComposeError, Composer, Message};
pub use message_part::{MessagePart, Part};
pub use message_text::{BadMessageText, LONGEST_MESSAGE, line_with_link, message_lines};
pub use outbox::{
    Capabilities, Chunking, ConnectionError, DataOutcome, FetchSecret, Login, Rejected, Reply,
    Security, SmtpAddress, SmtpError, SmtpServer, SmtpSession, Stage, Timeouts, TlsError, Trace,
    Trust, TrustError, Unsupported, is_valid_hello,
};
pub use outbox::{FolderFiles, FolderOutbox, OutboxError, file_name};
pub use people_records::{PeopleRecords, PersonRecord};
pub use people_set::{AddPerson, PeopleSet};
pub use plan::{
    Contents, Due, DueByEntry, DueList, DueTask, Listed, Plan, Unresolved, contents, copies,
    is_next_event, missing_files, reminders,
};
pub use reconcile::{
    BadRows, LeftAlone, LeftOutPeople, LeftOutPerson, ReconcileSpec, Reconciler, Reconciliation,
};
pub use sender::{BadSender, Sender};
pub use snapshot::{
    Change, CommonSnapshot, Facts, ServerFacts, Snapshot, SnapshotParts, SnapshotRecord,
    Unreadable, WrittenSnapshot,
};
pub use templates::{ReadError, RenderError, TemplateProblem, Templates};
pub use variables::VARIABLES;
