//! Which rows of a roster count: by `where`, and by what a status column says.

mod words;

#[allow(unused_imports, reason = "the columns will use it")]
pub(crate) use words::is_status_word;
