//! SMTP submission over one connection (RFC 5321, RFC 6409).
//!
//! [`SmtpSession`] is the entry point. The parts, from the wire up: [`stream`] (time-outs, TLS), [`connection`]
//! (complete commands and replies), [`handshake`] (everything before the first message), [`session`] (mail
//! transactions), [`flight`] (those of a single round trip), [`verdict`] (which messages a failed reply concerns) and [`hint`] (what the user can do).
//!
//! # Why not lettre's SMTP client
//!
//! lettre 0.11 supplies what stands on its own: SASL responses ([`auth`], [`login`]) and MAIL parameters
//! ([`envelope`]). Its `SmtpTransport` and `SmtpConnection` are not used, because they
//!
//! - write the message and its final dot separately on a socket without `TCP_NODELAY`: 45 ms per message;
//! - close the connection after any 4xx or 5xx;
//! - don't report the stage of an error: whether a message is in doubt cannot be told;
//! - treat plaintext that was received before STARTTLS as replies under TLS;
//! - drop PIPELINING and SIZE from the EHLO reply;
//! - fail on a reply that is not UTF-8, which after the final dot would put the message in doubt.

mod address;
mod auth;
mod body;
mod capabilities;
mod certificate;
mod chunking;
mod connection;
mod connection_error;
mod envelope;
mod error;
mod flight;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod handshake;
mod hello;
mod hint;
mod login;
mod redact;
mod reply;
mod server;
mod session;
mod stream;
mod tls;
mod tls_error;
mod trace;
mod verdict;
mod wording;

pub use address::SmtpAddress;
pub use capabilities::Capabilities;
pub use chunking::Chunking;
pub use connection_error::ConnectionError;
pub use error::{DataOutcome, Rejected, SmtpError, Stage, Unsupported};
pub use hello::is_valid_hello;
pub use login::{FetchSecret, Login};
pub use reply::Reply;
pub use server::{Security, SmtpServer, Timeouts};
pub use session::SmtpSession;
pub use tls::{Trust, TrustError};
pub use tls_error::TlsError;
pub use trace::Trace;
pub(crate) use verdict::{Concerns, Slowdown, Verdict};

#[cfg(test)]
mod tests;
