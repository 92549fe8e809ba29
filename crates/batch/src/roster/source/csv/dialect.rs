//! What separates the cells of a CSV file, and where its first row begins.

/// What separates the cells of a CSV file, and where its first row begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    /// Octets before the first row: a byte-order mark, a `sep=` line.
    pub(super) skip: u64,
    /// Lines before the first row.
    pub(super) lines: u64,
}

// Excel writes `;` where the comma is the decimal separator, and tabs in files of "Unicode text"
// (`invitation-email` facts, §4.1).
const DELIMITERS: [u8; 3] = *b",;\t";

impl Dialect {
    /// Recognises the dialect by the beginning of a file.
    pub(super) fn recognize(start: &[u8]) -> Dialect {
        let (skip, text) = match start.strip_prefix(b"\xef\xbb\xbf") {
            Some(text) => (3, text),
            None => (0, start),
        };
        // A line for Excel, not a row (`invitation-email` facts, §4.1).
        if let Some([delimiter @ (b',' | b';' | b'\t'), rest @ ..]) = text.strip_prefix(b"sep=") {
            let line_end = match rest {
                [b'\r', b'\n', ..] => 2,
                [b'\r' | b'\n', ..] => 1,
                _ => 0,
            };
            // Without a line end it is a heading row that happens to begin in this way.
            if line_end > 0 {
                return Dialect { delimiter: *delimiter, skip: skip + 5 + line_end, lines: 1 };
            }
        }
        Dialect { delimiter: most_frequent_delimiter(text), skip, lines: 0 }
    }
}

/// The delimiter that occurs most often outside of quotes on the first line that has any; a comma if two
/// occur equally often.
fn most_frequent_delimiter(text: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in text {
        match byte {
            b'"' => quoted = !quoted,
            // A heading may contain the other delimiters, such as `"Name; first and last"`.
            _ if quoted => {}
            // Lines before it may be blank.
            b'\n' | b'\r' if counts.iter().any(|count| *count > 0) => break,
            _ => {
                for (count, delimiter) in counts.iter_mut().zip(DELIMITERS) {
                    *count += usize::from(*byte == delimiter);
                }
            }
        }
    }
    let most = counts.into_iter().max().unwrap_or_default();
    let mut candidates = (0..counts.len()).filter(|at| counts[*at] == most);
    match (candidates.next(), candidates.next()) {
        (Some(at), None) => DELIMITERS[at],
        _ => b',',
    }
}
