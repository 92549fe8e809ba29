//! Reasons that the server finds when the client connects.

use serde_json::Value;

use super::super::judgement::{Fault, Finding, Stage};
use super::super::lua_json::number_text;
use super::super::parts::member;
use super::super::rules::LoginRules;
use super::{MILLISECONDS, MINT, YEAR, claimed, described, is_inside_context, of_login};
use crate::{Accepts, Plugins, Server, ServerKind};

const CLOCK: &str = "make a new link that is valid now; if the time should be right, compare the clock of the server with the one of the machine that made the token: Jitsi allows no difference";

/// `header` is that of the token, if it could be decoded.
pub(in super::super) fn invalid_token(parts: usize, header: Option<&Value>) -> Fault {
    let alg = header.and_then(|header| member(header, "alg")?.as_str());
    if parts == 2 && alg.is_some_and(|alg| alg.eq_ignore_ascii_case("none")) {
        let message = "the token is not signed: `alg` in its header is `none`";
        let cure = "sign it with the server's secret or key: Jitsi accepts no other tokens";
        return of_login("Invalid token", Finding::new("unsigned", Some("alg"), message, cure));
    }
    let message = match parts {
        0 | 1 => "this is not a token: a token has three parts with dots between them".to_owned(),
        _ => format!("a token has three parts with dots between them, and this has {parts}"),
    };
    let cure = if parts == 2 {
        "the end is missing: copy the whole link again"
    } else {
        "copy the whole link again; what follows `jwt=` must be the token alone"
    };
    of_login("Invalid token", Finding::new("not-a-token", None, message, cure))
}

/// A part is no JSON; or, without `is_base64`, not even base64url: then the server's code fails, and no answer comes,
/// except for the signature.
pub(in super::super) fn not_decodable(part: &str, is_base64: bool) -> Fault {
    let (code, what) = match part {
        "header" => ("bad-header", "the first part of the token, its header,"),
        "body" => ("bad-body", "the second part of the token, its claims,"),
        _ => ("bad-signature", "the last part of the token, its signature,"),
    };
    let message = if is_base64 && part != "signature" {
        format!("{what} is not JSON")
    } else {
        format!("{what} has a character that cannot be in a token")
    };
    let cure = "the link was changed on its way: copy it again from where it was made";
    let finding = Finding::new(code, None, message, cure);
    if is_base64 {
        of_login(&format!("Invalid {part}"), finding)
    } else {
        Fault::hangs(Stage::Login, finding)
    }
}

/// With public keys, the server reads the header first, and its newest plugins notice that it is no base64url.
pub(in super::super) fn key_mode_not_decodable(rules: &LoginRules<'_>) -> Fault {
    let fault = not_decodable("header", false);
    if rules.accepts.plugins >= Plugins::Since2026 {
        of_login("Invalid token", fault.finding)
    } else {
        fault
    }
}

pub(in super::super) fn bad_format() -> Fault {
    of_login("bad token format", not_decodable("header", true).finding)
}

/// Header or claims are a number, true, false or null.
pub(in super::super) fn odd_part(part: &str) -> Fault {
    let message = format!("the {part} of the token is JSON, but not an object");
    Fault::hangs(Stage::Login, Finding::new("not-an-object", None, message, MINT))
}

pub(in super::super) fn odd_member(name: &'static str, value: &Value) -> Fault {
    let message =
        format!("`{name}` in the token's header is {}, and must be a string", described(value));
    Fault::hangs(Stage::Login, Finding::new("odd-header", Some(name), message, MINT))
}

pub(in super::super) fn kid_missing(rules: &LoginRules<'_>) -> Fault {
    let message = "the header has no `kid`: this server checks signatures with public keys, and finds the key by its id";
    let cure = if rules.kind == ServerKind::Jaas {
        "sign with the private key of the JaaS console, and write its id as `key_id` under [server]"
    } else {
        "sign with the private key, and write the id of its public key as `key_id` under [server]; for a shared secret, remove `asap_key_server` and `cache_keys_url` from the server's configuration: while they are there, secrets do not count"
    };
    of_login("'kid' claim is missing", Finding::new("kid-missing", Some("kid"), message, cure))
}

pub(in super::super) fn alg_missing() -> Fault {
    let message = "the header has no `alg`";
    of_login("'alg' claim is missing", Finding::new("alg-missing", Some("alg"), message, MINT))
}

pub(in super::super) fn secret_algorithm(alg: &str) -> Fault {
    let message = format!(
        "the token is signed with {}, and this server checks signatures with public keys: it accepts RS256, RS384 or RS512 only",
        claimed(alg)
    );
    let cure = "sign with the private RSA key (`key` and `key_id` under [server]); for a shared secret, remove `asap_key_server` and `cache_keys_url` from the server's configuration";
    let finding = Finding::new("secret-for-keys", Some("alg"), message, cure);
    of_login("'kid' claim only support with RS family", finding)
}

pub(in super::super) fn unknown_key(kid: &str, rules: &LoginRules<'_>) -> Fault {
    let own = rules.key_id.unwrap_or_default();
    let file = crate::public_key_file(kid);
    let message = format!(
        "the token's `kid` is {}, and the only key that is known here is {}; the server looks for `{file}` on its key server",
        claimed(kid),
        claimed(own)
    );
    let cure = if rules.kind == ServerKind::Jaas {
        "write the id that the JaaS console shows beside the key as `key_id` under [server]"
    } else {
        "sign with the key whose public half the key server has, or put that of this key there as PEM text: `meetmint token --public-key` prints it and the name of the file"
    };
    of_login("could not obtain public key", Finding::new("unknown-key", Some("kid"), message, cure))
}

pub(in super::super) fn typ(value: Option<&Value>) -> Fault {
    let message = match value {
        None => "the header has no `typ`, and must have `JWT` there".to_owned(),
        Some(value) => format!("`typ` in the header is {}, and must be `JWT`", described(value)),
    };
    of_login("Invalid typ", Finding::new("typ", Some("typ"), message, MINT))
}

pub(in super::super) fn algorithm(alg: Option<&str>, rules: &LoginRules<'_>) -> Fault {
    let found = alg.map_or("no algorithm".to_owned(), claimed);
    let expected =
        rules.algorithm.map_or("one that Jitsi supports".to_owned(), |it| it.to_string());
    let message = format!("the token is signed with {found}, and this server accepts {expected}");
    let is_rsa_token = alg.is_some_and(|alg| alg.starts_with("RS"));
    let cure = match rules.algorithm {
        _ if alg == Some("none") => {
            "sign the token: Jitsi accepts none without a signature".to_owned()
        }
        _ if rules.kind == ServerKind::Jaas => {
            "sign the token with RS256, the only algorithm of JaaS".to_owned()
        }
        Some(expected) if is_rsa_token && !expected.is_rsa() => {
            format!(
                "sign the token with {expected} and the server's secret; for a private key, the server needs `asap_key_server` (Docker: JWT_ASAP_KEYSERVER)"
            )
        }
        Some(expected) => format!(
            "sign the token with {expected}; if the server is configured for another algorithm (`signature_algorithm`; Docker: JWT_SIGN_TYPE), write that as `algorithm` under [server]"
        ),
        None => {
            "sign the token with HS256, or with RS256 where the server has public keys".to_owned()
        }
    };
    of_login("Invalid or incorrect alg", Finding::new("algorithm", Some("alg"), message, cure))
}

pub(in super::super) fn not_a_number(name: &'static str, value: &Value) -> Fault {
    let message = match value {
        // Digits look like a number.
        Value::String(text) => format!(
            "`{name}` is the string {}, and must be a number of seconds since 1970",
            claimed(text)
        ),
        _ => {
            format!("`{name}` is {}, and must be a number of seconds since 1970", described(value))
        }
    };
    let cure = format!("write {name} without quotes, as a whole number");
    of_login(
        &format!("{name} must be number"),
        Finding::new("not-a-number", Some(name), message, cure),
    )
}

pub(in super::super) fn expired(
    ago: f64,
    exp: f64,
    iat: Option<&Value>,
    plugins: Plugins,
) -> Fault {
    let message = format!("the token expired {} ago", duration(ago));
    let finding = Finding::new("expired", Some("exp"), message, CLOCK);
    if plugins < Plugins::Since2024 {
        return of_login("Not acceptable by exp", finding);
    }
    let valid = match iat {
        None => String::new(),
        Some(iat) => match iat.as_f64().or_else(|| iat.as_str()?.trim().parse().ok()) {
            Some(iat) => format!(", valid for:{} sec", number_text(exp - iat)),
            // The server fails to compute a difference.
            None => return Fault::hangs(Stage::Login, finding),
        },
    };
    of_login(
        &format!("Not acceptable by exp ({} sec since expired{valid})", number_text(ago)),
        finding,
    )
}

pub(in super::super) fn too_early(seconds: f64) -> Fault {
    let is_milliseconds = seconds > MILLISECONDS;
    let message = if is_milliseconds {
        "the token becomes valid in thousands of years: `nbf` seems to be in milliseconds"
            .to_owned()
    } else {
        format!("the token is not valid yet: `nbf` is {} ahead", duration(seconds))
    };
    let cure = if is_milliseconds {
        "write nbf in seconds since 1970"
    } else {
        "wait until then, or make a link that is valid now (`meetmint token --name NAME --for 1h`); if the time should be right, compare the clocks of the server and of the machine that made the token: Jitsi allows no difference"
    };
    of_login("Not acceptable by nbf", Finding::new("too-early", Some("nbf"), message, cure))
}

pub(in super::super) fn issuer(iss: &Value, rules: &LoginRules<'_>) -> Fault {
    let accepted = listed(&rules.accepts.issuers);
    let message = format!("`iss` is {}, and this server accepts {accepted}", described(iss));
    let own = rules.server.map(Server::issuer);
    let cure = match own.filter(|own| Accepts::lists(&rules.accepts.issuers, own)) {
        Some(own) => needs("iss", own),
        None => "write the server's `app_id` (Docker: JWT_APP_ID) as `app_id` under [server], and correct `issuers` under [server.accepts]".to_owned(),
    };
    of_login("invalid 'iss' claim", Finding::new("issuer", Some("iss"), message, cure))
}

pub(in super::super) fn audience(aud: &Value, rules: &LoginRules<'_>) -> Fault {
    let accepted = listed(&rules.accepts.audiences);
    let message = format!("`aud` is {}, and this server accepts {accepted}", described(aud));
    let own = rules.server.map(Server::audience);
    let cure = match own.filter(|own| Accepts::lists(&rules.accepts.audiences, own)) {
        Some(own) if aud.is_array() => format!("{}; Jitsi never accepts a list here", needs("aud", own)),
        Some(own) => needs("aud", own),
        None => "write one of the server's `asap_accepted_audiences` (Docker: JWT_ACCEPTED_AUDIENCES) as `audience` under [server]".to_owned(),
    };
    of_login("invalid 'aud' claim", Finding::new("audience", Some("aud"), message, cure))
}

/// A claim that must be there.
pub(in super::super) fn missing(
    name: &'static str,
    claims: &Value,
    rules: &LoginRules<'_>,
) -> Fault {
    let (message, cure) = if is_inside_context(claims, name) {
        let message =
            format!("`{name}` is missing: it stands inside `context`, where it does not count");
        (message, "close the brace of `context` before the other claims".to_owned())
    } else {
        let own = rules.server.and_then(|server| match name {
            "iss" => Some(server.issuer()),
            "aud" => Some(server.audience()),
            "sub" => Some(server.subject()),
            _ => None,
        });
        let cure = match own {
            Some(own) => needs(name, own),
            None if name == "room" => {
                "the token needs the name of the room in `room`, as it is in the link".to_owned()
            }
            None => MINT.to_owned(),
        };
        (format!("`{name}` is missing"), cure)
    };
    let finding = Finding::new("missing", Some(name), message, cure);
    match name {
        "room" | "sub" if rules.accepts.plugins >= Plugins::Since2026 => {
            of_login(&format!("{name} claim is missing"), finding)
        }
        "room" | "sub" => Fault::hangs(Stage::Login, finding),
        _ => of_login(&format!("'{name}' claim is missing"), finding),
    }
}

/// `context` or a part of it that is no object.
pub(in super::super) fn odd_context(name: &'static str, value: &Value) -> Fault {
    let what = match name {
        "context.group" | "context.tenant" => "a string",
        _ => "an object",
    };
    let message = format!("`{name}` is {}, and must be {what}", kind_of(value));
    let stage = if name == "context" { Stage::Login } else { Stage::Join };
    let cure = format!("leave `{name}` out, or write {what}");
    Fault::hangs(stage, Finding::new("odd-context", Some(name), message, cure))
}

/// What a value is, without showing it: it may be somebody's name.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// What a claim must say, for those who make tokens themselves.
fn needs(name: &str, value: &str) -> String {
    format!("the token needs \"{name}\": \"{value}\"; correct it where the token is made")
}

fn listed(accepted: &[String]) -> String {
    let all: Vec<String> = accepted.iter().map(|value| claimed(value)).collect();
    all.join(" or ")
}

/// A time in words: the largest unit of which there are at least two.
pub(in super::super) fn duration(seconds: f64) -> String {
    let units = [("year", YEAR), ("day", 86_400.0), ("hour", 3_600.0), ("minute", 60.0)];
    let unit = units.into_iter().find(|(_, length)| seconds >= 2.0 * length);
    let (name, length) = unit.unwrap_or(("second", 1.0));
    let count = (seconds / length).floor();
    let plural = if (count - 1.0).abs() < 0.5 { "" } else { "s" };
    format!("{count:.0} {name}{plural}")
}
