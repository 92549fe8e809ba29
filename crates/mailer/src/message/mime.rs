//! The MIME tree of a message.
//!
//! lettre could build the tree, and a test compares the result. But it copies the content of each part three times on
//! the way, and the parts are most of what a message costs. Here each is written once, directly into the message.

use super::headers::{self, Envelope};
use super::transfer;
use crate::calendar::{Calendar, Method};
use crate::templates::Rendered;

/// Writes the whole message. `unique` makes the boundaries different from those of other messages.
pub(super) fn assemble(
    envelope: &Envelope<'_>,
    unique: &str,
    texts: Rendered,
    calendar: Option<&Calendar>,
) -> Vec<u8> {
    let Rendered { subject, text, html } = texts;
    // Encoded once, because the same text is sent twice.
    let event = calendar.map(|calendar| transfer::shorter(&calendar.text));
    let bodies = text.len() + html.len() + 2 * event.as_ref().map_or(0, |(_, event)| event.len());
    // Quoted-printable adds about an eighth; the headers need less than 2 KiB.
    let mut out = Vec::with_capacity(bodies + bodies / 8 + 2048);
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
    let inline = (calendar.method != Method::Publish).then(|| {
        let content_type =
            format!("text/calendar; charset=utf-8; method={}", calendar.method.name());
        (content_type, encoding, &*event)
    });
    alternatives(&mut out, unique, &text, &html, inline);
    boundary(&mut out, "mixed", unique, "");
    // Not `text/calendar`, so that no mail program takes the attachment for a second invitation.
    let name = calendar.method.file_name();
    let file = format!(
        "application/ics; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\""
    );
    part(&mut out, &file, encoding);
    push(&mut out, [&event, b"\r\n"]);
    boundary(&mut out, "mixed", unique, "--");
    out
}

/// Writes the same content in two or three forms. `event`: content type, encoding, and the encoded calendar.
fn alternatives(
    out: &mut Vec<u8>,
    unique: &str,
    text: &str,
    html: &str,
    event: Option<(String, &str, &[u8])>,
) {
    multipart(out, "alternative", unique);
    // From the plainest to the richest: programs show the last one that they understand (RFC 2046 §5.1.4).
    for (kind, body) in [("text/plain; charset=utf-8", text), ("text/html; charset=utf-8", html)] {
        boundary(out, "alternative", unique, "");
        part(out, kind, "quoted-printable");
        transfer::quoted_printable(out, body);
        push(out, [b"\r\n"]);
    }
    if let Some((kind, encoding, event)) = event {
        boundary(out, "alternative", unique, "");
        part(out, &kind, encoding);
        push(out, [event, b"\r\n"]);
    }
    boundary(out, "alternative", unique, "--");
}

/// Starts a container of parts.
fn multipart(out: &mut Vec<u8>, level: &str, unique: &str) {
    let lines =
        format!("Content-Type: multipart/{level};\r\n boundary=\"=_{level}_{unique}\"\r\n\r\n");
    push(out, [lines.as_bytes()]);
}

/// Writes a boundary. No encoded body contains `=_` (RFC 2045 §6.7), so none can contain a boundary.
fn boundary(out: &mut Vec<u8>, level: &str, unique: &str, end: &str) {
    push(out, [b"--=_", level.as_bytes(), b"_", unique.as_bytes(), end.as_bytes(), b"\r\n"]);
}

/// Writes the headers of a part.
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
