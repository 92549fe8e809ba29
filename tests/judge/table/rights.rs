//! Who becomes a moderator, where a plugin decides it by the token (`jitsi-tokens` facts, §3).

use serde_json::{Value, json};

use super::Table;
use crate::server::{AFFILIATION, MODERATION};

pub(super) fn add(table: &mut Table) {
    const YES: &str = "accepted as moderator";
    const NO: &str = "accepted as participant";
    for (claims, affiliation, moderation) in [
        (json!({}), NO, NO),
        (json!({"moderator": true}), NO, YES),
        (json!({"moderator": "true"}), NO, NO),
        (json!({"moderator": 1}), NO, NO),
        (json!({"moderator": false}), NO, NO),
        (json!({"moderator": null}), NO, NO),
        (json!({"context": null}), "login hangs", "login hangs"),
        (json!({"context": {}}), NO, NO),
        (json!({"context": {"moderator": true}}), NO, NO),
        (user(json!({"moderator": true})), YES, NO),
        (user(json!({"moderator": "true"})), YES, NO),
        (user(json!({"moderator": "True"})), NO, NO),
        (user(json!({"moderator": "yes"})), NO, NO),
        (user(json!({"moderator": 1})), NO, NO),
        (user(json!({"moderator": false})), NO, NO),
        (user(json!({"affiliation": "owner"})), YES, NO),
        (user(json!({"affiliation": "moderator"})), YES, NO),
        (user(json!({"affiliation": "teacher"})), YES, NO),
        (user(json!({"affiliation": "Owner"})), NO, NO),
        (user(json!({"affiliation": "admin"})), NO, NO),
        (user(json!({"affiliation": "member", "moderator": true})), YES, NO),
        (user(json!({"affiliation": "owner", "moderator": false})), YES, NO),
        (user(json!({"affiliation": ["owner"]})), NO, NO),
        (user(json!({"role": "moderator"})), NO, NO),
        (user(Value::Null), "join hangs", "join hangs"),
        (everywhere(true, "owner"), YES, YES),
        (everywhere(false, "member"), NO, NO),
    ] {
        for (server, expected) in [(&AFFILIATION, affiliation), (&MODERATION, moderation)] {
            let mut token = table.good(server);
            for (claim, value) in claims.as_object().unwrap() {
                token = token.with(claim, value.clone());
            }
            table.token(server, &format!("{}: {claims}", server.name), &token, expected);
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a table is easier to read without `&`")]
fn user(user: Value) -> Value {
    json!({ "context": { "user": user } })
}

/// In all the places where some plugin looks.
fn everywhere(moderator: bool, affiliation: &str) -> Value {
    let user = json!({ "moderator": moderator, "affiliation": affiliation });
    json!({ "moderator": moderator, "context": { "user": user } })
}
