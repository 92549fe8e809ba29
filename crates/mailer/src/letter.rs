//! All that one message says, before it is put into words.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{Invite, Meeting, Role, Uid};

/// What a message is for. Its name stands in file names and in what the Message-ID is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The first message a person gets.
    Invite,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Invite => "invite",
        })
    }
}

/// One message to one person: everything that [`Composer::compose`](crate::Composer::compose) depends on
/// beside templates and sender.
#[derive(Debug)]
pub struct Letter<'a> {
    /// The person, the link, and when it works.
    pub invite: &'a Invite<'a>,
    /// What the link is for.
    pub meeting: &'a Meeting,
    /// What the person may do there.
    pub role: &'a Role,
    /// The room's address without a token (`Server::address`).
    pub address: &'a str,
    /// The calendar identity of this person's invitation.
    pub uid: Uid,
    /// The revision of the calendar event, from 0 (RFC 5545 §3.8.7.4).
    pub sequence: u32,
    /// The how-manieth message of this revision and kind, from 0.
    pub copy: u32,
    /// What the message is for.
    pub kind: Kind,
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
}
