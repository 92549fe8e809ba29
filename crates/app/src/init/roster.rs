//! A roster that exists before the meeting does, and its columns.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use meetmint_batch::{Problem, Roster};

use crate::columns::ColumnReport;
use crate::error::Error;
use crate::front_end::Notice;
use crate::notices;
use crate::settings::{self, Loaded, STANDARD_INPUT};

/// What the columns of a roster are taken for, and how it is read where that is a choice: which rows are left out, for
/// example. `now` is for the rows' meetings, `meeting` is the text of the `meeting.toml` that is not written yet,
/// and `file` its future path.
///
/// # Errors
/// If the roster is not a file, or cannot be understood with these settings.
pub(super) fn columns(
    path: &Path,
    meeting: String,
    file: PathBuf,
    now: Timestamp,
) -> Result<(Vec<ColumnReport>, Vec<Notice>), Error> {
    check_file(path)?;
    let Loaded { roster, problems, .. } = settings::read(file, meeting)?;
    let Some(settings) = roster.filter(|_| problems.is_empty()) else {
        return Err(Error::problems(problems, 0));
    };
    let roster = match Roster::open(path, &path.display().to_string(), settings.spec) {
        Ok(roster) => roster,
        // What a line in meeting.toml decides can be decided when there is one.
        Err(problems) if problems.iter().all(is_decided_in_settings) => {
            return Ok((Vec::new(), problems.iter().map(undecided).collect()));
        }
        Err(mut problems) => {
            for problem in &mut problems {
                if problem.code == "no-email-column" {
                    // The usual hint names `columns` in meeting.toml, which does not exist yet.
                    let hint = "name the column with the addresses `email` in the first row";
                    problem.hint = Some(hint.to_owned());
                }
            }
            return Err(Error::problems(problems, 0));
        }
    };
    let columns = roster.columns().iter().map(ColumnReport::of).collect();
    // Problems with rows can be corrected when the folder exists; `check` names them.
    Ok((columns, notices::of_reading(&roster, &roster.survey(now))))
}

/// Whether a line in `meeting.toml` solves a problem.
fn is_decided_in_settings(problem: &Problem) -> bool {
    // No column has anything like an address or a name: no line can help.
    problem.code != "no-email-column"
        && problem.hint.as_ref().is_some_and(|hint| hint.contains("under [roster]"))
}

/// The warning that something has to be decided before the roster can be used.
fn undecided(problem: &Problem) -> Notice {
    let notice = Notice::warning(problem.code, problem.to_string());
    notice.hint(problem.hint.clone().unwrap_or_default())
}

/// Refuses everything but a file, before it is opened: opening a named pipe waits until somebody writes into it.
fn check_file(path: &Path) -> Result<(), Error> {
    let refused = |message: String, hint| Error::invalid("no-roster", message, hint);
    if path == Path::new(STANDARD_INPUT) {
        return Err(refused(
            "a new meeting cannot be made from a list on standard input".to_owned(),
            "leave out `--roster`, and then write file = \"-\" under [roster] in its meeting.toml",
        ));
    }
    let shown = path.display();
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(metadata) if metadata.is_dir() => {
            Err(refused(format!("the roster `{shown}` is a folder"), "name a file in it"))
        }
        Ok(_) => Err(refused(
            format!("the roster `{shown}` is not a regular file"),
            "save it as a file: a roster is read more than once",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(refused(format!("the roster `{shown}` does not exist"), "check its path"))
        }
        Err(error) => Err(refused(
            format!("cannot read the roster `{shown}`"),
            "make sure that you may read the file",
        )
        .caused_by(error)),
    }
}
