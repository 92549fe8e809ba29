//! `meeting.toml`, from text to what it means. Every default is written here, once.

mod mail;
mod meeting;
mod roster;
mod server;

use std::path::{Path, PathBuf};

use meetmint_batch::{Problem, Roles, RosterSpec, Windows};
use meetmint_core::{Kind, MeetingId, Room, Server};

use crate::document::Document;
use crate::failure::Failure;
pub(crate) use mail::{MailSettings, OutboxSettings};
pub(crate) use server::{KeyPlace, KeySource};

/// The name of the file that makes a folder a meeting folder.
pub(crate) const FILE: &str = "meeting.toml";

/// Everything that a meeting folder says.
pub(crate) struct Settings {
    /// Where the file is; empty for the current folder, so that paths are shown as people write them.
    pub(crate) folder: PathBuf,
    /// What people call the file.
    pub(crate) shown: String,
    pub(crate) kind: Kind,
    /// The meeting's room, as far as no row has its own.
    pub(crate) room: Room,
    pub(crate) server: Server,
    pub(crate) key: KeyPlace,
    pub(crate) id: MeetingId,
    /// Whether the id stands in the file, or was derived.
    pub(crate) id_written: bool,
    pub(crate) windows: Windows,
    pub(crate) mail: MailSettings,
}

/// A roster as it is named: where it is, what people call it, and what it is read with.
pub(crate) struct RosterSettings {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
    pub(crate) spec: RosterSpec,
}

/// What could be understood of a meeting folder.
pub(crate) struct Loaded {
    /// All of it, if nothing is wrong.
    pub(crate) settings: Option<Settings>,
    /// What the roster is read with, if at least that is clear.
    pub(crate) roster: Option<RosterSettings>,
    /// The roles, likewise.
    pub(crate) roles: Option<Roles>,
    pub(crate) problems: Vec<Problem>,
}

/// Where a meeting's file is: what `--meeting` names may be the folder or the file.
pub(crate) fn locate(named: Option<&Path>) -> PathBuf {
    match named {
        Some(path) if path == Path::new(".") => PathBuf::from(FILE),
        Some(path) if path.is_dir() => path.join(FILE),
        Some(path) => path.to_owned(),
        None => PathBuf::from(FILE),
    }
}

/// Reads a meeting folder.
///
/// # Errors
/// If there is no such file, or it is no text.
pub(crate) fn load(named: Option<&Path>) -> Result<Loaded, Failure> {
    let file = locate(named);
    let text = std::fs::read(&file).map_err(|error| Failure::no_meeting(&file, &error))?;
    let shown = file.display().to_string();
    let Ok(text) = String::from_utf8(text) else {
        let problem =
            Problem::of_file("toml", &shown, "this is not UTF-8 text").hint("save it as UTF-8");
        return Err(Failure::Problems { problems: vec![problem], more: 0 });
    };
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    Ok(read(&shown, text, folder))
}

fn read(shown: &str, text: String, folder: PathBuf) -> Loaded {
    let document = Document::new(shown, text);
    let parsed = document.parse();
    let root = document.root(&parsed);
    let server = server::read(&root, &folder);
    let meeting = meeting::read(&root);
    let roles = roster::roles(&root);
    let roster = roster::read(&root, &folder);
    let mail = mail::read(&root, &folder, meeting.organizer.clone());
    root.finish();

    let roster = match (roster, &roles, meeting.slot.clone()) {
        (Some(roster), Some(roles), Some(slot)) => Some(roster.with(roles.clone(), slot)),
        _ => None,
    };
    let settings = match (server, meeting.slot) {
        (Some(server::ServerSettings { kind, server, key, app_id }), Some(slot)) => {
            let derived = MeetingId::derived(server.base(), &app_id, slot.room.node());
            Some(Settings {
                folder,
                shown: shown.to_owned(),
                kind,
                room: slot.room,
                id_written: meeting.id.is_some(),
                id: meeting.id.unwrap_or(derived),
                key,
                windows: meeting.windows,
                mail,
                server,
            })
        }
        _ => None,
    };
    drop(parsed);
    let problems = document.into_problems();
    let settings = settings.filter(|_| problems.is_empty());
    Loaded { settings, roster, roles, problems }
}
