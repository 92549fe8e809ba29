//! Where mail would go, how fast, and what a provider may object to.

use std::fmt::Write as _;

use meetmint_mailer::{Rate, Security, Sender};

use crate::front_end::Notice;
use crate::relay::cleartext_notice;
use crate::sender_account;
use crate::settings::{Preset, SmtpSettings, rate_words};

/// Notices about a mail server: the route of the mail, and settings that the provider may object to.
pub(super) fn notices(smtp: &SmtpSettings, from: Option<&str>) -> Vec<Notice> {
    let mut notices = vec![Notice::note("outbox", route(smtp, from))];
    notices.extend(cleartext_notice(smtp));
    // A wrong `from` is reported as a problem.
    let sender = from.and_then(|from| Sender::parse(from).ok());
    if let Some((message, hint)) =
        sender.and_then(|sender| sender_account::objection(smtp, sender.from_email()))
    {
        notices.push(Notice::warning("other-sender", message).hint(hint));
    }
    // The checks below compare with a provider's limits; those of other servers are not known.
    let Some(preset) = smtp.preset.and_then(Preset::named) else { return notices };
    let name = preset.name;
    // If `host` is this machine, a local relay passes the mail on, perhaps with a login of its own.
    if preset.wants_login && smtp.password.is_none() && !smtp.address.is_loopback() {
        let message = format!("{name} only accepts mail after a login, and `password` is missing");
        let hint = "add it under [outbox]: password = { file = \"…\" }";
        notices.push(Notice::warning("no-login", message).hint(hint));
    }
    let hint = |key| format!("leave `{key}` out unless your account may send more");
    if let Some(rate) = smtp.pace.rate.filter(|rate| is_faster(*rate, preset.rate)) {
        let (rate, usual) = (rate_words(rate), rate_words(preset.rate));
        let code = "above-preset";
        // A published limit is enforced; a merely careful rate can often be exceeded.
        let notice = if preset.is_limit {
            Notice::warning(code, format!("`rate` is {rate}, but {name} accepts only {usual}"))
        } else {
            Notice::note(code, format!("`rate` is {rate}; a safe rate for {name} is {usual}"))
        };
        notices.push(notice.hint(hint("rate")));
    }
    if let (Some(quota), Some(usual)) = (smtp.pace.quota, preset.quota)
        && quota > usual
    {
        let message = format!("`quota` is {quota} messages a day, but {name} accepts only {usual}");
        notices.push(Notice::warning("above-preset", message).hint(hint("quota")));
    }
    notices
}

/// "mail goes through smtp.gmail.com:587 (STARTTLS) as ada@example.org, 30 a minute, 500 a day, 50 a connection".
fn route(smtp: &SmtpSettings, from: Option<&str>) -> String {
    let security = match smtp.security {
        Security::StartTls => "STARTTLS",
        Security::Tls => "TLS",
        Security::None => "without TLS",
    };
    let mut words = format!("mail goes through {} ({security})", smtp.address);
    // The user name that a login uses if none is written (`relay.rs`).
    let sender = || Some(Sender::parse(from?).ok()?.from_email().to_string());
    match (&smtp.password, smtp.user.clone().or_else(sender)) {
        (None, _) => words += " without a login",
        // What some providers call a user name is one half of the credentials.
        (Some(_), Some(user))
            if !smtp.preset.and_then(Preset::named).is_some_and(Preset::has_own_user) =>
        {
            // Writing to a `String` cannot fail.
            let _ = write!(words, " as {user}");
        }
        (Some(_), _) => words += " with a login",
    }
    let pace = &smtp.pace;
    words += &pace.rate.map_or_else(
        || ", as fast as the server accepts it".to_owned(),
        |rate| format!(", {}", rate_words(rate)),
    );
    if let Some(quota) = pace.quota {
        let _ = write!(words, ", {quota} a day");
    }
    if let Some(messages) = pace.per_connection {
        let _ = write!(words, ", {messages} a connection");
    }
    if pace.connections > 1 {
        let _ = write!(words, ", {} connections at a time", pace.connections);
    }
    words
}

fn is_faster(rate: Rate, than: Rate) -> bool {
    // Compared as products: a quotient of whole numbers would round.
    u128::from(rate.messages) * than.per.as_nanos()
        > u128::from(than.messages) * rate.per.as_nanos()
}
