//! Records: a kind, a length, and up to 8 KiB; longer ones are continued in the next.

use encoding_rs::Encoding;

use super::compound::u16_at;

/// A record and what continues it.
pub(super) struct Record<'s> {
    pub(super) kind: u16,
    pub(super) data: &'s [u8],
    continued: Vec<&'s [u8]>,
}

/// The records of a stream, up to its end or to where it is cut.
pub(super) struct Records<'s> {
    rest: &'s [u8],
}

const CONTINUE: u16 = 0x3c;

impl<'s> Records<'s> {
    pub(super) fn new(stream: &'s [u8]) -> Records<'s> {
        Records { rest: stream }
    }

    fn one(&mut self) -> Option<(u16, &'s [u8])> {
        let kind = u16_at(self.rest, 0)?;
        let length = usize::from(u16_at(self.rest, 2)?);
        let data = self.rest.get(4..4 + length)?;
        self.rest = &self.rest[4 + length..];
        Some((kind, data))
    }
}

impl<'s> Iterator for Records<'s> {
    type Item = Record<'s>;

    fn next(&mut self) -> Option<Record<'s>> {
        let (kind, data) = self.one()?;
        let mut continued = Vec::new();
        while u16_at(self.rest, 0) == Some(CONTINUE)
            && let Some((_, data)) = self.one()
        {
            continued.push(data);
        }
        Some(Record { kind, data, continued })
    }
}

impl<'s> Record<'s> {
    /// Reads the record and what continues it, from an offset on.
    pub(super) fn reader(&self, offset: usize) -> RecordReader<'_, 's> {
        let data = self.data.get(offset..).unwrap_or_default();
        RecordReader { data, continued: self.continued.iter() }
    }
}

/// Reads the content of a record.
pub(super) struct RecordReader<'r, 's> {
    data: &'s [u8],
    continued: std::slice::Iter<'r, &'s [u8]>,
}

impl RecordReader<'_, '_> {
    pub(super) fn octet(&mut self) -> Option<u8> {
        while self.data.is_empty() {
            self.data = self.continued.next()?;
        }
        let (first, rest) = self.data.split_first()?;
        self.data = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.octet()?, self.octet()?]))
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let taken = count.min(self.data.len());
            self.data = &self.data[taken..];
            count -= taken;
            if count > 0 {
                self.data = self.continued.next()?;
            }
        }
        Some(())
    }

    /// A text of `length` characters in UTF-16, preceded by flags; without the runs of its fonts, and without how it is
    /// pronounced.
    pub(super) fn unicode(&mut self, length: u16) -> Option<String> {
        let flags = self.octet()?;
        let runs = if flags & 8 != 0 { self.number()? } else { 0 };
        let extra = if flags & 4 != 0 {
            u32::from(self.number()?) | u32::from(self.number()?) << 16
        } else {
            0
        };
        let mut units = Vec::new();
        let mut is_wide = flags & 1 != 0;
        let mut left = usize::from(length);
        while left > 0 {
            if self.data.is_empty() {
                self.data = self.continued.next()?;
                // What continues a text says anew how wide its characters are.
                is_wide = self.octet()? & 1 != 0;
            }
            let width = if is_wide { 2 } else { 1 };
            let count = left.min(self.data.len() / width);
            // Half a character.
            if count == 0 {
                return None;
            }
            let (text, rest) = self.data.split_at(count * width);
            self.data = rest;
            left -= count;
            if is_wide {
                units.extend(
                    text.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])),
                );
            } else {
                units.extend(text.iter().map(|octet| u16::from(*octet)));
            }
        }
        self.skip(usize::from(runs) * 4 + usize::try_from(extra).ok()?)?;
        Some(String::from_utf16_lossy(&units))
    }

    /// A text of `length` octets in a code page.
    pub(super) fn encoded(&mut self, length: u16, encoding: &'static Encoding) -> Option<String> {
        let mut octets = Vec::new();
        for _ in 0..length {
            octets.push(self.octet()?);
        }
        Some(encoding.decode_without_bom_handling(&octets).0.into_owned())
    }
}
