//! `context`: nothing of it is compared, but where `presence_identity` is loaded, as on these servers, some values end
//! in no answer (`jitsi-tokens` facts, §2 and §9).

use serde_json::{Value, json};

use super::Table;
use crate::server::{ANY_ROOM, DEBIAN, DOCKER, GUESTS, NO_WILDCARDS};

pub(super) fn add(table: &mut Table) {
    of_any_kind(table);
    user(table);
    odd_octets(table);
    order(table);
    group_and_tenant(table);
}

fn of_any_kind(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    table.token(server, "no context", &good.clone().without("context"), "accepted");
    for (context, expected) in [
        (json!({}), "accepted"),
        (json!([]), "accepted"),
        (json!("Ada"), "accepted"),
        (Value::Null, "login hangs"),
        (json!(7), "login hangs"),
        (json!(false), "login hangs"),
        (json!(true), "login hangs"),
        (json!({"features": {"recording": "yes"}}), "accepted"),
        (json!({"features": null}), "accepted"),
        (json!({"features": ["recording"]}), "accepted"),
        (json!({"user": {"name": "Ada"}, "features": {}}), "accepted"),
        (json!({"callee": {"name": null}, "server": 7}), "accepted"),
    ] {
        let name = format!("context is {context}");
        table.token(server, &name, &good.clone().with("context", context), expected);
    }
    let extra = good.clone().with("https://acme.test/x", json!([1, {}]));
    table.token(server, "a claim nobody knows", &extra, "accepted");
    table.token(server, "moderator is a text", &good.clone().with("moderator", "yes"), "accepted");
    let no_context = good.clone().without("context");
    let top = no_context.clone().with("name", "Ada").with("email", Value::Null);
    table.token(server, "name at the top", &top, "accepted");
    table.token(
        server,
        "user_id without context",
        &no_context.clone().with("user_id", "7"),
        "accepted",
    );
    table.token(server, "user_id is a number", &no_context.with("user_id", 7), "accepted");
    let token = table.good(&GUESTS).without("context");
    table.token(&GUESTS, "guests: no context", &token, "accepted");
    let token = table.good(&DOCKER).with("context", Value::Null);
    table.token(&DOCKER, "docker: context is null", &token, "login hangs");
}

fn user(table: &mut Table) {
    const ODD_KEY: &str = "join hangs | since 2026-08 accepted";
    let server = &DEBIAN;
    let good = table.good(server);
    for (user, expected) in [
        (json!({}), "accepted"),
        (json!([]), "accepted"),
        (Value::Null, "join hangs"),
        (json!("Ada"), "join hangs"),
        (json!(7), "join hangs"),
        (json!(true), "join hangs"),
        (json!(false), "accepted"),
        (json!(["Ada"]), "join hangs"),
        (json!({"name": null}), "accepted"),
        (json!({"name": ""}), "accepted"),
        (json!({"id": 7}), "accepted"),
        (json!({"moderator": true}), "accepted"),
        (json!({"name": ["Ada"], "x": {"y": null}}), "accepted"),
        (json!({"name": "Ada \"<&>\" 🎉 \u{645}"}), "accepted"),
        (json!({"name": "two\nlines\tand a tab\r"}), "accepted"),
        (json!({"name": "a control \u{1}"}), "join hangs"),
        (json!({"name": "a NUL \u{0}"}), "join hangs"),
        (json!({"name": "a device control \u{13}"}), "join hangs"),
        // Prosody takes the decimal 20, where control characters of XML end at the hexadecimal 20.
        (json!({"name": "another device control \u{14}"}), "accepted"),
        (json!({"name": "an escape \u{1b}[1m"}), "accepted"),
        (json!({"name": "a vertical tab \u{b}"}), "join hangs"),
        (json!({"name": "a delete \u{7f}"}), "accepted"),
        (json!({"name": "a next line \u{85}"}), "accepted"),
        (json!({"name": "no character \u{fffe}"}), "accepted"),
        (json!({"email": "ada\u{1}@example.org"}), "join hangs"),
        (json!({"hidden-from-recorder": true}), "accepted"),
        (json!({"full name": "Ada"}), ODD_KEY),
        (json!({"<b>": "Ada"}), ODD_KEY),
        (json!({"": "Ada"}), ODD_KEY),
        (json!({"a&b": "Ada"}), ODD_KEY),
        (json!({"1st": "Ada"}), "accepted"),
        (json!({"größe": "Ada"}), "accepted"),
        (json!({"it's": "Ada"}), ODD_KEY),
        (json!({"a\u{1}": "Ada"}), ODD_KEY),
        (json!({"https://acme.test/id": "7"}), "accepted"),
    ] {
        let name = format!("user is {user}");
        let context = json!({ "user": user });
        table.token(server, &name, &good.clone().with("context", context), expected);
    }
}

fn odd_octets(table: &mut Table) {
    let server = &DEBIAN;
    let odd_key = table.good(server).with("context", json!({ "user": { "a b": "a\u{1}b" } }));
    let expected = "join hangs | since 2026-08 accepted";
    table.token(server, "a control character under an odd key", &odd_key, expected);
    let good = table.good(server);
    for (name, octets, expected) in [
        ("a name that is no UTF-8", &b"Ad\xe4"[..], "join hangs"),
        ("a name with half a character", b"Ad\xc3", "join hangs"),
        ("a name with a replacement character", b"Ad\xef\xbf\xbd", "accepted"),
        ("a name with a NUL", b"Ad\0", "login: Invalid body"),
    ] {
        let (claims, _) = good.octets();
        let at = claims.windows(3).position(|octets| octets == b"Ada").unwrap();
        let claims = [&claims[..at], octets, &claims[at + 3..]].concat();
        table.token(server, name, &good.clone().claims_octets(claims), expected);
    }
}

/// The name is added to the presence before the room's component sees it.
fn order(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server).with("context", json!({ "user": null }));
    let other_room = good.clone().with("room", "lunch");
    table.token(server, "user is null, in another room", &other_room, "join hangs");
    table.token(server, "user is null, sub is wrong", &good.with("sub", "x"), "join hangs");
    for server in [&DOCKER, &ANY_ROOM, &NO_WILDCARDS] {
        let token = table.good(server).with("context", json!({ "user": null })).with("room", "*");
        table.token(server, &format!("{}: user is null", server.name), &token, "join hangs");
    }
}

fn group_and_tenant(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    for (group, with_user, without) in [
        (json!("staff"), "accepted", "accepted"),
        (json!(""), "accepted", "accepted"),
        (json!(5), "join hangs", "accepted"),
        (Value::Null, "join hangs", "accepted"),
        (json!(["staff"]), "join hangs", "accepted"),
        (json!(true), "join hangs", "accepted"),
        (json!(false), "accepted", "accepted"),
        (json!("a control \u{1}"), "join hangs", "accepted"),
    ] {
        let name = format!("group is {group}");
        let context = json!({ "user": { "name": "Ada" }, "group": group });
        table.token(server, &name, &good.clone().with("context", context), with_user);
        let name = format!("group is {group}, without user");
        let context = json!({ "group": group });
        table.token(server, &name, &good.clone().with("context", context), without);
    }
    for (tenant, expected) in [
        (json!("sales"), "accepted"),
        (json!(""), "accepted"),
        (json!(7), "accepted"),
        (json!(false), "accepted"),
        (Value::Null, "accepted | since 2024-06 join hangs"),
        (json!([]), "accepted | since 2024-06 join hangs"),
        (json!(true), "accepted | since 2024-06 join hangs"),
    ] {
        let name = format!("tenant is {tenant}");
        let context = json!({ "user": { "name": "Ada" }, "tenant": tenant });
        let token = good.clone().with("context", context.clone());
        table.token(server, &name, &token, expected);
        let name = format!("tenant is {tenant}, in another room");
        let token = token.with("room", "lunch");
        let expected = if expected == "accepted" { MISMATCH } else { MISMATCH_BEHIND_TENANT };
        table.token(server, &name, &token, expected);
        let name = format!("docker: tenant is {tenant}");
        table.token(&DOCKER, &name, &table.good(&DOCKER).with("context", context), "accepted");
    }
}

const MISMATCH: &str = "join: Room and token mismatched";
const MISMATCH_BEHIND_TENANT: &str = "join: Room and token mismatched | since 2024-06 join hangs";
