//! The octets of a connection, in the clear or under TLS.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustls::{ClientConnection, StreamOwned};

/// How often a wait looks whether somebody wants the program to end.
const LOOK_UP: Duration = Duration::from_millis(200);

/// The longest wait: a moment has to be one that the clock knows.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A connection, in the clear or under TLS.
pub(super) enum Stream {
    Plain(Socket),
    Tls(Box<StreamOwned<ClientConnection, Socket>>),
}

/// A socket whose waits end: at a moment, or when somebody wants the program to end. It is looked at under TLS,
/// where one read may be many of the socket's: a server that sends an octet now and then would never time out.
pub(super) struct Socket {
    tcp: TcpStream,
    until: Instant,
    halt: Arc<AtomicBool>,
    may_halt: bool,
}

/// Somebody wants the program to end.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub(super) struct Halted;

impl Socket {
    /// `halt` ends whatever waits.
    pub(super) fn new(tcp: TcpStream, halt: &Arc<AtomicBool>) -> Socket {
        Socket { tcp, until: Instant::now(), halt: Arc::clone(halt), may_halt: true }
    }

    /// From now on waits end so long after a moment at the latest; `may_halt` says whether they may be broken off
    /// before.
    pub(super) fn wait(&mut self, since: Instant, limit: Duration, may_halt: bool) {
        (self.until, self.may_halt) = (since + limit.min(LONGEST), may_halt);
    }

    /// The socket itself.
    pub(super) fn tcp(&self) -> &TcpStream {
        &self.tcp
    }
}

impl Read for Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.may_halt && self.halt.load(Ordering::Relaxed) {
                return Err(io::Error::new(io::ErrorKind::ConnectionAborted, Halted));
            }
            let left = self.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            self.tcp.set_read_timeout(Some(left.min(LOOK_UP)))?;
            match self.tcp.read(buffer) {
                // Which of the two a time-out is depends on the system; with one, signals interrupt reads.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock
                            | io::ErrorKind::TimedOut
                            | io::ErrorKind::Interrupted
                    ) => {}
                read => return read,
            }
        }
    }
}

impl Write for Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

impl Stream {
    /// What carries it: time-outs are the socket's.
    pub(super) fn socket(&mut self) -> &mut Socket {
        match self {
            Stream::Plain(socket) => socket,
            Stream::Tls(tls) => &mut tls.sock,
        }
    }

    /// The socket itself.
    pub(super) fn tcp(&self) -> &TcpStream {
        match self {
            Stream::Plain(socket) => socket.tcp(),
            Stream::Tls(tls) => tls.sock.tcp(),
        }
    }

    /// The version of TLS, if there is any.
    pub(super) fn tls_version(&self) -> Option<&'static str> {
        let Stream::Tls(tls) = self else { return None };
        Some(match tls.conn.protocol_version()? {
            rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2",
            rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3",
            _ => "TLS",
        })
    }

    /// Says that no more comes, where the other side expects to be told (RFC 8446 §6.1).
    pub(super) fn say_goodbye(&mut self) {
        if let Stream::Tls(tls) = self {
            tls.conn.send_close_notify();
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
    /// Under TLS what was taken may still be here: only [`flush`](Write::flush) lets go of all of it.
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
