//! STARTTLS, implicit TLS and certificates.

use super::outcome::SECRETS;
use super::scenario::Scenario;
use super::script::Action::{Pause, Reply, Reset, Write};
use super::script::Trigger::Command;
use crate::certificates::Certificate;
use crate::support::skip_unless_required;

#[test]
fn mail_is_sent_with_tls_and_auth_plain() {
    let outcome = Scenario::new(3)
        .starttls(Certificate::Valid)
        .password()
        .send()
        .succeeds()
        .stderr_is_empty();
    let outcome = outcome.connections(1).commands("EHLO", 2).commands("AUTH PLAIN ", 1);
    let commands = outcome.server.commands();
    let at = |start: &str| commands.iter().position(|(_, line)| line.starts_with(start)).unwrap();
    assert!(at("STARTTLS") < at("AUTH") && at("AUTH") < at("MAIL"));
    assert_eq!(commands[at("AUTH")].1, format!("AUTH PLAIN {}", SECRETS[2]));
    outcome.resumes();
    Scenario::new(3)
        .tls(Certificate::Valid)
        .password()
        .send()
        .succeeds()
        .connections(1)
        .commands("EHLO", 1);
}

#[test]
fn a_server_without_starttls_stops_the_run() {
    Scenario::new(2)
        .starttls(Certificate::Valid)
        .extensions(["PIPELINING", "AUTH PLAIN"])
        .outbox("user = \"ada\"\npassword = { file = \"mail-password\" }")
        .send()
        .stops_with(2, "{at} does not offer STARTTLS, and without TLS no mail is sent there")
        .all_are("due")
        .connections(1)
        .commands("AUTH", 0)
        .commands("MAIL", 0);
}

#[test]
fn a_refused_starttls_stops_the_run_unless_it_is_temporary() {
    Scenario::new(2)
        .starttls(Certificate::Valid)
        .always(Command("STARTTLS"), [Reply("501 5.5.4 no")])
        .send()
        .stops_with(2, "{at} does not accept mail: 501 5.5.4 no")
        .all_are("due")
        .connections(1)
        .commands("MAIL", 0)
        .resumes();
    Scenario::new(2)
        .starttls(Certificate::Valid)
        .once(Command("STARTTLS"), [Reply("454 4.7.0 TLS not available")])
        .send()
        .succeeds()
        .connections(2);
}

#[test]
fn replies_injected_before_the_tls_handshake_stop_the_run() {
    Scenario::new(2)
        .starttls(Certificate::Valid)
        .always(Command("STARTTLS"), [Write(b"220 go\r\n250 smuggled\r\n")])
        .send()
        .stops_with(2, "{at} sent unexpected data before the TLS handshake")
        .all_are("due")
        .connections(1)
        .commands("MAIL", 0)
        .resumes();
}

#[test]
fn data_other_than_a_tls_handshake_stops_the_run() {
    Scenario::new(2)
        .starttls(Certificate::Valid)
        .always(Command("STARTTLS"), [Reply("220 go"), Pause(200), Reply("250 smuggled")])
        .send()
        .stops_with(2, "cannot establish a TLS connection to {at}: the TLS handshake with `localhost` failed: the data after STARTTLS is not TLS\n")
        .all_are("due")
        .connections(1)
        .commands("MAIL", 0)
        .resumes();
}

#[test]
fn extensions_offered_before_tls_are_ignored_after_it() {
    // An attacker on the network could have inserted PIPELINING and AUTH (RFC 3207 §4.2).
    let outcome = Scenario::new(2)
        .starttls(Certificate::Valid)
        .on_connection(
            1,
            Command("EHLO"),
            [Reply("250-mx\r\n250-STARTTLS\r\n250-PIPELINING\r\n250 AUTH PLAIN")],
        )
        .on_connection(1, Command("EHLO"), [Reply("250 mx")])
        .outbox("user = \"ada\"\npassword = { file = \"mail-password\" }")
        .send();
    outcome
        .stops_with(
            2,
            "{at} does not support login by PLAIN or LOGIN: it offers no login mechanism",
        )
        .commands("AUTH", 0);
}

#[test]
fn an_invalid_certificate_stops_the_run_before_the_login() {
    #[track_caller]
    fn case(certificate: Certificate, reason: &str) {
        for scenario in [Scenario::new(2).starttls(certificate), Scenario::new(2).tls(certificate)]
        {
            scenario
                .password()
                .send()
                .stops_with(2, &format!("cannot establish a TLS connection to {{at}}: {reason}"))
                .all_are("due")
                .connections(1)
                .commands("AUTH", 0)
                .commands("MAIL", 0);
        }
    }

    case(Certificate::Expired, "the certificate of `localhost` has expired");
    case(
        Certificate::NotYetValid,
        "the certificate of `localhost` is not valid yet, or the clock of this machine is wrong",
    );
    case(Certificate::WrongName, "the certificate is for `mail.example.net`, not for `localhost`");
    let unknown = "the certificate of `localhost` was issued by an authority that is not trusted";
    case(Certificate::UntrustedAuthority, unknown);
    case(Certificate::UntrustedKey, unknown);
    case(Certificate::SelfSigned, unknown);
    case(Certificate::SelfSignedExpired, "the certificate of `localhost` has expired");
}

#[test]
fn the_hint_for_an_unknown_certificate_can_be_followed() {
    if !has_openssl() {
        return;
    }
    for certificate in
        [Certificate::SelfSigned, Certificate::UntrustedAuthority, Certificate::UntrustedKey]
    {
        for scenario in [Scenario::new(2).starttls(certificate), Scenario::new(2).tls(certificate)]
        {
            let outcome = scenario.send().exits(1);
            let (_, command) = outcome.stderr().split_once("run `openssl").unwrap();
            let (command, rest) = command.split_once("`, then add ").unwrap();
            let (setting, _) = rest.split_once(" under [outbox]").unwrap();
            outcome.folder.shell(&format!("openssl{command}"));
            outcome.folder.edit_meeting("ca = \"ca.pem\"", setting);
            outcome.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(0).stderr("");
            assert_eq!(outcome.server.messages().len(), 2);
        }
    }
    // Naming the certificate does not make it valid for ever.
    let outcome = Scenario::new(1).starttls(Certificate::SelfSignedExpired).send().exits(1);
    let port = outcome.server.port();
    let command = format!(
        "openssl s_client -starttls smtp -connect localhost:{port} </dev/null | openssl x509 -out ca.pem"
    );
    outcome.folder.shell(&command);
    let run = outcome.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(1);
    assert!(run.stderr.contains("the certificate of `localhost` has expired"), "{}", run.stderr);
}

fn has_openssl() -> bool {
    let found = std::process::Command::new("openssl").arg("version").output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        skip_unless_required("openssl is missing (apt install openssl)");
    }
    found
}

#[test]
fn a_server_without_implicit_tls_stops_the_run() {
    // The server replies to the ClientHello with its greeting.
    Scenario::new(2)
        .tls_on_the_client_only()
        .send()
        .stops_with(
            2,
            "cannot establish a TLS connection to {at}: `localhost` does not speak implicit TLS on this port",
        )
        .all_are("due")
        .connections(1);
}

#[test]
fn a_reset_during_the_tls_handshake_stops_the_run() {
    Scenario::new(2)
        .starttls(Certificate::Valid)
        .always(Command("STARTTLS"), [Reply("220 go"), Reset])
        .send()
        .stops_with(2, "cannot establish a TLS connection to {at}: the connection broke during the TLS handshake")
        .all_are("due")
        .connections(1)
        .resumes();
}
