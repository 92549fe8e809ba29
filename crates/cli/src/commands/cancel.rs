//! `meetmint cancel`.

use meetmint_app::{CancelReport, CancelRequest, Context, Error};

use super::outcome;
use crate::cli::Cancel;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Cancel, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let subject = match args.only.as_slice() {
        [] => "The meeting is".to_owned(),
        [email] => format!("The invitation of {email} is"),
        people => format!("The invitations of {} are", people.join(", ")),
    };
    let request = CancelRequest { only: args.only, undo: args.undo, run: args.run.into() };
    match meetmint_app::cancel(context, &request)? {
        CancelReport::Undone => {
            terminal.done(&format!(
                "{subject} no longer cancelled. To invite people, run `meetmint send`."
            ));
            Ok(Exit::Done)
        }
        CancelReport::NothingToSend(report) => {
            terminal.done(&format!("{subject} cancelled. No cancellations had to be sent."));
            outcome::say(&report, terminal)
        }
        CancelReport::Sent(report) => outcome::say(&report, terminal),
    }
}
