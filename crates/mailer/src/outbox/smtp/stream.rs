//! The byte stream of a connection, plain or TLS, with deadlines.
//!
//! Not lettre's `NetworkStream`: it is private and its time-outs are the socket's, one for each read. A server that
//! sends an octet now and then would never run into one.

use std::io::{self, IoSlice, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};

/// How often a wait checks for an interrupt: Ctrl-C should seem immediate, at a few system calls per second.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// The longest deadline: `Instant` panics when an addition overflows.
const LONGEST_WAIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A connection, plain or under TLS.
pub(super) enum Stream {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

/// A socket whose reads end at a deadline or at an interrupt, and whose writes end at a time limit. It sits below TLS,
/// because one read or write of a TLS stream may be many of the socket's.
pub(super) struct Socket {
    tcp: TcpStream,
    /// The time-out of a read that the system has been told: telling it costs a system call.
    read_timeout: Duration,
    deadline: Instant,
    write_limit: Duration,
    halt: Arc<AtomicBool>,
    interruptible: bool,
}

/// The program is ending.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub(super) struct Halted;

impl Socket {
    /// A socket whose reads end when `halt` is set.
    ///
    /// # Errors
    /// The system does not accept its time-outs.
    pub(super) fn new(tcp: TcpStream, halt: &Arc<AtomicBool>) -> io::Result<Socket> {
        // Once for all reads and writes: longer limits are many of these.
        tcp.set_read_timeout(Some(POLL_INTERVAL))?;
        tcp.set_write_timeout(Some(POLL_INTERVAL))?;
        Ok(Socket {
            tcp,
            read_timeout: POLL_INTERVAL,
            deadline: Instant::now(),
            write_limit: LONGEST_WAIT,
            halt: Arc::clone(halt),
            interruptible: true,
        })
    }

    /// From now on, a write fails if the system takes nothing for this long.
    pub(super) fn set_write_limit(&mut self, limit: Duration) {
        self.write_limit = limit;
    }

    /// From now on, reads end at `limit` after `since` at the latest, and at an interrupt if they are `interruptible`.
    pub(super) fn set_deadline(&mut self, since: Instant, limit: Duration, interruptible: bool) {
        (self.deadline, self.interruptible) = (since + limit.min(LONGEST_WAIT), interruptible);
    }

    /// The TCP stream.
    pub(super) fn tcp(&self) -> &TcpStream {
        &self.tcp
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            // Relaxed: the flag guards no other data.
            if self.interruptible && self.halt.load(Ordering::Relaxed) {
                // Not `Interrupted`: rustls repeats a read that failed so.
                return Err(io::Error::new(io::ErrorKind::ConnectionAborted, Halted));
            }
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            // Shorter near the deadline only. Zero, which is an error here, was excluded above.
            let timeout = left.min(POLL_INTERVAL);
            if timeout != self.read_timeout {
                self.tcp.set_read_timeout(Some(timeout))?;
                self.read_timeout = timeout;
            }
            match self.tcp.read(buffer) {
                Err(error) if is_poll(&error) => {}
                read => return read,
            }
        }
    }
}

impl Socket {
    /// Repeats a write until the system takes something, or the time limit is over.
    fn write_within_limit(
        &mut self,
        mut write: impl FnMut(&mut TcpStream) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let since = Instant::now();
        loop {
            match write(&mut self.tcp) {
                Err(error) if is_poll(&error) => {}
                written => return written,
            }
            if since.elapsed() >= self.write_limit {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_within_limit(|tcp| tcp.write(bytes))
    }

    /// rustls passes several records at once.
    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.write_within_limit(|tcp| tcp.write_vectored(slices))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// Whether a system call took nothing and has to be repeated: the poll interval is over, which Unix reports as
/// `WouldBlock` and Windows as `TimedOut`, or a signal came. On a socket with a time-out, Linux ends a system call at a
/// signal even under `SA_RESTART`.
fn is_poll(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

impl Stream {
    /// The socket below, whose deadline counts.
    pub(super) fn socket(&mut self) -> &mut Socket {
        match self {
            Stream::Plain(socket) => socket,
            // `StreamOwned` reads from this socket, so its deadline holds for TLS as well.
            Stream::Tls(tls) => &mut tls.sock,
        }
    }

    /// The TCP stream below.
    pub(super) fn tcp(&self) -> &TcpStream {
        match self {
            Stream::Plain(socket) => socket.tcp(),
            Stream::Tls(tls) => tls.sock.tcp(),
        }
    }

    /// The TLS version, if there is TLS.
    pub(super) fn tls_version(&self) -> Option<&'static str> {
        let Stream::Tls(tls) = self else { return None };
        Some(match tls.conn.protocol_version()? {
            rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
            rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
            _ => "TLS",
        })
    }

    /// Sends TLS's `close_notify`, which ends a TLS connection properly (RFC 8446 §6.1).
    pub(super) fn close_tls(&mut self) {
        if let Stream::Tls(tls) = self {
            tls.conn.send_close_notify();
            // If the connection is broken, there is nobody left to notify.
            let _ = tls.flush();
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.read(buffer),
            Stream::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Stream {
    /// Under TLS, what was taken may still be buffered here until [`flush`](Write::flush).
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Plain(socket) => socket.write(bytes),
            Stream::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Stream::Plain(socket) => socket.flush(),
            Stream::Tls(tls) => tls.flush(),
        }
    }
}
