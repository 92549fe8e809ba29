//! The server's end of a connection, with or without TLS.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

/// Ends a test that hangs: no test makes the client wait that long.
const TIMEOUT: Duration = Duration::from_secs(60);

/// One connection, with a buffer for bytes that were read but not used yet.
pub(super) struct Connection {
    stream: Stream,
    buffer: Vec<u8>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
    /// During the TLS handshake, and after a failed one.
    None,
}

impl Connection {
    pub(super) fn new(socket: TcpStream) -> io::Result<Connection> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(TIMEOUT))?;
        socket.set_write_timeout(Some(TIMEOUT))?;
        Ok(Connection { stream: Stream::Plain(socket), buffer: Vec::new() })
    }

    pub(super) fn is_encrypted(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// Performs the TLS handshake.
    pub(super) fn accept_tls(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        let stream = std::mem::replace(&mut self.stream, Stream::None);
        let Stream::Plain(mut socket) = stream else { return Err(io::ErrorKind::Other.into()) };
        let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            // On an error this also sends the alert to the client.
            tls.complete_io(&mut socket)?;
        }
        self.stream = Stream::Tls(Box::new(StreamOwned::new(tls, socket)));
        Ok(())
    }

    /// Writes the bytes at once: tests control which replies share a packet.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
            Stream::None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// One line without its CRLF; `None` if the client has closed the connection, even in the middle of a line.
    pub(super) fn read_line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                self.buffer.drain(..end + 2);
                return Ok(Some(line));
            }
            if !self.fill_buffer()? {
                return Ok(None);
            }
        }
    }

    /// Reads and drops so many bytes, or fewer if the client closes the connection.
    pub(super) fn discard(&mut self, count: usize) -> io::Result<()> {
        while self.buffer.len() < count && self.fill_buffer()? {}
        self.buffer.drain(..count.min(self.buffer.len()));
        Ok(())
    }

    /// Reads so many bytes; `None` if the client closes the connection before.
    pub(super) fn read_exact(&mut self, count: usize) -> io::Result<Option<Vec<u8>>> {
        while self.buffer.len() < count {
            if !self.fill_buffer()? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer.drain(..count).collect()))
    }

    /// Reads and drops everything until the client closes the connection.
    pub(super) fn discard_until_close(&mut self) -> io::Result<()> {
        while self.fill_buffer()? {
            self.buffer.clear();
        }
        Ok(())
    }

    /// Closes the server's direction, and reads until the client closes its own: closing with unread data would reset
    /// the connection (RFC 1122 §4.2.2.13).
    pub(super) fn close(&mut self) -> io::Result<()> {
        self.socket()?.shutdown(Shutdown::Write)?;
        self.discard_until_close()
    }

    /// Makes closing the socket reset the connection.
    pub(super) fn reset_when_closed(&self) -> io::Result<()> {
        SockRef::from(self.socket()?).set_linger(Some(Duration::ZERO))
    }

    fn socket(&self) -> io::Result<&TcpStream> {
        match &self.stream {
            Stream::Plain(socket) => Ok(socket),
            Stream::Tls(tls) => Ok(&tls.sock),
            Stream::None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn fill_buffer(&mut self) -> io::Result<bool> {
        let mut more = [0; 8192];
        let read = match &mut self.stream {
            Stream::Plain(socket) => socket.read(&mut more)?,
            Stream::Tls(tls) => tls.read(&mut more)?,
            Stream::None => 0,
        };
        self.buffer.extend_from_slice(&more[..read]);
        Ok(read > 0)
    }
}
