//! A token that has the server's secret in it: application id and secret were mixed up, for example.

use serde_json::Value;

use super::judgement::{Finding, Judgement};
use crate::key::is_example_secret;

/// What is shown in its place.
const HIDDEN: &str = "(secret)";

/// Shorter secrets may be in a token by chance.
const SHORTEST: usize = 8;

/// How much of a secret a message may have before it is cut.
const BEGINNING: usize = 32;

/// Removes the secret from all that is shown, and says that it is there.
pub(super) fn hide(judgement: &mut Judgement, secret: &[u8]) {
    // Everybody knows those of examples, and messages have some of them as words.
    let secret = std::str::from_utf8(secret).ok().filter(|_| !is_example_secret(secret));
    let Some(secret) = secret.filter(|secret| secret.len() >= SHORTEST) else { return };
    let is_claimed = judgement.claims.as_mut().is_some_and(|claims| hide_in(claims, secret));
    let mut is_quoted = false;
    for finding in &mut judgement.findings {
        for text in [&mut finding.message, &mut finding.cure] {
            is_quoted |= hide_text(text, secret);
        }
    }
    if let Some(room) = &mut judgement.room {
        is_quoted |= hide_text(room, &secret.to_lowercase());
    }
    if is_claimed || is_quoted {
        let message = "the server's secret is in the link, where everybody who gets it can read it";
        let cure = "choose a new secret on the server, and compare the program that made the link: it may have exchanged application id and secret";
        judgement.findings.push(Finding::new("secret-shown", None, message, cure));
    }
}

/// Whether it was there.
fn hide_in(value: &mut Value, secret: &str) -> bool {
    match value {
        Value::String(text) => {
            let is_there = text.contains(secret);
            if is_there {
                HIDDEN.clone_into(text);
            }
            is_there
        }
        Value::Array(values) => {
            values.iter_mut().fold(false, |is_there, value| hide_in(value, secret) | is_there)
        }
        Value::Object(members) => {
            let in_names = members.keys().any(|name| name.contains(secret));
            if in_names {
                let old = std::mem::take(members);
                members.extend(
                    old.into_iter().map(|(name, value)| (name.replace(secret, HIDDEN), value)),
                );
            }
            members.values_mut().fold(in_names, |is_there, value| hide_in(value, secret) | is_there)
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Removes it from a message, which may have only its beginning. Whether it was there.
fn hide_text(text: &mut String, secret: &str) -> bool {
    let beginning = secret.char_indices().nth(BEGINNING).map_or(secret, |(at, _)| &secret[..at]);
    let mut from = 0;
    while let Some(at) = text[from..].find(beginning).map(|at| from + at) {
        let rest = &text[at..];
        let length = if rest.starts_with(secret) {
            secret.len()
        } else {
            rest.find('`').unwrap_or(rest.len())
        };
        text.replace_range(at..at + length.max(beginning.len()), HIDDEN);
        from = at + HIDDEN.len();
    }
    from > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_no_part_of_a_secret() {
        #[track_caller]
        fn case(text: &str, secret: &str, expected: &str) {
            let mut shown = text.to_owned();
            assert_eq!(hide_text(&mut shown, secret), text != expected || secret == HIDDEN);
            assert_eq!(shown, expected);
        }
        let long = "0123456789".repeat(9);
        case("`iss` is `x`", "12345678", "`iss` is `x`");
        case("`iss` is `12345678`, `12345678`", "12345678", "`iss` is `(secret)`, `(secret)`");
        case(&format!("a `{}…` b", &long[..60]), &long, "a `(secret)` b");
        case(&format!("a `x{}… b", &long[..50]), &long, "a `x(secret)");
        // What it is replaced by does not count again.
        case("(secret)(secret)", HIDDEN, "(secret)(secret)");
    }
}
