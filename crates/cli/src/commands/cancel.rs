//! `meetmint cancel`.

use meetmint_app::{CancelReport, CancelRequest, Context, Error};

use super::outcome;
use crate::cli::Cancel;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Cancel, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let for_all = args.only.is_empty();
    let whom = match args.only.as_slice() {
        [] => String::new(),
        people => format!(" for {}", people.join(", ")),
    };
    let option = args
        .only
        .iter()
        .fold(String::new(), |option, person| option + " --only " + &quoted(person));
    let request = CancelRequest { only: args.only, undo: args.undo, run: args.run.into() };
    match meetmint_app::cancel(context, &request)? {
        CancelReport::Undone { still_called_off, cancelled } => {
            let invite = match cancelled {
                0 => "",
                _ => "\nTo invite those who were sent a cancellation, run `meetmint send`.",
            };
            terminal.done(&match (still_called_off, for_all) {
                (false, _) => format!("The meeting is no longer called off{whom}.{invite}"),
                (true, true) => format!("The meeting is no longer called off for everybody.\nIt is still called off for some people; `meetmint plan` names them.{invite}"),
                (true, false) => format!(
                    "Calling the meeting off{whom} alone is undone.\nIt is still called off for everybody; to take that back, run `meetmint cancel --undo`."
                ),
            });
            Ok(Exit::Done)
        }
        CancelReport::CalledOff { already, delivery } => {
            let (was, already) = if already { ("was", " already") } else { ("is", "") };
            // After a run that mails nobody, nothing else shows what was changed.
            let nothing = match delivery.messages {
                0 => format!(
                    " No cancellation is due.\nTo take that back, run `meetmint cancel --undo{option}`."
                ),
                _ => String::new(),
            };
            terminal.done(&format!("The meeting {was} called off{whom}{already}.{nothing}"));
            outcome::say(&delivery, terminal)
        }
    }
}

fn quoted(text: &str) -> String {
    // Only a NUL cannot be quoted, and no address has one.
    shlex::try_quote(text).unwrap_or(text.into()).into_owned()
}
