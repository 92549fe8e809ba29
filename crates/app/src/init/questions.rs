//! What `init` asks about the server, and the practice values that are used without an answer.

use meetmint_core::{Deployment, Server, ServerKind};

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Question;

/// Reserved for examples (RFC 2606 section 3), so that a practice link leads nowhere.
const PRACTICE_URL: &str = "https://meet.example.org";

const PRACTICE_APP_ID: &str = "example";

/// What has to be known about a server. Not `Debug`, because it holds the secret.
pub(super) struct ServerAnswers {
    pub(super) url: String,
    pub(super) app_id: String,
    pub(super) secret: String,
}

impl ServerAnswers {
    /// Practice values, which no server accepts. `random` makes the secret unique.
    pub(super) fn practice(random: &str) -> ServerAnswers {
        ServerAnswers {
            url: PRACTICE_URL.to_owned(),
            app_id: PRACTICE_APP_ID.to_owned(),
            // Other commands recognize a practice secret by this beginning, and refuse to send real mail with it.
            secret: format!("practice-{random}"),
        }
    }

    /// Asks for each value. Without an answer it stays as it is.
    ///
    /// # Errors
    /// If the user ends the input instead of answering.
    pub(super) fn ask(&mut self, context: &Context) -> Result<(), Error> {
        if let Some(url) = ask(context, "Address of your Jitsi server", &self.url, read_url)? {
            self.url = url;
        }
        let text = "App id (`app_id` in the server's Prosody configuration)";
        if let Some(app_id) = ask(context, text, &self.app_id, read_app_id)? {
            self.app_id = app_id;
        }
        let secret = context.front_end.ask(&Question {
            text: "App secret (hidden; press Enter for a practice secret)",
            default: None,
            secret: true,
            refused: None,
        })?;
        // Not trimmed: the server may have been given a secret with spaces at its ends.
        if let Some(secret) = secret.filter(|secret| !secret.trim().is_empty()) {
            self.secret = secret;
        }
        Ok(())
    }
}

/// Asks until the answer is accepted. `None` stands for the default.
fn ask(
    context: &Context,
    text: &str,
    default: &str,
    read: fn(&str) -> Result<String, Error>,
) -> Result<Option<String>, Error> {
    let mut refused = None;
    loop {
        let answer = context.front_end.ask(&Question {
            text,
            default: Some(default),
            secret: false,
            refused: refused.as_ref(),
        })?;
        // A front end that cannot ask gives no answer, so the loop ends here for it.
        let Some(answer) = answer.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match read(answer) {
            Ok(value) => return Ok(Some(value)),
            Err(error) => refused = Some(error),
        }
    }
}

/// Reads an address as people know it: `meet.example.org` is enough.
fn read_url(answer: &str) -> Result<String, Error> {
    let url = if answer.contains("://") { answer.to_owned() } else { format!("https://{answer}") };
    check_server(&url, PRACTICE_APP_ID)?;
    Ok(url)
}

fn read_app_id(answer: &str) -> Result<String, Error> {
    check_server(PRACTICE_URL, answer)?;
    Ok(answer.to_owned())
}

/// Refuses what `meeting.toml` must not say about a server, with the error that `check` would report for it.
fn check_server(url: &str, app_id: &str) -> Result<(), Error> {
    // The kind that the template writes.
    let deployment = Deployment { url: Some(url), ..Deployment::new(ServerKind::Debian, app_id) };
    let errors = Server::new(&deployment).err().unwrap_or_default();
    match errors.first() {
        None => Ok(()),
        Some(error) => Err(Error::invalid("bad-server", error.to_string(), error.hint())),
    }
}
