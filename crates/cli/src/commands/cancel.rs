//! `meetmint cancel`.

use meetmint_app::{CancelReport, CancelRequest, Context, Error};

use super::outcome;
use crate::cli::Cancel;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Cancel, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let for_all = args.only.is_empty();
    let whom = match args.only.as_slice() {
        [] => "The meeting".to_owned(),
        people => format!("The meeting of {}", people.join(", ")),
    };
    let request = CancelRequest { only: args.only, undo: args.undo, run: args.run.into() };
    match meetmint_app::cancel(context, &request)? {
        CancelReport::Undone { still_called_off } => {
            terminal.done(&format!("{whom} is no longer called off."));
            terminal.done(match (still_called_off, for_all) {
                (false, _) => "To invite those who were sent a cancellation, run `meetmint send`.",
                (true, true) => "It stays called off for some people; `meetmint plan` names them.",
                (true, false) => {
                    "The whole meeting stays called off, until you run `meetmint cancel --undo`."
                }
            });
            Ok(Exit::Done)
        }
        CancelReport::CalledOff { already, delivery } => {
            let was = if already { "was called off already" } else { "is called off" };
            let nothing = match delivery.messages {
                0 => " No cancellation is due.",
                _ => "",
            };
            terminal.done(&format!("{whom} {was}.{nothing}"));
            outcome::say(&delivery, terminal)
        }
    }
}
