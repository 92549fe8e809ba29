//! What `init` asks about the server, and the practice values that are used without an answer.

use meetmint_core::{
    Accepts, Algorithm, Deployment, HmacAlgorithm, Server, ServerError, ServerKind, SigningKey,
};
use meetmint_doctor::{KeyFact, ServerFacts};

use super::questions::ask;
use crate::context::Context;
use crate::error::Error;
use crate::front_end::{Notice, Question};
use crate::notices::EXAMPLE_KEY_ID;

/// Reserved for examples (RFC 2606 section 3), so that a practice link leads nowhere.
const PRACTICE_URL: &str = "https://meet.example.org";

const PRACTICE_APP_ID: &str = "example";

/// The host of Jitsi as a Service (`jitsi-tokens` facts, §7).
const JAAS_HOST: &str = "8x8.vc";

/// What has to be known about a server. Not `Debug`, because it holds the secret.
pub(super) struct ServerAnswers {
    /// Empty for JaaS, which has one address for everybody.
    pub(super) url: String,
    pub(super) app_id: String,
    pub(super) key: ServerKey,
    /// What the server's own files say, if there are any.
    facts: Option<ServerFacts>,
}

/// What tokens are signed with.
pub(super) enum ServerKey {
    /// A secret, for a file beside `meeting.toml`.
    Secret {
        octets: Vec<u8>,
        /// Whether it was made up here.
        is_practice: bool,
    },
    /// The id of a JaaS key. The key itself is in a file that the JaaS console offers.
    Jaas {
        /// `None` until it is known.
        id: Option<String>,
    },
    /// A private RSA key, for a server of one's own that checks signatures with public keys.
    Own,
}

impl ServerAnswers {
    /// Practice values, which no server accepts. `random` makes the secret unique.
    pub(super) fn practice(random: &str) -> ServerAnswers {
        ServerAnswers {
            url: PRACTICE_URL.to_owned(),
            app_id: PRACTICE_APP_ID.to_owned(),
            key: practice_secret(random),
            facts: None,
        }
    }

    /// What a server's own files say. What they do not tell has practice values, and so has what no meeting can use; a
    /// notice names the latter.
    pub(super) fn of_facts(mut facts: ServerFacts, random: &str) -> (ServerAnswers, Vec<Notice>) {
        let mut notices = Vec::new();
        let key = match &facts.key {
            KeyFact::PublicKeys => ServerKey::Own,
            KeyFact::UnknownSecret => practice_secret(random),
            KeyFact::Secret(secret) => {
                let octets = secret.reveal().to_vec();
                match unusable(&octets) {
                    None => ServerKey::Secret { octets, is_practice: false },
                    Some(why) => {
                        let message = format!("cannot use the secret of the server: {why}");
                        notices.push(
                            Notice::warning("bad-key", message)
                                .hint("set another one on the server: letters and digits, for example from: openssl rand -hex 32"),
                        );
                        practice_secret(random)
                    }
                }
            }
        };
        // Each value is judged as in a `meeting.toml`. One that cannot be written there is left out.
        let mut answers = loop {
            let answers = ServerAnswers {
                url: facts.url.clone().unwrap_or_else(|| PRACTICE_URL.to_owned()),
                app_id: facts.app_id.clone().unwrap_or_else(|| PRACTICE_APP_ID.to_owned()),
                key: ServerKey::Own,
                facts: Some(facts.clone()),
            };
            let errors = answers.errors();
            let Some(error) = errors.first() else { break answers };
            let message = format!("cannot take over what the server's files say: {error}");
            notices.push(Notice::warning("bad-server", message).hint(error.hint()));
            match error.field() {
                "url" if facts.url.is_some() => facts.url = None,
                "app_id" if facts.app_id.is_some() => facts.app_id = None,
                "issuer" if facts.issuers.is_some() => facts.issuers = None,
                "audience" if facts.audiences.is_some() => facts.audiences = None,
                "subject" if facts.subject.is_some() => facts.subject = None,
                _ => break answers,
            }
        };
        answers.key = key;
        (answers, notices)
    }

    /// How the server was installed.
    pub(super) fn kind(&self) -> ServerKind {
        match (&self.key, &self.facts) {
            (ServerKey::Jaas { .. }, _) => ServerKind::Jaas,
            (_, Some(facts)) => facts.kind,
            (_, None) => ServerKind::Debian,
        }
    }

    /// The algorithm, if it does not follow from the key.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.facts.as_ref()?.algorithm
    }

    /// The claim `iss`, if it is not the usual one.
    pub(super) fn issuer(&self) -> Option<&str> {
        self.facts.as_ref()?.issuer(&self.app_id)
    }

    /// The claim `aud`, if it is not the usual one.
    pub(super) fn audience(&self) -> Option<&str> {
        self.facts.as_ref()?.audience()
    }

    /// The claim `sub`, if it does not follow from kind and address.
    pub(super) fn own_subject(&self) -> Option<&str> {
        self.facts.as_ref()?.subject.as_deref()
    }

    /// What the server accepts.
    pub(super) fn accepts(&self) -> Accepts {
        match &self.facts {
            Some(facts) if self.kind() != ServerKind::Jaas => facts.accepts(&self.app_id),
            _ => Accepts::by_default(self.kind(), &self.app_id),
        }
    }

    /// Whether it is known who becomes a moderator, and not only usual.
    pub(super) fn knows_moderators(&self) -> bool {
        self.facts.as_ref().is_some_and(|facts| facts.moderators.is_certain)
    }

    /// Everything that is wrong with address, app id and claims.
    fn errors(&self) -> Vec<ServerError> {
        let facts = self.facts.as_ref();
        let has_key = facts.is_some_and(|facts| facts.key == KeyFact::PublicKeys);
        let deployment = Deployment {
            url: Some(&self.url),
            issuer: self.issuer(),
            audience: self.audience(),
            subject: self.own_subject(),
            has_key,
            key_id: has_key.then_some(EXAMPLE_KEY_ID),
            algorithm: self.algorithm(),
            ..Deployment::new(self.kind(), &self.app_id)
        };
        Server::new(&deployment).err().unwrap_or_default()
    }

    /// Whether the address is still that of the examples.
    pub(super) fn has_example_url(&self) -> bool {
        self.url == PRACTICE_URL
    }

    /// Whether the app id is still that of the examples.
    pub(super) fn has_example_app_id(&self) -> bool {
        self.app_id == PRACTICE_APP_ID
    }

    /// The claim `sub` that follows from the address.
    pub(super) fn subject(&self) -> Option<String> {
        let deployment =
            Deployment { url: Some(&self.url), ..Deployment::new(self.kind(), &self.app_id) };
        Server::new(&deployment).ok().map(|server| server.subject().to_owned())
    }

    /// Asks for each value. Without an answer it stays as it is.
    ///
    /// # Errors
    /// If the user ends the input instead of answering.
    pub(super) fn ask(&mut self, context: &Context) -> Result<(), Error> {
        if self.facts.is_some() {
            return self.ask_for_the_rest(context);
        }
        if let Some(url) =
            ask(context, "Address of your Jitsi server", Some(&self.url), None, read_url)?
        {
            self.url = url;
        }
        if is_jaas(&self.url) {
            return self.ask_jaas(context);
        }
        let text = "App id (`app_id` in the server's Prosody configuration)";
        if let Some(app_id) = ask(context, text, Some(&self.app_id), None, read_app_id)? {
            self.app_id = app_id;
        }
        self.ask_secret(context)
    }

    /// Asks for what the server's own files do not tell.
    fn ask_for_the_rest(&mut self, context: &Context) -> Result<(), Error> {
        let (no_url, no_app_id) = match &self.facts {
            Some(facts) => (facts.url.is_none(), facts.app_id.is_none()),
            None => return Ok(()),
        };
        let text = "Address of your Jitsi server";
        if no_url && let Some(url) = ask(context, text, Some(&self.url), None, read_url)? {
            self.url = url;
        }
        let text = "App id of the server";
        if no_app_id
            && let Some(app_id) = ask(context, text, Some(&self.app_id), None, read_app_id)?
        {
            self.app_id = app_id;
        }
        match self.key {
            ServerKey::Secret { is_practice: true, .. } => self.ask_secret(context),
            _ => Ok(()),
        }
    }

    fn ask_secret(&mut self, context: &Context) -> Result<(), Error> {
        let secret = context.front_end.ask(&Question {
            text: "App secret (hidden; press Enter for a practice secret)",
            default: None,
            secret: true,
            refused: None,
        })?;
        // Not trimmed: the server may have been given a secret with spaces at its ends.
        if let Some(text) = secret.filter(|secret| !secret.trim().is_empty()) {
            self.key = ServerKey::Secret { octets: text.into_bytes(), is_practice: false };
        }
        Ok(())
    }

    fn ask_jaas(&mut self, context: &Context) -> Result<(), Error> {
        // People copy the address with their AppID.
        let tenant = self.url.split("://").nth(1).and_then(|rest| rest.split('/').nth(1));
        if let Some(tenant) = tenant.filter(|tenant| !tenant.is_empty()) {
            self.app_id = tenant.to_owned();
        }
        self.url = String::new();
        let text = "AppID (in the JaaS console, under API keys)";
        let read = |answer: &str| check_jaas(answer, EXAMPLE_KEY_ID);
        if let Some(app_id) = ask(context, text, Some(&self.app_id), None, read)? {
            self.app_id = app_id;
        }
        let read = |answer: &str| check_jaas(&self.app_id, answer).map(|_| answer.to_owned());
        let text = "Id of the API key (press Enter to set it later)";
        self.key = ServerKey::Jaas { id: ask(context, text, None, None, read)? };
        Ok(())
    }
}

/// A secret that no server has. Other commands recognize it by its beginning, and refuse to send real mail with it.
fn practice_secret(random: &str) -> ServerKey {
    ServerKey::Secret { octets: format!("practice-{random}").into_bytes(), is_practice: true }
}

/// Why a secret cannot be used, or not be kept in a file.
fn unusable(secret: &[u8]) -> Option<String> {
    // Of a file's end, one line break is removed, and this would be half of one.
    if secret.ends_with(b"\r") {
        return Some("it ends in a carriage return".to_owned());
    }
    let key = SigningKey::from_secret(secret, HmacAlgorithm::Hs256);
    key.err().map(|error| error.to_string())
}

fn is_jaas(url: &str) -> bool {
    let host = url.split("://").nth(1).and_then(|rest| rest.split(['/', ':']).next());
    host.is_some_and(|host| host.eq_ignore_ascii_case(JAAS_HOST))
}

/// Reads an address as people know it: `meet.example.org` is enough.
fn read_url(answer: &str) -> Result<String, Error> {
    let url = if answer.contains("://") { answer.to_owned() } else { format!("https://{answer}") };
    // Its path is read as the AppID later.
    if !is_jaas(&url) {
        check_server(&url, PRACTICE_APP_ID)?;
    }
    Ok(url)
}

fn read_app_id(answer: &str) -> Result<String, Error> {
    check_server(PRACTICE_URL, answer)?;
    Ok(answer.to_owned())
}

/// Refuses what `meeting.toml` must not say about a server, with the error that `check` would report for it.
fn check_server(url: &str, app_id: &str) -> Result<(), Error> {
    check(&Deployment { url: Some(url), ..Deployment::new(ServerKind::Debian, app_id) })
}

/// The same for JaaS. Returns the AppID.
fn check_jaas(app_id: &str, key_id: &str) -> Result<String, Error> {
    check(&Deployment {
        key_id: Some(key_id),
        has_key: true,
        ..Deployment::new(ServerKind::Jaas, app_id)
    })?;
    Ok(app_id.to_owned())
}

fn check(deployment: &Deployment<'_>) -> Result<(), Error> {
    let errors = Server::new(deployment).err().unwrap_or_default();
    match errors.first() {
        None => Ok(()),
        Some(error) => Err(Error::invalid("bad-server", error.to_string(), error.hint())),
    }
}
