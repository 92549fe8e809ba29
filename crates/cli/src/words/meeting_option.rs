//! The option that names the meeting, for commands that people can copy.

use std::path::Path;

/// ` --meeting PATH`, quoted for a shell; nothing for the nearest meeting.
pub(crate) fn meeting_option(meeting: Option<&Path>) -> String {
    let Some(path) = meeting else { return String::new() };
    let path = path.display().to_string();
    // Only a NUL cannot be quoted, and no path has one.
    format!(" --meeting {}", shlex::try_quote(&path).unwrap_or(path.as_str().into()))
}

/// The same text with the option in each command that it names between backquotes: `` `meetmint status` ``. `init` is left
/// alone, because it makes another meeting.
pub(crate) fn with_option(text: &str, option: &str) -> String {
    let mut pieces = text.split('`');
    // Every second piece is between backquotes.
    let mut is_quoted = false;
    let mut result = String::with_capacity(text.len());
    if let Some(first) = pieces.next() {
        result.push_str(first);
    }
    for piece in pieces {
        is_quoted = !is_quoted;
        result.push('`');
        result.push_str(piece);
        let command = piece.strip_prefix("meetmint ").filter(|_| is_quoted);
        if command.is_some_and(|command| !command.starts_with("init")) {
            result.push_str(option);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_get_the_option() {
        #[track_caller]
        fn case(text: &str, expected: &str) {
            assert_eq!(with_option(text, " --meeting town"), expected);
        }

        case("run `meetmint status`: `--sent`", "run `meetmint status --meeting town`: `--sent`");
        case("create one with `meetmint init DIR`", "create one with `meetmint init DIR`");
        case("meetmint reads `meeting.toml`", "meetmint reads `meeting.toml`");
        case("", "");
    }
}
