//! `doctor --mail`: connects to the mail server, logs in, and reports what it offers and whether the settings fit.
//! Nothing is delivered.

use std::borrow::Cow;
use std::time::Duration;

use meetmint_core::Email;
use meetmint_mailer::{Capabilities, ErrorChain, Relay, Security, SmtpSession};
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Notice;
use crate::mailing;
use crate::meeting_file::meeting_file;
use crate::relay;
use crate::sender_account;
use crate::settings::{self, SmtpSettings};

/// A message with its calendar has some 20 KiB. A server whose limit is lower than this may refuse longer ones.
const COMFORTABLE_SIZE: u64 = 64 * 1_024;

/// What the mail server answered.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MailServerReport {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Its first reply.
    pub greeting: Option<String>,
    /// The version of TLS.
    pub tls: Option<&'static str>,
    /// The mechanism that was used to log in, such as `PLAIN`.
    pub login: Option<String>,
    /// The sender's address.
    pub from: String,
    /// Whether it accepts mail from that address.
    pub takes_sender: bool,
    /// What it offers, line by line.
    pub offers: Option<Vec<String>>,
    /// Whether several commands may go in one write.
    pub pipelining: Option<bool>,
    /// The largest message it accepts, in octets.
    pub largest: Option<u64>,
    /// What could be better.
    pub remarks: Vec<Remark>,
    /// What is wrong.
    pub error: Option<String>,
    /// What to do about that.
    #[serde(rename = "cure")]
    pub hint: Option<Cow<'static, str>>,
    /// The user name of the login.
    #[serde(skip)]
    pub user: String,
}

/// Something that could be better about a mail server's settings.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Remark {
    /// What it is.
    pub message: String,
    /// What to do about it.
    #[serde(rename = "cure")]
    pub hint: &'static str,
}

/// Asks the mail server of `[outbox]`.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in `meeting.toml` is wrong, the outbox is a folder,
/// or the password cannot be fetched. What is wrong with the server is part of the report.
pub fn mail_server(context: &Context) -> Result<MailServerReport, Error> {
    // Neither secret nor roster is read: a mail server can be tried before they exist.
    let loaded = settings::load(meeting_file(context)?)?;
    if !loaded.problems.is_empty() {
        return Err(Error::problems(loaded.problems, 0));
    }
    let Some(smtp) = loaded.mail.outbox.smtp() else {
        return Err(Error::invalid(
            "no-mail-server",
            "the outbox is a folder: there is no mail server to ask",
            "write kind = \"smtp\" and the server's `host` under [outbox]",
        ));
    };
    let sender = mailing::sender(&loaded.mail, &loaded.shown)?;
    let from = sender.from_email();
    // No waiting for a server that is away: this is what the report is for.
    let access = relay::access(smtp, Some(from), &loaded.shown, &context.environment)
        .map_err(|problems| Error::problems(problems, 0))?;
    let relay = relay::open(smtp, access, Duration::ZERO, context);
    let mut report = MailServerReport {
        host: smtp.address.host.clone(),
        port: smtp.address.port,
        greeting: None,
        tls: None,
        login: None,
        from: from.to_string(),
        takes_sender: false,
        offers: None,
        pipelining: None,
        largest: None,
        remarks: Vec::new(),
        error: None,
        hint: None,
        user: smtp.user.clone().unwrap_or_else(|| from.to_string()),
    };
    report.examine(smtp, &relay, from, context);
    Ok(report)
}

impl MailServerReport {
    /// The remarks, for people.
    pub fn notices(&self) -> impl Iterator<Item = Notice> {
        self.remarks
            .iter()
            .map(|remark| Notice::warning("mail-server", remark.message.as_str()).hint(remark.hint))
    }

    /// What is wrong with the server, if anything is.
    pub fn error(&self) -> Option<Error> {
        let error = Error::failed("mail-server", self.error.clone()?);
        Some(match self.hint.clone() {
            Some(hint) => error.with_hint(hint),
            None => error,
        })
    }

    fn examine(&mut self, smtp: &SmtpSettings, relay: &Relay, from: &Email, context: &Context) {
        let mut session =
            match SmtpSession::connect(&relay.server, &context.environment.interrupted) {
                Ok(session) => session,
                Err(error) => {
                    self.error = Some(ErrorChain(&error).to_string());
                    self.hint = Some(error.hint());
                    return;
                }
            };
        self.greeting = Some(session.greeting().to_string());
        self.tls = session.tls_version();
        self.login = session.mechanism().map(str::to_owned);
        // Stops before RCPT: without a recipient, nothing can be delivered.
        match session.check_sender(from) {
            Ok(()) => self.takes_sender = true,
            Err(rejected) => {
                self.error = Some(format!("the sender {from} is {}", ErrorChain(&rejected)));
                self.hint = rejected.hint().map(Cow::from);
            }
        }
        let offered = session.capabilities();
        self.offers = Some(offered.lines.clone());
        self.pipelining = Some(offered.pipelining);
        self.largest = offered.size.flatten();
        self.remarks = remarks(smtp, from, offered);
        session.quit();
    }
}

fn remarks(smtp: &SmtpSettings, from: &Email, offered: &Capabilities) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut add = |message: String, hint| remarks.push(Remark { message, hint });
    if let Some((message, hint)) = sender_account::objection(smtp, from) {
        add(message, hint);
    }
    let is_remote = !smtp.address.is_loopback();
    if let Some(largest) = offered.size.flatten().filter(|largest| *largest < COMFORTABLE_SIZE) {
        add(
            format!(
                "the server accepts messages of up to {largest} octets; an invitation has about 20,000"
            ),
            "use a server with a higher limit, or shorter templates",
        );
    }
    // A server on this machine usually relays for everybody on it.
    if is_remote && !offered.auth.is_empty() && smtp.password.is_none() {
        add(
            format!(
                "the server offers a login ({}), and none is configured",
                offered.auth.join(", ")
            ),
            "if it does not relay mail without one, write `user` and `password` under [outbox]",
        );
    }
    if is_remote && smtp.security == Security::None && offered.starttls {
        add(
            "the server offers STARTTLS, but mail would be sent without TLS".to_owned(),
            "write security = \"starttls\"",
        );
    }
    // Four round trips for MAIL, RCPT, DATA and the body, instead of two (RFC 2920; `performance` facts, §4).
    if !offered.pipelining {
        add(
            "the server does not offer PIPELINING: each message takes twice as many round trips"
                .to_owned(),
            "raise `connections` under [outbox] to make up for it, if the server allows more",
        );
    }
    remarks
}
