//! What a message may be, and where it went.

use std::fmt;

/// The state of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageState {
    /// It is to be handed over, and was not: its number, date and copy are fixed.
    Due,
    /// Its intent is written, and what came of it is not known yet.
    Sending,
    /// It lies in the folder outbox: nobody has it yet.
    Written,
    /// A mail server took responsibility for it.
    Accepted,
    /// A mail server will not have it.
    Refused,
    /// A mail server wants it later.
    Deferred,
    /// It may have left: the line broke after the final dot, or the process died there.
    InDoubt,
}

impl MessageState {
    const ALL: [(MessageState, &'static str); 7] = [
        (MessageState::Due, "due"),
        (MessageState::Sending, "sending"),
        (MessageState::Written, "written"),
        (MessageState::Accepted, "accepted"),
        (MessageState::Refused, "refused"),
        (MessageState::Deferred, "deferred"),
        (MessageState::InDoubt, "in_doubt"),
    ];

    /// The state's name, in the ledger and in reports.
    pub fn name(self) -> &'static str {
        MessageState::ALL[self as usize].1
    }

    pub(super) fn named(name: &str) -> Option<MessageState> {
        MessageState::ALL.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }

    /// Whether the person may have the message: whoever has it has to be told what changes.
    pub fn may_be_known(self) -> bool {
        matches!(self, MessageState::Written | MessageState::Accepted | MessageState::InDoubt)
    }
}

impl fmt::Display for MessageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where messages go. The folder is a rehearsal: each keeps a record of its own, UID and SEQUENCE are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Medium {
    /// `.eml` files.
    Folder,
    /// Mail.
    Smtp,
}

impl Medium {
    pub(super) fn name(self) -> &'static str {
        match self {
            Medium::Folder => "folder",
            Medium::Smtp => "smtp",
        }
    }

    /// The state of what was delivered there.
    pub fn delivered(self) -> MessageState {
        match self {
            Medium::Folder => MessageState::Written,
            Medium::Smtp => MessageState::Accepted,
        }
    }
}
