//! What an event asks of the calendar that receives it (RFC 5546 §1.4).

use crate::content::MessageKind;

/// The iTIP method of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// Adds or replaces the event with this UID, and asks for a reply.
    Request,
    /// Removes the event.
    Cancel,
    /// Adds the event, and asks for nothing.
    Publish,
}

impl Method {
    /// The method for the event in a message. `None` if the message contains no event.
    ///
    /// `organizing`: the recipient is the organizer, who is never asked for a reply (`invitation-email` facts, §1.3).
    pub(crate) fn of(kind: MessageKind, organizing: bool) -> Option<Method> {
        match (kind, organizing) {
            (MessageKind::Invite | MessageKind::Update, false) => Some(Method::Request),
            (MessageKind::Cancel, false) => Some(Method::Cancel),
            // A calendar does not find an event to cancel that was added without an invitation.
            (MessageKind::Cancel, true) => None,
            // As a REQUEST, a reminder would reset the reply that a person has given.
            (MessageKind::Remind, _) | (MessageKind::Invite | MessageKind::Update, true) => {
                Some(Method::Publish)
            }
        }
    }

    /// The name of the attached file. People see it, so that of a cancellation does not promise an invitation.
    pub(crate) fn file_name(self) -> &'static str {
        match self {
            Method::Request | Method::Publish => "invite.ics",
            Method::Cancel => "cancel.ics",
        }
    }

    /// The name of the method in calendars and MIME types.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
            Method::Publish => "PUBLISH",
        }
    }
}
