//! What an update says has changed.

use meetmint_core::{Role, Room, known_zone};
use meetmint_mailer::MessageKind;

use crate::life::{ada, later, text_of};
use crate::structure::parsed;
use crate::support::{LINK_ADVICE, Setup, meeting};

#[test]
fn an_update_shows_what_has_changed_beside_the_present_state() {
    let mut setup = later(MessageKind::Update, 1);
    setup.other_link = true;
    let link = setup.invite(&ada()).link.reveal().to_owned();
    let expected = format!(
        "Hello Ada Lovelace,

This online meeting has a new time and a new title:

Winter town hall
Previously: Autumn town hall

You are now the host.

Your name in the meeting is now: Ada Lovelace

When:   Tuesday, 2 December 2031, 14:00–15:00 (London time)
        Previously: Tuesday, 14 October 2031, 14:00–15:30 (Berlin time)
Where:  Online, in your browser (Jitsi Meet)

Join with your personal link:

{link}

The link works on Tuesday, 2 December 2031, 13:30–17:00 (London time).
Please use this link instead of the one in earlier messages.

{LINK_ADVICE}

Your calendar should show the change, or ask you to confirm it. If it asks for
your answer again, please accept or decline once more. If nothing happens, open
the attached file invite.ics.

Questions? Contact Events team: events@example.org

You received this because Events team invited ada@example.org.
"
    );
    assert_eq!(text_of(&setup), expected);
    setup.zone = Some(known_zone("America/New_York").unwrap());
    let text = text_of(&setup);
    // Before and now in the zone that the person reads.
    assert!(text.contains("2 December 2031, 09:00–10:00 (New York time)\n"), "{text}");
    assert!(
        text.contains("Previously: Tuesday, 14 October 2031, 08:00–09:30 (New York time)\n"),
        "{text}"
    );
}

#[test]
fn an_update_shows_only_what_has_changed() {
    const SAME: &str = "Title and time are the same as before.";
    const UPDATED: &str = "Details of this online meeting have been updated:";

    /// `chips` are the labels at the top of the HTML, `words` the first line of the text and what is said to have changed.
    #[track_caller]
    fn case(change: impl Fn(&mut Setup), chips: &[&str], words: &[&str]) {
        let mut setup = Setup::new();
        setup.kind = MessageKind::Update;
        let before = meeting("Autumn town hall", "2031-10-14T12:00:00Z", 90, "Europe/Berlin");
        setup.before = Some((before, Role::participant(), "Ada Lovelace"));
        change(&mut setup);
        let text = text_of(&setup);
        let first = text.lines().nth(2).unwrap();
        let title = text.lines().position(|line| line == setup.meeting.title.trim());
        let said = text.lines().skip(title.map_or(5, |at| at + 1));
        let said = said.take_while(|line| !line.starts_with("Where:"));
        let said = said.filter(|line| !line.is_empty() && !line.starts_with("When:"));
        let found: Vec<&str> = [first].into_iter().chain(said.map(str::trim)).collect();
        assert_eq!(found, words);
        let message = setup.compose(&ada()).unwrap();
        let html = parsed(&message.bytes).body_html(0).unwrap().into_owned();
        let found: Vec<&str> = html
            .split("class=\"chip\"")
            .skip(1)
            .map(|rest| rest.split(['>', '<']).nth(1).unwrap())
            .collect();
        assert_eq!(found, chips);
        // Rooms mean nothing to people who only click a link.
        assert!(!text.replace(setup.invite(&ada()).link.reveal(), "").contains("-hall"), "{text}");
    }

    case(|_| (), &["Updated"], &[UPDATED, SAME]);
    case(|setup| setup.before = None, &["Updated"], &[UPDATED]);
    case(
        |setup| setup.meeting.title = "Winter\u{200b}\r\nhall".to_owned(),
        &["New title"],
        &["This online meeting has a new title:", "Previously: Autumn town hall"],
    );
    case(
        |setup| setup.meeting.title = "Autumn town hall\n".to_owned(),
        &["Updated"],
        &[UPDATED, SAME],
    );
    // The same instant, and the same time on the clock.
    case(
        |setup| setup.meeting.zone = known_zone("Europe/Paris").unwrap(),
        &["Updated"],
        &[UPDATED, SAME],
    );
    case(
        |setup| setup.meeting.zone = known_zone("Europe/Lisbon").unwrap(),
        &["Updated"],
        &[
            UPDATED,
            "The meeting starts at the same moment as before; the time below is now",
            "Lisbon time.",
        ],
    );
    case(
        |setup| {
            setup.meeting.zone = known_zone("Europe/Lisbon").unwrap();
            setup.zone = Some(known_zone("Asia/Tokyo").unwrap());
        },
        &["Updated"],
        &[UPDATED, SAME, "That is 13:00–14:30 (Lisbon time)."],
    );
    case(
        |setup| setup.meeting.end += jiff::SignedDuration::from_hours(12),
        &["New time"],
        &[
            "This online meeting has a new time:",
            "Previously: Tuesday, 14 October 2031, 14:00–15:30 (Berlin time)",
        ],
    );
    case(
        |setup| {
            setup.meeting.room = Room::parse("winter-town-hall").unwrap();
            setup.other_link = true;
            setup.other_place = true;
        },
        &["New link"],
        &["You have a new link to this online meeting:", "Title and time are the same as before."],
    );
    case(
        |setup| setup.role.moderator = true,
        &["Now host"],
        &[UPDATED, "You are now the host.", SAME],
    );
    case(
        |setup| setup.before.as_mut().unwrap().1.moderator = true,
        &["No longer host"],
        &[UPDATED, "You are no longer the host.", SAME],
    );
    case(
        |setup| setup.role = Role::named("speaker"),
        &["New role"],
        &[UPDATED, "Your role is now: speaker", SAME],
    );
    case(
        |setup| setup.before.as_mut().unwrap().2 = "<b>",
        &["New name"],
        &[UPDATED, "Your name in the meeting is now: Ada Lovelace", SAME],
    );
}

#[test]
fn an_update_says_whether_the_link_is_another_one() {
    let mut setup = later(MessageKind::Update, 1);
    for (other_link, expected) in
        [(true, "instead of the one in earlier messages"), (false, "Your link has not changed.")]
    {
        setup.other_link = other_link;
        let message = setup.compose(&ada()).unwrap();
        let message = parsed(&message.bytes);
        for body in [message.body_text(0).unwrap(), message.body_html(0).unwrap()] {
            assert!(body.contains(expected), "{body}");
        }
    }
}
