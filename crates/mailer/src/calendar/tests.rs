//! Events with unusual names and titles.

use calcard::{Entry, Parser};
use jiff::tz::TimeZone;
use meetmint_core::{
    Attendee, Deployment, DisplayName, HmacAlgorithm, Meeting, MeetingId, Mint, Role, Room, Server,
    ServerKind, SigningKey,
};
use proptest::prelude::*;

use super::description::summary;
use super::*;
use crate::content::MessageKind;

fn event_of(kind: MessageKind, title: &str, name: &str, organizer: &str, email: &str) -> String {
    let deployment = Deployment {
        url: Some("https://meet.example.org"),
        ..Deployment::new(ServerKind::Debian, "acme")
    };
    let key = SigningKey::from_secret(&[b'x'; 32], HmacAlgorithm::Hs256).unwrap();
    let mint = Mint::new(Server::new(&deployment).unwrap(), key).unwrap();
    let meeting = Meeting {
        title: title.to_owned(),
        room: Room::parse("x").unwrap(),
        start: "2027-03-11T13:00:00Z".parse().unwrap(),
        end: "2027-03-11T14:30:00Z".parse().unwrap(),
        zone: TimeZone::UTC,
    };
    let email = Email::parse(email).unwrap();
    let attendee = Attendee {
        own_id: None,
        email: Some(email.clone()),
        name: DisplayName::clean(name).unwrap(),
        avatar: None,
        namesake: 1,
    };
    let role = Role::participant();
    let window = meeting.window(0, 0).unwrap();
    let content = MessageContent {
        invite: &mint.template(&role, &meeting.room, window).invite(&attendee).unwrap(),
        meeting: &meeting,
        role: &role,
        address: "https://meet.example.org/x",
        uid: MeetingId::written("x").unwrap().uid("x", "x", meeting.start),
        sequence: 3,
        copy: 0,
        kind,
        before: None,
        stamp: meeting.start,
        language: None,
        zone: None,
        extra: &[],
        practice: true,
        test_copy: true,
    };
    let sender = Sender::parse("e@example.org").unwrap();
    let sender = sender.with_organizer(organizer, "boss@example.com").unwrap();
    let method = Method::of(kind, false).unwrap();
    write(&content, &sender, method, &email, "then").text
}

fn property<'a>(lines: &'a str, name: &str) -> Vec<&'a str> {
    lines.split("\r\n").filter(|line| line.starts_with(name)).collect()
}

#[test]
fn a_name_does_not_end_its_quotes() {
    #[track_caller]
    fn case(name: &str, expected: &str) {
        let calendar =
            event_of(MessageKind::Invite, "x", name, name, "ada@example.org").replace("\r\n ", "");
        let attendee = property(&calendar, "ATTENDEE")[0];
        assert!(
            attendee.ends_with(&format!(";CN={expected}:mailto:ada@example.org")),
            "{attendee}"
        );
        let organizer = property(&calendar, "ORGANIZER")[0];
        assert!(organizer.starts_with(&format!("ORGANIZER;CN={expected};SENT-BY=")), "{organizer}");
    }

    case("Ada", "\"Ada\"");
    case("Ada \"x\":mailto:y@example.net", "\"Ada 'x':mailto:y@example.net\"");
    case("a;b,c:d", "\"a;b,c:d\"");
    case("a\\nb^nc", "\"anbnc\"");
    case("عمر 🌻", "\"عمر 🌻\"");
}

proptest! {
    #[test]
    fn every_event_is_folded_and_read_back(
        kind in prop::sample::select(&MessageKind::ALL[..]),
        title in "(?s)([\\PC\\r\\n]|[;,:\\\\\"^]|END:VEVENT){1,80}",
        name in "(?s)([\\PC\\r\\n]|[;,:\\\\\"^]|ATTENDEE:){1,60}",
    ) {
        // A title without visible characters is refused earlier, by the settings and the roster.
        prop_assume!(DisplayName::clean(&name).is_some() && !summary(&title).is_empty());
        let calendar = event_of(kind, &title, &name, &name, "ada@example.org");
        prop_assert!(calendar.ends_with("\r\nEND:VCALENDAR\r\n"));
        let lines: Vec<&str> = calendar.split_terminator("\r\n").collect();
        for line in &lines {
            prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']) && !line.trim().is_empty());
            prop_assert!(!line.contains(char::is_control));
        }
        let unfolded = calendar.replace("\r\n ", "");
        let names: Vec<&str> = unfolded
            .split_terminator("\r\n")
            .map(|line| &line[..line.find([':', ';']).unwrap()])
            .collect();
        let expected = [
            "BEGIN", "PRODID", "VERSION", "CALSCALE", "METHOD", "BEGIN", "UID", "SEQUENCE", "DTSTAMP", "DTSTART",
            "DTEND", "SUMMARY", "ORGANIZER", "ATTENDEE", "LOCATION", "URL", "CONFERENCE", "DESCRIPTION", "STATUS",
            "TRANSP", "CLASS", "X-MICROSOFT-DISALLOW-COUNTER", "END", "END",
        ];
        let absent: &[&str] = match kind {
            MessageKind::Invite | MessageKind::Update => &[],
            MessageKind::Cancel => &["URL", "CONFERENCE"],
            MessageKind::Remind => &["ATTENDEE"],
        };
        let expected = expected.into_iter().filter(|name| !absent.contains(name));
        prop_assert_eq!(names, expected.collect::<Vec<_>>());
        let Entry::ICalendar(read) = Parser::new(&calendar).entry() else {
            return Err(TestCaseError::fail("no calendar"));
        };
        let event = &read.components[1];
        let read = event.entries.iter().find(|entry| entry.name == ICalendarProperty::Summary);
        let read = read.and_then(|entry| entry.values[0].as_text()).unwrap_or_default();
        prop_assert_eq!(read.to_owned(), summary(&title));
    }
}
