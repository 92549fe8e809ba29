//! The MIME tree of a message, and its headers.
//!
//! Headers that hold a text are lettre's writing. The rest is the same for everybody, and is written as lettre
//! writes it, once: its own tree copies each part three times.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{Date, Headers, MessageId, Subject};
use meetmint_core::{Attendee, DisplayName, Email};

use super::{mailbox, transfer};
use crate::Sender;
use crate::calendar::{Calendar, Method};
use crate::templates::Rendered;

/// What stands outside of the parts.
pub(super) struct Envelope<'a> {
    pub(super) sender: &'a Sender,
    pub(super) attendee: &'a Attendee,
    pub(super) to: &'a Email,
    /// With its angle brackets: lettre writes it as it is.
    pub(super) id: &'a str,
    pub(super) stamp: Timestamp,
}

/// The bytes of the message. `unique` tells its boundaries from those of others.
pub(super) fn assemble(
    envelope: &Envelope<'_>,
    unique: &str,
    texts: Rendered,
    calendar: Option<&Calendar>,
) -> Vec<u8> {
    let Rendered { subject, text, html } = texts;
    let event = calendar.map(|calendar| transfer::base64(&calendar.text));
    let bodies = text.len() + html.len() + 2 * event.as_ref().map_or(0, Vec::len);
    let mut out = Vec::with_capacity(bodies + bodies / 8 + 2048);
    headers(&mut out, envelope, subject);
    let Some((calendar, event)) = calendar.zip(event) else {
        alternatives(&mut out, unique, &text, &html, None);
        return out;
    };
    // What an invitation needs: the alternatives first, the calendar last among them, and the same calendar as
    // a file for programs that only look there. What asks for no answer goes as a file alone (§1.1, §1.2).
    multipart(&mut out, "mixed", unique);
    boundary(&mut out, "mixed", unique, "");
    let inline = (calendar.method != Method::Publish).then(|| {
        (format!("text/calendar; charset=utf-8; method={}", calendar.method.name()), &*event)
    });
    alternatives(&mut out, unique, &text, &html, inline);
    boundary(&mut out, "mixed", unique, "");
    let file = "application/ics; name=\"invite.ics\"\r\n\
        Content-Disposition: attachment; filename=\"invite.ics\"";
    part(&mut out, file, "base64");
    push(&mut out, [&event, b"\r\n"]);
    boundary(&mut out, "mixed", unique, "--");
    out
}

fn headers(out: &mut Vec<u8>, envelope: &Envelope<'_>, subject: String) {
    let sender = envelope.sender;
    let from = sender.from_name().map(DisplayName::as_str);
    let to = envelope.attendee.name.as_str();
    mailbox::header(out, "From", from, sender.from_email());
    mailbox::header(out, "To", Some(to), envelope.to);
    if sender.on_behalf() {
        mailbox::header(out, "Reply-To", Some(sender.organizer_name()), sender.organizer_email());
    }
    // A message from before 1970 has no date that lettre could write.
    let seconds = u64::try_from(envelope.stamp.as_second()).unwrap_or_default();
    let mut headers = Headers::with_capacity(3);
    headers.set(Subject::from(subject));
    headers.set(Date::new(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)));
    headers.set(MessageId::from(envelope.id.to_owned()));
    // No vacation replies, please (RFC 3834 §5).
    let fixed = b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
    push(out, [headers.to_string().as_bytes(), fixed]);
}

fn alternatives(
    out: &mut Vec<u8>,
    unique: &str,
    text: &str,
    html: &str,
    event: Option<(String, &[u8])>,
) {
    multipart(out, "alternative", unique);
    for (kind, body) in [("text/plain; charset=utf-8", text), ("text/html; charset=utf-8", html)] {
        boundary(out, "alternative", unique, "");
        part(out, kind, "quoted-printable");
        transfer::quoted_printable(out, body);
        push(out, [b"\r\n"]);
    }
    if let Some((kind, event)) = event {
        boundary(out, "alternative", unique, "");
        part(out, &kind, "base64");
        push(out, [event, b"\r\n"]);
    }
    boundary(out, "alternative", unique, "--");
}

/// The header of what has parts.
fn multipart(out: &mut Vec<u8>, level: &str, unique: &str) {
    let lines =
        format!("Content-Type: multipart/{level};\r\n boundary=\"=_{level}_{unique}\"\r\n\r\n");
    push(out, [lines.as_bytes()]);
}

/// `=_` is in no encoded body (RFC 2045 §6.7), so no line of one can be taken for a boundary.
fn boundary(out: &mut Vec<u8>, level: &str, unique: &str, end: &str) {
    push(out, [b"--=_", level.as_bytes(), b"_", unique.as_bytes(), end.as_bytes(), b"\r\n"]);
}

fn part(out: &mut Vec<u8>, content_type: &str, encoding: &str) {
    let lines =
        format!("Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
    push(out, [lines.as_bytes()]);
}

fn push<const N: usize>(out: &mut Vec<u8>, pieces: [&[u8]; N]) {
    for piece in pieces {
        out.extend_from_slice(piece);
    }
}

#[cfg(test)]
mod tests;
