//! What is wrong with a token although a server may accept it.

use serde_json::Value;

use super::faults::{MILLISECONDS, YEAR, duration};
use super::judgement::{Finding, Standing};
use super::parts::{is_true, member};
use super::standing::Claimed;
use super::verifier::Verifier;
use crate::feature::is_known_to_client;
use crate::key::{PEM, is_example_secret};
use crate::quoted::quoted;
use crate::{Accepts, Algorithm, FEATURES, Plugins, RoleRule, ServerKind, SigningKey};

/// What is doubtful about claims. `now` is in seconds since 1970.
pub(super) fn of_claims(claims: &Value, kind: ServerKind, now: i64) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(expiry(claims, now));
    let text = |name| member(claims, name).and_then(Value::as_str);
    if text("room") == Some("*") {
        found.push(Finding::new(
            "any-room",
            Some("room"),
            "the token opens every room of the server",
            "write the room into `room`, so that a link that is passed on opens this meeting only",
        ));
    }
    if text("sub") == Some("*") {
        found.push(Finding::new(
            "any-subject",
            Some("sub"),
            "`sub` is `*`: the token is valid for every tenant of the server",
            "remove `subject` under [server], so that the claim follows from the server's address",
        ));
    }
    let Some(context) = member(claims, "context") else {
        found.push(Finding::new(
            "no-context",
            Some("context"),
            "there is no `context`: the token names nobody, and the person has to type in a name",
            "make the link with meetmint, which writes name and address of the person",
        ));
        return found;
    };
    if let Some(user) = member(context, "user") {
        found.extend(of_user(user));
    }
    found.extend(features(context, Claimed::of(claims).any(), kind));
    found
}

fn expiry(claims: &Value, now: i64) -> Option<Finding> {
    let Some(exp) = member(claims, "exp").and_then(Value::as_f64) else {
        return member(claims, "exp").is_none().then(|| {
            Finding::new(
                "no-expiry",
                Some("exp"),
                "there is no `exp`: the link works forever",
                "make links that expire after the meeting; when something else is wrong, Jitsi's page names the missing `exp` as a possible reason",
            )
        });
    };
    #[expect(clippy::cast_precision_loss, reason = "only years count here")]
    let now = now as f64;
    let opens = member(claims, "nbf").and_then(Value::as_f64).unwrap_or(now);
    // A link for a meeting in some years is no mistake.
    let left = exp - opens.max(now);
    if exp >= MILLISECONDS {
        Some(Finding::new(
            "milliseconds",
            Some("exp"),
            "the link expires in thousands of years: `exp` seems to be in milliseconds",
            "write it in seconds since 1970",
        ))
    } else if left > YEAR {
        Some(Finding::new(
            "far-expiry",
            Some("exp"),
            format!("the link works for {}", duration(left)),
            "make links that expire after the meeting",
        ))
    } else {
        None
    }
}

fn of_user(user: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    if member(user, "name") == Some(&Value::Null) {
        found.push(Finding::new(
            "null",
            Some("context.user.name"),
            "`context.user.name` is null: others see `userdata: (nil)` as the name on some servers",
            "leave the name out instead of writing null",
        ));
    }
    for name in ["avatar", "avatarUrl"] {
        let Some(avatar) = member(user, name) else { continue };
        if !avatar.as_str().is_some_and(|text| text.is_empty() || text.starts_with("https://")) {
            found.push(Finding::new(
                "avatar",
                Some("context.user.avatar"),
                format!("`context.user.{name}` is not an https address, so there is no picture"),
                "write an absolute https address that everybody can load, or leave it out",
            ));
        }
    }
    if member(user, "id").is_some_and(Value::is_number) {
        found.push(Finding::new(
            "id-number",
            Some("context.user.id"),
            "`context.user.id` is a number: 7 becomes `7.0` on the server",
            "write it as a string, in quotes",
        ));
    }
    found
}

/// What a moderator usually has, and loses with a list that does not name it.
const USUAL: [&str; 2] = ["recording", "livestreaming"];

fn features(context: &Value, is_moderator: bool, kind: ServerKind) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |code, message: String, cure: &str| {
        found.push(Finding::new(code, Some("context.features"), message, cure));
    };
    let Some(features) = member(context, "features") else {
        if kind == ServerKind::Jaas {
            let message = "there is no `context.features`: JaaS then switches everything off";
            add(
                "no-features",
                message.to_owned(),
                "list the features, or `{}` for people without rights",
            );
        }
        return found;
    };
    let Some(features) = features.as_object() else {
        let message = "`context.features` is not an object, so it has no effect";
        add("odd-features", message.to_owned(), "write an object, or leave it out");
        return found;
    };
    for (name, value) in features {
        if !FEATURES.contains(&name.as_str()) {
            let message = format!("Jitsi knows no feature {}", quoted(name));
            add(
                "unknown-feature",
                message,
                "remove it, or correct its spelling; if something else is wrong, Jitsi's page names it as a possible reason",
            );
        } else if !is_known_to_client(name) {
            let message = format!(
                "only the server knows the feature {}; Jitsi's page calls it invalid when a token is refused for another reason",
                quoted(name)
            );
            add("server-feature", message, "");
        } else if !value.is_boolean() && !matches!(value.as_str(), Some("true" | "false")) {
            let message =
                format!("the feature {} is neither true nor false, so it is off", quoted(name));
            add("feature-value", message, "write true or false");
        }
    }
    let is_off = |name: &&str| !features.get(*name).is_some_and(is_true);
    let off: Vec<&str> = USUAL.into_iter().filter(is_off).collect();
    if is_moderator && !off.is_empty() {
        let message = format!(
            "`context.features` switches off whatever it does not list as true: this moderator has no {}",
            off.join(" and no ")
        );
        add(
            "features-off",
            message,
            "list every feature that is wanted, or leave the object out (for JaaS: list all)",
        );
    }
    found
}

/// What is doubtful about a secret, whatever the token.
pub(super) fn of_secret(verifier: &Verifier, algorithm: Option<Algorithm>) -> Option<Finding> {
    let secret = verifier.reveal_secret()?;
    let finding = |code, message: &str, cure: &str| Some(Finding::new(code, None, message, cure));
    let text = secret.trim_ascii();
    if text.starts_with(b"eyJ") && text.split(|byte| *byte == b'.').count() == 3 {
        return finding(
            "secret-is-token",
            "the secret of this meeting folder is itself a token",
            "store the server's secret instead: `app_secret` in its Prosody file, or JWT_APP_SECRET in its .env",
        );
    }
    if text.starts_with(PEM) {
        return finding(
            "secret-is-key",
            "the secret of this meeting folder is a key in PEM format",
            "a server with `app_secret` needs a secret, not a key; for a key, write `key` and `key_id` under [server], and give the server a key server",
        );
    }
    if is_example_secret(secret) {
        return finding(
            "guessable-secret",
            "the secret is one of an example: everybody can make links for every room",
            "give the server a random secret: `openssl rand -hex 32`",
        );
    }
    let least = match algorithm {
        Some(Algorithm::Hmac(algorithm)) => SigningKey::full_length(algorithm),
        _ => 0,
    };
    if secret.len() < least {
        return finding(
            "short-secret",
            "the secret is short: one link is enough to guess it, and to make links for every room",
            "give the server a random secret: `openssl rand -hex 32`",
        );
    }
    None
}

/// What to change depends on the kind of server and all of its rules.
const ROLES_COUNT: &str = "`meetmint check` says what to change on the server so that roles count";

/// Whether the rights that the token claims are those that the server gives.
pub(super) fn of_rights(claims: &Value, rules: &[RoleRule]) -> Option<Finding> {
    let claimed = Claimed::of(claims);
    let given = claimed.by_all(rules);
    let finding = |code, message: &str, cure: &str| {
        Some(Finding::new(code, Some("moderator"), message, cure))
    };
    match (claimed.any(), given) {
        (false, Standing::Moderator) if rules.contains(&RoleRule::Everybody) => finding(
            "everybody-moderates",
            "the token claims no moderator rights, but this server makes everybody with a link a moderator",
            ROLES_COUNT,
        ),
        (false, Standing::Moderator) => finding(
            "first-moderates",
            "the token claims no moderator rights, but this server makes whoever arrives first a moderator",
            ROLES_COUNT,
        ),
        (true, _) if rules == [RoleRule::First] => finding(
            "role-ignored",
            "the token claims moderator rights, but this server does not read them: whoever arrives first becomes a moderator",
            ROLES_COUNT,
        ),
        (true, Standing::Participant) => finding(
            "role-unread",
            "the token claims moderator rights in a form that this server does not read",
            "make the link with meetmint, which writes all three forms: `moderator` at the top, `moderator` and `affiliation` in `context.user`",
        ),
        _ => None,
    }
}

/// Where servers of another age answer otherwise.
pub(super) fn of_age(claims: &Value, accepts: &Accepts) -> Option<Finding> {
    let missing = ["room", "sub"].into_iter().find(|name| member(claims, name).is_none())?;
    let (message, cure) = if accepts.plugins >= Plugins::Since2026 {
        ("servers with plugins from before August 2026 never answer such a token, or let it in", "")
    } else if missing == "sub" {
        (
            "servers with plugins from August 2026 or later refuse a token without `sub`",
            "add the claim before the server is updated",
        )
    } else {
        return None;
    };
    Some(Finding::new("other-servers", Some(missing), message, cure))
}
