//! The bytes of one connection: whole writes out, whole replies in, each within its time.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use super::reply::{Reply, ReplyLine, quoted};
use super::stream::{Halted, Stream};
use super::{CLOSING, LAST_WORDS, Trace};

/// The most octets of a line of a reply. RFC 5321 §4.5.3.1.5 allows 512; servers with long explanations exceed it.
const LONGEST_LINE: usize = 4_096;

/// The most octets of a whole reply.
const LONGEST_REPLY: usize = 64 * 1_024;

/// So many octets of a secret are enough to know it by.
const QUOTED: usize = 8;

/// What ended a connection.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The server has closed it, or it had been closed already.
    #[error("the connection was closed")]
    Closed,
    /// Nothing came, or nothing was taken, for so long.
    #[error("timed out after {0:?}")]
    TimedOut(Duration),
    /// What came is no reply (RFC 5321 §4.2); the start of it.
    #[error("`{0}` is not a reply of a mail server")]
    Garbage(String),
    /// A line or a reply that doesn't end.
    #[error("the reply is longer than {0} octets")]
    Endless(usize),
    /// A reply that is none to what was said, or to nothing that was said.
    #[error("the server's reply is out of turn: {0}")]
    OutOfTurn(Reply),
    /// Somebody wants the program to end, and nothing was handed over.
    #[error("interrupted")]
    Interrupted,
    /// Anything else the system reports.
    #[error("the network failed")]
    Io(#[source] io::Error),
}

/// A write that was not finished.
#[derive(Debug)]
pub(super) struct IncompleteWrite {
    /// The octets that the system has taken.
    pub(super) written: usize,
    pub(super) fault: Fault,
}

/// One connection. What was read beyond a reply stays in the reader, and is never taken for the next one.
pub(super) struct Connection {
    reader: BufReader<Stream>,
    /// Whether a wait may be broken off: not while a message may be on its way.
    pub(super) may_halt: bool,
    trace: Option<Trace>,
    /// How what nobody may see begins: servers quote what they do not like.
    hidden: Vec<Vec<u8>>,
}

impl Connection {
    /// A line on which nothing was said yet.
    pub(super) fn new(stream: Stream, trace: Option<Trace>) -> Connection {
        Connection { reader: BufReader::new(stream), may_halt: true, trace, hidden: Vec::new() }
    }

    /// The connection, for a TLS handshake. `None` if the server has said more than it was asked: whoever sits
    /// between could have put that in, and it must not count as said under TLS (RFC 3207 §5).
    pub(super) fn into_stream(self) -> Option<Stream> {
        self.reader.buffer().is_empty().then(|| self.reader.into_inner())
    }

    /// The version of TLS, if there is any.
    pub(super) fn tls_version(&self) -> Option<&'static str> {
        self.reader.get_ref().tls_version()
    }

    /// Shows what is said, where somebody wants to see it.
    pub(super) fn show(&self, words: &str) {
        if let Some(trace) = &self.trace {
            trace.say(words);
        }
    }

    /// Says a command, and hears the reply to it.
    pub(super) fn ask(&mut self, command: &str, limit: Duration) -> Result<Reply, Fault> {
        if let Some(reply) = self.unasked()? {
            return Ok(reply);
        }
        self.say(command, limit)?;
        self.reply(limit)
    }

    /// Says commands, in one write: two would have the second one wait for the acknowledgement of the first.
    pub(super) fn say(&mut self, commands: &str, limit: Duration) -> Result<(), Fault> {
        if self.trace.is_some() {
            commands.lines().for_each(|command| self.show(&format!("> {command}")));
        }
        self.write(commands.as_bytes(), limit).map_err(|cut| cut.fault)
    }

    /// Says something that nobody may see: `shown` stands for it.
    pub(super) fn ask_secretly(
        &mut self,
        secret: &str,
        shown: &str,
        limit: Duration,
    ) -> Result<Reply, Fault> {
        if let Some(reply) = self.unasked()? {
            return Ok(reply);
        }
        self.show(&format!("> {shown}"));
        let word = secret.trim_ascii().rsplit(' ').next().unwrap_or_default().as_bytes();
        if !word.is_empty() {
            self.hidden.push(word[..word.len().min(QUOTED)].to_vec());
        }
        self.write(secret.as_bytes(), limit).map_err(|cut| cut.fault)?;
        self.reply(limit)
    }

    /// What the server has said without being asked: only 421 is in its right (RFC 5321 §3.8). A reply too many
    /// would make each one after it the answer to another question.
    pub(super) fn unasked(&mut self) -> Result<Option<Reply>, Fault> {
        if self.reader.buffer().is_empty() {
            return Ok(None);
        }
        match self.reply(LAST_WORDS)? {
            reply if reply.code == CLOSING => Ok(Some(reply)),
            reply => Err(Fault::OutOfTurn(reply)),
        }
    }

    /// Writes all of it. `limit` is for each piece that the system takes (RFC 5321 §4.5.3.2.5).
    pub(super) fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<(), IncompleteWrite> {
        let stream = self.reader.get_mut();
        let mut written = 0;
        let mut step = || {
            stream.tcp().set_write_timeout(Some(limit))?;
            // Under TLS what is written before may have to be read for.
            stream.socket().wait(Instant::now(), limit, false);
            while written < bytes.len() {
                match stream.write(&bytes[written..]) {
                    Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                    Ok(more) => written += more,
                    // With a time-out on the socket, signals interrupt whatever their handlers ask for.
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) => return Err(error),
                }
            }
            loop {
                match stream.flush() {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    flushed => return flushed,
                }
            }
        };
        step().map_err(|error| IncompleteWrite { written, fault: Fault::of(error, limit) })
    }

    /// Reads one reply, all of it within `limit`.
    pub(super) fn reply(&mut self, limit: Duration) -> Result<Reply, Fault> {
        let since = Instant::now();
        let mut lines: Vec<ReplyLine> = Vec::new();
        let mut octets = 0;
        loop {
            let line = self.line(limit, since)?;
            let line = without(&self.hidden, line);
            octets += line.len();
            if octets > LONGEST_REPLY {
                return Err(Fault::Endless(LONGEST_REPLY));
            }
            let Some(parsed) = ReplyLine::parse(&line) else {
                return Err(Fault::Garbage(quoted(&line)));
            };
            // One reply has one code (RFC 5321 §4.2.1).
            if lines.first().is_some_and(|first| first.code != parsed.code) {
                return Err(Fault::Garbage(quoted(&line)));
            }
            let last = parsed.last;
            lines.push(parsed);
            if last {
                let reply = Reply::of(&lines);
                if self.trace.is_some() {
                    self.show(&format!("< {reply}"));
                }
                return Ok(reply);
            }
        }
    }

    /// Takes leave of TLS, where there is any.
    pub(super) fn say_goodbye(&mut self) {
        self.reader.get_mut().say_goodbye();
    }

    /// Ends the connection for both sides.
    pub(super) fn close(&mut self) {
        // It fails where the other side was faster.
        let _ = self.reader.get_ref().tcp().shutdown(Shutdown::Both);
    }

    /// One line up to its LF: octets, because a reply in another encoding is a reply all the same.
    fn line(&mut self, limit: Duration, since: Instant) -> Result<Vec<u8>, Fault> {
        let mut line = Vec::new();
        loop {
            let some = self.more(limit, since)?;
            let end = memchr::memchr(b'\n', some);
            let length = end.map_or(some.len(), |end| end + 1);
            if line.len() + length > LONGEST_LINE {
                return Err(Fault::Endless(LONGEST_LINE));
            }
            line.extend_from_slice(&some[..length]);
            self.reader.consume(length);
            if end.is_some() {
                return Ok(line);
            }
        }
    }

    /// What has come, at least one octet.
    fn more(&mut self, limit: Duration, since: Instant) -> Result<&[u8], Fault> {
        if self.reader.buffer().is_empty() {
            let may_halt = self.may_halt;
            self.reader.get_mut().socket().wait(since, limit, may_halt);
            match self.reader.fill_buf().map(<[u8]>::len) {
                Ok(0) => return Err(Fault::Closed),
                Ok(_) => {}
                Err(error) => return Err(Fault::of(error, limit)),
            }
        }
        Ok(self.reader.buffer())
    }
}

/// A line in which no word begins as it may not. A server may have cut what it quotes.
fn without(hidden: &[Vec<u8>], mut line: Vec<u8>) -> Vec<u8> {
    for start in hidden {
        while let Some(at) = memchr::memmem::find(&line, start) {
            let length = line[at..].iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
            line.splice(at..at + length, *b"(...)");
        }
    }
    line
}

impl Fault {
    fn of(error: io::Error, limit: Duration) -> Fault {
        if error.get_ref().and_then(|inner| inner.downcast_ref::<Halted>()).is_some() {
            return Fault::Interrupted;
        }
        match error.kind() {
            // Which of the two a socket's time-out is depends on the system.
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Fault::TimedOut(limit),
            // A server that goes away without a goodbye of TLS (RFC 8446 §6.1).
            io::ErrorKind::UnexpectedEof => Fault::Closed,
            _ => Fault::Io(error),
        }
    }
}

/// What was read is the server's business, and may be a part of a message that it quotes.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Connection").field(self.reader.get_ref().tcp()).finish()
    }
}
