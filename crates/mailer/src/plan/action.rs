//! What is to be done for one person.

use crate::content::MessageKind;
use crate::ledger::{History, LastMessage, MessageState};

/// What is to be done for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Send(MessageKind),
    /// The person has what is wanted.
    Same,
    /// The same message was refused already.
    Refused,
    /// It is unknown whether the person has what is wanted.
    InDoubt,
    Nothing,
}

/// What is to be done for somebody with this history, who is to have an invitation with the facts of this fingerprint, or
/// none.
pub(super) fn action(history: &History, wanted: Option<[u8; 16]>) -> Action {
    let kind = match (wanted, history.delivered) {
        (Some(facts), Some(delivered)) if facts == delivered.fingerprint => {
            return if history.in_doubt { Action::InDoubt } else { Action::Same };
        }
        (Some(_), Some(_)) => MessageKind::Update,
        (Some(_), None) => MessageKind::Invite,
        (None, Some(_)) => MessageKind::Cancel,
        (None, None) if history.in_doubt => return Action::InDoubt,
        (None, None) => return Action::Nothing,
    };
    match last_alike(history, kind, wanted) {
        // A server that refused this very message would refuse it again.
        Some(last) if last.state == MessageState::Refused => Action::Refused,
        _ => Action::Send(kind),
    }
}

/// The last message, if it says the same as one of this kind with these facts. Cancellations all say the same.
pub(super) fn last_alike(
    history: &History,
    kind: MessageKind,
    wanted: Option<[u8; 16]>,
) -> Option<LastMessage> {
    let last = history.last?;
    let alike = last.kind == kind && wanted.is_none_or(|facts| facts == last.fingerprint);
    alike.then_some(last)
}
