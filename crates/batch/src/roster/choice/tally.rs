//! Counts what the deciding columns hold, in memory that does not grow with the roster.

use std::collections::HashMap;

use meetmint_core::is_invisible;

use super::rules::{Choice, Decider, RuleKind, Verdict, comparable};
use super::words::Standing;
use crate::roster::rows::Row;

/// How many different values of a column are counted one by one: a column of status or class has a few.
const MOST_VALUES: usize = 1000;

/// How many lines of a value are kept.
const MOST_LINES: usize = 3;

/// The longest value that is compared, in octets. What agrees up to there is counted together.
pub(super) const LONGEST: usize = 200;

/// What the deciding columns hold, and how many rows they leave out.
#[derive(Debug, Default)]
pub(crate) struct ChoiceTally {
    /// How many rows are left out.
    pub(super) left_out: usize,
    /// For each rule; empty as long as no row was added.
    pub(super) columns: Vec<ColumnTally>,
}

/// What one of them holds.
#[derive(Debug, Default)]
pub(super) struct ColumnTally {
    /// In all rows.
    pub(super) all: Values,
    /// In rows that this column leaves out.
    pub(super) left_out: Values,
    /// In rows whose status says neither.
    pub(super) unclear: Values,
    /// For each value of `where`, whether any row has it.
    pub(super) found: Vec<bool>,
}

/// Different values and their counts.
#[derive(Debug, Default)]
pub(crate) struct Values {
    values: HashMap<String, Value>,
    /// How many rows have further values.
    pub(crate) more: usize,
}

/// A value and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Value {
    /// As the first row has it.
    pub(crate) shown: String,
    pub(crate) count: usize,
    /// The lines of the first rows.
    pub(crate) lines: Vec<u64>,
    pub(super) standing: Standing,
}

impl ChoiceTally {
    /// How many rows are left out.
    pub(crate) fn left_out(&self) -> usize {
        self.left_out
    }

    /// Adds a row.
    pub(crate) fn add(&mut self, choice: &Choice, row: Row<'_>, verdict: Verdict<'_>) {
        if self.columns.is_empty() {
            self.columns.resize_with(choice.rules.len(), ColumnTally::default);
        }
        let line = row.line();
        for (rule, column) in choice.rules.iter().zip(&mut self.columns) {
            let cell = row.cell(rule.column);
            let standing = rule.of(cell);
            if let RuleKind::Where(wanted) = &rule.kind {
                column.found.resize(wanted.len(), false);
                if standing == Standing::TakesPart {
                    let cell = comparable(cell);
                    for (found, value) in column.found.iter_mut().zip(wanted) {
                        *found |= value.comparable == *cell;
                    }
                }
            }
            column.all.add(cell, line, standing);
        }
        match verdict {
            Verdict::Counts => {}
            Verdict::LeftOut(Decider { rule, cell }) => {
                self.left_out += 1;
                self.columns[rule].left_out.add(cell, line, Standing::StaysAway);
            }
            Verdict::Unclear(Decider { rule, cell }) => {
                self.columns[rule].unclear.add(cell, line, Standing::Undecided);
            }
        }
    }

    /// Adds the rows after these.
    pub(crate) fn merge(&mut self, after: ChoiceTally) {
        self.left_out += after.left_out;
        if self.columns.is_empty() {
            self.columns = after.columns;
            return;
        }
        for (column, after) in self.columns.iter_mut().zip(after.columns) {
            column.all.merge(after.all);
            column.left_out.merge(after.left_out);
            column.unclear.merge(after.unclear);
            column.found.resize(after.found.len().max(column.found.len()), false);
            for (found, after) in column.found.iter_mut().zip(after.found) {
                *found |= after;
            }
        }
    }
}

impl Values {
    /// Counts a cell.
    pub(crate) fn add(&mut self, cell: &str, line: u64, standing: Standing) {
        // A cell may be as large as the file.
        let end = cell.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST);
        let cell = end.map_or(cell, |end| &cell[..end]).trim();
        let value = || Value {
            shown: cell.chars().filter(|c| !is_invisible(*c)).collect(),
            count: 1,
            lines: vec![line],
            standing,
        };
        let key = comparable(cell);
        let has_room = self.values.len() < MOST_VALUES;
        match self.values.get_mut(key.as_ref()) {
            Some(known) => known.add(1, &[line]),
            None if has_room => {
                self.values.insert(key.into_owned(), value());
            }
            None => self.more += 1,
        }
    }

    /// Adds the cells of the rows after these.
    pub(crate) fn merge(&mut self, after: Values) {
        self.more += after.more;
        let mut values: Vec<_> = after.values.into_iter().collect();
        // In order, so that the same values are counted one by one each time.
        values.sort_by(|(_, a), (_, b)| a.lines.cmp(&b.lines));
        for (key, value) in values {
            let has_room = self.values.len() < MOST_VALUES;
            match self.values.get_mut(&key) {
                Some(known) => known.add(value.count, &value.lines),
                None if has_room => {
                    self.values.insert(key, value);
                }
                None => self.more += value.count,
            }
        }
    }

    /// The values, those of most rows first.
    pub(crate) fn by_count(&self) -> Vec<&Value> {
        let mut values: Vec<&Value> = self.values.values().collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.lines.cmp(&b.lines)));
        values
    }

    /// The values in the order in which the roster has them.
    pub(crate) fn by_line(&self) -> Vec<&Value> {
        let mut values: Vec<&Value> = self.values.values().collect();
        values.sort_by(|a, b| a.lines.cmp(&b.lines));
        values
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.values.values().map(|value| value.count).sum::<usize>() + self.more
    }
}

impl Value {
    fn add(&mut self, count: usize, lines: &[u64]) {
        self.count += count;
        let room = MOST_LINES.saturating_sub(self.lines.len());
        self.lines.extend(lines.iter().take(room));
    }
}
