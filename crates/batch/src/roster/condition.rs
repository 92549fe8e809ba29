//! Which rows count, as `where` says.

/// Which rows count: those with one of these values in a column.
#[derive(Clone, Debug)]
pub struct RowCondition {
    /// The heading of the column.
    pub heading: String,
    /// The values, compared without regard to case, to spaces around them and to characters that cannot be seen.
    pub values: Vec<String>,
    /// The file that says so, as it is shown to the user, and the line; for messages.
    pub place: Option<(String, u64)>,
}
