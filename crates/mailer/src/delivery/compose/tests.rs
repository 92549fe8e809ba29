//! Messages that need no check of their own are made without an error.

mod mixed;

use meetmint_core::{Deployment, HmacAlgorithm, MeetingId, Server, ServerKind, SigningKey};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ledger::testing::SNAPSHOT;
use crate::sender::Sender;
use crate::templates::Templates;

fn composer() -> Composer {
    let sender = Sender::parse("Events team <events@example.org>").unwrap();
    Composer::new(Templates::built_in(), sender, MeetingId::written("a meeting").unwrap())
}

fn mint() -> Mint {
    let url = Some("https://meet.example.org");
    let deployment = Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") };
    let key = SigningKey::from_secret(&[b'x'; 32], HmacAlgorithm::Hs256).unwrap();
    Mint::new(Server::new(&deployment).unwrap(), key).unwrap()
}

/// A snapshot with these values, and without link options.
fn snapshot(title: &str, name: &str, role: &str, local: &str) -> Snapshot {
    let mut text: Value = serde_json::from_str(SNAPSHOT).unwrap();
    let facts = &mut text["facts"];
    facts["title"] = json!(title);
    facts["name"] = json!(name);
    facts["role"]["name"] = json!(role);
    facts["role"]["link"] = json!([]);
    text["address"] = json!(format!("{local}@example.org"));
    text["facts"]["id"] = json!(format!("{}@example.org", local.to_lowercase()));
    Snapshot::read(&text.to_string()).unwrap()
}

fn spec(kind: MessageKind, before: Option<Snapshot>) -> MessageSpec {
    MessageSpec {
        uid: Uid::from_octets([7; 16]),
        sequence: 1,
        copy: 0,
        kind,
        stamp: 1_900_000_000,
        before,
        back_on: false,
        test_copy: false,
    }
}

fn is_sure(composer: &Composer, snapshot: &Snapshot, spec: &MessageSpec) -> bool {
    let parts = Parts::of(composer, snapshot).unwrap();
    is_ordinary(composer, &mint(), snapshot, spec, &parts)
}

#[test]
fn only_what_is_the_same_for_everybody_needs_no_check() {
    let plain = snapshot("Town hall", "Ada", "moderator", "ada");
    let invite = || spec(MessageKind::Invite, None);
    assert!(is_sure(&composer(), &plain, &invite()));
    let token = "eyJhbGciOi";
    for other in [
        snapshot(token, "Ada", "moderator", "ada"),
        snapshot("Town hall", token, "moderator", "ada"),
        snapshot("Town hall", "Ada", token, "ada"),
        snapshot("Town hall", "Ada", "moderator", token),
        // With link options.
        Snapshot::read(SNAPSHOT).unwrap(),
    ] {
        assert!(!is_sure(&composer(), &other, &invite()));
        let update = spec(MessageKind::Update, Some(other));
        let before = update.before.as_ref().unwrap().facts();
        let is_shown = [before.title(), before.name(), before.role()].contains(&token);
        assert_eq!(is_sure(&composer(), &plain, &update), !is_shown);
    }
    let with_text = composer().with_message(vec![format!("See {token}")]);
    assert!(!is_sure(&with_text, &plain, &invite()));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("invite.subject"), "{{ title }}").unwrap();
    let sender = Sender::parse("Events team <events@example.org>").unwrap();
    let meeting = MeetingId::written("a meeting").unwrap();
    let changed = Composer::new(Templates::from_folder(folder.path()).unwrap(), sender, meeting);
    assert!(!is_sure(&changed, &plain, &invite()));
}

proptest! {
    #[test]
    fn a_message_that_needs_no_check_can_be_made(
        kind in prop::sample::select(&MessageKind::ALL[..]),
        title in "[eyJwAb0. ,:/()'-]{1,40}|[a-z]{1,9}( [a-zäЖ李]{1,9}){0,9}",
        name in "[eyJwAb0. ,:/()'-]{1,30}|[A-Za-z]{1,9} [A-Zäλ李.]{1,9}",
        role in "[a-z]{1,12}",
        local in "[eyJwAb0]{1,13}(\\.[a-z]{1,9}){0,2}",
        old in "[eyJwAb0. ,:/()'-]{1,40}",
    ) {
        let (composer, mint) = (composer(), mint());
        let now = snapshot(&title, &name, &role, &local);
        prop_assume!(Parts::of(&composer, &now).is_ok());
        let before = (kind == MessageKind::Update).then(|| snapshot(&old, &old, &role, &local));
        let spec = spec(kind, before);
        if is_sure(&composer, &now, &spec) && !title.trim().is_empty() {
            prop_assert!(compose(&composer, &mint, &now, &spec).is_ok());
            let checked = with_content(&composer, &mint, &now, &spec, |content| composer.check(content));
            prop_assert!(checked.is_ok());
        }
    }
}
