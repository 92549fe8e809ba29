//! `kid`, and signatures by an RSA key: servers with a key server, and JaaS.

use serde_json::{Value, json};

use super::Table;
use crate::forge::Signer;
use crate::server::{JAAS, KEYS, KEYS_AND_SECRET, KID, PRIVATE, PUBLIC, RS512};

const OTHER: &str = include_str!("../keys/other.pem");

const ALG: &str = "login: Invalid or incorrect alg";
const SIGNATURE: &str = "login: Invalid signature";
const MISSING: &str = "login: 'kid' claim is missing";
const FAMILY: &str = "login: 'kid' claim only support with RS family";
const UNKNOWN: &str = "login: could not obtain public key";

pub(super) fn add(table: &mut Table) {
    ids(table);
    signatures(table);
    other_servers(table);
    jaas(table);
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn ids(table: &mut Table) {
    let server = &KEYS;
    let good = table.good(server);
    let text = good.text();
    table.token(server, "RS256 with a known key", &good, "accepted");
    table.text(server, "key: no token", "", "login: token required");
    table.text(server, "key: a word", "123", "login: Invalid token");
    table.text(server, "key: a word and a dot", "123.", "login: bad token format");
    table.text(server, "key: two parts", text.rsplit_once('.').unwrap().0, "login: Invalid token");
    table.text(server, "key: four parts", &format!("{text}.x"), "login: Invalid token");
    table.text(server, "key: a dot at the start", &format!(".{text}"), "login: bad token format");
    table.text(server, "key: a dot at the end", &format!("{text}."), "accepted");
    table.text(
        server,
        "key: a space in front",
        &format!("%20{text}"),
        "login hangs | since 2026-08 login: Invalid token",
    );
    table.text(server, "key: in lower case", &text.to_lowercase(), "login: bad token format");
    table.text(
        server,
        "key: a backslash for the first dot",
        &text.replacen('.', "\\", 1),
        "login hangs | since 2026-08 login: Invalid token",
    );
    table.token(server, "key: no kid", &good.clone().without_header("kid"), MISSING);
    table.token(
        server,
        "key: no alg",
        &good.clone().without_header("alg"),
        "login: 'alg' claim is missing",
    );
    table.token(server, "key: no typ", &good.clone().without_header("typ"), "login: Invalid typ");
    table.token(
        server,
        "key: no kid and no alg",
        &good.clone().without_header("alg").without_header("kid"),
        MISSING,
    );
    table.token(server, "key: HS256 with a kid", &good.clone().hmac("HS256"), FAMILY);
    table.token(
        server,
        "key: HS256 without a kid",
        &good.clone().hmac("HS256").without_header("kid"),
        MISSING,
    );
    table.token(
        server,
        "key: HS256 signed with the public key",
        &good
            .clone()
            .header("alg", "HS256")
            .signed_by(Signer::Hmac("HS256", PUBLIC.as_bytes().to_vec())),
        FAMILY,
    );
    table.token(server, "key: alg is none", &good.clone().header("alg", "none"), FAMILY);
    table.token(server, "key: ES256", &good.clone().header("alg", "ES256"), FAMILY);
    table.token(server, "key: PS256", &good.clone().header("alg", "PS256"), FAMILY);
    table.token(server, "key: alg in lower case", &good.clone().header("alg", "rs256"), FAMILY);
    table.token(server, "key: alg is empty", &good.clone().header("alg", ""), FAMILY);
    table.token(server, "key: alg is a number", &good.clone().header("alg", 256), "login hangs");
    table.token(
        server,
        "key: alg is null",
        &good.clone().header("alg", Value::Null),
        "login hangs",
    );
    table.token(server, "key: RS384 where RS256 is accepted", &good.clone().rsa("RS384"), ALG);
    table.token(server, "key: RS512 where RS256 is accepted", &good.clone().rsa("RS512"), ALG);
    table.token(server, "key: an unknown kid", &good.clone().header("kid", "events/2"), UNKNOWN);
    table.token(
        server,
        "key: an unknown kid and RS512",
        &good.clone().rsa("RS512").header("kid", "events/2"),
        UNKNOWN,
    );
    table.token(
        server,
        "key: a kid in upper case",
        &good.clone().header("kid", "EVENTS/1"),
        UNKNOWN,
    );
    table.token(
        server,
        "key: a space behind the kid",
        &good.clone().header("kid", "events/1 "),
        UNKNOWN,
    );
    table.token(server, "key: an empty kid", &good.clone().header("kid", ""), UNKNOWN);
    table.token(
        server,
        "key: a kid that climbs",
        &good.clone().header("kid", "../../etc/passwd"),
        UNKNOWN,
    );
    table.token(server, "key: a kid that is a number", &good.clone().header("kid", 7), UNKNOWN);
    table.token(
        server,
        "key: a kid that is null",
        &good.clone().header("kid", Value::Null),
        "login hangs",
    );
    table.token(
        server,
        "key: a kid that is a list",
        &good.clone().header("kid", json!([KID])),
        "login hangs",
    );
    table.token(
        server,
        "key: a kid that is true",
        &good.clone().header("kid", true),
        "login hangs",
    );
}

fn signatures(table: &mut Table) {
    let server = &KEYS;
    let good = table.good(server);
    let text = good.text();
    table.token(
        server,
        "key: signed with another key",
        &good.clone().signed_by(Signer::Rsa("RS256", OTHER)),
        SIGNATURE,
    );
    table.token(
        server,
        "key: a signature of RS512 under RS256",
        &good.clone().signed_by(Signer::Rsa("RS512", PRIVATE)),
        SIGNATURE,
    );
    table.text(server, "key: the last letter missing", &text[..text.len() - 1], SIGNATURE);
    table.token(
        server,
        "key: the header is null",
        &good.clone().header_octets("null"),
        "login hangs",
    );
    table.token(server, "key: the header is a list", &good.clone().header_octets("[]"), MISSING);
    table.token(
        server,
        "key: the header is a text",
        &good.clone().header_octets("\"kid\""),
        MISSING,
    );
    table.token(
        server,
        "key: the header is no JSON",
        &good.clone().header_octets("kid"),
        "login: bad token format",
    );
    table.token(server, "key: the second issuer", &good.clone().with("iss", "web"), "accepted");
    table.token(
        server,
        "key: the app id as the issuer",
        &good.clone().with("iss", "acme"),
        "login: invalid 'iss' claim",
    );
    table.token(
        server,
        "key: another audience",
        &good.clone().with("aud", "acme"),
        "login: invalid 'aud' claim",
    );
    table.token(server, "key: expired", &good.clone().with("exp", table.now - 60), "login: Not acceptable by exp | since 2024-06 login: Not acceptable by exp (# sec since expired)");
}

fn other_servers(table: &mut Table) {
    let server = &KEYS_AND_SECRET;
    let good = table.good(server);
    table.token(server, "key and secret: RS256", &good, "accepted");
    table.token(
        server,
        "key and secret: HS256",
        &good.clone().hmac("HS256").without_header("kid"),
        MISSING,
    );
    table.token(server, "key and secret: HS256 with a kid", &good.hmac("HS256"), FAMILY);
    let server = &RS512;
    let good = table.good(server);
    table.token(server, "RS512 where it is accepted", &good, "accepted");
    table.token(server, "RS256 where RS512 is accepted", &good.rsa("RS256"), ALG);
}

fn jaas(table: &mut Table) {
    let server = &JAAS;
    let good = table.good(server);
    table.token(server, "jaas: a good token", &good, "accepted");
    table.token(
        server,
        "jaas: the key's id without the AppID",
        &good.clone().header("kid", "4d5e6f"),
        UNKNOWN,
    );
    table.token(server, "jaas: no kid", &good.clone().without_header("kid"), MISSING);
    table.token(
        server,
        "jaas: the AppID as the issuer",
        &good.clone().with("iss", server.app_id),
        "login: invalid 'iss' claim",
    );
    table.token(
        server,
        "jaas: another audience",
        &good.clone().with("aud", "acme"),
        "login: invalid 'aud' claim",
    );
    table.token(
        server,
        "jaas: sub is the host",
        &good.clone().with("sub", "8x8.vc"),
        "join: Room and token mismatched",
    );
    table.token(server, "jaas: RS512", &good.clone().rsa("RS512"), ALG);
    table.token(server, "jaas: HS256", &good.clone().hmac("HS256"), FAMILY);
    table.token(server, "jaas: any room", &good.clone().with("room", "*"), "accepted");
    table.token(
        server,
        "jaas: another room",
        &good.with("room", "lunch"),
        "join: Room and token mismatched",
    );
}
