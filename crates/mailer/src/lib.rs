//! An invite in, a message for exactly one person out.
//!
//! A [`Composer`] renders the [`Templates`], writes the person's own calendar event, and puts both into one
//! message that holds that person's link and nobody else's: what does not pass the leak guard is an
//! error, never a message. A [`FolderOutbox`] then puts messages where they can be looked at.
//!
//! The crate reads no clock and no environment and starts no thread: the same [`Letter`] gives the same
//! bytes, today and in a year. How a message has to look to be an invitation for Outlook, Gmail, Apple and
//! Thunderbird is written down in the `invitation-email` facts; comments name the paragraph.

mod calendar;
mod guard;
mod letter;
mod message;
mod moment;
mod outbox;
mod sender;
mod templates;
mod variables;

pub use guard::{Leak, Part};
pub use letter::{Kind, Letter};
pub use message::{ComposeError, Composer, Message};
pub use outbox::{Delivered, FolderOutbox, OutboxError, file_name};
pub use sender::{BadSender, Sender};
pub use templates::{ReadError, RenderError, TemplateProblem, Templates};
pub use variables::VARIABLES;
