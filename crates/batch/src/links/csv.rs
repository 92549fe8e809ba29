//! Link files in CSV.

use super::row::{COLUMNS, LinkRow};

pub(super) const FILE_NAME: &str = "links.csv";

/// From how many octets on a cell is searched with the processor's widest registers, which takes some time to begin.
const LONG: usize = 64;

/// Which octets a cell has to be quoted for.
const QUOTED: [bool; 256] = {
    let mut quoted = [false; 256];
    let mut at = 0;
    while at < SPECIAL.len() {
        quoted[SPECIAL[at] as usize] = true;
        at += 1;
    }
    quoted
};
const SPECIAL: &[u8] = b",\"\n\r;\t";

/// The heading row.
pub(super) fn begin(out: &mut Vec<u8>, bom: bool, kept: &[(usize, &str)]) {
    // Off by default, because other programs often take the mark for a part of the first heading.
    if bom {
        out.extend_from_slice("\u{feff}".as_bytes());
    }
    record(out, COLUMNS.into_iter().chain(kept.iter().map(|(_, heading)| *heading)));
}

/// The row of a person.
pub(super) fn row(out: &mut Vec<u8>, row: &LinkRow<'_>) {
    record(out, row.values().into_iter().chain(row.kept().map(|(_, cell)| cell)));
}

/// A record of a CSV file, with cells that a spreadsheet program would run as formulas neutralised.
pub fn csv_record<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let mut out = Vec::new();
    record(&mut out, cells.into_iter());
    String::from_utf8(out).unwrap_or_default()
}

/// Writes a record as RFC 4180 says. By hand, because the writer of the csv crate looks at each octet in turn: a
/// link, most of the file, never needs quotes. The tests read the records back with the csv crate.
fn record<'c>(out: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        // Spreadsheet programs show the apostrophe in front of a formula as text, and run nothing.
        let apostrophe = if is_formula(cell) { "'" } else { "" };
        let octets = cell.as_bytes();
        // `;` and tab are quoted as well: a program that splits at them would make a cell of what follows, and
        // that can be a formula.
        if needs_quotes(octets) {
            out.push(b'"');
            out.extend_from_slice(apostrophe.as_bytes());
            // RFC 4180 §2, rule 7.
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(apostrophe.as_bytes());
            out.extend_from_slice(octets);
        }
    }
    // CRLF as in RFC 4180 §2. After the last record it is optional there; here, more records may follow.
    out.extend_from_slice(b"\r\n");
}

/// Whether a cell has what separates cells or rows, or a quotation mark.
fn needs_quotes(octets: &[u8]) -> bool {
    if octets.len() >= LONG {
        return memchr::memchr3(b',', b'"', b';', octets).is_some()
            || memchr::memchr3(b'\n', b'\r', b'\t', octets).is_some();
    }
    octets.iter().fold(false, |found, byte| found | QUOTED[usize::from(*byte)])
}

/// Whether a spreadsheet program would run a cell as a formula (`invitation-email` facts, §4.4).
fn is_formula(cell: &str) -> bool {
    // Almost all cells.
    if cell.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) {
        return false;
    }
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut out = Vec::new();
        record(&mut out, cells.iter().copied());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_cell_runs_as_a_formula() {
        assert_eq!(
            written(&["=1+1", "+49", "-1", "@x", "\tx", "＝1"]),
            "'=1+1,'+49,'-1,'@x,\"'\tx\",'＝1\r\n"
        );
        assert_eq!(written(&["a=b", "'", "", "x,y", "\"q\""]), "a=b,',,\"x,y\",\"\"\"q\"\"\"\r\n");
    }

    proptest::proptest! {
        #[test]
        fn cells_are_read_back_as_they_were(cells in proptest::collection::vec("[^\0\u{feff}]{0,12}|[a-z]{60,70}[,;\"\n\r\tx]", 2..6)) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let text = written(&cells);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let read = reader.records().next().unwrap().unwrap();
            for (read, cell) in read.iter().zip(cells) {
                assert!(!is_formula(read));
                assert!(read == cell || read.strip_prefix('\'') == Some(cell));
            }
        }
    }
}
