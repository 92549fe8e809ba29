//! The mail server of `[outbox]`, ready to be connected to.

use std::sync::Arc;
use std::time::Duration;

use meetmint_batch::Problem;
use meetmint_core::Email;
use meetmint_mailer::{Chunking, Login, Relay, Security, SmtpServer, Trace, Trust, is_valid_hello};

use crate::context::Context;
use crate::environment::Environment;
use crate::front_end::{Event, Notice};
use crate::secret;
use crate::settings::SmtpSettings;

/// What a connection needs besides the settings: the login with its password, and the trusted certificates.
#[derive(Clone)]
pub(crate) struct Access {
    login: Option<Arc<Login>>,
    trust: Option<Trust>,
}

/// Fetches the password, and reads the trusted certificates. Without a `user`, `from` logs in. `shown` is the path of
/// `meeting.toml` in messages.
///
/// # Errors
/// All problems of both.
pub(crate) fn access(
    smtp: &SmtpSettings,
    from: Option<&Email>,
    shown: &str,
    environment: &Environment,
) -> Result<Access, Vec<Problem>> {
    match (login(smtp, from, environment), trust(smtp, shown)) {
        (Ok(login), Ok(trust)) => Ok(Access { login: login.map(Arc::new), trust }),
        (login, trust) => Err(login.err().into_iter().chain(trust.err()).collect()),
    }
}

/// The mail server. `patience` is how long a run waits for a server that is away or asks to
/// wait.
pub(crate) fn open(
    smtp: &SmtpSettings,
    access: Access,
    patience: Duration,
    context: &Context,
) -> Relay {
    let SmtpSettings { address, security, timeouts, pace, .. } = smtp;
    if let Some(notice) = cleartext_notice(smtp) {
        context.notice(&notice);
    }
    let front_end = Arc::clone(&context.front_end);
    let trace = move |line: &str| front_end.event(&Event::Conversation(line));
    let server = SmtpServer {
        address: address.clone(),
        security: *security,
        cleartext: smtp.cleartext,
        trust: access.trust,
        login: access.login,
        // Never the domain of `from`: the server may compare the name with the address of this machine.
        hello: smtp.hello.clone().or_else(|| full_name(&context.environment)),
        timeouts: *timeouts,
        chunking: Chunking::new(smtp.chunking),
        trace: context.front_end.is_verbose().then(|| Trace::new(trace)),
    };
    Relay::new(server, pace.clone(), patience)
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

fn login(
    smtp: &SmtpSettings,
    from: Option<&Email>,
    environment: &Environment,
) -> Result<Option<Login>, Problem> {
    let Some(settings) = &smtp.password else { return Ok(None) };
    let user = smtp.user.clone().or_else(|| from.map(ToString::to_string)).unwrap_or_default();
    let password = secret::password(settings, environment)?;
    let fetch = secret::password_fetcher(settings, environment);
    // The mailer knows nothing of `meeting.toml` and its lines.
    let fetch = move || fetch().map_err(|problem| problem.message);
    Ok(Some(Login::new(user, smtp.mechanism, Box::new(fetch)).with_secret(password)))
}

fn trust(smtp: &SmtpSettings, shown: &str) -> Result<Option<Trust>, Problem> {
    const CODE: &str = "no-trust";
    let trust = match (smtp.security, &smtp.ca) {
        // No certificate is verified, so a machine without any can send, too.
        (Security::None, _) => return Ok(None),
        (_, Some(ca)) => Trust::of_file(&ca.path).map_err(|error| {
            let hint = "`ca` under [outbox] names a file with the authority's certificate";
            ca.location.problem(CODE, error.to_string(), hint)
        }),
        (_, None) => Trust::of_system().map_err(|error| {
            let hint =
                "install the package ca-certificates, or name a file with `ca` under [outbox]";
            Problem::of_file(CODE, shown, error.to_string()).hint(hint)
        }),
    };
    trust.map(Some)
}
