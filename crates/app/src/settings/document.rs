//! The text of `meeting.toml`, and the problems found in it so far.

use std::cell::RefCell;
use std::ops::Range;

use meetmint_batch::{Problem, quoted};
use toml::Spanned;
use toml::de::DeTable;

/// The longest key that a message shows, in octets.
const LONGEST_KEY: usize = 40;

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
            let span = error.span().unwrap_or_default();
            let offset = span.start;
            if error.message().starts_with("duplicate key")
                && let Some(problem) = self.written_twice(span)
            {
                return problem;
            }
            // Only its message: `Display` would quote the line, which may hold a password that does not belong there.
            self.problem("toml", offset, format!("invalid TOML: {}", error.message()))
        })
    }

    /// The problem with a key or section that stands here for the second time, with both lines if the first is found.
    fn written_twice(&self, span: Range<usize>) -> Option<Problem> {
        let key = self.text.get(span.clone())?.trim();
        let line = self.line(span.start);
        let lines: Vec<&str> = self.text.lines().take(usize::try_from(line).ok()?).collect();
        let (this, before) = lines.split_last()?;
        let heading = this.trim_start();
        let section =
            heading.starts_with('[').then(|| heading.split_inclusive(']').next().unwrap_or(""));
        let (shown, what) = match section {
            Some(section) => (section, "section"),
            None => (key, "line"),
        };
        let is_first = |line: &str| match section {
            Some(section) => line.trim_start().starts_with(section),
            None => {
                let after = line.trim_start().strip_prefix(key);
                after.is_some_and(|after| after.trim_start().starts_with('='))
            }
        };
        // A key belongs to the section whose heading is above it.
        let of_section = before
            .iter()
            .rev()
            .take_while(|line| section.is_some() || !line.trim_start().starts_with('['));
        let back = of_section.take(before.len()).position(|line| is_first(line));
        let lines = back
            .map_or(String::new(), |back| format!(" (lines {} and {line})", before.len() - back));
        // A key can be quoted and of any length, and may be a password that does not belong there.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c);
        let is_shown = shown.len() <= LONGEST_KEY && shown.chars().all(is_plain);
        let shown = if is_shown { quoted(shown) } else { "a key".to_owned() };
        let message = format!("invalid TOML: {shown} is written twice{lines}");
        Some(self.problem("toml", span.start, message).hint(format!("put both into one {what}")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_twice_is_named_with_both_lines() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            let document = Document::new("meeting.toml", text.to_owned());
            let problem = document.parse().unwrap_err();
            let shown = format!("{problem} | {}", problem.hint.as_deref().unwrap_or_default());
            assert_eq!(shown, expected);
        }

        case(
            "[meeting]\ncolumns = 1\n[roster]\n# columns = 0\ncolumns = { name = \"A\" }\nfile = \"a\"\ncolumns = { id = \"B\" }\n",
            "meeting.toml:7: invalid TOML: `columns` is written twice (lines 5 and 7) | put both into one line",
        );
        case(
            "[mail]\na = 1\n[roster]\n[mail]\nb = 1\n",
            "meeting.toml:4: invalid TOML: `[mail]` is written twice (lines 1 and 4) | put both into one section",
        );
        case(
            "a = { b = 1, b = 2 }",
            "meeting.toml:1: invalid TOML: `b` is written twice | put both into one line",
        );
        case(
            "\"pass word\" = 1\n\"pass word\" = 2\n",
            "meeting.toml:2: invalid TOML: a key is written twice (lines 1 and 2) | put both into one line",
        );
    }
}
