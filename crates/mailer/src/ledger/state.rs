//! The states of a message, and the media that messages go through.

use std::fmt;

use serde::Serialize;

/// The state of a message: see docs/sending.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// It has not been sent yet.
    // The next attempt keeps SEQUENCE, copy number and date.
    Due,
    /// It is being sent now, or a run that sent it ended without recording the outcome.
    Sending,
    /// The file is in the folder outbox: nobody has received it yet.
    Written,
    /// A mail server took responsibility for it.
    Accepted,
    /// A mail server rejected it for good.
    Refused,
    /// A mail server rejected it for now.
    Deferred,
    /// It may have been accepted: the connection broke, or the process died, before the server confirmed.
    InDoubt,
}

impl MessageState {
    /// In the order of the variants: `name` uses a state's number as its index in this list.
    // The names are stored in ledgers and read by scripts (`status --format json`): they must not change.
    pub(super) const ALL: [(MessageState, &'static str); 7] = [
        (MessageState::Due, "due"),
        (MessageState::Sending, "sending"),
        (MessageState::Written, "written"),
        (MessageState::Accepted, "accepted"),
        (MessageState::Refused, "refused"),
        (MessageState::Deferred, "deferred"),
        (MessageState::InDoubt, "in_doubt"),
    ];

    /// Every state.
    pub(super) fn all() -> impl Iterator<Item = MessageState> {
        MessageState::ALL.iter().map(|(state, _)| *state)
    }

    /// The state's name, in the ledger and in reports.
    pub fn name(self) -> &'static str {
        MessageState::ALL[self as usize].1
    }

    /// The state with this name.
    pub fn named(name: &str) -> Option<MessageState> {
        MessageState::ALL.iter().find(|(_, other)| *other == name).map(|(state, _)| *state)
    }

    /// Whether the person may have the message. It then counts as delivered: a later change is an update, a removal
    /// a cancellation.
    pub fn may_be_known(self) -> bool {
        // In doubt included: one update or cancellation too many is harmless, a missing one leaves a wrong event in a
        // calendar.
        matches!(self, MessageState::Written | MessageState::Accepted | MessageState::InDoubt)
    }
}

impl fmt::Display for MessageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where messages go.
// Each medium has messages of its own: what is in the folder was never mailed. UID and SEQUENCE belong to the entry, so
// both media share them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// Files (`.eml`) in a folder.
    Folder,
    /// A mail server.
    Smtp,
}

impl Medium {
    /// The medium's name in the ledger.
    pub(super) fn name(self) -> &'static str {
        // Stored in ledgers: a name must not change.
        match self {
            Medium::Folder => "folder",
            Medium::Smtp => "smtp",
        }
    }

    pub(super) fn named(name: &str) -> Option<Medium> {
        [Medium::Folder, Medium::Smtp].into_iter().find(|medium| medium.name() == name)
    }

    /// The state of a message that was delivered through this medium.
    pub fn delivered(self) -> MessageState {
        match self {
            Medium::Folder => MessageState::Written,
            Medium::Smtp => MessageState::Accepted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_media_are_found_by_their_names() {
        for (state, name) in MessageState::ALL {
            assert_eq!((state.name(), MessageState::named(name)), (name, Some(state)));
        }
        for medium in [Medium::Folder, Medium::Smtp] {
            assert_eq!(Medium::named(medium.name()), Some(medium));
        }
        assert_eq!((MessageState::named("sent"), Medium::named("pigeon")), (None, None));
    }
}
