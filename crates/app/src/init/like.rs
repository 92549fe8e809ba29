//! A new meeting like another one: its `meeting.toml` with a new id, and the files that it names.

use std::fs;
use std::path::{Component, Path};

use super::copies::{Copies, Named};
use super::files::PlannedFile;
use super::meeting_text::{Edit, MeetingText, quoted};
use super::next_steps::{self, NextStep};
use super::paths;
use crate::error::Error;
use crate::front_end::Notice;
use crate::settings::{self, FILE, Loaded, MailSettings, OutboxSettings, STANDARD_INPUT};

/// The file of the roster. A command or an address is copied as it is.
const ROSTER: &[&str] = &["roster", "file"];

/// The keys that name a file or folder. What lies in the other meeting's folder is copied. What lies elsewhere is
/// shared, and the new meeting names it by its absolute path.
const FILE_KEYS: [(&[&str], Named); 7] = [
    (&["server", "secret", "file"], Named::SecretFile),
    (&["server", "key", "file"], Named::SecretFile),
    (&["server", "ca"], Named::File),
    (ROSTER, Named::File),
    (&["mail", "templates"], Named::Templates),
    (&["outbox", "password", "file"], Named::SecretFile),
    (&["outbox", "ca"], Named::File),
];

/// A new meeting that is like another one.
pub(super) struct LikePlan {
    pub(super) files: Vec<PlannedFile>,
    /// How it differs from the other one, apart from the id.
    pub(super) notices: Vec<Notice>,
    /// What is left to do, apart from the start.
    pub(super) next: Vec<NextStep>,
}

/// Plans a new meeting in `dir` with this id that is like another one. `other` is a meeting's folder or file.
///
/// # Errors
/// If something is wrong with the other meeting, or a file that it names cannot be read.
pub(super) fn plan(other: &Path, dir: &Path, id: &str) -> Result<LikePlan, Error> {
    let file = settings::locate(other);
    // A copy of a file with mistakes would have them, too, and its paths could not be relied on.
    let Loaded { problems, mail, .. } = settings::load(file.clone())?;
    if !problems.is_empty() {
        return Err(Error::problems(problems, 0));
    }
    let failed = || Error::failed("file", format!("cannot read `{}`", file.display()));
    let text = fs::read_to_string(&file).map_err(|error| failed().caused_by(error))?;
    let meeting = MeetingText::parse(&text).map_err(|error| failed().caused_by(error))?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut copies = Copies::new(folder);
    let mut edits: Vec<Edit> = Vec::new();
    for (key, named) in FILE_KEYS {
        let Some((name, span)) = meeting.string(key) else { continue };
        // Standard input is no file.
        if key == ROSTER && name == STANDARD_INPUT {
            continue;
        }
        let name = Path::new(name);
        if is_inside(name) {
            copies.add(name, named)?;
        } else {
            let path = paths::absolute(&folder.join(name))?;
            let path = path.to_str().ok_or_else(|| paths::not_text(&path))?;
            edits.push(Edit { span, text: quoted(path) });
        }
    }
    let mut notices = Vec::new();
    let ledger = meeting.without_ledger();
    if !ledger.is_empty() {
        edits.extend(ledger);
        let message =
            "`file` under [ledger] was left out, because every meeting has its own ledger";
        notices.push(Notice::note("ledger-left-out", message));
    }
    edits.extend(meeting.set_id(id));
    let edited = meeting.with(edits);
    // An edit that missed its place would leave two folders for one meeting.
    if !MeetingText::is_new_meeting(&edited, id) {
        return Err(Error::invalid(
            "no-place-for-id",
            format!("cannot insert a new id into `{}`", file.display()),
            "write its tables as [meeting] and [ledger], with one key on each line",
        ));
    }
    let mut files = vec![PlannedFile::new(FILE, edited)];
    files.extend(copies.into_files());
    Ok(LikePlan { files, notices, next: next(&mail, folder, dir) })
}

fn next(mail: &MailSettings, other: &Path, dir: &Path) -> Vec<NextStep> {
    let Some(from) = &mail.from else { return vec![NextStep::Check, NextStep::Links] };
    let outbox = match &mail.outbox {
        OutboxSettings::Folder { dir: outbox, .. } => {
            // One that lies elsewhere is named as it is.
            let own =
                outbox.strip_prefix(other).map_or_else(|_| outbox.clone(), |name| dir.join(name));
            Some(own.display().to_string())
        }
        OutboxSettings::Smtp(_) => None,
    };
    next_steps::sending(from, outbox)
}

/// Whether a path stays inside the folder that it is relative to.
fn is_inside(name: &Path) -> bool {
    // `..` may lead out of the folder, and an absolute path always does.
    name.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}
