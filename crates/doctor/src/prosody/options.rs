//! Options of one host, in the types that the token plugins read them as.

use meetmint_core::quoted;

use super::config::{Config, Host, why};
use crate::known::Known;
use crate::lua::{Unknown, Value};
use crate::place::{Place, Placed};
use crate::remark::{Remark, look_up};

/// Looks up the options of a host, and collects what cannot be read.
pub(super) struct Options<'c> {
    config: &'c Config,
    host: &'c Host,
    pub(super) remarks: Vec<Remark>,
}

impl<'c> Options<'c> {
    pub(super) fn of(config: &'c Config, host: &'c Host) -> Options<'c> {
        Options { config, host, remarks: Vec::new() }
    }

    /// A text; a number counts as one.
    pub(super) fn octets(&mut self, name: &str) -> Known<Vec<u8>> {
        self.read(name, Value::text)
    }

    /// A text in UTF-8.
    pub(super) fn text(&mut self, name: &str) -> Known<String> {
        self.read(name, |value| String::from_utf8(value.text()?).ok())
    }

    /// Whether something is on, as Prosody reads it. What it does not understand counts as off.
    pub(super) fn switch(&mut self, name: &str) -> Known<bool> {
        self.read(name, |value| match value {
            Value::Bool(value) => Some(*value),
            // The digits count as numbers alone.
            Value::Number(_) => match value.text()?.as_slice() {
                b"1" => Some(true),
                b"0" => Some(false),
                _ => None,
            },
            value => match value.text()?.as_slice() {
                b"true" => Some(true),
                b"false" => Some(false),
                _ => None,
            },
        })
    }

    /// A list of texts. A single text is a list of one.
    pub(super) fn list(&mut self, name: &str) -> Known<Vec<String>> {
        self.read(name, |value| match value {
            Value::Table(entries) => {
                let items = entries.iter().filter(|entry| entry.key.is_none());
                items.map(|entry| String::from_utf8(entry.value.text()?).ok()).collect()
            }
            value => Some(vec![String::from_utf8(value.text()?).ok()?]),
        })
    }

    fn read<T>(&mut self, name: &str, form: impl Fn(&Value) -> Option<T>) -> Known<T> {
        let Some(Placed { value, place }) = self.config.option(self.host, name) else {
            return Known::Unset;
        };
        for other in self.config.overridden(self.host, name).take(1) {
            let message = format!("`{name}` is set again in {place}, and the last value counts");
            self.remarks.push(Remark::warning("set-twice", other, message));
        }
        match form(value) {
            Some(found) => Known::Is(Placed { value: found, place: place.clone() }),
            None => {
                self.remarks.push(not_read(name, value, place));
                Known::Unknown(place.clone())
            }
        }
    }
}

/// The remark that a value is not written as it is. It does not quote the value.
fn not_read(name: &str, value: &Value, place: &Place) -> Remark {
    // Of a list, the first item that is not.
    let item = match value {
        Value::Table(entries) => entries.iter().find(|entry| entry.value.text().is_none()),
        _ => None,
    };
    let (value, place) = match item {
        Some(entry) => {
            let (line, column) = (entry.at.line, entry.at.column);
            (&entry.value, &Place { line, column, ..place.clone() })
        }
        None => (value, place),
    };
    let message = format!("{} cannot be read from this line: it is {}", quoted(name), why(value));
    let hint = match value {
        Value::Unknown(Unknown::Name) => {
            "put the value into quotation marks: without them, Prosody reads a variable, which is usually not set"
        }
        Value::Unknown(_) => look_up(name),
        _ => "correct it on the server; a switch is true or false",
    };
    Remark::warning("not-literal", place, message).hint(hint)
}
