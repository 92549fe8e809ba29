//! The MIME tree of a message.
//!
//! lettre could build the tree, and a test compares the result. But it copies the content of each part three times on
//! the way, and the parts are most of what a message costs. Here each is written once, directly into the message.

use super::frame::{Bodies, Body};
use super::headers::{self, Envelope};
use super::transfer;
use crate::calendar::{Calendar, Method};
use crate::octets::push;

/// Writes the whole message. `unique` makes the boundaries different from those of other messages.
pub(super) fn assemble(
    envelope: &Envelope<'_>,
    unique: &str,
    bodies: Bodies,
    calendar: Option<&Calendar>,
) -> Vec<u8> {
    let Bodies { subject, text, html } = bodies;
    // Encoded once, because the same text is sent twice.
    let event = calendar.map(|calendar| transfer::shorter(&calendar.text));
    let events = 2 * event.as_ref().map_or(0, |(_, event)| event.len());
    // The headers need less than 2 KiB.
    let mut out =
        Vec::with_capacity(text.expected_length() + html.expected_length() + events + 2048);
    headers::write(&mut out, envelope, subject);
    let Some((calendar, (encoding, event))) = calendar.zip(event) else {
        alternatives(&mut out, unique, &text, &html, None);
        return out;
    };
    // Mail programs recognize an invitation if the alternatives come first and the calendar is the last of them. Some
    // only look for an attachment, so the calendar is attached as well. A calendar that asks for no reply is only
    // attached, because Outlook would show its source (`invitation-email` facts, §1.1 and §1.2).
    multipart(&mut out, "mixed", unique);
    boundary(&mut out, "mixed", unique, "");
    let inline = (calendar.method != Method::Publish).then_some(Event {
        method: calendar.method,
        encoding,
        octets: &event,
    });
    alternatives(&mut out, unique, &text, &html, inline);
    boundary(&mut out, "mixed", unique, "");
    // Not `text/calendar`, so that no mail program takes the attachment for a second invitation.
    let name = calendar.method.file_name();
    let pieces = [
        "application/ics; name=\"",
        name,
        "\"\r\nContent-Disposition: attachment; filename=\"",
        name,
        "\"",
    ];
    part(&mut out, pieces, encoding);
    push(&mut out, [&event, b"\r\n"]);
    boundary(&mut out, "mixed", unique, "--");
    out
}

/// An encoded calendar.
#[derive(Clone, Copy)]
struct Event<'a> {
    method: Method,
    encoding: &'static str,
    octets: &'a [u8],
}

/// Writes the same content in two or three forms.
fn alternatives(
    out: &mut Vec<u8>,
    unique: &str,
    text: &Body,
    html: &Body,
    event: Option<Event<'_>>,
) {
    multipart(out, "alternative", unique);
    // From the plainest to the richest: programs show the last one that they understand (RFC 2046 §5.1.4).
    for (kind, body) in [("text/plain; charset=utf-8", text), ("text/html; charset=utf-8", html)] {
        boundary(out, "alternative", unique, "");
        part(out, [kind], "quoted-printable");
        body.write(out);
        push(out, [b"\r\n"]);
    }
    if let Some(Event { method, encoding, octets }) = event {
        boundary(out, "alternative", unique, "");
        part(out, ["text/calendar; charset=utf-8; method=", method.name()], encoding);
        push(out, [octets, b"\r\n"]);
    }
    boundary(out, "alternative", unique, "--");
}

/// Starts a container of parts.
fn multipart(out: &mut Vec<u8>, level: &str, unique: &str) {
    let level = level.as_bytes();
    push(out, [b"Content-Type: multipart/", level, b";\r\n boundary=\"=_", level, b"_"]);
    push(out, [unique.as_bytes(), b"\"\r\n\r\n"]);
}

/// Writes a boundary. No encoded body contains `=_` (RFC 2045 §6.7), so none can contain a boundary.
fn boundary(out: &mut Vec<u8>, level: &str, unique: &str, end: &str) {
    push(out, [b"--=_", level.as_bytes(), b"_", unique.as_bytes(), end.as_bytes(), b"\r\n"]);
}

/// Writes the headers of a part. The content type comes in pieces.
fn part<const N: usize>(out: &mut Vec<u8>, content_type: [&str; N], encoding: &str) {
    push(out, [b"Content-Type: "]);
    push(out, content_type.map(str::as_bytes));
    push(out, [b"\r\nContent-Transfer-Encoding: ", encoding.as_bytes(), b"\r\n\r\n"]);
}

#[cfg(test)]
mod tests;
