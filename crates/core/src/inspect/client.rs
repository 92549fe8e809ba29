//! The reasons that Jitsi's page shows when a token is refused. It finds them itself, without the server: they are
//! often not the reason (`jitsi-tokens` facts, §1.4).

use serde_json::Value;

use super::parts::member;
use crate::feature::is_known_to_client;
use crate::quoted::quoted;

/// The texts that the page shows under "Possible reasons", in its order.
pub(super) fn reasons(header: Option<&Value>, claims: &Value, now: i64) -> Vec<String> {
    let mut reasons: Vec<String> = Vec::new();
    let mut add = |text: &str| reasons.push(text.to_owned());
    let sub = member(claims, "sub").and_then(Value::as_str).unwrap_or_default();
    let context = member(claims, "context").filter(|context| is_truthy(context));
    let features = context.and_then(|context| member(context, "features"));
    if sub.starts_with(JAAS_APP) {
        let kid = header.and_then(|header| member(header, "kid")).and_then(Value::as_str);
        let Some(kid) = kid.filter(|kid| !kid.is_empty()) else {
            return vec!["Missing Key ID (kid).".to_owned()];
        };
        if kid.split_once('/').map_or("", |(app, _)| app) != sub {
            add("Key ID (kid) does not match sub.");
        }
        if member(claims, "aud").and_then(Value::as_str) != Some("jitsi") {
            add("Invalid `aud` value. It should be `jitsi`.");
        }
        if member(claims, "iss").and_then(Value::as_str) != Some("chat") {
            add("Invalid `iss` value. It should be `chat`.");
        }
        if !features.is_some_and(is_truthy) {
            add("The `features` object is missing from the payload.");
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "the page compares floating-point numbers, too")]
    let now = now as f64;
    if let Some(nbf) = member(claims, "nbf").filter(|nbf| is_truthy(nbf)) {
        match timestamp(nbf) {
            None => add("Invalid `nbf` value."),
            Some(nbf) if now < nbf => add("The `nbf` value is in the future."),
            Some(_) => {}
        }
    }
    match member(claims, "exp").and_then(timestamp) {
        None => add("Invalid `exp` value."),
        Some(exp) if now > exp => add("Token is expired."),
        Some(_) => {}
    }
    if context.is_none() {
        add("The `context` object is missing from the payload.");
    }
    for (name, value) in features.and_then(Value::as_object).into_iter().flatten() {
        if !is_known_to_client(name) {
            add(&format!("Invalid feature: {}, most likely not implemented yet.", plain(name)));
        } else if !value.is_boolean() && !matches!(value.as_str(), Some("true" | "false")) {
            add(&format!("Invalid value for feature: {}.", plain(name)));
        }
    }
    reasons
}

/// How every AppID of JaaS begins.
pub(super) const JAAS_APP: &str = "vpaas-magic-cookie";

/// A feature's name as the page shows it, on one line and not too long.
fn plain(name: &str) -> String {
    quoted(name).trim_matches('`').to_owned()
}

/// Milliseconds beyond this are no date in JavaScript.
const LATEST: f64 = 8.64e12;

/// A time in seconds that JavaScript can compute with: whole milliseconds.
fn timestamp(value: &Value) -> Option<f64> {
    let seconds = value.as_f64()?;
    let is_whole = (seconds * 1000.0).fract() == 0.0;
    (is_whole && seconds.abs() <= LATEST).then_some(seconds)
}

/// What counts as true in JavaScript.
fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
