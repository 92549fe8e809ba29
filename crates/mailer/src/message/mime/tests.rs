//! A message has the same octets as one that lettre builds from the same parts.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue,
};
use lettre::message::{Body, MultiPart, SinglePart};
use meetmint_core::{Attendee, DisplayName, Email};

use super::super::mailbox;
use super::*;
use crate::sender::Sender;
use crate::templates::Rendered;

const UNIQUE: &str = "3a2195285088e8bedf4caa396f54d490";

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

/// The message that lettre builds.
fn by_lettre(envelope: &Envelope<'_>, texts: Rendered, calendar: Option<&Calendar>) -> Vec<u8> {
    // lettre encodes names in another way (see `mailbox`), so it gets these headers ready-made.
    let mailbox = |name: &'static str, shown: Option<&str>, email: &Email| {
        let mut line = Vec::new();
        mailbox::header(&mut line, name, shown, email);
        let line = String::from_utf8(line).unwrap();
        let value = line[name.len() + 2..].strip_suffix("\r\n").unwrap().to_owned();
        let name = HeaderName::new_from_ascii_str(name);
        HeaderValue::dangerous_new_pre_encoded(name, email.to_string(), value)
    };
    let sender = envelope.sender;
    let from = sender.from_name().map(DisplayName::as_str);
    let to = envelope.attendee.name.as_str();
    let seconds = u64::try_from(envelope.stamp.as_second()).unwrap_or_default();
    let mut message = lettre::Message::builder()
        .raw_header(mailbox("From", from, sender.from_email()))
        .raw_header(mailbox("To", Some(to), envelope.to));
    if let Some((name, email)) = sender.reply_to() {
        message = message.raw_header(mailbox("Reply-To", name, email));
    }
    message
        .subject(texts.subject)
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .message_id(Some(envelope.id.to_owned()))
        .header(AutoSubmitted)
        .multipart(tree(texts.text, texts.html, calendar))
        .unwrap()
        .formatted()
}

fn tree(text: String, html: String, calendar: Option<&Calendar>) -> MultiPart {
    let body = |text: String, encoding| Body::new_with_encoding(text, encoding).unwrap();
    let quoted = ContentTransferEncoding::QuotedPrintable;
    let event = |text: &str| {
        let [quoted, base64] = [quoted, ContentTransferEncoding::Base64]
            .map(|encoding| body(text.to_owned(), encoding));
        // lettre breaks the lines of base64, which does not count here.
        let is_shorter = quoted.as_ref().len() <= text.len().div_ceil(3) * 4;
        if is_shorter { quoted } else { base64 }
    };
    let part = |kind: &str| SinglePart::builder().header(ContentType::parse(kind).unwrap());
    let boundary = |level: &str| format!("=_{level}_{UNIQUE}");
    let alternatives = MultiPart::alternative()
        // lettre's boundaries are random unless they are set.
        .boundary(boundary("alternative"))
        .singlepart(part("text/plain; charset=utf-8").body(body(text, quoted)))
        .singlepart(part("text/html; charset=utf-8").body(body(html, quoted)));
    let Some(Calendar { method, text: calendar }) = calendar else { return alternatives };
    let alternatives = if *method == Method::Publish {
        alternatives
    } else {
        let inline = format!("text/calendar; charset=utf-8; method={}", method.name());
        alternatives.singlepart(part(&inline).body(event(calendar)))
    };
    let name = if *method == Method::Cancel { "cancel.ics" } else { "invite.ics" };
    let file = part(&format!("application/ics; name=\"{name}\""))
        .header(ContentDisposition::attachment(name))
        .body(event(calendar));
    MultiPart::mixed().boundary(boundary("mixed")).multipart(alternatives).singlepart(file)
}

proptest::proptest! {
    #[test]
    fn a_message_has_the_octets_that_lettre_writes(
        subject in "[a-z=]{1,80}|([a-z,:?=(]{1,9} ){1,16}x|\\PC{1,40}( \\PC{1,40}){0,3}",
        text in "(?s)([a-zA-Z .=]{1,90}|\\PC{1,20}|\\n|\\t){0,20}",
        html in "(?s)([a-zA-Z <>=\"]{1,90}|\\PC{1,20}|\\n){0,20}",
        event in "(BEGIN:[A-Z]{0,60}\\r\\n){0,20}END:(\\PC{0,20}|[а-я=]{0,400})\\r\\n",
        method in 0_usize..4,
        stamp in -1_i64..4_102_444_800,
        behalf: bool,
        name in "\\PC{1,30}",
        domain in "([a-z]{1,40}\\.){1,4}org",
    ) {
        let Some(name) = DisplayName::clean(&name) else { return Ok(()) };
        let mut sender = Sender::parse("Events team <events@example.org>").unwrap();
        if behalf {
            sender = sender.with_organizer(name.as_str(), "boss@example.org").unwrap();
        }
        let to = Email::parse("ada@example.org").unwrap();
        let attendee =
            Attendee { own_id: None, email: Some(to.clone()), name, avatar: None, namesake: 1, family: None };
        let envelope = Envelope {
            sender: &sender,
            attendee: &attendee,
            to: &to,
            id: &format!("<{UNIQUE}@{domain}>"),
            stamp: Timestamp::from_second(stamp).unwrap(),
        };
        let texts =
            || Rendered { subject: subject.clone(), text: text.clone(), html: html.clone() };
        // The fourth value of `method` is a message without a calendar.
        let methods = [Method::Request, Method::Cancel, Method::Publish];
        let calendar =
            methods.get(method).map(|method| Calendar { method: *method, text: event.clone() });
        let bodies = Bodies::whole(texts());
        let found = assemble(&envelope, UNIQUE, bodies, calendar.as_ref());
        let expected = by_lettre(&envelope, texts(), calendar.as_ref());
        assert_eq!(String::from_utf8(found), String::from_utf8(expected));
    }
}
