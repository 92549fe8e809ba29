//! Logging in with a password or an OAuth token, and what the output shows of it.

use base64::Engine as _;

use super::outcome::SECRETS;
use super::scenario::Scenario;
use super::script::Action::{Close, Expect, Reply, ReplyWithLink, Reset};
use super::script::Trigger::{Command, EndOfData, Greeting};
use crate::certificates::Certificate;

#[test]
fn auth_login_sends_user_and_password_separately() {
    let outcome = Scenario::new(1)
        .tls(Certificate::Valid)
        .password()
        .outbox("auth = \"login\"")
        .send()
        .succeeds();
    outcome.commands("AUTH LOGIN", 1).commands("YWRh", 1).commands(SECRETS[1], 1);
}

#[test]
fn a_rejected_password_is_tried_only_once() {
    // A wrong password on each of four connections could lock the account.
    Scenario::new(5)
        .starttls(Certificate::Valid)
        .password()
        .outbox("connections = 4")
        .always(Command("AUTH"), [Reply("535 5.7.8 authentication failed")])
        .wait("1m")
        .send()
        .stops_with(5, "{at} rejected the login: 535 5.7.8 authentication failed")
        .stderr_contains("a password is tried only once")
        .all_are("due")
        .connections(1)
        .commands("AUTH", 1)
        .resumes();
}

#[test]
fn a_required_app_password_is_explained() {
    Scenario::new(2)
        .tls(Certificate::Valid)
        .password()
        .always(
            Command("AUTH"),
            [Reply("534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9 https://support.example.org/mail/?p=InvalidSecondFactor")],
        )
        .send()
        .stops_with(2, "{at} rejected the login: 534 5.7.9 Application-specific password required.")
        .stderr_contains("this account needs an app password")
        .all_are("due")
        .commands("AUTH", 1)
        .resumes();
}

#[test]
fn a_temporary_login_failure_is_retried_twice() {
    Scenario::new(2)
        .tls(Certificate::Valid)
        .password()
        .once(Command("AUTH"), [Reply("454 4.7.0 temporary authentication failure")])
        .send()
        .succeeds()
        .commands("AUTH", 2);
    Scenario::new(2)
        .tls(Certificate::Valid)
        .password()
        .always(Command("AUTH"), [Reply("454 4.7.0 too many login attempts"), Close])
        .send()
        .stops_with(
            2,
            "{at} does not accept logins at the moment: 454 4.7.0 too many login attempts",
        )
        .all_are("due")
        .commands("AUTH", 3)
        .resumes();
}

#[test]
fn a_server_without_a_supported_login_mechanism_stops_the_run() {
    Scenario::new(2)
        .tls(Certificate::Valid)
        .password()
        .extensions(["PIPELINING", "AUTH CRAM-MD5 GSSAPI"])
        .send()
        .stops_with(2, "{at} does not support login by PLAIN or LOGIN: it offers CRAM-MD5, GSSAPI")
        .stderr_contains("hint: meetmint can log in by PLAIN, LOGIN and XOAUTH2: ask the operator")
        .all_are("due")
        .connections(1)
        .commands("AUTH", 0);
}

#[test]
fn a_hint_names_a_login_mechanism_only_if_it_can_be_configured() {
    for (settings, offered, hint) in [
        ("", "AUTH XOAUTH2 NTLM", "hint: set auth = \"xoauth2\" under [outbox], and `password` to"),
        ("auth = \"xoauth2\"", "AUTH NTLM LOGIN", "hint: set auth = \"login\" under [outbox]\n"),
        (
            "",
            "AUTH NTLM",
            "hint: meetmint can log in by PLAIN, LOGIN and XOAUTH2: ask the operator",
        ),
        ("", "8BITMIME", "hint: check `port` and `security` under [outbox]: many servers offer"),
    ] {
        Scenario::new(1)
            .tls(Certificate::Valid)
            .password()
            .outbox(settings)
            .extensions(["PIPELINING", offered])
            .send()
            .stderr_contains(hint)
            .stops_with(1, "{at} does not support login by ")
            .all_are("due");
    }
}

#[test]
fn a_password_with_spaces_is_named_as_the_likely_cause() {
    // The password of these tests has spaces.
    Scenario::new(1)
        .tls(Certificate::Valid)
        .password()
        .always(Command("AUTH"), [Reply("535 5.7.8 Username and Password not accepted")])
        .send()
        .stops_with(1, "{at} rejected the login: 535 5.7.8 Username and Password not accepted")
        .stderr_contains("hint: the password contains spaces: if it is an app password, write it")
        .commands("AUTH", 1);
    // A token has none.
    let outcome = Scenario::new(1)
        .tls(Certificate::Valid)
        .oauth_token()
        .always(Command("AUTH"), [Reply("535 5.7.8 no")])
        .send()
        .stderr_contains("hint: check `user` and `password` under [outbox]; a password is tried");
    assert!(!outcome.stderr().contains("spaces"), "{outcome}");
}

#[test]
fn a_login_quoted_by_the_server_is_not_printed() {
    // The server's reply contains the password, which must not be printed.
    let quoted = "501 5.5.4 syntax error: AUTH PLAIN AGFkYQBob3JzZSBzdGFwbGUgYmF0dGVyeQ==";
    let scenario = Scenario::new(1).tls(Certificate::Valid).password().verbose();
    scenario
        .always(Command("AUTH"), [Reply(quoted)])
        .send()
        .stops_with(1, "{at} rejected the login: 501 5.5.4 syntax error: AUTH PLAIN")
        .all_are("due");
}

#[test]
fn a_reset_during_the_login_stops_the_run() {
    Scenario::new(2)
        .tls(Certificate::Valid)
        .password()
        .always(Command("AUTH"), [Reset])
        .send()
        .stops_with(2, "the connection to {at} broke: ")
        .all_are("due")
        .commands("AUTH", 1)
        .resumes();
}

/// The initial response of XOAUTH2 as Google documents it: `user=` and `auth=Bearer`, each terminated by ^A.
fn bearer(token: &str) -> String {
    let response = format!("user=ada\u{1}auth=Bearer {token}\u{1}\u{1}");
    format!("AUTH XOAUTH2 {}", base64::engine::general_purpose::STANDARD.encode(response))
}

#[test]
fn a_rejected_oauth_token_is_fetched_once_more() {
    let why = "{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.example.org/\"}";
    assert_eq!(base64::engine::general_purpose::STANDARD.encode(why), &CHALLENGE[4..]);
    let refused = [Reply(CHALLENGE), Expect(""), Reply("535 5.7.8 no")];
    let outcome = Scenario::new(2)
        .tls(Certificate::Valid)
        .oauth_token()
        .outbox("connections = 3")
        .always(Command("AUTH"), refused)
        .send()
        .stops_with(2, "{at} rejected the login: 535 5.7.8 no {\"status\":\"400\"")
        .all_are("due")
        .commands("AUTH", 2);
    assert_eq!(outcome.folder.read("fetched"), "once\nonce\n");
    let outcome = outcome.commands(&bearer("eyJtoken1"), 1).commands(&bearer("eyJtoken2"), 1);
    outcome.resumes();

    // The token had expired, and the new one is accepted.
    let scenario =
        Scenario::new(2).starttls(Certificate::Valid).oauth_token().outbox("per_connection = 1");
    let outcome = scenario.once(Command("AUTH"), refused).send().succeeds().stderr_is_empty();
    let outcome = outcome.commands(&bearer("eyJtoken1"), 1).commands(&bearer("eyJtoken2"), 2);
    assert_eq!(outcome.folder.read("fetched"), "once\nonce\n");
}

const CHALLENGE: &str = "334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZXhhbXBsZS5vcmcvIn0=";

#[test]
fn a_failing_password_command_stops_before_connecting() {
    let scenario = Scenario::new(1).tls(Certificate::Valid).extensions(["AUTH PLAIN"]);
    let scenario = scenario.outbox(
        "user = \"ada\"\npassword = { command = [\"sh\", \"-c\", \"echo secret; exit 3\"] }",
    );
    let outcome = scenario.send().received(0).connections(0);
    assert!(!outcome.stderr().contains("secret\n"), "{outcome}");
    outcome.exits(3);
}

#[test]
fn the_verbose_smtp_log_contains_no_secrets() {
    let outcome = Scenario::new(2)
        .starttls(Certificate::Valid)
        .password()
        .verbose()
        .outbox("hello = \"client.example.net\"")
        .once(Greeting, [Reply("220 mx.example.org ready")])
        .once(EndOfData("p1@"), [ReplyWithLink("550 5.2.1 what is")])
        .send()
        .exits(4)
        .states_are("accepted refused");
    let outcome = outcome
        .stderr_contains("< 220 mx.example.org ready\n> EHLO client.example.net\n< 250 ")
        .stderr_contains("\n> STARTTLS\n< 220 2.0.0 go ahead\n> EHLO client.example.net\n")
        .stderr_contains("\n> AUTH PLAIN (hidden)\n< 235 2.7.0 welcome\n")
        .stderr_contains("\n> RCPT TO:<p0@example.org>\n> DATA\n")
        .stderr_contains("\n< 354 go on\n> (a message of ")
        .stderr_contains("\n< 250 2.0.0 taken\n")
        .stderr_contains("\n> QUIT\n< 221 2.0.0 bye\n")
        .stderr_contains("550 5.2.1 what is https://meet.example.org/town-hall?…");
    assert!(!outcome.stderr().contains("jwt="), "{outcome}");
    assert!(!outcome.stderr().contains("Content-Type"), "{outcome}");
}
