//! TLS and logging in.

use base64::Engine as _;

use super::certificate::Certificate;
use super::row::{Row, SECRETS};
use super::server::At::{Command, Dot, Greeting};
use super::server::Step::{Close, Hear, Pause, Quote, Reply, Reset, Say};

#[test]
fn mail_under_tls_with_a_login() {
    let row = Row::of(3).starttls(Certificate::Right).login().send().goes_well().says_nothing();
    let row = row.connections(1).heard("EHLO", 2).heard("AUTH PLAIN ", 1);
    let heard = row.server.heard();
    let at = |start: &str| heard.iter().position(|(_, line)| line.starts_with(start)).unwrap();
    assert!(at("STARTTLS") < at("AUTH") && at("AUTH") < at("MAIL"));
    assert_eq!(heard[at("AUTH")].1, format!("AUTH PLAIN {}", SECRETS[2]));
    row.goes_on();
    Row::of(3).tls(Certificate::Right).login().send().goes_well().connections(1).heard("EHLO", 1);
}

#[test]
fn a_login_in_two_steps() {
    let row =
        Row::of(1).tls(Certificate::Right).login().outbox("auth = \"login\"").send().goes_well();
    row.heard("AUTH LOGIN", 1).heard("YWRh", 1).heard(SECRETS[1], 1);
}

#[test]
fn starttls_is_not_offered() {
    Row::of(2)
        .starttls(Certificate::Right)
        .offers(["PIPELINING", "AUTH PLAIN"])
        .outbox("user = \"ada\"\npassword = { file = \"mail-password\" }")
        .send()
        .stops(2, "{at} does not offer STARTTLS, and mail is not sent there without TLS")
        .all("due")
        .connections(1)
        .heard("AUTH", 0)
        .heard("MAIL", 0);
}

#[test]
fn starttls_is_refused() {
    Row::of(2)
        .starttls(Certificate::Right)
        .always(Command("STARTTLS"), [Reply("501 5.5.4 no")])
        .send()
        .stops(2, "{at} does not accept mail: 501 5.5.4 no")
        .all("due")
        .connections(1)
        .heard("MAIL", 0)
        .goes_on();
    Row::of(2)
        .starttls(Certificate::Right)
        .once(Command("STARTTLS"), [Reply("454 4.7.0 TLS not available")])
        .send()
        .goes_well()
        .connections(2);
}

#[test]
fn replies_are_smuggled_in_before_the_handshake() {
    Row::of(2)
        .starttls(Certificate::Right)
        .always(Command("STARTTLS"), [Say(b"220 go\r\n250 smuggled\r\n")])
        .send()
        .stops(2, "{at} sent unexpected data before the TLS handshake")
        .all("due")
        .connections(1)
        .heard("MAIL", 0)
        .goes_on();
}

#[test]
fn something_else_than_a_handshake_follows() {
    Row::of(2)
        .starttls(Certificate::Right)
        .always(Command("STARTTLS"), [Reply("220 go"), Pause(200), Reply("250 smuggled")])
        .send()
        .stops(2, "cannot establish a TLS connection to {at}: the TLS handshake with `localhost` failed: the data after STARTTLS is not TLS\n")
        .all("due")
        .connections(1)
        .heard("MAIL", 0)
        .goes_on();
}

#[test]
fn what_was_offered_in_the_clear_does_not_count_under_tls() {
    // Whoever sits between has put PIPELINING and a way to log in there.
    let row = Row::of(2)
        .starttls(Certificate::Right)
        .on(
            1,
            Command("EHLO"),
            [Reply("250-mx\r\n250-STARTTLS\r\n250-PIPELINING\r\n250 AUTH PLAIN")],
        )
        .on(1, Command("EHLO"), [Reply("250 mx")])
        .outbox("user = \"ada\"\npassword = { file = \"mail-password\" }")
        .send();
    row.stops(2, "{at} does not support login by PLAIN or LOGIN: it offers no login mechanism")
        .heard("AUTH", 0);
}

#[test]
fn a_certificate_that_is_wrong() {
    #[track_caller]
    fn case(certificate: Certificate, why: &str) {
        for row in [Row::of(2).starttls(certificate), Row::of(2).tls(certificate)] {
            row.login()
                .send()
                .stops(2, &format!("cannot establish a TLS connection to {{at}}: {why}"))
                .all("due")
                .connections(1)
                .heard("AUTH", 0)
                .heard("MAIL", 0);
        }
    }

    case(Certificate::Expired, "the certificate of `localhost` has expired");
    case(
        Certificate::NotYet,
        "the certificate of `localhost` is not valid yet, or the clock of this machine is wrong",
    );
    case(Certificate::WrongName, "the certificate is for `mail.example.net`, not for `localhost`");
    let unknown = "the certificate of `localhost` was issued by an authority that is not trusted";
    case(Certificate::Unknown, unknown);
    case(Certificate::Renewed, unknown);
}

#[test]
fn a_server_without_tls_where_it_is_wanted() {
    // The answer to the client's first words of TLS.
    Row::of(2)
        .tls_of_the_client_alone()
        .send()
        .stops(
            2,
            "cannot establish a TLS connection to {at}: `localhost` does not speak implicit TLS on this port",
        )
        .all("due")
        .connections(1);
}

#[test]
fn a_reset_in_the_handshake() {
    Row::of(2)
        .starttls(Certificate::Right)
        .always(Command("STARTTLS"), [Reply("220 go"), Reset])
        .send()
        .stops(2, "cannot establish a TLS connection to {at}: the connection broke during the TLS handshake")
        .all("due")
        .connections(1)
        .goes_on();
}

#[test]
fn a_password_that_is_refused() {
    // Four connections would lock the account.
    Row::of(5)
        .starttls(Certificate::Right)
        .login()
        .outbox("connections = 4")
        .always(Command("AUTH"), [Reply("535 5.7.8 authentication failed")])
        .waits("1m")
        .send()
        .stops(5, "{at} rejected the login: 535 5.7.8 authentication failed")
        .says("a password is tried only once")
        .all("due")
        .connections(1)
        .heard("AUTH", 1)
        .goes_on();
}

#[test]
fn an_account_that_wants_an_app_password() {
    Row::of(2)
        .tls(Certificate::Right)
        .login()
        .always(
            Command("AUTH"),
            [Reply("534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9 https://support.example.org/mail/?p=InvalidSecondFactor")],
        )
        .send()
        .stops(2, "{at} rejected the login: 534 5.7.9 Application-specific password required.")
        .says("this account needs an app password")
        .all("due")
        .heard("AUTH", 1)
        .goes_on();
}

#[test]
fn a_login_that_is_put_off() {
    Row::of(2)
        .tls(Certificate::Right)
        .login()
        .once(Command("AUTH"), [Reply("454 4.7.0 temporary authentication failure")])
        .send()
        .goes_well()
        .heard("AUTH", 2);
    Row::of(2)
        .tls(Certificate::Right)
        .login()
        .always(Command("AUTH"), [Reply("454 4.7.0 too many login attempts"), Close])
        .send()
        .stops(2, "{at} does not accept logins at the moment: 454 4.7.0 too many login attempts")
        .all("due")
        .heard("AUTH", 3)
        .goes_on();
}

#[test]
fn a_login_that_is_not_offered() {
    Row::of(2)
        .tls(Certificate::Right)
        .login()
        .offers(["PIPELINING", "AUTH CRAM-MD5 GSSAPI"])
        .send()
        .stops(2, "{at} does not support login by PLAIN or LOGIN: it offers CRAM-MD5, GSSAPI")
        .all("due")
        .connections(1)
        .heard("AUTH", 0);
}

#[test]
fn a_server_that_quotes_the_login() {
    // What is sent once more by the server is no less secret.
    let quoted = "501 5.5.4 syntax error: AUTH PLAIN AGFkYQBob3JzZSBzdGFwbGUgYmF0dGVyeQ==";
    let row = Row::of(1).tls(Certificate::Right).login().verbose();
    let row = row.always(Command("AUTH"), [Reply(quoted)]).send();
    row.stops(1, "{at} rejected the login: 501 5.5.4 syntax error: AUTH PLAIN").all("due");
}

#[test]
fn a_reset_at_the_login() {
    Row::of(2)
        .tls(Certificate::Right)
        .login()
        .always(Command("AUTH"), [Reset])
        .send()
        .stops(2, "the connection to {at} broke: ")
        .all("due")
        .heard("AUTH", 1)
        .goes_on();
}

/// What XOAUTH2 says (Google's description of it): `user=`, `auth=Bearer`, each with a ^A behind it.
fn bearer(token: &str) -> String {
    let words = format!("user=ada\u{1}auth=Bearer {token}\u{1}\u{1}");
    format!("AUTH XOAUTH2 {}", base64::engine::general_purpose::STANDARD.encode(words))
}

#[test]
fn a_token_that_is_refused_is_fetched_once_more() {
    let why = "{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.example.org/\"}";
    assert_eq!(base64::engine::general_purpose::STANDARD.encode(why), &CHALLENGE[4..]);
    let refused = [Reply(CHALLENGE), Hear(""), Reply("535 5.7.8 no")];
    let row = Row::of(2)
        .tls(Certificate::Right)
        .token()
        .outbox("connections = 3")
        .always(Command("AUTH"), refused)
        .send()
        .stops(2, "{at} rejected the login: 535 5.7.8 no {\"status\":\"400\"")
        .all("due")
        .heard("AUTH", 2);
    assert_eq!(row.folder.read("fetched"), "once\nonce\n");
    let row = row.heard(&bearer("eyJtoken1"), 1).heard(&bearer("eyJtoken2"), 1);
    row.goes_on();

    // One that had merely expired.
    let row = Row::of(2).starttls(Certificate::Right).token().outbox("per_connection = 1");
    let row = row.once(Command("AUTH"), refused).send().goes_well().says_nothing();
    let row = row.heard(&bearer("eyJtoken1"), 1).heard(&bearer("eyJtoken2"), 2);
    assert_eq!(row.folder.read("fetched"), "once\nonce\n");
}

const CHALLENGE: &str = "334 eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIiwic2NvcGUiOiJodHRwczovL21haWwuZXhhbXBsZS5vcmcvIn0=";

#[test]
fn a_password_that_nobody_gives() {
    let row = Row::of(1).tls(Certificate::Right).offers(["AUTH PLAIN"]);
    let row = row.outbox(
        "user = \"ada\"\npassword = { command = [\"sh\", \"-c\", \"echo secret; exit 3\"] }",
    );
    let outcome = row.send().arrived(0).connections(0);
    assert!(!outcome.stderr().contains("secret\n"), "{outcome}");
    outcome.exits(3);
}

#[test]
fn a_conversation_that_is_shown_gives_nothing_away() {
    let row = Row::of(2)
        .starttls(Certificate::Right)
        .login()
        .verbose()
        .once(Greeting, [Reply("220 mx.example.org ready")])
        .once(Dot("p1@"), [Quote("550 5.2.1 what is")])
        .send()
        .exits(4)
        .stands("accepted refused");
    let row = row
        .says("< 220 mx.example.org ready\n> EHLO example.org\n< 250 ")
        .says("\n> STARTTLS\n< 220 2.0.0 go ahead\n> EHLO example.org\n")
        .says("\n> AUTH PLAIN (hidden)\n< 235 2.7.0 welcome\n")
        .says("\n> RCPT TO:<p0@example.org>\n> DATA\n")
        .says("\n< 354 go on\n> (a message of ")
        .says("\n< 250 2.0.0 taken\n")
        .says("\n> QUIT\n< 221 2.0.0 bye\n")
        .says("550 5.2.1 what is https://meet.example.org/town-hall?…");
    assert!(!row.stderr().contains("jwt="), "{row}");
    assert!(!row.stderr().contains("Content-Type"), "{row}");
}
