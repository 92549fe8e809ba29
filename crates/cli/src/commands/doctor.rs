//! `meetmint doctor --mail`: connects, logs in, says what the server offers and whether the settings fit. Nothing is
//! delivered.

use std::path::Path;
use std::time::Duration;

use meetmint_core::Email;
use meetmint_mailer::{Capabilities, Relay, Security, SmtpSession};
use serde_json::{Value, json};

use crate::cli::{Doctor, ReportFormat};
use crate::failure::{Exit, Failure};
use crate::mail::{self, with_causes};
use crate::relay;
use crate::report::Report;
use crate::settings::{self, SmtpSettings};
use crate::world::World;

/// A message with its calendar has some 20 KiB; a server that takes less than this much may not take it.
const ROOM: u64 = 64 * 1_024;

/// What was found, in the order in which it was.
#[derive(Default)]
struct Findings {
    greeting: Option<String>,
    tls: Option<&'static str>,
    login: Option<String>,
    sender: Option<String>,
    offered: Option<Capabilities>,
    /// What could be better, with what to do about it.
    remarks: Vec<(String, String)>,
    /// What is wrong, with what to do about it.
    error: Option<(String, Option<&'static str>)>,
}

pub(crate) fn run(
    args: &Doctor,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let loaded = settings::load(meeting)?;
    if !loaded.problems.is_empty() {
        return Err(Failure::Problems { problems: loaded.problems, more: 0 });
    }
    let Some(smtp) = loaded.mail.outbox.smtp() else {
        return Err(Failure::wrong(
            "the outbox is a folder: there is no mail server to ask",
            "write kind = \"smtp\" under [outbox], and where the server is",
        ));
    };
    let sender = mail::from(&loaded.mail, &loaded.shown).map_err(Failure::problem)?;
    let from = sender.from_email();
    let relay = relay::make(smtp, from, Duration::ZERO, report)?;
    let findings = examine(smtp, &relay, from, world);
    match args.format {
        ReportFormat::Json => report.data(&format!("{:#}\n", as_json(smtp, from, &findings)))?,
        ReportFormat::Text => report.data(&in_words(smtp, from, &findings))?,
    }
    for (remark, hint) in &findings.remarks {
        report.warning(remark, Some(hint));
    }
    match findings.error {
        None => Ok(Exit::Done),
        Some((message, hint)) => {
            Err(Failure::Broken { message, cause: None, hint: hint.map(str::to_owned) })
        }
    }
}

fn examine(smtp: &SmtpSettings, relay: &Relay, from: &Email, world: &World) -> Findings {
    let mut findings = Findings::default();
    let mut outbox = match SmtpSession::connect(&relay.server, &world.flag()) {
        Ok(outbox) => outbox,
        Err(error) => {
            findings.error = Some((with_causes(&error), Some(error.hint())));
            return findings;
        }
    };
    let offered = outbox.capabilities().clone();
    findings.greeting = Some(outbox.greeting().to_string());
    findings.tls = outbox.tls_version();
    findings.login = outbox.mechanism().map(str::to_owned);
    match outbox.check_sender(from) {
        Ok(()) => findings.sender = Some(from.to_string()),
        Err(not_taken) => {
            let message = format!("{from} as the sender is {}", with_causes(&not_taken));
            findings.error = Some((message, not_taken.hint()));
        }
    }
    outbox.quit();
    findings.remarks = remarks(smtp, &offered);
    findings.offered = Some(offered);
    findings
}

fn remarks(smtp: &SmtpSettings, offered: &Capabilities) -> Vec<(String, String)> {
    let mut remarks = Vec::new();
    let mut add = |remark: String, hint: &str| remarks.push((remark, hint.to_owned()));
    let remote = !smtp.address.is_loopback();
    if let Some(largest) = offered.size.flatten().filter(|largest| *largest < ROOM) {
        add(
            format!("the server takes messages of {largest} octets, and one has about 20,000"),
            "use a server that takes larger ones, or shorter templates",
        );
    }
    if remote && !offered.auth.is_empty() && smtp.password.is_none() {
        add(
            format!("the server lets people log in ({}), and nobody does", offered.auth.join(", ")),
            "if it passes nothing on without: `user` and `password` under [outbox]",
        );
    }
    if remote && smtp.security == Security::None && offered.starttls {
        add(
            "the server offers STARTTLS, and the mail would go there in the clear".to_owned(),
            "write security = \"starttls\"",
        );
    }
    if !offered.pipelining {
        add(
            "the server does not offer PIPELINING: each message takes twice as many round trips"
                .to_owned(),
            "more `connections` under [outbox] make up for it, if the server likes that",
        );
    }
    remarks
}

fn in_words(smtp: &SmtpSettings, from: &Email, findings: &Findings) -> String {
    let mut lines = Vec::new();
    if let Some(greeting) = &findings.greeting {
        lines.push(format!("{} answers: {greeting}", smtp.address));
    }
    if let Some(tls) = findings.tls {
        lines.push(format!("{tls}, and the certificate is that of {}", smtp.address.host));
    }
    if let Some(login) = &findings.login {
        let user = smtp.user.clone().unwrap_or_else(|| from.to_string());
        lines.push(format!("logged in as {user} with {login}"));
    }
    if let Some(offered) = &findings.offered {
        lines.push(format!("it offers {}", offered.lines.join(", ")));
    }
    if let Some(sender) = &findings.sender {
        lines.push(format!("it takes mail from {sender}"));
        lines.push("Nothing was delivered.".to_owned());
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn as_json(smtp: &SmtpSettings, from: &Email, findings: &Findings) -> Value {
    let offered = findings.offered.as_ref();
    let remark = |(message, hint): &(String, String)| json!({ "message": message, "cure": hint });
    json!({
        "mail": {
            "host": smtp.address.host,
            "port": smtp.address.port,
            "greeting": findings.greeting,
            "tls": findings.tls,
            "login": findings.login,
            "from": from.as_str(),
            "takes_sender": findings.sender.is_some(),
            "offers": offered.map(|offered| &offered.lines),
            "pipelining": offered.map(|offered| offered.pipelining),
            "largest": offered.and_then(|offered| offered.size.flatten()),
            "remarks": findings.remarks.iter().map(remark).collect::<Vec<_>>(),
            "error": findings.error.as_ref().map(|(message, _)| message),
            "cure": findings.error.as_ref().and_then(|(_, cure)| *cure),
        }
    })
}
