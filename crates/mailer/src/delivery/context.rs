//! What a delivery needs from the program around it.

use jiff::Timestamp;

use super::summary::Tally;

/// Clock, interrupt and listeners: this crate has none of its own.
pub struct DeliveryContext<'c> {
    /// The current time.
    // `Sync`, because every connection's thread asks for the time. The others are called by the observing thread only.
    pub now: &'c (dyn Fn() -> Timestamp + Sync),
    /// The date of messages in a folder, if it is not the current time.
    pub stamp: Option<Timestamp>,
    /// Whether the run is to end: messages in flight are finished first.
    pub interrupted: &'c dyn Fn() -> bool,
    /// Receives the progress, several times a second.
    pub progress: &'c dyn Fn(Tally),
    /// Receives messages to the user while the run goes on.
    pub note: &'c dyn Fn(&str),
}
