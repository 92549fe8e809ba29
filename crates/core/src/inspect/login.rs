//! What the server checks when the client connects, in its order (`jitsi-tokens` facts, §1 and §1.4).

use serde_json::Value;

use super::faults;
use super::judgement::Fault;
use super::lua_json::{json, number_text};
use super::parts::{decode, has_members, member, split};
use super::rules::LoginRules;
use crate::algorithm::Algorithm;
use crate::{Accepts, Plugins, ServerKind};

/// A token as far as it could be decoded, and all that is wrong with it. The first fault decides.
#[derive(Default)]
pub(super) struct Login {
    pub(super) header: Option<Value>,
    pub(super) claims: Option<Value>,
    pub(super) faults: Vec<Fault>,
    /// Whether the signature was checked.
    pub(super) is_signature_checked: bool,
}

/// Checks a token. `token` is what the server receives.
pub(super) fn check(token: &str, rules: &LoginRules<'_>) -> Login {
    let mut login = Login::default();
    // For people to read, even if the server does not get that far.
    let parts = split(token);
    let value = |at: usize| parts.get(at).and_then(|part| json(&decode(part)?));
    (login.header, login.claims) = (value(0), value(1));
    let has_keys = rules.algorithm.is_some_and(Algorithm::is_rsa);
    if has_keys && let Some(fault) = key(token, rules) {
        let is_about_the_key = matches!(fault.finding.code, "unknown-key" | "kid-missing");
        login.faults.push(fault);
        if !is_about_the_key {
            return login;
        }
    }
    let [first, second, third] = parts[..] else {
        login.faults.push(faults::invalid_token(parts.len(), login.header.as_ref()));
        return login;
    };
    let Some(header) = login.header.take() else {
        login.faults.push(faults::not_decodable("header", decode(first).is_some()));
        return login;
    };
    let Some(claims) = login.claims.take() else {
        login.header = Some(header);
        login.faults.push(faults::not_decodable("body", decode(second).is_some()));
        return login;
    };
    let faults = &mut login.faults;
    if let Some(signature) = decode(third) {
        faults.extend(header_faults(&header, rules));
        // With a wrong header, the server does not come to the signature.
        if faults.is_empty()
            && let (Some(verifier), Some(algorithm)) = (rules.verifier, rules.algorithm)
            && !member(&header, "kid")
                .and_then(Value::as_str)
                .is_some_and(|kid| is_other_key_of_account(rules, kid))
        {
            login.is_signature_checked = true;
            let signed = format!("{first}.{second}");
            if !verifier.verifies(algorithm, signed.as_bytes(), &signature) {
                faults
                    .push(faults::signature(verifier, algorithm, &signed, &signature, rules.kind));
            }
        }
    } else {
        faults.push(faults::not_decodable("signature", true));
    }
    faults.extend(claim_faults(&claims, rules));
    login.header = Some(header);
    login.claims = Some(claims);
    login
}

/// How a server with public keys looks for the one of the token.
fn key(token: &str, rules: &LoginRules<'_>) -> Option<Fault> {
    if !token.contains('.') {
        return Some(faults::invalid_token(1, None));
    }
    let before_dot = token.split('.').next().unwrap_or_default();
    let Some(octets) = decode(before_dot) else {
        return Some(faults::key_mode_not_decodable(rules));
    };
    let Some(header) = json(&octets) else { return Some(faults::bad_format()) };
    if !has_members(&header) {
        return Some(faults::odd_part("header"));
    }
    let Some(kid) = member(&header, "kid") else { return Some(faults::kid_missing(rules)) };
    let Some(alg) = member(&header, "alg") else { return Some(faults::alg_missing()) };
    let Some(alg) = alg.as_str() else { return Some(faults::odd_member("alg", alg)) };
    if !alg.starts_with("RS") {
        return Some(faults::secret_algorithm(alg));
    }
    let kid = match kid {
        Value::String(kid) => kid.clone(),
        Value::Number(number) => number_text(number.as_f64().unwrap_or_default()),
        _ => return Some(faults::odd_member("kid", kid)),
    };
    if is_other_key_of_account(rules, &kid) {
        return None;
    }
    // Without a key of our own, nobody knows which ones the server has.
    (rules.verifier.is_some() && rules.key_id.is_some_and(|own| own != kid))
        .then(|| faults::unknown_key(&kid, rules))
}

/// Whether a JaaS account may have this key beside the one that is known here: its id begins with the same AppID.
fn is_other_key_of_account(rules: &LoginRules<'_>, kid: &str) -> bool {
    let app = |id: &str| id.split_once('/').map(|(app, _)| app.to_owned());
    rules.kind == ServerKind::Jaas
        && rules.key_id.is_some_and(|own| own != kid && app(own).is_some() && app(own) == app(kid))
}

fn header_faults(header: &Value, rules: &LoginRules<'_>) -> Vec<Fault> {
    if !has_members(header) {
        return vec![faults::odd_part("header")];
    }
    let mut found = Vec::new();
    if member(header, "typ").and_then(Value::as_str) != Some("JWT") {
        found.push(faults::typ(member(header, "typ")));
    }
    let alg = member(header, "alg").and_then(Value::as_str);
    let is_expected = match rules.algorithm {
        Some(expected) => alg == Some(expected.to_string().as_str()),
        None => alg.is_some_and(|alg| Algorithm::NAMES.contains(&alg)),
    };
    if !is_expected {
        found.push(faults::algorithm(alg, rules));
    }
    found
}

fn claim_faults(claims: &Value, rules: &LoginRules<'_>) -> Vec<Fault> {
    if !has_members(claims) {
        return vec![faults::odd_part("body")];
    }
    let mut found = Vec::new();
    let accepts = rules.accepts;
    // In Lua, `false` counts like an absent value here.
    let time = |name| member(claims, name).filter(|value| **value != Value::Bool(false));
    for name in ["exp", "nbf"] {
        if let Some(value) = time(name).filter(|value| !value.is_number()) {
            found.push(faults::not_a_number(name, value));
        }
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "the server compares floating-point numbers, too"
    )]
    let now = rules.now as f64;
    if let Some(exp) = time("exp").and_then(Value::as_f64).filter(|exp| now >= *exp) {
        found.push(faults::expired(now - exp, exp, time("iat"), accepts.plugins));
    }
    if let Some(nbf) = time("nbf").and_then(Value::as_f64).filter(|nbf| now < *nbf) {
        found.push(faults::too_early(nbf - now));
    }
    match member(claims, "iss") {
        None => found.push(faults::missing("iss", claims, rules)),
        Some(iss) if !is_listed(&accepts.issuers, iss) => found.push(faults::issuer(iss, rules)),
        Some(_) => {}
    }
    match member(claims, "aud") {
        None => found.push(faults::missing("aud", claims, rules)),
        Some(aud) if !is_listed(&accepts.audiences, aud) => {
            found.push(faults::audience(aud, rules));
        }
        Some(_) => {}
    }
    if member(claims, "room").is_none() {
        found.push(faults::missing("room", claims, rules));
    }
    if member(claims, "sub").is_none() && accepts.plugins >= Plugins::Since2026 {
        found.push(faults::missing("sub", claims, rules));
    }
    if let Some(context) = member(claims, "context").filter(|context| !has_members(context)) {
        found.push(faults::odd_context("context", context));
    }
    found
}

/// A list never equals a text, and a number is no text; only `*` accepts them.
fn is_listed(accepted: &[String], claim: &Value) -> bool {
    match claim.as_str() {
        Some(text) => Accepts::lists(accepted, text),
        None => Accepts::lists(accepted, ANYTHING_ELSE),
    }
}

/// Equal to no entry of a configuration: those have no control characters.
const ANYTHING_ELSE: &str = "\0";
