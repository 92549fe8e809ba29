//! The cells of a record, line by line, and whether its quotation marks are what RFC 4180 §2 allows.
//!
//! A parser that accepts everything loses people: with a mark that is never closed, the rows after it become part of a
//! cell. So a misplaced mark is a flaw of its row, and only what cannot be meant otherwise is read: blanks before the mark
//! that opens a cell, and after the one that closes it.

/// Reads the cells of one record.
#[derive(Clone, Copy, Debug)]
pub(super) struct CellParser {
    delimiter: u8,
    is_quoted: bool,
    /// Where the mark is that opened the present cell, in octets from the beginning of the record.
    opened: usize,
    /// Whether the present cell has taken in the end of a line.
    spans_lines: bool,
    /// The first flaw.
    pub(super) bad: Option<BadQuote>,
}

/// A misplaced quotation mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadQuote {
    pub(super) kind: BadQuoteKind,
    /// Where the mark is, or the one that opens the cell, in octets from the beginning of the record.
    pub(super) at: usize,
    /// Whether the cell runs over the end of a line: then it may have taken other rows in.
    pub(super) spans_lines: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadQuoteKind {
    /// The cell is not closed, or text follows the mark that closes it.
    NotClosed,
    /// In a cell without quotation marks around it.
    Inside,
    /// After a backslash, which some programs write instead of doubling the mark.
    Escaped,
}

/// How a record goes on after a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// It ends with the line.
    Done,
    /// The line ends within a quoted cell.
    Open,
}

/// What is read of a record: the text of its cells, and where each of them ends.
pub(super) struct Cells<'c> {
    pub(super) text: &'c mut Vec<u8>,
    pub(super) ends: &'c mut Vec<u32>,
    /// Where the text of the record begins.
    pub(super) start: usize,
}

impl Cells<'_> {
    fn end(&mut self) {
        // A record has a greatest length far below.
        self.ends.push(u32::try_from(self.text.len() - self.start).unwrap_or(u32::MAX));
    }
}

impl CellParser {
    pub(super) fn new(delimiter: u8) -> CellParser {
        CellParser { delimiter, is_quoted: false, opened: 0, spans_lines: false, bad: None }
    }

    /// Reads a line without quotation marks.
    pub(super) fn plain_line(&self, line: &[u8], cells: &mut Cells<'_>) {
        let line = content(line);
        let mut start = 0;
        for at in memchr::memchr_iter(self.delimiter, line) {
            cells.text.extend_from_slice(&line[start..at]);
            cells.end();
            start = at + 1;
        }
        cells.text.extend_from_slice(&line[start..]);
        cells.end();
    }

    /// Reads the next line of the record, with the octet that ends it. It begins at `base` within the record.
    pub(super) fn line(&mut self, line: &[u8], base: usize, cells: &mut Cells<'_>) -> After {
        let end = content(line).len();
        let mut at = 0;
        loop {
            if self.is_quoted {
                let Some(mark) = memchr::memchr(b'"', &line[at..]) else {
                    cells.text.extend_from_slice(&line[at..]);
                    self.spans_lines |= end < line.len();
                    return After::Open;
                };
                cells.text.extend_from_slice(&line[at..at + mark]);
                at += mark + 1;
                if line.get(at) == Some(&b'"') {
                    cells.text.push(b'"');
                    at += 1;
                    continue;
                }
                let is_escaped = at >= 2 && line[at - 2] == b'\\';
                self.is_quoted = false;
                let after = self.skip_blanks(&line[..end], at);
                if after < end && line[after] != self.delimiter {
                    let kind =
                        if is_escaped { BadQuoteKind::Escaped } else { BadQuoteKind::NotClosed };
                    self.report(kind, self.opened, self.spans_lines);
                    at = self.rest_of_cell(line, at, end, cells);
                } else {
                    at = after;
                }
            } else {
                let start = self.skip_blanks(&line[..end], at);
                if start < end && line[start] == b'"' {
                    (self.is_quoted, self.opened, self.spans_lines) = (true, base + start, false);
                    at = start + 1;
                    continue;
                }
                let from = at;
                at = self.rest_of_cell(line, at, end, cells);
                if let Some(mark) = memchr::memchr(b'"', &line[from..at]) {
                    let mark = from + mark;
                    let is_escaped = mark > from && line[mark - 1] == b'\\';
                    let kind =
                        if is_escaped { BadQuoteKind::Escaped } else { BadQuoteKind::Inside };
                    self.report(kind, base + mark, false);
                }
            }
            cells.end();
            if at == end {
                return After::Done;
            }
            at += 1;
        }
    }

    /// Ends the cell that is open at the end of the file or of what is read of the record.
    pub(super) fn end_open_cell(&mut self, cells: &mut Cells<'_>) {
        self.report(BadQuoteKind::NotClosed, self.opened, self.spans_lines);
        while cells.text.len() > cells.start && matches!(cells.text.last(), Some(b'\n' | b'\r')) {
            cells.text.pop();
        }
        cells.end();
    }

    /// Takes the text up to the next delimiter as it is. Returns where that is.
    fn rest_of_cell(&self, line: &[u8], at: usize, end: usize, cells: &mut Cells<'_>) -> usize {
        let after = memchr::memchr(self.delimiter, &line[at..end]).map_or(end, |after| at + after);
        cells.text.extend_from_slice(&line[at..after]);
        after
    }

    fn skip_blanks(&self, line: &[u8], at: usize) -> usize {
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t') && *byte != self.delimiter;
        line[at..].iter().position(|byte| !is_blank(byte)).map_or(line.len(), |found| at + found)
    }

    fn report(&mut self, kind: BadQuoteKind, at: usize, spans_lines: bool) {
        self.bad.get_or_insert(BadQuote { kind, at, spans_lines });
    }
}

/// A line without the octet that ends it.
fn content(line: &[u8]) -> &[u8] {
    match line {
        [content @ .., b'\n' | b'\r'] => content,
        line => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cells of a record that has all its lines, and its flaw.
    fn parse(record: &str) -> (Vec<String>, Option<(BadQuoteKind, usize, bool)>) {
        let (mut text, mut ends) = (Vec::new(), Vec::new());
        let mut cells = Cells { text: &mut text, ends: &mut ends, start: 0 };
        let mut parser = CellParser::new(b',');
        let mut base = 0;
        let mut after = After::Open;
        for line in record.as_bytes().split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            after = parser.line(line, base, &mut cells);
            base += line.len();
            if after != After::Open {
                break;
            }
        }
        if after == After::Open {
            parser.end_open_cell(&mut cells);
        }
        let mut start = 0;
        let cells = ends.iter().map(|end| {
            let end = *end as usize;
            let cell = String::from_utf8(text[start..end].to_vec()).unwrap();
            start = end;
            cell
        });
        (cells.collect(), parser.bad.map(|bad| (bad.kind, bad.at, bad.spans_lines)))
    }

    #[test]
    fn cells_are_read_as_programs_write_them() {
        for (record, cells) in [
            ("a,b", &["a", "b"][..]),
            ("a,b\n", &["a", "b"]),
            (",\r", &["", ""]),
            ("a,", &["a", ""]),
            ("\"\"", &[""]),
            ("a,\"Ada\"", &["a", "Ada"]),
            ("a,\"Ada \"\"L\"\"\"\r", &["a", "Ada \"L\""]),
            ("\"\"\"\"\"\"", &["\"\""]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("a,\"1 High Street\nYork, YO1\"\n", &["a", "1 High Street\nYork, YO1"]),
            ("\"a\r\nb\",c\r", &["a\r\nb", "c"]),
            // Padded with blanks, as tables that are made to be read are.
            ("a , \"b, c\" ,\t\"d\"\t, e \n", &["a ", "b, c", "d", " e "]),
            ("   \"x\"", &["x"]),
            (" ,  ", &[" ", "  "]),
            ("'a','b'", &["'a'", "'b'"]),
        ] {
            assert_eq!(
                parse(record),
                (cells.iter().map(ToString::to_string).collect(), None),
                "{record}"
            );
        }
    }

    #[test]
    fn a_misplaced_mark_is_found() {
        use BadQuoteKind::{Escaped, Inside, NotClosed};
        for (record, bad) in [
            ("a,\"Ada\" L\n", (NotClosed, 2, false)),
            ("\"Ada\"L,\"x\ny\"\n", (NotClosed, 0, false)),
            ("a,\"Ada", (NotClosed, 2, false)),
            ("a,\"Ada\n", (NotClosed, 2, true)),
            ("a,\"Ada\nb,\"Bob\"\n", (NotClosed, 2, true)),
            ("a,5\" pipe\n", (Inside, 3, false)),
            ("a, Ada \"L\"\n", (Inside, 7, false)),
            ("a,\"Ada \\\"L\\\" B\"\n", (Escaped, 2, false)),
            ("a,Ada \\\"L\\\"\n", (Escaped, 7, false)),
            // The first one counts.
            ("5\",\"Ada\" L\n", (Inside, 1, false)),
        ] {
            assert_eq!(parse(record).1, Some(bad), "{record}");
        }
        // Its other cells are read.
        assert_eq!(parse("a,\"Ada\" L,c\n").0, ["a", "Ada L", "c"]);
        assert_eq!(parse("5\" pipe,b").0, ["5\" pipe", "b"]);
        assert_eq!(parse("\"C:\\\",b"), (vec!["C:\\".to_owned(), "b".to_owned()], None));
    }
}
