//! The server's clock, compared with that of this machine.

use super::super::observed::ClockSeen;
use super::case::Case;
use super::finding::LiveFinding;
use super::words::lasting;

/// The code of findings about clocks.
pub(super) const CODE: &str = "clock";

/// From here on it is mentioned: less may be the time that an answer takes.
const NOTICEABLE: u64 = 30;

/// From here on something should be done. Jitsi allows no difference, so links begin and end as many seconds too late
/// or too early. A clock that is off by minutes is not set by anybody, and its difference grows; at five minutes the
/// server refuses tokens that were just made.
const PROBLEM: u64 = 120;

pub(super) fn finding(case: Case<'_>) -> Option<LiveFinding> {
    let (ahead, is_prosody) = match case.observed.clock? {
        ClockSeen::Prosody { ahead } => (ahead, true),
        ClockSeen::WebServer { ahead } => (ahead, false),
    };
    let cure = cure(case);
    let difference = ahead.unsigned_abs();
    if difference < NOTICEABLE {
        return None;
    }
    let words = lasting(difference);
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    if !is_prosody {
        let message = format!(
            "the web server's clock is {words} {direction} this machine's. Links start and stop working by Prosody's clock, which could not be compared"
        );
        return Some(LiveFinding::note(CODE, message, cure));
    }
    let effect = if ahead > 0 { "earlier" } else { "later" };
    let message = format!(
        "the server's clock is {words} {direction} this machine's, so links start and stop working {words} {effect}"
    );
    Some(if difference < PROBLEM {
        LiveFinding::note(CODE, message, cure)
    } else {
        LiveFinding::problem(CODE, message, cure)
    })
}

/// Which clock is wrong cannot be seen from here.
pub(super) fn cure(case: Case<'_>) -> &'static str {
    if case.is_jaas() {
        "compare this machine's clock with the right time, and set it: Jitsi allows no difference"
    } else {
        "compare the clocks of the server and of this machine with the right time: `timedatectl` shows them\nset the wrong one: `timedatectl set-ntp true` keeps it right"
    }
}
