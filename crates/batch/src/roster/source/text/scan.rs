//! One reading of a whole file that tells whether it is UTF-8.

use std::io::{self, Read};

use super::garbled::GarbledFinder;

/// What the octets of a file say about their encoding.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Characters outside of ASCII that are valid UTF-8.
    pub(super) valid: u64,
    /// Places that are not valid UTF-8.
    pub(super) invalid: u64,
    /// The first of them, in octets from where the scan began.
    pub(super) first_invalid: Option<u64>,
    /// Whether there is an escape character: with nothing but ASCII, it may be ISO-2022-JP.
    pub(super) has_escapes: bool,
    /// Characters that were read in a wrong encoding by another program.
    pub(super) garbled: GarbledFinder,
}

/// How much is read at once.
const READ: usize = 1 << 17;

impl Scan {
    /// Reads everything.
    pub(super) fn of(mut input: impl Read) -> io::Result<Scan> {
        let mut scan = Scan::default();
        let mut buffer = vec![0; READ];
        // Where `buffer` begins, and how much of it is left from the time before: the beginning of a character.
        let (mut offset, mut left) = (0, 0);
        loop {
            let read = match input.read(&mut buffer[left..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            let done = scan.add(&buffer[..left + read], offset, read == 0);
            if read == 0 {
                return Ok(scan);
            }
            buffer.copy_within(done..left + read, 0);
            offset += done as u64;
            left = left + read - done;
        }
    }

    /// Adds octets from an offset on. Returns how many of them are done with.
    fn add(&mut self, octets: &[u8], offset: u64, is_last: bool) -> usize {
        self.has_escapes = self.has_escapes || memchr::memchr(0x1b, octets).is_some();
        // Most lists are nothing but ASCII, and this is several times faster than what follows.
        if octets.is_ascii() {
            self.garbled.add_ascii(octets);
            return octets.len();
        }
        // Faster than looking for what is not valid.
        if let Ok(text) = std::str::from_utf8(octets) {
            self.add_valid(text, offset);
            return octets.len();
        }
        let mut done = 0;
        for chunk in octets.utf8_chunks() {
            let valid = chunk.valid();
            self.add_valid(valid, offset + done as u64);
            done += valid.len();
            let invalid = chunk.invalid();
            if invalid.is_empty() {
                break;
            }
            // The rest of the character may come with the next octets.
            if !is_last && done + invalid.len() == octets.len() && may_go_on(invalid) {
                break;
            }
            self.invalid += 1;
            self.first_invalid.get_or_insert(offset + done as u64);
            self.garbled.add_ascii(b"?");
            done += invalid.len();
        }
        done
    }
}

impl Scan {
    fn add_valid(&mut self, text: &str, offset: u64) {
        // The first octet of each character outside of ASCII. In sums of one octet each, which compilers make of many octets
        // at a time.
        for some in text.as_bytes().chunks(usize::from(u8::MAX)) {
            self.valid += u64::from(some.iter().map(|byte| u8::from(*byte >= 0xc0)).sum::<u8>());
        }
        self.garbled.add(text, offset);
    }
}

/// Whether octets are the beginning of a character.
fn may_go_on(octets: &[u8]) -> bool {
    std::str::from_utf8(octets).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Yields a few octets at a time.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(length);
            buffer[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    #[test]
    fn characters_are_counted_however_they_are_read() {
        for (octets, valid, invalid, first) in [
            (&b""[..], 0, 0, None),
            (b"email", 0, 0, None),
            ("Müller, 张伟, 😀".as_bytes(), 4, 0, None),
            (b"M\xfcller, J\xf6rg", 0, 2, Some(1)),
            (b"a\xc3\xbc, \xe4\xbc", 1, 1, Some(5)),
            (b"\xf0\x9f", 0, 1, Some(0)),
        ] {
            for step in [1, 2, 3, 100] {
                let scan = Scan::of(Slowly(octets, step)).unwrap();
                let found = (scan.valid, scan.invalid, scan.first_invalid);
                assert_eq!(found, (valid, invalid, first), "{octets:?}");
            }
        }
        assert!(Scan::of(&b"\x1b$B"[..]).unwrap().has_escapes);
    }
}
