//! What goes into one message, before a template turns it into text.

#[cfg(test)]
pub(crate) mod example;

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{Invite, Meeting, Role, Uid};
use serde::{Deserialize, Serialize};

use crate::sender::Sender;

/// What a message is for.
// The name of the kind is part of file names, Message-IDs and the names of templates, so it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// Invites a person to the meeting.
    Invite,
    /// Tells an invited person what has changed.
    Update,
    /// Withdraws a person's invitation.
    Cancel,
    /// Sends the link once more, shortly before the meeting.
    Remind,
}

impl MessageKind {
    /// All kinds, in the order in which a meeting uses them.
    pub const ALL: [MessageKind; 4] =
        [MessageKind::Invite, MessageKind::Update, MessageKind::Cancel, MessageKind::Remind];

    /// Finds a kind by its name.
    pub fn named(name: &str) -> Option<MessageKind> {
        MessageKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The name of the kind, such as `invite`.
    pub fn name(self) -> &'static str {
        match self {
            MessageKind::Invite => "invite",
            MessageKind::Update => "update",
            MessageKind::Cancel => "cancel",
            MessageKind::Remind => "remind",
        }
    }

    /// Whether messages of this kind contain the person's link.
    pub(crate) fn has_link(self) -> bool {
        // A link in a cancellation would invite people to a meeting that they are told is off.
        self != MessageKind::Cancel
    }
}

/// Why an invitation is withdrawn.
// A meeting that is cancelled is something else than a person who is taken off the list. Ledgers keep the names with
// cancellations, so they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum CancelReason {
    /// The meeting is called off for everybody.
    Meeting,
    /// The meeting is called off for this person, or this one of several invitations is withdrawn; or, in old ledgers, the
    /// reason was not recorded.
    Invitation,
    /// The person is no longer in the roster.
    Removed,
    /// The meeting has another organizer, who sends an invitation of their own to whoever is still invited.
    Organizer,
}

impl CancelReason {
    /// All reasons.
    pub(crate) const ALL: [CancelReason; 4] = [
        CancelReason::Meeting,
        CancelReason::Invitation,
        CancelReason::Removed,
        CancelReason::Organizer,
    ];

    /// The reason's name in the ledger.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CancelReason::Meeting => "meeting",
            CancelReason::Invitation => "invitation",
            CancelReason::Removed => "removed",
            CancelReason::Organizer => "organizer",
        }
    }

    pub(crate) fn named(name: &str) -> Option<CancelReason> {
        CancelReason::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The content of one message to one person.
///
/// Together with the templates, it determines every byte that [`Composer::compose`](crate::Composer::compose) returns.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "none of them follows from another")]
pub struct MessageContent<'a> {
    /// The person, the link, and the window in which the link works. A cancellation does not show the link.
    pub invite: &'a Invite<'a>,
    /// The sender, with the organizer that this event has. In a cancellation, the organizer as the person knows it.
    pub sender: &'a Sender,
    /// The meeting. In a cancellation, the meeting as the person knows it.
    pub meeting: &'a Meeting,
    /// The person's role in the meeting.
    pub role: &'a Role,
    /// The address of the room, without a token (`Server::address`).
    pub address: &'a str,
    /// Identifies this person's event in calendars.
    pub uid: Uid,
    /// The revision of the calendar event, starting at 0 (RFC 5545 §3.8.7.4). A cancellation is a revision of
    /// its own, so it has at least 1 (RFC 5546 §3.2.5).
    pub sequence: u32,
    /// Copy number: how many messages of the same revision and kind came before this one, starting at 0.
    pub copy: u32,
    /// What the message is for.
    pub kind: MessageKind,
    /// The previous state of the meeting, for an update. Other kinds ignore it.
    pub before: Option<Before<'a>>,
    /// Whether the person was last told that the meeting is called off: an invitation then says that it takes place after
    /// all.
    pub back_on: bool,
    /// Why the invitation is withdrawn. Only a cancellation says so.
    pub reason: CancelReason,
    /// The time for the `Date` header and DTSTAMP.
    pub stamp: Timestamp,
    /// The person's language as a tag, such as `en`.
    pub language: Option<&'a str>,
    /// The person's own time zone, shown beside the meeting's.
    pub zone: Option<TimeZone>,
    /// The roster's additional columns: name and cell.
    pub extra: &'a [(&'a str, &'a str)],
    /// The organizer's text, line by line ([`message_lines`](crate::message_lines)). A cancellation does not show it.
    pub message: &'a [String],
    /// The name as people say it, if that is not the attendee's: `Ada Lovelace` for `Lovelace, Ada`.
    pub greeting: Option<&'a str>,
    /// Whether people of the roster have zones of their own with other times than the meeting's.
    pub several_zones: bool,
    /// Whether the link is signed with a practice secret, which no server accepts. The message says so.
    pub practice: bool,
    /// Whether this is a test copy: it goes to the sender, to show what somebody else would get. The message
    /// says so.
    pub test_copy: bool,
}

/// What the last message told a person about the meeting. An update shows it beside the new state.
#[derive(Clone, Debug)]
pub struct Before<'a> {
    /// The meeting's title.
    pub title: &'a str,
    /// The name of the room.
    pub room: &'a str,
    /// The start of the meeting.
    pub start: Timestamp,
    /// The end of the meeting.
    pub end: Timestamp,
    /// The meeting's time zone.
    pub zone: TimeZone,
    /// The name of the person's role.
    pub role: &'a str,
    /// Whether the person was a moderator.
    pub moderator: bool,
    /// The person's name.
    pub name: &'a str,
    /// Whether the link in that message was another one.
    pub other_link: bool,
    /// Whether the link is another one for a reason of its own: the room, the server, the key or the window has changed, not
    /// only the time of the meeting or something about the person.
    pub other_place: bool,
}

impl<'a> Before<'a> {
    /// The state of a meeting, in which a person has a role and a name, with the same link.
    pub fn new(meeting: &'a Meeting, role: &'a Role, name: &'a str) -> Before<'a> {
        Before {
            title: &meeting.title,
            room: meeting.room.name(),
            start: meeting.start,
            end: meeting.end,
            zone: meeting.zone.clone(),
            role: &role.name,
            moderator: role.moderator,
            name,
            other_link: false,
            other_place: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::named(&kind.to_string()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        assert_eq!(MessageKind::named("Invite"), None);
    }
}
