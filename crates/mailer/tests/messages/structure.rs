//! The structure that mail programs recognize as an invitation.

use mail_parser::{Message as Parsed, MessageParser, MimeHeaders, PartType};
use meetmint_core::{Role, known_zone};
use meetmint_mailer::{Sender, Templates};

use crate::support::{LINK_ADVICE, Setup, composer, id, person, town_hall};

/// The MIME tree of an invitation.
const INVITATION: [&str; 6] = [
    "multipart/mixed",
    "  multipart/alternative",
    "    text/plain charset=utf-8 quoted-printable",
    "    text/html charset=utf-8 quoted-printable",
    "    text/calendar charset=utf-8 method=REQUEST quoted-printable",
    "  application/ics name=invite.ics quoted-printable attachment",
];

pub(crate) fn parsed(bytes: &[u8]) -> Parsed<'_> {
    MessageParser::default().parse(bytes).unwrap()
}

/// The MIME tree, with one part on each line.
pub(crate) fn tree(message: &Parsed<'_>) -> Vec<String> {
    fn walk(message: &Parsed<'_>, at: u32, depth: usize, lines: &mut Vec<String>) {
        let part = message.part(at).unwrap();
        let kind = part.content_type().unwrap();
        let mut words = vec![format!("{}/{}", kind.ctype(), kind.subtype().unwrap())];
        for attribute in kind.attributes().unwrap_or_default() {
            if attribute.name != "boundary" {
                words.push(format!("{}={}", attribute.name, attribute.value));
            }
        }
        words.extend(part.content_transfer_encoding().map(str::to_owned));
        words.extend(part.content_disposition().map(|found| found.ctype().to_owned()));
        lines.push("  ".repeat(depth) + &words.join(" "));
        if let PartType::Multipart(children) = &part.body {
            for child in children {
                walk(message, *child, depth + 1, lines);
            }
        }
    }
    let mut lines = Vec::new();
    walk(message, 0, 0, &mut lines);
    lines
}

/// The unfolded lines of a calendar.
pub(crate) fn lines(calendar: &str) -> Vec<String> {
    calendar.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

pub(crate) fn calendar_of(message: &Parsed<'_>) -> String {
    String::from_utf8(message.attachments().last().unwrap().contents().to_vec()).unwrap()
}

#[test]
fn an_attendee_gets_an_invitation_to_reply_to() {
    let setup = Setup::new();
    let ada = person("ada@example.org", "Ada Lovelace");
    let message = setup.compose(&ada).unwrap();
    let parsed = parsed(&message.bytes);
    assert_eq!(tree(&parsed), INVITATION);
    let head = String::from_utf8(message.bytes.clone()).unwrap();
    let (head, _) = head.split_once("\r\n\r\n").unwrap();
    let unique = id().message_id(setup.uid(&ada), 0, "invite", 0);
    let expected = format!(
        "From: \"Events team\" <events@example.org>\r\nTo: \"Ada Lovelace\" <ada@example.org>\r\n\
         Subject: Invitation: Autumn town hall, Tue 14 Oct 2031 14:00 (Berlin time)\r\n\
         Date: Tue, 24 Nov 2026 09:00:00 +0000\r\nMessage-ID: <{unique}@example.org>\r\n\
         Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n \
         boundary=\"=_mixed_{unique}\""
    );
    assert_eq!(head, expected);
    assert_eq!(message.id, format!("<{unique}@example.org>"));
}

#[test]
fn the_event_belongs_to_one_person() {
    let mut setup = Setup::new();
    let ada = person("ada@example.org", "Ada \"Countess\" Lovelace");
    let link = setup.invite(&ada).link.reveal().to_owned();
    let uid = setup.uid(&ada);
    let message = setup.compose(&ada).unwrap();
    let calendar = calendar_of(&parsed(&message.bytes));
    assert!(calendar.ends_with("END:VCALENDAR\r\n"));
    let expected = format!(
        "BEGIN:VCALENDAR
PRODID:-//meetmint//1.0//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REQUEST
BEGIN:VEVENT
UID:{uid}@example.org
SEQUENCE:0
DTSTAMP:20261124T090000Z
DTSTART:20311014T120000Z
DTEND:20311014T133000Z
SUMMARY:Autumn town hall
ORGANIZER;CN=\"Events team\":mailto:events@example.org
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Ada 'Countess' \
         Lovelace\":mailto:ada@example.org
LOCATION:Online (Jitsi Meet)
URL:{link}
DESCRIPTION:Autumn town hall\\n\\nJoin with your personal link:\\n{link}\\n\\nThe link works on Tuesday\\, 14 \
         October 2031\\, 13:30–17:30 (Berlin time). It is for you only: anyone who opens it joins the meeting under your \
         name\\, so please do not share it.
STATUS:CONFIRMED
TRANSP:OPAQUE
CLASS:PRIVATE
X-MICROSOFT-DISALLOW-COUNTER:TRUE
END:VEVENT
END:VCALENDAR"
    );
    assert_eq!(lines(&calendar), expected.split('\n').collect::<Vec<_>>());

    setup.role = Role::moderator();
    let message = setup.compose(&ada).unwrap();
    let calendar = lines(&calendar_of(&parsed(&message.bytes)));
    assert!(calendar.iter().any(|line| line.contains(";ROLE=CHAIR;")));
    let host = "DESCRIPTION:Autumn town hall\\n\\nYou are the host.\\n\\nJoin";
    assert!(calendar.iter().any(|line| line.starts_with(host)));
}

#[test]
fn the_attached_calendar_is_the_same_as_the_inline_one() {
    let message = Setup::new().compose(&person("ada@example.org", "Ada")).unwrap();
    let parsed = parsed(&message.bytes);
    let calendars: Vec<&[u8]> = parsed
        .parts
        .iter()
        .filter(|part| {
            let subtype = part.content_type().and_then(|kind| kind.subtype());
            matches!(subtype, Some("calendar" | "ics"))
        })
        .map(mail_parser::MessagePart::contents)
        .collect();
    assert_eq!(calendars.len(), 2);
    assert_eq!(calendars[0], calendars[1]);
}

#[test]
fn the_organizer_is_not_asked_for_a_reply() {
    let mut setup = Setup::new();
    let sender = Sender::parse("Office <office@example.org>")
        .and_then(|sender| sender.with_organizer("The boss", "boss@example.com"))
        .unwrap();
    setup.composer = meetmint_mailer::Composer::new(Templates::built_in(), sender, id());
    for address in ["Office@example.org", "boss@example.com"] {
        let message = setup.compose(&person(address, "Somebody")).unwrap();
        let parsed = parsed(&message.bytes);
        let expected = INVITATION.into_iter().filter(|part| !part.contains("text/calendar"));
        assert_eq!(tree(&parsed), expected.collect::<Vec<_>>());
        let calendar = lines(&calendar_of(&parsed));
        assert!(calendar.contains(&"METHOD:PUBLISH".to_owned()));
        assert!(!calendar.iter().any(|line| line.starts_with("ATTENDEE")));
        let text = parsed.body_text(0).unwrap();
        assert!(text.contains("the online meeting that you are organizing"));
        assert!(!text.contains("accept or decline"));
    }
}

#[test]
fn a_message_on_behalf_of_somebody_names_both() {
    let mut setup = Setup::new();
    let sender = Sender::parse("Office <office@example.org>")
        .and_then(|sender| sender.with_organizer("The boss", "boss@example.com"))
        .unwrap();
    setup.composer = meetmint_mailer::Composer::new(Templates::built_in(), sender, id());
    let ada = person("ada@example.org", "Ada");
    let message = setup.compose(&ada).unwrap();
    let parsed = parsed(&message.bytes);
    let reply_to = parsed.reply_to().unwrap().first().unwrap();
    assert_eq!((reply_to.name(), reply_to.address()), (Some("The boss"), Some("boss@example.com")));
    let calendar = lines(&calendar_of(&parsed));
    let uid = format!("UID:{}@example.com", setup.uid(&ada));
    let organizer =
        "ORGANIZER;CN=\"The boss\";SENT-BY=\"mailto:office@example.org\":mailto:boss@example.com";
    for line in [uid.as_str(), organizer] {
        assert!(calendar.iter().any(|found| found == line), "{line}");
    }
    assert!(message.id.ends_with("@example.org>"));
}

#[test]
fn the_texts_contain_everything_that_an_attendee_needs() {
    let mut setup = Setup::new();
    setup.zone = Some(known_zone("Asia/Kolkata").unwrap());
    setup.role = Role::moderator();
    setup.practice = true;
    let ada = person("ada@example.org", "Ada Lovelace");
    let link = setup.invite(&ada).link.reveal().to_owned();
    let message = setup.compose(&ada).unwrap();
    let parsed = parsed(&message.bytes);
    assert_eq!(
        parsed.subject().unwrap(),
        "[Practice] Invitation: Autumn town hall, Tue 14 Oct 2031 17:30 (Kolkata time)"
    );
    let expected = format!(
        "Hello Ada Lovelace,

Events team invites you to an online meeting:

Autumn town hall

When:   Tuesday, 14 October 2031, 17:30–19:00 (Kolkata time)
        That is 14:00–15:30 (Berlin time).
Where:  Online, in your browser (Jitsi Meet)

You are the host.

This message is for practice only: no server accepts the link below.

Join with your personal link:

{link}

The link works on Tuesday, 14 October 2031, 17:00–21:00 (Kolkata time).

{LINK_ADVICE}

To accept or decline, use the buttons of your mail or calendar program. If you
don't see any, open the attached file invite.ics to add the meeting to your
calendar. The link works whatever you answer.

Questions? Contact Events team: events@example.org

You received this because Events team invited ada@example.org.
"
    );
    assert_eq!(parsed.body_text(0).unwrap().replace("\r\n", "\n"), expected);
    let html = parsed.body_html(0).unwrap();
    for words in ["You are the host.", "for practice only", "17:30–19:00", "Join the meeting"] {
        assert!(html.contains(words), "{words}");
    }
}

#[test]
fn the_same_content_gives_the_same_bytes() {
    let setup = Setup::new();
    for (attendee, _) in town_hall() {
        let bytes = setup.compose(&attendee).unwrap().bytes;
        assert_eq!(setup.compose(&attendee).unwrap().bytes, bytes);
        assert_eq!(Setup::new().compose(&attendee).unwrap().bytes, bytes);
    }
}

#[test]
fn sixty_people_each_get_only_their_own_link() {
    let mut setup = Setup::new();
    let people = town_hall();
    assert_eq!(people.len(), 60);
    let tokens: Vec<String> = people
        .iter()
        .map(|(attendee, role)| {
            setup.role = role.clone();
            setup.invite(attendee).link.reveal_token().to_owned()
        })
        .collect();
    for (at, (attendee, role)) in people.iter().enumerate() {
        setup.role = role.clone();
        let message = setup.compose(attendee).unwrap();
        assert!(message.bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
        assert!(message.bytes.is_ascii());
        let parsed = parsed(&message.bytes);
        let to = parsed.to().unwrap().first().unwrap();
        assert_eq!(to.name(), Some(attendee.name.as_str()));
        assert_eq!(to.address(), attendee.email.as_ref().map(meetmint_core::Email::as_str));
        let texts = [
            parsed.body_text(0).unwrap().into_owned(),
            parsed.body_html(0).unwrap().into_owned(),
            calendar_of(&parsed).replace("\r\n ", ""),
        ];
        for text in texts {
            for (other, token) in tokens.iter().enumerate() {
                assert_eq!(text.contains(token), other == at, "{}", attendee.name);
            }
        }
    }
}

#[test]
fn a_message_is_hidden_from_debug() {
    let setup = Setup::new();
    let ada = person("ada@example.org", "Ada");
    let message = setup.compose(&ada).unwrap();
    let shown = format!("{message:?} {:?}", setup.composer);
    assert!(shown.contains("ada@example.org"));
    assert!(!shown.contains(setup.invite(&ada).link.reveal_token()));
    let other = composer(Templates::built_in(), "x@example.org");
    assert!(format!("{other:?}").contains("x@example.org"));
}
