//! Compound files: a small file system in a file ([MS-CFB]).
//!
//! [MS-CFB]: https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-cfb/

use super::super::refusal::Refusal;

/// Numbers of sectors from here on have a meaning of their own: a chain ends, for example.
const LAST_SECTOR: u32 = 0xffff_fffa;

/// Streams that are shorter are kept in one common stream.
const SMALL: u64 = 4096;

const HEADER: usize = 512;
const ENTRY: usize = 128;
const SMALL_SECTOR: usize = 64;

/// A compound file.
pub(super) struct Compound<'f> {
    file: &'f [u8],
    sector: usize,
    /// The sector after each sector.
    next: Vec<u32>,
    entries: Vec<Entry>,
    small_next: Vec<u32>,
    small: Vec<u8>,
}

struct Entry {
    name: String,
    start: u32,
    length: u64,
}

impl<'f> Compound<'f> {
    pub(super) fn read(file: &'f [u8]) -> Result<Compound<'f>, Refusal> {
        let short = || Refusal::damaged("it ends too early");
        let header = file.get(..HEADER).ok_or_else(short)?;
        let sector = match u16_at(header, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(Refusal::damaged("its header is wrong")),
        };
        let number = |at| u32_at(header, at).unwrap_or(LAST_SECTOR);
        let mut compound = Compound {
            file,
            sector,
            next: Vec::new(),
            entries: Vec::new(),
            small_next: Vec::new(),
            small: Vec::new(),
        };
        for place in compound.table_sectors(header, number(68)) {
            let table = compound.sector(place).ok_or_else(short)?;
            compound.next.extend(numbers(table));
        }
        let version = u16_at(header, 26).unwrap_or(3);
        let folder = compound.chain(number(48), u64::MAX)?;
        compound.entries =
            folder.chunks_exact(ENTRY).filter_map(|entry| Entry::read(entry, version)).collect();
        if let Some(root) = compound.entries.first() {
            let small = compound.chain(root.start, root.length)?;
            let small_next = numbers(&compound.chain(number(60), u64::MAX)?).collect();
            compound.small = small;
            compound.small_next = small_next;
        }
        Ok(compound)
    }

    /// Whether there is a stream or folder of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The octets of a stream; `None` if there is none.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(entry) = self.entry(name) else { return Ok(None) };
        if entry.length >= SMALL {
            return self.chain(entry.start, entry.length).map(Some);
        }
        let sectors = follow(&self.small_next, entry.start)?;
        let mut stream = Vec::new();
        for at in sectors {
            let start = (at as usize).saturating_mul(SMALL_SECTOR);
            let end = start.saturating_add(SMALL_SECTOR);
            stream.extend_from_slice(self.small.get(start..end).unwrap_or_default());
        }
        stream.truncate(usize::try_from(entry.length).unwrap_or(usize::MAX));
        Ok(Some(stream))
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    /// The sectors of the table of sectors: the first 109 are in the header, the others in a chain.
    fn table_sectors(&self, header: &[u8], mut more: u32) -> Vec<u32> {
        let mut sectors: Vec<u32> = numbers(&header[76..]).filter(|at| *at < LAST_SECTOR).collect();
        let most = self.file.len() / self.sector;
        while more < LAST_SECTOR
            && sectors.len() <= most
            && let Some(list) = self.sector(more)
        {
            let (list, last) = list.split_at(list.len() - 4);
            sectors.extend(numbers(list).filter(|at| *at < LAST_SECTOR));
            more = u32_at(last, 0).unwrap_or(LAST_SECTOR);
        }
        sectors.truncate(most);
        sectors
    }

    fn sector(&self, at: u32) -> Option<&'f [u8]> {
        let start = (at as usize).checked_add(1)?.checked_mul(self.sector)?;
        // The last sector of a file may be cut.
        let rest = self.file.get(start..).filter(|rest| rest.len() >= 4)?;
        Some(&rest[..self.sector.min(rest.len() / 4 * 4)])
    }

    fn chain(&self, start: u32, length: u64) -> Result<Vec<u8>, Refusal> {
        let mut stream = Vec::new();
        for at in follow(&self.next, start)? {
            let Some(sector) = self.sector(at) else { break };
            stream.extend_from_slice(sector);
        }
        stream.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(stream)
    }
}

impl Entry {
    fn read(entry: &[u8], version: u16) -> Option<Entry> {
        let name = usize::from(u16_at(entry, 64)?).min(64).saturating_sub(2);
        let name: Vec<u16> = entry[..name]
            .chunks_exact(2)
            .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
            .collect();
        let low = u32_at(entry, 120)?;
        // In version 3 the upper half may be anything.
        let high = if version == 3 { 0 } else { u32_at(entry, 124)? };
        let length = u64::from(high) << 32 | u64::from(low);
        Some(Entry { name: String::from_utf16_lossy(&name), start: u32_at(entry, 116)?, length })
    }
}

/// The sectors of a chain. One that comes back to itself is refused.
fn follow(next: &[u32], start: u32) -> Result<Vec<u32>, Refusal> {
    let mut sectors = Vec::new();
    let mut at = start;
    while at < LAST_SECTOR {
        let Some(following) = next.get(at as usize) else { break };
        sectors.push(at);
        if sectors.len() > next.len() {
            return Err(Refusal::damaged("a part of it has no end"));
        }
        at = *following;
    }
    Ok(sectors)
}

fn numbers(octets: &[u8]) -> impl Iterator<Item = u32> {
    octets.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

/// The number at a place, if the octets reach that far.
pub(super) fn u16_at(octets: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(octets.get(at..at + 2)?.try_into().ok()?))
}

/// The number at a place, if the octets reach that far.
pub(super) fn u32_at(octets: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(octets.get(at..at + 4)?.try_into().ok()?))
}
