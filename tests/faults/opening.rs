//! Before the first message: connecting, greeting, EHLO.

use super::row::Row;
use super::server::At::{Command, Dot, Greeting};
use super::server::Step::{Again, Close, Pause, Reply, Reset, Rest, Say};

#[test]
fn a_server_without_a_fault() {
    Row::of(3).send().goes_well().says_nothing().connections(1).heard("QUIT", 1).goes_on();
}

#[test]
fn nobody_is_there() {
    // An address at which nobody ever answered is wrong more often than its server is away.
    Row::of(2)
        .absent()
        .waits("1m")
        .send()
        .stops(2, "cannot connect to {at}: Connection refused")
        .says("check `host` and `port` under [outbox]")
        .all("due");
}

#[test]
fn a_banner_of_554() {
    Row::of(2)
        .always(Greeting, [Reply("554 5.7.1 no mail from you")])
        .send()
        .stops(2, "{at} does not accept mail: 554 5.7.1 no mail from you")
        .all("due")
        .connections(1)
        .heard("", 0)
        .goes_on();
}

#[test]
fn a_banner_that_does_not_come() {
    Row::of(2)
        .outbox("timeouts = { greeting = \"1s\" }")
        .always(Greeting, [Rest])
        .send()
        .stops(2, "the connection to {at} broke: timed out after 1s")
        .all("due")
        .connections(1)
        .goes_on();
}

#[test]
fn a_banner_of_several_lines_that_comes_in_pieces() {
    let pieces = [
        Say(b"2"),
        Pause(30),
        Say(b"20-mx.example.org\r\n220-wel"),
        Pause(30),
        Say(b"come\r\n220 \r\n"),
    ];
    Row::of(1).always(Greeting, pieces).send().goes_well();
}

#[test]
fn something_else_answers() {
    Row::of(2)
        .always(Greeting, [Reply("HTTP/1.1 400 Bad Request"), Close])
        .send()
        .stops(2, "the connection to {at} broke: `HTTP/1.1 400 Bad Request` is not an SMTP reply")
        .all("due")
        .connections(1)
        .goes_on();
}

#[test]
fn a_banner_without_an_end() {
    Row::of(2)
        .always(Greeting, [Again("220 and so on ", 1000), Rest])
        .send()
        .stops(2, "the connection to {at} broke: the reply is longer than 4096 octets")
        .all("due")
        .connections(1)
        .goes_on();
}

#[test]
fn a_banner_of_421_at_first() {
    Row::of(2)
        .once(Greeting, [Reply("421 4.3.2 too busy"), Close])
        .send()
        .goes_well()
        .says_nothing()
        .connections(2);
}

#[test]
fn a_banner_of_421_each_time() {
    Row::of(2)
        .always(Greeting, [Reply("421 4.3.2 too busy"), Close])
        .send()
        .stops(2, "{at} does not accept mail at the moment: 421 4.3.2 too busy")
        .all("due")
        .connections(3)
        .goes_on();
}

#[test]
fn a_reset_before_the_banner() {
    // Connecting is over by then, or not.
    Row::of(2)
        .always(Greeting, [Reset])
        .send()
        .stops(2, "")
        .says("{at}")
        .all("due")
        .connections(1)
        .goes_on();
}

#[test]
fn a_close_before_the_banner() {
    Row::of(2)
        .always(Greeting, [Close])
        .send()
        .stops(2, "the connection to {at} broke: the connection was closed")
        .all("due")
        .connections(1)
        .goes_on();
}

#[test]
fn a_reset_before_a_later_banner() {
    // Once the server is known to be there, it is tried again.
    Row::of(3)
        .outbox("per_connection = 1")
        .on(2, Greeting, [Reset])
        .send()
        .goes_well()
        .says_nothing()
        .connections(4);
    Row::of(3)
        .outbox("per_connection = 1")
        .on(2, Greeting, [Reset])
        .on(3, Greeting, [Close])
        .on(4, Command("EHLO"), [Reset])
        .send()
        .stops(2, "the connection to {at} broke: ")
        .stands("accepted due due")
        .connections(4)
        .goes_on();
}

#[test]
fn ehlo_is_refused() {
    Row::of(2)
        .always(Command("EHLO"), [Reply("502 5.5.1 what?")])
        .send()
        .stops(2, "{at} does not accept mail: 502 5.5.1 what?")
        .all("due")
        .connections(1)
        .heard("MAIL", 0)
        .goes_on();
}

#[test]
fn a_reset_at_ehlo() {
    Row::of(2)
        .always(Command("EHLO"), [Reset])
        .send()
        .stops(2, "the connection to {at} broke: ")
        .all("due")
        .connections(1)
        .goes_on();
    Row::of(2)
        .outbox("per_connection = 1")
        .on(2, Command("EHLO"), [Reset])
        .send()
        .goes_well()
        .connections(3);
}

#[test]
fn an_answer_to_ehlo_without_an_end() {
    Row::of(2)
        .always(Command("EHLO"), [Again("250-and another offer\r\n", 5000), Rest])
        .send()
        .stops(2, "the connection to {at} broke: the reply is longer than 65536 octets")
        .all("due")
        .connections(1)
        .goes_on();
}

#[test]
fn an_answer_to_ehlo_with_two_codes() {
    Row::of(1)
        .always(Command("EHLO"), [Say(b"250-mx.example.org\r\n550 no\r\n")])
        .send()
        .stops(1, "the connection to {at} broke: `550 no` is not an SMTP reply")
        .all("due")
        .goes_on();
}

#[test]
fn a_banner_that_says_too_much() {
    // What answers before it was asked answers something else.
    Row::of(1)
        .always(Greeting, [Say(b"220 mx.example.org\r\n250 mx.example.org\r\n")])
        .send()
        .stops(
            1,
            "the connection to {at} broke: unexpected reply from the server: 250 mx.example.org",
        )
        .all("due")
        .heard("MAIL", 0)
        .goes_on();
}

#[test]
fn a_message_that_is_larger_than_the_server_takes() {
    Row::of(2)
        .offers(["SIZE 1000", "PIPELINING", "8BITMIME"])
        .send()
        .stops(2, "the message has ")
        .says(" octets, and the server accepts 1000\n")
        .all("due")
        .heard("MAIL", 0)
        .connections(1);
}

#[test]
fn a_server_that_offers_nothing() {
    Row::of(3)
        .offers([])
        .once(Command("RCPT TO:<p1@"), [Reply("550 5.1.1 no such user")])
        .send()
        .exits(4)
        .stands("accepted refused accepted")
        .connections(1)
        .heard("MAIL FROM:<events@example.org>", 3)
        .heard("RSET", 1)
        .goes_on();
}

#[test]
fn an_address_that_wants_smtputf8() {
    // That is told before anything is sent, whatever the server offers.
    let list = "email,name\nada@example.org,Ada\njürgen@example.org,Jürgen\n";
    for row in [Row::list(list), Row::list(list).offers(["SMTPUTF8", "8BITMIME"])] {
        row.send()
            .exits(3)
            .says("error[not-ascii]: people.csv:3: column `email`: `jürgen@example.org` cannot be reached by mail")
            .arrived(0)
            .connections(0);
    }
}

#[test]
fn a_sender_that_wants_smtputf8() {
    let from = "Events team <veranstalter-büro@example.org>";
    Row::of(2)
        .from(from)
        .send()
        .stops(2, "the sender's address has non-ASCII characters before the `@`")
        .says("use an ASCII address as `from`, or a server that offers SMTPUTF8")
        .all("due")
        .connections(1)
        .heard("MAIL", 0);
    Row::of(2)
        .from(from)
        .offers(["SMTPUTF8", "8BITMIME", "PIPELINING"])
        .send()
        .goes_well()
        .heard("MAIL FROM:<veranstalter-büro@example.org> BODY=8BITMIME SMTPUTF8", 2);
}

#[test]
fn an_address_in_letters_of_its_own_behind_the_at() {
    Row::list("email,name\nada@bücher.example,Ada\n")
        .send()
        .exits(0)
        .heard("RCPT TO:<ada@xn--bcher-kva.example>", 1);
}

#[test]
fn an_answer_that_takes_its_time() {
    Row::of(1)
        .once(Command("EHLO"), [Pause(600), Reply("250 mx.example.org")])
        .once(Command("RCPT"), [Pause(600), Reply("250 ok")])
        .once(Command("DATA"), [Pause(600), Reply("354 go on")])
        .once(Dot(""), [Pause(1500), Reply("250 ok")])
        .send()
        .goes_well()
        .connections(1);
}
