//! Mail: before a message leaves, the disk knows that it may have arrived.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use super::disk::Arrived;
use super::trace::{Call, Step, Trace};
use super::{Image, TracedRun, traced};
use crate::smtp_server::{Behavior, ServerOptions, SmtpServer};
use crate::support::{Folder, roster_of};

/// What of a run's messages is looked at.
struct Expected {
    /// The kind of its messages in `status`.
    kind: &'static str,
    /// How many messages may be in doubt at once.
    doubts: usize,
    /// How many messages leave.
    messages: usize,
}

/// The recipient of the message that a call hands over, if it does.
#[derive(Default)]
struct Bodies {
    /// The recipient of the last RCPT on each connection.
    recipients: HashMap<i32, String>,
}

impl Bodies {
    fn recipient(&mut self, call: &Call) -> Option<String> {
        let (descriptor, file) = call.descriptor.as_ref()?;
        let is_socket = file.to_str().is_some_and(|name| name.starts_with("socket:"));
        if !is_socket || !matches!(call.name.as_str(), "sendto" | "sendmsg" | "write" | "writev") {
            return None;
        }
        let text = String::from_utf8_lossy(&call.data);
        if let Some((_, address)) = text.split_once("RCPT TO:<") {
            let address = address.split('>').next().unwrap();
            self.recipients.insert(*descriptor, address.to_owned());
        }
        // Every message has one, among its first lines.
        let is_body = text.contains("\r\nMessage-ID:") || text.starts_with("Message-ID:");
        is_body.then(|| self.recipients[descriptor].clone())
    }
}

fn states(folder: &Folder) -> BTreeMap<String, (String, String)> {
    let people = folder.status().into_iter();
    people.map(|person| (person.email, (person.kind, person.state))).collect()
}

/// Looks at the disk each time a message is about to leave, and at the end. `look` gets what a power cut leaves.
fn check(mut traced: TracedRun, expected: &Expected, mut look: impl FnMut(&Folder, bool)) {
    let Expected { kind, doubts, messages } = *expected;
    let mut bodies = Bodies::default();
    let mut handed_over = BTreeSet::new();
    let mut image = Image::new();
    let mut seed = 0;
    traced.replay(|disk, trace, step| {
        let is_end = step.is_none();
        if let Some(step) = step {
            let Some(recipient) = leaves(&mut bodies, trace, step) else { return };
            assert!(handed_over.insert(recipient.clone()), "{recipient} has two messages");
        }
        let parts = (0..super::parts()).map(|_| {
            seed += 1;
            Arrived::Part(seed)
        });
        for arrived in [Arrived::Nothing, Arrived::Everything].into_iter().chain(parts) {
            if !image.show(disk, arrived) {
                continue;
            }
            let states = states(&image.folder);
            for person in &handed_over {
                let (is_kind, state) = states
                    .get(person)
                    .map_or((false, "unknown"), |(found, state)| (found == kind, state.as_str()));
                let is_known = matches!(state, "sending" | "in_doubt" | "accepted");
                assert!(
                    is_kind && is_known && (!is_end || state == "accepted"),
                    "{} messages have left, {arrived:?} has arrived: {person} is {state}",
                    handed_over.len()
                );
            }
            let in_doubt =
                |(_, state): &&(String, String)| state == "sending" || state == "in_doubt";
            let in_doubt = states.values().filter(in_doubt).count();
            assert!(in_doubt <= doubts, "{in_doubt} are in doubt: {states:?}");
            look(&image.folder, is_end);
        }
    });
    assert_eq!(handed_over.len(), messages);
}

fn leaves(bodies: &mut Bodies, trace: &Trace, step: &Step) -> Option<String> {
    let Step::Begin(number) = step else { return None };
    bodies.recipient(&trace.calls[*number])
}

fn meeting(people: usize, server: &SmtpServer, connections: usize) -> Folder {
    let folder = Folder::meeting(&roster_of(people));
    folder.use_smtp(server.port(), &format!("connections = {connections}\n"));
    folder
}

fn one(folder: &Folder, sql: &str) -> i64 {
    folder.ledger().query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_power_cut_leaves_at_most_one_message_a_connection_in_doubt() {
    for (people, connections, without_pipelining, chunking) in
        [(8, 2, false, false), (5, 1, true, false), (16, 4, false, true)]
    {
        let options = ServerOptions { without_pipelining, chunking, ..ServerOptions::default() };
        let server = SmtpServer::start(options);
        let folder = meeting(people, &server, connections);
        let Some(traced) = traced(&folder, "send --yes --wait 0 -q") else { return };
        assert_eq!(traced.run.code, Some(0), "{:?}", traced.run);
        assert_eq!(server.messages().len(), people);
        let expected = Expected { kind: "invite", doubts: connections, messages: people };
        check(traced, &expected, |_, _| {});
    }
}

#[test]
fn a_power_cut_during_a_checkpoint_loses_nothing() {
    // More than the thousand pages of the log after which SQLite copies it into the ledger: two people have a page.
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting(2200, &server, 1);
    let note = format!(",{}\n", "n".repeat(1800));
    let people = roster_of(2200).replace('\n', &note);
    folder.write("people.csv", people.replacen(&note, ",note\n", 1));
    let only = ["p0", "p1"].map(|name| format!("--only {name}@example.org")).join(" ");
    let Some(traced) = traced(&folder, &format!("send --yes --wait 0 -q {only}")) else { return };
    assert_eq!(traced.run.code, Some(0), "{:?}", traced.run);
    let is_write = |call: &Call| {
        let ledger = Path::new("ledger.db");
        let file = call.descriptor.as_ref().and_then(|(_, path)| path.file_name());
        call.name == "pwrite64" && file == Some(ledger.as_os_str())
    };
    let pages = traced.trace.calls.iter().filter(|call| is_write(call)).count();
    assert!(pages > 300, "only {pages} pages were copied");
    check(traced, &Expected { kind: "invite", doubts: 1, messages: 2 }, |_, _| {});
}

#[test]
fn a_cancellation_is_on_the_disk_before_anybody_hears_of_it() {
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting(4, &server, 1);
    folder.run(["send", "--yes", "-q"]).exits(0);
    let Some(traced) = traced(&folder, "cancel --yes --wait 0 -q") else { return };
    assert_eq!(traced.run.code, Some(0), "{:?}", traced.run);
    check(traced, &Expected { kind: "cancel", doubts: 1, messages: 4 }, |folder, _| {
        assert_eq!(one(folder, "SELECT called_off FROM meeting"), 1);
    });
}

#[test]
fn a_reminder_is_on_the_disk_as_a_round_before_anybody_gets_it() {
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting(5, &server, 2);
    folder.run(["send", "--yes", "-q"]).exits(0);
    let Some(traced) = traced(&folder, "remind --yes --wait 0 -q") else { return };
    assert_eq!(traced.run.code, Some(0), "{:?}", traced.run);
    check(traced, &Expected { kind: "remind", doubts: 2, messages: 5 }, |folder, is_end| {
        assert_eq!(one(folder, "SELECT count(*) FROM round_entry"), 5);
        // Finished only when everybody has it: a round that is not finished is continued.
        let finished = one(folder, "SELECT count(finished) FROM round");
        assert!(!is_end || finished == 1, "the round would be continued");
    });
}

#[test]
fn what_is_settled_survives_a_power_cut() {
    let behaviors = [1, 3].map(|at| (format!("p{at}@example.org"), Behavior::CloseAfterDot));
    let options = ServerOptions { behaviors: behaviors.into(), ..ServerOptions::default() };
    let server = SmtpServer::start(options);
    let folder = meeting(5, &server, 1);
    folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(4);
    drop(server);
    let server = SmtpServer::start(ServerOptions::default());
    folder.use_smtp(server.port(), "");
    let sent = "settle --sent -q --only p1@example.org";
    let Some(mut sent) = traced(&folder, sent) else { return };
    assert_eq!(sent.run.code, Some(0), "{:?}", sent.run);
    let mut image = Image::new();
    sent.replay(|disk, _, step| {
        if step.is_none() {
            image.show(disk, Arrived::Nothing);
            assert_eq!(states(&image.folder)["p1@example.org"].1, "accepted");
        }
    });
    let Some(resent) = traced(&folder, "settle --resend --yes --wait 0 -q") else { return };
    assert_eq!(resent.run.code, Some(0), "{:?}", resent.run);
    check(resent, &Expected { kind: "invite", doubts: 1, messages: 1 }, |_, _| {});
}

#[test]
fn the_run_after_a_power_cut_mails_nobody_twice_and_forgets_nobody() {
    const PEOPLE: usize = 4;
    let server = SmtpServer::start(ServerOptions::default());
    let folder = meeting(PEOPLE, &server, 2);
    let Some(mut run) = traced(&folder, "send --yes --wait 0 -q") else { return };
    assert_eq!(run.run.code, Some(0), "{:?}", run.run);
    let (mut bodies, mut image) = (Bodies::default(), Image::new());
    let mut handed_over = BTreeSet::new();
    run.replay(|disk, trace, step| {
        let is_end = step.is_none();
        let leaving = step.and_then(|step| leaves(&mut bodies, trace, step));
        if leaving.is_none() && !is_end {
            return;
        }
        handed_over.extend(leaving);
        for arrived in [Arrived::Nothing, Arrived::Part(7)] {
            image.show(disk, arrived);
            let server = SmtpServer::start(ServerOptions::default());
            image.folder.use_smtp(server.port(), "");
            let run = image.folder.run(["send", "--yes", "--wait", "0", "-q"]);
            image.forget();
            let received: Vec<String> = server.messages().into_iter().map(|it| it.to).collect();
            let people: BTreeSet<String> = received.iter().cloned().collect();
            assert_eq!(people.len(), received.len());
            assert_eq!(people.intersection(&handed_over).next(), None, "somebody is mailed twice");
            let states = states(&image.folder);
            assert_eq!(states.len(), PEOPLE);
            for (person, (_, state)) in &states {
                let is_mailed = people.contains(person) || handed_over.contains(person);
                assert!(
                    state == "in_doubt" || is_mailed && state == "accepted",
                    "{person}: {state}"
                );
            }
            let doubts = states.values().any(|(_, state)| state == "in_doubt");
            assert_eq!(run.code, Some(if doubts { 4 } else { 0 }), "{run:?}");
        }
    });
    assert_eq!(handed_over.len(), PEOPLE);
}
