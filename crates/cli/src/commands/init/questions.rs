//! The three questions of `init`, and what stands for an answer that nobody gives.

use std::sync::Arc;

use meetmint_core::{Deployment, Server, ServerError, ServerKind};
use signal_hook::consts::SIGINT;

use crate::failure::Failure;
use crate::report::Report;

/// What has to be known of a server.
pub(super) struct Answers {
    pub(super) url: String,
    pub(super) app_id: String,
    pub(super) secret: String,
}

impl Answers {
    /// Values to try things out with, that no server takes.
    pub(super) fn practice(random: &str) -> Answers {
        Answers {
            url: "https://meet.example.org".to_owned(),
            app_id: "example".to_owned(),
            secret: format!("practice-{random}"),
        }
    }

    /// Asks for each, and again for what cannot be; Enter leaves it as it is.
    ///
    /// # Errors
    /// If somebody has had enough.
    pub(super) fn ask(&mut self, report: Report) -> Result<(), Failure> {
        self.url = until_right(report, "url", || {
            let answer = report.ask("Where do your meetings live?", &self.url)?;
            Ok(if answer.contains("://") { answer } else { format!("https://{answer}") })
        })?;
        self.app_id = until_right(report, "app_id", || {
            report.ask("The server's app id (app_id in its Prosody file)?", &self.app_id)
        })?;
        // While it is hidden, Ctrl-C is a key that raises the signal: it must not end the program before the
        // terminal shows again what is typed.
        let _ = signal_hook::flag::register(SIGINT, Arc::default());
        let secret =
            report.ask_hidden("Its secret (app_secret; hidden; Enter for a practice one)")?;
        if !secret.trim().is_empty() {
            self.secret = secret;
        }
        Ok(())
    }
}

/// Asks until a server can have that answer.
fn until_right(
    report: Report,
    field: &str,
    ask: impl Fn() -> Result<String, Failure>,
) -> Result<String, Failure> {
    loop {
        let answer = ask()?;
        match refusal(field, &answer) {
            None => return Ok(answer),
            Some(error) => report.failure(&Failure::wrong(error.to_string(), error.hint())),
        }
    }
}

/// Why a server cannot have this value.
fn refusal(field: &str, value: &str) -> Option<ServerError> {
    let practice = Answers::practice("");
    let app_id = if field == "app_id" { value } else { &practice.app_id };
    let deployment = Deployment {
        url: Some(if field == "url" { value } else { &practice.url }),
        ..Deployment::new(ServerKind::Debian, app_id)
    };
    Server::new(&deployment).err()?.into_iter().next()
}
