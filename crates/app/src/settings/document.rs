//! The text of `meeting.toml`, and the problems found in it so far.

use std::cell::RefCell;

use meetmint_batch::Problem;
use toml::Spanned;
use toml::de::DeTable;

/// A document and its problems.
pub(super) struct Document {
    file: String,
    text: String,
    /// Where each line begins, the first one aside: there may be as many problems as lines.
    line_starts: Vec<usize>,
    // Several tables of one document are open at a time, and each of them reports here.
    problems: RefCell<Vec<Problem>>,
}

/// The line of `meeting.toml` where something is set, for problems that only show when it is used.
#[derive(Clone, Debug)]
pub(crate) struct Location {
    file: String,
    line: u64,
}

impl Location {
    /// A problem at this line.
    pub(crate) fn problem(
        &self,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Problem {
        self.place(Problem::of_file(code, &self.file, message).hint(hint))
    }

    /// The file as it is shown to the user, and the line.
    pub(crate) fn file_and_line(&self) -> (String, u64) {
        (self.file.clone(), self.line)
    }

    /// The same problem, at this line.
    pub(crate) fn place(&self, problem: Problem) -> Problem {
        problem.at(self.line)
    }
}

impl Document {
    /// A document; `file` is its name in messages.
    pub(super) fn new(file: &str, text: String) -> Document {
        let line_ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = line_ends.map(|(at, _)| at + 1).collect();
        Document { file: file.to_owned(), text, line_starts, problems: RefCell::default() }
    }

    /// Parses the document.
    ///
    /// # Errors
    /// The first syntax error. What could be parsed in spite of it would have further mistakes as a consequence.
    pub(super) fn parse(&self) -> Result<Spanned<DeTable<'_>>, Problem> {
        DeTable::parse(&self.text).map_err(|error| {
            let offset = error.span().unwrap_or_default().start;
            // Only its message: `Display` would quote the line, which may hold a password that does not belong there.
            self.problem("toml", offset, format!("invalid TOML: {}", error.message()))
        })
    }

    /// The line at an offset.
    pub(super) fn location(&self, offset: usize) -> Location {
        Location { file: self.file.clone(), line: self.line(offset) }
    }

    /// A problem in the line at an offset.
    pub(super) fn problem(
        &self,
        code: &'static str,
        offset: usize,
        message: impl Into<String>,
    ) -> Problem {
        Problem::of_file(code, &self.file, message).at(self.line(offset))
    }

    /// Records a problem.
    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// All problems reported, by line.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        // Sections are read in another order than they are written. Stable: in one line, the first problem found
        // stays first.
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    fn line(&self, offset: usize) -> u64 {
        // An error at the end of the text may point past the last octet.
        1 + self.line_starts.partition_point(|start| *start <= offset) as u64
    }
}
