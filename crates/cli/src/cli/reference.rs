//! docs/commands.md is what the definition of the commands says.
//!
//! `MEETMINT_UPDATE=1 cargo test -p meetmint reference` writes it.

use std::fmt::Write as _;
use std::path::Path;

use clap::{Arg, ArgAction, Command, CommandFactory as _, Parser as _};

use super::{Cli, GLOBAL};

/// The page, from the top of the repository.
const PAGE: &str = "docs/commands.md";

const INTRODUCTION: &str = "# Commands

<!-- Written by `just docs` from the definitions in crates/cli/src/cli.rs. -->

`meetmint COMMAND --help` prints the same for one command. Without a command, `meetmint` lists them.
[Your first meeting](first-meeting.md) shows them in the order in which they are used.
";

#[test]
fn the_page_of_commands_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(PAGE);
    let page = page();
    if std::env::var_os("MEETMINT_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{PAGE} is out of date: run `just docs`");
}

/// Every example of a help text is a command line that the program accepts.
#[test]
fn the_examples_are_valid_command_lines() {
    let mut count = 0;
    for command in every(&command(), &mut Vec::new()) {
        for line in examples(&command.1) {
            for part in line.split(['|', '&']).map(str::trim) {
                let Some(begin) = part.strip_prefix("meetmint ") else { continue };
                // Three spaces and what follows them explain the example; a redirection is the shell's.
                let typed = begin.split("   ").next().unwrap().split(['<', '>']).next().unwrap();
                let words = shlex::split(typed).unwrap();
                let parsed = Cli::try_parse_from(["meetmint".to_owned()].into_iter().chain(words));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
                count += 1;
            }
        }
    }
    assert!(count > 30, "{count} examples");
}

fn command() -> Command {
    let mut command = Cli::command();
    // Gives the options of every command to its subcommands.
    command.build();
    command
}

/// A command and its subcommands, each with its path: `meetmint`, `meetmint init`.
fn every(command: &Command, path: &mut Vec<String>) -> Vec<(String, Command)> {
    path.push(command.get_name().to_owned());
    let mut all = vec![(path.join(" "), command.clone())];
    for subcommand in command.get_subcommands().filter(|it| it.get_name() != "help") {
        all.extend(every(subcommand, path));
    }
    path.pop();
    all
}

fn page() -> String {
    let root = command();
    let mut page = INTRODUCTION.to_owned();
    let all = every(&root, &mut Vec::new());
    page.push_str("\n| command | purpose |\n| --- | --- |\n");
    for (path, command) in &all[1..] {
        let anchor = path.replace(' ', "-");
        writeln!(page, "| [`{path}`](#{anchor}) | {} |", first_line(command)).unwrap();
    }
    page.push_str("\n## Global options\n\nEvery command has these.\n");
    table(&mut page, "option", root.get_arguments().filter(|it| is_global(it)));
    notes(&mut page, &root, "##");
    for (path, command) in &all[1..] {
        write!(page, "\n## `{path}`\n\n{}\n", about(command)).unwrap();
        if command.is_hide_set() {
            page.push_str("\n`--help` does not list this command.\n");
        }
        let usage = command.clone().render_usage().to_string();
        let usage = usage.trim_start_matches("Usage: ").replace("meetmint-", "meetmint ");
        write!(page, "\n```text\n{usage}\n```\n").unwrap();
        let own = || command.get_arguments().filter(|it| !is_global(it) && !is_help(it));
        table(&mut page, "argument", own().filter(|it| it.is_positional()));
        table(&mut page, "option", own().filter(|it| !it.is_positional()));
        notes(&mut page, command, "###");
    }
    page
}

fn is_global(argument: &Arg) -> bool {
    argument.get_help_heading() == Some(GLOBAL)
}

fn is_help(argument: &Arg) -> bool {
    matches!(argument.get_id().as_str(), "help" | "version")
}

fn first_line(command: &Command) -> String {
    escaped(&command.get_about().map(ToString::to_string).unwrap_or_default())
}

fn about(command: &Command) -> String {
    let text = command.get_long_about().or(command.get_about());
    let text = text.map(ToString::to_string).unwrap_or_default();
    // The first line is that of the list of commands, without a full stop.
    let sentences = text.split("\n\n").map(|it| it.trim_end_matches('.').to_owned() + ".");
    sentences.collect::<Vec<_>>().join("\n\n")
}

fn table<'a>(page: &mut String, what: &str, arguments: impl Iterator<Item = &'a Arg>) {
    let mut arguments = arguments.peekable();
    if arguments.peek().is_some() {
        write!(page, "\n| {what} | meaning |\n| --- | --- |\n").unwrap();
    }
    for argument in arguments {
        writeln!(page, "| {} | {} |", names(argument), meaning(argument)).unwrap();
    }
}

/// `-q`, `--quiet`, with the name of the value.
fn names(argument: &Arg) -> String {
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let value = argument.get_value_names().unwrap_or_default().join(" ");
    if argument.is_positional() {
        return format!("`{value}`");
    }
    let value = if takes_value { format!(" {value}") } else { String::new() };
    let short = argument.get_short().map(|it| format!("`-{it}`, ")).unwrap_or_default();
    format!("{short}`--{}{value}`", argument.get_long().unwrap_or_default())
}

fn meaning(argument: &Arg) -> String {
    let text = argument.get_long_help().or(argument.get_help());
    let mut meaning = escaped(&text.map(ToString::to_string).unwrap_or_default());
    let takes_value = matches!(argument.get_action(), ArgAction::Set | ArgAction::Append);
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| takes_value && !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({help})", value.get_name()),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() {
        write!(meaning, ". One of {}", values.join(", ")).unwrap();
    }
    let defaults: Vec<_> =
        argument.get_default_values().iter().map(|it| it.to_string_lossy()).collect();
    if takes_value && !defaults.is_empty() {
        write!(meaning, ". Default: `{}`", defaults.join(" ")).unwrap();
    }
    if argument.is_hide_set() {
        meaning.push_str(". Not shown by `--help`");
    }
    meaning
}

/// The examples and the exit codes of a command.
fn notes(page: &mut String, command: &Command, level: &str) {
    let Some(text) = command.get_after_help() else { return };
    for part in text.to_string().split("\n\n") {
        let Some((heading, lines)) = part.split_once(":\n") else {
            write!(page, "\n{}\n", part.trim()).unwrap();
            continue;
        };
        // GitHub makes an anchor of each heading, so headings that repeat are no headings.
        let heading = if level == "##" { format!("## {heading}") } else { format!("{heading}:") };
        write!(page, "\n{heading}\n\n```text\n{}\n```\n", dedented(lines)).unwrap();
    }
}

fn examples(command: &Command) -> Vec<String> {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

fn dedented(lines: &str) -> String {
    let indent = lines.lines().map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    lines.lines().map(|line| &line[indent..]).collect::<Vec<_>>().join("\n")
}

/// Text for a cell of a table.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace("\n\n", ". ").replace('\n', " ")
}
