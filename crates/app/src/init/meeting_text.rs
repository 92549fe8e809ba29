//! The text of a `meeting.toml`, and edits that keep its layout and comments.
//!
//! The edits are made in the text itself, at the spans that the parser reports: `toml_edit` does not keep the order of
//! dotted keys, and a copy should differ from its original only where it has to.

use std::cmp::Reverse;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

const ID: [&str; 2] = ["meeting", "id"];
const TITLE: [&str; 2] = ["meeting", "title"];
const LEDGER: [&str; 2] = ["ledger", "file"];

/// A `meeting.toml` that has been parsed.
pub(super) struct MeetingText<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

/// A piece of the text, and what replaces it.
pub(super) struct Edit {
    /// The piece, in octets; empty to insert.
    pub(super) span: Range<usize>,
    /// The new text.
    pub(super) text: String,
}

impl<'t> MeetingText<'t> {
    /// Parses the text of a file.
    ///
    /// # Errors
    /// If it is not TOML.
    pub(super) fn parse(text: &'t str) -> Result<MeetingText<'t>, toml::de::Error> {
        Ok(MeetingText { text, root: DeTable::parse(text)? })
    }

    /// The string at a path of keys, and its span including the quotes.
    pub(super) fn string(&self, path: &[&str]) -> Option<(&str, Range<usize>)> {
        let (key, tables) = path.split_last()?;
        let mut table = self.root.get_ref();
        for name in tables {
            let DeValue::Table(inner) = entry(table, name)?.1.get_ref() else { return None };
            table = inner;
        }
        let (_, value) = entry(table, key)?;
        let DeValue::String(text) = value.get_ref() else { return None };
        Some((text, value.span()))
    }

    /// Gives the meeting another id: in place of the old one, or before the title.
    pub(super) fn set_id(&self, id: &str) -> Option<Edit> {
        let id = quoted(id);
        if let Some((_, span)) = self.string(&ID) {
            return Some(Edit { span, text: id });
        }
        let title = self.key(&TITLE)?.start;
        if self.is_inline(TITLE[0]) {
            return Some(Edit { span: title..title, text: format!("id = {id}, ") });
        }
        let line = self.line_around(title);
        // An indent, or the name of the table if the key is dotted.
        let start = line.start;
        let before = &self.text[start..title];
        let end = if self.text[line].ends_with("\r\n") { "\r\n" } else { "\n" };
        Some(Edit { span: start..start, text: format!("{before}id = {id}{end}") })
    }

    /// Takes the path of the ledger out, because two meetings must not share one. Empty if there is none.
    pub(super) fn without_ledger(&self) -> Vec<Edit> {
        let (Some(key), Some((_, value))) = (self.key(&LEDGER), self.string(&LEDGER)) else {
            return Vec::new();
        };
        if self.is_inline(LEDGER[0]) {
            // `file` is the only key that the table can have.
            let table = entry(self.root.get_ref(), LEDGER[0]).map(|(_, value)| value.span());
            return table.map(|span| Edit { span, text: "{}".to_owned() }).into_iter().collect();
        }
        // Every line of it becomes a comment; a string in three quotes has several.
        let first = self.line_around(key.start).start;
        let more = self.text[first..value.end].match_indices('\n').map(|(at, _)| first + at + 1);
        let comment = |start| Edit { span: start..start, text: "# ".to_owned() };
        [first].into_iter().chain(more).map(comment).collect()
    }

    /// The text after some edits.
    pub(super) fn with(&self, mut edits: Vec<Edit>) -> String {
        // From the end, so that no edit moves the place of another.
        edits.sort_by_key(|edit| Reverse(edit.span.start));
        let mut text = self.text.to_owned();
        for edit in edits {
            text.replace_range(edit.span, &edit.text);
        }
        text
    }

    /// Whether a text has this id and names no ledger. Edits of unusual spellings may fail.
    pub(super) fn is_new_meeting(text: &str, id: &str) -> bool {
        MeetingText::parse(text).is_ok_and(|text| {
            text.string(&ID).is_some_and(|(found, _)| found == id) && text.string(&LEDGER).is_none()
        })
    }

    /// The span of a key.
    fn key(&self, [table, key]: &[&str; 2]) -> Option<Range<usize>> {
        let DeValue::Table(table) = entry(self.root.get_ref(), table)?.1.get_ref() else {
            return None;
        };
        Some(entry(table, key)?.0)
    }

    /// Whether a table is written in braces.
    fn is_inline(&self, table: &str) -> bool {
        entry(self.root.get_ref(), table)
            .and_then(|(_, value)| self.text.get(value.span()))
            .is_some_and(|text| text.starts_with('{'))
    }

    /// The line at an offset, with its line break.
    fn line_around(&self, at: usize) -> Range<usize> {
        let start = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1);
        start..end
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The span of a key in a table, and its value.
fn entry<'t, 'i>(
    table: &'t DeTable<'i>,
    key: &str,
) -> Option<(Range<usize>, &'t Spanned<DeValue<'i>>)> {
    table.get_key_value(key).map(|(key, value)| (key.span(), value))
}
