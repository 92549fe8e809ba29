//! The texts that were checked are the texts that are sent.

use mail_parser::{MessageParser, MimeHeaders as _};
use meetmint_core::Meeting;

use super::*;
use crate::content::MessageKind;
use crate::content::example::Example;

#[test]
fn the_parts_that_arrive_are_the_ones_that_were_checked() {
    // Everything that transfer encodings treat specially: `=`, a trailing space and dot, a tab, non-ASCII characters.
    let example = Example::new("Größe, 山田 & <b>\t=20 . ", "Adà . =3D 🌻", "ada@example.org");
    let invite = example.invite();
    let content = example.content(&invite, MessageKind::Invite);
    let Example { meeting, email, sender, .. } = &example;
    let composer = Composer::new(Templates::built_in(), sender.clone(), example.id.clone());
    let message = composer.compose(&content).unwrap();

    let variables = Variables::new(&content, email.as_str(), false, &Spans::default());
    let texts = composer.texts(&variables, email).unwrap();
    let calendar = calendar::write(&content, Method::Request, email, &variables.link_works).text;

    let parsed = MessageParser::default().parse(&message.bytes).unwrap();
    let leaf = |kind: &str| {
        let part = parsed
            .parts
            .iter()
            .find(|part| part.content_type().and_then(|found| found.subtype()) == Some(kind));
        String::from_utf8(part.unwrap().contents().to_vec()).unwrap()
    };
    assert_eq!(parsed.subject().unwrap(), texts.subject);
    // The transport has CRLF where the texts have LF; nothing else may differ.
    assert_eq!(leaf("plain"), texts.text.replace('\n', "\r\n"));
    assert_eq!(leaf("html"), texts.html.replace('\n', "\r\n"));
    assert_eq!(leaf("calendar"), calendar);
    assert_eq!(leaf("ics"), calendar);
    let parts = Parts {
        kind: MessageKind::Invite,
        subject: parsed.subject().unwrap(),
        text: &leaf("plain"),
        html: &leaf("html"),
        calendar: Some(&leaf("calendar")),
    };
    let sources = Sources { values: &[], extra: &[] };
    assert_eq!(leak_check::check(parts, OwnToken::of(&content.invite.link), sources), Ok(()));

    assert_eq!(composer.check(&content), Ok(()));
    let foreign =
        Meeting { title: "https://meet.example.org/x?jwt=abc".to_owned(), ..meeting.clone() };
    let content = MessageContent { meeting: &foreign, ..content };
    assert_eq!(composer.check(&content), composer.compose(&content).map(drop));
    // All messages are checked before the first is sent: `check` has to find all that `compose` would refuse.
    assert!(matches!(composer.check(&content), Err(ComposeError::Leak { .. })));
}
