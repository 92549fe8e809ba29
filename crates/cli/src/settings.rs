//! `meeting.toml`, from text to what it means. Every default is written here, once.

mod mail;
mod meeting;
mod outbox;
mod pace;
mod place;
mod presets;
mod roster;
mod server;
mod smtp;
mod way;

use std::path::{Path, PathBuf};

use meetmint_batch::{Problem, Roles, Roster, RosterSpec, WindowPolicy};
use meetmint_core::{MeetingId, Room, Server, ServerKind};

use crate::document::Document;
use crate::failure::Failure;
pub(crate) use mail::MailSettings;
pub(crate) use outbox::{OutboxSettings, SmtpSettings};
pub(crate) use pace::words as rate_words;
pub(crate) use place::{KeySource, SecretPlace};
pub(crate) use presets::Preset;
pub(crate) use server::KeyPlace;

/// The name of the file that makes a folder a meeting folder.
pub(crate) const FILE: &str = "meeting.toml";

/// Everything that a meeting folder says.
pub(crate) struct Settings {
    /// Where the file is; empty for the current folder, so that paths are shown as people write them.
    pub(crate) folder: PathBuf,
    pub(crate) file: PathBuf,
    /// What people call the file.
    pub(crate) shown: String,
    pub(crate) kind: ServerKind,
    /// The meeting's room, as far as no row has its own.
    pub(crate) room: Room,
    pub(crate) server: Server,
    pub(crate) key: KeyPlace,
    pub(crate) id: MeetingId,
    /// Whether the id stands in the file, or was derived.
    pub(crate) id_written: bool,
    pub(crate) windows: WindowPolicy,
    pub(crate) mail: MailSettings,
}

impl Settings {
    /// The files that the meeting is made of.
    pub(crate) fn own_files(&self, roster: &Roster) -> Vec<PathBuf> {
        let mut files = vec![self.file.clone(), roster.path().to_owned(), self.mail.ledger.clone()];
        let smtp = self.mail.outbox.smtp();
        let password = smtp.and_then(|smtp| smtp.password.as_ref()).map(|place| &place.source);
        for source in [Some(&self.key.source), password].into_iter().flatten() {
            if let KeySource::File { path, .. } = source {
                files.push(path.clone());
            }
        }
        files.extend(smtp.and_then(|smtp| smtp.ca.clone()));
        if let Some(entries) =
            self.mail.templates.as_ref().and_then(|folder| std::fs::read_dir(folder).ok())
        {
            files.extend(entries.flatten().map(|entry| entry.path()));
        }
        files
    }
}

/// A roster as it is named: where it is, what people call it, and what it is read with.
pub(crate) struct RosterSettings {
    pub(crate) path: PathBuf,
    pub(crate) shown: String,
    pub(crate) spec: RosterSpec,
}

/// What could be understood of a meeting folder.
pub(crate) struct Loaded {
    /// Server, meeting and mail, if they are clear; something else may be wrong all the same.
    pub(crate) settings: Option<Settings>,
    /// Where the secret or key is, if that is clear.
    pub(crate) key: Option<KeyPlace>,
    /// What messages say, and where they go.
    pub(crate) mail: MailSettings,
    /// What people call the file.
    pub(crate) shown: String,
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
    Ok(read(file, shown, text, folder))
}

fn read(file: PathBuf, shown: String, text: String, folder: PathBuf) -> Loaded {
    let document = Document::new(&shown, text);
    let parsed = document.parse();
    let root = document.root(&parsed);
    let (server, key) = server::read(&root, &folder);
    let meeting = meeting::read(&root);
    let roles = roster::roles(&root);
    let roster = roster::read(&root, &folder);
    let mail = mail::read(&root, &folder, meeting.organizer.clone());
    root.finish();

    // A meeting that is not clear yet must not hide what is wrong with the list.
    let slot = meeting.slot.clone().or_else(meeting::stand_in);
    let roster = match (roster, &roles, slot) {
        (Some(roster), Some(roles), Some(slot)) => Some(roster.with(roles.clone(), slot)),
        _ => None,
    };
    let settings = match (server, key.clone(), meeting.slot) {
        (Some(server::ServerSettings { kind, server, app_id }), Some(key), Some(slot)) => {
            let derived = MeetingId::derived(server.base(), &app_id, slot.room.node());
            Some(Settings {
                file,
                folder,
                shown: shown.clone(),
                kind,
                room: slot.room,
                id_written: meeting.id.is_some(),
                id: meeting.id.unwrap_or(derived),
                key,
                windows: meeting.windows,
                mail: mail.clone(),
                server,
            })
        }
        _ => None,
    };
    drop(parsed);
    let problems = document.into_problems();
    Loaded { settings, key, mail, shown, roster, roles, problems }
}
