//! Links that must not be in a message, in those that come after the invitation.

use meetmint_core::DisplayName;
use meetmint_mailer::{ComposeError, Leak, MessageKind, MessagePart, Part, Templates};
use proptest::prelude::*;

use crate::life::{ada, later};
use crate::support::{Setup, composer, person};

/// Pieces of links and tokens, and what may be around them.
const VALUE: &str = "([?&]jwt=|eyJhbGciOiJIUzI1NiJ9|\\.|eyJ4IjoxfQ|%6a|&#106;|//meet\\.example\\.org/x|[a-z ;,]{1,9}|\\PC){1,6}";

#[test]
fn a_cancellation_with_a_link_stops_the_message() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    // `check` renders with this name, so it does not see the other branch.
    let template =
        "{% if name == \"Ada Lovelace\" %}{{ extra.note }}{% else %}{{ link }}{% endif %}";
    std::fs::write(folder.path().join("cancel.txt"), template).unwrap();
    let mut setup = later(MessageKind::Cancel, 1);
    let templates = Templates::from_folder(folder.path()).unwrap();
    assert_eq!(templates.check(Some(&["note".to_owned()]), "meet.example.org"), []);
    setup.composer = composer(templates, "Events team <events@example.org>");
    let leak = |setup: &Setup, name: &str| match setup.compose(&person("ada@example.org", name)) {
        Err(ComposeError::Leak { source, .. }) => Some(source),
        _ => None,
    };
    let part = MessagePart { kind: MessageKind::Cancel, part: Part::Text };
    assert_eq!(leak(&setup, "Bob"), Some(Leak::InCancellation { part, line: 1 }));
    setup.extra = vec![("note", "none".to_owned())];
    assert_eq!(leak(&setup, "Ada Lovelace"), None);
    setup.extra = vec![("note", setup.invite(&ada()).link.reveal().to_owned())];
    let column = "note".to_owned();
    assert_eq!(leak(&setup, "Ada Lovelace"), Some(Leak::Column { column, part }));
}

#[test]
fn a_previous_title_with_a_foreign_link_is_named() {
    let mut setup = later(MessageKind::Update, 1);
    let bob = person("bob@example.org", "Bob");
    let bobs = setup.invite(&bob).link.reveal().to_owned();
    setup.before.as_mut().unwrap().0.title = bobs;
    let error = setup.compose(&ada()).unwrap_err();
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "the previous title contains a personal link, and update.txt shows it"
    );
}

/// Templates that show nothing but the link, so that everything else is in the calendar event only.
fn terse() -> Templates {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    for kind in MessageKind::ALL {
        let link = if kind == MessageKind::Cancel { "" } else { "{{ link }}" };
        for (part, text) in [("subject", "x"), ("txt", link), ("html", link)] {
            std::fs::write(folder.path().join(format!("{kind}.{part}")), text).unwrap();
        }
    }
    Templates::from_folder(folder.path()).unwrap()
}

#[test]
fn a_link_that_only_the_calendar_event_shows_is_found_before_anything_is_sent() {
    let mut setup = Setup::new();
    let bobs = setup.invite(&person("bob@example.org", "Bob")).link.reveal().to_owned();
    setup.composer = composer(terse(), "events@example.org").with_message(vec![bobs]);
    let Err(ComposeError::Leak { source, .. }) = setup.check(&ada()) else { panic!("not found") };
    let part = MessagePart { kind: MessageKind::Invite, part: Part::Calendar };
    assert_eq!(source, Leak::Value { name: "`message` under [mail]", part });
}

proptest! {
    // Each case reads templates.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn what_is_refused_is_refused_before_anything_is_sent(
        kind in prop::sample::select(&MessageKind::ALL[..]),
        (title, name, organizer, text, cell) in (VALUE, VALUE, VALUE, VALUE, VALUE),
        built_in in any::<bool>(),
    ) {
        let Some(name) = DisplayName::clean(&name) else { return Ok(()) };
        let mut setup = later(kind, 1);
        let templates = if built_in { Templates::built_in() } else { terse() };
        setup.composer = composer(templates, &format!("{organizer} <events@example.org>"))
            .with_message(vec![text]);
        setup.meeting.title = title;
        setup.extra = vec![("note", cell)];
        let ada = person("ada@example.org", name.as_str());
        prop_assert_eq!(setup.check(&ada), setup.compose(&ada).map(drop));
    }
}
