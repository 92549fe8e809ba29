//! The `meetmint` command: arguments, words, exit codes, progress and signals around [`meetmint_app`].

mod cli;
mod commands;
mod completions;
mod environment;
mod exit;
mod manual;
mod terminal;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;

fn main() -> ExitCode {
    meetmint_malloc::limit_arenas();
    // clap prints help and usage errors, and exits with 0 or 2.
    let cli = cli::Cli::try_parse().unwrap_or_else(|error| cli::shortened(error).exit());
    // Shared, because deliveries report their progress from several threads.
    let terminal = Arc::new(terminal::Terminal::new(&cli.global));
    match commands::run(cli, &terminal) {
        Ok(exit) => exit.into(),
        Err(error) => {
            terminal.error(&error);
            exit::Exit::of(&error).into()
        }
    }
}
