//! The texts that were checked are the texts that are sent.

use mail_parser::{MessageParser, MimeHeaders as _};
use meetmint_core::{
    Attendee, Deployment, DisplayName, HmacAlgorithm, Meeting, Mint, Role, Room, Server,
    ServerKind, SigningKey,
};

use super::*;
use crate::content::MessageKind;

#[test]
fn the_parts_that_arrive_are_the_ones_that_were_checked() {
    let deployment = Deployment {
        url: Some("https://meet.example.org"),
        ..Deployment::new(ServerKind::Debian, "acme")
    };
    let key = SigningKey::from_secret(&[b'x'; 32], HmacAlgorithm::Hs256).unwrap();
    let mint = Mint::new(Server::new(&deployment).unwrap(), key).unwrap();
    let meeting = Meeting {
        title: "Größe, 山田 & <b>\t=20 . ".to_owned(),
        room: Room::parse("x").unwrap(),
        start: "2027-03-11T13:00:00Z".parse().unwrap(),
        end: "2027-03-11T14:30:00Z".parse().unwrap(),
        zone: jiff::tz::TimeZone::UTC,
    };
    let email = Email::parse("ada@example.org").unwrap();
    let attendee = Attendee {
        own_id: None,
        email: Some(email.clone()),
        name: DisplayName::clean("Adà . =3D 🌻").unwrap(),
        avatar: None,
        namesake: 1,
    };
    let role = Role::participant();
    let window = meeting.window(0, 0).unwrap();
    let id = MeetingId::written("x").unwrap();
    let content = MessageContent {
        invite: &mint.template(&role, &meeting.room, window).invite(&attendee).unwrap(),
        meeting: &meeting,
        role: &role,
        address: "https://meet.example.org/x",
        uid: id.uid("x", "x", meeting.start),
        sequence: 0,
        copy: 0,
        kind: MessageKind::Invite,
        before: None,
        stamp: meeting.start,
        language: None,
        zone: None,
        extra: &[],
        practice: false,
        test_copy: false,
    };
    let sender = Sender::parse("e@example.org").unwrap();
    let composer = Composer::new(Templates::built_in(), sender.clone(), id);
    let message = composer.compose(&content).unwrap();

    let variables = Variables::new(&content, &sender, email.as_str(), false);
    let texts = composer.texts(&variables, &email).unwrap();
    let until = variables.closes.in_words();
    let calendar = calendar::write(&content, &sender, Method::Request, &email, &until).text;

    let parsed = MessageParser::default().parse(&message.bytes).unwrap();
    let leaf = |kind: &str| {
        let part = parsed
            .parts
            .iter()
            .find(|part| part.content_type().and_then(|found| found.subtype()) == Some(kind));
        String::from_utf8(part.unwrap().contents().to_vec()).unwrap()
    };
    assert_eq!(parsed.subject().unwrap(), texts.subject);
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
    assert_eq!(leak_check::check(parts, content.invite.link.reveal_token(), sources), Ok(()));

    assert_eq!(composer.check(&content), Ok(()));
    let foreign =
        Meeting { title: "https://meet.example.org/x?jwt=abc".to_owned(), ..meeting.clone() };
    let content = MessageContent { meeting: &foreign, ..content };
    assert_eq!(composer.check(&content), composer.compose(&content).map(drop));
    assert!(matches!(composer.check(&content), Err(ComposeError::Leak { .. })));
}
