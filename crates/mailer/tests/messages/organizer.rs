//! What the organizer adds to messages.

use std::error::Error as _;

use meetmint_mailer::{MessageKind, Templates, message_lines};

use crate::life::{ada, later};
use crate::structure::parsed;
use crate::support::{Setup, composer, person};

/// Templates that show these values, and the link in messages that have one.
fn templates(values: &str) -> Templates {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    for kind in MessageKind::ALL {
        let link = if kind == MessageKind::Cancel { "" } else { "{{ link }}" };
        for part in ["txt", "html"] {
            let text = format!("{values}\n{link}\n");
            std::fs::write(folder.path().join(format!("{kind}.{part}")), text).unwrap();
        }
    }
    let templates = Templates::from_folder(folder.path()).unwrap();
    assert_eq!(templates.check(Some(&[]), "meet.example.org"), []);
    templates
}

/// What the text and the HTML show before the link.
fn shown(setup: &Setup) -> [String; 2] {
    let message = setup.compose(&ada()).unwrap();
    let parsed = parsed(&message.bytes);
    let text = parsed.body_text(0).unwrap().into_owned();
    let html = parsed.body_html(0).unwrap().into_owned();
    [text, html].map(|body| body.lines().next().unwrap().to_owned())
}

#[test]
fn templates_get_the_message_line_by_line() {
    let lines = message_lines("Agenda <b>\n\n & \"budget\"\nBEGIN:VEVENT").unwrap();
    let values = "{% for line in message %}[{{ line }}]{% else %}none{% endfor %}";
    for kind in MessageKind::ALL {
        let mut setup = later(kind, 1);
        setup.composer = composer(templates(values), "Events team <events@example.org>");
        assert_eq!(shown(&setup), ["none", "none"]);
        setup.composer = setup.composer.with_message(lines.clone());
        let expected = match kind {
            MessageKind::Cancel => ["none", "none"],
            _ => [
                "[Agenda <b>][][& \"budget\"][BEGIN:VEVENT]",
                "[Agenda &lt;b&gt;][][&amp; &quot;budget&quot;][BEGIN:VEVENT]",
            ],
        };
        assert_eq!(shown(&setup), expected, "{kind}");
    }
}

#[test]
fn a_message_with_a_link_is_refused_and_named() {
    let mut setup = Setup::new();
    let bobs = setup.invite(&person("bob@example.org", "Bob")).link.reveal().to_owned();
    let values = "{% for line in message %}{{ line }} {% endfor %}";
    setup.composer = composer(templates(values), "Events team <events@example.org>")
        .with_message(vec!["Or this:".to_owned(), bobs]);
    let error = setup.compose(&ada()).unwrap_err();
    assert_eq!(
        error.source().unwrap().to_string(),
        "the `message` under [mail] contains a personal link, and invite.txt shows it"
    );
    // Any other link is welcome.
    let page = "https://example.org/agenda?jwt=none".to_owned();
    setup.composer = setup.composer.with_message(vec![page]);
    setup.compose(&ada()).unwrap();
}
