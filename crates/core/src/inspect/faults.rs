//! Each reason for which a token is not accepted: the server's text, the claim at fault, and what to do.

mod of_login;
mod of_room;
mod of_signature;

pub(super) use of_login::*;
pub(super) use of_room::*;
pub(super) use of_signature::*;

use serde_json::Value;

use super::judgement::{Fault, Finding, Stage};
use super::parts::member;
use crate::quoted::quoted;

/// A value for a message: what type it has, or the text itself.
pub(super) fn described(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => claimed(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A claim's text for a message. Somebody may have pasted a whole token there, and a token is never shown.
pub(super) fn claimed(text: &str) -> String {
    if text.trim_start().starts_with("eyJ") { "a token".to_owned() } else { quoted(text) }
}

/// Whether a claim that is missing stands inside `context`, because a brace was closed too late.
fn is_inside_context(claims: &Value, name: &str) -> bool {
    member(claims, "context").is_some_and(|context| member(context, name).is_some())
}

fn of_login(error: &str, finding: Finding) -> Fault {
    Fault::refused(Stage::Login, error, finding)
}

fn of_room(error: &str, finding: Finding) -> Fault {
    Fault::refused(Stage::Join, error, finding)
}

/// A year in seconds, as the Gregorian calendar has it on average.
pub(super) const YEAR: f64 = 31_556_952.0;

/// From here on, a number of seconds is most likely one of milliseconds: it is more than 3,000 years.
pub(super) const MILLISECONDS: f64 = 1e11;

/// How to have meetmint make a token with the right claims.
const MINT: &str = "correct it where the token is made, or make the link with meetmint, which writes every claim as the server expects it";
