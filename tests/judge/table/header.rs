//! `typ`, `alg`, and signatures by a secret.

use serde_json::{Value, json};

use super::Table;
use crate::forge::Signer;
use crate::server::{BASE64, DEBIAN, HS384, HS512, KID, PRIVATE, SECRET};

const ALG: &str = "login: Invalid or incorrect alg";
const SIGNATURE: &str = "login: Invalid signature";

pub(super) fn add(table: &mut Table) {
    typ(table);
    alg(table);
    secret(table);
}

fn typ(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    table.token(server, "no typ", &good.clone().without_header("typ"), "login: Invalid typ");
    for value in [
        json!("jwt"),
        json!("JWT "),
        json!(""),
        json!("JWS"),
        json!("at+jwt"),
        json!(1),
        json!(["JWT"]),
        Value::Null,
        json!(true),
        json!(false),
    ] {
        let name = format!("typ is {value}");
        table.token(server, &name, &good.clone().header("typ", value), "login: Invalid typ");
    }
    table.token(
        server,
        "cty, jku and a list in the header",
        &good.header("cty", "JWT").header("jku", "x").header("x5c", json!(["x"])),
        "accepted",
    );
}

fn alg(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    table.token(server, "no alg", &good.clone().without_header("alg"), ALG);
    for value in [
        json!("none"),
        json!("None"),
        json!(""),
        json!("hs256"),
        json!("HS256 "),
        json!("HS384"),
        json!("HS512"),
        json!("RS256"),
        json!("ES256"),
        json!("PS256"),
        json!("EdDSA"),
        json!("HS1"),
        json!(256),
        json!(["HS256"]),
        Value::Null,
        json!(false),
    ] {
        let name = format!("alg is {value}");
        table.token(server, &name, &good.clone().header("alg", value), ALG);
    }
    let unsigned = good.clone().header("alg", "none").signed_by(Signer::Text(String::new()));
    table.token(server, "alg is none, without a signature", &unsigned, "login: Invalid token");
    table.token(server, "HS384 where HS256 is accepted", &good.clone().hmac("HS384"), ALG);
    table.token(server, "HS512 where HS256 is accepted", &good.clone().hmac("HS512"), ALG);
    table.token(server, "RS256 where a secret is configured", &good.clone().rsa("RS256"), ALG);
    table.token(server, "RS512 where a secret is configured", &good.clone().rsa("RS512"), ALG);
    table.token(
        server,
        "RS256 with a kid where a secret is configured",
        &good.clone().rsa("RS256").header("kid", KID),
        ALG,
    );
    table.token(
        server,
        "a signature of HS384 under HS256",
        &good.clone().signed_by(Signer::Hmac("HS384", SECRET.as_bytes().to_vec())),
        SIGNATURE,
    );
    for (server, right, wrong) in [(&HS384, "HS384", "HS256"), (&HS512, "HS512", "HS384")] {
        let good = table.good(server);
        table.token(server, &format!("{right} where it is accepted"), &good, "accepted");
        table.token(
            server,
            &format!("{wrong} where {right} is accepted"),
            &good.clone().hmac(wrong),
            ALG,
        );
        let text = good.text();
        table.text(
            server,
            &format!("{right}, the last letter missing"),
            &text[..text.len() - 1],
            SIGNATURE,
        );
        table.token(
            server,
            &format!("{right} with another secret"),
            &good.secret("another"),
            SIGNATURE,
        );
    }
}

fn secret(table: &mut Table) {
    let server = &DEBIAN;
    let good = table.good(server);
    let token_as_secret = good.text();
    table.token(server, "signed with a token", &good.clone().secret(token_as_secret), SIGNATURE);
    table.token(
        server,
        "signed with another secret",
        &good.clone().secret("another secret of the same length as the one"),
        SIGNATURE,
    );
    table.token(server, "signed with nothing", &good.clone().secret(""), SIGNATURE);
    table.token(
        server,
        "a line break behind the secret",
        &good.clone().secret(format!("{SECRET}\n")),
        SIGNATURE,
    );
    table.token(
        server,
        "a space before the secret",
        &good.clone().secret(format!(" {SECRET}")),
        SIGNATURE,
    );
    table.token(
        server,
        "quotes around the secret",
        &good.clone().secret(format!("\"{SECRET}\"")),
        SIGNATURE,
    );
    table.token(
        server,
        "the secret in upper case",
        &good.clone().secret(SECRET.to_uppercase()),
        SIGNATURE,
    );
    table.token(
        server,
        "the secret cut",
        &good.clone().secret(&SECRET[..SECRET.len() - 1]),
        SIGNATURE,
    );
    table.token(
        server,
        "NULs behind the secret",
        &good.clone().secret(format!("{SECRET}\0\0")),
        "accepted",
    );
    table.token(server, "a private key as the secret", &good.clone().secret(PRIVATE), SIGNATURE);
    table.token(
        server,
        "a kid that nobody asked for",
        &good.clone().header("kid", "random"),
        "accepted",
    );
    table.token(server, "a kid that is a number", &good.clone().header("kid", 7), "accepted");
    table.token(server, "a kid that is null", &good.clone().header("kid", Value::Null), "accepted");
    table.token(
        server,
        "no signature",
        &good.clone().signed_by(Signer::Text(String::new())),
        "login: Invalid token",
    );
    table.token(
        server,
        "a signature of zeros",
        &good.clone().signed_by(Signer::Text("A".repeat(43))),
        SIGNATURE,
    );
    table.token(
        server,
        "a signature that is a word",
        &good.signed_by(Signer::Text("signature".into())),
        SIGNATURE,
    );
    let server = &BASE64;
    let good = table.good(server);
    table.token(server, "a secret that looks like base64, as it is", &good, "accepted");
    table.token(
        server,
        "a secret that looks like base64, decoded",
        &good.clone().secret("a secret that looks like base64"),
        SIGNATURE,
    );
    table.token(
        server,
        "a secret that looks like base64, without its padding",
        &good.clone().secret("YSBzZWNyZXQgdGhhdCBsb29rcyBsaWtlIGJhc2U2NA"),
        SIGNATURE,
    );
}
