//! Whom a reply concerns: this person, or everybody (`invitation-email` facts, §3.1).
//!
//! A batch that goes on after a refusal that concerns everybody burns through the whole list; one that stops at a
//! full mailbox never ends. So the code, the enhanced code (RFC 3463) and what was asked decide, and where
//! servers use one code for two things, their words.

use super::error::{Rejected, SmtpError, Stage, Unsupported};
use super::reply::Reply;

/// Whom a reply concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concerns {
    /// This person: refused.
    Person,
    /// This message, for the moment: it is tried again later.
    PersonLater,
    /// The connection: the same message goes over another one.
    Connection,
    /// This message, and perhaps every one like it: everybody, if it is the first one or not the only one.
    Undecided,
    /// Everybody: to go on would be the same again and again.
    EveryMessage,
}

/// What is made of a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) scope: Concerns,
    /// The server wants to have less to do.
    pub(crate) slow: bool,
    /// It wants fewer connections.
    pub(crate) fewer: bool,
    /// What to do about it, where it concerns everybody.
    pub(crate) cure: Option<&'static str>,
    /// A quota: in so many seconds there may be room again.
    pub(crate) resumes_in: Option<i64>,
}

/// How long a quota of a day lasts.
const DAY: i64 = 24 * 60 * 60;

const LOGIN: &str = "the server wants a login: write `user` and `password` under [outbox]";
const SENDER: &str = "the server does not let this account send in the name of `from`: write the address that belongs to it under [mail]";
const TOO_BIG: &str =
    "every message is about this long: use a server that takes larger ones, or shorter templates";
const RELAY: &str = "the server passes no mail on from here: log in (`user`, `password`), or use the server that this machine may send through";
const POLICY: &str = "the server objects to the message or to its sender: look at its words, then try one: meetmint send --limit 1";
const QUOTA: &str = "the account has sent all it may for now: run it again when there is room, and it goes on where it stopped; `quota` under [outbox] keeps below";
const SPOKE: &str =
    "the server does not understand what was said: look at the conversation with -v";

impl Verdict {
    fn of(scope: Concerns) -> Verdict {
        Verdict { scope, slow: false, fewer: false, cure: None, resumes_in: None }
    }

    fn everybody(cure: &'static str) -> Verdict {
        Verdict { cure: Some(cure), ..Verdict::of(Concerns::EveryMessage) }
    }

    /// What is made of a 4xx or 5xx.
    pub(crate) fn of_reply(stage: Stage, reply: &Reply) -> Verdict {
        if is_quota(reply) {
            return Verdict { resumes_in: Some(DAY), ..Verdict::everybody(QUOTA) };
        }
        match reply.class() {
            4 => temporary(stage, reply),
            _ => permanent(stage, reply),
        }
    }

    /// What is made of a message that the server cannot take.
    pub(crate) fn of_unfit(unfit: Unsupported) -> Verdict {
        match unfit {
            Unsupported::Address | Unsupported::EightBit => Verdict::of(Concerns::Person),
            Unsupported::Sender => Verdict::everybody(
                "write a sender in plain letters as `from`, or use a server that offers SMTPUTF8",
            ),
            Unsupported::Size { .. } => Verdict::everybody(TOO_BIG),
        }
    }
}

fn temporary(stage: Stage, reply: &Reply) -> Verdict {
    let system = matches!(reply.enhanced(), Some((4, 3, 1) | (4, 4, 5)));
    match reply.code {
        421 => Verdict { slow: true, ..Verdict::of(Concerns::Connection) },
        432 => {
            let scope =
                if stage == Stage::Message { Concerns::PersonLater } else { Concerns::Connection };
            Verdict { slow: true, fewer: true, ..Verdict::of(scope) }
        }
        454 => Verdict { slow: true, ..Verdict::of(Concerns::PersonLater) },
        // Enough over this connection: OpenSMTPD says so at the 101st message.
        452 if stage == Stage::Mail && reply.enhanced() == Some((4, 5, 3)) => {
            Verdict::of(Concerns::Connection)
        }
        // Greylisting is about one person's mail, and is no hurry of ours.
        _ if stage == Stage::Recipient => {
            Verdict { slow: system || is_rate(reply), ..Verdict::of(Concerns::PersonLater) }
        }
        450 | 451 => Verdict { slow: true, ..Verdict::of(Concerns::PersonLater) },
        _ => Verdict { slow: system || is_rate(reply), ..Verdict::of(Concerns::PersonLater) },
    }
}

fn permanent(stage: Stage, reply: &Reply) -> Verdict {
    let (subject, detail) = match reply.enhanced() {
        Some((_, subject, detail)) => (subject, detail),
        None => (0, 0),
    };
    match (stage, reply.code, subject, detail) {
        (_, 530 | 535 | 538, ..) => Verdict::everybody(LOGIN),
        (Stage::Mail | Stage::Recipient, _, 1, 7 | 8) => Verdict::everybody(SENDER),
        (_, _, 3, 4) => Verdict::everybody(TOO_BIG),
        (Stage::Mail | Stage::Message, 552, subject, _) if subject != 2 => {
            Verdict::everybody(TOO_BIG)
        }
        (Stage::Mail, 500 | 502..=504, ..) => Verdict::everybody(SPOKE),
        (Stage::Mail, ..) => Verdict::everybody(SENDER),
        (Stage::Recipient, _, 7, _) => Verdict::everybody(RELAY),
        (Stage::Recipient, _, 0, _) if is_relay_denied(reply) => Verdict::everybody(RELAY),
        (Stage::Recipient, 500 | 502..=504, 0, _) => Verdict::everybody(SPOKE),
        (Stage::Recipient, ..) | (_, _, 1 | 2, _) => Verdict::of(Concerns::Person),
        _ => Verdict { cure: Some(POLICY), ..Verdict::of(Concerns::Undecided) },
    }
}

/// Whether a day's mail is used up: of the sender, not of a full mailbox.
fn is_quota(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    // As a 4xx it is congestion (RFC 3463 §3.5).
    reply.enhanced() == Some((5, 4, 5))
        || has(&["submissionquotaexceeded"])
        || has(&["daily", "per day", "sending quota", "sending limit", "submission quota"])
            && has(&["quota", "limit"])
            && has(&["exceed", "reached", "over "])
}

/// Whether the server passes nothing on, where it has no enhanced code for that. Servers speak of relays in other
/// refusals, too: "User unknown in relay recipient table".
fn is_relay_denied(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    let denied = ["relaying", "relay access denied", "relay not permitted", "unable to relay"];
    denied.iter().any(|words| text.contains(words))
}

/// Whether it all goes too fast.
fn is_rate(reply: &Reply) -> bool {
    let text = reply.text.to_ascii_lowercase();
    ["throttl", "too many", "too fast", "too much", "rate limit", "rate exceeded", "slow down"]
        .iter()
        .any(|word| text.contains(word))
}

impl Rejected {
    /// What to do about it, where it concerns everybody.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Rejected::Reply { stage, reply } => Verdict::of_reply(*stage, reply).cure,
            Rejected::Unsupported(unfit) => Verdict::of_unfit(*unfit).cure,
            Rejected::Broken(_) => None,
        }
    }
}

impl SmtpError {
    /// Whether another try could end otherwise.
    pub(crate) fn is_temporary(&self) -> bool {
        match self {
            SmtpError::Deferred { reply, .. } => !is_quota(reply),
            SmtpError::Connect { .. } | SmtpError::NoSuchHost { .. } | SmtpError::Broken { .. } => {
                true
            }
            SmtpError::Tls { source, .. } => source.is_temporary(),
            _ => false,
        }
    }

    /// Whether the server itself says that it is to be another time.
    pub(crate) fn is_answer(&self) -> bool {
        matches!(self, SmtpError::Deferred { .. })
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            SmtpError::NotLoopback(_) => {
                "write security = \"starttls\" (port 587) or \"tls\" (port 465) under [outbox]"
            }
            SmtpError::Hello(_) => "write `from` with the domain of a host",
            SmtpError::NoSuchHost { .. } => "look at `host` under [outbox]",
            SmtpError::Connect { .. } => {
                "look at `host` and `port` under [outbox]: 587 goes with security = \"starttls\", 465 with \"tls\""
            }
            SmtpError::NoStartTls(_) => {
                "look at `host` and `port` under [outbox]; if this worked before, somebody on the way may want to read along"
            }
            SmtpError::TooEarly(_) => "use another network, and tell whoever runs the mail server",
            SmtpError::Tls { source, .. } => source.hint(),
            SmtpError::NoLogin { .. } => {
                "write one of those as `auth`, or leave `user` and `password` out if the server wants no login"
            }
            SmtpError::Secret(_) => "look at `password` under [outbox]",
            SmtpError::Broken { .. } => {
                "if it is so every time, look at `port` and `security` under [outbox]: 587 goes with \"starttls\", 465 with \"tls\""
            }
            SmtpError::Refused { stage: Stage::Login, reply, .. } => login_hint(reply),
            SmtpError::Refused { .. } => {
                "the server takes nothing from this machine: look at its words, and ask whoever runs it"
            }
            SmtpError::Deferred { stage: Stage::Login, .. } => {
                "wait some minutes, and write fewer `connections` under [outbox]: every login counts"
            }
            SmtpError::Deferred { reply, .. } if is_quota(reply) => QUOTA,
            SmtpError::Deferred { .. } => "wait some minutes, and run it again",
        }
    }
}

/// What is wrong with a login, told by the codes of those who run large servers (§3.1).
fn login_hint(reply: &Reply) -> &'static str {
    let text = reply.text.to_ascii_lowercase();
    match (reply.code, reply.enhanced()) {
        (534, _) => {
            "this account wants an app password instead of the usual one: make one in its security settings"
        }
        (_, Some((5, 7, 30 | 139))) => {
            "the account does not let a password log in: allow authenticated SMTP for it, or use auth = \"xoauth2\""
        }
        (538, _) => "the server wants TLS first: write security = \"starttls\" under [outbox]",
        _ if text.contains("application-specific") || text.contains("app password") => {
            "this account wants an app password instead of the usual one: make one in its security settings"
        }
        _ => {
            "look at `user` and `password` under [outbox]; a password is tried once, because more would lock the account"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::smtp::reply::ReplyLine;

    fn reply(text: &str) -> Reply {
        Reply::of(&[ReplyLine::parse(text.as_bytes()).unwrap()])
    }

    #[track_caller]
    fn case(stage: Stage, text: &str, scope: Concerns, slow: bool) {
        let judgement = Verdict::of_reply(stage, &reply(text));
        assert_eq!((judgement.scope, judgement.slow), (scope, slow), "{text}");
        assert!(
            judgement.cure.is_some()
                || !matches!(scope, Concerns::EveryMessage | Concerns::Undecided),
            "{text}"
        );
    }

    #[test]
    fn whom_a_refusal_concerns() {
        use Concerns::{EveryMessage, Person, Undecided};
        use Stage::{Data, Mail, Message, Recipient};

        for (stage, text, scope) in [
            (Mail, "550 5.1.8 sender address rejected", EveryMessage),
            (Mail, "530 5.7.0 authentication required", EveryMessage),
            (Mail, "553 5.7.1 not owned by user", EveryMessage),
            (Mail, "501 5.1.7 bad sender", EveryMessage),
            (Mail, "552 5.3.4 too big", EveryMessage),
            (Mail, "552 too big", EveryMessage),
            (Mail, "503 bad sequence", EveryMessage),
            (Recipient, "550 5.1.1 no such user", Person),
            (Recipient, "550 no such user", Person),
            (Recipient, "550", Person),
            (Recipient, "553 5.1.3 bad address", Person),
            (Recipient, "501 bad address", Person),
            (Recipient, "552 5.2.2 mailbox full: over quota", Person),
            (Recipient, "552 mailbox exceeded its storage limit", Person),
            (Recipient, "550 5.1.8 sender unknown", EveryMessage),
            (Recipient, "554 5.7.1 relay access denied", EveryMessage),
            (Recipient, "550 relaying not permitted", EveryMessage),
            (Recipient, "550 unable to relay", EveryMessage),
            (Recipient, "550 5.1.1 <x@y>: User unknown in relay recipient table", Person),
            (Recipient, "550 mailrelay3.example.com: no such user", Person),
            (Recipient, "550 5.7.509 policy", EveryMessage),
            (Recipient, "530 5.7.1 authentication required", EveryMessage),
            (Recipient, "502 what?", EveryMessage),
            (Recipient, "552 5.3.4 too big", EveryMessage),
            (Data, "554 5.5.1 no", Undecided),
            (Data, "550 5.2.1 disabled", Person),
            (Message, "550 5.1.1 no such user", Person),
            (Message, "552 5.2.2 mailbox full", Person),
            (Message, "554 5.7.1 spam", Undecided),
            (Message, "550 5.7.26 unauthenticated", Undecided),
            (Message, "550 no", Undecided),
            (Message, "552 5.3.4 too big", EveryMessage),
            (Message, "552 too big", EveryMessage),
            (Message, "550 5.4.5 Daily user sending quota exceeded.", EveryMessage),
            (Recipient, "550 5.4.5 Daily SMTP relay limit exceeded for user.", EveryMessage),
            (
                Message,
                "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
                EveryMessage,
            ),
            (Message, "554 5.2.2 mailbox has exceeded its daily sending limit", EveryMessage),
            (Mail, "454 Throttling failure: Daily message quota exceeded.", EveryMessage),
        ] {
            case(stage, text, scope, false);
        }
    }

    #[test]
    fn what_is_temporary_and_what_wants_less() {
        use Concerns::{Connection, PersonLater};
        use Stage::{Mail, Message, Recipient};

        for (stage, text, scope, slow) in [
            (Mail, "421 4.3.2 closing", Connection, true),
            (Mail, "432 4.3.2 too many connections", Connection, true),
            (Message, "432 4.3.2 concurrent connections", PersonLater, true),
            (Mail, "450 4.2.1 peak", PersonLater, true),
            (Mail, "451 4.3.0 later", PersonLater, true),
            (Mail, "452 4.3.1 no disk", PersonLater, true),
            (Mail, "452 4.4.5 insufficient disk space", PersonLater, true),
            (Mail, "452 4.5.3 too many messages sent", Connection, false),
            (Recipient, "450 4.2.0 greylisted", PersonLater, false),
            (Recipient, "451 4.7.1 greylisting in action", PersonLater, false),
            (Recipient, "452 4.2.2 mailbox full", PersonLater, false),
            (Recipient, "452 4.5.3 too many recipients", PersonLater, true),
            (Recipient, "451 4.7.0 rate limit", PersonLater, true),
            (Message, "452 4.2.2 mailbox full", PersonLater, false),
            (Message, "451 4.3.0 queue", PersonLater, true),
            (Message, "454 Throttling failure: Maximum sending rate exceeded.", PersonLater, true),
        ] {
            case(stage, text, scope, slow);
        }
        assert!(Verdict::of_reply(Mail, &reply("432 4.3.2 too many")).fewer);
        let quota = Verdict::of_reply(Message, &reply("550 5.4.5 Daily sending quota exceeded"));
        assert_eq!(quota.resumes_in, Some(DAY));
    }

    proptest::proptest! {
        #[test]
        fn every_refusal_concerns_somebody(code in 400u16..600, text in "([45]\\.[0-9]\\.[0-9]{1,2} )?[a-z ]{0,30}") {
            let reply = reply(&format!("{code} {text}"));
            for stage in [Stage::Mail, Stage::Recipient, Stage::Data, Stage::Message] {
                let judgement = Verdict::of_reply(stage, &reply);
                let ends = matches!(judgement.scope, Concerns::Person | Concerns::Undecided);
                proptest::prop_assert!(!(ends && code < 500), "4xx is never final");
                proptest::prop_assert!(judgement.cure.is_some() || judgement.scope != Concerns::EveryMessage);
            }
        }
    }
}
