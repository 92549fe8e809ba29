//! The mail server of `[outbox]`, ready to be connected to.

use std::sync::Arc;
use std::time::Duration;

use meetmint_batch::Problem;
use meetmint_core::Email;
use meetmint_mailer::{Login, Relay, Security, SmtpServer, Trace, Trust, is_valid_hello};

use crate::context::Context;
use crate::environment::Environment;
use crate::error::Error;
use crate::front_end::{Event, Notice};
use crate::secret;
use crate::settings::SmtpSettings;

/// The mail server for messages from `from`. The password is fetched now, so that a missing one is reported before
/// anything is sent. `patience` is how long a run waits for a server that is away or asks to wait.
///
/// # Errors
/// If the password cannot be fetched, or the trusted certificates cannot be read.
pub(crate) fn open(
    smtp: &SmtpSettings,
    from: &Email,
    patience: Duration,
    context: &Context,
) -> Result<Relay, Error> {
    let SmtpSettings { address, security, timeouts, pace, .. } = smtp;
    if let Some(notice) = cleartext_notice(smtp) {
        context.notice(&notice);
    }
    let login = login(smtp, from, context).map_err(Error::problem)?;
    let front_end = Arc::clone(&context.front_end);
    let trace = move |line: &str| front_end.event(&Event::Conversation(line));
    let server = SmtpServer {
        address: address.clone(),
        security: *security,
        cleartext: smtp.cleartext,
        // Read now, not at the first connection: a missing file is reported before anything is sent.
        trust: trust(smtp)?,
        login: login.map(Arc::new),
        // Never the domain of `from`: the server may compare the name with the address of this machine.
        hello: smtp.hello.clone().or_else(|| full_name(&context.environment)),
        timeouts: *timeouts,
        trace: context.front_end.is_verbose().then(|| Trace::new(trace)),
    };
    Ok(Relay::new(server, pace.clone(), patience))
}

/// The full name of this machine, if it has one that means something to other machines.
fn full_name(environment: &Environment) -> Option<String> {
    let name = (environment.host_name)()?;
    let name = name.strip_suffix('.').unwrap_or(&name).to_ascii_lowercase();
    // A name without a dot is known on this machine only, and so are names under these (RFC 6761, RFC 6762).
    let (_, end) = name.rsplit_once('.')?;
    let is_local = ["localhost", "localdomain", "local", "invalid", "test"].contains(&end);
    (!is_local && is_valid_hello(&name)).then_some(name)
}

/// A warning for mail that leaves this machine without TLS.
pub(crate) fn cleartext_notice(smtp: &SmtpSettings) -> Option<Notice> {
    let SmtpSettings { address, security, .. } = smtp;
    (*security == Security::None && !address.is_loopback()).then(|| {
        let message = format!(
            "mail goes to {address} without TLS: anybody on the network can read the links"
        );
        Notice::warning("cleartext", message)
            .hint("write security = \"starttls\" or \"tls\" if the server supports it")
    })
}

fn login(smtp: &SmtpSettings, from: &Email, context: &Context) -> Result<Option<Login>, Problem> {
    let Some(settings) = &smtp.password else { return Ok(None) };
    let user = smtp.user.clone().unwrap_or_else(|| from.to_string());
    let environment = &context.environment;
    let password = secret::password(settings, environment)?;
    let fetch = secret::password_fetcher(settings, environment);
    // The mailer knows nothing of `meeting.toml` and its lines.
    let fetch = move || fetch().map_err(|problem| problem.message);
    Ok(Some(Login::new(user, smtp.mechanism, Box::new(fetch)).with_secret(password)))
}

fn trust(smtp: &SmtpSettings) -> Result<Option<Trust>, Error> {
    let trust = match (smtp.security, &smtp.ca) {
        // No certificate is verified, so a machine without any can send, too.
        (Security::None, _) => return Ok(None),
        (_, Some(file)) => Trust::of_file(file),
        (_, None) => Trust::of_system(),
    };
    trust.map(Some).map_err(|error| {
        let hint = match smtp.ca {
            Some(_) => "`ca` under [outbox] names a file with the authority's certificate",
            None => "install the package ca-certificates, or name a file with `ca` under [outbox]",
        };
        Error::invalid("no-trust", error.to_string(), hint)
    })
}
