//! Usage errors that quote what was typed.

use clap::error::{ContextKind, ContextValue, Error};

/// The longest argument that an error quotes whole, in characters.
const LONGEST: usize = 60;

/// The same error, with at most 60 characters of what was typed. Otherwise, a file that was pasted by mistake would fill
/// the terminal.
pub(crate) fn shortened(mut error: Error) -> Error {
    for kind in [
        ContextKind::InvalidArg,
        ContextKind::InvalidValue,
        ContextKind::InvalidSubcommand,
        ContextKind::TrailingArg,
    ] {
        if let Some(ContextValue::String(typed)) = error.get(kind)
            && typed.chars().count() > LONGEST
        {
            let typed: String = typed.chars().take(LONGEST).chain(['…']).collect();
            error.insert(kind, ContextValue::String(typed));
            // Tips repeat the argument.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}
