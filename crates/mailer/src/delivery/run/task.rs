//! What is to be sent, and how far its preparation is.

use crate::content::MessageKind;
use crate::ledger::{EarlierMessage, MessageRecord};

/// A message to be sent.
#[derive(Clone, Debug)]
pub(in crate::delivery) enum Task {
    /// The message of this kind that is due for an entry.
    Due { entry: i64, kind: MessageKind },
    /// A message in doubt, sent once more as it was.
    // Boxed, so that the usual task stays small: those of a whole roster are in memory at once.
    Resend(Box<EarlierMessage>),
}

impl Task {
    /// The entry whose message it is.
    pub(super) fn entry(&self) -> i64 {
        match self {
            Task::Due { entry, .. } => *entry,
            Task::Resend(message) => message.entry,
        }
    }
}

/// A message with an undecided reply.
pub(in crate::delivery) struct UndecidedMessage {
    pub(super) person: String,
    pub(super) record: MessageRecord,
    pub(super) is_resend: bool,
    pub(super) reply: String,
    /// Equal for replies of the same stage, code and enhanced code. The text is left out, because servers put
    /// numbers and addresses into it.
    pub(super) reply_class: String,
}
