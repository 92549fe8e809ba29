//! The `room` claim, patterns, tenants, and servers that are more or less strict about them.

use serde_json::{Value, json};

use super::Table;
use crate::server::{ANY_ROOM, DEBIAN, DOCKER, DOCKER_VERIFIES, GUESTS, JAAS, NO_WILDCARDS};

const MISMATCH: &str = "join: Room and token mismatched";
const NO_MATCH: &str = "join: Room and token mismatched | since 2025-09 join: Room name cannot be matched to the one from token.";
const OTHER_ROOM: &str =
    "join: Room and token mismatched | since 2025-09 join: Room does not match the room from token";
const NO_ROOM: &str = "login hangs | since 2026-08 login: room claim is missing";

pub(super) fn add(table: &mut Table) {
    claim(table);
    names(table);
    patterns(table);
    tenants(table);
    rules(table);
}

fn claim(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    table.token(server, "no room", &good.clone().without("room"), NO_ROOM);
    for (value, expected) in [
        (json!("*"), "accepted"),
        (json!("Standup"), "accepted"),
        (json!("STANDUP"), "accepted"),
        (json!("lunch"), MISMATCH),
        (json!(""), MISMATCH),
        (json!("standup "), MISMATCH),
        (json!("/standup"), MISMATCH),
        (json!("stand*"), MISMATCH),
        (json!("**"), MISMATCH),
        (json!("standup@conference.meet.acme.test"), MISMATCH),
        (json!("https://meet.acme.test/standup"), MISMATCH),
        (Value::Null, "join hangs"),
        (json!(["standup"]), "join hangs"),
        (json!({"name": "standup"}), "join hangs"),
        (json!(true), "join hangs"),
        (json!(false), NO_MATCH),
        (json!(7), MISMATCH),
    ] {
        let name = format!("room is {value}");
        table.token(server, &name, &good.clone().with("room", value), expected);
    }
    let server = &DOCKER;
    let good = table.good(server);
    for (value, expected) in [
        (json!("Standup"), "accepted"),
        (json!(""), OTHER_ROOM),
        (Value::Null, "join hangs"),
        (json!(["standup"]), "join hangs"),
        (json!(false), "accepted"),
        (json!(7), OTHER_ROOM),
    ] {
        let name = format!("docker: room is {value}");
        table.token(server, &name, &good.clone().with("room", value), expected);
    }
}

/// Names as people type them, in a link and in the claim (`jitsi-tokens` facts, §1.3).
fn names(table: &mut Table) {
    let server = &DEBIAN;
    for (segment, node, typed) in
        [("UPPER", "upper", "UPPER"), ("v1.2_x-y~z", "v1.2_x-y~z", "v1.2_x-y~z")]
    {
        let good = table.good(server);
        let mut row = |name: String, room: &str| {
            let token = good.clone().with("room", room).text();
            table.link(server, &name, &format!("/{segment}?jwt={token}"), "accepted");
        };
        row(format!("{segment}: the node"), node);
        row(format!("{segment}: as typed"), typed);
    }
    for (segment, node, typed) in [
        ("Town%20Hall", "town%20hall", "Town Hall"),
        ("Town Hall", "town%20hall", "Town Hall"),
        ("Town+Hall", "townhall", "Town+Hall"),
        ("Caf%C3%A9", "caf%c3%a9", "Café"),
        ("Café", "caf%c3%a9", "café"),
        ("CAF%C3%89", "caf%c3%a9", "CAFÉ"),
        ("Cafe%CC%81", "caf%c3%a9", "Cafe\u{301}"),
        ("%D0%9F%D0%BB%D0%B0%D0%BD", "%d0%bf%d0%bb%d0%b0%d0%bd", "План"),
        ("%F0%9F%8E%89party", "%f0%9f%8e%89party", "🎉party"),
        ("a%2Fb", "a%2fb", "a/b"),
        ("Q3%20(plan)", "q3%20plan", "Q3 (plan)"),
        ("Q3%20%28plan%29", "q3%20(plan)", "Q3 (plan)"),
        ("100%25", "100%25", "100%"),
        ("Stra%C3%9Fe", "stra%c3%9fe", "Straße"),
        ("%EF%BC%A1%EF%BC%A2", "ab", "ＡＢ"),
        ("%C4%B0stanbul", "i%cc%87stanbul", "İstanbul"),
    ] {
        let good = table.good(server);
        let mut row = |name: String, room: &str, expected| {
            let token = good.clone().with("room", room).text();
            table.link(server, &name, &format!("/{segment}?jwt={token}"), expected);
        };
        row(format!("{segment}: the node"), node, "accepted");
        row(format!("{segment}: as typed"), typed, MISMATCH);
        row(format!("{segment}: the node in upper case"), &node.to_uppercase(), "accepted");
        row(format!("{segment}: any room"), "*", "accepted");
    }
    let good = table.good(server);
    let long = "a".repeat(1023);
    let token = good.clone().with("room", long.as_str()).text();
    table.link(server, "a room of 1023 octets", &format!("/{long}?jwt={token}"), "accepted");
    let token = good.clone().with("room", format!("{long}a")).text();
    table.link(
        server,
        "a room of 1024 octets",
        &format!("/{long}a?jwt={token}"),
        "join: The destination address is invalid: aaaa…",
    );
}

fn patterns(table: &mut Table) {
    let with = |regex: Value| json!({"user": {"name": "Ada"}, "room": {"regex": regex}});
    for server in [&DEBIAN, &JAAS] {
        let good = table.good(server).with("context", with(json!(true)));
        for (pattern, expected) in [
            ("standup", "accepted"),
            ("^standup$", "accepted"),
            ("stand.*", "accepted"),
            ("stand", MISMATCH),
            (".*", "accepted"),
            ("*", "accepted"),
            ("", MISMATCH),
            ("lunch", NO_MATCH),
            ("STAND%a+", "accepted"),
            ("stand%W+", "accepted"),
            ("stand\\w+", NO_MATCH),
            ("standup|lunch", NO_MATCH),
            ("(standup)", "accepted"),
            ("(stand)up", MISMATCH),
            ("()standup", MISMATCH),
            ("stand[up]+", "accepted"),
            ("stand[", "join hangs | since 2026-08 join: Room claim is not a valid Lua pattern"),
            ("(standup", "join hangs | since 2026-08 join: Room claim is not a valid Lua pattern"),
            ("standup%", "join hangs | since 2026-08 join: Room claim is not a valid Lua pattern"),
            ("stand-up", "accepted"),
            ("stand--up", NO_MATCH),
        ] {
            let name = format!("{}: the pattern {pattern}", server.name);
            table.token(server, &name, &good.clone().with("room", pattern), expected);
        }
    }
    let server = &DEBIAN;
    let good = table.good(server).with("room", "stand.*");
    for (regex, expected) in [
        (json!("true"), "accepted"),
        (json!(false), MISMATCH),
        (json!("false"), MISMATCH),
        (json!(1), MISMATCH),
        (json!("True"), MISMATCH),
        (Value::Null, MISMATCH),
    ] {
        let name = format!("regex is {regex}");
        table.token(server, &name, &good.clone().with("context", with(regex)), expected);
    }
    table.token(server, "regex at the top", &good.clone().with("regex", true), MISMATCH);
    table.token(
        server,
        "context.room is null",
        &good.clone().with("context", json!({"room": null})),
        "join hangs",
    );
    table.token(
        server,
        "context.room is a text",
        &good.clone().with("context", json!({"room": "standup"})),
        MISMATCH,
    );
    table.token(
        server,
        "context.room is a number",
        &good.clone().with("context", json!({"room": 1})),
        "join hangs",
    );
    let server = &DOCKER;
    let good = table.good(server).with("context", with(json!(true)));
    table.token(server, "docker: a pattern", &good.clone().with("room", "stand.*"), OTHER_ROOM);
    table.token(
        server,
        "docker: a pattern that is the room",
        &good.with("room", "standup"),
        "accepted",
    );
}

fn tenants(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    let mut row = |name: &str, path: &str, room: &str, sub: &str, expected: &str| {
        let token = good.clone().with("room", room).with("sub", sub).text();
        table.link(server, name, &format!("/{path}?jwt={token}"), expected);
    };
    row("tenant: sub is the tenant", "sales/standup", "standup", "sales", "accepted");
    row("tenant: sub is the domain", "sales/standup", "standup", "meet.acme.test", MISMATCH);
    row("tenant: sub is a star", "sales/standup", "standup", "*", "accepted");
    row("tenant: sub in upper case", "sales/standup", "standup", "SALES", "accepted");
    row("tenant: upper case in the link", "Sales/Standup", "standup", "sales", "accepted");
    row("tenant: any room", "sales/standup", "*", "sales", "accepted");
    row("tenant: any room and tenant", "sales/standup", "*", "*", "accepted");
    row("tenant: another tenant", "sales/standup", "standup", "support", MISMATCH);
    row("tenant: another room", "sales/standup", "lunch", "sales", MISMATCH);
    row("tenant: in the room claim", "sales/standup", "[sales]standup", "sales", MISMATCH);
    row(
        "tenant: in the room claim, sub the domain",
        "sales/standup",
        "[sales]standup",
        "meet.acme.test",
        MISMATCH,
    );
    row("tenant: as a path in the room claim", "sales/standup", "sales/standup", "sales", MISMATCH);
    row("tenant: a dot in it", "sales.eu/standup", "standup", "sales_eu", "accepted");
    row("tenant: a dot in it and in sub", "sales.eu/standup", "standup", "sales.eu", MISMATCH);
    row("tenant: an underscore in it", "sales_eu/standup", "standup", "sales_eu", "accepted");
    row("tenant: a hyphen in it", "sales-eu/standup", "standup", "sales-eu", "accepted");
    row("tenant: sub is a tenant, the link has none", "standup", "standup", "sales", MISMATCH);
    row("tenant: a room of its own name", "standup/standup", "standup", "standup", "accepted");
    let fits = "a".repeat(1023 - "[sales]".len());
    row("tenant: a room of 1016 octets", &format!("sales/{fits}"), &fits, "sales", "accepted");
    for server in [&DOCKER, &DOCKER_VERIFIES] {
        let good = table.good(server);
        let verifies = server.subject;
        let mut row = |name: &str, room: &str, sub: &str, expected: &str| {
            let token = good.clone().with("room", room).with("sub", sub).text();
            let name = format!("{}, tenant: {name}", server.name);
            table.link(server, &name, &format!("/sales/standup?jwt={token}"), expected);
        };
        row("sub is the tenant", "standup", "sales", "accepted");
        let domain = if verifies { MISMATCH } else { "accepted" };
        row("sub is the domain", "standup", server.domain, domain);
        row("another room", "lunch", "sales", if verifies { MISMATCH } else { OTHER_ROOM });
        row(
            "in the room claim",
            "[sales]standup",
            "sales",
            if verifies { MISMATCH } else { "accepted" },
        );
        row("the end of the room", "up", "sales", if verifies { MISMATCH } else { OTHER_ROOM });
    }
}

/// Servers that let guests in, compare no room, or forbid the star.
fn rules(table: &mut Table) {
    let server = &GUESTS;
    let good = table.good(server);
    table.link(server, "guests: no token", "/standup", "accepted");
    table.text(server, "guests: an empty token", "", "accepted");
    table.token(server, "guests: a good token", &good, "accepted");
    table.text(server, "guests: a word", "123", "login: Invalid token");
    table.token(server, "guests: another room", &good.clone().with("room", "lunch"), MISMATCH);
    table.token(server, "guests: expired", &good.clone().with("exp", 1), "login: Not acceptable by exp | since 2024-06 login: Not acceptable by exp (# sec since expired)");
    table.token(
        server,
        "guests: signed with another secret",
        &good.secret("x"),
        "login: Invalid signature",
    );
    let server = &ANY_ROOM;
    let good = table.good(server);
    table.token(server, "any room: another room", &good.clone().with("room", "lunch"), "accepted");
    table.token(server, "any room: another sub", &good.clone().with("sub", "x"), "accepted");
    table.token(
        server,
        "any room: room is null",
        &good.clone().with("room", Value::Null),
        "accepted",
    );
    table.token(server, "any room: no room", &good.clone().without("room"), NO_ROOM);
    table.token(
        server,
        "any room: no sub",
        &good.clone().without("sub"),
        "accepted | since 2026-08 login: sub claim is missing",
    );
    table.token(
        server,
        "any room: signed with another secret",
        &good.secret("x"),
        "login: Invalid signature",
    );
    let server = &NO_WILDCARDS;
    let good = table.good(server);
    let regex = json!({"room": {"regex": true}});
    table.token(server, "no wildcards: a good token", &good, "accepted");
    table.token(
        server,
        "no wildcards: any room",
        &good.clone().with("room", "*"),
        "join: Wildcard room in token not allowed",
    );
    table.token(
        server,
        "no wildcards: any sub",
        &good.clone().with("sub", "*"),
        "join: Wildcard sub in token not allowed",
    );
    table.token(
        server,
        "no wildcards: any room and sub",
        &good.clone().with("room", "*").with("sub", "*"),
        "join: Wildcard room in token not allowed",
    );
    table.token(
        server,
        "no wildcards: a pattern",
        &good.clone().with("room", "stand.*").with("context", regex.clone()),
        "join: Regex support not allowed for token",
    );
    table.token(
        server,
        "no wildcards: a pattern that is the room",
        &good.clone().with("context", regex),
        "join: Regex support not allowed for token",
    );
    table.token(
        server,
        "no wildcards: another room",
        &good.clone().with("room", "lunch"),
        MISMATCH,
    );
    table.token(
        server,
        "no wildcards: another sub, any room",
        &good.with("sub", "x").with("room", "*"),
        "join: Wildcard room in token not allowed",
    );
}
