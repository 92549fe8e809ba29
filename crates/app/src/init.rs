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
mod server_files;
mod template;

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::columns::ColumnReport;
use crate::context::Context;
use crate::error::Error;
use crate::front_end::{Event, Notice};
use crate::random::random_hex;
use crate::settings::FILE;
use files::PlannedFile;
use like::LikePlan;
use new_meeting::NewMeeting;
pub use next_steps::{Change, NextStep};

/// How to make a new meeting folder.
#[derive(Clone, Debug, Default)]
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
    /// The server's own files: Prosody's configuration or the `.env` of Docker's images, and perhaps Jicofo's settings. `-`
    /// is standard input.
    pub server_config: Vec<PathBuf>,
    /// The host to choose, where several hosts in those files check tokens.
    pub host: Option<String>,
}

/// What came of [`init`].
#[derive(Debug)]
pub enum InitOutcome {
    /// There is a new meeting folder.
    Created(InitReport),
    /// There was a meeting in the folder already, and nothing was written.
    ToPaste {
        /// What its `meeting.toml` would have to say about the server: `[server]` and `[server.accepts]`.
        text: String,
        /// What to do with it, as an error: the folder is not as it was asked for.
        refusal: Error,
    },
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
/// Before anything is asked: if there is a meeting in the folder already (unless the server's files are given), a file
/// would be overwritten, the roster or the server's files cannot be used, or something is wrong with the other
/// meeting. After that: if the user ends the input, or a file cannot be written.
pub fn init(context: &Context, request: &InitRequest) -> Result<InitOutcome, Error> {
    // Paths in messages then read `meeting.toml`, without `./`.
    let dir = if request.dir == Path::new(".") { Path::new("") } else { &request.dir };
    let file = dir.join(FILE);
    // Not `exists`, which is false for a broken link.
    if fs::symlink_metadata(&file).is_ok() {
        let message = format!("there is already a meeting in this folder: `{}`", file.display());
        if request.server_config.is_empty() {
            let hint = files::another_folder(dir);
            return Err(Error::invalid("meeting-exists", message, hint));
        }
        let mut meeting = NewMeeting::new(context, false)?;
        server_files::read(context, &request.server_config, request.host.as_deref(), &mut meeting)?;
        let refusal =
            Error::invalid("meeting-exists", message, server_files::how_to_paste(dir, &meeting));
        return Ok(InitOutcome::ToPaste { text: meeting.server_text(), refusal });
    }
    if let Some(other) = &request.like {
        // 128 bits, as in every new meeting: UIDs are derived from the id, and must not be those of the other
        // meeting.
        let LikePlan { files, notices, next } = like::plan(other, dir, &random_hex(16)?)?;
        files::check(dir, &files)?;
        let mut report = write(context, dir, &files)?;
        for notice in &notices {
            context.notice(notice);
        }
        report.next = next;
        // The start is not guessed: the next date may be a week, a term or a year later.
        report.next.insert(0, NextStep::SetStart { file: report.file.clone() });
        return Ok(InitOutcome::Created(report));
    }
    let mut meeting = NewMeeting::new(context, request.templates)?;
    if let Some(roster) = &request.roster {
        meeting.use_roster(roster, dir, context.environment.now)?;
    }
    // Before the questions: nobody should answer them only to get an error.
    files::check(dir, &meeting.files())?;
    if !request.server_config.is_empty() {
        server_files::read(context, &request.server_config, request.host.as_deref(), &mut meeting)?;
        // A key may be named that the practice server has not.
        files::check(dir, &meeting.files())?;
    }
    if let Some(columns) = &meeting.columns {
        context.event(&Event::Columns(columns));
        context.notices(&meeting.notices);
    }
    meeting.ask(context)?;
    let mut report = write(context, dir, &meeting.files())?;
    if !request.server_config.is_empty() {
        context.notices(meeting.practice_notice(dir).as_slice());
    }
    report.next = meeting.next_steps(dir);
    report.before_mail = meeting.before_mail(dir);
    report.columns = meeting.columns.unwrap_or_default();
    Ok(InitOutcome::Created(report))
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
