//! What a message is made from when it is tried again.

use super::scenario::Scenario;
use super::script::Action::{Close, Reply};
use super::script::Trigger::{Command, EndOfData};
use crate::support::mime_part;

/// The header of this name, and the property of this name in the calendar.
fn header(message: &str, name: &str) -> String {
    let start = format!("{name}:");
    let headers = message.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let line = headers.lines().find(|line| line.starts_with(&start)).unwrap();
    line.to_owned()
}

fn property(message: &str, name: &str) -> String {
    let calendar = mime_part(message, "text/calendar");
    calendar.lines().find(|line| line.starts_with(name)).unwrap().to_owned()
}

#[test]
fn a_message_that_was_not_accepted_is_made_anew_at_its_next_try() {
    let later = [Reply("451 4.3.0 later")];
    for scenario in [
        // Deferred.
        Scenario::new(1).once(EndOfData("p0@"), later),
        // Due: the daily quota of the account is used up.
        Scenario::new(1).once(EndOfData("p0@"), [Reply("550 5.4.5 Daily quota exceeded")]),
    ] {
        let outcome = scenario.send();
        let ledger = outcome.folder.ledger();
        // As if an hour had passed since.
        let sql = "UPDATE message SET stamp = stamp - 3600, next_try = 0; UPDATE entry SET stamp = stamp - 3600;";
        ledger.execute_batch(sql).unwrap();
        let stamp = || -> i64 {
            ledger.query_row("SELECT stamp FROM message", [], |row| row.get(0)).unwrap()
        };
        let earlier = stamp();
        // The connection breaks after the end of the message: `settle` has to make the same bytes once more.
        let outcome = outcome.with_rule(EndOfData("p0@"), Close);
        outcome.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(4);
        assert!(stamp() >= earlier + 3600, "{} and {earlier}", stamp());
        let messages = outcome.server.messages();
        let [first, second] = &messages[..] else { panic!("{} messages", messages.len()) };
        let (first, second) = (&first.body, &second.body);
        for same in ["Message-ID", "To", "Subject"] {
            assert_eq!(header(first, same), header(second, same));
        }
        for same in ["UID", "SEQUENCE", "DTSTART"] {
            assert_eq!(property(first, same), property(second, same));
        }
        let dtstamp = jiff::Timestamp::from_second(stamp()).unwrap().strftime("%Y%m%dT%H%M%SZ");
        assert_eq!(property(second, "DTSTAMP"), format!("DTSTAMP:{dtstamp}"));
        let (date, sent) = (header(second, "Date"), jiff::Timestamp::from_second(stamp()).unwrap());
        assert!(date.contains(&sent.strftime("%H:%M:%S").to_string()), "{date} and {sent}");

        outcome.server.remove_rules();
        outcome.folder.run(["settle", "--resend", "--yes", "--wait", "0", "-q"]).exits(0);
        assert_eq!(&outcome.server.messages().last().unwrap().body, second);
    }
}

#[test]
fn the_avatar_of_a_deferred_message_may_change() {
    // It is no fact of the meeting, so the same message is tried again, with other bytes.
    let outcome =
        Scenario::with_roster("email,name,avatar\nada@example.org,Ada,https://example.org/1.png\n")
            .once(Command("RCPT"), [Reply("450 4.2.0 greylisted")])
            .send()
            .all_are("deferred");
    outcome.folder.make_deferred_due();
    outcome
        .folder
        .write("people.csv", "email,name,avatar\nada@example.org,Ada,https://example.org/2.png\n");
    let outcome = outcome.with_rule(EndOfData("ada@"), Close);
    outcome.folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(4);
    outcome.resends_in_doubt().all_are("accepted");
}
