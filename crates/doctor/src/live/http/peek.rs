//! A handshake for the sake of the certificate. The client shows none.

use std::io;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use url::Url;

use super::error::HttpError;
use super::failure;
use super::leaf::Leaf;
use super::place::Place;
use super::tls::{self, Failure};
use super::trust::Trust;

/// Connects to a server with TLS, and closes the connection after the handshake.
pub(super) fn leaf(url: &Url, trust: &Trust, limit: Duration) -> Result<Leaf, HttpError> {
    let end = Instant::now() + limit;
    let place = Place::of(url);
    let timed_out = || HttpError::ConnectTimedOut { address: place.address() };
    let addresses =
        url.socket_addrs(|| None).map_err(|_| HttpError::NoHost { host: place.host.clone() })?;
    let mut failed = HttpError::NoHost { host: place.host.clone() };
    let count = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    for (index, address) in (0..).zip(&addresses) {
        // The others get their share of the time, too.
        let share = left(end) / count.saturating_sub(index).max(1);
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(socket) => {
                let verifier = match tls::handshake(trust, &place, Timed { socket, end }) {
                    Ok((_, verifier)) => verifier,
                    Err(Failure::Tls(error)) => return Err(error),
                    // On a socket with a time-out, the system calls it so.
                    Err(Failure::Io(error)) if is_timeout(&error) => return Err(timed_out()),
                    Err(Failure::Io(error)) => return Err(failure::of_io(&error, &place)),
                };
                let shown = verifier.shown().and_then(|shown| Leaf::of_der(&shown.leaf));
                return shown.ok_or_else(|| HttpError::BadCertificate {
                    host: place.host.clone(),
                    why: "its dates or names cannot be read".to_owned(),
                });
            }
            Err(error) if is_timeout(&error) => failed = timed_out(),
            Err(error) => failed = failure::of_io(&error, &place),
        }
    }
    Err(failed)
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

fn left(end: Instant) -> Duration {
    end.saturating_duration_since(Instant::now())
}

/// A socket whose reads and writes all end by one time: a server may send one octet a second.
struct Timed {
    socket: TcpStream,
    end: Instant,
}

impl Timed {
    fn left(&self) -> io::Result<Option<Duration>> {
        match left(self.end) {
            Duration::ZERO => Err(io::ErrorKind::TimedOut.into()),
            left => Ok(Some(left)),
        }
    }
}

impl io::Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.set_read_timeout(self.left()?)?;
        self.socket.read(buffer)
    }
}

impl io::Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.socket.set_write_timeout(self.left()?)?;
        self.socket.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.socket.flush()
    }
}
