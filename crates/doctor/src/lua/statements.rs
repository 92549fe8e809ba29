//! The statements of a configuration: options and directives, in their order.

use super::evaluator::{Evaluator, is_keyword};
use super::lexer::{self, LuaError, Token};
use super::value::{Unknown, Value};
use crate::place::Position;

/// Something that a configuration says.
#[derive(Clone, Debug)]
pub(crate) enum Statement {
    /// `name = value`.
    Option { name: String, value: Value, at: Position },
    /// `VirtualHost "…"`, `Component "…" "…"`, `Include "…"`.
    Directive { directive: Directive, arguments: Vec<Value>, at: Position },
    /// Something that only running the file would tell: a condition, a loop, a call.
    Program { at: Position },
}

/// A directive, whatever alias it is written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directive {
    VirtualHost,
    Component,
    Include,
}

impl Directive {
    fn named(name: &str) -> Option<Directive> {
        match name {
            "VirtualHost" | "Host" | "host" => Some(Directive::VirtualHost),
            "Component" | "component" => Some(Directive::Component),
            "Include" | "include" | "RunScript" => Some(Directive::Include),
            _ => None,
        }
    }
}

/// All statements of a file.
pub(crate) type Statements = Vec<Statement>;

/// Reads a file.
///
/// # Errors
/// The first thing that Lua itself would not accept.
pub(crate) fn read(text: &[u8]) -> Result<Statements, LuaError> {
    let words = lexer::words(text)?;
    let mut reader = Reader { lua: Evaluator::new(&words), statements: Vec::new() };
    let mut open = 0_usize;
    while let Some(token) = reader.lua.peek() {
        match token {
            // A block of its own always runs.
            Token::Name(name) if name == "do" => {
                reader.lua.take();
                open += 1;
            }
            Token::Name(name) if name == "end" && open > 0 => {
                reader.lua.take();
                open -= 1;
            }
            Token::Name(name) if name == "return" => break,
            _ => reader.statement(&words)?,
        }
    }
    Ok(reader.statements)
}

struct Reader<'w> {
    lua: Evaluator<'w>,
    statements: Statements,
}

impl<'w> Reader<'w> {
    fn statement(&mut self, words: &'w [lexer::Word]) -> Result<(), LuaError> {
        let at = self.lua.at();
        match self.lua.peek() {
            Some(Token::Symbol(";")) => {
                self.lua.take();
            }
            Some(Token::Symbol("::")) => {
                self.lua.take();
                self.lua.take();
                self.lua.expect("::", "a label that is never closed")?;
            }
            Some(Token::Symbol("(")) => {
                self.lua.expression()?;
                self.statements.push(Statement::Program { at });
            }
            Some(Token::Name(name)) => match name.as_str() {
                "local" => self.local()?,
                "if" | "for" | "while" | "repeat" | "function" => {
                    self.block(words, at)?;
                }
                "goto" => {
                    self.lua.take();
                    self.lua.take();
                }
                _ if is_keyword(name) => return Err(self.lua.unexpected("a word out of place")),
                _ => self.named(name, at)?,
            },
            _ => return Err(self.lua.unexpected("neither an option nor a directive")),
        }
        Ok(())
    }

    fn local(&mut self) -> Result<(), LuaError> {
        self.lua.take();
        if self.lua.is_name("function") {
            return self.lua.skip_block();
        }
        let mut names = Vec::new();
        loop {
            match self.lua.take() {
                Some(Token::Name(name)) if !is_keyword(name) => names.push(name.clone()),
                _ => return Err(self.lua.unexpected("a name is missing")),
            }
            // `local a <const>`.
            if self.lua.take_symbol("<") {
                self.lua.take();
                self.lua.expect(">", "a `<` that is never closed")?;
            }
            if !self.lua.take_symbol(",") {
                break;
            }
        }
        let values = if self.lua.take_symbol("=") { self.lua.expressions()? } else { Vec::new() };
        for (name, value) in names.into_iter().zip(padded(values)) {
            self.lua.locals.set(&name, value);
        }
        Ok(())
    }

    /// A condition or a loop. Whatever it sets is not known.
    fn block(&mut self, words: &'w [lexer::Word], at: Position) -> Result<(), LuaError> {
        let is_repeat = self.lua.is_name("repeat");
        let is_function = self.lua.is_name("function");
        let rest = words.len() - self.lua.remaining();
        self.lua.skip_block()?;
        let end = words.len() - self.lua.remaining();
        if is_repeat {
            self.lua.expression()?;
        }
        // A function that is never called sets nothing, and a call is a program of its own.
        if !is_function {
            self.set_inside(&words[rest..end]);
        }
        self.statements.push(Statement::Program { at });
        Ok(())
    }

    /// Options and hosts in a part that may run or not.
    fn set_inside(&mut self, words: &[lexer::Word]) {
        let mut braces = 0_usize;
        for (place, word) in words.iter().enumerate() {
            let next = words.get(place + 1).map(|word| &word.token);
            match (&word.token, next) {
                (Token::Symbol("{" | "("), _) => braces += 1,
                (Token::Symbol("}" | ")"), _) => braces = braces.saturating_sub(1),
                (Token::Name(name), Some(Token::Symbol("="))) if braces == 0 => {
                    let value = Value::Unknown(Unknown::Computed);
                    if self.lua.locals.has(name) {
                        self.lua.locals.set(name, value);
                    } else {
                        let name = name.clone();
                        self.statements.push(Statement::Option { name, value, at: word.at });
                    }
                }
                (Token::Name(name), Some(Token::Text(host))) if braces == 0 => {
                    let directive =
                        Directive::named(name).filter(|found| *found != Directive::Include);
                    if let Some(directive) = directive {
                        let arguments = vec![Value::Text(host.clone())];
                        self.statements.push(Statement::Directive {
                            directive,
                            arguments,
                            at: word.at,
                        });
                    }
                }
                _ => {}
            }
        }
    }

    /// A statement that begins with a name: an option, a directive, or a call.
    fn named(&mut self, name: &'w str, at: Position) -> Result<(), LuaError> {
        let is_call = matches!(self.lua.ahead(1), Some(Token::Symbol("(" | "{") | Token::Text(_)));
        match Directive::named(name) {
            Some(directive) if is_call => {
                self.lua.take();
                let mut arguments = Vec::new();
                while matches!(self.lua.peek(), Some(Token::Symbol("(" | "{") | Token::Text(_))) {
                    arguments.push(self.lua.argument()?);
                }
                self.statements.push(Statement::Directive { directive, arguments, at });
                Ok(())
            }
            _ => self.assignment(at),
        }
    }

    fn assignment(&mut self, at: Position) -> Result<(), LuaError> {
        let mut targets = Vec::new();
        loop {
            let begin = self.lua.at();
            let Some(Token::Name(name)) = self.lua.take() else {
                return Err(self.lua.unexpected("a name is missing"));
            };
            // `a.b` and `a[1]` change a part of something; a call changes whatever it does.
            let words_left = self.lua.remaining();
            self.lua.suffixes(Value::Nil)?;
            let whole = self.lua.remaining() == words_left;
            targets.push((name.clone(), whole, begin));
            if !self.lua.take_symbol(",") {
                break;
            }
        }
        if !self.lua.take_symbol("=") {
            // Only a call can stand alone.
            return match targets.as_slice() {
                [(_, false, _)] => {
                    self.statements.push(Statement::Program { at });
                    Ok(())
                }
                _ => Err(self.lua.unexpected("a `=` is missing")),
            };
        }
        let values = self.lua.expressions()?;
        for ((name, whole, at), value) in targets.into_iter().zip(padded(values)) {
            let value = if whole { value } else { Value::Unknown(Unknown::Computed) };
            if self.lua.locals.has(&name) {
                self.lua.locals.set(&name, value);
            } else {
                self.statements.push(Statement::Option { name, value, at });
            }
        }
        Ok(())
    }
}

/// The values of an assignment. Those that are missing are nil, or what a last call gives.
fn padded(values: Vec<Value>) -> impl Iterator<Item = Value> {
    let rest = match values.last() {
        Some(Value::Unknown(_)) => Value::Unknown(Unknown::Computed),
        _ => Value::Nil,
    };
    values.into_iter().chain(std::iter::repeat(rest))
}
