//! Runs a test in many schedules.

use shuttle::scheduler::{PctScheduler, RandomScheduler};
use shuttle::{Config, Runner};

/// With this variable set to 1, tests run fifty times as many schedules, as `just torture` does.
const TORTURE: &str = "MEETMINT_TORTURE";
const TORTURE_FACTOR: usize = 50;

/// The seed of the schedules: the same ones each time.
const SEED: u64 = 20_270_311;

/// Composing a message takes more stack than shuttle gives a thread.
const STACK: usize = 1 << 20;

/// How many times a schedule takes the turn from a thread that could go on.
const PREEMPTIONS: usize = 3;

/// Runs a test in `schedules` random schedules, and in as many that take the turn from a thread a few times only: most
/// mistakes need no more than that, and a random schedule seldom lets one thread go on for long.
pub(in crate::delivery) fn explore(
    schedules: usize,
    test: impl Fn() + Send + Sync + Copy + 'static,
) {
    let is_long = std::env::var_os(TORTURE).is_some_and(|value| value == "1");
    let schedules = if is_long { schedules * TORTURE_FACTOR } else { schedules };
    let config = config();
    Runner::new(RandomScheduler::new_from_seed(SEED, schedules), config.clone()).run(test);
    Runner::new(PctScheduler::new_from_seed(SEED, PREEMPTIONS, schedules), config).run(test);
}

/// Runs a test of one thread, for which there is only one schedule.
pub(in crate::delivery) fn once(test: impl Fn() + Send + Sync + 'static) {
    Runner::new(RandomScheduler::new_from_seed(SEED, 1), config()).run(test);
}

fn config() -> Config {
    let mut config = Config::new();
    config.stack_size = STACK;
    config
}
