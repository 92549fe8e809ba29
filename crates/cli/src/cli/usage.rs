//! Usage errors that quote what was typed.

use clap::error::{ContextKind, ContextValue, Error};
use meetmint_app::quoted;

/// The same error, with at most 60 characters of what was typed, and no token. Otherwise, a file that was pasted by
/// mistake would fill the terminal, and a link would be in a log.
pub(crate) fn shortened(mut error: Error) -> Error {
    for kind in [
        ContextKind::InvalidArg,
        ContextKind::InvalidValue,
        ContextKind::InvalidSubcommand,
        ContextKind::TrailingArg,
    ] {
        if let Some(ContextValue::String(typed)) = error.get(kind)
            && let shown = quoted(typed)
            && shown[1..shown.len() - 1] != *typed
        {
            let shown = shown[1..shown.len() - 1].to_owned();
            error.insert(kind, ContextValue::String(shown));
            // Tips repeat the argument.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}
