//! TOML values, and where in the text they are.

use toml::de::DeValue;

/// A value, and the octet of the text at which it begins.
#[derive(Clone, Debug)]
pub(super) struct Located<T> {
    pub(super) value: T,
    pub(super) offset: usize,
}

impl<T> Located<T> {
    pub(super) fn new(value: T, offset: usize) -> Located<T> {
        Located { value, offset }
    }
}

/// The type that a value must have.
#[derive(Clone, Copy)]
pub(super) enum Expected {
    String,
    Strings,
    Boolean,
    Integer,
    Table,
}

impl Expected {
    fn name(self) -> &'static str {
        match self {
            Expected::String => "a string",
            Expected::Strings => "a list of strings",
            Expected::Boolean => "true or false",
            Expected::Integer => "a whole number",
            Expected::Table => "a table",
        }
    }

    /// How it differs from a value, to follow "must be": "a string, not an integer".
    pub(super) fn mismatch(self, value: &DeValue<'_>) -> String {
        let name = self.name();
        match (self, value.type_str()) {
            (Expected::Strings, "array") => format!("{name}, but contains other values"),
            // `integer` reads everything that fits into the 64 bits that TOML requires.
            (Expected::Integer, "integer") => format!("{name} of at most 64 bits"),
            (_, other @ ("integer" | "array")) => format!("{name}, not an {other}"),
            (_, other) => format!("{name}, not a {other}"),
        }
    }

    /// How to write such a value.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Expected::String => "write it in quotes",
            Expected::Strings => "write it like [\"first\", \"second\"]",
            Expected::Boolean => "write true or false, without quotes",
            Expected::Integer => "write digits, without quotes",
            Expected::Table => {
                "write it as a section with its name in brackets, or inline as { key = value }"
            }
        }
    }
}

/// The strings of an array; a string alone counts as an array of one. `None` for every other value.
pub(super) fn strings(value: &Located<&DeValue<'_>>) -> Option<Vec<Located<String>>> {
    match value.value {
        DeValue::String(text) => Some(vec![Located::new(text.to_string(), value.offset)]),
        DeValue::Array(values) => values
            .iter()
            .map(|value| {
                Some(Located::new(value.get_ref().as_str()?.to_owned(), value.span().start))
            })
            .collect(),
        _ => None,
    }
}

/// A whole number in decimal, hexadecimal, octal or binary notation; `None` for every other value.
pub(super) fn integer(value: &DeValue<'_>) -> Option<i64> {
    let DeValue::Integer(number) = value else { return None };
    // The parser has removed `0x` and underscores.
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// The same value in JSON; `None` for dates, tables and numbers that JSON does not have.
pub(super) fn json(value: &DeValue<'_>) -> Option<serde_json::Value> {
    Some(match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Boolean(yes) => (*yes).into(),
        DeValue::Integer(_) => integer(value)?.into(),
        // NaN and infinities have no form in JSON (RFC 8259 §6).
        DeValue::Float(number) => {
            serde_json::Number::from_f64(number.as_str().parse().ok()?)?.into()
        }
        DeValue::Array(values) => {
            values.iter().map(|value| json(value.get_ref())).collect::<Option<Vec<_>>>()?.into()
        }
        _ => return None,
    })
}
