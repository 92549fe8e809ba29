//! Whether the quotation marks of a record are what RFC 4180 §2 allows.
//!
//! The parser accepts everything: with a mark that is never closed, the rows after it become part of a cell, and the
//! people in them would be lost.

/// What is wrong with the quotation marks of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadQuote {
    /// Where the mark is that opens the cell, in octets from the beginning of the record.
    pub(super) opened: usize,
    /// Whether the cell runs over the end of a line: then it may have taken other rows in.
    pub(super) spans_lines: bool,
}

/// Where in a cell an octet is.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// At its beginning.
    Start,
    /// In a cell without quotation marks around it: there they are part of the text.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// After a mark that closes the cell, or that is the first of a doubled one.
    AfterMark,
    /// After a mark that closes the cell, and spaces.
    Closed,
}

/// Examines a record that has quotation marks. `headings` is the number of headings.
pub(super) fn examine(record: &[u8], delimiter: u8, headings: usize) -> Option<BadQuote> {
    let mut place = Place::Start;
    let (mut opened, mut line_breaks) = (0, 0);
    let mut bad: Option<BadQuote> = None;
    let mut report = |opened: usize, spans_lines: bool| match &mut bad {
        Some(bad) => bad.spans_lines |= spans_lines,
        None => bad = Some(BadQuote { opened, spans_lines }),
    };
    for (at, byte) in record.iter().enumerate() {
        place = match (place, *byte) {
            (Place::Start, b'"') => {
                (opened, line_breaks) = (at, 0);
                Place::Quoted
            }
            (Place::Quoted, b'"') => Place::AfterMark,
            (Place::Quoted, byte) => {
                line_breaks += usize::from(matches!(byte, b'\n' | b'\r'));
                Place::Quoted
            }
            (Place::AfterMark, b'"') => Place::Quoted,
            // Line ends are the last octets of a record.
            (_, b'\n' | b'\r') => Place::Start,
            (_, byte) if byte == delimiter => Place::Start,
            (Place::AfterMark | Place::Closed, b' ' | b'\t') => Place::Closed,
            (Place::AfterMark | Place::Closed, _) => {
                report(opened, line_breaks > 0);
                Place::Plain
            }
            (Place::Start | Place::Plain, _) => Place::Plain,
        };
    }
    if place == Place::Quoted {
        report(opened, line_breaks > 0);
    }
    bad.or_else(|| swallowed_row(record, delimiter, headings))
}

/// A cell that is closed, but not by its own mark: one of its lines is a whole row, with an email address at the same
/// place as in the line where the record begins. Cells with several lines are legal, such as a postal address.
fn swallowed_row(record: &[u8], delimiter: u8, headings: usize) -> Option<BadQuote> {
    // CRLF gives empty lines in between, which are no rows.
    let mut lines = record.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    let addresses: Vec<usize> = cells(first, delimiter)
        .enumerate()
        .filter(|(_, cell)| is_like_an_address(cell))
        .map(|(at, _)| at)
        .collect();
    let is_row = |line: &[u8]| {
        cells(line, delimiter).count() == headings
            && addresses
                .iter()
                .any(|at| cells(line, delimiter).nth(*at).is_some_and(is_like_an_address))
    };
    if addresses.is_empty() || !lines.any(is_row) {
        return None;
    }
    // The mark is the last one that opens a cell in the first line.
    let opened = memchr::memrchr(b'"', first).unwrap_or(0);
    Some(BadQuote { opened, spans_lines: true })
}

/// The cells of a line, whatever its quotation marks say.
fn cells(line: &[u8], delimiter: u8) -> impl Iterator<Item = &[u8]> {
    line.split(move |byte| *byte == delimiter)
}

/// Whether a cell looks like an email address. It need not be a valid one.
fn is_like_an_address(cell: &[u8]) -> bool {
    let cell = cell.trim_ascii();
    let cell = cell.strip_prefix(b"\"").unwrap_or(cell);
    let cell = cell.strip_suffix(b"\"").unwrap_or(cell);
    let at = memchr::memchr(b'@', cell);
    at.is_some_and(|at| at > 0 && at + 1 < cell.len())
        && !cell.iter().any(|byte| byte.is_ascii_whitespace() || *byte == b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(record: &str, expected: Option<(usize, bool)>) {
        let found = examine(record.as_bytes(), b',', 2);
        assert_eq!(found.map(|bad| (bad.opened, bad.spans_lines)), expected, "{record}");
    }

    #[test]
    fn what_spreadsheet_programs_write_is_accepted() {
        for record in [
            "ada@example.org,\"Ada\"",
            "ada@example.org,\"Ada \"\"L\"\"\"\r\n",
            "ada@example.org,\"\"\n",
            "\"ada@example.org\" , \"x\" ,y\n",
            "ada@example.org,a 5\" pipe\n",
            "ada@example.org,\"1 High Street\nYork, YO1\"\n",
            "ada@example.org,\"1 High Street\r\nYork, write to ada@example.org\"\r\n",
            "\"Write to\nbob@example.org,x\",y\n",
        ] {
            case(record, None);
        }
    }

    #[test]
    fn a_mark_that_does_not_close_its_cell_is_found_where_it_opens() {
        case("ada@example.org,\"Ada\" L\n", Some((16, false)));
        case("\"Ada\"L,\"x\ny\"\n", Some((0, false)));
        case("ada@example.org,\"Ada", Some((16, false)));
        case("ada@example.org,\"Ada\nbob@example.org,\"Bob\"\n", Some((16, true)));
        case("ada@example.org,\"Ada\nbob@example.org,Bob\n", Some((16, true)));
        case("ada@example.org,\"Ada\nbob@example.org,Bob\"\n", Some((16, true)));
        case("ada@example.org,\"Ada\r\nbob@example.org,Bob\r\n\"\r\n", Some((16, true)));
        case("\"Ada,ada@example.org\nBob,bob@example.org\"\n", Some((0, true)));
    }
}
