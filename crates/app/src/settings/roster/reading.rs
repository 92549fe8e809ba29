//! How the file of a roster is read, where `[roster]` overrides what is recognized.

use meetmint_batch::{HiddenRows, Reading, Rejection};

use super::super::table::Table;

/// Reads `encoding`, `delimiter`, `header_row`, `sheet` and `hidden_rows`.
pub(super) fn read(table: &Table<'_>) -> Reading {
    let delimiter = table.parsed(table.string("delimiter"), "bad-value", delimiter);
    let hidden_rows = table.parsed(table.string("hidden_rows"), "bad-value", |text| match text {
        "keep" => Ok(HiddenRows::Keep),
        "skip" => Ok(HiddenRows::Skip),
        _ => Err(Rejection::new(
            "expected `keep` or `skip`",
            "write `keep` if hidden rows count like all others, or `skip` to leave them out",
        )),
    });
    let header_row = table.integer("header_row").and_then(|line| {
        let row = u64::try_from(line.value).ok();
        if row.is_none() {
            table.report(
                "bad-value",
                line.offset,
                "`header_row` must not be negative".to_owned(),
                "write the line of the heading row, or 0 if there is none".to_owned(),
            );
        }
        row
    });
    Reading {
        encoding: table.string("encoding").map(|label| label.value),
        delimiter,
        header_row,
        sheet: table.string("sheet").map(|name| name.value),
        hidden_rows,
    }
}

/// What separates cells: one character, or a word for it.
fn delimiter(text: &str) -> Result<u8, Rejection> {
    match text {
        "tab" => Ok(b'\t'),
        "comma" => Ok(b','),
        "semicolon" => Ok(b';'),
        _ => match text.as_bytes() {
            [byte @ (b',' | b';' | b'\t' | b'|')] => Ok(*byte),
            _ => Err(Rejection::new(
                "expected `,`, `;`, `|` or `tab`",
                "write the character that separates the cells of a row",
            )),
        },
    }
}
