//! Files that contain others: ZIP archives (XLSX, ODS, Word, Numbers …) and compound files (XLS, DOC, Outlook …).

use std::borrow::Cow;

use super::kind::{Foreign, Format, WorkbookKind};

const FROM_TABLE: &str = "copy the table into a spreadsheet program, and save it as `CSV UTF-8`";

/// A compound file begins with this, whatever is in it ([MS-CFB] 2.2).
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// How many entries of a compound file's directory are looked at.
const MOST_ENTRIES: usize = 256;

/// What a container is, by the names of what is in it.
pub(super) fn recognize(start: &[u8], end: impl FnOnce() -> Vec<u8>) -> Option<Format> {
    if start.starts_with(COMPOUND) {
        return Some(of_compound(start));
    }
    // A file in it; an empty archive; one of several volumes.
    if [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"].iter().any(|mark| start.starts_with(*mark)) {
        return Some(of_zip(start, &end()));
    }
    None
}

fn foreign(name: &'static str, hint: &'static str) -> Format {
    Format::Foreign(Foreign { name, hint })
}

fn of_zip(start: &[u8], end: &[u8]) -> Format {
    // The first file of an OpenDocument or an e-book is `mimetype`, and not compressed (OpenDocument 1.3, part 2, §3.3).
    let open_document = find(start, b"mimetypeapplication/vnd.oasis.opendocument.")
        .map(|at| &start[at + b"mimetypeapplication/vnd.oasis.opendocument.".len()..]);
    if let Some(kind) = open_document {
        return match kind {
            kind if kind.starts_with(b"spreadsheet") => Format::Workbook(WorkbookKind::Ods),
            kind if kind.starts_with(b"text") => foreign("an OpenDocument text", FROM_TABLE),
            _ => foreign("an OpenDocument file without a spreadsheet", FROM_TABLE),
        };
    }
    let names: Vec<Cow<'_, str>> =
        names(start, b"PK\x03\x04", 26, 30).chain(names(end, b"PK\x01\x02", 28, 46)).collect();
    let has = |part: &str| names.iter().any(|name| name.starts_with(part));
    if has("xl/workbook.bin") {
        Format::Workbook(WorkbookKind::Xlsb)
    } else if has("xl/") {
        Format::Workbook(WorkbookKind::Xlsx)
    } else if has("word/") {
        foreign("a Word document", FROM_TABLE)
    } else if has("ppt/") {
        foreign("a PowerPoint presentation", FROM_TABLE)
    } else if has("Index/Document.iwa") || has("Index.zip") || has("Index/") {
        let hint = "open it, and choose File > Export To > CSV; in Pages, copy the table into Numbers first";
        foreign("a document of Apple Numbers, Pages or Keynote", hint)
    } else if has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml")) {
        // An OpenDocument that was packed again. What is in it is known when it is unpacked.
        Format::Workbook(WorkbookKind::Ods)
    } else {
        foreign("a ZIP archive", "unpack it, and name the list that is in it")
    }
}

/// The names of files after each `mark`: the length of a name is at `length`, and the name at `name`.
fn names<'a>(
    octets: &'a [u8],
    mark: &'a [u8],
    length: usize,
    name: usize,
) -> impl Iterator<Item = Cow<'a, str>> {
    memchr::memmem::find_iter(octets, mark).filter_map(move |at| {
        let header = &octets[at..];
        let octets = header.get(length..length + 2)?;
        let octets = usize::from(u16::from_le_bytes([octets[0], octets[1]]));
        Some(String::from_utf8_lossy(header.get(name..name + octets)?))
    })
}

fn of_compound(start: &[u8]) -> Format {
    let names = compound_names(start);
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    if has("EncryptedPackage") {
        Format::Workbook(WorkbookKind::Encrypted)
    } else if has("Workbook") || has("Book") {
        Format::Workbook(WorkbookKind::Xls)
    } else if has("WordDocument") {
        foreign("a Word document", FROM_TABLE)
    } else if has("PowerPoint Document") {
        foreign("a PowerPoint presentation", FROM_TABLE)
    } else if names.iter().any(|name| name.starts_with("__properties")) {
        let hint = "save the list that is attached to it, and name that file";
        foreign("an Outlook message", hint)
    } else if names.is_empty() {
        // Its directory is not in the part that was read. Workbooks are the most likely.
        Format::Workbook(WorkbookKind::Xls)
    } else {
        foreign("an Office document without a spreadsheet", FROM_TABLE)
    }
}

/// The names in the directory of a compound file ([MS-CFB] 2.6), as far as it is in the part that was read.
fn compound_names(start: &[u8]) -> Vec<String> {
    let number = |at: usize| {
        let octets = start.get(at..at + 4)?;
        usize::try_from(u32::from_le_bytes(octets.try_into().ok()?)).ok()
    };
    let directory = || {
        let shift = u32::from(*start.get(30)?);
        let sector = 1_usize.checked_shl(shift)?;
        start.get(number(48)?.checked_add(1)?.checked_mul(sector)?..)
    };
    let entries = directory().unwrap_or_default().chunks_exact(128).take(MOST_ENTRIES);
    entries
        .filter_map(|entry| {
            // The length is in octets, with the NUL at the end.
            let length = usize::from(u16::from_le_bytes([entry[64], entry[65]]));
            let name = entry.get(..length.checked_sub(2)?.min(64))?;
            let units: Vec<u16> =
                name.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
            // The directory may go on elsewhere: what follows its first sector may be anything.
            String::from_utf16(&units).ok().filter(|name| !name.is_empty() && !name.contains('\0'))
        })
        .collect()
}

fn find(octets: &[u8], wanted: &[u8]) -> Option<usize> {
    memchr::memmem::find(octets, wanted)
}
