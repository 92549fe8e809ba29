//! The server's clock, compared with that of this machine.

use super::super::observed::ClockSeen;
use super::case::Case;
use super::finding::LiveFinding;
use super::login::clock_cure;
use super::words::lasting;

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
    let cure = clock_cure(case);
    let difference = ahead.unsigned_abs();
    if difference < NOTICEABLE {
        return None;
    }
    let words = lasting(difference);
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    if !is_prosody {
        let message = format!(
            "the clock of the web server is {words} {direction} this machine's; whether Prosody's is, which checks the links, is not known"
        );
        return Some(LiveFinding::note("clock", message, cure));
    }
    let effect = if ahead > 0 { "earlier" } else { "later" };
    let message = format!(
        "the server's clock is {words} {direction} this machine's, so links begin and end {words} {effect}"
    );
    Some(if difference < PROBLEM {
        LiveFinding::note("clock", message, cure)
    } else {
        LiveFinding::problem("clock", message, cure)
    })
}
