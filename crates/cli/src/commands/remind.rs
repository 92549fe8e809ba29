//! `meetmint remind`.

use meetmint_app::phrases::{people, time_in};
use meetmint_app::{Context, Error, RemindReport, RemindRequest};

use super::outcome;
use crate::cli::Remind;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Remind, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let chooses = !args.selection.only.is_empty() || args.selection.role.is_some();
    let request = RemindRequest {
        selection: args.selection.into(),
        before: args.before,
        again: args.again,
        run: args.run.into(),
    };
    match meetmint_app::remind(context, &request)? {
        // Prints nothing: cron mails whatever a command prints, and most of its runs find nobody to remind.
        RemindReport::NotNow => Ok(Exit::Done),
        RemindReport::NobodyInvited => {
            terminal.done(if chooses {
                "None of those chosen has been invited, so nobody is reminded."
            } else {
                "Nobody has been invited, so nobody is reminded."
            });
            Ok(Exit::Done)
        }
        RemindReport::RemindedRecently { people: count, delivery } => {
            terminal.done(&format!(
                "Nobody was mailed: {} reminded within the last hour. To remind them once more, use `--again`.",
                if count == 1 { "1 person was".to_owned() } else { format!("{} were", people(count)) }
            ));
            outcome::say(&delivery, terminal)
        }
        RemindReport::Finished { begun, delivery } => {
            terminal.done(&format!(
                "The reminder of {} had nobody left to remind, and is finished now. To send another reminder, run the command again.",
                time_in(begun, &delivery.zone)
            ));
            outcome::say(&delivery, terminal)
        }
        RemindReport::Sent(report) => outcome::say(&report, terminal),
    }
}
