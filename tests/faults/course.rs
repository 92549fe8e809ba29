//! What happens to a whole run: a server that is gone for a while, a full disk, a pace that is kept.

use std::time::{Duration, Instant};

use super::row::Row;
use super::server::At::{Command, Dot};
use super::server::Step::{Pause, Reply, Rest, Vanish};

#[test]
fn a_server_that_is_gone_for_a_while() {
    // In the middle of a message's beginning, so that nothing is in doubt.
    Row::of(4)
        .waits("1m")
        .once(Command("RCPT TO:<p1@"), [Vanish(3000)])
        .send()
        .goes_well()
        .says_nothing()
        .goes_on();
    // It is not waited for.
    Row::of(3)
        .once(Command("RCPT TO:<p1@"), [Vanish(1500)])
        .send()
        .stops(2, "cannot connect to {at}: Connection refused")
        .stands("accepted due due");
    // Several connections wait for it together.
    Row::of(8)
        .outbox("connections = 3")
        .waits("1m")
        .once(Command("RCPT TO:<p5@"), [Vanish(1500)])
        .send()
        .counts([("due", 0), ("refused", 0), ("deferred", 0)])
        .goes_on();
}

#[test]
fn the_ledgers_disk_is_full() {
    let mut middle = 0;
    for kib in [100, 200, 300] {
        let row = Row::of(60).send_to_a_full_disk(kib);
        let sent = row.taken().len();
        if sent < 60 {
            middle += usize::from(sent > 0);
            let row = row.exits(1).counts([("refused", 0), ("deferred", 0)]);
            assert!(row.stderr().starts_with("error: the "), "{row}");
            let doubts = row.count("sending") + row.count("in_doubt");
            assert!(doubts <= 1, "one at most was on its way\n{row}");
            row.goes_on();
        }
    }
    assert!(middle > 0, "no disk was full in the middle");
}

#[test]
fn a_run_that_is_to_end_while_the_server_is_silent() {
    Row::of(2)
        .once(Command("RCPT"), [Rest])
        .send_and_interrupt("RCPT")
        .exits(130)
        .says("interrupted: 2 messages not sent; run the command again")
        .all("due")
        .arrived(0)
        .goes_on();
}

#[test]
fn a_run_that_is_to_end_while_a_message_is_on_its_way() {
    // That one is waited for.
    Row::of(3)
        .once(Dot("p0@"), [Pause(800), Reply("250 2.0.0 taken")])
        .send_and_interrupt("(message)")
        .exits(130)
        .says("interrupted: 2 messages not sent; run the command again")
        .stands("accepted due due")
        .arrived(1)
        .connections(1)
        .goes_on();
}

#[test]
fn a_list_is_gone_through_in_its_order_and_without_a_pause() {
    let begun = Instant::now();
    for connections in [1, 4] {
        let row = Row::of(100).outbox(&format!("connections = {connections}")).send().goes_well();
        let to: Vec<&str> = row.taken().iter().map(|taken| taken.to[0].as_str()).collect();
        let list: Vec<String> = (0..100).map(|at| format!("p{at}@example.org")).collect();
        assert!(connections > 1 || to == list, "{to:?}");
    }
    // A minute is what a connection waits that misses its turn.
    assert!(begun.elapsed() < Duration::from_secs(45), "{:?}", begun.elapsed());
}

fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// What is wrong with a rate that these messages came at, if anything is.
fn off_the_rate(times: &[Instant], asked: f64) -> Option<String> {
    for (first, from) in times.iter().enumerate() {
        for (last, to) in times.iter().enumerate().skip(first) {
            let window = (*to - *from).max(Duration::from_secs(2)).as_secs_f64();
            let messages = number(last - first + 1);
            // One more than a window has room for meets both its ends.
            if messages > asked * window * 1.02 + 1.0 {
                return Some(format!("{messages} messages in {window:.3} s"));
            }
        }
    }
    let gaps = times.len() - 1;
    let rate = number(gaps) / (times[gaps] - times[0]).as_secs_f64();
    let close = rate > asked * 0.97 && rate < asked * 1.03;
    (!close).then(|| format!("{rate:.2} messages a second"))
}

#[test]
fn a_rate_is_kept() {
    // The machine may have other things to do: then messages come late, and the next ones seem early.
    let mut wrong = Vec::new();
    for _ in 0..3 {
        let row = Row::of(100).outbox("rate = \"20/s\"\nconnections = 2").send().goes_well();
        let times: Vec<Instant> = row.taken().iter().map(|taken| taken.at).collect();
        match off_the_rate(&times, 20.0) {
            Some(words) => wrong.push(words),
            None => return,
        }
    }
    panic!("instead of 20 a second: {wrong:?}");
}

#[test]
fn a_quota_is_kept() {
    let row = Row::of(8).outbox("quota = \"5/day\"").send().exits(4).arrived(5);
    let row = row
        .stands("accepted accepted accepted accepted accepted due due due")
        .says("warning: 3 messages still to be sent; the configured pace allows the next one at ")
        .says("hint: run the command again from then on");
    // Whoever runs it at once runs into the same.
    let run = row.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(4);
    assert!(run.stderr.starts_with("warning: 3 messages still to be sent"), "{}", run.stderr);
    assert_eq!(row.server.taken().len(), 5);
    // A day later.
    let db = rusqlite::Connection::open(row.folder.path().join("ledger.db")).unwrap();
    db.execute("UPDATE message SET updated = updated - 86400, stamp = stamp - 86400", []).unwrap();
    drop(db);
    row.goes_on();
}

#[test]
fn what_is_refused_uses_up_no_quota() {
    Row::of(8)
        .outbox("quota = \"5/day\"")
        .once(Command("RCPT TO:<p0@"), [Reply("550 5.1.1 no such user")])
        .once(Command("RCPT TO:<p2@"), [Reply("450 4.2.0 later")])
        .once(Dot("p3@"), [Reply("550 5.1.1 no such user")])
        .send()
        .exits(4)
        .stands("refused accepted deferred refused accepted accepted accepted accepted")
        .arrived(6);
}
