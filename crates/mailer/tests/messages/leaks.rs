//! Links that must not be in a message, in those that come after the invitation.

use meetmint_mailer::{ComposeError, Leak, MessageKind, MessagePart, Part, Templates};

use crate::life::{ada, later};
use crate::support::{Setup, composer, person};

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
