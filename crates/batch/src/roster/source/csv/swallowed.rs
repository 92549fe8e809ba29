//! A quoted cell that is closed, but not by its own mark: it has taken a whole row in.

/// Where the mark is that opens such a cell. One of its lines has as many cells as a row, and an email address at the
/// same place as the line where the record begins. Cells with several lines are legal, such as a postal address.
/// `width` is how many cells other rows have.
pub(super) fn swallowed_row(record: &[u8], delimiter: u8, width: usize) -> Option<usize> {
    // CRLF gives empty lines in between, which are no rows.
    let mut lines = record.split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    let own_width = cells(first, delimiter).count();
    let has_address: Vec<bool> = cells(first, delimiter).map(is_like_an_address).collect();
    if !has_address.contains(&true) {
        return None;
    }
    let is_row = |line: &[u8]| {
        let count = cells(line, delimiter).count();
        (count == width || count == own_width)
            && cells(line, delimiter)
                .zip(&has_address)
                .any(|(cell, has_address)| *has_address && is_like_an_address(cell))
    };
    // The mark is the last one that opens a cell in the first line.
    lines.any(is_row).then(|| memchr::memrchr(b'"', first).unwrap_or(0))
}

/// The cells of a line, whatever its quotation marks say.
fn cells(line: &[u8], delimiter: u8) -> impl Iterator<Item = &[u8]> {
    line.split(move |byte| *byte == delimiter)
}

/// Whether a cell looks like an email address. It need not be a valid one.
pub(super) fn is_like_an_address(cell: &[u8]) -> bool {
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

    #[test]
    fn a_row_within_a_cell_is_found() {
        for (record, expected) in [
            ("ada@example.org,\"Ada\nbob@example.org,Bob\"\n", Some(16)),
            ("ada@example.org,\"Ada\r\nbob@example.org,Bob\r\n\"\r\n", Some(16)),
            ("\"Ada,ada@example.org\nBob,bob@example.org\"\n", Some(0)),
            ("ada@example.org,\"Ada\nbob@example.org\"\n", None),
            ("ada@example.org,\"1 High Street\nYork, YO1\"\n", None),
            ("ada@example.org,\"1 High Street\r\nYork, write to ada@example.org\"\r\n", None),
            ("\"Write to\nbob@example.org,x\",y\n", None),
        ] {
            assert_eq!(swallowed_row(record.as_bytes(), b',', 2), expected, "{record}");
        }
        // The line where the record begins has fewer cells than a row.
        let record = b"ada@example.org,\"Ada\nbob@example.org,Bob,host,de\n\"";
        assert_eq!(swallowed_row(record, b',', 4), Some(16));
    }

    #[test]
    fn many_addresses_in_long_lines_take_no_longer() {
        // Looked for one by one, they would take hours.
        let line = "a@b,".repeat(100_000);
        assert_eq!(swallowed_row(format!("\"{line}\n{line}\"").as_bytes(), b',', 2), Some(0));
    }
}
