//! Local variables, and how much values may grow by them.

use std::collections::BTreeMap;

use super::value::{Unknown, Value};

/// How many octets locals and `..` may add to what the file itself has. A few lines could otherwise fill the memory.
const LARGEST: usize = 1 << 20;

/// The local variables of a file. They are not forgotten at the end of their block, which a configuration does not rely on.
pub(super) struct Locals {
    /// With their sizes.
    values: BTreeMap<String, (Value, usize)>,
    /// What is left of [`LARGEST`].
    budget: usize,
}

impl Locals {
    pub(super) fn new() -> Locals {
        Locals { values: BTreeMap::new(), budget: LARGEST }
    }

    /// Whether there is one of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// Gives one a value.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        let size = value.size();
        self.values.insert(name.to_owned(), (value, size));
    }

    /// The value of one, if there is one of this name.
    pub(super) fn get(&mut self, name: &str) -> Option<Value> {
        let size = self.values.get(name)?.1;
        if !self.affords(size) {
            return Some(Value::Unknown(Unknown::Computed));
        }
        self.values.get(name).map(|(value, _)| value.clone())
    }

    /// Whether so many more octets may be held. They are then taken from the budget.
    pub(super) fn affords(&mut self, octets: usize) -> bool {
        let left = self.budget.checked_sub(octets);
        self.budget = left.unwrap_or(self.budget);
        left.is_some()
    }
}
