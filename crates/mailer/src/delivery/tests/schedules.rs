//! Whole runs: workers, ledger writer and observer, with a server that misbehaves.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shuttle::rand::{Rng as _, thread_rng};

use crate::delivery::feed::Feed;
use crate::delivery::run::{Next, Run};
use crate::delivery::testing::{
    Act, Connect, Fate, Script, Step, World, address, calm, explore, interrupt_in_pause,
    is_interrupted, once, several, step, wall,
};
use crate::delivery::{DeliveryContext, DeliveryError, Summary, smtp};
use crate::ledger::MessageState;

/// What a server may do with an attempt, besides accepting it.
const ACTS: [Act; 14] = [
    Act::ToRecipient("550 5.1.1 no such user"),
    Act::ToRecipient("450 4.2.1 try later"),
    Act::ToRecipient("421 4.3.2 closing"),
    Act::ToRecipient("432 4.3.2 too many connections"),
    Act::ToRecipient("450 4.1.8 sender's domain not found"),
    Act::ToMessage("550 5.1.1 no such user"),
    Act::ToMessage("451 4.7.1 greylisted"),
    Act::ToMessage("550 5.7.1 looks like spam"),
    Act::ToMessage("421 4.3.2 closing"),
    Act::BreakEarly,
    Act::BreakBeforeDot,
    Act::BreakAndKeep,
    Act::BreakAndLose,
    Act::NoChunking,
];

const CONNECTS: [Connect; 4] =
    [Connect::Accept, Connect::Fail, Connect::Defer("421 too many"), Connect::Defer("454 later")];

/// A server that misbehaves at random.
pub(super) fn awkward_script(people: usize) -> Script {
    let mut random = thread_rng();
    let mut script = Script::default();
    for number in 0..people {
        let attempts = random.gen_range(0..3);
        let acts = (0..attempts).map(|_| ACTS[random.gen_range(0..ACTS.len())]).collect();
        script.acts.insert(address(number), acts);
    }
    let connects = random.gen_range(0..3);
    script.connects =
        (0..connects).map(|_| CONNECTS[random.gen_range(0..CONNECTS.len())]).collect();
    script
}

/// Sends what is due, and checks that the run has let go of everything.
pub(super) fn send(world: &mut World) -> Result<Summary, DeliveryError> {
    let tasks = world.tasks();
    let count = tasks.len();
    let now = || wall();
    let context = DeliveryContext {
        now: &now,
        stamp: None,
        interrupted: &is_interrupted,
        progress: &|_| step(Step::Progress),
        note: &|_| step(Step::Note),
    };
    let World { ledger, relay, .. } = world;
    let connections = relay.pace.connections.min(u32::try_from(count).unwrap());
    let run = Run::new(World::factory(&now), relay, ledger.keep(), tasks.into(), None).unwrap();
    smtp::work(&run, &context, connections);
    let (held, permits) = run.held();
    let result = smtp::finish(run);
    if let Ok(summary) = &result {
        assert_eq!(
            held, [0; 4],
            "connections in the run and in the writer, messages claimed and being prepared"
        );
        let results = summary.delivered
            + summary.refused.len()
            + summary.deferred.len()
            + summary.in_doubt.len();
        if relay.pace.quota.is_some() {
            assert_eq!(permits, summary.delivered + summary.in_doubt.len(), "permits");
        }
        assert_eq!(results + summary.over + summary.left, count, "{summary:?}");
    }
    result
}

/// Checks that ledger, summary and server agree.
fn check(world: &World, summary: &Summary) {
    let script = World::script();
    let mut counts = [0; 4];
    for number in 0..world.people {
        let (state, fate) = (world.state(number), script.fates.get(&address(number)).copied());
        let case = format!("{state:?} in the ledger of {number}, {fate:?} at the server");
        let is_right = match fate {
            Some(Fate::Accepted) => state == Some(MessageState::Accepted),
            Some(Fate::Unknown) => state == Some(MessageState::InDoubt),
            Some(Fate::Broken) | None => matches!(state, None | Some(MessageState::Due)),
            Some(Fate::Replied(reply)) => match state {
                // The connection's, or undecided. Without pipelining there is no intent yet.
                None | Some(MessageState::Due) => {
                    ["421", "432", "550 5.7.1"].iter().any(|code| reply.starts_with(code))
                }
                Some(MessageState::Refused) => reply.starts_with("550"),
                Some(MessageState::Deferred) => reply.starts_with("45"),
                _ => false,
            },
        };
        assert!(is_right, "{case}");
        match state {
            Some(MessageState::Accepted) => counts[0] += 1,
            Some(MessageState::Refused) => counts[1] += 1,
            Some(MessageState::Deferred) => counts[2] += 1,
            Some(MessageState::InDoubt) => counts[3] += 1,
            _ => {}
        }
    }
    let Summary { delivered, refused, deferred, in_doubt, .. } = summary;
    assert_eq!(counts, [*delivered, refused.len(), deferred.len(), in_doubt.len()]);
}

/// In 400 schedules.
#[test]
fn every_message_has_one_result_whatever_the_server_does() {
    explore(200, || {
        let mut random = thread_rng();
        let people = random.gen_range(1..=6);
        let pace = several(random.gen_range(1..=3));
        let interrupt_at = random.gen_ratio(1, 3).then(|| random.gen_range(1..150));
        let max_wait = Duration::from_secs([0, 900][random.gen_range(0..2)]);
        let script = awkward_script(people);
        let mut world = World::begin(people, pace, max_wait, script, interrupt_at, None);
        let summary = send(&mut world).unwrap();
        calm();
        if !summary.interrupted && summary.stopped.is_none() {
            assert_eq!((summary.left, &summary.later), (0, &None), "nothing has ended the run");
        }
        check(&world, &summary);
    });
}

/// The intent of its first attempt is withdrawn, and nothing is committed in the second one. Whoever takes the message next
/// must find it due: otherwise it would get another SEQUENCE. In 400 schedules.
#[test]
fn a_message_that_is_put_back_after_two_attempts_stays_the_same_message() {
    explore(200, || {
        let mut script = Script::default();
        let first = [Act::ToRecipient("421 4.3.2 closing"), Act::ToMessage("421 4.3.2 closing")];
        let first = first[thread_rng().gen_range(0..first.len())];
        for number in 0..4 {
            script.acts.insert(address(number), [first, Act::BreakEarly].into());
        }
        script.connects = [Connect::Accept, Connect::Accept, Connect::Fail, Connect::Fail].into();
        let wait = Duration::from_secs(900);
        let mut world = World::begin(4, several(3), wait, script, None, None);
        let summary = send(&mut world).unwrap();
        calm();
        check(&world, &summary);
    });
}

/// Ctrl-C must not have to wait for minutes. In 100 schedules.
#[test]
fn an_interrupt_ends_a_pause() {
    static INTERRUPTED: AtomicUsize = AtomicUsize::new(0);
    explore(50, || {
        let acts = [Act::BreakEarly, Act::ToRecipient("421 4.3.2 closing")];
        let mut script = Script::default();
        let act = acts[thread_rng().gen_range(0..acts.len())];
        script.acts.insert(address(thread_rng().gen_range(0..3)), [act].into());
        let wait = Duration::from_secs(900);
        let mut world = World::begin(4, several(2), wait, script, None, None);
        interrupt_in_pause();
        let summary = send(&mut world).unwrap();
        assert!(summary.interrupted || summary.left == 0, "{summary:?}");
        INTERRUPTED.fetch_add(summary.interrupted.into(), Ordering::Relaxed);
        calm();
        check(&world, &summary);
    });
    assert!(INTERRUPTED.load(Ordering::Relaxed) > 0, "no schedule had a pause to interrupt");
}

/// Otherwise memory would grow with the number of people. In one schedule.
#[test]
fn a_run_reads_what_is_due_while_it_sends() {
    once(|| {
        let mut world = World::quiet(12, several(1));
        let tasks = world.tasks();
        let (count, read) = (tasks.len(), AtomicUsize::new(0));
        let tasks = tasks.into_iter().inspect(|_| {
            read.fetch_add(1, Ordering::Relaxed);
        });
        let now = || wall();
        let World { ledger, relay, .. } = &mut world;
        let tasks = Feed::new(count, tasks.map(Ok));
        let run = Run::new(World::factory(&now), relay, ledger.keep(), tasks, None).unwrap();
        assert_eq!(read.load(Ordering::Relaxed), 0, "read before the first message");
        let next = run.next(0, false);
        assert!(matches!(next, Next::Send(_)));
        let read = read.load(Ordering::Relaxed);
        assert!(read < count / 2, "{read} of {count} read before the first message");
        drop(next);
        drop(run);
        World::script();
    });
}
