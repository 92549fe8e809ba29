//! The MIME tree of a message, and its headers.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Body, MultiPart, SinglePart};
use meetmint_core::{Attendee, DisplayName, Email};

use super::mailbox;
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

/// `Auto-Submitted: auto-generated` (RFC 3834 §5): no vacation replies, please.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<AutoSubmitted, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(AutoSubmitted::name(), "auto-generated".to_owned())
    }
}

/// The bytes of the message. `unique` tells its boundaries from those of others.
pub(super) fn assemble(
    envelope: &Envelope<'_>,
    unique: &str,
    texts: Rendered,
    calendar: Option<&Calendar>,
) -> Vec<u8> {
    let sender = envelope.sender;
    let from = sender.from_name().map(DisplayName::as_str);
    let to = envelope.attendee.name.as_str();
    // A message from before 1970 has no date that lettre could write.
    let seconds = u64::try_from(envelope.stamp.as_second()).unwrap_or_default();
    let mut message = lettre::Message::builder()
        .raw_header(mailbox::header("From", from, sender.from_email()))
        .raw_header(mailbox::header("To", Some(to), envelope.to));
    if sender.on_behalf() {
        let (name, email) = (sender.organizer_name(), sender.organizer_email());
        message = message.raw_header(mailbox::header("Reply-To", Some(name), email));
    }
    message
        .subject(texts.subject)
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(envelope.id.to_owned()))
        .header(AutoSubmitted)
        .multipart(tree(unique, texts.text, texts.html, calendar))
        .expect("a message with From and To is complete")
        .formatted()
}

/// What an invitation needs: the alternatives first, the calendar last among them, and the same calendar as
/// a file for programs that only look there. What asks for no answer goes as a file alone (§1.1, §1.2).
fn tree(unique: &str, text: String, html: String, calendar: Option<&Calendar>) -> MultiPart {
    let alternatives = MultiPart::alternative()
        .boundary(boundary("alternative", unique))
        .singlepart(quoted_printable("text/plain; charset=utf-8", text))
        .singlepart(quoted_printable("text/html; charset=utf-8", html));
    let Some(Calendar { method, text: calendar }) = calendar else { return alternatives };
    let alternatives = if *method == Method::Publish {
        alternatives
    } else {
        let inline = format!("text/calendar; charset=utf-8; method={}", method.name());
        alternatives.singlepart(part(&inline).body(base64(calendar)))
    };
    let file = part("application/ics; name=\"invite.ics\"")
        .header(ContentDisposition::attachment("invite.ics"))
        .body(base64(calendar));
    MultiPart::mixed().boundary(boundary("mixed", unique)).multipart(alternatives).singlepart(file)
}

/// `=_` is in no encoded body (RFC 2045 §6.7), so no line of one can be taken for a boundary.
fn boundary(level: &str, unique: &str) -> String {
    format!("=_{level}_{unique}")
}

fn part(content_type: &str) -> lettre::message::SinglePartBuilder {
    let content_type = ContentType::parse(content_type).expect("a type that stands in this file");
    SinglePart::builder().header(content_type)
}

fn quoted_printable(content_type: &str, text: String) -> SinglePart {
    let body = Body::new_with_encoding(text, ContentTransferEncoding::QuotedPrintable)
        .expect("quoted-printable encodes every text");
    part(content_type).body(body)
}

fn base64(calendar: &str) -> Body {
    Body::new_with_encoding(calendar.to_owned(), ContentTransferEncoding::Base64)
        .expect("base64 encodes every text")
}
