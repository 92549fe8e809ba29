//! `meetmint remind`.

use meetmint_app::phrases::{people, time_in};
use meetmint_app::{Context, Error, RemindReport, RemindRequest, Uninvited};

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
        RemindReport::NobodyInvited(why) => {
            terminal.done(&uninvited(&why, chooses));
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

/// Why nobody is reminded, and how to change that.
fn uninvited(why: &Uninvited, chooses: bool) -> String {
    let nobody = if chooses { "None of those chosen" } else { "Nobody" };
    match why {
        Uninvited::CalledOff => "The meeting is called off, so nobody is reminded.\nTo take that back, run `meetmint cancel --undo`.".to_owned(),
        Uninvited::CalledOffFor(marked) => {
            let (whom, address) = match marked.as_slice() {
                [person] => (person.clone(), person.as_str()),
                several => (people(several.len()), "EMAIL"),
            };
            format!(
                "{nobody} is invited at the moment: the meeting is called off for {whom}.\nTo take that back, run `meetmint cancel --undo --only {address}`."
            )
        }
        Uninvited::NotInvitedAgain(count) => format!(
            "{nobody} is invited at the moment: {} cancelled, and the cancellation was taken back.\nTo invite them again, run `meetmint send`.",
            match count {
                1 => "1 invitation was".to_owned(),
                count => format!("{count} invitations were"),
            }
        ),
        Uninvited::NotNow => format!("{nobody} is invited at the moment, so nobody is reminded."),
        Uninvited::Never => format!("{nobody} has been invited, so nobody is reminded."),
    }
}
