//! Every invitation, made once and thrown away: what a template or the leak check objects to stops `send`, too.

use jiff::Timestamp;
use meetmint_batch::{CHUNK_ROWS, Problem, RosterRow, Selection};
use meetmint_core::EmptyWindow;
use meetmint_mailer::{Contents, MessageKind};

use crate::context::Context;
use crate::error::{Error, SHOWN_PROBLEMS};
use crate::front_end::{Event, Task};
use crate::mailing::MailFolder;

/// What is wrong with the invitations, and how many more of them have problems. Updates, cancellations and reminders
/// depend on what was sent before, and are left to `plan` and to the commands that send them.
pub(super) fn problems(
    mail: &MailFolder,
    context: &Context,
) -> Result<(Vec<Problem>, usize), Error> {
    let folder = &mail.folder;
    let total = folder.survey.people();
    let (mut found, mut more, mut done) = (Vec::new(), 0, 0);
    let progress = context.begin_progress();
    folder.roster.each(
        &folder.survey,
        &Selection::default(),
        CHUNK_ROWS,
        |rows| {
            let problems = rows.iter().map(|row| problem(mail, row, context.environment.now));
            let problems = problems.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>();
            problems.map(|problems| (rows.len(), problems))
        },
        |result: Result<(usize, Vec<String>), EmptyWindow>| {
            let (rows, problems) = result?;
            if context.environment.is_interrupted() {
                return Err(Error::interrupted("the messages were not checked"));
            }
            done += rows;
            context.event(&Event::Progress { task: Task::Checks, done, total });
            for message in problems {
                if found.len() < SHOWN_PROBLEMS {
                    found.push(Problem::of_file("no-message", folder.roster.shown(), message));
                } else {
                    more += 1;
                }
            }
            Ok::<(), Error>(())
        },
    )?;
    drop(progress);
    Ok((found, more))
}

/// Why there is no invitation for a person, if there is none.
fn problem(
    mail: &MailFolder,
    row: &RosterRow<'_>,
    now: Timestamp,
) -> Result<Option<String>, EmptyWindow> {
    let MailFolder { folder, composition, .. } = mail;
    let Some(snapshot) = composition.snapshot(folder, &row.entry, row)? else { return Ok(None) };
    let contents = Contents { kind: MessageKind::Invite, snapshot, before: None, back_on: false };
    Ok(composition.check(folder, contents, now).err())
}
