//! What each column of a roster was taken for, as `check` and `init` report it.

use meetmint_batch::{Column, Meaning};
use serde::Serialize;

/// A column of the roster, and what it was taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ColumnReport {
    /// The heading as it is written in the file.
    pub heading: String,
    /// The name of a field, for example `email`; `extra` for every other column.
    pub taken_for: &'static str,
    /// The KEY of `{{ extra.KEY }}` in templates: `None` for a field, empty if the heading makes no key.
    pub extra: Option<String>,
    /// The field of the meeting that this heading stands for, if `per_row` does not name it: the column overrides
    /// nothing.
    // Not in the JSON, where this is a column like any other `extra`.
    #[serde(skip)]
    pub left_alone: Option<&'static str>,
}

impl ColumnReport {
    /// The report on one column.
    pub fn of(column: &Column) -> ColumnReport {
        let (taken_for, extra, left_alone) = match &column.meaning {
            Meaning::Field(field) => (field.name(), None, None),
            Meaning::Extra(key) => ("extra", Some(key), None),
            Meaning::LeftAlone(field, key) => ("extra", Some(key), Some(field.name())),
        };
        ColumnReport {
            heading: column.heading.clone(),
            taken_for,
            extra: extra.cloned(),
            left_alone,
        }
    }
}
