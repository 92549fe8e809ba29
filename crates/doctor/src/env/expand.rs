//! `$X`, `${X:-default}` and `$$` in values.

use std::collections::BTreeMap;

use super::value::{EnvValue, NotKnown};

/// How deep defaults may be nested.
const DEEPEST: usize = 20;

/// How many octets all expanded values of a file may have: a few lines that double each other would fill the memory.
const LARGEST: usize = 1 << 20;

/// Expands the variables of one file.
pub(super) struct Expander {
    /// What is left of [`LARGEST`].
    budget: usize,
    /// Whether a default was used since the last question.
    used_default: bool,
}

impl Expander {
    pub(super) fn new() -> Expander {
        Expander { budget: LARGEST, used_default: false }
    }

    /// Whether a default was used since the last time that this was asked.
    pub(super) fn take_default(&mut self) -> bool {
        std::mem::take(&mut self.used_default)
    }

    /// The value with its variables replaced by those that are set above it.
    ///
    /// # Errors
    /// Why it is not known.
    pub(super) fn expand(
        &mut self,
        text: &str,
        set: &BTreeMap<String, EnvValue>,
    ) -> Result<String, NotKnown> {
        self.expanded(text, set, 0)
    }

    fn expanded(
        &mut self,
        text: &str,
        set: &BTreeMap<String, EnvValue>,
        depth: usize,
    ) -> Result<String, NotKnown> {
        let mut value = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            value += &rest[..at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                value.push('$');
                rest = after;
            } else if let Some(inside) = rest.strip_prefix('{') {
                let end = closing(inside).ok_or(NotKnown::Dollar)?;
                value += &self.braced(&inside[..end], set, depth)?;
                rest = &inside[end + 1..];
            } else {
                let (name, after) = name(rest).ok_or(NotKnown::Dollar)?;
                value += &self.variable(name, set)?.ok_or(NotKnown::Variable)?;
                rest = after;
            }
        }
        value += rest;
        self.pay(value.len())?;
        Ok(value)
    }

    /// What stands between `${` and `}`.
    fn braced(
        &mut self,
        inside: &str,
        set: &BTreeMap<String, EnvValue>,
        depth: usize,
    ) -> Result<String, NotKnown> {
        if depth == DEEPEST {
            return Err(NotKnown::TooLarge);
        }
        let (name, rest) = name(inside).ok_or(NotKnown::Dollar)?;
        let value = self.variable(name, set)?;
        if rest.is_empty() {
            return value.ok_or(NotKnown::Variable);
        }
        // With a colon, an empty value counts as none.
        let (colon, rest) = match rest.strip_prefix(':') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let value = value.filter(|value| !(colon && value.is_empty()));
        let mut parts = rest.chars();
        let operator = parts.next();
        let word = parts.as_str();
        match (operator, value) {
            (Some('-' | '?'), Some(value)) => Ok(value),
            (Some('-'), None) => {
                self.used_default = true;
                self.expanded(word, set, depth + 1)
            }
            (Some('+'), Some(_)) => self.expanded(word, set, depth + 1),
            // The shell may have it.
            (Some('?' | '+'), None) => Err(NotKnown::Variable),
            _ => Err(NotKnown::Dollar),
        }
    }

    /// The value of a variable; `None` if it is not set above.
    fn variable(
        &mut self,
        name: &str,
        set: &BTreeMap<String, EnvValue>,
    ) -> Result<Option<String>, NotKnown> {
        match set.get(name).map(|value| &value.text) {
            None => Ok(None),
            Some(Ok(text)) => {
                self.pay(text.len())?;
                Ok(Some(text.clone()))
            }
            Some(Err(why)) => Err(*why),
        }
    }

    fn pay(&mut self, octets: usize) -> Result<(), NotKnown> {
        self.budget = self.budget.checked_sub(octets).ok_or(NotKnown::TooLarge)?;
        Ok(())
    }
}

/// The name that a text begins with, and what follows it.
fn name(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let name = &text[..end];
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins.then_some((name, &text[end..]))
}

/// Where the brace ends that is open at the beginning of a text.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        match character {
            '{' if before == '$' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
        before = character;
    }
    None
}
