//! From MAIL up to the answer to DATA: nothing was handed over, whatever happens.

use super::row::Row;
use super::server::At::{Command, Dot};
use super::server::Step::{Again, Close, Hear, Pause, Reply, Reset, Rest, Say};

#[test]
fn a_sender_that_is_not_taken() {
    for reply in [
        "550 5.1.8 sender address rejected: domain not found",
        "553 5.7.1 sender address rejected: not owned by user ada",
        "550 no such sender",
    ] {
        Row::of(2)
            .always(Command("MAIL"), [Reply(reply)])
            .send()
            .stops(2, reply)
            .says("set `from` under [mail] to an address that belongs to the account")
            .all("due")
            .arrived(0)
            .connections(1)
            .heard("MAIL", 1)
            .goes_on();
    }
}

#[test]
fn a_login_that_is_wanted() {
    for row in [Row::of(2), Row::of(2).in_lock_step()] {
        row.always(Command("MAIL"), [Reply("530 5.7.0 authentication required")])
            .send()
            .stops(2, "530 5.7.0 authentication required")
            .says("hint: the server requires a login: set `user` and `password` under [outbox]\n")
            .all("due")
            .heard("MAIL", 1)
            .goes_on();
    }
}

#[test]
fn a_person_who_does_not_exist() {
    for row in [Row::of(3), Row::of(3).in_lock_step()] {
        row.once(Command("RCPT TO:<p1@"), [Reply("550 5.1.1 no such user")])
            .send()
            .exits(4)
            .says("warning: p1@example.org was refused: 550 5.1.1 no such user\n")
            .stands("accepted refused accepted")
            .arrived(2)
            .connections(1)
            .heard("RSET", 1)
            .goes_on();
    }
}

#[test]
fn the_first_person_is_refused_without_an_enhanced_code() {
    for reply in ["550 no such user", "550", "551 user not local", "501 bad address"] {
        Row::of(3)
            .once(Command("RCPT TO:<p0@"), [Reply(reply)])
            .send()
            .exits(4)
            .says(&format!("warning: p0@example.org was refused: {reply}\n"))
            .stands("refused accepted accepted")
            .arrived(2)
            .connections(1)
            .goes_on();
    }
}

#[test]
fn everybody_is_refused_and_a_message_is_asked_for_all_the_same() {
    // A lone dot ends a message that nobody is to get (RFC 2920 §3.1). Some servers take it.
    for answer in ["554 5.5.1 no valid recipients", "250 2.0.0 ok"] {
        Row::of(2)
            .always(Command("RCPT"), [Reply("550 5.1.1 no such user")])
            .always(Command("DATA"), [Reply("354 go on")])
            .always(Dot("nobody"), [Reply(answer)])
            .send()
            .exits(4)
            .all("refused")
            .arrived(0)
            .connections(1)
            .heard(".", 2)
            .goes_on();
    }
    // One that does not answer it.
    Row::of(2)
        .once(Command("RCPT"), [Reply("550 5.1.1 no such user")])
        .once(Command("DATA"), [Reply("354 go on")])
        .once(Dot("nobody"), [Close])
        .send()
        .exits(4)
        .stands("refused accepted")
        .arrived(1)
        .connections(2)
        .goes_on();
}

#[test]
fn a_sender_is_refused_and_a_message_is_asked_for_all_the_same() {
    // Nobody can know to whom it would go: not even a dot is said.
    Row::of(2)
        .always(Command("MAIL"), [Reply("451 4.3.0 later")])
        .always(Command("RCPT"), [Reply("250 ok")])
        .always(Command("DATA"), [Reply("354 go on")])
        .send()
        .exits(4)
        .all("deferred")
        .arrived(0)
        .heard(".", 0);
}

#[test]
fn greylisting() {
    for row in [Row::of(3), Row::of(3).in_lock_step()] {
        row.once(Command("RCPT TO:<p0@"), [Reply("450 4.2.0 greylisted, come again")])
            .once(Command("RCPT TO:<p1@"), [Reply("451 4.7.1 greylisting in action")])
            .send()
            .exits(4)
            .says("warning: p0@example.org is deferred, next try from ")
            .says(": 450 4.2.0 greylisted, come again\n")
            .stands("deferred deferred accepted")
            .arrived(1)
            .connections(1)
            .goes_on()
            .goes_on_later()
            .all("accepted");
    }
}

#[test]
fn a_server_that_has_no_room() {
    Row::of(2)
        .once(Command("MAIL"), [Reply("452 4.3.1 insufficient system storage")])
        .send()
        .exits(4)
        .stands("deferred accepted")
        .arrived(1)
        .connections(1)
        .goes_on()
        .goes_on_later()
        .all("accepted");
}

#[test]
fn a_mailbox_that_is_full() {
    Row::of(3)
        .once(Command("RCPT TO:<p0@"), [Reply("452 4.2.2 mailbox full")])
        .once(Command("RCPT TO:<p1@"), [Reply("552 5.2.2 mailbox full: over quota")])
        .send()
        .exits(4)
        .stands("deferred refused accepted")
        .arrived(1)
        .connections(1)
        .goes_on();
}

#[test]
fn messages_that_are_too_big() {
    for (at, reply) in [
        ("RCPT", "552 5.3.4 message too big"),
        ("MAIL", "552 5.3.4 message size exceeds fixed limit"),
        ("MAIL", "552 too big"),
    ] {
        Row::of(2)
            .always(Command(at), [Reply(reply)])
            .send()
            .stops(2, reply)
            .says("use a server that accepts larger messages, or shorten the templates")
            .all("due")
            .arrived(0)
            .connections(1)
            .goes_on();
    }
}

#[test]
fn a_server_that_passes_no_mail_on() {
    for reply in ["554 5.7.1 relay access denied", "550 relaying not permitted"] {
        Row::of(2)
            .always(Command("RCPT"), [Reply(reply)])
            .send()
            .stops(2, reply)
            .says("the server does not relay mail from this machine")
            .all("due")
            .arrived(0)
            .connections(1)
            .heard("RCPT", 1)
            .goes_on();
    }
}

#[test]
fn more_than_a_tenth_is_refused() {
    let mut row = Row::of(40);
    for start in ["p4@", "p9@", "p14@", "p19@", "p24@", "p29@", "p34@", "p39@"] {
        let start = Box::leak(format!("RCPT TO:<{start}").into_boxed_str());
        row = row.once(Command(start), [Reply("550 5.1.1 no such user")]);
    }
    // It was the sixth of thirty.
    row.send()
        .stops(
            10,
            "more than a tenth of the addresses were refused, the last with 550 5.1.1 no such user",
        )
        .says("check the roster")
        .counts([("accepted", 24), ("refused", 6), ("due", 10)])
        .arrived(24)
        .goes_on();
    // A few are not.
    Row::of(40)
        .once(Command("RCPT TO:<p3@"), [Reply("550 5.1.1 no such user")])
        .once(Command("RCPT TO:<p30@"), [Reply("550 5.1.1 no such user")])
        .once(Command("RCPT TO:<p35@"), [Reply("550 5.1.1 no such user")])
        .send()
        .exits(4)
        .counts([("accepted", 37), ("refused", 3)])
        .connections(1)
        .goes_on();
}

#[test]
fn several_replies_in_one_packet() {
    let all = [Hear("RCPT"), Hear("DATA"), Say(b"250 ok\r\n250 ok\r\n354 go on\r\n")];
    Row::of(2).always(Command("MAIL"), all).send().goes_well().connections(1);
    // The same with a refusal among them.
    Row::of(2)
        .once(
            Command("MAIL"),
            [Hear("RCPT"), Hear("DATA"), Say(b"250 ok\r\n550 5.1.1 no\r\n554 5.5.1 nobody\r\n")],
        )
        .send()
        .exits(4)
        .stands("refused accepted")
        .arrived(1)
        .connections(1)
        .goes_on();
}

#[test]
fn replies_in_pieces() {
    let pieces = [
        Say(b"25"),
        Pause(30),
        Say(b"0-2.1.0 well\r\n250-"),
        Pause(30),
        Say(b"2.1.0 very"),
        Pause(30),
        Say(b"\r\n250 2.1.0 well\r"),
        Pause(30),
        Say(b"\n"),
    ];
    for row in [Row::of(2), Row::of(2).in_lock_step()] {
        row.always(Command("MAIL"), pieces)
            .always(Command("RCPT"), pieces)
            .always(Command("DATA"), [Say(b"354-go\r\n35"), Pause(30), Say(b"4 on\r\n")])
            .always(Dot(""), pieces)
            .send()
            .goes_well()
            .connections(1);
    }
}

#[test]
fn a_refusal_of_several_lines() {
    Row::of(2)
        .once(
            Command("RCPT TO:<p0@"),
            [Say(b"550-5.1.1 The email account that you tried to reach does not exist.\r\n550-5.1.1 Please try\r\n550 5.1.1 again\r\n")],
        )
        .send()
        .exits(4)
        .says("p0@example.org was refused: 550 5.1.1 The email account that you tried to reach does not exist. Please try again\n")
        .stands("refused accepted")
        .connections(1);
}

#[test]
fn a_refusal_in_another_encoding() {
    Row::of(2)
        .once(Command("RCPT TO:<p0@"), [Say(b"550 5.1.1 bo\xeete inconnue \x1b[31m\x07\r\n")])
        .send()
        .exits(4)
        .says("p0@example.org was refused: 550 5.1.1 bo\u{fffd}te inconnue [31m\n")
        .stands("refused accepted")
        .connections(1)
        .goes_on();
}

/// A fault that is no answer, at each command: once it is borne, each time it stops the run.
#[track_caller]
fn broken<const N: usize>(steps: [super::server::Step; N], why: &str) {
    for command in ["MAIL", "RCPT", "DATA"] {
        for lock_step in [false, true] {
            let row = || {
                let row = if lock_step { Row::of(2).in_lock_step() } else { Row::of(2) };
                row.outbox("timeouts = { command = \"1s\", data = \"1s\" }")
            };
            row().once(Command(command), steps).send().goes_well().says_nothing().connections(2);
            if lock_step || command == "DATA" {
                row()
                    .always(Command(command), steps)
                    .send()
                    .stops(2, why)
                    .all("due")
                    .arrived(0)
                    .connections(3)
                    .goes_on();
            }
        }
    }
}

#[test]
fn a_reset_before_the_message() {
    broken([Reset], "the ");
}

#[test]
fn a_close_before_the_message() {
    broken([Close], "the connection was closed");
}

#[test]
fn silence_before_the_message() {
    for command in ["MAIL", "RCPT", "DATA"] {
        Row::of(2)
            .outbox("timeouts = { command = \"1s\", data = \"1s\" }")
            .once(Command(command), [Rest])
            .send()
            .goes_well()
            .connections(2);
    }
}

#[test]
fn silence_each_time() {
    Row::of(2)
        .outbox("timeouts = { command = \"1s\" }")
        .always(Command("RCPT"), [Rest])
        .send()
        .stops(2, "timed out after 1s")
        .all("due")
        .connections(3)
        .goes_on();
}

#[test]
fn garbage_before_the_message() {
    broken([Reply("ok, go on")], "`ok, go on` is not an SMTP reply");
}

#[test]
fn a_reply_without_an_end_before_the_message() {
    broken([Again("250 and so on ", 1000), Rest], "the reply is longer than 4096 octets");
}

#[test]
fn a_reply_too_many() {
    // In lock-step it is noticed before it is taken for the answer to something else.
    Row::of(2)
        .in_lock_step()
        .once(Command("MAIL"), [Say(b"250 ok\r\n250 ok\r\n")])
        .send()
        .goes_well()
        .says_nothing()
        .connections(2);
    // Else the answers do not match: at DATA nothing but 354 means that a message may come.
    Row::of(2)
        .always(Command("MAIL"), [Say(b"250 ok\r\n250 ok\r\n")])
        .send()
        .stops(2, "unexpected reply from the server: 250 2.1.5 ok")
        .all("due")
        .arrived(0)
        .goes_on();
    // And what is left over from one person is not taken for the next one's.
    Row::of(3)
        .once(
            Command("RCPT TO:<p0@"),
            [Say(b"550 5.1.1 no such user\r\n550 5.1.1 no such user\r\n")],
        )
        .send()
        .exits(4)
        .stands("refused accepted accepted")
        .goes_on();
}

#[test]
fn an_answer_out_of_turn() {
    for row in [
        Row::of(2).once(Command("MAIL"), [Reply("354 go on")]),
        Row::of(2).in_lock_step().once(Command("RCPT"), [Reply("354 go on")]),
        Row::of(2).once(Command("DATA"), [Reply("250 ok")]),
        Row::of(2).in_lock_step().once(Command("DATA"), [Reply("220 hello")]),
    ] {
        row.send().goes_well().says_nothing().connections(2);
    }
    Row::of(2)
        .always(Command("DATA"), [Reply("250 ok")])
        .send()
        .stops(2, "unexpected reply from the server: 250 ok")
        .all("due")
        .arrived(0)
        .connections(3)
        .goes_on();
}

#[test]
fn a_message_that_nobody_may_send() {
    Row::of(2)
        .once(Command("DATA"), [Reply("451 4.3.0 later")])
        .send()
        .exits(4)
        .stands("deferred accepted")
        .arrived(1)
        .connections(1)
        .goes_on();
    Row::of(2)
        .always(Command("DATA"), [Reply("554 5.5.1 no")])
        .send()
        .stops(2, "554 5.5.1 no")
        .all("due")
        .arrived(0)
        .goes_on();
}

#[test]
fn a_421_between_messages() {
    // In the packet of the answer, in a later one, and in answer to the next message.
    for row in [
        Row::of(3).once(Dot("p0@"), [Say(b"250 taken\r\n421 4.3.2 closing\r\n"), Close]),
        Row::of(3)
            .once(Dot("p0@"), [Reply("250 taken"), Pause(100), Reply("421 4.3.2 closing"), Close]),
        Row::of(3).once(Command("MAIL"), [Reply("421 4.3.2 closing"), Close]),
        Row::of(3).once(Command("RCPT TO:<p1@"), [Reply("421 4.7.0 closing"), Close]),
        Row::of(3).once(Command("DATA"), [Reply("421 4.3.2 closing"), Close]),
        Row::of(3).in_lock_step().once(Command("RCPT TO:<p1@"), [Reply("421 closing"), Close]),
    ] {
        row.send().goes_well().says_nothing().connections(2);
    }
}

#[test]
fn a_connection_that_has_done_its_share() {
    // OpenSMTPD says 452 at MAIL, others close.
    Row::of(3)
        .outbox("connections = 1")
        .once(Dot("p1@"), [Reply("250 taken"), Hear("MAIL"), Hear("RCPT"), Hear("DATA"), TOO_MANY])
        .send()
        .goes_well()
        .says_nothing()
        .connections(2);
    Row::of(14)
        .once(Command("RCPT TO:<p12@"), [Reply("421 4.7.0 too many messages"), Close])
        .send()
        .goes_well()
        .says_nothing()
        .connections(2);
}

const TOO_MANY: super::server::Step =
    Say(b"452 4.5.3 too many messages sent\r\n503 5.5.1 from whom?\r\n503 5.5.1 nobody\r\n");

#[test]
fn a_421_each_time() {
    Row::of(2)
        .always(Command("MAIL"), [Reply("421 4.7.0 try again later, closing connection"), Close])
        .send()
        .stops(2, "421 4.7.0 try again later, closing connection")
        .all("due")
        .arrived(0)
        .connections(3)
        .goes_on();
}

#[test]
fn a_server_that_wants_fewer_connections() {
    Row::of(5)
        .outbox("connections = 3")
        .always(Dot(""), [Pause(100), Reply("250 taken")])
        .on(2, Command("MAIL"), [Reply("432 4.3.2 too many concurrent connections")])
        .on(3, Command("MAIL"), [Reply("432 4.3.2 too many concurrent connections")])
        .send()
        .goes_well()
        .says_nothing()
        .connections(3);
    // One has to go on.
    Row::of(2)
        .once(Command("MAIL"), [Reply("432 4.3.2 too many concurrent connections")])
        .send()
        .goes_well();
}

#[test]
fn several_connections() {
    let row = Row::of(40).outbox("connections = 4\nper_connection = 5");
    let row = row.once(Command("RCPT TO:<p7@"), [Reset]).once(Command("RCPT TO:<p23@"), [Close]);
    let row = row.send().goes_well().says_nothing().heard("MAIL", 42);
    let heard = row.server.heard();
    let most = (1..20).map(|number| {
        heard.iter().filter(|(other, line)| *other == number && line == "(message)").count()
    });
    assert!(most.max().unwrap() <= 5, "{row}");
}

#[test]
fn a_login_that_is_one_too_many() {
    // The others go on, and nobody waits for a minute.
    Row::of(6)
        .login()
        .outbox("connections = 3")
        .waits("1m")
        .always(Dot(""), [Pause(50), Reply("250 taken")])
        .on(2, Command("AUTH"), [Reply("454 4.7.0 too many concurrent logins"), Close])
        .send()
        .goes_well()
        .says_nothing();
}
