//! What separates the cells of a CSV file, and where its first row begins.

use super::cells::{After, CellParser, Cells};
use super::swallowed::is_like_an_address;

/// What separates the cells of a CSV file, and where its first row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Octets before the first row: a `sep=` line.
    pub(super) skip: u64,
    /// Lines before the first row.
    pub(super) lines: u64,
    /// What else could separate the cells: as many rows seem to have an address, or as many cells.
    pub(super) rival: Option<u8>,
}

/// What separates cells in files of spreadsheet programs: `;` where the comma is the decimal separator, tabs in "Unicode
/// text" (`invitation-email` facts, §4.1). If nothing else decides, the first counts.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many rows are looked at.
const MOST_ROWS: usize = 1000;

/// The line that says what separates cells names something that cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadSeparator;

impl Dialect {
    /// Recognizes the dialect by the beginning of a text. `wanted` is what the user says separates the cells.
    ///
    /// # Errors
    /// [`BadSeparator`] if the text begins with a `sep=` line that cannot be followed, and the user says nothing.
    pub(super) fn recognize(text: &[u8], wanted: Option<u8>) -> Result<Dialect, BadSeparator> {
        let named = separator_line(text);
        let (skip, lines) = named.map_or((0, 0), |line| (line.length as u64, 1));
        let dialect = |delimiter, rival| Dialect { delimiter, skip, lines, rival };
        if let Some(delimiter) = wanted {
            return Ok(dialect(delimiter, None));
        }
        match named {
            Some(SeparatorLine { delimiter: Some(delimiter), .. }) => Ok(dialect(delimiter, None)),
            Some(_) => Err(BadSeparator),
            None => {
                let (delimiter, rival) = likely_delimiter(text);
                Ok(dialect(delimiter, rival))
            }
        }
    }
}

/// A line such as `sep=;`, which is for Excel (`invitation-email` facts, §4.1).
#[derive(Clone, Copy)]
struct SeparatorLine {
    /// What it names, if that can separate cells.
    delimiter: Option<u8>,
    /// Its length with the line end, in octets.
    length: usize,
}

fn separator_line(text: &[u8]) -> Option<SeparatorLine> {
    let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
    let line = &text[..end];
    let length = match &text[end..] {
        [b'\r', b'\n', ..] => end + 2,
        [] => end,
        _ => end + 1,
    };
    // A program that opened the file and saved it again may have put it in quotation marks, and added empty cells.
    let (inner, after) = match line.strip_prefix(b"\"") {
        Some(quoted) => {
            let close = memchr::memchr(b'"', quoted)?;
            (&quoted[..close], &quoted[close + 1..])
        }
        None => (line, &b""[..]),
    };
    let rest = inner.get(4..).filter(|_| inner[..4].eq_ignore_ascii_case(b"sep="))?;
    let (first, empty) = match rest.split_first() {
        Some((first, empty)) => (Some(*first), empty),
        // `sep=` and empty cells: the separator itself was taken for the end of the cell.
        None => (None, &b""[..]),
    };
    let only = |cells: &[u8], delimiter: u8| cells.iter().all(|byte| *byte == delimiter);
    let delimiter = first.filter(|first| {
        // Nothing that an address, a name, a date or a quoted cell has.
        (first.is_ascii_punctuation() || matches!(first, b'\t' | b' '))
            && !b"\"'@._-+/\\".contains(first)
            && only(empty, *first)
            && only(after.trim_ascii(), *first)
    });
    Some(SeparatorLine { delimiter, length })
}

/// What most likely separates the cells, and what else could if that is not clear.
fn likely_delimiter(text: &[u8]) -> (u8, Option<u8>) {
    let scores = DELIMITERS.map(|delimiter| Score::of(text, delimiter));
    let (mut best, mut rival) = (0, None);
    for at in 1..DELIMITERS.len() {
        match scores[at].cmp(&scores[best]) {
            std::cmp::Ordering::Greater => (best, rival) = (at, None),
            std::cmp::Ordering::Equal if scores[at] > Score::default() => {
                rival = Some(DELIMITERS[at]);
            }
            _ => {}
        }
    }
    (DELIMITERS[best], rival)
}

/// How well a delimiter fits; what comes first counts more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Score {
    /// Rows of several cells, one of which is an address and nothing else.
    with_address: usize,
    /// Rows that have as many cells as most of the rows with several.
    regular: usize,
    /// How many cells these have.
    cells: usize,
}

impl Score {
    fn of(text: &[u8], delimiter: u8) -> Score {
        let mut counts: Vec<usize> = Vec::new();
        let mut with_address = 0;
        let mut rest = text;
        let mut row = Row::default();
        for _ in 0..MOST_ROWS {
            let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
            rest = &rest[blank..];
            if rest.is_empty() {
                break;
            }
            rest = row.read(rest, delimiter);
            if row.ends.len() > 1 {
                counts.push(row.ends.len());
                with_address += usize::from(row.has_address());
            }
        }
        counts.sort_unstable();
        let runs = counts.chunk_by(|one, other| one == other);
        let (regular, cells) = runs.map(|run| (run.len(), run[0])).max().unwrap_or_default();
        Score { with_address, regular, cells }
    }
}

/// The cells of a row.
#[derive(Default)]
struct Row {
    text: Vec<u8>,
    ends: Vec<u32>,
}

impl Row {
    /// Reads a row, and returns what follows it. If its quotation marks make no sense with this delimiter, the row is its
    /// first line: a mark that is never closed must not hide the lines after it.
    fn read<'t>(&mut self, text: &'t [u8], delimiter: u8) -> &'t [u8] {
        let mut parser = CellParser::new(delimiter);
        self.clear();
        let mut read = 0;
        for line in text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
            let mut cells = Cells { text: &mut self.text, ends: &mut self.ends, start: 0 };
            let after = parser.line(line, read, &mut cells);
            read += line.len();
            if after == After::Done {
                return &text[read..];
            }
            if parser.bad.is_some() {
                break;
            }
        }
        self.clear();
        let end = memchr::memchr2(b'\n', b'\r', text).unwrap_or(text.len());
        let mut quoted = false;
        let cells = text[..end].split(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == delimiter
        });
        for cell in cells {
            self.text.extend_from_slice(cell);
            // The beginning of a file is not longer.
            self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        }
        &text[end..]
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Whether a cell is an address and nothing else. With another delimiter in it, it is several cells; lists of addresses
    /// have `;` in their cells.
    fn has_address(&self) -> bool {
        let mut start = 0;
        self.ends.iter().any(|end| {
            let end = *end as usize;
            let cell = &self.text[start..end];
            start = end;
            is_like_an_address(cell) && !cell.iter().any(|byte| DELIMITERS.contains(byte))
        })
    }
}

#[cfg(test)]
mod tests;
