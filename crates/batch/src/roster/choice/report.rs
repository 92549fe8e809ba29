//! What is said about the rows that were chosen, left out, or could not be decided.

use std::fmt::Write as _;

use super::rules::{Choice, Rule, RuleKind, unclear};
use super::tally::{ChoiceTally, ColumnTally, LONGEST, Value, Values};
use super::words::Standing;
use crate::problem::Problem;
use crate::remark::Remark;
use crate::suggestion::{nearest, quoted, toml_string};

/// How many values a message names.
const SHOWN: usize = 8;

/// How many different statuses are reported one by one. More are no statuses, but something else.
pub(crate) const MOST_STATUSES: usize = 10;

/// The most values, and octets of them, of a line to paste.
const MOST_TO_PASTE: (usize, usize) = (20, 400);

impl ChoiceTally {
    /// Each status that says neither, with its lines and what to write into `meeting.toml`.
    pub(crate) fn problems(&self, choice: &Choice, file: &str) -> Vec<Problem> {
        let has_where = choice.rules.iter().any(|rule| matches!(rule.kind, RuleKind::Where(_)));
        let rules = choice.rules.iter().zip(&self.columns);
        rules.flat_map(|(rule, column)| unclear_statuses(rule, column, file, has_where)).collect()
    }

    /// The problem that no row is left.
    pub(crate) fn nobody_left(&self, choice: &Choice, file: &str) -> Problem {
        let rules = || choice.rules.iter().zip(&self.columns);
        let reasons: Vec<String> = rules()
            .filter(|(_, column)| column.left_out.rows() > 0)
            .map(|(rule, column)| {
                format!("{}: {}", quoted(&rule.heading), counts(&column.left_out))
            })
            .collect();
        let hints: Vec<String> = rules()
            .filter(|(_, column)| column.left_out.rows() > 0)
            .map(|(rule, _)| match rule.kind {
                RuleKind::Where(_) => "correct `where` under [roster]".to_owned(),
                RuleKind::Status | RuleKind::Absence => ignore(rule),
            })
            .collect();
        let message = format!("every row is left out ({})", reasons.join("; "));
        let mut hints = hints;
        hints.dedup();
        Problem::of_file("empty-roster", file, message).hint(hints.join("; "))
    }

    /// What was left out, and values of `where` that no row has.
    pub(crate) fn remarks(&self, choice: &Choice) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for (rule, column) in choice.rules.iter().zip(&self.columns) {
            if let RuleKind::Where(wanted) = &rule.kind {
                let found = wanted.iter().zip(&column.found);
                let missing = found.filter(|(_, found)| !**found).map(|(value, _)| value);
                remarks.extend(
                    missing.take(SHOWN).map(|value| no_such_value(rule, &value.written, column)),
                );
            }
            remarks.extend(left_out(rule, column));
        }
        remarks
    }
}

fn left_out(rule: &Rule, column: &ColumnTally) -> Option<Remark> {
    let rows = match column.left_out.rows() {
        0 => return None,
        1 => "1 row is".to_owned(),
        rows => format!("{rows} rows are"),
    };
    let heading = quoted(&rule.heading);
    let counts = counts(&column.left_out);
    Some(match rule.kind {
        RuleKind::Where(_) => Remark::note(
            "left-out",
            format!("{rows} left out by `where`, column {heading}: {counts}"),
        ),
        RuleKind::Status | RuleKind::Absence => {
            let message = format!("{rows} left out because of the column {heading}: {counts}");
            Remark::note("left-out", message).hint(ignore(rule))
        }
    })
}

fn no_such_value(rule: &Rule, value: &str, column: &ColumnTally) -> Remark {
    let message =
        format!("`where`: no row has {} in the column {}", cell(value), quoted(&rule.heading));
    let values = column.all.by_count();
    let near = nearest(value, values.iter().map(|value| value.shown.as_str()));
    let hint = match near {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => format!("its cells are: {}", counts(&column.all)),
    };
    Remark::warning("no-such-value", message).hint(hint)
}

fn unclear_statuses(
    rule: &Rule,
    column: &ColumnTally,
    file: &str,
    has_where: bool,
) -> Vec<Problem> {
    let values = column.unclear.by_line();
    let Some(first) = values.first() else { return Vec::new() };
    let hint = hint(rule, column, has_where);
    let problem = |message: String, line: u64| {
        let problem = Problem::of_file("unclear-status", file, message);
        problem.at(line).in_column(rule.heading.as_str()).hint(hint.as_str())
    };
    if values.len() > MOST_STATUSES || column.unclear.more > 0 {
        let message = format!("the cells do not say who takes part: {}", counts(&column.unclear));
        return vec![problem(message, first.lines[0])];
    }
    let one = |value: &&Value| problem(unclear(&value.shown) + &further(value), value.lines[0]);
    let mut problems: Vec<Problem> = values.iter().map(one).collect();
    // One hint is enough: its lines decide about all of them.
    problems.iter_mut().skip(1).for_each(|problem| problem.hint = None);
    problems
}

/// The other lines of a value: " (lines 4, 9 and 3 more)".
pub(crate) fn further(value: &Value) -> String {
    if value.count < 2 {
        return String::new();
    }
    let mut words: Vec<String> = value.lines.iter().map(ToString::to_string).collect();
    let more = value.count - value.lines.len();
    let last = if more > 0 { format!("{more} more") } else { words.pop().unwrap_or_default() };
    format!(" (lines {} and {last})", words.join(", "))
}

/// The lines to paste: one that switches the column off, and one that says which statuses count.
fn hint(rule: &Rule, column: &ColumnTally, has_where: bool) -> String {
    let mut hint = ignore(rule);
    // Of a column of who stays away, only what says that somebody does not.
    let counts = |standing| match rule.kind {
        RuleKind::Absence => standing == Standing::TakesPart,
        _ => standing != Standing::StaysAway,
    };
    let kept = column.all.by_count();
    let kept: Vec<String> = kept
        .into_iter()
        .filter(|value| counts(value.standing))
        .map(|value| toml_string(&value.shown))
        .collect();
    let (most, octets) = MOST_TO_PASTE;
    let length: usize = kept.iter().map(String::len).sum();
    let is_whole = kept.iter().all(|value| value.len() < LONGEST);
    // Of dates of absence, there may be any number.
    let is_counted = column.all.more == 0 || matches!(rule.kind, RuleKind::Absence);
    // Every value has to be in the line: what is not named there is left out.
    if !kept.is_empty() && kept.len() <= most && length <= octets && is_whole && is_counted {
        let condition = format!("{} = [{}]", toml_string(&rule.heading), kept.join(", "));
        // One value leaves nothing to take away.
        let without = if kept.len() > 1 { ", without the values that you do not want" } else { "" };
        // A second `where` would be an error.
        let line = if has_where {
            format!("into `where`: {condition}")
        } else {
            format!("where = {{ {condition} }}")
        };
        let _ = write!(hint, "; to use only some rows, write instead{without}: {line}");
    }
    hint
}

fn ignore(rule: &Rule) -> String {
    format!(
        "to use every row whatever this column says, write under [roster]: ignore = [{}]",
        toml_string(&rule.heading)
    )
}

/// "12 `declined`, 3 `waitlisted` and 4 others".
pub(crate) fn counts(values: &Values) -> String {
    let all = values.by_count();
    let shown: Vec<String> = all
        .iter()
        .take(SHOWN)
        .map(|value| format!("{} {}", value.count, cell(&value.shown)))
        .collect();
    let rest: usize = all.iter().skip(SHOWN).map(|value| value.count).sum::<usize>() + values.more;
    let rest = if rest > 0 { format!(" and {rest} with other values") } else { String::new() };
    shown.join(", ") + &rest
}

/// A cell in a list.
fn cell(value: &str) -> String {
    if value.is_empty() { "empty".to_owned() } else { quoted(value) }
}
