//! What templates get is either the person's, or decides by itself which texts are the same.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::content::{CancelReason, MessageKind};

/// Gives one variable another value than that of the sample.
type Change = (&'static str, fn(&mut Variables<'_>));

fn no_time() -> tera::Value {
    tera::Value::from_serializable(&"x")
}

/// The variables of the person: two people can have the same texts although these differ.
const PERSONS: [Change; 7] = [
    ("/name", |now| now.name = "x"),
    ("/greeting", |now| now.greeting = "x"),
    ("/email", |now| now.email = "x"),
    ("/id", |now| now.id.push('x')),
    ("/link", |now| now.link = HiddenLink("x")),
    ("/extra", |now| drop(now.extra.insert("x", String::new()))),
    ("/before/name", |now| now.before.name.push('x')),
];

/// All others.
const OTHERS: [Change; 41] = [
    ("/title", |now| now.title.push('x')),
    ("/room", |now| now.room.push('x')),
    ("/role", |now| now.role.push('x')),
    ("/moderator", |now| now.moderator ^= true),
    ("/organizing", |now| now.organizing ^= true),
    ("/back_on", |now| now.back_on ^= true),
    ("/reason", |now| now.reason = Some(CancelReason::Organizer)),
    ("/language", |now| now.language.push('x')),
    ("/address", |now| now.address = "x".into()),
    ("/start", |now| now.start = no_time()),
    ("/end", |now| now.end = no_time()),
    ("/opens", |now| now.opens = no_time()),
    ("/closes", |now| now.closes = no_time()),
    ("/when", |now| now.when.push('x')),
    ("/link_works", |now| now.link_works.push('x')),
    ("/when_there", |now| now.when_there = Some("x".to_owned())),
    ("/soon", |now| now.soon = Some("x".to_owned())),
    ("/duration", |now| now.duration.push('x')),
    ("/message", |now| now.message.to_mut().push("x".to_owned())),
    ("/organizer/name", |now| now.organizer.name = "x".into()),
    ("/organizer/email", |now| now.organizer.email = "x".into()),
    ("/contact/name", |now| now.contact.name = "x".into()),
    ("/contact/email", |now| now.contact.email = "x".into()),
    ("/kind", |now| {
        let is_cancel = now.kind == MessageKind::Cancel;
        now.kind = if is_cancel { MessageKind::Remind } else { MessageKind::Cancel };
    }),
    ("/before/title", |now| now.before.title.push('x')),
    ("/before/room", |now| now.before.room.push('x')),
    ("/before/when", |now| now.before.when.push('x')),
    ("/before/start", |now| now.before.start = no_time()),
    ("/before/end", |now| now.before.end = no_time()),
    ("/before/role", |now| now.before.role.push('x')),
    ("/before/moderator", |now| now.before.moderator ^= true),
    ("/changed/title", |now| now.changed.title ^= true),
    ("/changed/time", |now| now.changed.time ^= true),
    ("/changed/zone", |now| now.changed.zone ^= true),
    ("/changed/room", |now| now.changed.room ^= true),
    ("/changed/role", |now| now.changed.role ^= true),
    ("/changed/name", |now| now.changed.name ^= true),
    ("/changed/link", |now| now.changed.link ^= true),
    ("/new_link", |now| now.new_link ^= true),
    ("/practice", |now| now.practice ^= true),
    // The name of the test copy in templates.
    ("/rehearsal", |now| now.test_copy ^= true),
];

/// The variables as templates get them, each with its path. A time is a single one: its fields are never set alone.
fn variables(of: &Variables<'_>) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), serde_json::to_value(of).unwrap())];
    while let Some((path, value)) = open.pop() {
        let is_time =
            ["/start", "/end", "/opens", "/closes"].iter().any(|time| path.ends_with(time));
        match value {
            Value::Object(fields) if !is_time && path != "/extra" => {
                open.extend(
                    fields.into_iter().map(|(name, value)| (format!("{path}/{name}"), value)),
                );
            }
            value => drop(found.insert(path, value)),
        }
    }
    found
}

/// The paths of the variables that differ.
fn differences(one: &Variables<'_>, other: &Variables<'_>) -> Vec<String> {
    let (one, other) = (variables(one), variables(other));
    assert!(one.keys().eq(other.keys()));
    one.into_iter().filter(|(path, value)| other[path] != *value).map(|(path, _)| path).collect()
}

#[test]
fn every_variable_but_those_of_the_person_decides_which_texts_are_the_same() {
    let columns = ["column".to_owned()];
    for kind in MessageKind::ALL {
        for with_optional in [true, false] {
            let sample = || Variables::sample(kind, "link", &columns, with_optional);
            assert!(sample().is_like(&sample()));
            for ((path, change), is_persons) in
                PERSONS.iter().map(|it| (it, true)).chain(OTHERS.iter().map(|it| (it, false)))
            {
                let mut changed = sample();
                change(&mut changed);
                assert_eq!(differences(&sample(), &changed), [*path]);
                assert_eq!(sample().is_like(&changed), is_persons, "{kind}: {path}");
                assert_eq!(changed.is_like(&sample()), is_persons, "{kind}: {path}");
            }
            let tried: BTreeSet<&str> =
                PERSONS.iter().chain(&OTHERS).map(|(path, _)| *path).collect();
            assert!(variables(&sample()).keys().eq(tried), "a variable is not in the lists above");
        }
    }
}

#[test]
fn marks_stand_in_place_of_everything_of_the_person_and_of_nothing_else() {
    let columns = ["column".to_owned()];
    let sample = Variables::sample(MessageKind::Update, "link", &columns, true);
    let marked = sample.marked();
    let mut expected = PERSONS.map(|(path, _)| path);
    expected.sort_unstable();
    assert_eq!(differences(&sample, &marked), expected);
    assert_eq!(marked.personal().concat(), String::from_iter(MARKS));
}
