//! `meetmint settle`.

use meetmint_app::phrases::counted;
use meetmint_app::{Context, Error, SettleReport, SettleRequest};

use super::outcome;
use crate::cli::Settle;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Settle, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let request = SettleRequest { resend: args.resend, only: args.only, run: args.run.into() };
    match meetmint_app::settle(context, &request)? {
        SettleReport::NothingInDoubt => {
            terminal.done("No message is in doubt.");
            Ok(Exit::Done)
        }
        SettleReport::CountedAsSent { messages, meeting_over } => {
            let count = if messages == 1 { "counts" } else { "count" };
            // `--resend` ends here too after the meeting, so the sentence says why nothing was sent.
            let why = if meeting_over {
                ", because the meeting is over and nobody is mailed any more"
            } else {
                ""
            };
            terminal.done(&format!("{} {count} as sent{why}.", counted(messages, "message")));
            Ok(Exit::Done)
        }
        SettleReport::Resent(report) => outcome::say(&report, terminal),
    }
}
