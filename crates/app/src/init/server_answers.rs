//! What `init` asks about the server, and the practice values that are used without an answer.

use meetmint_core::{Deployment, Server, ServerKind};

use super::questions::ask;
use crate::context::Context;
use crate::error::Error;
use crate::front_end::Question;

/// Reserved for examples (RFC 2606 section 3), so that a practice link leads nowhere.
const PRACTICE_URL: &str = "https://meet.example.org";

const PRACTICE_APP_ID: &str = "example";

/// The host of Jitsi as a Service (`jitsi-tokens` facts, §7).
const JAAS_HOST: &str = "8x8.vc";

/// What stands for a key id until the real one is known. Nobody should take it for one.
pub(super) const EXAMPLE_KEY_ID: &str = "KEY-ID";

/// What has to be known about a server. Not `Debug`, because it holds the secret.
pub(super) struct ServerAnswers {
    /// Empty for JaaS, which has one address for everybody.
    pub(super) url: String,
    pub(super) app_id: String,
    pub(super) key: ServerKey,
}

/// What tokens are signed with.
pub(super) enum ServerKey {
    /// A secret, for a file beside `meeting.toml`.
    Secret {
        text: String,
        /// Whether it was made up here.
        is_practice: bool,
    },
    /// The id of a JaaS key. The key itself is in a file that the JaaS console offers.
    Jaas {
        /// `None` until it is known.
        id: Option<String>,
    },
}

impl ServerAnswers {
    /// Practice values, which no server accepts. `random` makes the secret unique.
    pub(super) fn practice(random: &str) -> ServerAnswers {
        ServerAnswers {
            url: PRACTICE_URL.to_owned(),
            app_id: PRACTICE_APP_ID.to_owned(),
            // Other commands recognize a practice secret by this beginning, and refuse to send real mail with it.
            key: ServerKey::Secret { text: format!("practice-{random}"), is_practice: true },
        }
    }

    /// Whether address and app id are still those of the examples.
    pub(super) fn is_example(&self) -> bool {
        self.url == PRACTICE_URL || self.app_id == PRACTICE_APP_ID
    }

    /// The claim `sub` that follows from the address.
    pub(super) fn subject(&self) -> Option<String> {
        let deployment = Deployment {
            url: Some(&self.url),
            ..Deployment::new(ServerKind::Debian, &self.app_id)
        };
        Server::new(&deployment).ok().map(|server| server.subject().to_owned())
    }

    /// Asks for each value. Without an answer it stays as it is.
    ///
    /// # Errors
    /// If the user ends the input instead of answering.
    pub(super) fn ask(&mut self, context: &Context) -> Result<(), Error> {
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
        let secret = context.front_end.ask(&Question {
            text: "App secret (hidden; press Enter for a practice secret)",
            default: None,
            secret: true,
            refused: None,
        })?;
        // Not trimmed: the server may have been given a secret with spaces at its ends.
        if let Some(text) = secret.filter(|secret| !secret.trim().is_empty()) {
            self.key = ServerKey::Secret { text, is_practice: false };
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
