//! Why a connection ended.

use std::io;
use std::time::Duration;

use super::reply::Reply;
use super::stream::Halted;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionError {
    /// The server closed it, or it had been closed before.
    #[error("the connection was closed")]
    Closed,
    /// Nothing was received, or nothing could be sent, for this long.
    #[error("timed out after {0:?}")]
    TimedOut(Duration),
    /// What was received is not a reply (RFC 5321 §4.2); its beginning.
    #[error("`{0}` is not an SMTP reply")]
    NotSmtp(String),
    /// A line or a reply is longer than this many octets.
    #[error("the reply is longer than {0} octets")]
    ReplyTooLong(usize),
    /// A reply that does not fit the command, or that answers none.
    #[error("unexpected reply from the server: {0}")]
    UnexpectedReply(Reply),
    /// The program is ending, and nothing had been sent that could be in doubt.
    #[error("interrupted")]
    Interrupted,
    /// Any other error that the system reports.
    #[error("the connection failed")]
    Io(#[source] io::Error),
}

impl ConnectionError {
    /// The error of an operation whose time limit was `limit`.
    pub(super) fn from_io(error: io::Error, limit: Duration) -> ConnectionError {
        if error.get_ref().and_then(|inner| inner.downcast_ref::<Halted>()).is_some() {
            return ConnectionError::Interrupted;
        }
        match error.kind() {
            // Unix reports a socket's time-out as `WouldBlock`, Windows as `TimedOut`.
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => ConnectionError::TimedOut(limit),
            // The server closed the connection without a TLS close_notify (RFC 8446 §6.1).
            io::ErrorKind::UnexpectedEof => ConnectionError::Closed,
            _ => ConnectionError::Io(error),
        }
    }
}
