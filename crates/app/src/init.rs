//! Writes a meeting folder that can be used as it is.

mod copies;
mod defaults;
mod files;
mod like;
mod meeting_answers;
mod meeting_text;
mod new_meeting;
mod next_steps;
mod paths;
mod questions;
mod roster;
mod server_answers;
mod template;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::columns::ColumnReport;
use crate::context::Context;
use crate::error::Error;
use crate::front_end::{Event, Notice};
use crate::settings::FILE;
use files::PlannedFile;
use like::LikePlan;
use new_meeting::NewMeeting;
pub use next_steps::{Change, NextStep};

/// How to make a new meeting folder.
#[derive(Clone, Debug)]
pub struct InitRequest {
    /// The folder to write; made if it does not exist. `.` is the current folder.
    pub dir: PathBuf,
    /// A roster that exists already. Without one, `people.csv` is written with two people as examples.
    pub roster: Option<PathBuf>,
    /// Another meeting's folder or file: everything is taken from it but its id and its ledger. `roster` and
    /// `templates` are ignored then.
    pub like: Option<PathBuf>,
    /// Whether to copy the built-in templates into the folder.
    pub templates: bool,
}

/// What [`init`] has written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InitReport {
    /// The new `meeting.toml`, as people name it: `autumn/meeting.toml`.
    pub file: String,
    /// Every file that was written, in the same form.
    pub files: Vec<String>,
    /// What the columns of the given roster were taken for; empty if none was given.
    pub columns: Vec<ColumnReport>,
    /// What is left to do, in order.
    pub next: Vec<NextStep>,
    /// What has to be changed before real mail can be sent; empty with `like`.
    pub before_mail: Vec<Change>,
}

/// Writes a new meeting folder. The front end is asked about server, meeting and sender; without an answer they get
/// values that work for practice. With `like`, nothing is asked. Either all files are written or none.
///
/// # Errors
/// Before anything is asked: if there is a meeting in the folder already, a file would be overwritten, the roster
/// cannot be used, or something is wrong with the other meeting. After that: if the user ends the input,
/// or a file cannot be written.
pub fn init(context: &Context, request: &InitRequest) -> Result<InitReport, Error> {
    // Paths in messages then read `meeting.toml`, without `./`.
    let dir = if request.dir == Path::new(".") { Path::new("") } else { &request.dir };
    let file = dir.join(FILE);
    // Not `exists`, which is false for a broken link.
    if fs::symlink_metadata(&file).is_ok() {
        return Err(Error::invalid(
            "meeting-exists",
            format!("there is already a meeting in this folder: `{}`", file.display()),
            files::another_folder(dir),
        ));
    }
    if let Some(other) = &request.like {
        // 128 bits, as in every new meeting: UIDs are derived from the id, and must not be those of the other
        // meeting.
        let LikePlan { files, notices, next } = like::plan(other, dir, &defaults::random_hex(16)?)?;
        files::check(dir, &files)?;
        let mut report = write(context, dir, &files)?;
        for notice in &notices {
            context.notice(notice);
        }
        report.next = next;
        // The start is not guessed: the next date may be a week, a term or a year later.
        report.next.insert(0, NextStep::SetStart { file: report.file.clone() });
        return Ok(report);
    }
    let mut meeting = NewMeeting::new(context, request.templates)?;
    if let Some(roster) = &request.roster {
        meeting.use_roster(roster, dir, context.environment.now)?;
    }
    // Before the questions: nobody should answer them only to get an error.
    files::check(dir, &meeting.files())?;
    if let Some(columns) = &meeting.columns {
        context.event(&Event::Columns(columns));
        context.notices(&meeting.notices);
    }
    meeting.ask(context)?;
    let mut report = write(context, dir, &meeting.files())?;
    report.next = meeting.next_steps(dir);
    report.before_mail = meeting.before_mail(dir);
    report.columns = meeting.columns.unwrap_or_default();
    Ok(report)
}

/// Writes the files, and says so if a `.gitignore` that existed lacks something.
fn write(context: &Context, dir: &Path, planned: &[PlannedFile]) -> Result<InitReport, Error> {
    let written = files::write(dir, planned)?;
    if let Some(ignore) = written.kept_ignore_file.filter(|_| !written.not_ignored.is_empty()) {
        let message = format!("`{}` already exists and was not changed", ignore.display());
        let hint = format!("add what it lacks: {}", written.not_ignored.join(", "));
        context.notice(&Notice::note("gitignore-kept", message).hint(hint));
    }
    Ok(InitReport {
        file: dir.join(FILE).display().to_string(),
        files: written.paths.iter().map(|path| path.display().to_string()).collect(),
        columns: Vec::new(),
        next: Vec::new(),
        before_mail: Vec::new(),
    })
}
