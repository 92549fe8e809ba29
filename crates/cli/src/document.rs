//! A TOML document that reports everything wrong with it at once, each thing with its line.
//!
//! Serde stops at the first error; whoever mends a file wants all of them, so the tables are walked by hand.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use meetmint_batch::{Problem, Rejection, quoted, suggest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A document's text and what was found wrong with it so far.
pub(crate) struct Document {
    file: String,
    text: String,
    problems: RefCell<Vec<Problem>>,
}

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T> {
    pub(crate) value: T,
    pub(crate) span: Range<usize>,
}

/// A table that is being read: keys nobody asks for are unknown.
pub(crate) struct Table<'d> {
    document: &'d Document,
    name: String,
    entries: Option<&'d DeTable<'d>>,
    span: Range<usize>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl Document {
    pub(crate) fn new(file: &str, text: String) -> Document {
        Document { file: file.to_owned(), text, problems: RefCell::default() }
    }

    /// The document's tables, as far as its syntax can be understood.
    pub(crate) fn parse(&self) -> Spanned<DeTable<'_>> {
        let (table, errors) = DeTable::parse_recoverable(&self.text);
        for error in errors {
            let span = error.span().unwrap_or_default();
            self.report("toml", &span, format!("this is not TOML: {}", error.message()), None);
        }
        table
    }

    pub(crate) fn root<'d>(&'d self, table: &'d Spanned<DeTable<'d>>) -> Table<'d> {
        Table {
            document: self,
            name: String::new(),
            entries: Some(table.get_ref()),
            span: 0..0,
            asked: RefCell::default(),
        }
    }

    pub(crate) fn report(
        &self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        hint: Option<String>,
    ) {
        let mut problem = Problem::of_file(code, &self.file, message).at(self.line(span.start));
        problem.hint = hint;
        self.problems.borrow_mut().push(problem);
    }

    /// Everything that was reported, in the order of the file.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    fn line(&self, at: usize) -> u64 {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        1 + before.iter().fold(0, |lines, byte| lines + u64::from(*byte == b'\n'))
    }
}

impl<'d> Table<'d> {
    /// A table in this one; an empty one where it is absent.
    pub(crate) fn table(&self, key: &'static str) -> Table<'d> {
        let name =
            if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        match self.value(key) {
            Some(Placed { value: DeValue::Table(entries), span }) => Table {
                document: self.document,
                name,
                entries: Some(entries),
                span,
                asked: RefCell::default(),
            },
            other => {
                let span = other.map_or(self.span.clone(), |other| {
                    self.wrong(key, &other, "a table");
                    other.span
                });
                Table {
                    document: self.document,
                    name,
                    entries: None,
                    span,
                    asked: RefCell::default(),
                }
            }
        }
    }

    /// Whether anything stands in it.
    pub(crate) fn is_present(&self) -> bool {
        self.entries.is_some()
    }

    pub(crate) fn span(&self) -> &Range<usize> {
        &self.span
    }

    /// Names and tables of all tables in this one.
    pub(crate) fn tables(&self) -> Vec<(Placed<String>, Table<'d>)> {
        let mut tables = Vec::new();
        for (key, value) in self.entries.into_iter().flatten() {
            let name = Placed { value: key.get_ref().to_string(), span: key.span() };
            match value.get_ref() {
                DeValue::Table(entries) => {
                    let table = Table {
                        document: self.document,
                        name: format!("{}.{}", self.name, name.value),
                        entries: Some(entries),
                        span: value.span(),
                        asked: RefCell::default(),
                    };
                    tables.push((name, table));
                }
                other => {
                    let placed = Placed { value: other, span: value.span() };
                    self.wrong(&name.value, &placed, "a table");
                }
            }
        }
        tables
    }

    /// All keys and values, for tables whose keys are the user's own.
    pub(crate) fn entries(
        &self,
    ) -> impl Iterator<Item = (Placed<String>, Placed<&'d DeValue<'d>>)> {
        self.entries.into_iter().flatten().map(|(key, value)| {
            let key = Placed { value: key.get_ref().to_string(), span: key.span() };
            (key, Placed { value: value.get_ref(), span: value.span() })
        })
    }

    pub(crate) fn string(&self, key: &'static str) -> Option<Placed<String>> {
        let value = self.value(key)?;
        match value.value {
            DeValue::String(text) => Some(Placed { value: text.to_string(), span: value.span }),
            _ => {
                self.wrong(key, &value, "text in quotes");
                None
            }
        }
    }

    /// Text that has to be there; `what` says what it is.
    pub(crate) fn required(&self, key: &'static str, what: &str) -> Option<Placed<String>> {
        if self.value(key).is_none() {
            let table = if self.is_present() {
                String::new()
            } else {
                format!(", and so is [{}]", self.name)
            };
            let message = format!("`{key}` is missing{table}: {what}");
            self.document.report(
                "missing-key",
                &self.span,
                message,
                Some(format!("add it under [{}]", self.name)),
            );
            return None;
        }
        let text = self.string(key)?;
        if text.value.trim().is_empty() {
            self.document.report(
                "empty-value",
                &text.span,
                format!("`{key}` is empty: {what}"),
                None,
            );
            return None;
        }
        Some(text)
    }

    pub(crate) fn boolean(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        match value.value {
            DeValue::Boolean(yes) => Some(*yes),
            _ => {
                self.wrong(key, &value, "true or false");
                None
            }
        }
    }

    pub(crate) fn integer(&self, key: &'static str) -> Option<Placed<i64>> {
        let value = self.value(key)?;
        let read = match value.value {
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match read {
            Some(number) => Some(Placed { value: number, span: value.span }),
            None => {
                self.wrong(key, &value, "a whole number");
                None
            }
        }
    }

    /// A list of texts; a text alone counts as a list of one.
    pub(crate) fn strings(&self, key: &'static str) -> Vec<Placed<String>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        match strings_of(&value) {
            Some(texts) => texts,
            None => {
                self.wrong(key, &value, "a list of texts in quotes");
                Vec::new()
            }
        }
    }

    /// Reads a text into something else; what is wrong with it is reported.
    pub(crate) fn parsed<T, E: Into<Rejection>>(
        &self,
        text: Option<Placed<String>>,
        code: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = text?;
        match parse(&text.value) {
            Ok(value) => Some(value),
            Err(rejection) => {
                let Rejection { message, hint } = rejection.into();
                self.document.report(
                    code,
                    &text.span,
                    format!("{}: {message}", quoted(&text.value)),
                    Some(hint),
                );
                None
            }
        }
    }

    /// The place of a text, where a table is expected.
    pub(crate) fn peek_string(&self, key: &str) -> Option<Range<usize>> {
        let (_, value) = self.entries?.iter().find(|(known, _)| known.get_ref() == key)?;
        value.get_ref().is_str().then(|| value.span())
    }

    /// The place of a key's value, if the key is written.
    pub(crate) fn place(&self, key: &str) -> Option<Range<usize>> {
        let (_, value) = self.entries?.iter().find(|(known, _)| known.get_ref() == key)?;
        Some(value.span())
    }

    /// Makes a key known that somebody else reads.
    pub(crate) fn mark(&self, key: &'static str) {
        self.asked.borrow_mut().insert(key);
    }

    /// A key that a later version will know: refused in words of its own.
    pub(crate) fn later(&self, key: &'static str, what: &str) {
        if let Some(value) = self.value(key) {
            let message = format!("`{key}`: this version does not know {what} yet");
            self.report("not-yet", &value.span, message, "take it out");
        }
    }

    /// A problem at a place of this document, to be filled in.
    pub(crate) fn problem(&self, code: &'static str, span: &Range<usize>) -> Problem {
        Problem::of_file(code, &self.document.file, String::new())
            .at(self.document.line(span.start))
    }

    pub(crate) fn report(
        &self,
        code: &'static str,
        span: &Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.document.report(code, span, message, Some(hint.into()));
    }

    /// Reports every key that nobody asked for, with the known one it resembles.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.entries.into_iter().flatten() {
            let name = key.get_ref();
            if asked.contains(name.as_ref()) {
                continue;
            }
            let place = if self.name.is_empty() {
                "of meeting.toml".to_owned()
            } else {
                format!("of [{}]", self.name)
            };
            let hint = suggest(name, asked.iter().copied(), "there are");
            self.document.report(
                "unknown-key",
                &key.span(),
                format!("{} is not a key {place}", quoted(name)),
                Some(hint),
            );
        }
    }

    fn value(&self, key: &'static str) -> Option<Placed<&'d DeValue<'d>>> {
        self.asked.borrow_mut().insert(key);
        let entries = self.entries?;
        let (_, value) = entries.iter().find(|(known, _)| known.get_ref() == key)?;
        Some(Placed { value: value.get_ref(), span: value.span() })
    }

    fn wrong(&self, key: &str, value: &Placed<&DeValue<'_>>, wanted: &str) {
        let message =
            format!("`{key}` is {}, and has to be {wanted}", article(value.value.type_str()));
        self.document.report("wrong-type", &value.span, message, None);
    }
}

/// The texts of a value, if it is a text or a list of texts.
pub(crate) fn strings_of(value: &Placed<&DeValue<'_>>) -> Option<Vec<Placed<String>>> {
    match value.value {
        DeValue::String(text) => {
            Some(vec![Placed { value: text.to_string(), span: value.span.clone() }])
        }
        DeValue::Array(values) => values
            .iter()
            .map(|value| {
                let text = value.get_ref().as_str()?;
                Some(Placed { value: text.to_owned(), span: value.span() })
            })
            .collect(),
        _ => None,
    }
}

fn article(kind: &str) -> String {
    match kind {
        "integer" | "array" => format!("an {kind}"),
        kind => format!("a {kind}"),
    }
}
