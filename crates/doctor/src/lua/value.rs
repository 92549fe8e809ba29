//! What an expression stands for, as far as that can be told without running it.

use std::fmt;

use meetmint_core::quoted;

use crate::place::Position;

/// A literal, or a note that it is none. `{:?}` shows no text: it may be a secret.
#[derive(Clone, PartialEq)]
pub(crate) enum Value {
    /// Unsets an option.
    Nil,
    Bool(bool),
    Number(f64),
    Text(Vec<u8>),
    Table(Vec<Entry>),
    Unknown(Unknown),
}

/// An entry of a table.
#[derive(Clone, PartialEq)]
pub(crate) struct Entry {
    /// `None` for an item of a list.
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Value,
    pub(crate) at: Position,
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    /// An environment variable of the server. `with_fallback` for `ENV_X or "default"`.
    Environment { name: String, with_fallback: bool },
    /// What a file beside the server's contains: `FileContents`, `FileLine`, `FileLines`, `Credential`.
    Elsewhere { function: &'static str },
    /// A name that stands for nothing here: usually a text without quotation marks. The name may be the secret itself,
    /// so it is not kept.
    Name,
    /// Something that only running the file would tell.
    Computed,
}

impl Value {
    /// Whether Lua takes it for true; `None` if it is not known.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Value::Nil => Some(false),
            Value::Bool(value) => Some(*value),
            Value::Unknown(_) => None,
            _ => Some(true),
        }
    }

    /// About how many octets it takes.
    pub(super) fn size(&self) -> usize {
        let inside = match self {
            Value::Text(text) => text.len(),
            Value::Table(entries) => entries
                .iter()
                .map(|entry| entry.key.as_ref().map_or(0, Vec::len) + entry.value.size())
                .sum(),
            _ => 0,
        };
        inside + size_of::<Value>()
    }

    /// The text of a number or a text, as `tostring` and `..` write it.
    pub(crate) fn text(&self) -> Option<Vec<u8>> {
        match self {
            Value::Text(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string().into_bytes()),
            _ => None,
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Nil => f.write_str("Nil"),
            Value::Bool(value) => write!(f, "Bool({value})"),
            Value::Number(_) => f.write_str("Number(…)"),
            Value::Text(_) => f.write_str("Text(…)"),
            Value::Table(entries) => write!(f, "Table({} entries)", entries.len()),
            Value::Unknown(why) => write!(f, "{why:?}"),
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unknown::Environment { name, with_fallback: false } => {
                write!(f, "the environment variable {} of the server", quoted(name))
            }
            Unknown::Environment { name, with_fallback: true } => {
                write!(
                    f,
                    "the environment variable {} of the server, or a value beside it",
                    quoted(name)
                )
            }
            Unknown::Elsewhere { function } => {
                write!(f, "what `{function}` reads from another file of the server")
            }
            Unknown::Name => f.write_str("a name without quotation marks, not a text"),
            Unknown::Computed => f.write_str("computed, not written as it is"),
        }
    }
}
