//! What is remembered about a Jitsi server.

/// What happened to a Jitsi server, or was said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerNote {
    /// It was asked what it accepts, and it answered.
    Tried,
    /// Somebody was told that it was not tried.
    Reminded,
}
