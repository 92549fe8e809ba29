//! `meetmint cancel`.

use meetmint_app::{CancelReport, CancelRequest, Context, Error};

use super::outcome;
use crate::cli::Cancel;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Cancel, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let request = CancelRequest { only: args.only, undo: args.undo, run: args.run.into() };
    match meetmint_app::cancel(context, &request)? {
        CancelReport::Undone => {
            terminal.done(
                "The meeting is no longer called off. To invite people, run `meetmint send`.",
            );
            Ok(Exit::Done)
        }
        CancelReport::NobodyToTell(report) => {
            terminal.done("The meeting is called off. No cancellations had to be sent.");
            outcome::say(&report, terminal)
        }
        CancelReport::Sent(report) => outcome::say(&report, terminal),
    }
}
