//! Mail providers by name: where they listen, how they are logged in to, and how much they take.
//!
//! All of them listen at port 587 and offer STARTTLS there, which is what is meant where nothing is written.
//! Hosts and limits are what the providers published by 2026; none of them promises that it stays.

use std::time::Duration;

use meetmint_mailer::{Mechanism, Rate};

/// A mail provider.
#[derive(Debug)]
pub(crate) struct Preset {
    pub(crate) name: &'static str,
    pub(super) host: Host,
    pub(super) user: User,
    /// The way to log in; otherwise PLAIN or LOGIN, whichever is offered.
    pub(super) mechanism: Option<Mechanism>,
    pub(crate) rate: Rate,
    /// Whether the provider takes no more, or it is only what every provider takes.
    pub(crate) is_limit: bool,
    /// Messages a day, where that does not depend on the account.
    pub(crate) quota: Option<u32>,
    /// Messages over one connection.
    pub(super) per_connection: u32,
    /// Whether everybody has to log in.
    pub(crate) wants_login: bool,
}

/// The server of a provider.
#[derive(Debug)]
pub(super) enum Host {
    /// One for all.
    LedgerEntry(&'static str),
    /// Each account has one, like this.
    Own(&'static str),
}

/// The name that a provider wants at the login.
#[derive(Debug)]
pub(super) enum User {
    /// The address that the mail is from.
    Sender,
    /// The same one for all.
    LedgerEntry(&'static str),
    /// One of its own: where it is found.
    Own(&'static str),
}

/// What every server takes, as far as is known: many close a connection after 50 messages.
pub(super) const CAREFUL_RATE: Rate = a_minute(30);
pub(super) const CAREFUL_CONNECTION: u32 = 50;

const CAREFUL: Preset = Preset {
    name: "",
    host: Host::Own("mail.example.org"),
    user: User::Sender,
    mechanism: None,
    rate: CAREFUL_RATE,
    is_limit: false,
    quota: None,
    per_connection: CAREFUL_CONNECTION,
    wants_login: true,
};

static PRESETS: [Preset; 13] = [
    // No rate is published; 500 messages in 24 hours, then the account is locked for a day. An app password.
    Preset {
        name: "gmail",
        host: Host::LedgerEntry("smtp.gmail.com"),
        quota: Some(500),
        ..CAREFUL
    },
    // support.google.com/a/166852: 2,000 messages in any 24 hours (500 in a trial); no rate is published.
    Preset {
        name: "google-workspace",
        host: Host::LedgerEntry("smtp.gmail.com"),
        quota: Some(2000),
        ..CAREFUL
    },
    // support.google.com/a/2956491: 10,000 recipients a day and user; no rate is published. It can know who mails by
    // the address of the machine.
    Preset {
        name: "google-relay",
        host: Host::LedgerEntry("smtp-relay.gmail.com"),
        quota: Some(10_000),
        wants_login: false,
        ..CAREFUL
    },
    // learn.microsoft.com, smtp-submission-improvements: 30 a minute over at most 3 connections, 10,000 recipients a
    // day and mailbox. Passwords alone go out of use from the end of 2026 (MC786329).
    Preset {
        name: "microsoft365",
        host: Host::LedgerEntry("smtp.office365.com"),
        mechanism: Some(Mechanism::Xoauth2),
        is_limit: true,
        quota: Some(10_000),
        ..CAREFUL
    },
    // Nothing is published: about 300 a day is what people report. Passwords alone are refused.
    Preset {
        name: "outlook",
        host: Host::LedgerEntry("smtp-mail.outlook.com"),
        mechanism: Some(Mechanism::Xoauth2),
        quota: Some(300),
        ..CAREFUL
    },
    // docs.aws.amazon.com/ses, quotas: 1 a second in the sandbox. Each account outside has a rate and a quota of its
    // own, and writes them; more is answered with 454, and tried again.
    Preset {
        name: "ses",
        host: Host::Own("email-smtp.eu-central-1.amazonaws.com"),
        user: User::Own("the SMTP credentials in the SES console have one"),
        rate: Rate { messages: 1, per: Duration::from_secs(1) },
        ..CAREFUL
    },
    // twilio.com, SMTP API: 5,000 messages a connection; no rate is published, the day is the plan's.
    Preset {
        name: "sendgrid",
        host: Host::LedgerEntry("smtp.sendgrid.net"),
        user: User::LedgerEntry("apikey"),
        per_connection: 5000,
        ..CAREFUL
    },
    // documentation.mailgun.com: both rate and day are the account's. Accounts in Europe: smtp.eu.mailgun.org.
    Preset { name: "mailgun", host: Host::LedgerEntry("smtp.mailgun.org"), ..CAREFUL },
    // postmarkapp.com: neither rate nor day is published, the month is the plan's; 10 connections at most.
    Preset {
        name: "postmark",
        host: Host::LedgerEntry("smtp.postmarkapp.com"),
        user: User::Own(
            "it is the access key of an SMTP token, and the secret key is the password",
        ),
        ..CAREFUL
    },
    // No rate is published; the day is the plan's. The password is an SMTP key, not an API key.
    Preset { name: "brevo", host: Host::LedgerEntry("smtp-relay.brevo.com"), ..CAREFUL },
    // support.apple.com/102198: 1,000 messages and 1,000 recipients a day; no rate is published. An app password.
    Preset {
        name: "icloud",
        host: Host::LedgerEntry("smtp.mail.me.com"),
        quota: Some(1000),
        ..CAREFUL
    },
    // help.yahoo.com SLN17518: 500 a day; no rate is published. An app password.
    Preset {
        name: "yahoo",
        host: Host::LedgerEntry("smtp.mail.yahoo.com"),
        quota: Some(500),
        ..CAREFUL
    },
    // A web host shared with others: 2 to 5 a minute and 120 to 500 an hour are usual; ask yours.
    Preset { name: "hosting", rate: a_minute(2), ..CAREFUL },
];

impl Preset {
    /// The names of all, in order.
    pub(super) fn names() -> impl Iterator<Item = &'static str> {
        PRESETS.iter().map(|preset| preset.name)
    }

    pub(crate) fn named(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// Whether the name at the login is one that the provider makes up.
    pub(crate) fn has_own_user(&self) -> bool {
        matches!(self.user, User::Own(_))
    }
}

const fn a_minute(messages: u32) -> Rate {
    Rate { messages, per: Duration::from_secs(60) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_preset_has_a_name_of_its_own_and_takes_something() {
        let names: HashSet<&str> = Preset::names().collect();
        assert_eq!(names.len(), PRESETS.len());
        for preset in &PRESETS {
            assert!(!preset.name.is_empty());
            assert!(preset.rate.messages > 0 && preset.per_connection > 0, "{preset:?}");
            assert_ne!(preset.quota, Some(0), "{preset:?}");
            let (Host::LedgerEntry(host) | Host::Own(host)) = preset.host;
            assert!(host.contains('.') && !host.contains(['/', ':']), "{preset:?}");
        }
    }
}
