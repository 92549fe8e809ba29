//! Mail to a server: killed, refused, and closed upon.

use std::collections::{BTreeSet, HashMap};
use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::town::Town;
use super::{
    CANCEL, INVITE, Killing, PATIENCE, REMIND, UPDATE, Wave, finish, is_long, person, spawn,
    status, tell, with_small_disk,
};
use crate::sink::{Behaviour, Options};

/// Kills that leave enough for twelve of them.
fn now_and_then() -> Killing {
    Killing::new(7, Duration::from_millis(12))
}

#[test]
fn a_send_that_is_killed_twelve_times_mails_everybody_once() {
    let mut town = Town::slow(60, 1);
    town.survives(INVITE, 12, &mut now_and_then());
    assert!(town.broken >= 3, "only {} kills came in time", town.broken);
}

#[test]
fn a_send_over_four_connections_that_is_killed_mails_everybody_once() {
    let mut town = Town::slow(120, 6).over(4);
    town.survives(INVITE, 8, &mut Killing::new(20, Duration::from_millis(12)));
    assert!(town.broken >= 3, "only {} kills came in time", town.broken);
}

#[test]
fn updates_and_cancellations_that_are_killed_reach_everybody_once() {
    let mut town = Town::slow(40, 2);
    town.all_get(INVITE);
    town.folder.change("title = \"Town hall\"", "title = \"Another title\"");
    town.survives(UPDATE, 6, &mut now_and_then());
    town.survives(CANCEL, 6, &mut now_and_then());
}

#[test]
fn a_settling_that_is_killed_mails_nobody_twice() {
    let behaviours = (0..20).map(|at| (person(at), Behaviour::CloseBeforeBody)).collect();
    let mut town = Town::new(20, 3, Options { behaviours, ..Options::default() });
    town.starts();
    // Each of these either is in doubt or stops the run: nobody has got anything.
    for _ in 0..20 {
        let code = town.folder.run(INVITE.args()).code;
        assert!(matches!(code, Some(0 | 1 | 4)), "{code:?}");
        assert_eq!(town.harvest(), 0);
        if code != Some(1) {
            break;
        }
    }
    let lost = town.audit(INVITE);
    town.options = Options { delay: Duration::from_millis(4), ..Options::default() };
    town.harvest();
    let settle = Wave { command: &["settle", "--resend"], kind: "invite" };
    let mut killing = Killing::new(3, Duration::from_millis(12));
    let mut kills = 0;
    while kills < 4 && town.got().len() < lost.len() {
        let child = spawn(&town.folder, settle);
        let sink = &town.sink;
        let killed = killing.kill(&mut town.dice, child, || sink.messages().len());
        kills += usize::from(killed);
        town.harvest();
        let unknown = town.audit(INVITE);
        // What arrived before its answer did is known to the server alone: somebody has to look there.
        let got: BTreeSet<String> = town.got().into_keys().map(str::to_owned).collect();
        assert!(unknown.intersection(&got).count() <= 1, "{unknown:?}");
        for person in unknown.intersection(&got) {
            town.folder.run(["settle", "--sent", "-q", "--only", person]).exits(0).says("");
        }
    }
    let unknown = town.goes_on(INVITE);
    town.settle(INVITE, &unknown);
}

#[test]
fn a_reminder_that_is_killed_goes_to_nobody_twice() {
    let mut town = Town::slow(60, 4);
    town.all_get(INVITE);
    town.survives(REMIND, 6, &mut Killing::new(5, Duration::from_millis(12)));
    // It is over: the next one goes to everybody again.
    town.all_get(REMIND);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary goes by the clock, and there is no other"
)]
fn tomorrow() -> String {
    // In whatever zone: a day is far enough.
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    tomorrow.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Everybody is invited, and reminded by a run that is killed while the server has the last message.
fn killed_at_the_last_message(reminder: Wave) -> Town {
    let mut town = Town::slow(5, 5);
    town.folder.change("2031-03-11 14:00", &tomorrow());
    town.all_get(INVITE);
    town.options.delay = Duration::from_millis(300);
    town.harvest();
    town.starts();
    let begun = Instant::now();
    let mut child = spawn(&town.folder, reminder);
    while town.sink.messages().len() < 5 {
        assert!(begun.elapsed() < PATIENCE, "a run does not mail");
        thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(town.harvest(), 5);
    town.options.delay = Duration::ZERO;
    town.harvest();
    town
}

#[test]
fn a_reminder_that_is_killed_at_its_last_message_is_over_when_it_is_run_again() {
    let mut town = killed_at_the_last_message(REMIND);
    let run = town.folder.run(REMIND.args()).exits(4);
    let last = town.log[town.log.len() - 1].0.clone();
    run.says(&format!(
        "warning: delivery to {last} is unknown: the previous run was interrupted\n\
         \x20 hint: meetmint settle --sent --only {last}, or --resend\n"
    ));
    assert_eq!(town.harvest(), 0, "everybody has been reminded");
    assert_eq!(town.audit(REMIND).len(), 1);
    town.folder.run(["settle", "--sent", "-q"]).exits(0).says("");
    town.all_get(REMIND);

    // Without a look at what is in doubt, too.
    let mut town = killed_at_the_last_message(REMIND);
    town.folder.run(["settle", "--sent", "-q"]).exits(0).says("");
    finish(&town.folder, REMIND);
    assert_eq!(town.harvest(), 0, "everybody has been reminded");
    town.all_get(REMIND);
}

#[test]
fn a_reminder_before_the_start_that_is_killed_at_its_last_message_is_not_begun_again() {
    let reminder = Wave { command: &["remind", "--before", "48h"], kind: "remind" };
    let mut town = killed_at_the_last_message(reminder);
    for _ in 0..3 {
        finish(&town.folder, reminder);
        assert_eq!(town.harvest(), 0, "it goes out once");
    }
}

#[test]
fn fresh_copies_that_are_killed_go_to_nobody_twice() {
    // For `status` the invitation before it is of the same kind: what was accepted may be that one.
    let again = Wave { command: &["send", "--again", "--role", "participant"], kind: "new copy" };
    let mut town = Town::slow(40, 6);
    town.all_get(INVITE);
    town.starts();
    town.kill(again, 4, &mut Killing::new(4, Duration::from_millis(12)), 0);
    // Copies after the last one would be the next ones.
    if !town.is_over() {
        finish(&town.folder, again);
        town.harvest();
    }
    let unknown = town.audit(again);
    assert!(unknown.len() <= town.broken);
    town.settle(INVITE, &unknown);
}

#[test]
fn a_server_that_closes_after_the_final_dot_leaves_these_in_doubt_and_nobody_else() {
    let closing: BTreeSet<String> = [0, 7, 8, 20, 39].map(person).into();
    let behaviours = || closing.iter().map(|one| (one.clone(), Behaviour::CloseAfterDot)).collect();
    let mut town = Town::new(40, 7, Options { behaviours: behaviours(), ..Options::default() });
    town.starts();
    assert_eq!(town.goes_on(INVITE), closing);
    assert_eq!(town.got().len(), 40);
    town.settle(INVITE, &closing);

    // And killed on top of it.
    let delay = Duration::from_millis(4);
    let mut town =
        Town::new(40, 8, Options { behaviours: behaviours(), delay, ..Options::default() });
    town.starts();
    town.kill(INVITE, 5, &mut now_and_then(), closing.len());
    let unknown = town.goes_on(INVITE);
    assert!(unknown.is_superset(&closing));
    assert!(unknown.len() <= town.broken + closing.len());
    town.options.behaviours.clear();
    town.harvest();
    town.settle(INVITE, &unknown);
}

#[test]
fn a_refusal_is_no_doubt_whenever_the_run_is_killed() {
    let behaviours: HashMap<String, Behaviour> =
        (0..28).map(|at| (person(at), Behaviour::Refuse)).collect();
    // So few that it is still about people, and no reason to stop.
    let town = |seed| {
        // With PIPELINING the intent is written before the refusal is heard.
        let options = Options { behaviours: behaviours.clone(), ..Options::default() };
        Town::new(28, seed, Options { lock_step: true, ..options })
    };
    let begun = Instant::now();
    finish(&town(9).folder, INVITE);
    let whole = begun.elapsed();
    for seed in 20..22 {
        let mut town = town(seed);
        for _ in 0..4 {
            let mut child = spawn(&town.folder, INVITE);
            thread::sleep(whole / 4 + town.dice.moment(whole * 3 / 4));
            child.kill().unwrap();
            child.wait().unwrap();
            town.harvest();
            let mut standing = status(&town.folder);
            standing.retain(|_, (_, state)| !matches!(state.as_str(), "due" | "refused"));
            assert!(standing.is_empty(), "nothing was handed over: {standing:?}");
        }
    }
}

#[test]
fn what_was_mailed_before_the_disk_was_full_is_not_mailed_again() {
    let mut middle = 0;
    for kib in [100, 300] {
        let mut town = Town::new(60, 10, Options::default());
        town.starts();
        for _ in 0..3 {
            let run = with_small_disk(&town.folder, kib);
            let sent = town.harvest();
            let unknown = town.audit(INVITE);
            if run.code == Some(1) {
                town.broken += 1;
                assert!(run.stderr.starts_with("error: the "), "{}", run.stderr);
                middle += usize::from(sent > 0);
            } else {
                assert!(matches!(run.code, Some(0 | 4)), "{kib} KiB: {run:?}");
            }
            assert!(unknown.len() <= town.broken, "{kib} KiB: {unknown:?}");
        }
        let unknown = town.goes_on(INVITE);
        assert!(unknown.len() <= town.broken);
        town.settle(INVITE, &unknown);
    }
    assert!(middle > 0, "no disk was full in the middle");
}

#[test]
fn two_hundred_kills_of_a_send_to_two_thousand_people() {
    if !is_long() {
        return;
    }
    for connections in [1, 4] {
        let begun = Instant::now();
        let mut town = Town::slow(2000, 17).over(connections);
        let doubts = town.survives(INVITE, 200, &mut Killing::new(12, Duration::from_millis(10)));
        let Town { broken, people, log, .. } = &town;
        if connections == 1 {
            assert_eq!(*broken, 200, "it was killed in the middle each time");
        }
        tell(&format!(
            "mail: {connections} connections, {broken} kills, {people} people, {} messages, {doubts} were in doubt, {} got two, in {:.0?}",
            log.len(),
            log.len() - town.got().len(),
            begun.elapsed()
        ));
    }
}
