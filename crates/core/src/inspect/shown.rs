//! Claims for people who must not see whose token it is.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::quoted::without_tokens;

/// What stands in place of a hidden value.
const HIDDEN: &str = "(hidden)";

/// Members that tell who somebody is, or that may be credentials.
const PERSONAL: [&str; 14] = [
    "id",
    "name",
    "email",
    "avatar",
    "avatarUrl",
    "avatarURL",
    "picture",
    "user_id",
    "phone",
    "phone_number",
    "given_name",
    "family_name",
    "preferred_username",
    "nickname",
];

/// The claims with names, addresses and pictures hidden, and with everything hidden that could be a token, a password
/// or a secret. With `all`, only the latter.
pub fn shown_claims(claims: &Value, all: bool) -> Value {
    match claims {
        Value::Object(members) => {
            let shown = members.iter().map(|(name, value)| {
                let is_hidden = is_secret(name) || !all && PERSONAL.contains(&name.as_str());
                let value = if is_hidden && !value.is_null() && !value.is_boolean() {
                    HIDDEN.into()
                } else {
                    shown_claims(value, all)
                };
                (without_tokens(name).into_owned(), value)
            });
            Value::Object(shown.collect::<Map<_, _>>())
        }
        Value::Array(values) => values.iter().map(|value| shown_claims(value, all)).collect(),
        // A token inside a token, perhaps under another name, and an address.
        Value::String(text) if matches!(without_tokens(text), Cow::Owned(_)) => HIDDEN.into(),
        Value::String(text) if !all && text.contains('@') => HIDDEN.into(),
        other => other.clone(),
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "secret", "password", "jwt"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nobody_can_be_recognized_and_no_credential_read() {
        let claims = json!({
            "iss": "acme", "name": "Ada", "jti": "x", "admin": "root@example.org",
            "context": {
                "user": { "id": "7", "name": "Ada", "email": "ada@example.org", "moderator": true, "avatar": null },
                "matrix": { "token": "abc" }, "again": "eyJhbGciOiJIUzI1NiJ9.e30.x",
                "link": "https://h/r?jwt=eyJhbGciOiJIUzI1NiJ9.e30.x", "eyJhbGciOiJIUzI1NiJ9.e30.x": 1,
            },
        });
        let shown = shown_claims(&claims, false).to_string();
        for hidden in ["Ada", "ada@", "root@", "abc", "eyJ", "\"7\""] {
            assert!(!shown.contains(hidden), "{shown}");
        }
        assert!(shown.contains("acme") && shown.contains("true") && shown.contains("null"));
        let all = shown_claims(&claims, true).to_string();
        assert!(all.contains("Ada") && !all.contains("abc") && !all.contains("eyJ"));
    }
}
