//! The rules by which rows are chosen, and what they say about one row.

use std::borrow::Cow;

use meetmint_core::is_invisible;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::super::columns::{ColumnSettings, Columns};
use super::super::condition::RowCondition;
use super::super::field::Field;
use super::super::rows::Row;
use super::super::spellings::fold;
use super::headings::{is_of_absence, standing_of_absence};
use super::words::{Standing, standing};
use crate::problem::Problem;
use crate::suggestion::{quoted, suggest};

/// Which rows count.
#[derive(Debug, Default)]
pub(crate) struct Choice {
    pub(super) rules: Vec<Rule>,
}

/// What one column says about that. A row counts if all rules let it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) column: usize,
    /// The heading, for messages.
    pub(super) heading: String,
    pub(super) kind: RuleKind,
}

#[derive(Debug)]
pub(super) enum RuleKind {
    /// `where`: the cell has to be one of these.
    Where(Vec<Wanted>),
    /// The words of a status column decide.
    Status,
    /// The column says who stays away: `Cancelled`, `Absent`.
    Absence,
}

/// A value of `where`.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) written: String,
    pub(super) comparable: String,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict<'b> {
    /// It counts.
    Counts,
    /// It is left out, as if it were not in the roster.
    LeftOut(Decider<'b>),
    /// Its status says neither.
    Unclear(Decider<'b>),
}

/// The cell that decides about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decider<'b> {
    /// The index of the rule.
    pub(super) rule: usize,
    pub(super) cell: &'b str,
}

impl Choice {
    /// Finds the columns that decide. `is_filled` is whether a column has anything in it: a status column without any
    /// status decides nothing. `file` and `line` are those of the headings.
    ///
    /// # Errors
    /// Each heading under `where` that no column has, or two.
    pub(crate) fn new(
        columns: &Columns,
        conditions: &[RowCondition],
        settings: &ColumnSettings,
        is_filled: impl FnOnce(&[usize]) -> Result<Vec<usize>, Problem>,
        (file, line): (&str, u64),
    ) -> Result<Choice, Vec<Problem>> {
        let mut rules = Vec::new();
        let mut problems = Vec::new();
        for condition in conditions {
            match column(columns, &condition.heading) {
                Ok(column) => {
                    let values = condition.values.iter().map(|value| Wanted {
                        written: value.clone(),
                        comparable: comparable(value).into_owned(),
                    });
                    let heading = columns.all()[column].heading.clone();
                    rules.push(Rule { column, heading, kind: RuleKind::Where(values.collect()) });
                }
                Err((message, hint)) => problems.push(match &condition.place {
                    Some((file, line)) => {
                        Problem::of_file("no-such-column", file, message).at(*line).hint(hint)
                    }
                    None => Problem::of_file("no-such-column", file, message).at(line).hint(hint),
                }),
            }
        }
        let is_ignored = |heading: &str| {
            let heading = fold(heading);
            settings.ignore.iter().any(|ignored| fold(ignored) == heading)
        };
        // The user's own choice by the same column says more than the words that are known.
        let status = columns.of(Field::Status).iter().copied().filter(|at| {
            rules.iter().all(|rule| rule.column != *at) && !is_ignored(&columns.all()[*at].heading)
        });
        let status: Vec<usize> = status.collect();
        if problems.is_empty() && !status.is_empty() {
            match is_filled(&status) {
                Ok(filled) => rules.extend(filled.into_iter().map(|column| {
                    let heading = columns.all()[column].heading.clone();
                    let is_absence = is_of_absence(&heading);
                    let kind = if is_absence { RuleKind::Absence } else { RuleKind::Status };
                    Rule { column, heading, kind }
                })),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Choice { rules }) } else { Err(problems) }
    }

    /// Whether every row counts.
    pub(crate) fn is_idle(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a column decides.
    pub(crate) fn decides_by(&self, column: usize) -> bool {
        self.rules.iter().any(|rule| rule.column == column)
    }

    /// What becomes of a row whose cells are in their columns.
    pub(crate) fn verdict<'b>(&self, row: Row<'b>) -> Verdict<'b> {
        let mut unclear = None;
        let marks = row.marks();
        for (at, rule) in self.rules.iter().enumerate() {
            // Its text is not known, so nobody is left out because of it: the row is a problem, unless another column
            // leaves it out.
            if marks.iter().any(|mark| mark.column == rule.column) {
                continue;
            }
            let cell = row.cell(rule.column);
            let decider = Decider { rule: at, cell };
            match rule.of(cell) {
                Standing::TakesPart => {}
                Standing::StaysAway => return Verdict::LeftOut(decider),
                Standing::Undecided => {
                    unclear.get_or_insert(decider);
                }
            }
        }
        // A row that another column leaves out needs no decision here.
        unclear.map_or(Verdict::Counts, Verdict::Unclear)
    }

    /// Whether what leaves a row out is a status, and not `where`.
    pub(crate) fn is_status(&self, decider: Decider<'_>) -> bool {
        !matches!(self.rules[decider.rule].kind, RuleKind::Where(_))
    }

    /// The heading and the cell that decide about a row.
    pub(crate) fn reason<'c>(&'c self, decider: Decider<'c>) -> (&'c str, &'c str) {
        let Decider { rule, cell } = decider;
        (&self.rules[rule].heading, cell.trim())
    }

    /// A status that says neither yes nor no, in the words of a single row.
    pub(crate) fn unclear(&self, decider: Decider<'_>, file: &str, line: u64) -> Problem {
        let rule = &self.rules[decider.rule];
        let problem = Problem::of_file("unclear-status", file, unclear(decider.cell.trim()));
        problem.at(line).in_column(rule.heading.as_str())
    }
}

impl Rule {
    pub(super) fn of(&self, cell: &str) -> Standing {
        match &self.kind {
            RuleKind::Where(values) => {
                let cell = comparable(cell);
                let is_wanted = values.iter().any(|value| value.comparable == *cell);
                if is_wanted { Standing::TakesPart } else { Standing::StaysAway }
            }
            // What is no status decides nothing, and neither does an empty cell.
            RuleKind::Status => standing(cell).unwrap_or(Standing::Undecided),
            RuleKind::Absence => standing_of_absence(cell),
        }
    }
}

/// The index of a column by its heading: the very heading, or else without regard to case, spaces and punctuation.
fn column(columns: &Columns, heading: &str) -> Result<usize, (String, String)> {
    let headings = || columns.all().iter().map(|column| column.heading.as_str());
    let found = |is_it: &dyn Fn(&str) -> bool| -> Vec<usize> {
        let all = headings().enumerate();
        all.filter(|(_, heading)| is_it(heading)).map(|(at, _)| at).collect()
    };
    let mut all = found(&|known| known.trim() == heading.trim());
    let folded = fold(heading);
    if all.is_empty() && !folded.is_empty() {
        all = found(&|known| fold(known) == folded);
    }
    match all.as_slice() {
        [at] => Ok(*at),
        [] => Err((
            format!("`where` names the column {}, which the roster does not have", quoted(heading)),
            suggest(heading, headings().filter(|heading| !heading.is_empty()), "the headings are"),
        )),
        _ => Err((
            format!("`where` names the column {}, and there are {}", quoted(heading), all.len()),
            "give each of these columns a heading of its own".to_owned(),
        )),
    }
}

/// A cell as `where` compares it: without regard to case, to spaces around it and how many are in it, and to characters
/// that cannot be seen.
pub(super) fn comparable(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim();
    let is_plain = |c: char| c.is_ascii_graphic() && !c.is_ascii_uppercase();
    if cell.chars().all(is_plain) {
        return Cow::Borrowed(cell);
    }
    let visible: String = cell.chars().filter(|c| !is_invisible(*c)).collect();
    let mut words = String::with_capacity(visible.len());
    for word in visible.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&word.to_lowercase());
    }
    // Files from a Mac may have accents apart from their letters.
    Cow::Owned(if is_nfc(&words) { words } else { words.nfc().collect() })
}

/// What is wrong with a status, after the heading.
pub(super) fn unclear(cell: &str) -> String {
    if cell.is_empty() {
        "the cell is empty, so it is not clear whether this person takes part".to_owned()
    } else {
        format!("{} does not say whether this person takes part", quoted(cell))
    }
}
