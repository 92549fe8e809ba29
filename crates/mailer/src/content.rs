//! All that one message says, before it is put into words.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{Invite, Meeting, Role, Uid};
use serde::Serialize;

/// What a message is for. Its name stands in file names, in what the Message-ID is made of, and in front of
/// the templates that it is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageKind {
    /// The first message a person gets.
    Invite,
    /// Something of it is different now.
    Update,
    /// The meeting is called off for this person.
    Cancel,
    /// The same once more, shortly before.
    Remind,
}

impl MessageKind {
    /// Every kind, in the order of a meeting's life.
    pub const ALL: [MessageKind; 4] =
        [MessageKind::Invite, MessageKind::Update, MessageKind::Cancel, MessageKind::Remind];

    /// The kind of that name.
    pub fn named(name: &str) -> Option<MessageKind> {
        MessageKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            MessageKind::Invite => "invite",
            MessageKind::Update => "update",
            MessageKind::Cancel => "cancel",
            MessageKind::Remind => "remind",
        }
    }

    /// Whether the message brings the person's link.
    pub(crate) fn has_link(self) -> bool {
        self != MessageKind::Cancel
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One message to one person: everything that [`Composer::compose`](crate::Composer::compose) depends on
/// beside templates and sender.
#[derive(Debug)]
pub struct MessageContent<'a> {
    /// The person, the link, and when it works. A cancellation shows no link.
    pub invite: &'a Invite<'a>,
    /// What the link is for; in a cancellation, what the person was last told.
    pub meeting: &'a Meeting,
    /// What the person may do there.
    pub role: &'a Role,
    /// The room's address without a token (`Server::address`).
    pub address: &'a str,
    /// The calendar identity of this person's invitation.
    pub uid: Uid,
    /// The revision of the calendar event, from 0 (RFC 5545 §3.8.7.4). A cancellation counts as one, so it has at
    /// least 1 (RFC 5546 §3.2.5).
    pub sequence: u32,
    /// The how-manieth message of this revision and kind, from 0.
    pub copy: u32,
    /// What the message is for.
    pub kind: MessageKind,
    /// What the person was last told, to show in an update; other kinds show nothing of it.
    pub before: Option<Before<'a>>,
    /// Date and DTSTAMP: when the message was meant.
    pub stamp: Timestamp,
    /// The person's language, as a tag such as `en`.
    pub language: Option<&'a str>,
    /// The person's own zone, shown beside the meeting's.
    pub zone: Option<TimeZone>,
    /// The roster's further columns: key and cell.
    pub extra: &'a [(&'a str, &'a str)],
    /// The link is signed with a practice secret: no server takes it, and the message says so.
    pub practice: bool,
    /// The message goes to whoever sends it, to see what another would get: it says so.
    pub rehearsal: bool,
}

/// What a person was last told of a meeting: what an update shows beside the new.
#[derive(Clone, Debug)]
pub struct Before<'a> {
    /// What the meeting was called.
    pub title: &'a str,
    /// The room's name.
    pub room: &'a str,
    /// When it was to begin.
    pub start: Timestamp,
    /// When it was to end.
    pub end: Timestamp,
    /// The zone in which its times were told.
    pub zone: TimeZone,
    /// The name of the person's role.
    pub role: &'a str,
    /// Whether the person was to moderate.
    pub moderator: bool,
    /// The person's name.
    pub name: &'a str,
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
