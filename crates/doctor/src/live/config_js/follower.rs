//! What is known of the variables while the statements of a program are followed.

use super::source::Source;
use super::store::{Store, Value};

/// Variables that have a value of their own, whatever the program makes of them.
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// Follows a program.
pub(super) struct Follower<'t> {
    pub(super) source: Source<'t>,
    given: &'t [Given],
    pub(super) store: Store,
}

impl<'t> Follower<'t> {
    pub(super) fn new(text: &'t str, given: &'t [Given]) -> Follower<'t> {
        Follower { source: Source::new(text), given, store: Store::new() }
    }

    pub(super) fn assign(&mut self, path: &[String], value: Value, doubtful: bool) {
        let Some(last) = path.last() else { return };
        if let [name] = path
            && let Some(given) = self.given.iter().find(|given| given.name == name)
            && stands_for(&value, &given.value)
        {
            return;
        }
        let holder = self.store.holder(path);
        let known = self.store.key(holder, last);
        let value = match (&known, &value) {
            _ if !doubtful => value,
            // `if (!config.hasOwnProperty('hosts')) config.hosts = {};`
            (None | Some(Value::Nothing), Value::Object(object))
                if self.store.is_empty(*object) =>
            {
                value
            }
            (Some(Value::Object(_)), Value::Object(object)) if self.store.is_empty(*object) => {
                return;
            }
            (Some(known), value) if known == value => return,
            _ => Value::Unknown,
        };
        self.store.set(holder, last, value);
    }

    /// `path + value`
    pub(super) fn joined(&mut self, path: &[String], value: &Value) -> Value {
        let mut whole = String::new();
        match (self.look_up(path), value) {
            (Value::Text(left), Value::Text(right))
                if self.store.join(&mut whole, &left) && self.store.join(&mut whole, right) =>
            {
                Value::text(&whole)
            }
            _ => Value::Unknown,
        }
    }

    /// `path || value`
    pub(super) fn either(&mut self, path: &[String], value: Value) -> Value {
        match (self.store.get(path), value) {
            (Some(known @ Value::Object(_)), _) => known,
            (Some(Value::Text(text)), _) if !text.is_empty() => Value::Text(text),
            (None | Some(Value::Nothing), value @ Value::Object(_)) => value,
            _ => Value::Unknown,
        }
    }

    pub(super) fn look_up(&self, path: &[String]) -> Value {
        if let Some(value) = self.store.get(path) {
            return value;
        }
        match path {
            [name] if matches!(name.as_str(), "null" | "undefined" | "false") => Value::Nothing,
            [name] => self
                .given
                .iter()
                .find(|given| given.name == name)
                .map_or(Value::Unknown, |given| Value::Text(given.value.as_str().into())),
            _ => Value::Unknown,
        }
    }
}

/// Whether an assigned value is what the web server puts there, or nothing that is known.
fn stands_for(value: &Value, given: &str) -> bool {
    match value {
        Value::Text(text) => {
            text.is_empty()
                || text.starts_with("<!--")
                || text.replace('.', "_").eq_ignore_ascii_case(&given.replace('.', "_"))
        }
        _ => true,
    }
}
