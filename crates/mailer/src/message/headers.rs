//! The headers of a message.
//!
//! lettre folds and encodes a subject that needs it. Headers with a mailbox are written by [`mailbox`], which says why.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use lettre::message::header::{Headers, Subject};
use meetmint_core::{Attendee, DisplayName, Email};

use super::mailbox;
use crate::octets::push;
use crate::sender::Sender;

/// The maximum length of a line. RFC 5322 §2.1.1 recommends 78; lettre folds at 76.
const MAX_LINE: usize = 76;

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
    write_subject(out, subject);
    push(
        out,
        [b"Date: ", date(envelope.stamp).as_bytes(), b"\r\nMessage-ID: ", envelope.id.as_bytes()],
    );
    // Auto-Submitted prevents automatic replies, such as those of people on vacation (RFC 3834 §5).
    push(out, [b"\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"]);
}

fn write_subject(out: &mut Vec<u8>, subject: String) {
    let is_plain = subject.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain && "Subject: ".len() + subject.len() <= MAX_LINE {
        push(out, [b"Subject: ", subject.as_bytes(), b"\r\n"]);
    } else {
        let mut headers = Headers::with_capacity(1);
        headers.set(Subject::from(subject));
        push(out, [headers.to_string().as_bytes()]);
    }
}

/// A date as mail has it (RFC 5322 §3.3), in UTC: `Tue, 24 Nov 2026 09:00:00 +0000`.
fn date(stamp: Timestamp) -> String {
    // Of HTTP's form only the name of the zone is different. There is none for years of five digits, which no stamp has.
    let date = rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&stamp.max(Timestamp::UNIX_EPOCH));
    date.unwrap_or_default().replace("GMT", "+0000")
}
