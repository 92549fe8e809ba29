//! What is to be done for one person.

use crate::content::MessageKind;
use crate::ledger::{History, LastMessage, MessageState};

/// What is to be done for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Send(MessageKind),
    /// The person has what is wanted.
    Same,
    /// The same message, of this kind, was refused already.
    Refused(MessageKind),
    /// It is unknown whether the person has what is wanted.
    InDoubt,
    Nothing,
}

/// What is to be done for a person with this history. `wanted` is the fingerprint of the invitation that the person
/// should have, if any.
pub(super) fn action(history: &History, wanted: Option<[u8; 16]>) -> Action {
    let kind = match (wanted, history.delivered) {
        (Some(facts), Some(delivered)) if facts == delivered.fingerprint => {
            return if history.in_doubt { Action::InDoubt } else { Action::Same };
        }
        (Some(_), Some(_)) => MessageKind::Update,
        (Some(_), None) => MessageKind::Invite,
        (None, Some(_)) => MessageKind::Cancel,
        // The cancellation itself is in doubt: only `settle` repeats it.
        (None, None) if history.in_doubt => return Action::InDoubt,
        (None, None) => return Action::Nothing,
    };
    match last_alike(history, kind, wanted) {
        // A server that refused this very message would refuse it again.
        Some(last) if last.state == MessageState::Refused => Action::Refused(kind),
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

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: [u8; 16] = [1; 16];
    const NEW: [u8; 16] = [2; 16];

    #[test]
    fn what_is_due_follows_from_what_was_sent() {
        use MessageKind::{Cancel, Invite, Remind, Update};
        use MessageState::{Accepted, Deferred, InDoubt, Refused};

        #[track_caller]
        fn case(
            sent: &[(MessageKind, MessageState, [u8; 16])],
            wanted: Option<[u8; 16]>,
            expected: Action,
        ) {
            let mut history = History::default();
            for (id, (kind, state, facts)) in (1..).zip(sent) {
                history.add(id, *kind, *state, *facts);
            }
            assert_eq!(action(&history, wanted), expected);
        }

        case(&[], Some(NEW), Action::Send(Invite));
        case(&[], None, Action::Nothing);
        case(&[(Invite, Accepted, NEW)], Some(NEW), Action::Same);
        case(&[(Invite, Accepted, OLD)], Some(NEW), Action::Send(Update));
        case(&[(Invite, Accepted, OLD)], None, Action::Send(Cancel));
        // Not delivered: a change is a new invitation, and a removal needs no message.
        case(&[(Invite, Refused, OLD)], Some(NEW), Action::Send(Invite));
        case(&[(Invite, Refused, NEW)], Some(NEW), Action::Refused(Invite));
        case(&[(Invite, Refused, OLD)], None, Action::Nothing);
        case(&[(Invite, Deferred, NEW)], Some(NEW), Action::Send(Invite));
        // In doubt: a change or a removal ends the doubt, nothing else does.
        case(&[(Invite, InDoubt, NEW)], Some(NEW), Action::InDoubt);
        case(&[(Invite, InDoubt, OLD)], Some(NEW), Action::Send(Update));
        case(&[(Invite, InDoubt, OLD)], None, Action::Send(Cancel));
        case(&[(Invite, InDoubt, OLD), (Update, Accepted, NEW)], Some(NEW), Action::Same);
        // A refused update leaves the invitation delivered.
        case(
            &[(Invite, Accepted, OLD), (Update, Refused, NEW)],
            Some(NEW),
            Action::Refused(Update),
        );
        case(&[(Invite, Accepted, OLD), (Update, Refused, NEW)], Some(OLD), Action::Same);
        case(&[(Invite, Accepted, OLD), (Update, Refused, NEW)], None, Action::Send(Cancel));
        // After a cancellation, everything starts anew.
        case(&[(Invite, Accepted, OLD), (Cancel, Accepted, OLD)], Some(OLD), Action::Send(Invite));
        case(&[(Invite, Accepted, OLD), (Cancel, InDoubt, OLD)], None, Action::InDoubt);
        case(&[(Invite, Accepted, OLD), (Cancel, Refused, OLD)], None, Action::Refused(Cancel));
        // A message that was deferred is not due any more when what it says is not wanted any more.
        case(&[(Invite, Accepted, OLD), (Cancel, Deferred, OLD)], Some(OLD), Action::Same);
        case(&[(Invite, Accepted, OLD), (Update, Deferred, NEW)], Some(OLD), Action::Same);
        // A later message that was accepted ends a doubt, also one about a reminder, and also if it is a reminder.
        case(&[(Invite, Accepted, OLD), (Remind, InDoubt, OLD)], Some(OLD), Action::InDoubt);
        case(
            &[(Invite, Accepted, OLD), (Remind, InDoubt, OLD), (Update, Accepted, NEW)],
            Some(NEW),
            Action::Same,
        );
        case(&[(Invite, InDoubt, OLD), (Remind, Accepted, OLD)], Some(OLD), Action::Same);
        // A reminder changes nothing.
        case(&[(Invite, Accepted, OLD), (Remind, Refused, OLD)], Some(OLD), Action::Same);
    }
}
