//! SMTP: runs that are killed, together with refusals, broken connections and a full disk.

use std::collections::{BTreeSet, HashMap};
use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::smtp_meeting::SmtpMeeting;
use super::{
    CANCEL, INVITE, KillTiming, Mailing, REMIND, REMIND_AGAIN, RUN_TIMEOUT, UPDATE, address,
    assert_full, report, run_to_end, send_with_file_size_limit, spawn, status,
};
use crate::smtp_server::{Behavior, ServerOptions};

/// Kills a run after a few messages, so that a small roster is enough for many kills.
fn occasional_kills() -> KillTiming {
    KillTiming::new(7, Duration::from_millis(12))
}

#[test]
fn twelve_killed_sends_mail_everybody_once() {
    let mut meeting = SmtpMeeting::with_slow_server(60, 1);
    meeting.complete_despite_kills(INVITE, 12, &mut occasional_kills());
    assert!(meeting.interrupted >= 3, "only {} kills came in time", meeting.interrupted);
}

#[test]
fn killed_sends_over_four_connections_mail_everybody_once() {
    let mut meeting = SmtpMeeting::with_slow_server(120, 6).with_connections(4);
    meeting.complete_despite_kills(INVITE, 8, &mut KillTiming::new(20, Duration::from_millis(12)));
    assert!(meeting.interrupted >= 3, "only {} kills came in time", meeting.interrupted);
}

#[test]
fn killed_updates_and_cancellations_reach_everybody_once() {
    let mut meeting = SmtpMeeting::with_slow_server(40, 2);
    meeting.deliver_to_everybody(INVITE);
    meeting.folder.edit_meeting("title = \"Town hall\"", "title = \"Another title\"");
    meeting.complete_despite_kills(UPDATE, 6, &mut occasional_kills());
    meeting.complete_despite_kills(CANCEL, 6, &mut occasional_kills());
}

#[test]
fn a_killed_settle_mails_nobody_twice() {
    let behaviors = (0..20).map(|at| (address(at), Behavior::CloseBeforeBody)).collect();
    let mut meeting =
        SmtpMeeting::new(20, 3, ServerOptions { behaviors, ..ServerOptions::default() });
    meeting.begin_mailing();
    // A broken connection leaves a message in doubt or stops the run; nothing is delivered in either case.
    for _ in 0..20 {
        let code = meeting.folder.run(INVITE.args()).code;
        assert!(matches!(code, Some(0 | 1 | 4)), "{code:?}");
        assert_eq!(meeting.collect(), 0);
        if code != Some(1) {
            break;
        }
    }
    let lost = meeting.compare_with_ledger(INVITE);
    meeting.server_options =
        ServerOptions { delay: Duration::from_millis(4), ..ServerOptions::default() };
    meeting.collect();
    let settle = Mailing { command: &["settle", "--resend"], kind: "invite" };
    let mut timing = KillTiming::new(3, Duration::from_millis(12));
    let mut kills = 0;
    while kills < 4 && meeting.deliveries().len() < lost.len() {
        let child = spawn(&meeting.folder, settle);
        let server = &meeting.server;
        let killed = timing.kill(&mut meeting.random, child, || server.messages().len());
        kills += usize::from(killed);
        meeting.collect();
        let in_doubt = meeting.compare_with_ledger(INVITE);
        // A message that arrived just before the kill is in doubt again. Only the server knows, so the test asks it.
        let delivered: BTreeSet<String> =
            meeting.deliveries().into_keys().map(str::to_owned).collect();
        assert!(in_doubt.intersection(&delivered).count() <= 1, "{in_doubt:?}");
        for person in in_doubt.intersection(&delivered) {
            meeting.folder.run(["settle", "--sent", "-q", "--only", person]).exits(0).stderr("");
        }
    }
    let in_doubt = meeting.complete(INVITE);
    meeting.resolve_doubts(INVITE, &in_doubt);
}

#[test]
fn killed_reminders_are_sent_to_nobody_twice() {
    let mut meeting = SmtpMeeting::with_slow_server(60, 4);
    meeting.deliver_to_everybody(INVITE);
    meeting.complete_despite_kills(REMIND, 6, &mut KillTiming::new(5, Duration::from_millis(12)));
    // The round is complete, so the next reminder goes to everybody again, if it is asked for within the hour.
    meeting.deliver_to_everybody(REMIND_AGAIN);
}

#[expect(clippy::disallowed_methods, reason = "the command reads the real clock")]
fn tomorrow() -> String {
    // Far enough ahead in every time zone.
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    tomorrow.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Invites everybody, and kills the run that reminds them when the server has received the last message but not yet
/// replied.
fn killed_at_the_last_message(reminder: Mailing) -> SmtpMeeting {
    let mut meeting = SmtpMeeting::with_slow_server(5, 5);
    meeting.folder.edit_meeting("2031-03-11 14:00", &tomorrow());
    meeting.deliver_to_everybody(INVITE);
    meeting.server_options.delay = Duration::from_millis(300);
    meeting.collect();
    meeting.begin_mailing();
    let started = Instant::now();
    let mut child = spawn(&meeting.folder, reminder);
    while meeting.server.messages().len() < 5 {
        assert!(started.elapsed() < RUN_TIMEOUT, "the run does not send");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(meeting.collect(), 5);
    meeting.server_options.delay = Duration::ZERO;
    meeting.collect();
    meeting
}

#[test]
fn a_reminder_killed_at_its_last_message_is_not_started_again() {
    let mut meeting = killed_at_the_last_message(REMIND);
    let run = meeting.folder.run(REMIND.args()).exits(4);
    let last = meeting.received[meeting.received.len() - 1].0.clone();
    run.stderr(&format!(
        "warning: it is unknown whether the message to {last} arrived: an earlier run did not learn whether it was accepted\n\
         \x20 hint: if it arrived, or the meeting is over, run `meetmint settle --sent --only {last}`; otherwise, `meetmint settle --resend --only {last}`\n"
    ));
    assert_eq!(meeting.collect(), 0, "everybody has been reminded");
    assert_eq!(meeting.compare_with_ledger(REMIND).len(), 1);
    meeting.folder.run(["settle", "--sent", "-q"]).exits(0).stderr("");
    meeting.deliver_to_everybody(REMIND_AGAIN);

    // The same if the doubt is resolved before the next `remind`.
    let mut meeting = killed_at_the_last_message(REMIND);
    meeting.folder.run(["settle", "--sent", "-q"]).exits(0).stderr("");
    run_to_end(&meeting.folder, REMIND);
    assert_eq!(meeting.collect(), 0, "everybody has been reminded");
    meeting.deliver_to_everybody(REMIND_AGAIN);
}

#[test]
fn a_remind_before_killed_at_its_last_message_is_not_started_again() {
    let reminder = Mailing { command: &["remind", "--before", "48h"], kind: "remind" };
    let mut meeting = killed_at_the_last_message(reminder);
    for _ in 0..3 {
        run_to_end(&meeting.folder, reminder);
        assert_eq!(meeting.collect(), 0, "the reminder is sent once");
    }
}

#[test]
fn killed_sends_of_new_copies_mail_nobody_twice() {
    // In `status` a copy has the same kind as the invitation before it, so `accepted` may refer to either.
    let again =
        Mailing { command: &["send", "--again", "--role", "participant"], kind: "new copy" };
    let mut meeting = SmtpMeeting::with_slow_server(40, 6);
    meeting.deliver_to_everybody(INVITE);
    meeting.begin_mailing();
    meeting.kill_runs(again, 4, &mut KillTiming::new(4, Duration::from_millis(12)), 0);
    // After a complete round, another run would start the next one.
    if !meeting.is_complete() {
        run_to_end(&meeting.folder, again);
        meeting.collect();
    }
    let in_doubt = meeting.compare_with_ledger(again);
    assert!(in_doubt.len() <= meeting.interrupted);
    meeting.resolve_doubts(INVITE, &in_doubt);
}

#[test]
fn only_messages_without_a_reply_to_the_final_dot_are_in_doubt() {
    let closing: BTreeSet<String> = [0, 7, 8, 20, 39].map(address).into();
    let behaviors =
        || closing.iter().map(|person| (person.clone(), Behavior::CloseAfterDot)).collect();
    let mut meeting = SmtpMeeting::new(
        40,
        7,
        ServerOptions { behaviors: behaviors(), ..ServerOptions::default() },
    );
    meeting.begin_mailing();
    assert_eq!(meeting.complete(INVITE), closing);
    assert_eq!(meeting.deliveries().len(), 40);
    meeting.resolve_doubts(INVITE, &closing);

    // The same with kills.
    let delay = Duration::from_millis(4);
    let mut meeting = SmtpMeeting::new(
        40,
        8,
        ServerOptions { behaviors: behaviors(), delay, ..ServerOptions::default() },
    );
    meeting.begin_mailing();
    meeting.kill_runs(INVITE, 5, &mut occasional_kills(), closing.len());
    let in_doubt = meeting.complete(INVITE);
    assert!(in_doubt.is_superset(&closing));
    assert!(in_doubt.len() <= meeting.interrupted + closing.len());
    meeting.server_options.behaviors.clear();
    meeting.collect();
    meeting.resolve_doubts(INVITE, &in_doubt);
}

#[test]
fn a_refused_recipient_is_never_in_doubt_after_a_kill() {
    let behaviors: HashMap<String, Behavior> =
        (0..28).map(|at| (address(at), Behavior::Refuse)).collect();
    // Fewer than thirty refusals do not stop the run.
    let meeting = |seed| {
        // With PIPELINING the intent is recorded before the refusal is read, so a kill in between leaves a doubt.
        let server_options =
            ServerOptions { behaviors: behaviors.clone(), ..ServerOptions::default() };
        SmtpMeeting::new(28, seed, ServerOptions { without_pipelining: true, ..server_options })
    };
    let started = Instant::now();
    run_to_end(&meeting(9).folder, INVITE);
    let duration = started.elapsed();
    for seed in 20..22 {
        let mut meeting = meeting(seed);
        for _ in 0..4 {
            let mut child = spawn(&meeting.folder, INVITE);
            thread::sleep(duration / 4 + meeting.random.duration_up_to(duration * 3 / 4));
            child.kill().unwrap();
            child.wait().unwrap();
            meeting.collect();
            let mut states = status(&meeting.folder);
            states.retain(|_, (_, state)| !matches!(state.as_str(), "due" | "refused"));
            assert!(states.is_empty(), "nothing was handed over: {states:?}");
        }
    }
}

#[test]
fn messages_sent_before_the_disk_was_full_are_not_sent_again() {
    let mut partial = 0;
    for kib in [100, 300] {
        let mut meeting = SmtpMeeting::new(60, 10, ServerOptions::default());
        meeting.begin_mailing();
        for _ in 0..3 {
            let run = send_with_file_size_limit(&meeting.folder, kib);
            let sent = meeting.collect();
            let in_doubt = meeting.compare_with_ledger(INVITE);
            if run.code == Some(1) {
                meeting.interrupted += 1;
                assert_full(&run);
                partial += usize::from(sent > 0);
            } else {
                assert!(matches!(run.code, Some(0 | 4)), "{kib} KiB: {run:?}");
            }
            assert!(in_doubt.len() <= meeting.interrupted, "{kib} KiB: {in_doubt:?}");
        }
        let in_doubt = meeting.complete(INVITE);
        assert!(in_doubt.len() <= meeting.interrupted);
        meeting.resolve_doubts(INVITE, &in_doubt);
    }
    assert!(partial > 0, "no run filled the disk after it had sent a message");
}

#[test]
#[ignore = "takes minutes: run it with `just torture`"]
fn two_hundred_kills_while_sending_to_two_thousand_people() {
    for connections in [1, 4] {
        let started = Instant::now();
        let mut meeting = SmtpMeeting::with_slow_server(2000, 17).with_connections(connections);
        let doubts = meeting.complete_despite_kills(
            INVITE,
            200,
            &mut KillTiming::new(12, Duration::from_millis(10)),
        );
        let SmtpMeeting { interrupted, people, received, .. } = &meeting;
        if connections == 1 {
            assert_eq!(*interrupted, 200, "every kill came in time");
        }
        report(&format!(
            "mail: {connections} connections, {interrupted} kills, {people} people, {} messages, {doubts} were in doubt, {} got two, in {:.0?}",
            received.len(),
            received.len() - meeting.deliveries().len(),
            started.elapsed()
        ));
    }
}
