//! Links: how the client reads them, how mail damages them, and what the web server lets through.

use super::Table;
use crate::server::{DEBIAN, GUESTS};

const REQUIRED: &str = "login: token required";

pub(super) fn add(table: &mut Table) {
    token_in_link(table);
    damage(table);
    web_server(table);
}

fn token_in_link(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server).text();
    let other = table.good(server).with("room", "lunch").text();
    let mut row = |name, rest: String, expected| table.link(server, name, &rest, expected);
    row("no query", "/standup".into(), REQUIRED);
    row("an empty query", "/standup?".into(), REQUIRED);
    row("jwt without a value", "/standup?jwt".into(), REQUIRED);
    row("token= for jwt=", format!("/standup?token={good}"), REQUIRED);
    row("JWT in upper case", format!("/standup?JWT={good}"), REQUIRED);
    row("Jwt with a capital", format!("/standup?Jwt={good}"), REQUIRED);
    row("another parameter first", format!("/standup?lang=de&jwt={good}"), "accepted");
    row("another parameter behind", format!("/standup?jwt={good}&lang=de"), "accepted");
    row(
        "what a campaign adds",
        format!("/standup?jwt={good}&utm_source=mail&utm_medium=x"),
        "accepted",
    );
    row("two tokens, the last one good", format!("/standup?jwt={other}&jwt={good}"), "accepted");
    row(
        "two tokens, the first one good",
        format!("/standup?jwt={good}&jwt={other}"),
        "join: Room and token mismatched",
    );
    row("a good token and an empty one", format!("/standup?jwt={good}&jwt="), REQUIRED);
    row(
        "options in the hash",
        format!("/standup?jwt={good}#config.startWithAudioMuted=true"),
        "accepted",
    );
    row(
        "options in the hash, a question mark in them",
        format!("/standup?jwt={good}#config.subject=%22Why?%22"),
        "accepted",
    );
    row("options in the query", format!("/standup?config.x=1&jwt={good}"), "accepted");
    row("bare in the hash", format!("/standup#jwt={good}"), REQUIRED);
    row("quoted in the hash", format!("/standup#jwt=%22{good}%22"), "accepted");
    row(
        "quoted in the hash, behind options",
        format!("/standup#config.x=1&jwt=%22{good}%22"),
        "accepted",
    );
    row("quoted without encoding in the hash", format!("/standup#jwt=\"{good}\""), "accepted");
    row("the hash before the query", format!("/standup?jwt={other}#jwt=%22{good}%22"), "accepted");
    row(
        "a wrong token in the hash",
        format!("/standup?jwt={good}#jwt=%22{other}%22"),
        "join: Room and token mismatched",
    );
    row(
        "bare in the hash, and in the query",
        format!("/standup?jwt={good}#jwt={other}"),
        "accepted",
    );
    row("the token behind the hash sign", format!("/standup#?jwt={good}"), REQUIRED);
    row("a second question mark", format!("/standup?lang=de?jwt={good}"), REQUIRED);
    row("a question mark before jwt doubled", format!("/standup??jwt={good}"), REQUIRED);
    row("an ampersand for the question mark", format!("/standup&jwt={good}"), "url: 404");
    row("an encoded question mark", format!("/standup%3Fjwt={good}"), "url: 404");
    row("an encoded equals sign", format!("/standup?jwt%3D{good}"), REQUIRED);
    row("two equals signs", format!("/standup?jwt=={good}"), REQUIRED);
    row("a space before the token", format!("/standup?jwt= {good}"), "login hangs");
    row("a space before jwt", format!("/standup? jwt={good}"), REQUIRED);
    row(
        "a good token in another room",
        format!("/lunch?jwt={good}"),
        "join: Room and token mismatched",
    );
    row("a capital in the room", format!("/StandUp?jwt={good}"), "accepted");
    row("a colon in the room", format!("/stand:up?jwt={good}"), "url: 404");
    row("brackets in the room", format!("/[stand]up?jwt={good}"), "accepted");
    row("an exclamation mark in the room", format!("/standup!?jwt={good}"), "accepted");
    row("a closing bracket behind the room", format!("/standup)?jwt={good}"), "accepted");
    table.link(&GUESTS, "guests: bare in the hash", &format!("/standup#jwt={good}"), "accepted");
    table.link(&GUESTS, "guests: token= for jwt=", &format!("/standup?token={good}"), "accepted");
}

fn damage(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server).text();
    let mut row = |name, rest: String, expected| table.link(server, name, &rest, expected);
    row("&amp; before jwt", format!("/standup?lang=de&amp;jwt={good}"), REQUIRED);
    row("&amp; behind jwt", format!("/standup?jwt={good}&amp;lang=de"), "accepted");
    row("=3D of quoted-printable", format!("/standup?jwt=3D{good}"), "login: Invalid header");
    row("?=3D of quoted-printable", format!("/standup?jwt=3D3D{good}"), "login: Invalid header");
    row(
        "a line of quoted-printable",
        format!("/standup?jwt={}", &good[..50]),
        "login: Invalid token",
    );
    row(
        "a soft line break of quoted-printable",
        format!("/standup?jwt={}=\n{}", &good[..50], &good[50..]),
        "login: Invalid token",
    );
    row(
        "a line that goes on behind a space",
        format!("/standup?jwt={}\n {}", &good[..60], &good[60..]),
        "login hangs",
    );
    row(
        "cut at a line's end",
        format!("/standup?jwt={}", &good[..good.len() - 30]),
        "login: Invalid signature",
    );
    row(
        "the whole address in lower case",
        format!("/standup?jwt={good}").to_lowercase(),
        "login: Invalid header",
    );
    row("a full stop behind the link", format!("/standup?jwt={good}."), "accepted");
    row(
        "a bracket and a full stop behind the link",
        format!("/standup?jwt={good})."),
        "login: Invalid signature",
    );
    row("a bracket behind the options", format!("/standup?jwt={good}#config.x=1)"), "accepted");
    row(
        "a question mark behind the link",
        format!("/standup?jwt={good}?"),
        "login: Invalid signature",
    );
    row(
        "an exclamation mark behind the link",
        format!("/standup?jwt={good}!"),
        "login: Invalid signature",
    );
    row("a hash sign behind the link", format!("/standup?jwt={good}#"), "accepted");
    row("HTML behind the link", format!("/standup?jwt={good}</a>"), "login: Invalid signature");
    row("Markdown behind the link", format!("/standup?jwt={good}**"), "login: Invalid signature");
    row(
        "a no-break space behind the link",
        format!("/standup?jwt={good}%C2%A0"),
        "login: Invalid signature",
    );
    row(
        "words behind the link",
        format!("/standup?jwt={good} See you"),
        "login: Invalid signature",
    );
}

/// What the stock rules of nginx never pass on to Prosody (`jitsi-tokens` facts, §1.3 and §9).
fn web_server(table: &mut Table) {
    const NOT_FOUND: &str = "url: 404";
    const FILE: &str = "url: not a room";
    let server = &DEBIAN;
    let good = table.good(server).with("room", "*").text();
    let mut row = |name: String, path: &str, expected| {
        table.link(server, &name, &format!("/{path}?jwt={good}"), expected);
    };
    for path in ["Bob's", "Bob%27s", "R&D", "R%26D", "10%3A30", "Why%3F", "%22quoted%22"] {
        row(format!("nginx: {path}"), path, NOT_FOUND);
    }
    for path in [
        "libs",
        "css",
        "static",
        "images",
        "fonts",
        "lang",
        "sounds",
        ".well-known",
        "config.js",
        "http-bind",
        "xmpp-websocket",
        "external_api.js",
        "_unlock",
        "title.html",
        "pwa-worker.js",
        "css/x",
        "lang/x",
        "x/config.js",
        "sales/http-bind",
        "sales/http-binder",
    ] {
        row(format!("nginx: {path}"), path, FILE);
    }
    row("nginx: a slash behind the room".into(), "standup/", "url: no room");
    row("nginx: no room".into(), "", "url: no room");
    row("nginx: the folder above".into(), "%2e%2e%2fx", "url: 400");
    let long = table
        .good(server)
        .with("context", serde_json::json!({"user": {"avatar": "x".repeat(9000)}}))
        .text();
    table.link(
        server,
        "nginx: an avatar of 9,000 characters",
        &format!("/standup?jwt={long}"),
        "url: 414",
    );
}
