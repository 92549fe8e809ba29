//! What a trial needs.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use meetmint_core::{Mint, Role, Room};

use super::http::Trust;
use super::observed::Who;

/// What a trial needs. Nothing but the rooms and the people's ids is random, and the caller provides both.
pub struct Trial<'t> {
    /// Makes the tokens, for the server that is asked.
    pub mint: &'t Mint,
    /// Roles of the user's own. As many as the limit of logins allows take part.
    pub own_roles: &'t [Role],
    /// Two rooms that nobody can guess, and a third one that nobody enters.
    pub rooms: [Room; 3],
    /// The `machine-uid` of each of the two test users, by which Jicofo tells them apart: 32 hexadecimal digits.
    pub machines: [String; 2],
    /// The certificate authorities that are trusted.
    pub trust: Trust,
    /// The time of this machine in seconds since 1970 UTC.
    pub clock: &'t (dyn Fn() -> i64 + Sync),
    /// Set to `true` to stop: whoever is in a room leaves it.
    pub interrupted: Arc<AtomicBool>,
    /// How long to wait.
    pub timing: Timing,
    /// Called before each test user joins.
    pub progress: &'t (dyn Fn(&Who) + Sync),
}

/// How long a trial waits, and for what.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// How long nothing may have changed somebody's role before it counts: Jicofo grants it after the join
    /// (`jitsi-tokens` facts, §8).
    pub quiet: Duration,
    /// For an answer.
    pub answer: Duration,
    /// For everything.
    pub total: Duration,
    /// Between two logins. Servers may refuse the third one within a second (`mod_rate_limit`).
    pub between_logins: Duration,
}

impl Default for Timing {
    fn default() -> Timing {
        Timing {
            quiet: Duration::from_secs(5),
            answer: Duration::from_secs(10),
            // With the farewells, a run ends within 90 seconds.
            total: Duration::from_secs(80),
            between_logins: Duration::from_millis(550),
        }
    }
}
