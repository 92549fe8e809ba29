//! The headers of a message.
//!
//! lettre writes Subject, Date and Message-ID: it encodes and folds texts, and knows the format of dates. Headers with
//! a mailbox are written by [`mailbox`], which says why. The others are the same in every message.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{Date, Headers, MessageId, Subject};
use meetmint_core::{Attendee, DisplayName, Email};

use super::mailbox;
use crate::sender::Sender;

/// What the headers say, besides the subject.
pub(super) struct Envelope<'a> {
    pub(super) sender: &'a Sender,
    pub(super) attendee: &'a Attendee,
    pub(super) to: &'a Email,
    /// The Message-ID with its angle brackets, because lettre does not add them.
    pub(super) id: &'a str,
    pub(super) stamp: Timestamp,
}

/// Writes all headers but Content-Type.
pub(super) fn write(out: &mut Vec<u8>, envelope: &Envelope<'_>, subject: String) {
    let sender = envelope.sender;
    let from = sender.from_name().map(DisplayName::as_str);
    let to = envelope.attendee.name.as_str();
    mailbox::header(out, "From", from, sender.from_email());
    mailbox::header(out, "To", Some(to), envelope.to);
    // Not in From, whose domain has to be the sending mailbox's, or DMARC fails (`invitation-email` facts, §2.1).
    if let Some((name, email)) = sender.reply_to() {
        mailbox::header(out, "Reply-To", name, email);
    }
    // lettre cannot write a date before 1970.
    let seconds = u64::try_from(envelope.stamp.as_second()).unwrap_or_default();
    let mut headers = Headers::with_capacity(3);
    headers.set(Subject::from(subject));
    headers.set(Date::new(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)));
    headers.set(MessageId::from(envelope.id.to_owned()));
    out.extend_from_slice(headers.to_string().as_bytes());
    // Prevents automatic replies, such as those of people on vacation (RFC 3834 §5).
    out.extend_from_slice(b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n");
}
