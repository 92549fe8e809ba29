//! What the columns of a roster were taken for, in words.

use std::borrow::Cow;

use meetmint_app::ColumnReport;

/// How many columns are listed.
const MOST: usize = 100;

/// One line per column, under the label `columns`.
pub(crate) fn columns(columns: &[ColumnReport]) -> String {
    let labels = std::iter::once("columns").chain(std::iter::repeat(""));
    // As wide as the labels in the overview of `check`.
    let line = |(label, column): (&str, &ColumnReport)| {
        format!("{label:<12}`{}`: {}\n", column.heading, meaning(column))
    };
    let more = columns.len().saturating_sub(MOST);
    let rest = (more > 0).then(|| format!("{:<12}and {more} more\n", ""));
    labels.zip(columns).take(MOST).map(line).chain(rest).collect()
}

fn meaning(column: &ColumnReport) -> Cow<'static, str> {
    let Some(key) = &column.extra else { return column.taken_for.into() };
    // A column without a heading has no name that a template could use.
    if key.is_empty() {
        return "not used".into();
    }
    match column.left_alone {
        None => format!("not used; templates of your own know it as {{{{ extra.{key} }}}}").into(),
        Some(field) => {
            format!("not used; per_row = [\"{field}\"] would let it override the meeting's {field}")
                .into()
        }
    }
}
