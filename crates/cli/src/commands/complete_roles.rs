//! `meetmint complete-roles`: what a shell offers after `--role`.
//!
//! Somebody is typing: whatever is wrong, nothing is offered, and nothing is said.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use meetmint_app::Context;

use crate::cli::CompleteRoles;
use crate::exit::Exit;
use crate::terminal::Terminal;

const OPTION: &str = "--meeting";

pub(crate) fn run(args: &CompleteRoles, terminal: &Terminal, context: Context) -> Exit {
    let home = (context.environment.variable)("HOME");
    let named = named_meeting(&args.words).map(|word| path_of(word, home.as_deref()));
    let context = Context { meeting: named.or(context.meeting), ..context };
    let names = meetmint_app::role_names(&context).unwrap_or_default();
    if !names.is_empty() {
        // A shell that does not read them is no reason to complain.
        let _ = terminal.data(&(names.join("\n") + "\n"));
    }
    Exit::Done
}

/// The value of `--meeting` on a line. Bash makes a word of its own of an equals sign.
fn named_meeting(words: &[OsString]) -> Option<OsString> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == OPTION {
            return words.find(|word| *word != "=").cloned();
        }
        let rest = word.to_str().and_then(|word| word.strip_prefix(OPTION)?.strip_prefix('='));
        if let Some(rest) = rest {
            return Some(rest.into());
        }
    }
    None
}

/// The path that a word stands for. Shells hand words over as they are typed, some with their quotes.
fn path_of(word: OsString, home: Option<&OsStr>) -> PathBuf {
    let path = PathBuf::from(word);
    if path.exists() {
        return path;
    }
    let unquoted = path.to_str().and_then(shlex::split).filter(|words| words.len() == 1);
    let path = unquoted.map_or(path, |words| words.concat().into());
    match (path.strip_prefix("~"), home) {
        (Ok(below), Some(home)) => Path::new(home).join(below),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meeting_of_a_line_is_found() {
        #[track_caller]
        fn case(words: &[&str], expected: Option<&str>) {
            let words: Vec<OsString> = words.iter().map(OsString::from).collect();
            assert_eq!(named_meeting(&words).as_deref(), expected.map(OsStr::new));
        }
        case(&["links", "--meeting", "autumn", "--role", ""], Some("autumn"));
        case(&["links", "--meeting=autumn", "--role", ""], Some("autumn"));
        case(&["links", "--meeting", "=", "autumn", "--role", "=", "m"], Some("autumn"));
        case(&["links", "--role", "m", "--meeting"], None);
        case(&["links", "--meeting=", "--role"], Some(""));
        case(&[], None);
    }

    #[test]
    fn a_word_is_read_as_a_shell_reads_it() {
        #[track_caller]
        fn case(word: &str, expected: &str) {
            let path = path_of(word.into(), Some(OsStr::new("/home/ada")));
            assert_eq!(path, Path::new(expected));
        }
        case("autumn", "autumn");
        case("'town hall'", "town hall");
        case("town\\ hall", "town hall");
        case("~/autumn", "/home/ada/autumn");
        case("~", "/home/ada");
        case("~eve/autumn", "~eve/autumn");
        case("'open", "'open");
    }
}
