//! A window over a file: the octets of one record are kept together until the record is known to be right.

use std::io::{self, Read};

/// How much is read at once: more than the usual 8 KiB saves calls of the system, and it is still small beside a batch.
const READ: usize = 1 << 16;

/// The octets of a file from some place on.
pub(super) struct Window<R> {
    input: R,
    buffer: Vec<u8>,
    /// What the window begins with.
    start: usize,
    /// Where what has been read ends.
    end: usize,
}

impl<R: Read> Window<R> {
    pub(super) fn new(input: R) -> Window<R> {
        Window { input, buffer: vec![0; READ], start: 0, end: 0 }
    }

    /// What has been read after the first `skipped` octets. Reads more if there is nothing; empty at the end of the
    /// file.
    pub(super) fn after(&mut self, skipped: usize) -> io::Result<&[u8]> {
        if self.start + skipped == self.end {
            self.read()?;
        }
        Ok(&self.buffer[self.start + skipped..self.end])
    }

    fn read(&mut self) -> io::Result<()> {
        // What was consumed is dropped only here, so that little has to be moved.
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() < self.end + READ {
            // At least doubled, so that a long record is copied only a few times.
            self.buffer.resize((self.buffer.len() * 2).max(self.end + READ), 0);
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => {
                    self.end += read?;
                    return Ok(());
                }
            }
        }
    }
}

impl<R> Window<R> {
    /// The first octets, which have been read.
    pub(super) fn first(&self, length: usize) -> &[u8] {
        &self.buffer[self.start..self.start + length]
    }

    /// Moves the beginning of the window.
    pub(super) fn consume(&mut self, length: usize) {
        self.start += length;
    }
}
