//! The option that names the meeting, for commands that people can copy.

use std::path::Path;

/// ` --meeting PATH`, quoted for a shell; nothing for the meeting of the current folder.
pub(crate) fn meeting_option(meeting: Option<&Path>) -> String {
    let Some(path) = meeting else { return String::new() };
    let path = path.display().to_string();
    // Only a NUL cannot be quoted, and no path has one.
    format!(" --meeting {}", shlex::try_quote(&path).unwrap_or(path.as_str().into()))
}
