//! What is made of everything that a server can say, or not say, played by one that follows a script.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::*;

/// What the server does next.
enum Step {
    /// Says it, in one write.
    Say(Vec<u8>),
    /// Reads a line, or several, which have to be these.
    Hear(String),
    /// Reads up to the final dot, and keeps what came.
    Body,
    /// Reads so many octets of whatever.
    Take(usize),
    /// Waits.
    Pause(u64),
    /// Reads until the client closes, and keeps what came.
    Rest,
}

use Step::{Body, Pause, Rest, Take};

struct Server {
    port: u16,
    thread: JoinHandle<Vec<String>>,
}

fn say(text: &str) -> Step {
    Step::Say(text.as_bytes().to_vec())
}

fn hear(line: &str) -> Step {
    Step::Hear(line.to_owned())
}

/// What every script starts with.
fn hello() -> Vec<Step> {
    vec![say("220 mx.example.org ESMTP\r\n"), hear("EHLO here"), say("250 mx.example.org\r\n")]
}

/// MAIL, RCPT and DATA, all taken.
fn envelope(to: &str) -> Vec<Step> {
    vec![
        hear("MAIL FROM:<events@example.org>"),
        say("250 2.1.0 ok\r\n"),
        hear(&format!("RCPT TO:<{to}@example.org>")),
        say("250 2.1.5 ok\r\n"),
        hear("DATA"),
        say("354 go on\r\n"),
    ]
}

/// A server for one connection. At the end of its script it closes.
fn server(parts: impl IntoIterator<Item = Vec<Step>>) -> Server {
    let script: Vec<Step> = parts.into_iter().flatten().collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let thread = thread::spawn(move || {
        let mut reader = BufReader::new(listener.accept().unwrap().0);
        let mut kept = Vec::new();
        for step in script {
            match step {
                Step::Say(bytes) => reader.get_ref().write_all(&bytes).unwrap(),
                Step::Hear(line) => {
                    let mut heard = String::new();
                    for _ in line.lines() {
                        reader.read_line(&mut heard).unwrap();
                    }
                    assert_eq!(heard, line + "\r\n");
                }
                Body => {
                    let mut body = String::new();
                    while !body.ends_with("\r\n.\r\n") && body != ".\r\n" {
                        assert_ne!(reader.read_line(&mut body).unwrap(), 0, "{body}");
                    }
                    kept.push(body);
                }
                Take(octets) => reader.read_exact(&mut vec![0; octets]).unwrap(),
                Pause(millis) => thread::sleep(Duration::from_millis(millis)),
                Rest => {
                    let mut rest = String::new();
                    // A client that closes with something unread resets the connection.
                    let _ = reader.read_to_string(&mut rest);
                    kept.push(rest);
                }
            }
        }
        kept
    });
    Server { port, thread }
}

impl Server {
    fn connect(&self) -> Result<SmtpSession, SmtpError> {
        self.connect_within(&Timeouts::default())
    }

    fn connect_within(&self, timeouts: &Timeouts) -> Result<SmtpSession, SmtpError> {
        connect(here(self.port), "here", timeouts)
    }

    /// Waits until the script is played, and gives what was kept.
    #[track_caller]
    fn played(self) -> Vec<String> {
        self.thread.join().unwrap()
    }
}

fn here(port: u16) -> SmtpAddress {
    SmtpAddress { host: "127.0.0.1".to_owned(), port }
}

/// A server without TLS and login.
fn plain(address: SmtpAddress, hello: &str, timeouts: &Timeouts) -> SmtpServer {
    SmtpServer {
        address,
        security: Security::None,
        cleartext: false,
        trust: None,
        login: None,
        hello: hello.to_owned(),
        timeouts: *timeouts,
        trace: None,
    }
}

fn connect(
    address: SmtpAddress,
    hello: &str,
    timeouts: &Timeouts,
) -> Result<SmtpSession, SmtpError> {
    SmtpSession::connect(&plain(address, hello, timeouts), &Arc::default())
}

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.org")).unwrap()
}

/// Offers, and says what came of it in a line.
fn offer(outbox: &mut SmtpSession, to: &str) -> String {
    match outbox.offer(&email("events"), &email(to), b"hello\r\n") {
        Ok(()) => "go on".to_owned(),
        Err(Rejected::Broken(fault)) => format!("broken: {fault}"),
        Err(other) => other.to_string(),
    }
}

fn hand_over(outbox: &mut SmtpSession, bytes: &[u8]) -> String {
    match outbox.hand_over(bytes) {
        Handed::Accepted(reply) => format!("accepted: {reply}"),
        Handed::Rejected(reply) if reply.code < 500 => format!("deferred: {reply}"),
        Handed::Rejected(reply) => format!("refused: {reply}"),
        Handed::Broken(fault) => format!("broken: {fault}"),
        Handed::InDoubt(fault) => format!("in doubt: {fault}"),
    }
}

fn send(outbox: &mut SmtpSession, to: &str) -> String {
    assert_eq!(offer(outbox, to), "go on");
    hand_over(outbox, b"Subject: x\r\n\r\nhello\r\n")
}

/// Short times where it is the time that runs out, and else none that a busy machine could exceed.
fn times(expected: &str) -> Timeouts {
    if expected.contains("timed out") { short() } else { Timeouts::default() }
}

/// Times that a test can wait for.
fn short() -> Timeouts {
    let short = Duration::from_millis(300);
    Timeouts {
        connect: short,
        greeting: short,
        command: short,
        data: short,
        body: short,
        final_dot: short,
    }
}

#[test]
fn several_messages_go_over_one_connection() {
    let accepted = || vec![Body, say("250 2.0.0 queued as 4F21\r\n")];
    let goodbye = vec![hear("QUIT"), say("221 bye\r\n"), Rest];
    let server = server([
        hello(),
        envelope("ada"),
        accepted(),
        envelope("bob"),
        accepted(),
        envelope("eve"),
        accepted(),
        goodbye,
    ]);
    let mut outbox = server.connect().unwrap();
    for to in ["ada", "bob"] {
        assert_eq!(send(&mut outbox, to), "accepted: 250 2.0.0 queued as 4F21");
    }
    assert_eq!(offer(&mut outbox, "eve"), "go on");
    let dots = b".a\r\n..\r\nb.\r\n\r\n.\r\n";
    assert_eq!(hand_over(&mut outbox, dots), "accepted: 250 2.0.0 queued as 4F21");
    assert!(outbox.is_open());
    outbox.quit();
    let hello = "Subject: x\r\n\r\nhello\r\n.\r\n";
    assert_eq!(server.played(), [hello, hello, "..a\r\n...\r\nb.\r\n\r\n..\r\n.\r\n", ""]);
}

#[test]
fn replies_come_in_lines_and_in_pieces() {
    let mut script = vec![
        say("220-mx.exa"),
        Pause(20),
        say("mple.org\r\n22"),
        Pause(20),
        say("0 ready\r"),
        Pause(20),
        say("\n"),
        hear("EHLO here"),
        say("250-mx.example.org\r\n250-DSN\r\n250-8BITMIME\r\n250 PIPELINING\r\n"),
    ];
    script.extend(envelope("ada"));
    script.extend([Body, say("250"), Pause(20), say("\r\n")]);
    let server = server([script]);
    let mut outbox = server.connect().unwrap();
    assert_eq!(send(&mut outbox, "ada"), "accepted: 250");
    drop(outbox);
    server.played();
}

#[test]
fn a_message_that_is_not_taken_costs_no_connection() {
    #[track_caller]
    fn case(at: usize, reply: &str, expected: &str) {
        let mut refused = envelope("ada");
        refused.truncate(2 * at + 1);
        refused.extend([say(reply), hear("RSET"), say("250 ok\r\n")]);
        let server = server([hello(), refused, envelope("bob"), vec![Body, say("250 ok\r\n")]]);
        let mut outbox = server.connect().unwrap();
        assert_eq!(offer(&mut outbox, "ada"), expected);
        assert!(outbox.is_open());
        assert_eq!(send(&mut outbox, "bob"), "accepted: 250 ok");
        assert_eq!(server.played().len(), 1);
    }

    let (mail, rcpt, data) = (0, 1, 2);
    case(rcpt, "550 5.1.1 no such user\r\n", "refused: 550 5.1.1 no such user");
    case(rcpt, "550-5.1.1 no such\r\n550 5.1.1 user\r\n", "refused: 550 5.1.1 no such user");
    case(rcpt, "550 Bo\u{ee}te\r\n", "refused: 550 Boîte");
    case(rcpt, "450 4.2.0 greylisted\r\n", "deferred: 450 4.2.0 greylisted");
    case(mail, "451 4.3.0 later\r\n", "deferred: 451 4.3.0 later");
    case(data, "452 4.3.1 disk full\r\n", "deferred: 452 4.3.1 disk full");
    case(mail, "550 5.1.8 who?\r\n", "refused: 550 5.1.8 who?");
    case(data, "554 5.5.1 no\r\n", "refused: 554 5.5.1 no");
}

#[test]
fn an_8_bit_reply_keeps_its_code() {
    let mut refused = envelope("ada");
    refused.truncate(3);
    refused.push(Step::Say(b"550 Bo\xeete pleine\r\n".to_vec()));
    let server = server([hello(), refused]);
    let mut outbox = server.connect().unwrap();
    assert_eq!(offer(&mut outbox, "ada"), "refused: 550 Bo\u{fffd}te pleine");
    server.played();
}

#[test]
fn a_refusal_stands_though_the_connection_breaks_over_it() {
    for after in [vec![], vec![hear("RSET")], vec![hear("RSET"), say("500 what?\r\n")]] {
        let mut refused = envelope("ada");
        refused.truncate(3);
        refused.push(say("550 5.1.1 no such user\r\n"));
        let server = server([hello(), refused, after]);
        let mut outbox = server.connect().unwrap();
        assert_eq!(offer(&mut outbox, "ada"), "refused: 550 5.1.1 no such user");
        let words = offer(&mut outbox, "bob");
        assert!(words.starts_with("broken: "), "{words}");
        assert!(!outbox.is_open());
        server.played();
    }
}

/// What is said and heard with a server that takes several commands at once.
fn group(offers: &str) -> Vec<Step> {
    let offers = format!("250-mx.example.org\r\n250-PIPELINING\r\n{offers}");
    vec![say("220 mx.example.org ESMTP\r\n"), hear("EHLO here"), say(&offers)]
}

fn commands(to: &str) -> Step {
    let rcpt = format!("RCPT TO:<{to}@example.org>");
    hear(&format!("MAIL FROM:<events@example.org>\r\n{rcpt}\r\nDATA"))
}

#[test]
fn several_commands_go_in_one_write_where_that_is_offered() {
    let server = server([
        group("250 HELP\r\n"),
        vec![commands("ada"), say("250 ok\r\n250 ok\r\n354 go"), Pause(20), say(" on\r\n")],
        vec![Body, say("250 queued\r\n"), commands("bob")],
        vec![say("250 ok\r\n"), Pause(20), say("250 ok\r\n354 go\r\n"), Body, say("250 ok\r\n")],
    ]);
    let mut outbox = server.connect().unwrap();
    assert_eq!(send(&mut outbox, "ada"), "accepted: 250 queued");
    assert_eq!(send(&mut outbox, "bob"), "accepted: 250 ok");
    assert_eq!(server.played().len(), 2);
}

#[test]
fn every_answer_to_a_group_is_heard_and_the_first_refusal_counts() {
    #[track_caller]
    fn case(answers: &str, expected: &str) {
        let reset =
            hear("RSET\r\nMAIL FROM:<events@example.org>\r\nRCPT TO:<bob@example.org>\r\nDATA");
        let server = server([
            group("250 HELP\r\n"),
            vec![commands("ada"), say(answers), reset],
            vec![say("250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n"), Body, say("250 ok\r\n")],
        ]);
        let mut outbox = server.connect().unwrap();
        assert_eq!(offer(&mut outbox, "ada"), expected);
        assert!(outbox.is_open());
        assert_eq!(send(&mut outbox, "bob"), "accepted: 250 ok");
        assert_eq!(server.played().len(), 1);
    }

    case("550 5.1.8 who?\r\n503 no MAIL\r\n503 no RCPT\r\n", "refused: 550 5.1.8 who?");
    case("250 ok\r\n550 5.1.1 no\r\n554 nobody\r\n", "refused: 550 5.1.1 no");
    case("250 ok\r\n450 4.2.0 later\r\n503 nobody\r\n", "deferred: 450 4.2.0 later");
    case("250 ok\r\n250 ok\r\n451 4.3.0 later\r\n", "deferred: 451 4.3.0 later");
}

#[test]
fn a_message_for_nobody_ends_with_a_lone_dot() {
    let answers = say("250 ok\r\n550 5.1.1 no\r\n354 go on\r\n");
    let server = server([
        group("250 HELP\r\n"),
        vec![commands("ada"), answers, Body, say("554 no valid recipients\r\n"), Rest],
    ]);
    let mut outbox = server.connect().unwrap();
    assert_eq!(offer(&mut outbox, "ada"), "refused: 550 5.1.1 no");
    assert!(outbox.is_open());
    drop(outbox);
    assert_eq!(server.played(), [".\r\n", ""]);
}

#[test]
fn a_group_whose_sender_is_refused_gets_no_dot() {
    let answers = say("550 5.1.8 no\r\n250 ok\r\n354 go on\r\n");
    let server = server([group("250 HELP\r\n"), vec![commands("ada"), answers, Rest]]);
    let mut outbox = server.connect().unwrap();
    assert_eq!(offer(&mut outbox, "ada"), "refused: 550 5.1.8 no");
    assert!(!outbox.is_open());
    drop(outbox);
    assert_eq!(server.played(), [""]);
}

#[test]
fn what_a_message_needs_has_to_be_offered() {
    let long = vec![b'x'; 2_000];
    let text = "Grüße\r\n".as_bytes();
    let utf8 = Email::parse("jörg@example.org").unwrap();
    let (from, to) = (email("events"), email("ada"));
    let offers = |offers: &str| {
        let server = server([group(offers), vec![Rest]]);
        (server.connect().unwrap(), server)
    };
    let unfit = |result: Result<(), Rejected>| match result {
        Err(Rejected::Unsupported(unfit)) => unfit,
        other => panic!("{other:?}"),
    };

    let (mut outbox, _server) = offers("250 SIZE 1000\r\n");
    let size = Unsupported::Size { octets: 2_000, largest: 1_000 };
    assert_eq!(unfit(outbox.begin(&from, &to, &long)), size);
    assert_eq!(unfit(outbox.begin(&from, &to, text)), Unsupported::EightBit);
    assert_eq!(unfit(outbox.begin(&from, &utf8, b"x")), Unsupported::Address);
    assert_eq!(unfit(outbox.begin(&utf8, &to, b"x")), Unsupported::Sender);
    assert!(outbox.is_open());

    let (mut outbox, server) = offers("250-SIZE\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n");
    outbox.begin(&from, &utf8, text).unwrap();
    drop(outbox);
    let heard = server.played().remove(0);
    assert!(
        heard.starts_with("MAIL FROM:<events@example.org> SIZE=9 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<jörg@example.org>\r\n"),
        "{heard}"
    );
}

#[test]
fn a_way_in_the_clear_does_not_stand_in_for_tls() {
    let connect = |steps: Vec<Step>| {
        let server = server([steps]);
        let plain = plain(here(server.port), "here", &Timeouts::default());
        let secure = SmtpServer { security: Security::StartTls, ..plain };
        let error = SmtpSession::connect(&secure, &Arc::default()).unwrap_err();
        assert_eq!(server.played(), [""]);
        error
    };
    let stripped = connect([hello(), vec![Rest]].into_iter().flatten().collect());
    assert!(matches!(stripped, SmtpError::NoStartTls(_)), "{stripped}");
    let mut smuggled = group("250 STARTTLS\r\n");
    smuggled.extend([hear("STARTTLS"), say("220 go\r\n250 AUTH PLAIN\r\n"), Rest]);
    let smuggled = connect(smuggled);
    assert!(matches!(smuggled, SmtpError::TooEarly(_)), "{smuggled}");
}

#[test]
fn what_a_server_says_before_it_takes_mail_is_told_as_it_is() {
    #[track_caller]
    fn case(script: Vec<Step>, expected: &str) {
        let server = server([script]);
        let error = server.connect_within(&times(expected)).unwrap_err();
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        let words = format!("{error}{}", cause.unwrap_or_default());
        assert_eq!(words, expected.replace("ADDRESS", &format!("127.0.0.1:{}", server.port)));
        server.played();
    }

    case(vec![say("554 5.7.1 not you\r\n")], "ADDRESS takes no mail: 554 5.7.1 not you");
    case(vec![say("421 busy\r\n")], "ADDRESS takes no mail at the moment: 421 busy");
    let broken = |why: &str| format!("the connection to ADDRESS broke: {why}");
    case(vec![], &broken("the connection was closed"));
    case(vec![say("220 half")], &broken("the connection was closed"));
    case(vec![Rest], &broken("timed out after 300ms"));
    case(vec![say("220-a\r\n"), Rest], &broken("timed out after 300ms"));
    case(
        vec![say("SSH-2.0-OpenSSH\r\n")],
        &broken("`SSH-2.0-OpenSSH` is not a reply of a mail server"),
    );
    case(vec![say("220-a\r\n221 b\r\n")], &broken("`221 b` is not a reply of a mail server"));
    case(vec![say("354 go\r\n")], &broken("the server's reply is out of turn: 354 go"));
    let banner = || vec![say("220 hi\r\n"), hear("EHLO here")];
    let after = |reply: &str| [banner(), vec![say(reply)]].into_iter().flatten().collect();
    case(after("502 5.5.2 what?\r\n"), "ADDRESS takes no mail: 502 5.5.2 what?");
    case(after("451 later\r\n"), "ADDRESS takes no mail at the moment: 451 later");
    case(banner(), &broken("the connection was closed"));
}

#[test]
fn a_reply_that_does_not_end_is_not_waited_for() {
    let words = |say: String| {
        let server = server([vec![Step::Say(say.into_bytes()), Rest]]);
        match server.connect() {
            Err(SmtpError::Broken { source, .. }) => source.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(words(format!("220 {}", "x".repeat(5_000))), "the reply is longer than 4096 octets");
    assert_eq!(words("220-and\r\n".repeat(8_000)), "the reply is longer than 65536 octets");
}

#[test]
fn a_slow_reply_has_to_be_complete_in_time() {
    let drops = (0..8).flat_map(|_| [say("220-wait\r\n"), Pause(80)]);
    let server = server([drops.collect()]);
    let Err(SmtpError::Broken { source, .. }) = server.connect_within(&short()) else {
        panic!("it took longer than is allowed")
    };
    assert_eq!(source.to_string(), "timed out after 300ms");
    drop(server.thread);
}

#[test]
fn a_connection_that_breaks_before_354_has_taken_nothing() {
    for (told, pause) in [(1, None), (3, None), (5, None), (1, Some(Rest)), (5, Some(Rest))] {
        let mut broken = envelope("ada");
        broken.truncate(told);
        let silent = pause.is_some();
        broken.extend(pause);
        let server = server([hello(), broken]);
        let why = if silent { "timed out after 300ms" } else { "the connection was closed" };
        let mut outbox = server.connect_within(&times(why)).unwrap();
        assert_eq!(offer(&mut outbox, "ada"), format!("broken: {why}"));
        assert!(!outbox.is_open());
        assert_eq!(hand_over(&mut outbox, b"x"), "broken: the connection was closed");
        server.played();
    }
}

#[test]
fn an_answer_to_another_question_breaks_the_connection() {
    for (at, reply) in [(1, "354 go on"), (3, "334 more"), (5, "250 ok"), (1, "rubbish")] {
        let mut broken = envelope("ada");
        broken.truncate(at);
        broken.extend([say(&format!("{reply}\r\n")), Rest]);
        let server = server([hello(), broken]);
        let mut outbox = server.connect().unwrap();
        let words = offer(&mut outbox, "ada");
        assert!(words.starts_with("broken: ") && words.contains(reply), "{words}");
        assert_eq!(server.played(), [""]);
    }
}

#[test]
fn a_reply_too_many_is_never_taken_for_the_next_one() {
    let mut ahead = envelope("ada");
    ahead.pop();
    ahead.extend([say("354 go on\r\n250 2.0.0 queued\r\n"), Rest]);
    let early = server([hello(), ahead]);
    let mut outbox = early.connect().unwrap();
    assert_eq!(offer(&mut outbox, "ada"), "go on");
    let words = "broken: the server's reply is out of turn: 250 2.0.0 queued";
    assert_eq!(hand_over(&mut outbox, b"x\r\n"), words);
    assert_eq!(early.played(), [""]);

    let twice = vec![Body, say("250 ok\r\n250 ok\r\n"), Rest];
    let server = server([hello(), envelope("ada"), twice]);
    let mut outbox = server.connect().unwrap();
    assert_eq!(send(&mut outbox, "ada"), "accepted: 250 ok");
    assert_eq!(offer(&mut outbox, "bob"), "broken: the server's reply is out of turn: 250 ok");
    assert_eq!(server.played()[1], "");
}

#[test]
fn a_server_that_says_421_between_messages_concerns_nobody() {
    for farewell in [
        vec![Body, say("250 ok\r\n421 4.3.2 going down\r\n")],
        vec![Body, say("250 ok\r\n"), Pause(20), say("421 4.3.2 going down\r\n")],
    ] {
        let server = server([hello(), envelope("ada"), farewell]);
        let mut outbox = server.connect().unwrap();
        assert_eq!(send(&mut outbox, "ada"), "accepted: 250 ok");
        server.played();
        assert_eq!(offer(&mut outbox, "bob"), "deferred: 421 4.3.2 going down");
        assert!(!outbox.is_open());
    }
}

#[test]
fn after_the_final_dot_only_a_whole_reply_ends_the_doubt() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str, open: bool) {
        let server = server([hello(), envelope("ada"), vec![Body], end]);
        let mut outbox = server.connect_within(&times(expected)).unwrap();
        assert_eq!(send(&mut outbox, "ada"), expected);
        assert_eq!(outbox.is_open(), open);
        drop(outbox);
        server.played();
    }

    case(vec![say("250 2.0.0 ok\r\n")], "accepted: 250 2.0.0 ok", true);
    case(vec![say("251 ok\r\n")], "accepted: 251 ok", true);
    case(vec![say("552 5.3.4 too big\r\n")], "refused: 552 5.3.4 too big", true);
    case(vec![say("451 4.7.1 later\r\n")], "deferred: 451 4.7.1 later", true);
    case(vec![say("421 4.3.2 going\r\n")], "deferred: 421 4.3.2 going", false);
    case(vec![], "in doubt: the connection was closed", false);
    case(vec![say("250 o")], "in doubt: the connection was closed", false);
    case(vec![say("250-ok\r\n")], "in doubt: the connection was closed", false);
    case(vec![Rest], "in doubt: timed out after 300ms", false);
    case(vec![say("250-ok\r\n"), Rest], "in doubt: timed out after 300ms", false);
    case(vec![say("gone\r\n")], "in doubt: `gone` is not a reply of a mail server", false);
    case(
        vec![say("250-a\r\n550 b\r\n")],
        "in doubt: `550 b` is not a reply of a mail server",
        false,
    );
    case(vec![say("354 more\r\n")], "in doubt: the server's reply is out of turn: 354 more", false);
    case(
        vec![Step::Say(vec![b'2'; 5_000]), Rest],
        "in doubt: the reply is longer than 4096 octets",
        false,
    );
}

/// Closing with something unread resets the connection.
#[test]
fn a_short_message_is_in_doubt_when_the_line_breaks_in_its_body() {
    let server = server([hello(), envelope("ada"), vec![Take(5)]]);
    let mut outbox = server.connect().unwrap();
    let words = send(&mut outbox, "ada");
    let ways = ["in doubt: the network failed", "in doubt: the connection was closed"];
    assert!(ways.contains(&words.as_str()), "{words}");
    server.played();
}

#[cfg(target_os = "linux")]
#[test]
fn a_message_whose_dot_was_never_let_go_is_not_in_doubt() {
    #[track_caller]
    fn case(end: Vec<Step>, expected: &str) {
        // More than the buffers of both ends hold.
        let long =
            b"A line of a very long message, as if somebody had added films.\r\n".repeat(1 << 20);
        let server = server([hello(), envelope("ada"), end]);
        let mut outbox = server.connect_within(&times(expected)).unwrap();
        assert_eq!(offer(&mut outbox, "ada"), "go on");
        assert_eq!(hand_over(&mut outbox, &long), expected);
        assert!(!outbox.is_open());
        drop(outbox);
        drop(server.thread);
    }

    case(vec![Take(5)], "broken: the network failed");
    case(vec![Take(5), Pause(2_000)], "broken: timed out after 300ms");
    case(vec![Take(5), say("552 5.3.4 too big\r\n")], "refused: 552 5.3.4 too big");
    case(vec![Take(5), say("421 4.3.0 full\r\n")], "deferred: 421 4.3.0 full");
    case(vec![Take(5), say("452 4.3.1 full\r\n"), Pause(2_000)], "deferred: 452 4.3.1 full");
    // Nobody can take a message that he has not seen the end of.
    case(vec![Take(5), say("250 ok\r\n")], "broken: the network failed");
}

#[test]
fn an_abandoned_message_has_no_end() {
    for abandon in [SmtpSession::abandon, SmtpSession::quit, drop] {
        let server = server([hello(), envelope("ada"), vec![Rest]]);
        let mut outbox = server.connect().unwrap();
        assert_eq!(offer(&mut outbox, "ada"), "go on");
        abandon(outbox);
        assert_eq!(server.played(), [""]);
    }
}

#[test]
fn steps_out_of_order_write_nothing() {
    let unasked = server([hello(), vec![Rest]]);
    let mut outbox = unasked.connect().unwrap();
    assert_eq!(hand_over(&mut outbox, b"x"), "broken: the connection was closed");
    assert_eq!(unasked.played(), [""]);

    let twice = server([hello(), envelope("ada"), vec![Rest]]);
    let mut outbox = twice.connect().unwrap();
    assert_eq!(offer(&mut outbox, "ada"), "go on");
    assert_eq!(offer(&mut outbox, "bob"), "broken: the connection was closed");
    assert_eq!(twice.played(), [""]);
}

#[test]
fn a_goodbye_needs_no_answer() {
    let server = server([hello(), vec![hear("QUIT")]]);
    server.connect().unwrap().quit();
    server.played();
}

#[test]
fn mail_without_tls_stays_on_this_machine() {
    #[track_caller]
    fn case(host: &str, near: bool) {
        let address = SmtpAddress { host: host.to_owned(), port: 25 };
        assert_eq!(address.is_loopback(), near, "{host}");
    }

    for near in ["localhost", "LocalHost", "127.0.0.1", "127.5.6.7", "::1"] {
        case(near, true);
    }
    for far in [
        "mail.example.org",
        "192.0.2.1",
        "10.0.0.1",
        "0.0.0.0",
        "::",
        "::ffff:192.0.2.1",
        "fe80::1",
        "localhost.example.org",
        "127.0.0.1.example.org",
        "127.1",
        "",
    ] {
        case(far, false);
        let address = SmtpAddress { host: far.to_owned(), port: 25 };
        let error = connect(address, "here", &short()).unwrap_err();
        assert!(matches!(error, SmtpError::NotLoopback(host) if host == far));
    }
}

#[test]
fn localhost_is_every_address_of_this_machine() {
    let server = server([hello()]);
    let address = SmtpAddress { host: "localhost".to_owned(), port: server.port };
    connect(address, "here", &Timeouts::default()).unwrap();
    server.played();
}

#[test]
fn nobody_there_is_said_with_the_reason() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = connect(here(port), "here", &short()).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot connect to 127.0.0.1:{port}"));
    assert!(matches!(error, SmtpError::Connect { source, .. }
        if source.kind() == io::ErrorKind::ConnectionRefused));
}

#[test]
fn a_name_that_would_be_another_command_is_not_said() {
    for hello in ["", "a b", "a\r\nMAIL FROM:<>", "ä", &"x".repeat(256)] {
        let error = connect(here(1), hello, &short()).unwrap_err();
        assert!(matches!(error, SmtpError::Hello(name) if name == hello));
    }
}

#[test]
fn times_are_those_of_rfc_5321() {
    let Timeouts { connect, greeting, command, data, body, final_dot } = Timeouts::default();
    let seconds = [connect, greeting, command, data, body, final_dot].map(|time| time.as_secs());
    assert_eq!(seconds, [30, 300, 300, 120, 180, 600]);
}

#[test]
fn debug_shows_nothing_that_was_said() {
    let mut hello = hello();
    hello.push(say("421 words\r\n"));
    let server = server([hello, vec![Pause(50)]]);
    let outbox = server.connect().unwrap();
    let debug = format!("{outbox:?}");
    assert!(debug.contains("127.0.0.1") && !debug.contains("words"), "{debug}");
    server.played();
}
