//! Names of cells, such as `C7`.

use super::super::super::rows::CellRange;

/// The name of a cell by its row, counted from 1, and its column, counted from 0.
pub(crate) fn cell_name(row: u64, column: usize) -> String {
    format!("{}{row}", column_name(column))
}

/// The name of a range, such as `B3:B5`.
pub(crate) fn range_name(range: &CellRange) -> String {
    let first = cell_name(range.first_row, range.first_column);
    format!("{first}:{}", cell_name(range.last_row, range.last_column))
}

fn column_name(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        if column < 26 {
            return letters.into_iter().rev().collect();
        }
        column = column / 26 - 1;
    }
}

/// Row and column of a name such as `C7` or `$C$7`.
pub(super) fn parse_cell(name: &str) -> Option<(u64, usize)> {
    let name = name.strip_prefix('$').unwrap_or(name);
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, row) = name.split_at(letters);
    // `XFD` is the last column.
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters
        .bytes()
        .fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = row.strip_prefix('$').unwrap_or(row);
    let is_number = row.bytes().all(|octet| octet.is_ascii_digit());
    let row = row.parse().ok().filter(|row| is_number && *row > 0)?;
    Some((row, column - 1))
}

/// The range that a name such as `B3:B5` or `B3` means.
pub(super) fn parse_range(name: &str) -> Option<CellRange> {
    let (first, last) = name.split_once(':').unwrap_or((name, name));
    let (first_row, first_column) = parse_cell(first)?;
    let (last_row, last_column) = parse_cell(last)?;
    let is_ordered = first_row <= last_row && first_column <= last_column;
    is_ordered.then_some(CellRange { first_row, last_row, first_column, last_column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_places_agree() {
        for (name, row, column) in [
            ("A1", 1, 0),
            ("Z9", 9, 25),
            ("AA10", 10, 26),
            ("ZZ1", 1, 701),
            ("AAA1", 1, 702),
            ("XFD1048576", 1_048_576, 16_383),
        ] {
            assert_eq!(cell_name(row, column), name);
            assert_eq!(parse_cell(name), Some((row, column)));
        }
        assert_eq!(parse_cell("$C$7"), Some((7, 2)));
        for bad in ["", "7", "A", "A0", "AAAA1", "A-1", "A+1", "A1B", "A99999999999999999999"] {
            assert_eq!(parse_cell(bad), None, "{bad}");
        }
        assert_eq!(parse_range("B3:B5").map(|range| range_name(&range)), Some("B3:B5".to_owned()));
        assert_eq!(parse_range("B3").map(|range| range.last_row), Some(3));
        assert_eq!(parse_range("B5:B3"), None);
    }
}
