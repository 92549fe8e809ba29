//! The mail server that settings describe, ready to be spoken to.

use std::sync::Arc;
use std::time::Duration;

use meetmint_batch::Problem;
use meetmint_core::Email;
use meetmint_mailer::{Login, Relay, Security, SmtpServer, Trace, Trust};

use crate::failure::Failure;
use crate::key;
use crate::report::Report;
use crate::settings::SmtpSettings;

/// A mail server for the mail of `from`. The password is fetched now: whoever has forgotten to set it has to know
/// before anything is sent.
///
/// # Errors
/// What is wrong with the password's place, or with the authorities that are to be trusted.
pub(crate) fn make(
    smtp: &SmtpSettings,
    from: &Email,
    patience: Duration,
    report: Report,
) -> Result<Relay, Failure> {
    let SmtpSettings { address, security, timeouts, pace, .. } = smtp;
    if *security == Security::None && !address.is_loopback() {
        report.warning(
            &format!(
                "mail goes to {address} in the clear: whoever listens on the way reads every link"
            ),
            Some("write security = \"starttls\" or \"tls\" if the server can do it"),
        );
    }
    let login = login(smtp, from).map_err(Failure::problem)?;
    let server = SmtpServer {
        address: address.clone(),
        security: *security,
        cleartext: smtp.cleartext,
        trust: trust(smtp)?,
        login: login.map(Arc::new),
        hello: from.domain().to_owned(),
        timeouts: *timeouts,
        trace: report.verbose.then(|| Trace::new(move |line| report.done(line))),
    };
    Ok(Relay::new(server, pace.clone(), patience))
}

fn login(smtp: &SmtpSettings, from: &Email) -> Result<Option<Login>, Problem> {
    let Some(place) = smtp.password.clone() else { return Ok(None) };
    let user = smtp.user.clone().unwrap_or_else(|| from.to_string());
    let secret = key::password(&place)?;
    let fetch = move || key::password(&place).map_err(|problem| problem.message);
    Ok(Some(Login::new(user, smtp.mechanism, Box::new(fetch)).with_secret(secret)))
}

fn trust(smtp: &SmtpSettings) -> Result<Option<Trust>, Failure> {
    let trust = match (smtp.security, &smtp.ca) {
        (Security::None, _) => return Ok(None),
        (_, Some(file)) => Trust::of_file(file),
        (_, None) => Trust::of_system(),
    };
    trust.map(Some).map_err(|error| {
        let hint = match smtp.ca {
            Some(_) => "`ca` under [outbox] names a file with the authority's certificate",
            None => "install the package ca-certificates, or name a file: `ca` under [outbox]",
        };
        Failure::wrong(error.to_string(), hint)
    })
}
