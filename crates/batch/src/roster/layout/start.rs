//! Where the headings are, and where the people begin.

use super::super::address::looks_like_address;
use super::super::field::Field;
use super::super::headings::{HeadingKind, Whose, fold, guesses};
use super::super::name_form::is_whole_name;
use super::super::sample::SampleRow;
use super::outline::{has_address, lines};
use crate::problem::Problem;
use crate::remark::Remark;
use crate::suggestion::quoted;

/// How many rows may stand above the headings.
const MOST_ABOVE: usize = 200;

/// In how many rows below a heading an address is looked for.
const LOOKED_AT: usize = 50;

/// How many further heading rows there can be: Qualtrics writes three.
const MOST_HEADING_ROWS: usize = 3;

/// Words that stand under a question in the second heading row of a survey, where the question has no parts.
const GENERIC: [&str; 4] = ["response", "openendedresponse", "antwort", "reponse"];

/// Where the headings are, and where the people begin.
pub(super) struct Start {
    pub(super) headings: Vec<String>,
    pub(super) line: u64,
    pub(super) has_headings: bool,
    /// The index of the first row that may be a person's.
    pub(super) people: usize,
    pub(super) remarks: Vec<Remark>,
}

/// Finds the headings. `wanted` is their line as the user says, or 0 if there are none.
pub(super) fn find(
    rows: &[SampleRow],
    wanted: Option<u64>,
    file: &str,
) -> Result<Start, Vec<Problem>> {
    let Some(first) = rows.first() else {
        let problem = Problem::of_file("empty-roster", file, "the roster is empty");
        let hint = "write a heading row such as `email,name,role`, and one row for each person";
        return Err(vec![problem.hint(hint)]);
    };
    let at = match wanted {
        Some(0) => None,
        Some(line) => match rows.iter().position(|row| row.line == line) {
            // The person on this line would get no link.
            Some(at) if has_address(&rows[at]) => {
                return Err(vec![person_as_headings(&rows[at], file)]);
            }
            Some(at) => Some(at),
            None => return Err(vec![no_such_row(rows, line, file)]),
        },
        None => heading_row(rows),
    };
    let Some(at) = at else {
        let mut remarks = Vec::new();
        if wanted.is_none() {
            let message = format!("the list has no heading row: line {} is a person", first.line);
            let hint =
                "if the headings are on another line, write it under [roster]: header_row = …";
            remarks.push(Remark::note("no-headings", message).hint(hint));
        }
        return Ok(Start {
            headings: letters(rows),
            line: first.line,
            has_headings: false,
            people: 0,
            remarks,
        });
    };
    Ok(with_headings(rows, at, wanted.is_some()))
}

fn with_headings(rows: &[SampleRow], at: usize, is_wanted: bool) -> Start {
    let heading = &rows[at];
    let mut headings = heading.cells.clone();
    let mut above = at;
    // The rows above a row of parts hold the questions.
    if at > 0 && !is_wanted && rows[at - 1].filled().count() >= 2 && adjoins(rows, at - 1) {
        above = at - 1;
        join(&mut headings, &rows[at - 1]);
    }
    let mut people = at + 1;
    while people < rows.len()
        && people < at + MOST_HEADING_ROWS
        && is_further_heading_row(&headings, &rows[people])
    {
        people += 1;
    }
    let mut remarks = Vec::new();
    if above > 0 {
        let above = lines(rows[0].line, rows[above - 1].line);
        let message = format!("{above}, above the headings on line {}, is not read", heading.line);
        let message = if above.starts_with("lines") {
            message.replace(" is not", " are not")
        } else {
            message
        };
        let hint = "if the headings are on another line, write it under [roster]: header_row = …";
        // Only if the user names the line of the headings.
        let has_people = rows[..at].iter().any(has_address);
        let remark = if has_people { Remark::warning } else { Remark::note };
        remarks.push(remark("above-headings", message).hint(hint));
    }
    Start { headings, line: heading.line, has_headings: true, people, remarks }
}

/// Whether a row is right above the next one, without a blank line between.
fn adjoins(rows: &[SampleRow], at: usize) -> bool {
    rows[at].line + 1 == rows[at + 1].line
}

/// Completes a row of headings from the row above: where it is empty, or says no more than `Response`.
fn join(headings: &mut Vec<String>, above: &SampleRow) {
    if above.cells.len() > headings.len() {
        headings.resize(above.cells.len(), String::new());
    }
    for (at, heading) in headings.iter_mut().enumerate() {
        let is_generic = heading.is_empty() || GENERIC.contains(&fold(heading).as_str());
        if is_generic && !above.cell(at).is_empty() {
            above.cell(at).clone_into(heading);
        }
    }
}

/// The index of the heading row; `None` if the first row is a person.
fn heading_row(rows: &[SampleRow]) -> Option<usize> {
    let widest = rows.iter().map(|row| row.filled().count()).max().unwrap_or_default();
    let first_address = rows.iter().position(|row| has_address(row) && !is_note(row, widest));
    // `E-mail (questions: office@example.org)` is a heading.
    let says_more = |cell: &str| {
        let words = cell.split([' ', '(', ')', ':', ',', ';']).filter(|word| !word.contains('@'));
        !guesses(&words.collect::<Vec<_>>().join(" ")).is_empty()
    };
    let is_heading = |row: &SampleRow| {
        let mut filled = row.filled();
        filled.clone().any(|(_, cell)| looks_like_address(cell) && says_more(cell))
            && filled.all(|(_, cell)| !guesses(cell).is_empty() || says_more(cell))
    };
    if first_address == Some(0) {
        return if is_heading(&rows[0]) { Some(0) } else { None };
    }
    let candidates = &rows[..first_address.unwrap_or(rows.len()).min(MOST_ABOVE)];
    let is_confirmed = |at: &usize| {
        let below = &rows[at + 1..rows.len().min(at + 1 + LOOKED_AT)];
        rows[*at].filled().any(|(column, cell)| {
            is_of(cell, |kind| kind == HeadingKind::Field(Field::Email))
                && below.iter().any(|row| looks_like_address(row.cell(column)))
        })
    };
    // `Contact` may be a title above the headings, and `Email` may not.
    let says_so = |at: &usize| {
        candidates[*at].filled().any(|(_, cell)| {
            guesses(cell).iter().any(|guess| {
                guess.kind == HeadingKind::Field(Field::Email)
                    && matches!(guess.whose, Whose::Own | Whose::Plain)
            })
        })
    };
    let confirmed: Vec<usize> = (0..candidates.len()).filter(is_confirmed).collect();
    if let Some(at) = confirmed.iter().find(|at| says_so(at)).or(confirmed.first()) {
        return Some(*at);
    }
    // No heading says that it is of addresses. Where there are some, the headings are the row with most cells above them;
    // in a list of names, the first row that says what its columns are.
    let known =
        |row: &SampleRow| row.filled().filter(|(_, cell)| !guesses(cell).is_empty()).count();
    let names = |row: &SampleRow| row.filled().any(|(_, cell)| is_of(cell, is_of_names));
    if first_address.is_none() {
        let at = (0..candidates.len()).find(|at| {
            let row = &candidates[*at];
            names(row) && known(row) >= 2.min(row.filled().count())
        });
        // A single cell above a wider table is a title.
        let is_title = candidates.first().is_some_and(|row| row.filled().count() == 1);
        let is_widest = |row: &SampleRow| row.filled().count() == widest;
        let below = || candidates.iter().position(is_widest).filter(|_| is_title);
        return Some(at.or_else(below).unwrap_or(0));
    }
    let most = candidates.iter().map(|row| row.filled().count()).max();
    candidates.iter().position(|row| Some(row.filled().count()) == most)
}

/// Whether a row is a note such as `Questions: office@example.org`, in a table with more columns.
fn is_note(row: &SampleRow, widest: usize) -> bool {
    let mut filled = row.filled();
    let only = filled.next().filter(|_| filled.next().is_none());
    let is_name = |cell: &str| {
        let words: Vec<&str> = cell.split_whitespace().filter(|word| !word.contains('@')).collect();
        is_whole_name(&words.join(" "))
    };
    widest > 1
        && only.is_some_and(|(_, cell)| {
            cell.contains([' ', ':']) && !cell.contains(['<', '(']) && !is_name(cell)
        })
}

/// Whether a row below the headings is another row of headings: it has no address, but says again what the columns are, or
/// holds the ids of questions.
fn is_further_heading_row(headings: &[String], row: &SampleRow) -> bool {
    let is_import_id = |cell: &str| cell.starts_with("{\"ImportId\"");
    let says_again = |(at, cell): (usize, &str)| {
        headings.get(at).is_some_and(|heading| is_of_addresses(heading))
            && (is_of_addresses(cell) || GENERIC.contains(&fold(cell).as_str()))
    };
    // With other headings, it is the beginning of another table.
    let contradicts = |(at, cell): (usize, &str)| {
        let above = headings.get(at).map(|heading| guesses(heading)).unwrap_or_default();
        let here = guesses(cell);
        let is_of_other_column = || {
            let cell = fold(cell);
            headings.iter().enumerate().any(|(other, heading)| other != at && fold(heading) == cell)
        };
        !above.is_empty()
            && !here.is_empty()
            && !here.iter().any(|guess| above.iter().any(|other| other.kind == guess.kind))
            || headings.get(at).is_some_and(|heading| fold(heading) != fold(cell))
                && is_of_other_column()
    };
    !has_address(row)
        && (row.filled().any(|(_, cell)| is_import_id(cell))
            || row.filled().any(says_again) && !row.filled().any(contradicts))
}

fn is_of_addresses(heading: &str) -> bool {
    is_of(heading, |kind| kind == HeadingKind::Field(Field::Email))
}

fn is_of_names(kind: HeadingKind) -> bool {
    matches!(kind, HeadingKind::Field(Field::Name | Field::FirstName | Field::LastName))
}

/// Whether a heading may be of a kind, and of the person's own.
fn is_of(heading: &str, kind: impl Fn(HeadingKind) -> bool) -> bool {
    guesses(heading).iter().any(|guess| kind(guess.kind) && guess.whose != Whose::Other)
}

/// The letters of the columns, as spreadsheet programs write them.
fn letters(rows: &[SampleRow]) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    (0..columns).map(letter).collect()
}

/// The letters of a column by its index from 0: `A`, `Z`, `AA`.
pub(in super::super) fn letter(at: usize) -> String {
    let last = char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[at % 26]);
    if at < 26 { last.to_string() } else { letter(at / 26 - 1) + &last.to_string() }
}

fn person_as_headings(row: &SampleRow, file: &str) -> Problem {
    let line = row.line;
    let address = row.filled().find(|(_, cell)| looks_like_address(cell));
    let message = format!(
        "`header_row` says line {line}, but that line has an address: {}",
        quoted(address.map_or("", |(_, cell)| cell))
    );
    Problem::of_file("person-as-headings", file, message).at(line).hint(
        "write the line of the headings under [roster], or header_row = 0 if the list has none; if these are the headings, delete the address",
    )
}

fn no_such_row(rows: &[SampleRow], line: u64, file: &str) -> Problem {
    let message = format!("`header_row` says line {line}, but there is nothing on that line");
    let hint = format!(
        "write the line of the heading row, or 0 if there is none; the first line with something on it is {}",
        rows.first().map_or(1, |row| row.line)
    );
    Problem::of_file("no-such-row", file, message).at(line).hint(hint)
}
