//! Rows below the headings that are no people: repeated headings, sections, totals, a second table.

use std::collections::HashSet;

use super::super::address::looks_like_address;
use super::super::field::Field;
use super::super::headings::{HeadingKind, fold, guesses};
use super::super::name_form::could_be_name;
use super::super::sample::SampleRow;
use super::outline::{Layout, has_address, is_blank_but_numbered, lines};
use crate::problem::Problem;
use crate::remark::Remark;

/// How a row of totals begins.
const TOTALS: &[&str] = &[
    "total",
    "totals",
    "sum",
    "subtotal",
    "count",
    "grandtotal",
    "summe",
    "gesamt",
    "gesamtsumme",
    "anzahl",
    "somme",
    "totale",
    "suma",
    "totaal",
    "razem",
    "celkem",
    "summa",
    "antal",
    "yhteensa",
    "toplam",
    "итого",
    "合計",
    "总计",
    "合计",
    "總計",
    "小計",
    "합계",
    "총계",
    "المجموع",
    "الاجمالي",
    "συνολο",
    "всього",
    "разом",
    "всего",
    "osszesen",
    "totalt",
    "ialt",
    "yhteensa",
    "soma",
];

/// The most lines that a remark names one by one.
const NAMED: usize = 5;

/// Looks at the rows below the headings. `is_whole` is whether these are all.
pub(super) fn look(
    layout: &mut Layout,
    rows: &[SampleRow],
    is_whole: bool,
    file: &str,
) -> Result<(), Vec<Problem>> {
    if !layout.has_headings {
        return Ok(());
    }
    let mut rows = rows;
    let mut other_title: Vec<u64> = Vec::new();
    let begins = |at: &usize| begins_other_table(layout, &rows[*at], &rows[at + 1..], is_whole);
    if let Some(at) = (0..rows.len()).find(begins) {
        end_before(layout, rows, at, is_whole, file)?;
        rows = &rows[..at];
        // The name of the other table.
        other_title = titles_above(layout, rows, rows.len()).iter().map(|row| row.number).collect();
    }
    skip_sections(layout, rows);
    layout.rows.skipped.extend(other_title);
    if is_whole {
        skip_foot(layout, rows);
    }
    Ok(())
}

/// Whether a row is the heading row of another table: other headings, one of them of addresses, and one of the rows
/// `below` has an address there.
fn begins_other_table(
    layout: &Layout,
    row: &SampleRow,
    below: &[SampleRow],
    is_whole: bool,
) -> bool {
    // First, because nearly every row has an address, and looking up words takes long.
    if has_address(row) || layout.rows.repeats_headings(row.cells.iter().map(String::as_str)) {
        return false;
    }
    // A person may prefer `email`, and be a `Host`: headings say something in every cell.
    row.filled().count() >= 2
        && row.filled().any(|(at, cell)| {
            // `To` is a heading in lists of mails, and a family name. With rows beyond these, there may be one.
            means_email(cell)
                && (!is_whole || below.iter().any(|row| looks_like_address(row.cell(at))))
        })
        && row.filled().all(|(_, cell)| !guesses(cell).is_empty() || is_wordy(cell))
        && !row.filled().any(|(at, _)| layout.rows.is_of_names(at) && could_be_person(row.cell(at)))
}

fn means_email(cell: &str) -> bool {
    guesses(cell).iter().any(|guess| guess.kind == HeadingKind::Field(Field::Email))
}

/// Whether a cell could be a heading: words, and no number or date.
fn is_wordy(cell: &str) -> bool {
    cell.chars().any(char::is_alphabetic) && !cell.contains(|c: char| c.is_ascii_digit())
}

/// Whether a cell is the name of a person rather than a heading.
fn could_be_person(cell: &str) -> bool {
    guesses(cell).is_empty() && could_be_name(cell)
}

/// Ends the list before another table, if that is about the same people.
fn end_before(
    layout: &mut Layout,
    rows: &[SampleRow],
    at: usize,
    is_whole: bool,
    file: &str,
) -> Result<(), Vec<Problem>> {
    let addresses = |rows: &[SampleRow]| -> HashSet<String> {
        let cells = rows.iter().flat_map(SampleRow::filled);
        cells
            .filter(|(_, cell)| looks_like_address(cell))
            .map(|(_, cell)| cell.to_lowercase())
            .collect()
    };
    let line = rows[at].line;
    let (above, below) = (addresses(&rows[..at]), addresses(&rows[at..]));
    // Whoever has no address cannot be compared.
    let all_have = rows[at + 1..].iter().all(|row| {
        has_address(row)
            || row.filled().count() < 2
            || layout.rows.repeats_headings(row.cells.iter().map(String::as_str))
    });
    if is_whole && all_have && !below.is_empty() && below.is_subset(&above) {
        layout.rows.end = Some(rows[at].number);
        let message = format!(
            "a second table begins on line {line}; it is not read, because it is about people of the first"
        );
        layout.remarks.push(Remark::note("second-table", message));
        return Ok(());
    }
    let message = "a second table with other headings begins here, and it has people who are not in the first";
    let hint = format!(
        "move the rows from line {line} on into a file of their own, or delete the table that is not the list"
    );
    Err(vec![Problem::of_file("second-table", file, message).at(line).hint(hint)])
}

/// Leaves out the rows between the people of one section and the repeated headings of the next.
fn skip_sections(layout: &mut Layout, rows: &[SampleRow]) {
    for (at, row) in rows.iter().enumerate() {
        if !layout.rows.repeats_headings(row.cells.iter().map(String::as_str)) {
            continue;
        }
        layout.rows.skipped.insert(row.number);
        let titles: Vec<u64> =
            titles_above(layout, rows, at).iter().map(|row| row.number).collect();
        layout.rows.skipped.extend(titles);
    }
    if !layout.rows.skipped.is_empty() {
        let is_skipped = |row: &&SampleRow| layout.rows.skipped.contains(&row.number);
        let skipped: Vec<u64> = rows.iter().filter(is_skipped).map(|row| row.line).collect();
        if !skipped.is_empty() {
            let what = if skipped.len() == 1 {
                "repeats the headings or is a title, and is not read"
            } else {
                "repeat the headings or are titles, and are not read"
            };
            let message = format!("{} {what}", listed(&skipped));
            layout.remarks.push(Remark::note("repeated-headings", message));
        }
    }
}

/// The titles right above the row at an index. With a blank row above, they are titles even if they look like names; else,
/// these are people without an address.
fn titles_above<'r>(layout: &Layout, rows: &'r [SampleRow], at: usize) -> Vec<&'r SampleRow> {
    let is_title = |row: &SampleRow| is_single(layout, row) && !has_address(row);
    let titles = rows[..at].iter().rev().take_while(|row| is_title(row)).count();
    let (above, titles) = rows[..at].split_at(at - titles);
    let is_apart = titles
        .first()
        .is_some_and(|first| above.last().is_none_or(|person| person.line + 1 < first.line));
    titles.iter().filter(|row| is_apart || !is_person(layout, row)).collect()
}

/// Leaves out totals and notes below the last person.
fn skip_foot(layout: &mut Layout, rows: &[SampleRow]) {
    let Some(last) = rows.iter().rposition(has_address) else { return };
    let foot = &rows[last + 1..];
    let is_foot = |row: &&SampleRow| {
        is_total(row) || is_single(layout, row) && is_remark(row) && !is_person(layout, row)
    };
    let foot = foot.iter();
    let filled: Vec<&SampleRow> =
        foot.filter(|row| !is_blank_but_numbered(row.cells.iter().map(String::as_str))).collect();
    // A title such as `Waiting list:` is about the people below it: that is for the user to decide.
    let last_person = filled.iter().rposition(|row| !is_foot(row)).unwrap_or_default();
    let (above, below) = filled.split_at(last_person);
    let above = above.iter().filter(|row| !row.filled().any(|(_, cell)| cell.ends_with(':')));
    let foot: Vec<&SampleRow> = above.chain(below).copied().filter(is_foot).collect();
    let (Some(first), Some(last)) = (foot.first(), foot.last()) else { return };
    let which = lines(first.line, last.line);
    let message = format!(
        "{which}, below the last person, {} not read",
        if foot.len() == 1 { "is" } else { "are" }
    );
    layout.remarks.push(Remark::note("below-list", message));
    layout.rows.skipped.extend(foot.iter().map(|row| row.number));
}

/// Whether the only cell of a row is in a column of names and could be one: a person whose address is missing.
fn is_person(layout: &Layout, row: &SampleRow) -> bool {
    row.filled()
        .all(|(at, cell)| layout.rows.is_of_names(at) && could_be_name(cell.trim_end_matches('*')))
}

fn is_total(row: &SampleRow) -> bool {
    let mut cells = row.filled();
    let first = cells.next().map(|(_, cell)| fold(cell)).unwrap_or_default();
    let first = first.trim_end_matches(|c: char| c.is_numeric());
    TOTALS.iter().any(|total| fold(total) == first)
        && cells.all(|(_, cell)| !cell.chars().any(char::is_alphabetic))
}

/// Whether the only cell of a row is a sentence or a date, and no name.
fn is_remark(row: &SampleRow) -> bool {
    row.filled().all(|(_, cell)| {
        cell.contains(|c: char| c.is_numeric() || matches!(c, ':' | '©' | '*'))
            || cell.split_whitespace().count() > 6
    })
}

/// Whether a row of a table with several columns has a single cell.
fn is_single(layout: &Layout, row: &SampleRow) -> bool {
    layout.headings.iter().filter(|heading| !heading.is_empty()).count() > 1
        && row.filled().count() == 1
}

/// "lines 3, 7 and 9", "lines 3, 7, 9, 11, 13 and 4 more".
fn listed(lines: &[u64]) -> String {
    let named: Vec<String> = lines.iter().take(NAMED).map(ToString::to_string).collect();
    let rest = lines.len().saturating_sub(NAMED);
    match (&named[..], rest) {
        ([line], 0) => format!("line {line}"),
        ([first @ .., last], 0) => format!("lines {} and {last}", first.join(", ")),
        _ => format!("lines {} and {rest} more", named.join(", ")),
    }
}
