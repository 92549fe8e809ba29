//! The `meetmint` command: parse, run, exit code.

mod campaign;
mod cli;
mod commands;
mod document;
mod failure;
mod key;
mod mail;
mod prepare;
mod relay;
mod report;
mod settings;
mod world;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let report = commands::report(&cli.global);
    match commands::run(cli, report) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            report.failure(&failure);
            failure.exit().into()
        }
    }
}
