//! The Lua of Prosody's configuration: read, never executed.

mod blocks;
mod evaluator;
mod lexer;
mod locals;
mod statements;
mod value;

pub(crate) use lexer::as_string;
pub(crate) use statements::{Directive, Statement, Statements, read};
pub(crate) use value::{Entry, Unknown, Value};
