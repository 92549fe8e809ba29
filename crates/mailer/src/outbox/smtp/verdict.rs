//! Which messages a failed reply concerns: one, or every one (`invitation-email` facts, §3.1).
//!
//! After a reply that concerns every message, going on would fail for everybody; if a full mailbox stopped the run, it
//! would never finish. The stage, the code and the enhanced code (RFC 3463) decide; where servers use one code for
//! two things, their words do.

use super::error::{Rejected, Stage, Unsupported};
use super::hint;
use super::reply::Reply;
use super::wording::{
    is_connection_limit, is_hello_rejected, is_quota, is_rate_limit, is_relay_denied,
    is_sender_denied,
};

/// Which messages a reply concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concerns {
    /// This person: the message is refused.
    Person,
    /// This message, for now: it is deferred.
    PersonLater,
    /// The connection: the same message is sent over another one.
    Connection,
    /// This message, or every message like it: later results decide.
    Undecided,
    /// Every message: each one would fail in the same way.
    EveryMessage,
}

/// Whether a reply asks for a slower pace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slowdown {
    /// It is about something else.
    No,
    /// It says nothing about the pace. A server that is overloaded sends many of them, but one alone is mostly about one
    /// message or one connection.
    Possible,
    /// It does, by its code or its words.
    Requested,
}

/// What a 4xx or 5xx means for the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) concerns: Concerns,
    /// Whether the server asks for a slower pace.
    pub(crate) slowdown: Slowdown,
    /// The server asks for fewer connections.
    pub(crate) fewer_connections: bool,
    /// A 4xx about the sender: if it is repeated, every message is deferred.
    pub(crate) about_sender: bool,
    /// What the user can do, if it concerns or may concern every message.
    pub(crate) hint: Option<&'static str>,
    /// If a quota is used up: in how many seconds messages may be accepted again.
    pub(crate) resumes_in: Option<i64>,
}

/// Quotas are per day, and no reply says when the day began. After 24 hours there is room in any case.
const DAY: i64 = 24 * 60 * 60;

impl Verdict {
    fn new(concerns: Concerns) -> Verdict {
        Verdict {
            concerns,
            slowdown: Slowdown::No,
            fewer_connections: false,
            about_sender: false,
            hint: None,
            resumes_in: None,
        }
    }

    fn every_message(hint: &'static str) -> Verdict {
        Verdict { hint: Some(hint), ..Verdict::new(Concerns::EveryMessage) }
    }

    /// The verdict on a 4xx or 5xx.
    pub(crate) fn on_reply(stage: Stage, reply: &Reply) -> Verdict {
        if is_quota(reply) {
            return Verdict { resumes_in: Some(DAY), ..Verdict::every_message(hint::QUOTA) };
        }
        match reply.class() {
            4 => on_transient(stage, reply),
            _ => on_permanent(stage, reply),
        }
    }

    /// The verdict on a message that needs what the server does not offer.
    pub(crate) fn on_unsupported(unsupported: Unsupported) -> Verdict {
        match unsupported {
            // The octets above 127 come from this person's address, too: everything else in a message is encoded.
            Unsupported::Address | Unsupported::EightBit => Verdict::new(Concerns::Person),
            Unsupported::Sender => Verdict::every_message(hint::ASCII_SENDER),
            Unsupported::Size { .. } => Verdict::every_message(hint::TOO_BIG),
        }
    }
}

fn on_transient(stage: Stage, reply: &Reply) -> Verdict {
    // 4.3.1 and 4.4.5: the server's disk is full.
    let disk_full = matches!(reply.enhanced(), Some((4, 3, 1) | (4, 4, 5)));
    let slowdown = match reply.code {
        // 432 is Microsoft 365's for more connections at a time than it allows, 454 Amazon SES's for more messages a
        // second.
        432 | 454 => Slowdown::Requested,
        421 if is_connection_limit(reply) => Slowdown::Possible,
        _ if disk_full || is_rate_limit(reply) => Slowdown::Requested,
        // Many servers close a connection with 421 after some messages or minutes.
        421 => Slowdown::Possible,
        // At RCPT they are mostly greylisting or a busy mailbox: about one recipient.
        450 | 451 if stage != Stage::Recipient => Slowdown::Possible,
        _ => Slowdown::No,
    };
    let verdict = |concerns| Verdict { slowdown, ..Verdict::new(concerns) };
    match reply.code {
        421 => verdict(Concerns::Connection),
        432 => {
            let concerns = match stage {
                Stage::Message => Concerns::PersonLater,
                _ => Concerns::Connection,
            };
            Verdict { fewer_connections: true, ..verdict(concerns) }
        }
        454 => verdict(Concerns::PersonLater),
        // The limit of messages per connection: OpenSMTPD replies so to the 101st.
        452 if stage == Stage::Mail && reply.enhanced() == Some((4, 5, 3)) => {
            Verdict::new(Concerns::Connection)
        }
        // Often the server's resolver fails, and does not find the sender's domain. Slowing down would not help.
        _ if is_about_sender(reply) => {
            let verdict = Verdict::new(Concerns::PersonLater);
            Verdict { about_sender: true, hint: Some(hint::SENDER_LATER), ..verdict }
        }
        _ => verdict(Concerns::PersonLater),
    }
}

fn is_about_sender(reply: &Reply) -> bool {
    matches!(reply.enhanced(), Some((4, 1, 7 | 8))) || is_sender_denied(reply)
}

fn on_permanent(stage: Stage, reply: &Reply) -> Verdict {
    let (subject, detail) = match reply.enhanced() {
        Some((_, subject, detail)) => (subject, detail),
        None => (0, 0),
    };
    // In this order: what is said about the account, the sender and the size holds at every stage; then the stage
    // decides.
    match (stage, reply.code, subject, detail) {
        (_, 530 | 535 | 538, ..) => Verdict::every_message(hint::LOGIN),
        (_, _, 1, 7 | 8) => Verdict::every_message(hint::SENDER),
        _ if is_sender_denied(reply) => Verdict::every_message(hint::SENDER),
        _ if is_hello_rejected(reply) => Verdict::every_message(hint::HELLO),
        (_, _, 3, 4) => Verdict::every_message(hint::TOO_BIG),
        // X.2.X is a mailbox's: without it 552 is the size of the message.
        (Stage::Mail | Stage::Message, 552, subject, _) if subject != 2 => {
            Verdict::every_message(hint::TOO_BIG)
        }
        (Stage::Mail, 500 | 502..=504, ..) => Verdict::every_message(hint::COMMAND),
        (Stage::Mail, ..) => Verdict::every_message(hint::SENDER),
        (Stage::Recipient, _, 0 | 7, _) if is_relay_denied(reply) => {
            Verdict::every_message(hint::RELAY)
        }
        // X.5.1, X.5.2 and X.5.4 are about commands and their arguments (RFC 3463 §3.6): all messages use the same.
        (_, _, 5, 1 | 2 | 4) | (_, 500 | 502..=504, 0, _) => Verdict::every_message(hint::COMMAND),
        // The mailbox or its domain. X.4.1 and X.5.0 are what some servers say for an unknown one.
        // Without a code that says more, a 5xx to RCPT is about the recipient, too.
        (_, _, 1 | 2, _) | (_, _, 4, 1) | (_, _, 5, 0) | (Stage::Recipient, _, 0, _) => {
            Verdict::new(Concerns::Person)
        }
        // Perhaps one address is closed to the outside, perhaps nobody may be written to from here.
        (Stage::Recipient, ..) => {
            Verdict { hint: Some(hint::RECIPIENTS), ..Verdict::new(Concerns::Undecided) }
        }
        _ => Verdict { hint: Some(hint::POLICY), ..Verdict::new(Concerns::Undecided) },
    }
}

impl Rejected {
    /// What the user can do about it, if it concerns or may concern every message.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Rejected::Reply { stage, reply } => Verdict::on_reply(*stage, reply).hint,
            Rejected::Unsupported(unsupported) => Verdict::on_unsupported(*unsupported).hint,
            Rejected::Broken(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
