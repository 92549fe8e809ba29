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
    let request = CancelRequest { only: args.only, undo: args.undo, run: args.run.into() };
    match meetmint_app::cancel(context, &request)? {
        CancelReport::Undone { still_called_off } => {
            terminal.done(&match (still_called_off, for_all) {
                (false, _) => format!(
                    "The meeting is no longer called off{whom}.\nTo invite those who were sent a cancellation, run `meetmint send`."
                ),
                (true, true) => "The meeting is no longer called off for everybody.\nIt is still called off for some people; `meetmint plan` names them.".to_owned(),
                (true, false) => format!(
                    "Calling the meeting off{whom} alone is undone.\nIt is still called off for everybody; to take that back, run `meetmint cancel --undo`."
                ),
            });
            Ok(Exit::Done)
        }
        CancelReport::CalledOff { already, delivery } => {
            let (was, already) = if already { ("was", " already") } else { ("is", "") };
            let nothing = match delivery.messages {
                0 => " No cancellation is due.",
                _ => "",
            };
            terminal.done(&format!("The meeting {was} called off{whom}{already}.{nothing}"));
            outcome::say(&delivery, terminal)
        }
    }
}
