//! How a run that sends ends.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// Everybody chosen has what is due.
    Complete,
    /// Somebody chosen is refused, deferred, in doubt, or still due.
    Partial,
    /// It stopped, because every further message would have failed in the same way.
    Stopped,
    /// It was asked to stop.
    Interrupted,
}
