//! One function a subcommand: each calls the crates in order.

mod cancel;
mod check;
mod doctor;
mod init;
mod links;
mod plan;
mod remind;
mod round;
mod send;
mod settle;
mod status;
mod token;

use anstream::ColorChoice;

use crate::cli::{Cli, Color, Command, Global};
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::world::World;

pub(crate) fn report(global: &Global) -> Report {
    let color = match global.color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::AlwaysAnsi,
        Color::Never => ColorChoice::Never,
    };
    Report { quiet: global.quiet, verbose: global.verbose, color }
}

pub(crate) fn run(cli: Cli, report: Report) -> Result<Exit, Failure> {
    let world = World::look();
    let meeting = cli.global.meeting.as_deref();
    match cli.command {
        Command::Init(init) => init::run(&init, report, &world),
        Command::Check(check) => check::run(&check, meeting, report, &world),
        Command::Links(links) => links::run(&links, meeting, report, &world),
        Command::Plan(plan) => plan::run(&plan, meeting, report, &world),
        Command::Send(send) => send::run(&send, meeting, report, &world),
        Command::Remind(remind) => remind::run(&remind, meeting, report, &world),
        Command::Cancel(cancel) => cancel::run(&cancel, meeting, report, &world),
        Command::Status(status) => status::run(&status, meeting, report, &world),
        Command::Settle(settle) => settle::run(&settle, meeting, report, &world),
        Command::Doctor(doctor) => doctor::run(&doctor, meeting, report, &world),
        Command::Token(token) => token::run(&token, meeting, report, &world),
    }
}

/// The keys of those who are named on the command line. Each has to be known to the list or the ledger.
pub(crate) fn named(
    written: &[String],
    knows: impl Fn(&str) -> Result<bool, Failure>,
) -> Result<Vec<String>, Failure> {
    let key = |written: &String| {
        let key = prepare::email(written)?.key().into_owned();
        if knows(&key)? { Ok(key) } else { Err(unknown_person(written)) }
    };
    written.iter().map(key).collect()
}

/// Somebody who is named on the command line and nowhere else: a typo must not look like success.
fn unknown_person(written: &str) -> Failure {
    Failure::wrong(
        format!("{} is neither in the list nor in the ledger", meetmint_batch::quoted(written)),
        "write the address as it stands in the list",
    )
}
