//! Where something stands in a file.

use std::fmt;
use std::sync::Arc;

/// A place in a text, both numbers counted from 1. Columns are characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    /// The beginning of a file.
    pub(crate) const START: Position = Position { line: 1, column: 1 };
}

/// A place in one of the server's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, as its reader named it.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: usize,
    /// The column in characters, counted from 1.
    pub column: usize,
}

impl Place {
    /// A position in this file.
    pub(crate) fn new(file: &Arc<str>, at: Position) -> Place {
        Place { file: Arc::clone(file), line: at.line, column: at.column }
    }
}

/// `meet.cfg.lua:12`, as compilers and editors name a line.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A value with the place where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}
