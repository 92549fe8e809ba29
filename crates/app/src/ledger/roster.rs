//! Whether the roster still has somebody who is to be forgotten.

use std::collections::HashSet;

use meetmint_batch::{CHUNK_ROWS, Problem, RosterRow, Selection, quoted};

use crate::context::Context;
use crate::error::Error;
use crate::folder::{self, Addresses, LoadedFolder};
use crate::front_end::Notice;
use crate::settings::{Loaded, RosterPlace, Settings};

/// Reads the roster, and refuses if it has a row about somebody, or may have one. Nothing is signed, so that no secret is
/// read. Returns the settings.
///
/// # Errors
/// With file and line, if the person is there; all problems, if it cannot be told.
pub(super) fn refuse_listed(
    mut loaded: Loaded,
    address: &str,
    context: &Context,
) -> Result<Settings, Error> {
    loaded.key = None;
    if let Some(path) = missing_file(&loaded) {
        loaded.roster = None;
        let message = format!("the roster `{path}` does not exist, so nobody is in it");
        context.notice(&Notice::note("no-roster", message));
    }
    let mut folder = folder::read(loaded, context, Addresses::Optional)?;
    // Nobody is in it: that is a problem for others.
    folder.problems.retain(|problem| problem.code != "empty-roster");
    refuse_row(&folder, address)?;
    match folder.settings {
        // A row that cannot be read may be theirs.
        Some(settings) if folder.problems.is_empty() => Ok(settings),
        _ => Err(Error::problems(folder.problems, folder.more_problems)),
    }
}

fn missing_file(loaded: &Loaded) -> Option<String> {
    match &loaded.roster.as_ref()?.place {
        RosterPlace::File(path) if !path.exists() => Some(path.display().to_string()),
        _ => None,
    }
}

fn refuse_row(folder: &LoadedFolder, address: &str) -> Result<(), Error> {
    let (Some(roster), Some(survey)) = (&folder.roster, &folder.survey) else { return Ok(()) };
    let selection = Selection {
        only: vec![address.to_owned()],
        over: true,
        skip_bad: true,
        ..Selection::default()
    };
    let mut lines: Vec<Option<u64>> = Vec::new();
    roster.each(
        survey,
        &selection,
        CHUNK_ROWS,
        |rows| rows.iter().map(RosterRow::line).collect::<Vec<_>>(),
        |some: Vec<_>| {
            lines.extend(some);
            Ok::<(), Error>(())
        },
    )?;
    // The file still has their data, although the row does not count.
    if survey.left_out() > 0 {
        let rows = roster.left_out_rows(&HashSet::from([address]))?;
        lines.extend(rows.iter().map(|row| Some(row.line)));
    }
    lines.sort_unstable();
    lines.dedup();
    if lines.is_empty() {
        return Ok(());
    }
    let problems = lines.into_iter().map(|line| {
        let message = format!("{} is still in the roster", quoted(address));
        let hint = "delete the row, send what that changes with `meetmint send`, and run this command again";
        match line {
            Some(line) => {
                Problem::of_file("still-in-roster", roster.shown(), message).at(line).hint(hint)
            }
            // Named under a role.
            None => Problem::of_file("still-in-roster", &folder.shown, message).hint(
                "delete the address from `people`, send what that changes with `meetmint send`, and run this command again",
            ),
        }
    });
    Err(Error::problems(problems.collect(), 0))
}
