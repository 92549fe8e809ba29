//! Times, `iss`, `aud`, `sub`.

use serde_json::{Value, json};

use super::Table;
use crate::server::{ANY_ISSUER, DEBIAN, DOCKER, DOCKER_VERIFIES, LISTS};

const EXPIRED: &str = "login: Not acceptable by exp | since 2024-06 login: Not acceptable by exp (# sec since expired)";
const EXPIRED_IAT: &str = "login: Not acceptable by exp | since 2024-06 login: Not acceptable by exp (# sec since expired, valid for:# sec)";
const EARLY: &str = "login: Not acceptable by nbf";
const MISMATCH: &str = "join: Room and token mismatched";

pub(super) fn add(table: &mut Table) {
    times(table);
    issuer(table);
    audience(table);
    subject(table);
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn times(table: &mut Table) {
    let (server, now) = (&DEBIAN, table.now);
    let good = table.good(server);
    table.token(server, "no exp", &good.clone().without("exp"), "accepted");
    table.token(server, "no nbf", &good.clone().without("nbf"), "accepted");
    table.token(
        server,
        "neither exp nor nbf",
        &good.clone().without("exp").without("nbf"),
        "accepted",
    );
    table.token(server, "expired a minute ago", &good.clone().with("exp", now - 60), EXPIRED);
    table.token(server, "expired now", &good.clone().with("exp", now), EXPIRED);
    table.token(server, "expired a year ago", &good.clone().with("exp", now - 31_536_000), EXPIRED);
    table.token(server, "exp is zero", &good.clone().with("exp", 0), EXPIRED);
    table.token(server, "exp is negative", &good.clone().with("exp", -1), EXPIRED);
    table.token(
        server,
        "exp has a fraction",
        &good.clone().with("exp", json!(1_700_000_000.5)),
        EXPIRED,
    );
    table.token(
        server,
        "expired, with iat",
        &good.clone().with("exp", now - 60).with("iat", now - 3660),
        EXPIRED_IAT,
    );
    table.token(
        server,
        "expired, with iat as a text of digits",
        &good.clone().with("exp", now - 60).with("iat", "1700000000"),
        EXPIRED_IAT,
    );
    for iat in [json!("yesterday"), json!(true), Value::Null, json!([]), json!({})] {
        let name = format!("expired, with iat {iat}");
        let expected = "login: Not acceptable by exp | since 2024-06 login hangs";
        table.token(server, &name, &good.clone().with("exp", now - 60).with("iat", iat), expected);
    }
    table.token(
        server,
        "expired, with iat false",
        &good.clone().with("exp", now - 60).with("iat", false),
        EXPIRED,
    );
    for iat in [json!("yesterday"), Value::Null, json!(now + 999_999)] {
        let name = format!(
            "in force, with iat {}",
            if iat.is_number() { json!("in the future") } else { iat.clone() }
        );
        table.token(server, &name, &good.clone().with("iat", iat), "accepted");
    }
    table.token(
        server,
        "exp in milliseconds",
        &good.clone().with("exp", (now + 86_400) * 1000),
        "accepted",
    );
    table.token(
        server,
        "exp with a digit too many",
        &good.clone().with("exp", now * 10),
        "accepted",
    );
    table.token(
        server,
        "exp is a text",
        &good.clone().with("exp", (now + 86_400).to_string()),
        "login: exp must be number",
    );
    table.token(
        server,
        "exp is a date",
        &good.clone().with("exp", "2031-03-11T14:00:00Z"),
        "login: exp must be number",
    );
    table.token(
        server,
        "exp is an empty text",
        &good.clone().with("exp", ""),
        "login: exp must be number",
    );
    table.token(
        server,
        "exp is null",
        &good.clone().with("exp", Value::Null),
        "login: exp must be number",
    );
    table.token(
        server,
        "exp is true",
        &good.clone().with("exp", true),
        "login: exp must be number",
    );
    table.token(server, "exp is false", &good.clone().with("exp", false), "accepted");
    table.token(
        server,
        "exp is a list",
        &good.clone().with("exp", json!([now + 60])),
        "login: exp must be number",
    );
    for (name, value, expected) in [
        ("exp is 4102444800.0", "4102444800.0", "accepted"),
        ("exp is 4.1e9", "4.1e9", "accepted"),
        ("exp is 1e400", "1e400", "accepted"),
        ("exp is 99999999999999999999", "99999999999999999999", "accepted"),
        (
            "exp is -1e400",
            "-1e400",
            "login: Not acceptable by exp | since 2024-06 login: Not acceptable by exp (inf sec since expired)",
        ),
        ("exp is Infinity", "Infinity", "accepted"),
        ("exp is NaN", "NaN", "accepted"),
        ("exp is hexadecimal", "0xffffffff", "accepted"),
        ("exp has a plus", "+4102444800", "accepted"),
        ("exp has a leading zero", "04102444800", "accepted"),
        ("exp has underscores", "4_102_444_800", "login: Invalid body"),
        ("exp begins with a dot", ".5", "login: Invalid body"),
    ] {
        let token = good.clone().with("exp", "EXP").claims_edited("\"EXP\"", value);
        table.token(server, name, &token, expected);
    }
    table.token(server, "not yet", &good.clone().with("nbf", now + 3600), EARLY);
    table.token(server, "nbf in milliseconds", &good.clone().with("nbf", now * 1000), EARLY);
    table.token(server, "nbf is zero", &good.clone().with("nbf", 0), "accepted");
    table.token(
        server,
        "nbf is a text",
        &good.clone().with("nbf", now.to_string()),
        "login: nbf must be number",
    );
    table.token(
        server,
        "nbf is null",
        &good.clone().with("nbf", Value::Null),
        "login: nbf must be number",
    );
    table.token(server, "nbf is false", &good.clone().with("nbf", false), "accepted");
    table.token(
        server,
        "nbf behind exp, both past",
        &good.clone().with("nbf", now - 10).with("exp", now - 60),
        EXPIRED,
    );
    table.token(
        server,
        "nbf behind exp, both to come",
        &good.clone().with("nbf", now + 7200).with("exp", now + 3600),
        EARLY,
    );
    table.token(
        server,
        "expired and early",
        &good.clone().with("exp", now - 60).with("nbf", now + 60),
        EXPIRED,
    );
    table.token(
        server,
        "nbf a text, and expired",
        &good.clone().with("exp", now - 60).with("nbf", "x"),
        "login: nbf must be number",
    );
    table.token(
        server,
        "expired, by another issuer",
        &good.clone().with("exp", now - 60).with("iss", "other"),
        EXPIRED,
    );
    table.token(
        server,
        "nbfTime for nbf",
        &good.without("nbf").with("nbfTime", now + 3600),
        "accepted",
    );
}

fn issuer(table: &mut Table) {
    const MISSING: &str = "login: 'iss' claim is missing";
    const WRONG: &str = "login: invalid 'iss' claim";
    let server = &DEBIAN;
    let good = table.good(server);
    table.token(server, "no iss", &good.clone().without("iss"), MISSING);
    for value in [
        json!("other"),
        json!("ACME"),
        json!("acme "),
        json!(""),
        json!("*"),
        json!(["acme"]),
        json!(7),
        Value::Null,
        json!(true),
        json!(false),
        json!({}),
    ] {
        let name = format!("iss is {value}");
        table.token(server, &name, &good.clone().with("iss", value), WRONG);
    }
    table.token(
        server,
        "neither iss nor aud",
        &good.clone().without("iss").without("aud"),
        MISSING,
    );
    let inside = json!({"user": {"name": "Ada"}, "aud": "jitsi", "iss": "acme", "sub": "meet.acme.test", "room": "*"});
    let token = good.clone().without("aud").without("iss").without("sub").without("room");
    table.token(server, "all claims inside context", &token.with("context", inside), MISSING);
    let server = &ANY_ISSUER;
    let good = table.good(server);
    table.token(server, "any issuer: no iss", &good.clone().without("iss"), MISSING);
    for value in [json!("other"), json!(""), json!(7), Value::Null, json!(["acme"]), json!(false)] {
        let name = format!("any issuer: iss is {value}");
        table.token(server, &name, &good.clone().with("iss", value), "accepted");
    }
    let server = &LISTS;
    let good = table.good(server);
    table.token(server, "lists: the first issuer", &good, "accepted");
    table.token(
        server,
        "lists: the second issuer",
        &good.clone().with("iss", "Partner"),
        "accepted",
    );
    table.token(
        server,
        "lists: the second issuer in lower case",
        &good.clone().with("iss", "partner"),
        WRONG,
    );
    table.token(
        server,
        "lists: both issuers",
        &good.with("iss", json!(["acme", "Partner"])),
        WRONG,
    );
}

fn audience(table: &mut Table) {
    const MISSING: &str = "login: 'aud' claim is missing";
    const WRONG: &str = "login: invalid 'aud' claim";
    let server = &DEBIAN;
    let good = table.good(server);
    table.token(server, "no aud", &good.clone().without("aud"), MISSING);
    for value in [
        json!("https://meet.acme.test"),
        json!(""),
        json!(["jitsi"]),
        json!(7),
        Value::Null,
        json!(false),
    ] {
        let name = format!("aud is {value}");
        table.token(server, &name, &good.clone().with("aud", value), "accepted");
    }
    let server = &LISTS;
    let good = table.good(server);
    table.token(server, "lists: no aud", &good.clone().without("aud"), MISSING);
    table.token(
        server,
        "lists: the second audience",
        &good.clone().with("aud", "acme"),
        "accepted",
    );
    for value in [
        json!("other"),
        json!("Jitsi"),
        json!("*"),
        json!(["jitsi"]),
        json!(["jitsi", "acme"]),
        json!(""),
        Value::Null,
        json!({"0": "jitsi"}),
    ] {
        let name = format!("lists: aud is {value}");
        table.token(server, &name, &good.clone().with("aud", value), WRONG);
    }
    table.token(
        server,
        "lists: another issuer and another audience",
        &good.with("iss", "x").with("aud", "x"),
        "login: invalid 'iss' claim",
    );
}

fn subject(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    table.token(
        server,
        "no sub",
        &good.clone().without("sub"),
        "join hangs | since 2026-08 login: sub claim is missing",
    );
    table.token(server, "sub is a star", &good.clone().with("sub", "*"), "accepted");
    table.token(
        server,
        "sub in upper case",
        &good.clone().with("sub", "MEET.ACME.TEST"),
        "accepted",
    );
    for value in [
        "acme",
        "meet.jitsi",
        "https://meet.acme.test",
        "meet.acme.test.",
        "meet.acme.test ",
        "",
        "conference.meet.acme.test",
        "acme.test",
        "meet.acme.test:443",
    ] {
        let name = format!("sub is {value:?}");
        table.token(server, &name, &good.clone().with("sub", value), MISMATCH);
    }
    table.token(server, "sub is null", &good.clone().with("sub", Value::Null), "join hangs");
    table.token(
        server,
        "sub is a list",
        &good.clone().with("sub", json!(["meet.acme.test"])),
        "join hangs",
    );
    table.token(server, "sub is true", &good.clone().with("sub", true), "join hangs");
    table.token(server, "sub is false", &good.clone().with("sub", false), "join hangs");
    table.token(server, "sub is an object", &good.clone().with("sub", json!({})), "join hangs");
    table.token(server, "sub is a number", &good.clone().with("sub", 7), MISMATCH);
    table.token(
        server,
        "sub and room wrong",
        &good.clone().with("sub", "x").with("room", "x"),
        MISMATCH,
    );
    let lunch = good.clone().with("room", "lunch");
    table.token(
        server,
        "sub is null, room is wrong",
        &lunch.clone().with("sub", Value::Null),
        "join hangs",
    );
    table.token(
        server,
        "no sub, room is wrong",
        &lunch.without("sub"),
        "join hangs | since 2026-08 login: sub claim is missing",
    );
    table.token(
        server,
        "neither sub nor room",
        &good.without("sub").without("room"),
        "login hangs | since 2026-08 login: room claim is missing",
    );
    let server = &DOCKER;
    let good = table.good(server);
    table.token(server, "docker: a good token", &good, "accepted");
    for value in
        [json!("docker.acme.test"), json!(""), json!("*"), json!(7), Value::Null, json!(["x"])]
    {
        let name = format!("docker: sub is {value}");
        table.token(server, &name, &good.clone().with("sub", value), "accepted");
    }
    table.token(
        server,
        "docker: no sub",
        &good.clone().without("sub"),
        "accepted | since 2026-08 login: sub claim is missing",
    );
    table.token(server, "docker: another room", &good.clone().with("room", "lunch"), "join: Room and token mismatched | since 2025-09 join: Room does not match the room from token");
    table.token(server, "docker: any room", &good.with("room", "*"), "accepted");
    let server = &DOCKER_VERIFIES;
    let good = table.good(server);
    table.token(server, "docker verifies: the XMPP domain", &good, "accepted");
    table.token(
        server,
        "docker verifies: the public host",
        &good.clone().with("sub", "verifies.acme.test"),
        MISMATCH,
    );
    table.token(server, "docker verifies: the app id", &good.clone().with("sub", "acme"), MISMATCH);
    table.token(server, "docker verifies: a star", &good.with("sub", "*"), "accepted");
}
