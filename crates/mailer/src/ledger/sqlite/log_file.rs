//! The write-ahead log beside a ledger, examined without opening it as SQLite does.
//!
//! SQLite takes from a log what it can read, up to the last change that is complete, and says nothing about the rest. The
//! format: <https://sqlite.org/fileformat2.html#the_write_ahead_log>.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// What a log looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogState {
    /// There is none, or everything in it is complete.
    Complete,
    /// It ends in the middle of a change.
    Unfinished,
    /// Nothing in it can be read.
    Unreadable,
}

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// The largest page that SQLite has.
const LARGEST_PAGE: usize = 1 << 16;

/// The checksum of a log: two sums that go on from frame to frame.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Sums(u32, u32);

impl Sums {
    /// The sums with further octets, a multiple of eight.
    fn add(self, octets: &[u8], is_big_endian: bool) -> Sums {
        octets.chunks_exact(8).fold(self, |Sums(first, second), eight| {
            let word =
                |at| if is_big_endian { number(eight, at) } else { number(eight, at).swap_bytes() };
            let first = first.wrapping_add(word(0)).wrapping_add(second);
            Sums(first, second.wrapping_add(word(4)).wrapping_add(first))
        })
    }
}

/// Examines the log at a path.
///
/// # Errors
/// If it cannot be read.
pub(super) fn examine(path: &Path) -> io::Result<LogState> {
    let mut log = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(LogState::Complete),
        file => BufReader::new(file?),
    };
    let mut header = [0; HEADER];
    match fill(&mut log, &mut header)? {
        0 => return Ok(LogState::Complete),
        HEADER => {}
        // Its process was ended while it began the log.
        _ => return Ok(LogState::Unfinished),
    }
    let (magic, page) = (number(&header, 0), number(&header, 8) as usize);
    let is_big_endian = magic & 1 == 1;
    let mut sums = Sums::default().add(&header[..24], is_big_endian);
    let is_header = magic & !1 == 0x377f_0682
        && (512..=LARGEST_PAGE).contains(&page)
        && page.is_power_of_two()
        && sums == Sums(number(&header, 24), number(&header, 28));
    if !is_header {
        return Ok(LogState::Unreadable);
    }
    let mut frame = vec![0; FRAME_HEADER + page];
    let mut is_committed = true;
    loop {
        let length = fill(&mut log, &mut frame)?;
        // What an earlier use of the log has left has other salts.
        if length == 0 || length >= 16 && frame[8..16] != header[16..24] {
            break;
        }
        sums = sums.add(&frame[..8], is_big_endian).add(&frame[FRAME_HEADER..], is_big_endian);
        let is_whole =
            length == frame.len() && sums == Sums(number(&frame, 16), number(&frame, 20));
        if !is_whole {
            return Ok(LogState::Unfinished);
        }
        is_committed = number(&frame, 4) != 0;
    }
    Ok(if is_committed { LogState::Complete } else { LogState::Unfinished })
}

/// The number of four octets, the highest first.
fn number(octets: &[u8], at: usize) -> u32 {
    octets[at..at + 4].iter().fold(0, |number, octet| number << 8 | u32::from(*octet))
}

/// Reads until the buffer is full or the file ends, and returns how many octets were read.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut read = 0;
    while read < buffer.len() {
        match file.read(&mut buffer[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests;
