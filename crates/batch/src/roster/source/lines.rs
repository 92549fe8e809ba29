//! Counting lines as editors do: each CR, LF and CRLF ends one.

use std::io::{self, Read};

/// Where reading has got to.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineCounter {
    /// The line of the next octet, counted from 1.
    pub(super) line: u64,
    /// Whether the octet before was a CR: an LF after it ends the same line.
    after_cr: bool,
}

impl LineCounter {
    /// Begins at a line.
    pub(super) fn at(line: u64) -> LineCounter {
        LineCounter { line, after_cr: false }
    }

    /// Goes on over a line of which the last octets are these: at most its end and the octet before.
    pub(super) fn end_line(&mut self, last: &[u8]) {
        match last {
            // Almost all lines.
            [before, b'\n'] if !matches!(before, b'\r' | b'\n') => {
                self.line += 1;
                self.after_cr = false;
            }
            last => self.advance(last),
        }
    }

    /// Goes on over text in UTF-8, or in another encoding in which line ends are those of ASCII.
    pub(super) fn advance(&mut self, octets: &[u8]) {
        for at in memchr::memchr2_iter(b'\n', b'\r', octets) {
            let after_cr = if at == 0 { self.after_cr } else { octets[at - 1] == b'\r' };
            self.line += u64::from(!(octets[at] == b'\n' && after_cr));
        }
        if let Some(last) = octets.last() {
            self.after_cr = *last == b'\r';
        }
    }
}

/// The line of an octet, counted from the beginning of `input`.
pub(super) fn line_of(input: impl Read, offset: u64) -> io::Result<u64> {
    let mut lines = LineCounter::at(1);
    let mut input = input.take(offset);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match input.read(&mut buffer) {
            Ok(0) => return Ok(lines.line),
            Ok(read) => lines.advance(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
