//! Why the server refuses the login of somebody with a valid link (`jitsi-tokens` facts, §1.4): what differs between the
//! server and the folder.

use meetmint_core::{public_key_file, quoted};

use super::super::observed::Refusal;
use super::case::Case;
use super::clock;
use super::words::said;

/// Why somebody with a valid link does not get in, and what to do about it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Cause {
    pub(super) code: &'static str,
    /// After `nobody gets in: `.
    pub(super) because: String,
    pub(super) cure: String,
    /// The path of the key in `meeting.toml`, and the value to write there if it is known.
    pub(super) setting: Option<(&'static str, Option<String>)>,
}

impl Cause {
    pub(super) fn new(
        code: &'static str,
        because: impl Into<String>,
        cure: impl Into<String>,
    ) -> Cause {
        Cause { code, because: because.into(), cure: cure.into(), setting: None }
    }
}

/// What an answer of the server's means.
pub(super) struct Meaning {
    pub(super) code: &'static str,
    /// After `because`.
    pub(super) text: String,
    pub(super) cure: String,
}

impl Meaning {
    pub(super) fn new(
        code: &'static str,
        text: impl Into<String>,
        cure: impl Into<String>,
    ) -> Meaning {
        Meaning { code, text: text.into(), cure: cure.into() }
    }

    /// The cause of a refusal with this meaning.
    pub(super) fn cause(self, said: &str) -> Cause {
        Cause::new(self.code, format!("{said}, because {}", self.text), self.cure)
    }
}

/// The cause of a refusal at the login.
pub(super) fn refused(case: Case<'_>, refusal: &Refusal) -> Cause {
    let said = said(refusal);
    let text = refusal.text.as_str();
    let meaning = of_signature(case, text)
        .or_else(|| of_claims(case, text))
        .or_else(|| of_transport(case, text));
    if let Some(meaning) = meaning {
        return meaning.cause(&said);
    }
    if matches!(refusal.condition.as_str(), "no-anonymous-login" | "invalid-mechanism") {
        let because = "the server expects another kind of login than a token";
        return Cause::new("no-token-login", because, case.check_tokens());
    }
    let cure = format!("look in {} for what the server says about it", case.prosody_log());
    Cause::new("login-refused", said, cure)
}

fn of_signature(case: Case<'_>, text: &str) -> Option<Meaning> {
    Some(match text {
        "Invalid signature" => Meaning::new("signature", signature(case), signature_cure(case)),
        "Invalid or incorrect alg" => Meaning::new(
            "algorithm",
            format!(
                "the links are signed with {}, and it accepts another algorithm",
                case.server().algorithm()
            ),
            algorithm_cure(case),
        ),
        "'kid' claim is missing" | "'kid' claim only support with RS family" => Meaning::new(
            "key-needed",
            "it checks signatures with public keys, and the links are signed with a secret",
            key_cure(case),
        ),
        "could not obtain public key" => Meaning::new(
            "unknown-key",
            "it finds no public key by the `key_id` of the links",
            public_key_cure(case),
        ),
        _ => return None,
    })
}

fn of_claims(case: Case<'_>, text: &str) -> Option<Meaning> {
    Some(match text {
        "invalid 'iss' claim" => Meaning::new(
            "issuer",
            format!(
                "it does not accept {} as the application id (`iss`)",
                quoted(case.server().issuer())
            ),
            issuer_cure(case),
        ),
        "invalid 'aud' claim" => Meaning::new(
            "audience",
            format!(
                "it does not accept {} as the audience (`aud`)",
                quoted(case.server().audience())
            ),
            audience_cure(case),
        ),
        "Not acceptable by nbf" => Meaning::new(
            clock::CODE,
            "the link is not valid yet by its clock, which is more than 5 minutes behind this machine's",
            clock::cure(case),
        ),
        text if text.starts_with("Not acceptable by exp") => Meaning::new(
            clock::CODE,
            "a link that was just made has expired by its clock, which is minutes ahead of this machine's",
            clock::cure(case),
        ),
        _ => return None,
    })
}

/// The token got lost, or was changed, on the way.
fn of_transport(case: Case<'_>, text: &str) -> Option<Meaning> {
    Some(match text {
        "token required" => Meaning::new(
            "token-lost",
            "the token did not arrive",
            format!(
                "have the web server pass on what follows the `?` of the address: in nginx, the location of /http-bind needs `$args` in `proxy_pass`\nlook in {} for what Prosody received",
                case.prosody_log()
            ),
        ),
        // All of this is in every token that meetmint makes.
        "Invalid token"
        | "bad token format"
        | "Invalid header"
        | "Invalid body"
        | "Invalid typ"
        | "exp must be number"
        | "nbf must be number"
        | "'alg' claim is missing"
        | "'iss' claim is missing"
        | "'aud' claim is missing"
        | "room claim is missing"
        | "sub claim is missing" => Meaning::new(
            "token-changed",
            "the token did not arrive as it was sent",
            format!(
                "look for a proxy or a firewall in front of the server that changes addresses, and for custom plugins that check tokens\nlook in {} for what Prosody received",
                case.prosody_log()
            ),
        ),
        _ => return None,
    })
}

fn signature(case: Case<'_>) -> &'static str {
    if case.server().algorithm().is_rsa() {
        "its public key does not belong to the key that signs the links"
    } else {
        "the links are not signed with its secret"
    }
}

fn signature_cure(case: Case<'_>) -> String {
    if case.server().algorithm().is_rsa() {
        return public_key_cure(case);
    }
    let place = if case.is_docker() {
        "JWT_APP_SECRET in the server's .env".to_owned()
    } else {
        format!("`app_secret` in {}", case.prosody_file())
    };
    let changed = if case.is_docker() {
        "Docker Compose changes `$` unless the value is in single quotes"
    } else {
        "Debian's installer may have changed `&`, `/`, `\\` and quotes there"
    };
    format!(
        "compare the secret of this folder (`secret` under [server] in meeting.toml says where it is) with {place}: every character has to be the same. Jitsi does not decode base64 or hexadecimal, and {changed}\nif they differ, put the server's in the place of this folder's\nif they are the same, the server may not have read its file since it was changed: {}",
        case.apply()
    )
}

fn algorithm_cure(case: Case<'_>) -> String {
    if case.is_jaas() {
        return "sign with RS256, the only algorithm of JaaS".to_owned();
    }
    format!(
        "look up {}, and write its value as `algorithm` under [server] in meeting.toml\nif it is not there, the server accepts HS256 for a secret and RS256 for keys: write that one",
        case.option("`signature_algorithm`", "JWT_SIGN_TYPE")
    )
}

fn key_cure(case: Case<'_>) -> String {
    if case.is_jaas() {
        return "sign with the private key of the JaaS console: write `key` and `key_id` under [server]"
            .to_owned();
    }
    let options = if case.is_docker() {
        "remove JWT_ASAP_KEYSERVER from the server's .env".to_owned()
    } else {
        format!("remove `asap_key_server` and `cache_keys_url` from {}", case.prosody_file())
    };
    format!(
        "write the private key as `key` and the id of its public key as `key_id` under [server] in meeting.toml\nor, to use a secret, {options}, and {}",
        case.apply()
    )
}

fn public_key_cure(case: Case<'_>) -> String {
    let Some(key_id) = case.server().key_id() else {
        return "write the private key as `key` and its id as `key_id` under [server]".to_owned();
    };
    if case.is_jaas() {
        return format!(
            "compare `key_id` under [server], {}, with the id that the JaaS console shows beside the key\nif the key is not there, upload what `meetmint token --public-key` prints",
            quoted(key_id)
        );
    }
    format!(
        "the key server ({}) has to answer with HTTP status 200 and the PEM text that `meetmint token --public-key` prints, under the name {}; `key_id` under [server] is {}",
        case.option("`asap_key_server`", "JWT_ASAP_KEYSERVER"),
        public_key_file(key_id),
        quoted(key_id)
    )
}

fn issuer_cure(case: Case<'_>) -> String {
    if case.is_jaas() {
        return "remove `issuer` under [server]: JaaS expects `chat`".to_owned();
    }
    format!(
        "compare `app_id` under [server] in meeting.toml with {}\nif they are the same, the server accepts other issuers, by {}: write one of them as `issuer` under [server]",
        case.option("`app_id`", "JWT_APP_ID"),
        case.option("`asap_accepted_issuers`", "JWT_ACCEPTED_ISSUERS")
    )
}

fn audience_cure(case: Case<'_>) -> String {
    if case.is_jaas() {
        return "remove `audience` under [server]: JaaS expects `jitsi`".to_owned();
    }
    format!(
        "look up {}, and write one of its values as `audience` under [server] in meeting.toml",
        case.option("`asap_accepted_audiences`", "JWT_ACCEPTED_AUDIENCES")
    )
}

/// No answer to a login.
pub(super) fn silent(case: Case<'_>) -> Cause {
    let cure = format!(
        "look in {} for an error at that time: a plugin that fails never answers\nwith public keys, check that the server reaches the key server\nif no error is there, look for a firewall or a proxy that holds requests back",
        case.prosody_log()
    );
    Cause::new("login-silent", "the server never answers the login", cure)
}
