//! Files that are recognized by their first octets.

use super::kind::Foreign;

/// Where the octets stand, the octets, what the file is, and what to do about it.
type Magic = (usize, &'static [u8], &'static str, &'static str);

const UNPACK: &str = "unpack it, and name the list that is in it";
const DATABASE: &str = "export the table with the people as CSV";
const IMAGE: &str = "a picture has no cells: ask for the list as a spreadsheet or a CSV file";
const PDF: &str = "a PDF has no cells: ask for the list as a spreadsheet or a CSV file";
const WRONG_FILE: &str = "name the file with the list of people";
const OLD_EXCEL: &str =
    "open it in a spreadsheet program, and save it as `CSV UTF-8`; LibreOffice reads it";
const DECRYPT: &str = "decrypt it, and name the list that is in it";
const UTF8: &str = "open it in an editor, and save it as UTF-8";

const MAGIC: &[Magic] = &[
    (0, b"%PDF-", "a PDF document", PDF),
    (0, b"\x1f\x8b", "a gzip archive", UNPACK),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (0, b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (0, b"\xfd7zXZ\0", "an xz archive", UNPACK),
    (0, b"BZh", "a bzip2 archive", UNPACK),
    (0, b"\x28\xb5\x2f\xfd", "a zstd archive", UNPACK),
    (257, b"ustar", "a tar archive", UNPACK),
    (0, b"\x89PNG\r\n\x1a\n", "a picture (PNG)", IMAGE),
    (0, b"\xff\xd8\xff", "a picture (JPEG)", IMAGE),
    (0, b"GIF8", "a picture (GIF)", IMAGE),
    (8, b"WEBP", "a picture (WebP)", IMAGE),
    (4, b"ftyphei", "a picture (HEIC)", IMAGE),
    (4, b"ftypmif1", "a picture (HEIC)", IMAGE),
    (4, b"ftypavif", "a picture (AVIF)", IMAGE),
    (0, b"II*\0", "a picture (TIFF)", IMAGE),
    (0, b"MM\0*", "a picture (TIFF)", IMAGE),
    (0, b"SQLite format 3\0", "an SQLite database", DATABASE),
    (4, b"Standard Jet DB", "an Access database", DATABASE),
    (4, b"Standard ACE DB", "an Access database", DATABASE),
    (0, b"PAR1", "a Parquet file", DATABASE),
    (0, b"ARROW1", "an Arrow file", DATABASE),
    (0, b"Obj\x01", "an Avro file", DATABASE),
    (
        0,
        b"!BDN",
        "an Outlook data file (PST)",
        "in Outlook, export the contacts as a CSV file: File > Open & Export > Import/Export",
    ),
    (
        0,
        b"bplist",
        "a property list",
        "export the list as CSV from the program that the file belongs to",
    ),
    // The first records of Excel 2, 3 and 4 (BOF).
    (0, b"\x09\0\x04\0", "a workbook of an Excel before 5.0", OLD_EXCEL),
    (0, b"\x09\x02\x06\0", "a workbook of an Excel before 5.0", OLD_EXCEL),
    (0, b"\x09\x04\x06\0", "a workbook of an Excel before 5.0", OLD_EXCEL),
    // Lotus 1-2-3 (WK1), Quattro Pro.
    (0, b"\0\0\x02\0\x06\x04", "a Lotus 1-2-3 workbook", OLD_EXCEL),
    (0, b"\x7fELF", "a program", WRONG_FILE),
    (0, b"\xca\xfe\xba\xbe", "a program", WRONG_FILE),
    (0, b"\xcf\xfa\xed\xfe", "a program", WRONG_FILE),
    // Before UTF-16: its little-endian mark begins in the same way.
    (0, b"\xff\xfe\0\0", "UTF-32 text", UTF8),
    (0, b"\0\0\xfe\xff", "UTF-32 text", UTF8),
    (0, b"\x85\x01", "a file encrypted with PGP", DECRYPT),
    (0, b"age-encryption.org/v1", "a file encrypted with age", DECRYPT),
];

/// What a file is that begins with the octets of another format.
pub(super) fn recognize(start: &[u8]) -> Option<Foreign> {
    // Text can begin with a short mark as well, such as `BZh` or `GIF8`.
    let is_binary = start.iter().any(|byte| matches!(byte, 0..=8 | 0x0e..=0x1a | 0x1c..=0x1f));
    let found = MAGIC.iter().find(|(at, mark, ..)| {
        start.get(*at..).is_some_and(|rest| rest.starts_with(mark))
            && (is_binary || *at == 0 && mark.len() > 4)
    });
    let (name, hint) = match found {
        Some((.., name, hint)) => (*name, *hint),
        None if is_program(start) => ("a program", WRONG_FILE),
        None if is_bitmap(start) => ("a picture (BMP)", IMAGE),
        None if is_utf32(start) => ("UTF-32 text", UTF8),
        None => return None,
    };
    Some(Foreign { name, hint })
}

/// A program for Windows or DOS. `MZ` could begin a heading.
fn is_program(start: &[u8]) -> bool {
    start.starts_with(b"MZ") && start.iter().take(64).any(|byte| *byte == 0)
}

/// The header of a bitmap: `BM`, its size, and four octets that are zero.
fn is_bitmap(start: &[u8]) -> bool {
    start.starts_with(b"BM") && start.get(6..10) == Some(&[0; 4])
}

/// UTF-32 without a byte-order mark: of each letter of ASCII, three octets are NUL.
fn is_utf32(start: &[u8]) -> bool {
    let units = || start.chunks_exact(4).take(1000);
    let most_have = |zeros: [usize; 3]| {
        let letters = units().filter(|unit| zeros.iter().all(|at| unit[*at] == 0)).count();
        letters * 2 > units().count()
    };
    units().count() >= 4
        && units().all(|unit| unit != [0; 4])
        && (most_have([1, 2, 3]) || most_have([0, 1, 2]))
}
