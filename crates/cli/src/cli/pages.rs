//! Every command in README.md and docs/ is one that the program accepts, also those that no test runs.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Parser as _;
use clap::error::ErrorKind;

use super::Cli;

/// What stands for a value in the pages, and a value.
const PLACEHOLDERS: [(&str, &str); 6] = [
    ("EMAIL", "ada@example.org"),
    ("TIME", "1h"),
    ("PATH", "links.csv"),
    ("COLUMN,…", "Seat"),
    ("'LINK'", "link"),
    ("--limit N", "--limit 1"),
];

/// A command of a page, without redirections.
struct Typed {
    command: String,
    /// Whether it stands in a sentence, which may leave out what a command needs.
    is_mentioned: bool,
}

#[test]
fn the_commands_in_the_pages_are_valid() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let entries = std::fs::read_dir(top.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let is_page = |path: &PathBuf| path.extension().is_some_and(|end| end == "md");
    let (mut count, mut errors) = (0, String::new());
    for path in entries.filter(is_page).chain([top.join("README.md")]) {
        for typed in typed_in(&std::fs::read_to_string(&path).unwrap()) {
            count += 1;
            if let Err(error) = typed.parse() {
                writeln!(errors, "{}: {}: {error}", path.display(), typed.command).unwrap();
            }
        }
    }
    assert!(errors.is_empty(), "{errors}");
    assert!(count > 150, "{count} commands");
}

impl Typed {
    fn parse(&self) -> Result<(), clap::Error> {
        let with_values = |text: String, (name, value): &(&str, &str)| text.replace(name, value);
        let command = PLACEHOLDERS.iter().fold(self.command.clone(), with_values);
        let words = shlex::split(&command).unwrap_or_default();
        let Err(error) = Cli::try_parse_from(&words) else { return Ok(()) };
        let is_fine = match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => true,
            // An option without its value is an invalid value.
            ErrorKind::MissingRequiredArgument
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            | ErrorKind::InvalidValue => self.is_mentioned,
            // `meetmint COMMAND --help` stands for any command.
            _ => command.contains("COMMAND"),
        };
        if is_fine { Ok(()) } else { Err(error) }
    }
}

/// The commands of a page: in its blocks, and between backticks.
fn typed_in(page: &str) -> Vec<Typed> {
    let mut typed = Vec::new();
    for (at, part) in page.split("```").enumerate() {
        let is_mentioned = at % 2 == 0;
        let pieces: Vec<&str> = if is_mentioned {
            part.split('`').skip(1).step_by(2).collect()
        } else {
            // The page of commands has the usage of each, which is no command.
            part.lines().skip(1).filter(|line| !line.contains('[')).collect()
        };
        for piece in pieces.iter().flat_map(|piece| piece.split(['|', '&', ';'])) {
            let command = command_of(piece.trim().trim_start_matches("$ "));
            typed.extend(command.map(|command| Typed { command, is_mentioned }));
        }
    }
    typed
}

/// A command without the time of a crontab before it, and without what explains it.
fn command_of(piece: &str) -> Option<String> {
    let begin = piece.find("meetmint ").filter(|at| *at == 0 || piece.starts_with('*'))?;
    let typed = piece[begin..].split("   ").next()?;
    let words = typed.split_whitespace().take_while(|word| !word.starts_with(['<', '>']));
    Some(words.collect::<Vec<_>>().join(" "))
}
