//! Events with unusual names and titles.

mod by_calcard;

use calcard::icalendar::ICalendarProperty;
use calcard::{Entry, Parser};
use meetmint_core::{DisplayName, Role, Room};
use proptest::prelude::*;

use super::description::summary;
use super::*;
use crate::content::example::Example;
use crate::content::{CancelReason, MessageKind};

fn event_of(kind: MessageKind, title: &str, name: &str, organizer: &str) -> String {
    let example = Example::new(title, name, "ada@example.org");
    let invite = example.invite();
    let sender = example.sender.clone().with_organizer(organizer, "boss@example.com").unwrap();
    let content = MessageContent {
        practice: true,
        test_copy: true,
        sender: &sender,
        ..example.content(&invite, kind)
    };
    let method = Method::of(kind, false).unwrap();
    write(&content, method, &example.email, "then").text
}

fn property<'a>(lines: &'a str, name: &str) -> Vec<&'a str> {
    lines.split("\r\n").filter(|line| line.starts_with(name)).collect()
}

#[test]
fn a_name_cannot_end_its_quoted_value() {
    #[track_caller]
    fn case(name: &str, expected: &str) {
        let calendar = event_of(MessageKind::Invite, "x", name, name).replace("\r\n ", "");
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
    // `\n` and `^n` are escapes in other places of a calendar (RFC 5545 §3.3.11, RFC 6868).
    case("a\\nb^nc", "\"anbnc\"");
    case("عمر 🌻", "\"عمر 🌻\"");
}

#[test]
fn a_title_that_is_cut_does_not_end_with_a_space() {
    // The last character needs two UTF-16 units, and only one is left.
    let title = format!("{} 🌻", "x".repeat(253));
    assert_eq!(summary(&title), "x".repeat(253));
    let calendar = event_of(MessageKind::Invite, &title, "Ada", "Events");
    assert!(calendar.split_terminator("\r\n").all(|line| !line.trim().is_empty()), "{calendar}");
}

proptest! {
    #[test]
    fn every_event_is_folded_and_read_back(
        kind in prop::sample::select(&MessageKind::ALL[..]),
        title in "(?s)([\\PC\\r\\n]|[;,:\\\\\"^]|END:VEVENT){1,80}",
        name in "(?s)([\\PC\\r\\n]|[;,:\\\\\"^]|ATTENDEE:){1,60}",
    ) {
        // A title without visible characters is refused earlier, by the settings and the roster.
        let line = one_line(&title, usize::MAX).unwrap_or_default();
        prop_assume!(DisplayName::clean(&name).is_some() && !line.is_empty());
        let calendar = event_of(kind, &title, &name, &name);
        prop_assert!(calendar.ends_with("\r\nEND:VCALENDAR\r\n"));
        let lines: Vec<&str> = calendar.split_terminator("\r\n").collect();
        for line in &lines {
            prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']) && !line.trim().is_empty());
            prop_assert!(!line.contains(char::is_control));
        }
        // If a title or a name could add a line, it would show here as another property.
        let unfolded = calendar.replace("\r\n ", "");
        let names: Vec<&str> = unfolded
            .split_terminator("\r\n")
            .map(|line| &line[..line.find([':', ';']).unwrap()])
            .collect();
        let expected = [
            "BEGIN", "PRODID", "VERSION", "CALSCALE", "METHOD", "BEGIN", "UID", "SEQUENCE", "DTSTAMP", "DTSTART",
            "DTEND", "SUMMARY", "ORGANIZER", "ATTENDEE", "LOCATION", "URL", "DESCRIPTION", "STATUS",
            "TRANSP", "CLASS", "X-MICROSOFT-DISALLOW-COUNTER", "END", "END",
        ];
        let absent: &[&str] = match kind {
            MessageKind::Invite | MessageKind::Update => &[],
            MessageKind::Cancel => &["URL"],
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
        prop_assert_eq!(read, summary(&line));
    }

    #[test]
    fn every_event_has_the_octets_that_calcard_writes(
        title in "(?s)(\\PC|[;,:\\\\\"^ a-z]{1,30}|.){1,60}",
        name in "(?s)(\\PC|[;,:\\\\\"^ a-z]{1,30}){1,60}",
        organizer in "(\\PC|[a-z ]{1,30}){0,9}",
        address in "[a-zA-Z0-9!#$%&'*+/=?_`{|}~-]{1,64}@([a-z]{1,20}\\.){1,7}example",
        message in prop::collection::vec("(\\PC|[;,\\\\]|[a-z ]{1,90}){0,9}", 0..3),
        works in "[a-z ,]{0,90}",
        room in "[a-z]{1,80}",
        kind in prop::sample::select(&MessageKind::ALL[..]),
        reason in prop::sample::select(&CancelReason::ALL[..]),
        (organizing, on_behalf, moderator, practice, test_copy) in any::<(bool, bool, bool, bool, bool)>(),
        sequence in any::<u32>(),
        stamp in 0..253_402_300_799_i64,
    ) {
        let Some(method) = Method::of(kind, organizing) else { return Ok(()) };
        let line = one_line(&title, usize::MAX);
        prop_assume!(DisplayName::clean(&name).is_some() && line.is_some());
        let mut example = Example::new(&title, &name, &address);
        example.meeting.room = Room::parse(&room).unwrap();
        if on_behalf {
            example.sender = example.sender.with_organizer(&organizer, &address).unwrap();
        }
        let role = if moderator { Role::moderator() } else { Role::participant() };
        let invite = example.invite();
        let content = MessageContent {
            role: &role,
            message: &message,
            stamp: Timestamp::from_second(stamp).unwrap(),
            sequence,
            reason,
            practice,
            test_copy,
            ..example.content(&invite, kind)
        };
        let calendar = write(&content, method, &example.email, &works).text;
        prop_assert_eq!(calendar, by_calcard::written(&content, method, &example.email, &works));
    }
}
