//! Expressions: what they stand for, as far as literals go.

use super::lexer::{LuaError, Token, Word};
use super::locals::Locals;
use super::value::{Entry, Unknown, Value};
use crate::place::Position;

/// How deep expressions may be nested. Lua's own limit is 200; no configuration comes near it.
const DEEPEST: usize = 60;

/// Functions of Prosody 13 that read another file.
const FILE_FUNCTIONS: [&str; 4] = ["FileContents", "FileLine", "FileLines", "Credential"];

/// Reads the words of a file one after the other.
pub(super) struct Evaluator<'w> {
    words: &'w [Word],
    next: usize,
    depth: usize,
    pub(super) locals: Locals,
}

impl<'w> Evaluator<'w> {
    pub(super) fn new(words: &'w [Word]) -> Evaluator<'w> {
        Evaluator { words, next: 0, depth: 0, locals: Locals::new() }
    }

    /// The token that comes next.
    pub(super) fn peek(&self) -> Option<&'w Token> {
        self.ahead(0)
    }

    /// The token after that many others.
    pub(super) fn ahead(&self, tokens: usize) -> Option<&'w Token> {
        self.words.get(self.next + tokens).map(|word| &word.token)
    }

    /// Where the next token stands; at the end of the file, where the last one did.
    pub(super) fn at(&self) -> Position {
        let word = self.words.get(self.next).or(self.words.last());
        word.map_or(Position::START, |word| word.at)
    }

    pub(super) fn take(&mut self) -> Option<&'w Token> {
        let token = self.peek()?;
        self.next += 1;
        Some(token)
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Some(Token::Symbol(found)) if *found == symbol)
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self.peek(), Some(Token::Name(found)) if found == name)
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        self.next += usize::from(found);
        found
    }

    pub(super) fn take_name(&mut self, name: &str) -> bool {
        let found = self.is_name(name);
        self.next += usize::from(found);
        found
    }

    /// How many tokens are left.
    pub(super) fn remaining(&self) -> usize {
        self.words.len() - self.next
    }

    /// That something else was expected here.
    pub(super) fn unexpected(&self, what: &'static str) -> LuaError {
        LuaError { what, at: self.at() }
    }

    pub(super) fn expect(&mut self, symbol: &str, what: &'static str) -> Result<(), LuaError> {
        if self.take_symbol(symbol) { Ok(()) } else { Err(self.unexpected(what)) }
    }

    /// A list of expressions with commas in between.
    pub(super) fn expressions(&mut self) -> Result<Vec<Value>, LuaError> {
        let mut values = vec![self.expression()?];
        while self.take_symbol(",") {
            values.push(self.expression()?);
        }
        Ok(values)
    }

    /// One expression: `a or b`, where the first that is true counts.
    pub(super) fn expression(&mut self) -> Result<Value, LuaError> {
        self.deeper(|this| {
            let mut value = this.conjunction()?;
            while this.take_name("or") {
                let other = this.conjunction()?;
                value = match value.truth() {
                    Some(true) => value,
                    Some(false) => other,
                    None => match value {
                        Value::Unknown(Unknown::Environment { name, .. }) => {
                            Value::Unknown(Unknown::Environment { name, with_fallback: true })
                        }
                        // A name that stands for nothing is nil for Lua, but it may be a mistake: not guessed.
                        other => other,
                    },
                };
            }
            Ok(value)
        })
    }

    fn conjunction(&mut self) -> Result<Value, LuaError> {
        let mut value = self.comparison()?;
        while self.take_name("and") {
            let other = self.comparison()?;
            value = match value.truth() {
                Some(true) => other,
                Some(false) => value,
                None => Value::Unknown(Unknown::Computed),
            };
        }
        Ok(value)
    }

    /// Comparisons and bits are not computed; only their end has to be found.
    fn comparison(&mut self) -> Result<Value, LuaError> {
        let mut value = self.joined()?;
        while ["==", "~=", "<", ">", "<=", ">=", "&", "|", "~", "<<", ">>"]
            .iter()
            .any(|symbol| self.take_symbol(symbol))
        {
            self.joined()?;
            value = Value::Unknown(Unknown::Computed);
        }
        Ok(value)
    }

    /// `a .. b`.
    fn joined(&mut self) -> Result<Value, LuaError> {
        let mut value = self.sum()?;
        while self.take_symbol("..") {
            let other = self.sum()?;
            value = match (value.text(), other.text()) {
                (Some(begin), Some(end)) if self.locals.affords(begin.len() + end.len()) => {
                    Value::Text([begin, end].concat())
                }
                _ => Value::Unknown(Unknown::Computed),
            };
        }
        Ok(value)
    }

    fn sum(&mut self) -> Result<Value, LuaError> {
        let mut value = self.unary()?;
        while ["+", "-", "*", "/", "//", "%", "^"].iter().any(|symbol| self.take_symbol(symbol)) {
            self.unary()?;
            value = Value::Unknown(Unknown::Computed);
        }
        Ok(value)
    }

    fn unary(&mut self) -> Result<Value, LuaError> {
        if self.take_name("not") {
            let value = self.deeper(Evaluator::unary)?;
            return Ok(match value.truth() {
                Some(truth) => Value::Bool(!truth),
                None => Value::Unknown(Unknown::Computed),
            });
        }
        if self.take_symbol("-") {
            return Ok(match self.deeper(Evaluator::unary)? {
                Value::Number(number) => Value::Number(-number),
                _ => Value::Unknown(Unknown::Computed),
            });
        }
        if self.take_symbol("#") || self.take_symbol("~") {
            self.deeper(Evaluator::unary)?;
            return Ok(Value::Unknown(Unknown::Computed));
        }
        self.operand()
    }

    fn operand(&mut self) -> Result<Value, LuaError> {
        let missing = self.unexpected("a value is missing");
        match self.peek() {
            Some(Token::Text(text)) => {
                self.take();
                Ok(Value::Text(text.clone()))
            }
            Some(Token::Number(number)) => {
                self.take();
                Ok(number.map_or(Value::Unknown(Unknown::Computed), Value::Number))
            }
            Some(Token::Symbol("{")) => self.table(),
            Some(Token::Symbol("(")) => {
                self.take();
                let value = self.expression()?;
                self.expect(")", "a `(` that is never closed")?;
                self.suffixes(value)
            }
            Some(Token::Symbol("...")) => {
                self.take();
                Ok(Value::Unknown(Unknown::Computed))
            }
            Some(Token::Name(name)) => self.named(name),
            _ => Err(missing),
        }
    }

    fn named(&mut self, name: &'w str) -> Result<Value, LuaError> {
        let value = match name {
            "nil" => Value::Nil,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "function" => {
                self.skip_block()?;
                return self.suffixes(Value::Unknown(Unknown::Computed));
            }
            _ if is_keyword(name) => return Err(self.unexpected("a value is missing")),
            _ => {
                if let Some(value) = self.variable_of_environment() {
                    return self.suffixes(value);
                }
                self.take();
                let file_function = FILE_FUNCTIONS.iter().find(|function| **function == name);
                let value = match (file_function, name.strip_prefix("ENV_")) {
                    (Some(function), _) => Value::Unknown(Unknown::Elsewhere { function }),
                    (None, Some(name)) => Value::Unknown(Unknown::Environment {
                        name: name.to_owned(),
                        with_fallback: false,
                    }),
                    (None, None) => self.locals.get(name).unwrap_or(Value::Unknown(Unknown::Name)),
                };
                return self.suffixes(value);
            }
        };
        self.take();
        Ok(value)
    }

    /// `os.getenv("X")` or `Lua.os.getenv("X")`.
    fn variable_of_environment(&mut self) -> Option<Value> {
        let start = self.next;
        let is_lua = self.take_name("Lua") && self.take_symbol(".");
        if !is_lua {
            self.next = start;
        }
        let found = self.take_name("os") && self.take_symbol(".") && self.take_name("getenv");
        let bracket = self.take_symbol("(");
        let name = match self.peek() {
            Some(Token::Text(name)) if found => String::from_utf8_lossy(name).into_owned(),
            _ => {
                self.next = start;
                return None;
            }
        };
        self.take();
        if bracket && !self.take_symbol(")") {
            self.next = start;
            return None;
        }
        Some(Value::Unknown(Unknown::Environment { name, with_fallback: false }))
    }

    /// Calls and indices after a value: nothing that they give is known.
    pub(super) fn suffixes(&mut self, value: Value) -> Result<Value, LuaError> {
        // What a call of such a function gives is known to be elsewhere.
        let result = match &value {
            Value::Unknown(Unknown::Elsewhere { .. }) => value.clone(),
            _ => Value::Unknown(Unknown::Computed),
        };
        let mut value = value;
        loop {
            match self.peek() {
                Some(Token::Symbol("." | ":")) => {
                    self.take();
                    let Some(Token::Name(_)) = self.take() else {
                        return Err(self.unexpected("a name is missing"));
                    };
                }
                Some(Token::Symbol("[")) => {
                    self.take();
                    self.expression()?;
                    self.expect("]", "a `[` that is never closed")?;
                }
                Some(Token::Symbol("(" | "{") | Token::Text(_)) => {
                    self.argument()?;
                }
                _ => return Ok(value),
            }
            value = result.clone();
        }
    }

    /// The argument of a call: a text, a table, or a list in brackets. Of a list, the first.
    pub(super) fn argument(&mut self) -> Result<Value, LuaError> {
        if !self.take_symbol("(") {
            return self.deeper(|this| match this.peek() {
                Some(Token::Symbol("{")) => this.table(),
                Some(Token::Text(text)) => {
                    this.take();
                    Ok(Value::Text(text.clone()))
                }
                _ => Err(this.unexpected("a value is missing")),
            });
        }
        if self.take_symbol(")") {
            return Ok(Value::Nil);
        }
        let values = self.expressions()?;
        self.expect(")", "a `(` that is never closed")?;
        Ok(values.into_iter().next().unwrap_or(Value::Nil))
    }

    fn table(&mut self) -> Result<Value, LuaError> {
        let unclosed = self.unexpected("a `{` that is never closed");
        self.take();
        let mut entries = Vec::new();
        while !self.take_symbol("}") {
            if self.peek().is_none() {
                return Err(unclosed);
            }
            let at = self.at();
            let key = match (self.peek(), self.ahead(1)) {
                (Some(Token::Name(name)), Some(Token::Symbol("="))) if !is_keyword(name) => {
                    self.take();
                    self.take();
                    Some(name.clone().into_bytes())
                }
                (Some(Token::Symbol("[")), _) => {
                    self.take();
                    let key = self.expression()?;
                    self.expect("]", "a `[` that is never closed")?;
                    self.expect("=", "a `=` is missing")?;
                    match key {
                        // `[1] = "a"` is an item of a list.
                        Value::Number(_) => None,
                        key => Some(key.text().unwrap_or_default()),
                    }
                }
                _ => None,
            };
            let value = self.expression()?;
            entries.push(Entry { key, value, at });
            if !self.take_symbol(",") && !self.take_symbol(";") && !self.is_symbol("}") {
                let missing = "a comma or a semicolon is missing between two items";
                return Err(if self.peek().is_none() {
                    unclosed
                } else {
                    self.unexpected(missing)
                });
            }
        }
        Ok(Value::Table(entries))
    }

    /// Runs a part that may be nested in itself, and refuses what is nested too deep.
    fn deeper<T>(
        &mut self,
        part: impl FnOnce(&mut Self) -> Result<T, LuaError>,
    ) -> Result<T, LuaError> {
        if self.depth == DEEPEST {
            return Err(self.unexpected("values are nested too deep"));
        }
        self.depth += 1;
        let result = part(self);
        self.depth -= 1;
        result
    }
}

/// Whether a name is a word of the language (Lua 5.4 manual, §3.1).
pub(super) fn is_keyword(name: &str) -> bool {
    const KEYWORDS: [&str; 22] = [
        "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if",
        "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
    ];
    KEYWORDS.contains(&name)
}
