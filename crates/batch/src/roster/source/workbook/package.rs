//! The zip archive that a workbook is.

use std::cell::Cell;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::ZipFile;
use zip::result::ZipError;

use super::refusal::Refusal;
use super::xml::Xml;

/// The most parts of an archive. Large workbooks have some hundreds.
const MOST_PARTS: u64 = 10_000;

/// How far from its end an archive may say how many parts it has: it ends with a comment of up to 64 KiB.
const END: u64 = (1 << 16) + 22 + 20;

/// A zip archive.
pub(super) struct Package {
    archive: ZipArchive<File>,
    /// The names of the parts in lower case, with `/` between folders.
    names: Vec<String>,
    /// How many octets of its parts were unpacked.
    spent: Rc<Cell<u64>>,
}

impl Package {
    pub(super) fn open(mut file: File) -> Result<Package, Refusal> {
        if parts(&mut file)?.is_some_and(|parts| parts > MOST_PARTS) {
            return Err(Refusal::too_large("it has more than 10,000 parts"));
        }
        let archive = ZipArchive::new(file).map_err(refusal)?;
        let mut names = Vec::new();
        for name in archive.file_names() {
            // Some programs write `\`, and names in other case than they refer to.
            names.push(name.map_err(refusal)?.replace('\\', "/").to_lowercase());
        }
        Ok(Package { archive, names, spent: Rc::default() })
    }

    /// Whether there is a part of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// The names of all parts, in lower case.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// A part as XML; `None` if there is no such part.
    pub(super) fn xml(&mut self, name: &str) -> Result<Option<Xml<ZipFile<'_, File>>>, Refusal> {
        let Some(at) = self.position(name) else { return Ok(None) };
        let part = self.archive.by_index(at).map_err(refusal)?;
        let packed = part.compressed_size();
        Ok(Some(Xml::new(part, packed, Rc::clone(&self.spent))))
    }

    /// The first octets of a part; nothing if there is no such part.
    pub(super) fn start(&mut self, name: &str, most: u64) -> Result<Vec<u8>, Refusal> {
        let mut start = Vec::new();
        if let Some(at) = self.position(name) {
            self.archive.by_index(at).map_err(refusal)?.take(most).read_to_end(&mut start)?;
        }
        Ok(start)
    }

    fn position(&self, name: &str) -> Option<usize> {
        let wanted = name.trim_start_matches('/').to_lowercase();
        self.names.iter().position(|name| *name == wanted)
    }
}

/// How many parts an archive says that it has. Asked before the archive is opened, because a description of each part
/// is then kept.
fn parts(file: &mut File) -> Result<Option<u64>, Refusal> {
    let length = file.seek(SeekFrom::End(0))?;
    let start = length.saturating_sub(END);
    file.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    file.by_ref().take(END).read_to_end(&mut end)?;
    file.seek(SeekFrom::Start(0))?;
    let Some(at) = memchr::memmem::rfind(&end, b"PK\x05\x06") else { return Ok(None) };
    let small = end.get(at + 10..at + 12).map(|count| u16::from_le_bytes([count[0], count[1]]));
    // The larger count of a large archive is in a record of its own, whose place the 20 octets before tell.
    let locator =
        at.checked_sub(20).and_then(|at| end[at..].strip_prefix(b"PK\x06\x07".as_slice()));
    if let Some(place) = locator.and_then(|rest| rest.get(4..12)) {
        let place = u64::from_le_bytes(place.try_into().unwrap_or_default());
        file.seek(SeekFrom::Start(place.min(length)))?;
        let mut record = [0; 40];
        let read = file.read(&mut record)?;
        file.seek(SeekFrom::Start(0))?;
        if read == record.len() && record.starts_with(b"PK\x06\x06") {
            return Ok(Some(u64::from_le_bytes(record[32..40].try_into().unwrap_or_default())));
        }
    }
    Ok(small.map(u64::from))
}

fn refusal(error: ZipError) -> Refusal {
    match error {
        ZipError::Io(error) => error.into(),
        ZipError::UnsupportedArchive(what) if what == ZipError::PASSWORD_REQUIRED => {
            Refusal::password()
        }
        error => Refusal::damaged(&error.to_string()),
    }
}
