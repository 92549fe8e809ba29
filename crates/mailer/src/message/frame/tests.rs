//! A message that is made from a frame is the one that would be rendered.

use meetmint_core::{DisplayName, Email, LinkOption};
use proptest::prelude::*;

use super::*;
use crate::content::example::Example;
use crate::content::{Before, MessageContent, MessageKind};
use crate::message::{ComposeError, Composer, Found, scope};
use crate::moment::Spans;
use crate::templates::Templates;
use crate::variables::Variables;

/// What a test decides about a message, besides the person.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one of the cases")]
struct Setting {
    title: String,
    kind: MessageKind,
    moderator: bool,
    message: Vec<String>,
    /// Whether the person was sent something before, under another name and title.
    renamed: bool,
    retitled: bool,
    option: bool,
}

/// The values of a person.
#[derive(Clone, Debug)]
struct Person {
    name: String,
    greeting: Option<String>,
    local: String,
    cell: String,
}

fn setting() -> impl Strategy<Value = Setting> {
    let title = prop_oneof![
        3 => "[A-Z][a-z]{1,9}( [a-z]{1,9}){0,6}",
        1 => "\\PC{1,20}",
        1 => "[\u{fdd0}-\u{fdd3}a-z ]{1,9}",
        1 => Just("eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.x".to_owned()),
    ];
    let message = prop::collection::vec("[a-z]{0,9}|\\PC{0,20}", 0..3);
    (title, 0..MessageKind::ALL.len(), any::<[bool; 4]>(), message).prop_map(
        |(title, kind, [moderator, renamed, retitled, option], message)| Setting {
            title,
            kind: MessageKind::ALL[kind],
            moderator,
            message,
            renamed,
            retitled,
            option,
        },
    )
}

fn person() -> impl Strategy<Value = Person> {
    let name = || prop_oneof![3 => "[A-Z][a-z]{1,9} [A-Z][a-z]{1,9}", 2 => "[&<>\"'=%a-z]{1,20}", 2 => "\\PC{1,30}", 1 => "[a-z]{14,90}"];
    (name(), prop::option::of(name()), "[a-z]{1,60}", "\\PC{0,9}|ey[a-zA-Z0-9.]{0,30}")
        .prop_map(|(name, greeting, local, cell)| Person { name, greeting, local, cell })
}

/// Makes the content of a message to a person.
fn with_content<T>(
    setting: &Setting,
    person: &Person,
    run: impl FnOnce(&MessageContent<'_>, &Example) -> T,
) -> T {
    let name = DisplayName::clean(&person.name).map_or("x".to_owned(), |name| name.to_string());
    let mut example = Example::new(&setting.title, &name, &format!("{}@example.org", person.local));
    example.role.moderator = setting.moderator;
    if setting.option {
        let option = LinkOption::new("config.subject", "=?ey.ey".into()).unwrap();
        example.role.link_options.push(option);
    }
    let invite = example.invite();
    let plain = example.content(&invite, setting.kind);
    let mut before = Before::new(plain.meeting, plain.role, &name);
    if setting.renamed {
        before.name = "Somebody";
    }
    if setting.retitled {
        before.title = "Another title";
    }
    let extra = [("column", person.cell.as_str())];
    let content = MessageContent {
        before: Some(before),
        greeting: person.greeting.as_deref(),
        extra: &extra,
        message: &setting.message,
        ..plain
    };
    run(&content, &example)
}

fn composer(example: &Example) -> Composer {
    Composer::new(Templates::built_in(), example.sender.clone(), example.id.clone())
}

fn compose(composer: &Composer, content: &MessageContent<'_>) -> Result<String, ComposeError> {
    composer.compose(content).map(|message| String::from_utf8(message.bytes).unwrap())
}

proptest! {
    // Each case renders a dozen messages.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_frame_makes_what_would_be_rendered(setting in setting(), people in prop::collection::vec(person(), 3..6)) {
        let filled = with_content(&setting, &people[0], |_, example| composer(example));
        for person in &people {
            with_content(&setting, person, |content, example| {
                // The first message of a composer is never made from a frame.
                assert_eq!(compose(&filled, content), compose(&composer(example), content));
            });
        }
    }
}

fn ordinary(kind: MessageKind) -> (Setting, Person) {
    let setting = Setting {
        title: "Autumn town hall".to_owned(),
        kind,
        moderator: false,
        message: Vec::new(),
        renamed: true,
        retitled: true,
        option: false,
    };
    let person = Person {
        name: "Ada Lovelace".to_owned(),
        greeting: None,
        local: "ada".to_owned(),
        cell: String::new(),
    };
    (setting, person)
}

#[test]
fn the_third_message_and_later_ones_come_from_a_frame() {
    for kind in MessageKind::ALL {
        let (setting, mut person) = ordinary(kind);
        let composer = with_content(&setting, &person, |_, example| composer(example));
        for (number, name) in ["Ada", "Grace", "Jean", "Mary"].into_iter().enumerate() {
            name.clone_into(&mut person.name);
            with_content(&setting, &person, |content, example| {
                if number >= 2 {
                    let to = Email::parse(example.email.as_str()).unwrap();
                    let variables = Variables::new(content, to.as_str(), false, &Spans::default());
                    let Found::Frame(frame) = composer.frames.find(&variables) else {
                        panic!("{kind}: there is no frame")
                    };
                    // Only a few lines are the person's.
                    let bodies = frame.filled(variables.personal(), scope(content, &variables));
                    assert!(bodies.html.checked.lines().count() < 8, "{}", bodies.html.checked);
                    assert!(
                        bodies.html.checked.contains(name) && bodies.text.checked.contains(name)
                    );
                }
                composer.compose(content).unwrap();
            });
        }
    }
}

#[test]
fn values_that_could_be_part_of_a_token_are_checked_with_everything_else() {
    let (setting, mut person) = ordinary(MessageKind::Invite);
    for (name, expected) in [
        ("Ada", Scope::PersonalLines),
        ("A=B", Scope::Everything),
        ("eyJhbGciOi", Scope::Everything),
    ] {
        name.clone_into(&mut person.name);
        for (option, expected) in [(false, expected), (true, Scope::Everything)] {
            let setting = Setting { option, ..setting.clone() };
            with_content(&setting, &person, |content, example| {
                let variables =
                    Variables::new(content, example.email.as_str(), false, &Spans::default());
                assert_eq!(scope(content, &variables), expected, "{name}, {option}");
            });
        }
    }
}

#[test]
fn texts_with_a_link_get_no_frame() {
    let (setting, mut person) = ordinary(MessageKind::Invite);
    let title = "https://meet.example.org/x?jwt=abc";
    let setting = Setting { title: title.to_owned(), ..setting.clone() };
    let composer = with_content(&setting, &person, |_, example| composer(example));
    // The second message would make a frame, and `find` counts as well: so it is called only once.
    for (number, name) in ["Ada", "Grace", "Jean"].into_iter().enumerate() {
        name.clone_into(&mut person.name);
        with_content(&setting, &person, |content, example| {
            let _ = composer.compose(content);
            let email = example.email.as_str();
            let variables = Variables::new(content, email, false, &Spans::default());
            if number == 2 {
                let found = composer.frames.find(&variables);
                assert!(matches!(found, Found::Nothing));
            }
        });
    }
}
