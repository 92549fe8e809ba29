//! From settings, whatever file they stand in, to what they come to.

use meetmint_core::{Algorithm, PEM, ServerKind, quoted};

use crate::facts::{KeyFact, ReadValue, ServerFacts};
use crate::known::Known;
use crate::moderators::RoleInputs;
use crate::place::{Place, Placed};
use crate::remark::Remark;
use crate::secret::Secret;

/// The settings of a server as its files say them, each with the name that the file uses.
pub(crate) struct Settings {
    pub(crate) kind: ServerKind,
    pub(crate) url: Option<String>,
    /// `sub` as it follows from kind and URL.
    pub(crate) usual_domain: String,
    /// What the server compares `sub` with.
    pub(crate) domain: String,
    pub(crate) app_id: Known<String>,
    pub(crate) secret: Known<Secret>,
    pub(crate) key_server: Known<String>,
    pub(crate) algorithm: Known<String>,
    pub(crate) issuers: Known<Vec<String>>,
    pub(crate) audiences: Known<Vec<String>>,
    pub(crate) subject: Known<bool>,
    pub(crate) guests: Known<bool>,
    /// Whether the room claim is checked; the default if it is not known.
    pub(crate) room: Option<bool>,
    pub(crate) wildcards: bool,
    pub(crate) roles: RoleInputs,
    pub(crate) names: Names,
    /// Where the host or the file begins, for what is missing.
    pub(crate) place: Place,
    pub(crate) read: Vec<ReadValue>,
    pub(crate) remarks: Vec<Remark>,
}

/// How a file calls its settings.
#[derive(Clone, Copy)]
pub(crate) struct Names {
    pub(crate) app_id: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) key_server: &'static str,
    pub(crate) algorithm: &'static str,
    pub(crate) issuers: &'static str,
    pub(crate) audiences: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) guests: &'static str,
}

impl Settings {
    /// What it all comes to.
    pub(crate) fn facts(mut self) -> ServerFacts {
        let names = self.names;
        self.note_read();
        if self.app_id.is_unset() {
            let message = format!("`{}` is not set: the server refuses every token", names.app_id);
            self.remarks.push(
                Remark::warning("no-app-id", &self.place, message)
                    .hint("set it on the server first"),
            );
        }
        let issuers = self.claims(names.issuers, |settings| &settings.issuers);
        let audiences = self.claims(names.audiences, |settings| &settings.audiences);
        let key = self.key();
        let algorithm = self.algorithm(&key);
        ServerFacts {
            kind: self.kind,
            url: self.url,
            key,
            algorithm,
            subject: (self.domain != self.usual_domain).then_some(self.domain),
            issuers,
            audiences,
            checks_subject: self.subject.value().copied(),
            guests: self.guests.value().copied(),
            checks_room: self.room,
            wildcards: self.wildcards,
            moderators: self.roles.moderators(),
            app_id: self.app_id.value().cloned(),
            read: self.read,
            remarks: self.remarks,
        }
    }

    fn note_read(&mut self) {
        let Names { app_id, secret, key_server, algorithm, issuers, audiences, subject, guests } =
            self.names;
        let list = |values: &Vec<String>| {
            let values: Vec<String> = values.iter().take(10).map(|value| quoted(value)).collect();
            values.join(", ")
        };
        let read = [
            line(app_id, &self.app_id, |value| quoted(value)),
            line(secret, &self.secret, |_| "not shown".to_owned()),
            line(key_server, &self.key_server, |value| quoted(value)),
            line(algorithm, &self.algorithm, |value| quoted(value)),
            line(issuers, &self.issuers, list),
            line(audiences, &self.audiences, list),
            line(subject, &self.subject, bool::to_string),
            line(guests, &self.guests, bool::to_string),
        ];
        self.read.extend(read.into_iter().flatten());
    }

    /// The accepted values of a claim, without those that no token of a meeting can have.
    fn claims(
        &mut self,
        name: &str,
        of: impl Fn(&Settings) -> &Known<Vec<String>>,
    ) -> Option<Vec<String>> {
        let Known::Is(Placed { value, place }) = of(self) else { return None };
        let (usable, odd): (Vec<String>, Vec<String>) =
            value.iter().cloned().partition(|value| can_be_claim(value));
        let place = place.clone();
        if let Some(odd) = odd.iter().find(|value| !value.is_empty()) {
            let message = format!(
                "`{name}` has a blank or a control character in {}: the server compares it as well, so it does not accept {}",
                quoted(odd),
                quoted(odd.trim())
            );
            self.remarks.push(
                Remark::warning("blank-in-list", &place, message)
                    .hint("write the value without it on the server"),
            );
        }
        if usable.is_empty() {
            let message = format!(
                "`{name}` has no value that a token can have: the server refuses every token"
            );
            self.remarks.push(
                Remark::warning("no-value", &place, message)
                    .hint("write a value there, or leave the setting out"),
            );
        }
        Some(usable).filter(|usable| !usable.is_empty())
    }

    /// What checks signatures. With a key server, a secret counts for nothing (`jitsi-tokens` facts, §1.1).
    fn key(&mut self) -> KeyFact {
        let Names { secret: secret_name, key_server: key_server_name, .. } = self.names;
        if let Some(place) = self.key_server.place() {
            let message = format!(
                "the server fetches public keys (`{key_server_name}`), so links are signed with a private RSA key"
            );
            let hint = "have the private key and its key id at hand";
            self.remarks.push(Remark::note("public-keys", place, message).hint(hint));
            if let Some(place) = self.secret.place() {
                let message = format!(
                    "`{secret_name}` has no effect, because `{key_server_name}` is set as well: tokens signed with the secret are refused"
                );
                self.remarks.push(
                    Remark::warning("two-keys", place, message)
                        .hint("remove one of the two on the server, if this is not what you want"),
                );
            }
            return KeyFact::PublicKeys;
        }
        let Known::Is(Placed { value: secret, place }) = &self.secret else {
            // A public key that cannot be read from this line.
            if !self.secret.is_unset() && self.signs_with_rsa() {
                return KeyFact::PublicKeys;
            }
            if self.secret.is_unset() {
                let message = format!("`{secret_name}` is not set: the server refuses every token");
                self.remarks.push(
                    Remark::warning("no-secret", &self.place, message)
                        .hint("set it on the server first"),
                );
            }
            return KeyFact::UnknownSecret;
        };
        if secret.reveal().trim_ascii_start().starts_with(PEM) {
            let (message, hint) = if self.signs_with_rsa() {
                (
                    format!(
                        "`{secret_name}` is a key in PEM format, with which the server checks RSA signatures"
                    ),
                    "sign with the private key that belongs to it: `key` and `key_id` in meeting.toml",
                )
            } else {
                (
                    format!(
                        "`{secret_name}` is a key in PEM format, but it must be a secret: the server refuses every token"
                    ),
                    "set a random secret on the server, for example from: openssl rand -hex 32",
                )
            };
            let is_rsa = self.signs_with_rsa();
            self.remarks.push(Remark::warning("key-as-secret", place, message).hint(hint));
            return if is_rsa { KeyFact::PublicKeys } else { KeyFact::UnknownSecret };
        }
        KeyFact::Secret(secret.clone())
    }

    fn signs_with_rsa(&self) -> bool {
        self.algorithm.value().is_some_and(|name| name.starts_with("RS"))
    }

    /// The algorithm, if it has to be written down.
    fn algorithm(&mut self, key: &KeyFact) -> Option<Algorithm> {
        let Known::Is(Placed { value: name, place }) = &self.algorithm else { return None };
        let Ok(algorithm) = name.parse::<Algorithm>() else {
            let message = format!(
                "`{}` is {}, which Jitsi does not support: the server refuses every token",
                self.names.algorithm,
                quoted(name)
            );
            self.remarks.push(
                Remark::warning("unknown-algorithm", place, message)
                    .hint(format!("use one of {}", Algorithm::NAMES.join(", "))),
            );
            return None;
        };
        // The server compares letter by letter.
        if algorithm.to_string() != *name {
            let message = format!(
                "`{}` is {}, and the server compares it letter by letter: it refuses every token",
                self.names.algorithm,
                quoted(name)
            );
            self.remarks.push(
                Remark::warning("unknown-algorithm", place, message)
                    .hint(format!("write {algorithm} on the server")),
            );
        }
        let has_keys = *key == KeyFact::PublicKeys;
        if algorithm.is_rsa() != has_keys {
            let with = if has_keys { "public keys" } else { "a secret" };
            let message = format!(
                "`{}` is {algorithm}, but the server has {with}: it refuses every token",
                self.names.algorithm
            );
            let hint = if has_keys {
                "use RS256 there, or leave it out"
            } else {
                "use HS256 there, or leave it out"
            };
            self.remarks.push(Remark::warning("algorithm-mismatch", place, message).hint(hint));
            return None;
        }
        let usual = if has_keys { "RS256" } else { "HS256" };
        Some(algorithm).filter(|algorithm| algorithm.to_string() != usual)
    }
}

/// Whether a token of a meeting can have this claim: the server compares letter by letter.
fn can_be_claim(value: &str) -> bool {
    !value.is_empty() && value.trim() == value && !value.contains(char::is_control)
}

/// A line of what was read.
fn line<T>(name: &str, known: &Known<T>, show: impl Fn(&T) -> String) -> Option<ReadValue> {
    let Known::Is(Placed { value, place }) = known else { return None };
    Some(ReadValue { name: name.to_owned(), value: show(value), place: place.clone() })
}
