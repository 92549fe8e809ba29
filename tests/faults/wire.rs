//! The server's end of a connection, in the clear or under TLS.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::SockRef;

/// A client that says nothing for so long is a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// One connection, and what was read of it too early.
pub(super) struct Wire {
    stream: Stream,
    buffer: Vec<u8>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
    /// In the middle of becoming something else.
    None,
}

impl Wire {
    pub(super) fn new(socket: TcpStream) -> io::Result<Wire> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Wire { stream: Stream::Plain(socket), buffer: Vec::new() })
    }

    pub(super) fn is_secure(&self) -> bool {
        matches!(self.stream, Stream::Tls(_))
    }

    /// Shakes hands for TLS.
    pub(super) fn encrypt(&mut self, config: &Arc<ServerConfig>) -> io::Result<()> {
        let stream = std::mem::replace(&mut self.stream, Stream::None);
        let Stream::Plain(mut socket) = stream else { return Err(io::ErrorKind::Other.into()) };
        let mut tls = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
        while tls.is_handshaking() {
            // On an error this gets the alert to the client, too.
            tls.complete_io(&mut socket)?;
        }
        self.stream = Stream::Tls(Box::new(StreamOwned::new(tls, socket)));
        Ok(())
    }

    /// Says it, in one write.
    pub(super) fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(socket) => socket.write_all(bytes),
            Stream::Tls(tls) => tls.write_all(bytes).and_then(|()| tls.flush()),
            Stream::None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    /// A line without its end; `None` if the client has gone, in the middle of a line too.
    pub(super) fn line(&mut self) -> io::Result<Option<String>> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                self.buffer.drain(..end + 2);
                return Ok(Some(line));
            }
            if !self.read_more()? {
                return Ok(None);
            }
        }
    }

    /// Takes so many octets, as far as they come.
    pub(super) fn take(&mut self, octets: usize) -> io::Result<()> {
        while self.buffer.len() < octets && self.read_more()? {}
        self.buffer.drain(..octets.min(self.buffer.len()));
        Ok(())
    }

    /// Reads until the client goes.
    pub(super) fn rest(&mut self) -> io::Result<()> {
        while self.read_more()? {
            self.buffer.clear();
        }
        Ok(())
    }

    /// Says no more, and hears the client out: if something were left unread, the connection would be reset.
    pub(super) fn close(&mut self) -> io::Result<()> {
        self.socket()?.shutdown(Shutdown::Write)?;
        self.rest()
    }

    /// From now on the connection is reset when it is closed.
    pub(super) fn will_reset(&self) -> io::Result<()> {
        SockRef::from(self.socket()?).set_linger(Some(Duration::ZERO))
    }

    fn socket(&self) -> io::Result<&TcpStream> {
        match &self.stream {
            Stream::Plain(socket) => Ok(socket),
            Stream::Tls(tls) => Ok(&tls.sock),
            Stream::None => Err(io::ErrorKind::NotConnected.into()),
        }
    }

    fn read_more(&mut self) -> io::Result<bool> {
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
