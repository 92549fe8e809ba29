//! Names, titles, zones and addresses that other programs get wrong.

use mail_parser::{Message as Parsed, MessageParser};
use meetmint_core::{LinkOption, Role, Room, known_zone};
use meetmint_mailer::{ComposeError, Leak, MessageKind, MessagePart, Part, Templates};

use crate::support::{Setup, composer, meeting, mint, person};

const TEXT: MessagePart = MessagePart { kind: MessageKind::Invite, part: Part::Text };

fn parsed(bytes: &[u8]) -> Parsed<'_> {
    let parsed = MessageParser::default().parse(bytes).unwrap();
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    let ends = bytes.split_inclusive(|byte| *byte == b'\n').all(|line| line.ends_with(b"\r\n"));
    assert!(ends, "every line ends in CRLF");
    parsed
}

fn calendar(message: &Parsed<'_>) -> Vec<String> {
    let calendar = message.attachments().last().unwrap().contents();
    for line in calendar.split(|byte| *byte == b'\n') {
        assert!(line.len() <= 76, "75 octets and the CR");
        assert!(std::str::from_utf8(line).is_ok(), "folds lie between characters");
    }
    let text = String::from_utf8(calendar.to_vec()).unwrap();
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

#[test]
fn every_name_arrives_unchanged_and_in_one_place() {
    let long = "x".repeat(300);
    for name in [
        long.as_str(),
        "O'Brien, \"Bob\" <bob@example.net>",
        "<b>&amp;{{ link }}",
        "=?utf-8?q?x?=",
        "👩‍🚀 Mae 🌻",
        "ليلى حدّاد",
        "a\u{202e}b\r\nBcc: c@example.net\0",
        "x;y:z\\n^n,",
        "END:VEVENT",
        "山田 花子山田 花子山田 花子山田 花子山田 花子山田 花子",
        "jwt",
    ] {
        let mut setup = Setup::new();
        setup.composer = composer(
            Templates::built_in(),
            &format!("{} <e@example.org>", name.replace(['<', '>'], "")),
        );
        let ada = person("ada@example.org", name);
        let message = setup.compose(&ada).unwrap();
        let parsed = parsed(&message.bytes);
        let shown = ada.name.as_str();
        assert_eq!(parsed.to().unwrap().first().unwrap().name(), Some(shown));
        assert_eq!(parsed.bcc(), None);
        assert_eq!(parsed.cc(), None);
        let text = parsed.body_text(0).unwrap();
        assert!(text.starts_with(&format!("Hello {shown},\r\n")), "{text}");
        let html = parsed.body_html(0).unwrap();
        assert!(!html.contains("<b>") && !html.contains("<bob@"), "escaped");
        let calendar = calendar(&parsed);
        assert_eq!(calendar.iter().filter(|line| line.starts_with("ATTENDEE")).count(), 1);
        assert_eq!(calendar.iter().filter(|line| *line == "END:VEVENT").count(), 1);
        let attendee = calendar.iter().find(|line| line.starts_with("ATTENDEE")).unwrap();
        let plain = shown.replace('"', "'").replace(['\\', '^'], "");
        assert!(
            attendee.ends_with(&format!(";CN=\"{plain}\":mailto:ada@example.org")),
            "{attendee}"
        );
    }
}

#[test]
fn a_title_is_one_line_everywhere() {
    let mut setup = Setup::new();
    setup.meeting.title =
        "A; B, C\\D\r\nATTENDEE:mailto:x@example.net\u{2028}<i>=?utf-8?q?x?=".to_owned();
    let message = setup.compose(&person("ada@example.org", "Ada")).unwrap();
    let parsed = parsed(&message.bytes);
    assert_eq!(
        parsed.subject().unwrap(),
        "Invitation: A; B, C\\D ATTENDEE:mailto:x@example.net <i>= ?utf-8?q?x?=, Tue 14 Oct 2031 14:00 (Berlin time)"
    );
    let title = "A; B, C\\D ATTENDEE:mailto:x@example.net <i>=?utf-8?q?x?=";
    assert!(parsed.body_text(0).unwrap().lines().any(|line| line == title));
    let calendar = calendar(&parsed);
    assert_eq!(calendar.iter().filter(|line| line.starts_with("ATTENDEE")).count(), 1);
    let summary = "SUMMARY:A\\; B\\, C\\\\D ATTENDEE:mailto:x@example.net <i>=?utf-8?q?x?=";
    assert!(calendar.iter().any(|line| line == summary), "{calendar:?}");
}

#[test]
fn a_long_title_does_not_push_out_the_time() {
    for (character, kept) in [("x", 255), ("語", 255), ("🌻", 127)] {
        let mut setup = Setup::new();
        setup.meeting.title = character.repeat(300);
        let message = setup.compose(&person("ada@example.org", "Ada")).unwrap();
        let parsed = parsed(&message.bytes);
        let subject = parsed.subject().unwrap();
        assert!(subject.ends_with("…, Tue 14 Oct 2031 14:00 (Berlin time)"), "{subject}");
        assert_eq!(subject.chars().count(), 150);
        let summary = format!("SUMMARY:{}", character.repeat(kept));
        assert!(calendar(&parsed).contains(&summary));
    }
}

#[test]
fn a_link_of_two_thousand_characters_arrives_whole() {
    let mut setup = Setup::new();
    setup.mint = mint(Some(include_bytes!("../../../core/tests/keys/pkcs8.pem")));
    setup.role = Role {
        features: Some((0..60).map(|n| format!("feature-{n}")).collect()),
        link_options: vec![LinkOption::new("config.subject", "Q3 & \"plan\"; a,b".into()).unwrap()],
        ..Role::named("speaker")
    };
    setup.meeting.room = Room::parse("План (Q3) + a=b@c").unwrap();
    let ada = person("ada@example.org", "Ada");
    let link = setup.invite(&ada).link.reveal().to_owned();
    assert!(link.len() > 2000, "{}", link.len());
    let message = setup.compose(&ada).unwrap();
    let parsed = parsed(&message.bytes);
    assert!(parsed.body_text(0).unwrap().lines().any(|line| line == link));
    let html = parsed.body_html(0).unwrap();
    assert_eq!(html.matches(&link.replace('&', "&amp;")).count(), 3);
    let calendar = calendar(&parsed);
    assert!(calendar.contains(&format!("URL:{link}")));
    assert!(
        calendar
            .iter()
            .any(|line| line.starts_with("DESCRIPTION") && line.contains(&format!("\\n{link}\\n")))
    );
}

#[test]
fn international_addresses_are_written_in_ascii() {
    let mut setup = Setup::new();
    setup.composer = composer(Templates::built_in(), "Zoé <zoé@bücher.example>");
    let message = setup.compose(&person("jürgen+a&b@bücher.example", "Jürgen")).unwrap();
    let parsed = parsed(&message.bytes);
    assert!(message.id.ends_with("@xn--bcher-kva.example>"));
    let calendar = calendar(&parsed);
    let ends = |end: &str| calendar.iter().any(|line| line.ends_with(end));
    assert!(ends(":mailto:j%C3%BCrgen+a%26b@xn--bcher-kva.example"));
    assert!(ends(":mailto:zo%C3%A9@xn--bcher-kva.example"));
}

#[test]
fn times_are_unambiguous() {
    #[track_caller]
    fn case(start: &str, minutes: i64, zone: &str, own: Option<&str>, expected: &[&str]) {
        let mut setup = Setup::new();
        setup.meeting = meeting("Night shift", start, minutes, zone);
        setup.zone = own.map(|own| known_zone(own).unwrap());
        setup.several_zones = true;
        let message = setup.compose(&person("ada@example.org", "Ada")).unwrap();
        let parsed = parsed(&message.bytes);
        let text = parsed.body_text(0).unwrap().replace("\r\n", "\n");
        let from = text.find("When:").unwrap();
        let when: Vec<&str> =
            text[from..].lines().take_while(|line| !line.starts_with("Where")).collect();
        let works = text.lines().find(|line| line.starts_with("The link works")).unwrap();
        assert_eq!([when.as_slice(), &[works]].concat(), expected);
    }

    case(
        "2031-10-14T22:15:00Z",
        240,
        "Asia/Kathmandu",
        Some("Asia/Kolkata"),
        &[
            "When:   Wednesday, 15 October 2031, 03:45–07:45 (Kolkata time)",
            "        That is 04:00–08:00 (Kathmandu time).",
            "The link works on Wednesday, 15 October 2031, 03:15–09:45 (Kolkata time).",
        ],
    );
    case(
        "2031-10-14T22:15:00Z",
        240,
        "Europe/Berlin",
        Some("America/New_York"),
        &[
            "When:   Tuesday, 14 October 2031, 18:15–22:15 (New York time)",
            "        That is Wednesday, 15 October 2031, 00:15–04:15 (Berlin time).",
            "The link works on Tuesday, 14 October 2031, 17:45 – Wednesday, 15 October 2031, 00:15 (New York time).",
        ],
    );
    case(
        "2031-10-14T21:00:00Z",
        90,
        "UTC",
        Some("Europe/London"),
        &[
            "When:   Tuesday, 14 October 2031, 22:00–23:30 (London time)",
            "        That is 21:00–22:30 (UTC).",
            "The link works on Tuesday, 14 October 2031, 21:30 – Wednesday, 15 October 2031, 01:30 (London time).",
        ],
    );
    // Clocks in Paris show the same time.
    case(
        "2031-10-14T12:00:00Z",
        720,
        "Europe/Berlin",
        Some("Europe/Paris"),
        &[
            "When:   Tuesday, 14 October 2031, 14:00 – Wednesday, 15 October 2031, 02:00 (Berlin time)",
            "The link works on Tuesday, 14 October 2031, 13:30 – Wednesday, 15 October 2031, 04:00 (Berlin time).",
        ],
    );
    // Nothing is known of this person's zone.
    case(
        "2031-12-14T12:00:00Z",
        90,
        "Europe/Berlin",
        None,
        &[
            "When:   Sunday, 14 December 2031, 13:00–14:30 (Berlin time, UTC+1)",
            "The link works on Sunday, 14 December 2031, 12:30–16:30 (Berlin time, UTC+1).",
        ],
    );
}

#[test]
fn a_cell_with_a_foreign_link_stops_the_message() {
    let mut setup = Setup::new();
    let folder = tempfile_folder("{{ link }} {{ extra.note }} {{ extra.link }}\n");
    setup.composer = composer(Templates::from_folder(folder.path()).unwrap(), "e@example.org");
    let (ada, bob) = (person("ada@example.org", "Ada"), person("bob@example.org", "Bob"));
    let bobs = setup.invite(&bob).link.reveal().to_owned();
    setup.extra = vec![("note", "a\r\nb".to_owned()), ("link", String::new())];
    let message = setup.compose(&ada).unwrap();
    assert!(parsed(&message.bytes).body_text(0).unwrap().ends_with(" a b \r\n"));

    setup.extra[1].1 = bobs;
    let error = setup.compose(&ada).unwrap_err();
    let leak = Leak::Column { column: "link".to_owned(), part: TEXT };
    let to = ada.email.clone().unwrap();
    assert_eq!(error, ComposeError::Leak { to, source: leak.clone() });
    assert_eq!(
        format!("{error}: {leak}"),
        "refusing to send the message to ada@example.org: column `link` of the roster contains a personal link, \
         and invite.txt shows it"
    );
    // The person's own link in a cell is not a leak.
    setup.extra[1].1 = setup.invite(&ada).link.reveal().to_owned();
    assert!(setup.compose(&ada).is_ok());
}

#[test]
fn an_error_does_not_quote_the_link() {
    for text in ["{{ link | int }}", "{{ throw(message=link) }}", "{{ link | upper | float }}"] {
        let mut setup = Setup::new();
        let folder = tempfile_folder(text);
        setup.composer =
            composer(Templates::from_folder(folder.path()).unwrap(), "events@example.org");
        let ada = person("ada@example.org", "Ada");
        let error = setup.compose(&ada).unwrap_err();
        assert_eq!(error.to_string(), "cannot create the message to ada@example.org");
        let shown = format!("{error:?} {}", std::error::Error::source(&error).unwrap());
        let token = setup.invite(&ada).link.reveal_token().to_owned();
        for part in token.split('.') {
            assert!(!shown.to_uppercase().contains(&part.to_uppercase()), "{shown}");
        }
    }
}

#[test]
fn a_person_without_an_address_gets_no_message() {
    let mut slip = person("ada@example.org", "Ada");
    slip.email = None;
    let error = Setup::new().compose(&slip).unwrap_err();
    assert_eq!(error.to_string(), "Ada has no email address");
}

fn tempfile_folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    std::fs::write(folder.path().join("invite.txt"), text).unwrap();
    folder
}
