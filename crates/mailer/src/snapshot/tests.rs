//! Texts and fingerprints for fixed facts, octet by octet.
//!
//! A failure means that this version takes everybody's invitation for changed: `send` would mail an update to all of
//! them. Restore what ledgers have. If the text has to change, migrate the ledger as well: `ledger/sqlite/schema.rs`.

use meetmint_core::{Deployment, HmacAlgorithm, LinkOption, Mint, Server, ServerKind, SigningKey};

use super::*;

/// Somebody about whom everything is given.
fn full() -> Snapshot {
    let attendee = Attendee {
        own_id: Some("№ 7".into()),
        email: Some(Email::parse("Zoë@Пример.example").unwrap()),
        name: DisplayName::clean("Zoë \"Zo\" O\u{2019}Neill \\ 日本").unwrap(),
        avatar: Some(Avatar::parse("https://example.org/a?b=1&c=ü").unwrap()),
        namesake: 1,
        family: None,
    };
    let role = Role {
        moderator: true,
        features: Some(vec!["recording".into(), "screen-sharing".into()]),
        link_options: vec![
            LinkOption::new("config.startWithAudioMuted", false.into()).unwrap(),
            LinkOption::new("config.subject", "Ж/\u{1f600}".into()).unwrap(),
            LinkOption::new("config.channelLastN", 4.into()).unwrap(),
        ],
        ..Role::named("vorsitz")
    };
    let deployment = Deployment {
        key_id: Some("vpaas-magic-cookie-1/k"),
        ..Deployment::new(ServerKind::Jaas, "vpaas-magic-cookie-1")
    };
    let sender = Sender::parse("Büro <buero@example.org>").unwrap();
    made(&SnapshotParts {
        attendee: &attendee,
        meeting: &meeting("Jährliche Versammlung / 年次", "Große Halle", "Europe/Zurich"),
        role: &role,
        window: Window::new(1_930_912_200, 1_930_926_600).unwrap(),
        server: &server(&deployment),
        sender: &sender.with_organizer("Vorstand & Rat", "rat@example.org").unwrap(),
        language: Some("de-CH"),
        zone: Some(&known_zone("America/Argentina/Buenos_Aires").unwrap()),
        extra: &[("seat", "Größe \"4\"\n"), ("empty", "")],
        greeting: None,
        several_zones: false,
    })
}

/// Somebody about whom as little as possible is given.
fn bare() -> Snapshot {
    of(&ada(None))
}

fn ada(family: Option<FamilyMember>) -> Attendee {
    Attendee {
        own_id: None,
        email: Some(Email::parse("Ada@example.org").unwrap()),
        name: DisplayName::clean("Ada").unwrap(),
        avatar: None,
        namesake: 1,
        family,
    }
}

fn of(attendee: &Attendee) -> Snapshot {
    let url = Some("https://meet.example.org");
    made(&SnapshotParts {
        attendee,
        meeting: &meeting("Town hall", "town-hall", "UTC"),
        role: &Role { features: Some(Vec::new()), ..Role::participant() },
        window: Window::new(1_930_912_200, 1_930_926_600).unwrap(),
        server: &server(&Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") }),
        sender: &Sender::parse("events@example.org").unwrap(),
        language: None,
        zone: None,
        extra: &[],
        greeting: None,
        several_zones: false,
    })
}

/// A snapshot, which is the same if its beginning was written and hashed before.
#[track_caller]
fn made(parts: &SnapshotParts<'_>) -> Snapshot {
    let snapshot = Snapshot::new(parts).unwrap();
    let written = CommonSnapshot::new(parts).unwrap().write(parts).unwrap();
    assert_eq!(written.text, snapshot.text());
    assert_eq!(written.fingerprint, snapshot.fingerprint());
    assert_eq!(written.digest, digest(written.text.as_bytes()));
    snapshot
}

fn server(deployment: &Deployment<'_>) -> ServerFacts {
    let secret = b"a secret that only these tests know, and no server";
    let key = SigningKey::from_secret(secret, HmacAlgorithm::Hs256).unwrap();
    ServerFacts::new(&Server::new(deployment).unwrap(), &key)
}

fn meeting(title: &str, room: &str, zone: &str) -> Meeting {
    Meeting {
        title: title.to_owned(),
        room: Room::parse(room).unwrap(),
        start: Timestamp::from_second(1_930_914_000).unwrap(),
        end: Timestamp::from_second(1_930_919_400).unwrap(),
        zone: known_zone(zone).unwrap(),
    }
}

#[track_caller]
fn is(snapshot: &Snapshot, text: &str, fingerprint: u128) {
    let text = text.trim_end();
    assert_eq!(snapshot.text(), text);
    let found = u128::from_be_bytes(snapshot.fingerprint());
    assert!(found == fingerprint, "the fingerprint is {found:#x}");
    let read = Snapshot::read(text).unwrap();
    assert_eq!(read, *snapshot);
    assert_eq!(read.fingerprint(), snapshot.fingerprint());
}

// The fingerprints were computed with Python's hashlib from the text between `{"facts":` and `,"address"`.
#[test]
fn a_fingerprint_is_the_same_in_every_version() {
    is(&full(), include_str!("tests/full.json"), 0x99d3_1d08_7742_54d3_9a84_a0dc_3238_eba4_u128);
}

#[test]
fn a_fingerprint_of_few_facts_is_the_same_in_every_version() {
    is(&bare(), include_str!("tests/bare.json"), 0x64a6_a596_d8a8_6034_6a30_904a_63f9_d638_u128);
}

#[test]
fn what_is_no_fact_does_not_change_the_fingerprint() {
    let before = full();
    let after =
        Snapshot { greeting: Some("Zoë".to_owned()), several_zones: true, ..before.clone() };
    assert_eq!(after.fingerprint(), before.fingerprint());
    assert!(!before.text().contains("greeting") && !before.text().contains("several_zones"));
    assert_eq!(Snapshot::read(&after.text()), Ok(after));
    // A ledger of an earlier version has neither.
    assert_eq!(Snapshot::read(&before.text()), Ok(before));
}

#[test]
fn each_right_of_a_role_is_a_fact_and_is_left_out_where_nobody_has_it() {
    let before = bare();
    let rights: [fn(&mut RoleFacts); 3] = [
        |role| role.visitor = true,
        |role| role.lobby_bypass = true,
        |role| role.security_bypass = true,
    ];
    for (right, name) in rights.iter().zip(["visitor", "lobby_bypass", "security_bypass"]) {
        let text = format!(",\"{name}\":true}}");
        let mut now = before.clone();
        right(&mut now.facts.role);
        assert_eq!(now.facts.changes(&before.facts), [Change::Role]);
        assert_ne!(now.fingerprint(), before.fingerprint());
        assert!(now.text().contains(&text) && !before.text().contains(name), "{text}");
        // The same link can be made again from the ledger alone.
        let read = Snapshot::read(&now.text()).unwrap();
        assert_eq!((read.role(), &read), (now.role(), &now));
        assert_ne!(read.role(), before.role());
    }
}

#[test]
fn snapshots_have_the_same_link_if_their_links_are_equal() {
    let link = |snapshot: &Snapshot| {
        let secret = b"a secret that only these tests know, and no server";
        let key = SigningKey::from_secret(secret, HmacAlgorithm::Hs256).unwrap();
        let url = Some("https://meet.example.org");
        let deployment = Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") };
        let mint = Mint::new(Server::new(&deployment).unwrap(), key).unwrap();
        let meeting = snapshot.meeting().unwrap();
        let template = mint.template(&snapshot.role(), &meeting.room, snapshot.window().unwrap());
        template.invite(&snapshot.attendee().unwrap()).unwrap().link.reveal().to_owned()
    };
    let before = bare();
    let changes: [fn(&mut Snapshot); 18] = [
        |_| (),
        |now| now.facts.title.push('x'),
        |now| now.facts.room.push('x'),
        |now| now.facts.start += 60,
        |now| now.facts.zone = "Europe/Paris".to_owned(),
        |now| now.facts.opens -= 60,
        |now| now.facts.closes += 60,
        |now| now.facts.role.name.push('x'),
        |now| now.facts.role.moderator = true,
        |now| now.facts.role.features.push("recording".to_owned()),
        |now| now.facts.role.visitor = true,
        |now| now.facts.role.lobby_bypass = true,
        |now| now.facts.role.security_bypass = true,
        |now| now.facts.name.push('x'),
        |now| now.facts.language = Some("de".to_owned()),
        |now| now.avatar = Some("https://example.org/a".to_owned()),
        |now| now.own_id = Some("7".to_owned()),
        |now| now.extra.push(("a".to_owned(), "b".to_owned())),
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut now = before.clone();
        change(&mut now);
        // The snapshot's record of the id follows from the person.
        now.facts.id = now.attendee().unwrap().id().into_owned();
        assert_eq!(now.has_same_link(&before), link(&now) == link(&before), "change {index}");
    }
    let mut now = before.clone();
    now.facts.server = now.facts.server.clone().with_key("another".to_owned());
    assert!(!now.has_same_link(&before), "another key");
}

/// A message that is made again from the ledger has the same link.
#[test]
fn the_person_of_a_snapshot_has_the_same_id() {
    let uid = Uid::from_octets([0x0a; 16]);
    for shares in [None, Some(uid)] {
        let attendee = ada(Some(FamilyMember { shares }));
        let read = Snapshot::read(&of(&attendee).text()).unwrap();
        assert_eq!(read.attendee().unwrap().id(), attendee.id());
    }
    let tagged = ada(Some(FamilyMember { shares: Some(uid) }));
    assert_eq!(tagged.id(), "ada@example.org#0a0a0a0a");
    // An id of somebody's own that only looks like it.
    let own = Attendee { own_id: Some("ada@example.org#0a0a0a0a".into()), ..ada(None) };
    assert_eq!(Snapshot::read(&of(&own).text()).unwrap().attendee().unwrap(), own);
}

/// Both ways are in use: a row that has its text, and a snapshot that was read.
#[test]
fn the_fingerprint_is_that_of_the_facts_in_the_text() {
    let mut awkward = full();
    let key = ",\"address\":".to_owned();
    awkward.facts.name.clone_from(&key);
    awkward
        .facts
        .role
        .link
        .push(("config.x".to_owned(), serde_json::json!({"a": 1, "address": 2})));
    awkward.extra.push((key.clone(), key));
    for snapshot in [full(), bare(), awkward] {
        assert_eq!(Snapshot::fingerprint_in(&snapshot.text()), snapshot.fingerprint());
    }
}

proptest::proptest! {
    #[test]
    fn a_snapshot_is_the_same_with_a_common_beginning(
        (name, title, cell) in ("(?s).{0,12}[a-z]", "(?s).{0,9}", "(?s).{0,9}"),
        (greeting, language) in (proptest::option::of("[a-z\"]{0,5}"), proptest::option::of("[a-z]{2}")),
        several_zones in proptest::bool::ANY,
    ) {
        let attendee = Attendee { name: DisplayName::clean(&name).unwrap(), ..ada(None) };
        let nobody = ada(None);
        let server = server(&Deployment { url: Some("https://x.org"), ..Deployment::new(ServerKind::Debian, "acme") });
        let zone = known_zone("Europe/Zurich").unwrap();
        let extra = [("a", cell.as_str()), ("b", "\",\"address\":")];
        let parts = SnapshotParts {
            attendee: &attendee,
            meeting: &meeting(&title, "town-hall", "UTC"),
            role: &Role::moderator(),
            window: Window::new(1_930_912_200, 1_930_926_600).unwrap(),
            server: &server,
            sender: &Sender::parse("events@example.org").unwrap(),
            language: language.as_deref(),
            zone: several_zones.then_some(&zone),
            extra: if several_zones { &extra } else { &[] },
            greeting,
            several_zones,
        };
        made(&parts);
        // Whoever is prepared for does not count.
        let other = SnapshotParts { attendee: &nobody, language: Some("xx"), zone: None, extra: &[], greeting: None, ..parts };
        let common = CommonSnapshot::new(&other).unwrap();
        let written = common.write(&parts).unwrap();
        assert_eq!(written.text, Snapshot::new(&parts).unwrap().text());
        let unreachable = Attendee { email: None, ..ada(None) };
        assert!(common.write(&SnapshotParts { attendee: &unreachable, ..other }).is_none());
    }
}

/// The paths of everything in a JSON object that has no name of its own within it; a list is one thing.
fn leaves(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{path}/{name}"), found);
            }
        }
        _ => found.push(path.to_owned()),
    }
}

#[test]
fn an_occasion_is_every_fact_but_those_of_the_person_and_the_server() {
    use serde_json::{Value, json};

    let mut facts = full().facts;
    // What is not set would be left out of the JSON.
    let role = &mut facts.role;
    for right in [
        &mut role.all_features_off,
        &mut role.visitor,
        &mut role.lobby_bypass,
        &mut role.security_bypass,
    ] {
        *right = true;
    }
    let json = serde_json::to_value(&facts).unwrap();
    let mut paths = Vec::new();
    leaves(&json, "", &mut paths);
    assert_eq!(paths.len(), 26, "{paths:?}");
    for path in paths {
        let mut other = json.clone();
        let value = other.pointer_mut(&path).unwrap();
        match value {
            Value::Bool(is) => *is ^= true,
            Value::Number(number) => *value = json!(number.as_i64().unwrap() + 1),
            Value::String(text) => text.push('x'),
            Value::Array(values) => drop(values.pop()),
            Value::Null | Value::Object(_) => *value = json!("x"),
        }
        let other: Facts = serde_json::from_value(other).unwrap();
        assert_ne!(other, facts, "{path}");
        let is_own =
            ["/name", "/id", "/language"].contains(&&*path) || path.starts_with("/server/");
        assert_eq!(facts.is_same_occasion(&other), is_own, "{path}");
        assert_eq!(other.is_same_occasion(&facts), is_own, "{path}");
    }
}

#[test]
fn changes_have_the_same_names_in_plans_and_in_json() {
    for change in Change::ALL {
        assert_eq!(serde_json::to_value(change).unwrap(), change.word());
    }
}
