//! Reading one table of `meeting.toml`: every problem is reported with its line, and reading goes on.
//!
//! Serde stops at the first error. Somebody who corrects a file wants to see all errors at once, so the tables are read
//! key by key.

use std::cell::RefCell;
use std::collections::BTreeSet;

use meetmint_batch::{Rejection, quoted, suggest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Location};
use super::value::{self, Expected, Located};

/// A table that is being read. Keys that have not been read when [`finish`](Table::finish) is called are unknown.
pub(super) struct Table<'d> {
    document: &'d Document,
    /// The name as in a heading, `outbox.password`; empty for the document itself.
    name: String,
    /// `None` if there is no such table.
    entries: Option<&'d DeTable<'d>>,
    offset: usize,
    // A cell, because sections are read through shared references. Sorted, so that hints list names in one order.
    known: RefCell<BTreeSet<&'static str>>,
}

impl<'d> Table<'d> {
    /// The table that is the whole document.
    pub(super) fn root(document: &'d Document, parsed: &'d Spanned<DeTable<'d>>) -> Table<'d> {
        Table::new(document, String::new(), Some(parsed.get_ref()), 0)
    }

    fn new(
        document: &'d Document,
        name: String,
        entries: Option<&'d DeTable<'d>>,
        offset: usize,
    ) -> Table<'d> {
        Table { document, name, entries, offset, known: RefCell::default() }
    }

    /// A table in this one; an empty one if it is not there.
    pub(super) fn table(&self, key: &'static str) -> Table<'d> {
        let name =
            if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        // A missing section is read like an empty one: then each key that it needs is reported by name.
        let entries = self.typed(key, Expected::Table, |value| match value {
            DeValue::Table(entries) => Some(entries),
            _ => None,
        });
        let entries = entries.map(|entries| entries.value);
        let offset = self.offset_of(key).unwrap_or(self.offset);
        Table::new(self.document, name, entries, offset)
    }

    /// Whether the document has this table.
    pub(super) fn is_present(&self) -> bool {
        self.entries.is_some()
    }

    /// The offset of the table; for a table that is not there, that of the one around it.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// All tables in this one, for tables whose keys are the user's own.
    pub(super) fn tables(&self) -> Vec<(Located<String>, Table<'d>)> {
        let mut tables = Vec::new();
        for (key, value) in self.entries() {
            match value.value {
                DeValue::Table(entries) => {
                    let name = format!("{}.{}", self.name, key.value);
                    let table = Table::new(self.document, name, Some(entries), value.offset);
                    tables.push((key, table));
                }
                // The tables after it are still read.
                _ => self.report_type(&key.value, &value, Expected::Table),
            }
        }
        tables
    }

    /// All keys and values, for tables whose keys are the user's own.
    pub(super) fn entries(
        &self,
    ) -> impl Iterator<Item = (Located<String>, Located<&'d DeValue<'d>>)> + use<'d> {
        self.entries.into_iter().flatten().map(|(key, value)| {
            let key = Located::new(key.get_ref().to_string(), key.span().start);
            (key, Located::new(value.get_ref(), value.span().start))
        })
    }

    /// A string, if the key is set.
    pub(super) fn string(&self, key: &'static str) -> Option<Located<String>> {
        self.typed(key, Expected::String, |value| value.as_str().map(str::to_owned))
    }

    /// A string that must be set and not blank. `meaning` and `example` say what it is: "add {meaning}, for example …".
    pub(super) fn required(
        &self,
        key: &'static str,
        meaning: &str,
        example: &str,
    ) -> Option<Located<String>> {
        if self.value(key).is_none() {
            let message = if self.is_present() {
                format!("`{key}` is missing")
            } else {
                format!("`{key}` is missing, and so is the section [{}]", self.name)
            };
            let name = &self.name;
            let hint = format!("add {meaning} under [{name}], for example {key} = \"{example}\"");
            self.report("missing-key", self.offset, message, hint);
            return None;
        }
        // `string` reports a value of another type, which is not missing.
        let text = self.string(key)?;
        if text.value.trim().is_empty() {
            let hint = format!("write {meaning}, for example {key} = \"{example}\"");
            self.report("empty-value", text.offset, format!("`{key}` is empty"), hint);
            return None;
        }
        Some(text)
    }

    /// A boolean, if the key is set.
    pub(super) fn boolean(&self, key: &'static str) -> Option<bool> {
        Some(self.typed(key, Expected::Boolean, DeValue::as_bool)?.value)
    }

    /// A whole number, if the key is set.
    pub(super) fn integer(&self, key: &'static str) -> Option<Located<i64>> {
        self.typed(key, Expected::Integer, value::integer)
    }

    /// Whether a key is set to a whole number.
    pub(super) fn is_integer(&self, key: &str) -> bool {
        self.peek(key).is_some_and(|value| value::integer(value.get_ref()).is_some())
    }

    /// A list of strings; a string alone counts as a list of one.
    pub(super) fn strings(&self, key: &'static str) -> Vec<Located<String>> {
        self.strings_if_set(key).unwrap_or_default()
    }

    /// A list of strings, if the key is set; a string alone counts as a list of one.
    pub(super) fn strings_if_set(&self, key: &'static str) -> Option<Vec<Located<String>>> {
        let value = self.value(key)?;
        let strings = value::strings(&value);
        if strings.is_none() {
            self.report_type(key, &value, Expected::Strings);
        }
        strings
    }

    /// Converts a string; if it is rejected, that is reported.
    pub(super) fn parsed<T, E: Into<Rejection>>(
        &self,
        text: Option<Located<String>>,
        code: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = text?;
        let rejection: Rejection = match parse(&text.value) {
            Ok(value) => return Some(value),
            Err(error) => error.into(),
        };
        let message = format!("{}: {}", quoted(&text.value), rejection.message);
        self.report(code, text.offset, message, rejection.hint);
        None
    }

    /// The offset of a key's value, if the key is set.
    pub(super) fn offset_of(&self, key: &str) -> Option<usize> {
        self.peek(key).map(|value| value.span().start)
    }

    /// The offset of a key's value, if it is a string. Reports nothing: the key may be a table as well.
    pub(super) fn offset_of_string(&self, key: &str) -> Option<usize> {
        self.peek(key).filter(|value| value.get_ref().is_str()).map(|value| value.span().start)
    }

    /// Makes a key known without reading it: another part of the program reads it, or it has been reported already.
    pub(super) fn allow(&self, key: &'static str) {
        self.known.borrow_mut().insert(key);
    }

    /// Refuses a key of a later version.
    pub(super) fn not_supported(&self, key: &'static str) {
        if let Some(value) = self.value(key) {
            let message = format!("`{key}` is not supported yet");
            self.report("not-yet", value.offset, message, format!("remove `{key}`"));
        }
    }

    /// The line at an offset, for problems that only show later.
    pub(super) fn location(&self, offset: usize) -> Location {
        self.document.location(offset)
    }

    /// Reports a problem in the line at an offset.
    pub(super) fn report(
        &self,
        code: &'static str,
        offset: usize,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.document.report(self.document.problem(code, offset, message).hint(hint));
    }

    /// Reports every key that has not been read, with the known key it resembles.
    pub(super) fn finish(&self) {
        let known = self.known.borrow();
        for (key, _) in self.entries() {
            if known.contains(key.value.as_str()) {
                continue;
            }
            let name = quoted(&key.value);
            let message = if self.name.is_empty() {
                format!("unknown section or key {name}")
            } else {
                format!("unknown key {name} in [{}]", self.name)
            };
            // The keys that were read are the known ones: there is no list to keep up to date.
            let hint = suggest(&key.value, known.iter().copied(), "known keys:");
            self.report("unknown-key", key.offset, message, hint);
        }
    }

    fn peek(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.entries?.get(key)
    }

    fn value(&self, key: &'static str) -> Option<Located<&'d DeValue<'d>>> {
        self.allow(key);
        let value = self.peek(key)?;
        Some(Located::new(value.get_ref(), value.span().start))
    }

    /// The value of a key, if the key is set; a value of another type is reported.
    fn typed<T>(
        &self,
        key: &'static str,
        expected: Expected,
        convert: impl FnOnce(&'d DeValue<'d>) -> Option<T>,
    ) -> Option<Located<T>> {
        let value = self.value(key)?;
        let Some(converted) = convert(value.value) else {
            self.report_type(key, &value, expected);
            return None;
        };
        Some(Located::new(converted, value.offset))
    }

    fn report_type(&self, key: &str, value: &Located<&DeValue<'_>>, expected: Expected) {
        let message = format!("`{key}` must be {}", expected.mismatch(value.value));
        self.report("wrong-type", value.offset, message, expected.hint());
    }
}
