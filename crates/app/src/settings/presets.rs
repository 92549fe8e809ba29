//! Presets for mail providers: host, login and limits by the provider's name.
//!
//! All providers offer STARTTLS on port 587, which is the default. Hosts and limits are those that the providers
//! published by 2026; they change them without notice.

use std::time::Duration;

use meetmint_mailer::{Mechanism, Rate};

/// A mail provider.
#[derive(Debug)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    pub(super) host: Host,
    pub(super) user: User,
    /// The SASL mechanism; if there is none, PLAIN or LOGIN, whichever the server offers.
    pub(super) mechanism: Option<Mechanism>,
    pub(crate) rate: Rate,
    /// Whether `rate` is the provider's published limit. If not, it is a careful guess.
    pub(crate) is_limit: bool,
    /// Messages a day, if that does not depend on the account.
    pub(crate) quota: Option<u32>,
    /// Messages over one connection.
    pub(super) per_connection: u32,
    /// Whether the provider accepts mail only after a login.
    pub(crate) wants_login: bool,
    /// What it does if `from` is not the address of the account.
    pub(crate) other_sender: OtherSender,
}

/// What a provider does with mail from another address than that of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OtherSender {
    /// It has senders of its own, or nothing is known.
    Unknown,
    /// It puts the account's address in its place, unless the account has the other one, too.
    Replaced,
    /// It refuses the message, unless the account may send as the other one.
    Refused,
}

/// The mail server of a provider.
#[derive(Debug)]
pub(super) enum Host {
    /// All accounts use this one.
    Shared(&'static str),
    /// Each account has its own, for example this one.
    PerAccount(&'static str),
}

/// The user name that a provider expects at the login.
#[derive(Debug)]
pub(super) enum User {
    /// The address in `from`.
    Sender,
    /// The same for all accounts.
    Fixed(&'static str),
    /// Each account has its own: what it is, for hints.
    PerAccount(&'static str),
}

/// A careful rate for a provider without a published limit.
pub(super) const CAREFUL_RATE: Rate = per_minute(30);

/// Messages over one connection that every known provider accepts: many close a connection after 50.
pub(super) const CAREFUL_CONNECTION: u32 = 50;

/// What presets have in common.
const CAREFUL: Preset = Preset {
    name: "",
    host: Host::PerAccount("mail.example.org"),
    user: User::Sender,
    mechanism: None,
    rate: CAREFUL_RATE,
    is_limit: false,
    quota: None,
    per_connection: CAREFUL_CONNECTION,
    wants_login: true,
    other_sender: OtherSender::Unknown,
};

static PRESETS: [Preset; 13] = [
    // No rate is published. After 500 messages in 24 hours the account is locked for a day. Needs an app password.
    Preset {
        name: "gmail",
        host: Host::Shared("smtp.gmail.com"),
        quota: Some(500),
        other_sender: OtherSender::Replaced,
        ..CAREFUL
    },
    // support.google.com/a/166852: 2,000 messages in any 24 hours (500 in a trial). No rate is published.
    Preset {
        name: "google-workspace",
        host: Host::Shared("smtp.gmail.com"),
        quota: Some(2000),
        other_sender: OtherSender::Replaced,
        ..CAREFUL
    },
    // support.google.com/a/2956491: 10,000 recipients a day for each user. No rate is published. It can identify the
    // sender by the address of the machine, without a login.
    Preset {
        name: "google-relay",
        host: Host::Shared("smtp-relay.gmail.com"),
        quota: Some(10_000),
        wants_login: false,
        ..CAREFUL
    },
    // learn.microsoft.com, smtp-submission-improvements: 30 a minute over at most 3 connections, 10,000 recipients a
    // day for each mailbox. Logins with a password alone end with 2026 (MC786329).
    Preset {
        name: "microsoft365",
        host: Host::Shared("smtp.office365.com"),
        mechanism: Some(Mechanism::Xoauth2),
        is_limit: true,
        quota: Some(10_000),
        other_sender: OtherSender::Refused,
        ..CAREFUL
    },
    // Nothing is published; users report about 300 a day. Logins with a password alone are refused.
    Preset {
        name: "outlook",
        host: Host::Shared("smtp-mail.outlook.com"),
        mechanism: Some(Mechanism::Xoauth2),
        quota: Some(300),
        other_sender: OtherSender::Refused,
        ..CAREFUL
    },
    // docs.aws.amazon.com/ses, quotas: 1 a second in the sandbox. Outside of it, each account has its own rate and
    // quota, which the user sets here. Messages above the rate get reply 454 and are tried again.
    Preset {
        name: "ses",
        host: Host::PerAccount("email-smtp.eu-central-1.amazonaws.com"),
        user: User::PerAccount("the user name of the SMTP credentials in the SES console"),
        rate: Rate { messages: 1, per: Duration::from_secs(1) },
        ..CAREFUL
    },
    // twilio.com, SMTP API: 5,000 messages a connection. No rate is published; the quota depends on the plan.
    Preset {
        name: "sendgrid",
        host: Host::Shared("smtp.sendgrid.net"),
        user: User::Fixed("apikey"),
        per_connection: 5000,
        ..CAREFUL
    },
    // documentation.mailgun.com: rate and quota depend on the account. Accounts in Europe use smtp.eu.mailgun.org.
    Preset { name: "mailgun", host: Host::Shared("smtp.mailgun.org"), ..CAREFUL },
    // postmarkapp.com: neither rate nor quota is published; the plan limits a month. At most 10 connections.
    Preset {
        name: "postmark",
        host: Host::Shared("smtp.postmarkapp.com"),
        user: User::PerAccount("the access key of an SMTP token, whose secret key is the password"),
        ..CAREFUL
    },
    // No rate is published; the quota depends on the plan. The password is an SMTP key, not an API key.
    Preset { name: "brevo", host: Host::Shared("smtp-relay.brevo.com"), ..CAREFUL },
    // support.apple.com/102198: 1,000 messages and 1,000 recipients a day. No rate is published. Needs an app password.
    Preset {
        name: "icloud",
        host: Host::Shared("smtp.mail.me.com"),
        quota: Some(1000),
        other_sender: OtherSender::Refused,
        ..CAREFUL
    },
    // help.yahoo.com SLN17518: 500 a day. No rate is published. Needs an app password.
    Preset {
        name: "yahoo",
        host: Host::Shared("smtp.mail.yahoo.com"),
        quota: Some(500),
        other_sender: OtherSender::Refused,
        ..CAREFUL
    },
    // Shared web hosting: limits of 2 to 5 a minute and 120 to 500 an hour are common. The host knows its own.
    Preset { name: "hosting", rate: per_minute(2), ..CAREFUL },
];

impl Preset {
    /// All names, in the order of the table.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|preset| preset.name)
    }

    /// The preset of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// Whether the provider makes up the user name. Such a name can be part of the credentials, so it is not shown.
    pub(crate) fn has_own_user(&self) -> bool {
        matches!(self.user, User::PerAccount(_))
    }
}

const fn per_minute(messages: u32) -> Rate {
    Rate { messages, per: Duration::from_secs(60) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_preset_has_its_own_name_a_host_and_limits_above_zero() {
        let names: HashSet<&str> = Preset::names().collect();
        assert_eq!(names.len(), PRESETS.len());
        for preset in &PRESETS {
            assert!(!preset.name.is_empty());
            assert!(preset.rate.messages > 0 && preset.per_connection > 0, "{preset:?}");
            assert_ne!(preset.quota, Some(0), "{preset:?}");
            let (Host::Shared(host) | Host::PerAccount(host)) = preset.host;
            assert!(host.contains('.') && !host.contains(['/', ':']), "{preset:?}");
        }
    }
}
