//! Where mail would go, how fast, and what a provider may not like about it.

use std::fmt::Write as _;

use meetmint_mailer::{Rate, Security, Sender};

use crate::settings::{Preset, SmtpSettings, rate_words};

pub(super) fn remarks(
    smtp: &SmtpSettings,
    from: Option<&str>,
    add: &mut impl FnMut(&'static str, bool, String, Option<String>),
) {
    let address = &smtp.address;
    add("outbox", false, way(smtp, from), None);
    if smtp.security == Security::None && !address.is_loopback() {
        add(
            "cleartext",
            true,
            format!(
                "mail goes to {address} in the clear: whoever listens on the way reads every link"
            ),
            Some("write security = \"starttls\" or \"tls\" if the server can do it".to_owned()),
        );
    }
    let Some(preset) = smtp.preset.and_then(Preset::named) else { return };
    let name = preset.name;
    if preset.wants_login && smtp.password.is_none() && !address.is_loopback() {
        add(
            "no-login",
            true,
            format!("with {name} only those who log in can mail, and there is no `password`"),
            Some("add it under [outbox]: password = { file = \"…\" }".to_owned()),
        );
    }
    let unless = |key| Some(format!("leave `{key}` out unless your account takes more"));
    if let Some(rate) = smtp.pace.rate.filter(|rate| is_faster(*rate, preset.rate)) {
        let (rate, usual) = (rate_words(rate), rate_words(preset.rate));
        let words = if preset.is_limit {
            format!("`rate` is {rate}, and {name} takes {usual}")
        } else {
            format!("`rate` is {rate}, and the careful one for {name} is {usual}")
        };
        add("above-preset", preset.is_limit, words, unless("rate"));
    }
    if let (Some(quota), Some(usual)) = (smtp.pace.quota, preset.quota)
        && quota > usual
    {
        let words = format!("`quota` is {quota} a day, and {name} takes {usual}");
        add("above-preset", true, words, unless("quota"));
    }
}

/// "mail goes through smtp.gmail.com:587 (STARTTLS) as ada@example.org, 30 a minute, 500 a day, 50 a connection".
fn way(smtp: &SmtpSettings, from: Option<&str>) -> String {
    let security = match smtp.security {
        Security::StartTls => "STARTTLS",
        Security::Tls => "TLS",
        Security::None => "without TLS",
    };
    let mut words = format!("mail goes through {} ({security})", smtp.address);
    let sender = || Some(Sender::parse(from?).ok()?.from_email().to_string());
    match (&smtp.password, smtp.user.clone().or_else(sender)) {
        (None, _) => words += " without a login",
        // What some providers call a user is half a secret.
        (Some(_), Some(user))
            if !smtp.preset.and_then(Preset::named).is_some_and(Preset::has_own_user) =>
        {
            let _ = write!(words, " as {user}");
        }
        (Some(_), _) => words += " with a login",
    }
    let pace = &smtp.pace;
    words += &pace.rate.map_or_else(
        || ", as fast as it takes it".to_owned(),
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
    u128::from(rate.messages) * than.per.as_nanos()
        > u128::from(than.messages) * rate.per.as_nanos()
}
