//! Which messages the replies of real servers concern.

use super::*;
use crate::outbox::smtp::reply::ReplyLine;

fn reply(text: &str) -> Reply {
    Reply::from_lines(&[ReplyLine::parse(text.as_bytes()).unwrap()])
}

#[track_caller]
fn case(stage: Stage, text: &str, concerns: Concerns, slowdown: Slowdown) {
    let verdict = Verdict::on_reply(stage, &reply(text));
    assert_eq!((verdict.concerns, verdict.slowdown), (concerns, slowdown), "{text}");
    assert!(
        // A run that stops has to say what the user can do.
        verdict.hint.is_some() || !matches!(concerns, Concerns::EveryMessage | Concerns::Undecided),
        "{text}"
    );
}

#[test]
fn a_5xx_concerns_one_person_or_every_message() {
    use Concerns::{EveryMessage, Person, Undecided};
    use Stage::{Data, Mail, Message, Recipient};

    for (stage, text, concerns) in [
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
        (Recipient, "550 5.0.0 no such user", Person),
        // Exchange Online, for an unknown recipient of another organization.
        (Recipient, "550 5.4.1 Recipient address rejected: Access denied", Person),
        (Recipient, "550 5.5.0 no such user", Person),
        (Message, "550 5.4.1 no such user", Person),
        (Message, "550 5.5.0 mailbox unavailable", Person),
        (Recipient, "550 5.3.0 rejected", Undecided),
        (Recipient, "550 5.4.4 unable to route", Undecided),
        (Recipient, "550 5.6.0 rejected", Undecided),
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
        // Exchange Online: the sender's domain fails DMARC.
        (Recipient, "550 5.7.509 policy", Undecided),
        (Recipient, "554 5.7.1 <x@y>: Recipient address rejected: Access denied", Undecided),
        (Recipient, "530 5.7.1 authentication required", EveryMessage),
        (Recipient, "502 what?", EveryMessage),
        (Recipient, "552 5.3.4 too big", EveryMessage),
        (
            Recipient,
            "504 5.5.2 <mx>: Helo command rejected: need fully-qualified hostname",
            EveryMessage,
        ),
        // Postfix with reject_sender_login_mismatch.
        (
            Recipient,
            "553 5.7.1 <a@b>: Sender address rejected: not owned by user c@d",
            EveryMessage,
        ),
        (Recipient, "501 5.5.4 syntax", EveryMessage),
        (Recipient, "501 5.1.3 bad address", Person),
        (Data, "554 5.5.1 no", EveryMessage),
        (Data, "503 no", EveryMessage),
        (Message, "550 5.1.8 sender unknown", EveryMessage),
        // Exchange Online.
        (Message, "554 5.2.252 SendAsDenied; a@b not allowed to send as c@d", EveryMessage),
        (Data, "550 5.2.1 disabled", Person),
        (Message, "550 5.1.1 no such user", Person),
        (Message, "552 5.2.2 mailbox full", Person),
        (Message, "554 5.7.1 spam", Undecided),
        // Gmail: neither SPF nor DKIM has passed.
        (Message, "550 5.7.26 unauthenticated", Undecided),
        (Message, "550 no", Undecided),
        (Message, "552 5.3.4 too big", EveryMessage),
        (Message, "552 too big", EveryMessage),
        // Gmail, then its relay for organizations.
        (Message, "550 5.4.5 Daily user sending quota exceeded.", EveryMessage),
        (Recipient, "550 5.4.5 Daily SMTP relay limit exceeded for user.", EveryMessage),
        (
            // Exchange Online.
            Message,
            "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException",
            EveryMessage,
        ),
        (Message, "554 5.2.2 mailbox has exceeded its daily sending limit", EveryMessage),
        // Amazon SES.
        (Mail, "454 Throttling failure: Daily message quota exceeded.", EveryMessage),
    ] {
        case(stage, text, concerns, Slowdown::No);
    }
}

#[test]
fn a_4xx_is_retried_and_may_ask_for_a_slower_pace() {
    use Concerns::{Connection, PersonLater};
    use Slowdown::{No, Possible, Requested};
    use Stage::{Data, Mail, Message, Recipient};

    for (stage, text, concerns, slowdown) in [
        (Mail, "421 4.3.2 closing", Connection, Possible),
        (Message, "421 4.7.0 try again later, closing connection", Connection, Possible),
        // Postfix, Sendmail, Gmail, Yahoo, Microsoft 365.
        (Mail, "421 4.7.0 mx Error: too many connections from 192.0.2.1", Connection, Requested),
        (Mail, "421 4.3.2 Connection rate limit exceeded.", Connection, Requested),
        // A limit of messages per connection, in the words of several servers.
        (Mail, "421 too many messages in this connection", Connection, Possible),
        (Mail, "421 4.7.0 Too many messages", Connection, Possible),
        (Recipient, "450 4.7.1 Too many messages, slow down", PersonLater, Requested),
        (Message, "421 4.7.28 detected an unusual rate of mail", Connection, Requested),
        (
            Mail,
            "421 4.7.0 [TSS04] deferred due to unexpected volume or user complaints",
            Connection,
            Requested,
        ),
        (Mail, "451 4.7.500 Server busy. Please try again later", PersonLater, Requested),
        (Mail, "432 4.3.2 too many connections", Connection, Requested),
        (Message, "432 4.3.2 concurrent connections", PersonLater, Requested),
        (Mail, "450 4.2.1 peak", PersonLater, Possible),
        (Mail, "451 4.3.0 later", PersonLater, Possible),
        (Mail, "452 4.3.1 no disk", PersonLater, Requested),
        // Sendmail.
        (Mail, "452 4.4.5 insufficient disk space", PersonLater, Requested),
        // OpenSMTPD: at MAIL this is the connection's limit, at RCPT the message's.
        (Mail, "452 4.5.3 too many messages sent", Connection, No),
        (Recipient, "450 4.2.0 greylisted", PersonLater, No),
        (Recipient, "451 4.7.1 greylisting in action", PersonLater, No),
        (Recipient, "452 4.2.2 mailbox full", PersonLater, No),
        (Recipient, "452 4.5.3 too many recipients", PersonLater, Requested),
        (Recipient, "451 4.7.0 rate limit", PersonLater, Requested),
        (Data, "451 4.3.0 later", PersonLater, Possible),
        (Message, "452 4.2.2 mailbox full", PersonLater, No),
        (Message, "451 4.3.0 queue", PersonLater, Possible),
        (Message, "450 4.7.1 too much mail from your network", PersonLater, Requested),
        // Amazon SES.
        (Message, "454 Throttling failure: Maximum sending rate exceeded.", PersonLater, Requested),
    ] {
        case(stage, text, concerns, slowdown);
    }
    for (stage, text) in [
        (Mail, "451 4.1.8 Domain of sender address does not resolve"),
        (Recipient, "450 4.1.8 <a@b>: Sender address rejected: Domain not found"),
        (Recipient, "450 4.7.1 <a@b>: Sender address rejected: try again later"),
    ] {
        let verdict = Verdict::on_reply(stage, &reply(text));
        assert_eq!((verdict.concerns, verdict.about_sender), (PersonLater, true), "{text}");
        assert!(verdict.hint.is_some() && verdict.slowdown == No, "{text}");
    }
    let recipient = "450 4.1.2 <a@b>: Recipient address rejected: Domain not found";
    assert!(!Verdict::on_reply(Recipient, &reply(recipient)).about_sender);
    assert!(Verdict::on_reply(Mail, &reply("432 4.3.2 too many")).fewer_connections);
    let quota = Verdict::on_reply(Message, &reply("550 5.4.5 Daily sending quota exceeded"));
    assert_eq!(quota.resumes_in, Some(DAY));
}

proptest::proptest! {
    #[test]
    fn a_4xx_is_never_final_and_what_stops_the_run_has_a_hint(code in 400u16..600, text in "([45]\\.[0-9]\\.[0-9]{1,2} )?[a-z ]{0,30}") {
        let reply = reply(&format!("{code} {text}"));
        for stage in [Stage::Mail, Stage::Recipient, Stage::Data, Stage::Message] {
            let verdict = Verdict::on_reply(stage, &reply);
            let is_final = matches!(verdict.concerns, Concerns::Person | Concerns::Undecided);
            proptest::prop_assert!(!(is_final && code < 500), "a 4xx is final");
            proptest::prop_assert!(verdict.hint.is_some() || verdict.concerns != Concerns::EveryMessage);
        }
    }
}
