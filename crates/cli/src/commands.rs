//! One file per command: arguments become a request, a result becomes words and an exit code.

mod cancel;
mod check;
mod complete_roles;
mod completions;
mod doctor;
mod init;
mod inspect;
mod ledger;
mod links;
mod man;
mod outcome;
mod plan;
mod remind;
mod send;
mod settle;
mod status;
mod token;

use std::sync::Arc;

use meetmint_app::{Context, Error, FrontEnd};

use crate::cli::{Cli, Command};
use crate::environment::environment;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(cli: Cli, terminal: &Arc<Terminal>) -> Result<Exit, Error> {
    let front_end = Arc::clone(terminal) as Arc<dyn FrontEnd>;
    let (input, interrupted) = (Arc::clone(terminal), terminal.interrupted());
    let environment = environment(interrupted, Box::new(move || input.take_piped_input()));
    let context = Context { meeting: cli.global.meeting, environment, front_end };
    match cli.command {
        Command::Init(args) => init::run(args, terminal, &context),
        Command::Check(args) => check::run(&args, terminal, &context),
        Command::Links(args) => links::run(args, terminal, &context),
        Command::Plan(args) => plan::run(args, terminal, &context),
        Command::Send(args) => send::run(args, terminal, &context),
        Command::Remind(args) => remind::run(args, terminal, &context),
        Command::Cancel(args) => cancel::run(args, terminal, &context),
        Command::Status(args) => status::run(&args, terminal, &context),
        Command::Settle(args) => settle::run(args, terminal, &context),
        Command::Ledger(args) => ledger::run(args, terminal, &context),
        Command::Token(args) => token::run(args, terminal, &context),
        Command::Inspect(args) => inspect::run(args, terminal, &context),
        Command::Doctor(args) => doctor::run(&args, terminal, &context),
        Command::Completions(args) => completions::run(&args, terminal),
        Command::Man(args) => man::run(&args, terminal),
        Command::CompleteRoles(args) => Ok(complete_roles::run(&args, terminal, context)),
    }
}
