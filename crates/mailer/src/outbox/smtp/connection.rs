//! One connection: sends complete commands and reads complete replies, each within its time limit.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use super::connection_error::ConnectionError;
use super::redact::Redactor;
use super::reply::{Reply, ReplyLine, quoted};
use super::server::SENT_ALREADY;
use super::stream::Stream;
use super::trace::Trace;

/// The longest line of a reply, in octets. RFC 5321 §4.5.3.1.5 allows 512; servers exceed it with long explanations.
const LONGEST_LINE: usize = 4_096;

/// The longest reply, in octets: far above any EHLO reply, and a bound on the memory that a server can take.
const LONGEST_REPLY: usize = 64 * 1_024;

/// A write that was not finished.
#[derive(Debug)]
pub(super) struct IncompleteWrite {
    /// The octets that the system has not taken.
    pub(super) missing: usize,
    pub(super) error: ConnectionError,
}

/// One connection. The reader keeps what was received beyond a reply; it is never taken for the next one.
pub(super) struct Connection {
    reader: BufReader<Stream>,
    /// Whether an interrupt ends a wait. False while a message may be on its way, whose reply decides about it.
    pub(super) interruptible: bool,
    trace: Option<Trace>,
    redactor: Redactor,
}

impl Connection {
    /// A connection on which nothing has been sent yet.
    pub(super) fn new(stream: Stream, trace: Option<Trace>) -> Connection {
        Connection {
            reader: BufReader::new(stream),
            interruptible: true,
            trace,
            redactor: Redactor::default(),
        }
    }

    /// The stream, for a TLS handshake. `None` if the server has sent more than the reply: an attacker could have put
    /// it there, and it must not count as received under TLS (RFC 3207 §5).
    pub(super) fn into_stream(self) -> Option<Stream> {
        self.reader.buffer().is_empty().then(|| self.reader.into_inner())
    }

    /// The TLS version, if there is TLS.
    pub(super) fn tls_version(&self) -> Option<&'static str> {
        self.reader.get_ref().tls_version()
    }

    /// Shows a line of the conversation, if there is a trace.
    pub(super) fn show(&self, line: &str) {
        if let Some(trace) = &self.trace {
            trace.show(line);
        }
    }

    /// Shows commands that are about to be sent, if there is a trace.
    pub(super) fn show_commands(&self, commands: &str) {
        if self.trace.is_some() {
            commands.lines().for_each(|command| self.show(&format!("> {command}")));
        }
    }

    /// Sends a command and reads its reply. A 421 that the server had sent before counts as the reply.
    pub(super) fn command(
        &mut self,
        command: &str,
        limit: Duration,
    ) -> Result<Reply, ConnectionError> {
        if let Some(reply) = self.unsolicited_reply()? {
            return Ok(reply);
        }
        self.send(command, limit)?;
        self.read_reply(limit)
    }

    /// The same for a command whose last word is secret: the trace shows `shown` instead.
    pub(super) fn secret_command(
        &mut self,
        command: &str,
        shown: &str,
        limit: Duration,
    ) -> Result<Reply, ConnectionError> {
        if let Some(reply) = self.unsolicited_reply()? {
            return Ok(reply);
        }
        self.show(&format!("> {shown}"));
        // Before the command is sent, because the reply may quote it.
        self.redactor.add(command);
        self.write(command.as_bytes(), limit).map_err(|incomplete| incomplete.error)?;
        self.read_reply(limit)
    }

    /// Sends commands in one write: the second of two writes would wait for the acknowledgement of the first.
    pub(super) fn send(&mut self, commands: &str, limit: Duration) -> Result<(), ConnectionError> {
        self.show_commands(commands);
        self.write(commands.as_bytes(), limit).map_err(|incomplete| incomplete.error)
    }

    /// A reply that the server sent unasked. Only 421 is allowed (RFC 5321 §3.8): any other one would shift every
    /// later reply to the next command.
    pub(super) fn unsolicited_reply(&mut self) -> Result<Option<Reply>, ConnectionError> {
        // Only what was received together with an earlier reply. A 421 that arrives later is read as the next reply.
        if self.reader.buffer().is_empty() {
            return Ok(None);
        }
        self.read_unsolicited().map(Some)
    }

    /// As [`unsolicited_reply`](Connection::unsolicited_reply), also one that arrived later.
    ///
    /// # Errors
    /// The server has closed the connection, or has sent something else.
    pub(super) fn late_reply(&mut self) -> Result<Option<Reply>, ConnectionError> {
        if self.has_news() { self.read_unsolicited().map(Some) } else { Ok(None) }
    }

    fn read_unsolicited(&mut self) -> Result<Reply, ConnectionError> {
        match self.read_reply(SENT_ALREADY)? {
            reply if reply.is_closing() => Ok(reply),
            reply => Err(ConnectionError::UnexpectedReply(reply)),
        }
    }

    /// Whether the server has sent something that was not read yet, or has closed the connection. Does not wait.
    pub(super) fn has_news(&self) -> bool {
        let tcp = self.reader.get_ref().tcp();
        let nothing = tcp.set_nonblocking(true).is_ok()
            && tcp.peek(&mut [0]).is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        let is_reset = tcp.set_nonblocking(false).is_ok();
        !self.reader.buffer().is_empty() || !nothing || !is_reset
    }

    /// Writes all of it. `limit` is for each piece that the system takes (RFC 5321 §4.5.3.2.5).
    pub(super) fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), IncompleteWrite> {
        let stream = self.reader.get_mut();
        let mut written = 0;
        let mut write_all = || {
            stream.socket().set_write_limit(limit);
            // TLS may have to read before it can write (key update).
            stream.socket().set_deadline(Instant::now(), limit, false);
            while written < bytes.len() {
                match stream.write(&bytes[written..])? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    more => written += more,
                }
            }
            // Under TLS the last record may still be in the buffer of rustls.
            stream.flush()
        };
        write_all().map_err(|error| IncompleteWrite {
            missing: bytes.len() - written,
            error: ConnectionError::from_io(error, limit),
        })
    }

    /// Reads one reply, all of it within `limit`.
    pub(super) fn read_reply(&mut self, limit: Duration) -> Result<Reply, ConnectionError> {
        // One deadline for all lines, so that a server cannot extend it by sending a line now and then.
        let since = Instant::now();
        let mut lines: Vec<ReplyLine> = Vec::new();
        let mut octets = 0;
        loop {
            let line = self.read_line(limit, since)?;
            // Before anything else sees the line: errors and the trace quote it.
            let line = self.redactor.redact(line);
            octets += line.len();
            if octets > LONGEST_REPLY {
                return Err(ConnectionError::ReplyTooLong(LONGEST_REPLY));
            }
            let Some(parsed) = ReplyLine::parse(&line) else {
                return Err(ConnectionError::NotSmtp(quoted(&line)));
            };
            // All lines of a reply have the same code (RFC 5321 §4.2.1).
            if lines.first().is_some_and(|first| first.code != parsed.code) {
                return Err(ConnectionError::NotSmtp(quoted(&line)));
            }
            let last = parsed.last;
            lines.push(parsed);
            if last {
                let reply = Reply::from_lines(&lines);
                if self.trace.is_some() {
                    self.show(&format!("< {reply}"));
                }
                return Ok(reply);
            }
        }
    }

    /// Sends TLS's `close_notify`, if there is TLS.
    pub(super) fn close_tls(&mut self) {
        self.reader.get_mut().close_tls();
    }

    /// Closes the connection in both directions.
    pub(super) fn close(&mut self) {
        // It fails if the server has closed the connection already.
        let _ = self.reader.get_ref().tcp().shutdown(Shutdown::Both);
    }

    /// One line up to its LF, as octets: a reply need not be UTF-8.
    fn read_line(&mut self, limit: Duration, since: Instant) -> Result<Vec<u8>, ConnectionError> {
        let mut line = Vec::new();
        loop {
            let received = self.fill_buffer(limit, since)?;
            let end = memchr::memchr(b'\n', received);
            let length = end.map_or(received.len(), |end| end + 1);
            // Checked before the copy: a server that never sends an LF must not fill the memory.
            if line.len() + length > LONGEST_LINE {
                return Err(ConnectionError::ReplyTooLong(LONGEST_LINE));
            }
            line.extend_from_slice(&received[..length]);
            self.reader.consume(length);
            if end.is_some() {
                return Ok(line);
            }
        }
    }

    /// What has been received and not consumed, at least one octet.
    fn fill_buffer(&mut self, limit: Duration, since: Instant) -> Result<&[u8], ConnectionError> {
        if self.reader.buffer().is_empty() {
            let interruptible = self.interruptible;
            self.reader.get_mut().socket().set_deadline(since, limit, interruptible);
            match self.reader.fill_buf().map(<[u8]>::len) {
                Ok(0) => return Err(ConnectionError::Closed),
                Ok(_) => {}
                Err(error) => return Err(ConnectionError::from_io(error, limit)),
            }
        }
        Ok(self.reader.buffer())
    }
}

/// Without the buffer: it may hold a part of a message that the server quotes.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Connection").field(self.reader.get_ref().tcp()).finish()
    }
}
