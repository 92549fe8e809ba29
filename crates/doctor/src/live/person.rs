//! A test user, and why they may get no further.

use super::connection::{Stop, Trouble};
use super::observed::{Outcome, Step};

/// A test user.
pub(super) struct Person<'p> {
    /// The XMPP domain that they log in to.
    pub(super) domain: &'p str,
    pub(super) token: Option<&'p str>,
    /// The `machine-uid`.
    pub(super) machine: &'p str,
    /// The number of the first request.
    pub(super) rid: u64,
    /// Whether they ask the focus for the room first. Jicofo knows people with roles by that.
    pub(super) asks_focus: bool,
}

/// Why somebody is not in the room.
pub(super) enum End {
    Outcome(Outcome),
    Stop(Stop),
}

/// What became of somebody whom this trouble met.
pub(super) fn end(step: Step, trouble: Trouble) -> End {
    match trouble {
        Trouble::Unreached(unreached) => End::Outcome(Outcome::Broken(step, unreached)),
        Trouble::Silence => End::Outcome(Outcome::Silence(step)),
        Trouble::Stop(stop) => End::Stop(stop),
    }
}
