//! `meeting.toml`, from text to typed settings. Every default is written here or below, once.

mod authorities;
mod document;
mod endpoint;
mod host;
mod login;
mod mail;
mod meeting;
mod outbox;
mod pace;
mod presets;
mod roles;
mod roster;
mod secret_source;
mod server;
mod smtp;
mod table;
mod value;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use meetmint_batch::{Problem, Roles, WindowPolicy};
use meetmint_core::{Accepts, MeetingId, Room, Server, ServerKind};
use meetmint_mailer::Ledger;

use crate::error::Error;
use document::Document;
use server::ServerSettings;
use table::Table;

pub(crate) use authorities::Authorities;
pub(crate) use document::Location;
pub(crate) use mail::MailSettings;
pub(crate) use meeting::title_of;
pub(crate) use outbox::{DEFAULT_FOLDER as DEFAULT_OUTBOX, OutboxSettings};
pub(crate) use pace::rate_words;
pub(crate) use presets::{OtherSender, Preset};
#[cfg(test)]
pub(crate) use roster::web_address;
pub(crate) use roster::{RosterPlace, RosterSettings, STANDARD_INPUT, WebAddress};
pub(crate) use secret_source::{PasswordSettings, SecretKind, SecretSource};
pub(crate) use server::{KeySettings, ServerLines, Written};
pub(crate) use smtp::SmtpSettings;

/// The name of the file that makes a folder a meeting folder.
pub(crate) const FILE: &str = "meeting.toml";

/// The largest `meeting.toml` that is read, in octets. Those with a hundred people in them have some KiB.
const LARGEST: u64 = 1 << 20;

/// The settings of a meeting without mistakes in `[server]` and `[meeting]`.
pub(crate) struct Settings {
    /// The folder of the meeting; empty for the current one, so that messages show paths as people write them.
    pub(crate) folder: PathBuf,
    /// The path of `meeting.toml`.
    pub(crate) file: PathBuf,
    pub(crate) kind: ServerKind,
    /// The meeting's room; rows may have their own.
    pub(crate) room: Room,
    pub(crate) server: Server,
    /// What the server's own configuration says, as far as it is known.
    pub(crate) accepts: Accepts,
    pub(crate) written: Written,
    /// Where the settings of the server are written.
    pub(crate) server_lines: ServerLines,
    pub(crate) key: KeySettings,
    /// The authorities to trust when the server is asked; `None` for those of the system.
    pub(crate) ca: Option<Authorities>,
    pub(crate) id: MeetingId,
    /// Whether `id` is written in the file. If not, it is derived from server and room.
    pub(crate) id_written: bool,
    pub(crate) windows: WindowPolicy,
    pub(crate) mail: MailSettings,
}

impl Settings {
    /// Refuses to write over one of the files that make up the meeting, also over one of the ledger that does not exist
    /// yet. `roster` is the path of the list of people, if it is a file.
    ///
    /// # Errors
    /// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if `target` is, or leads to, one of them.
    pub(crate) fn refuse_own_file(
        &self,
        target: &Path,
        roster: Option<&Path>,
    ) -> Result<(), Error> {
        if !self.is_own_file(target, roster) {
            return Ok(());
        }
        Err(Error::invalid(
            "own-file",
            format!(
                "`{}` is one of the files of this meeting, so nothing is written to it",
                target.display()
            ),
            "name another file with `--out`",
        ))
    }

    fn is_own_file(&self, target: &Path, roster: Option<&Path>) -> bool {
        let smtp = self.mail.outbox.smtp();
        let password = smtp.and_then(|smtp| smtp.password.as_ref());
        let secrets = [Some(&self.key.source), password.map(|password| &password.source)];
        let secrets = secrets.into_iter().flatten().filter_map(|source| match source {
            SecretSource::File { path, .. } => Some(path.as_path()),
            SecretSource::Env(_) | SecretSource::Command { .. } => None,
        });
        let authorities = [self.ca.as_ref(), smtp.and_then(|smtp| smtp.ca.as_ref())];
        let authorities = authorities.into_iter().flatten().map(|ca| ca.path.as_path());
        let mut files = [Some(self.file.as_path()), roster]
            .into_iter()
            .flatten()
            .chain(secrets)
            .chain(authorities);
        let templates = self.mail.templates.as_ref().and_then(|folder| folder.read_dir().ok());
        let mut templates = templates.into_iter().flatten().flatten();
        let Some(target) = resolved(target) else { return false };
        let is_target = |file: &Path| resolved(file).is_some_and(|file| file == target);
        let ledger = resolved(&self.mail.ledger).unwrap_or_else(|| self.mail.ledger.clone());
        let mut ledger_files = Ledger::files(&ledger);
        files.any(is_target)
            || templates.any(|entry| is_target(&entry.path()))
            || ledger_files.any(|file| file == target)
    }
}

/// The path without links. Of a file that does not exist yet, that of its folder, and its name.
fn resolved(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok().or_else(|| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
        Some(folder.join(path.file_name()?))
    })
}

/// What could be read of a meeting folder, and what is wrong with it.
pub(crate) struct Loaded {
    /// `None` if `[server]` or `[meeting]` has mistakes. Other sections may still have some.
    pub(crate) settings: Option<Settings>,
    /// Where the secret or key is kept, if that is known.
    pub(crate) key: Option<KeySettings>,
    pub(crate) mail: MailSettings,
    /// The path of `meeting.toml` in messages.
    pub(crate) shown: String,
    /// The line of the meeting's start, if it is written.
    pub(crate) start: Option<Location>,
    /// What is wrong in it that matters to mail alone.
    pub(crate) mail_problems: Vec<Problem>,
    /// How to read the roster, if `[roster]` has no mistakes, and no name of a role is wrong.
    pub(crate) roster: Option<RosterSettings>,
    pub(crate) roles: Option<Roles>,
    pub(crate) problems: Vec<Problem>,
}

impl Loaded {
    /// The settings, for operations that need neither roster nor key.
    ///
    /// # Errors
    /// All problems, if `[server]` or `[meeting]` has mistakes.
    pub(crate) fn into_settings(self) -> Result<Settings, Error> {
        self.settings.ok_or_else(|| Error::problems(self.problems, 0))
    }
}

/// The path of a meeting's file, for a path that names the file or its folder.
pub(crate) fn locate(named: &Path) -> PathBuf {
    match named {
        // Paths in messages then read `meeting.toml`, without `./`.
        path if path == Path::new(".") => PathBuf::from(FILE),
        path if path.is_dir() => path.join(FILE),
        path => path.to_owned(),
    }
}

/// Reads the file of a meeting folder. Mistakes in it are among the [`problems`](Loaded::problems) of the result.
///
/// # Errors
/// If the file cannot be read, or is not TOML in UTF-8.
pub(crate) fn load(file: PathBuf) -> Result<Loaded, Error> {
    let mut text = Vec::new();
    File::open(&file)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text))
        .map_err(|error| no_meeting(&file, error))?;
    let shown = file.display().to_string();
    if text.len() as u64 > LARGEST {
        let problem = Problem::of_file("toml", &shown, "the file is larger than 1 MiB")
            .hint("check that it is a meeting.toml; the list of people belongs in the roster");
        return Err(Error::problem(problem));
    }
    // Decoded separately: a wrong encoding and an unreadable file need different remedies.
    let Ok(text) = String::from_utf8(text) else {
        let problem = Problem::of_file("toml", &shown, "the file is not UTF-8 text")
            .hint("save it with the encoding UTF-8");
        return Err(Error::problem(problem));
    };
    read(file, text)
}

/// There is no meeting where one was looked for.
fn no_meeting(file: &Path, error: io::Error) -> Error {
    const CODE: &str = "no-meeting";
    let shown = file.display();
    // A folder of this name, or missing permissions: creating a meeting would not help.
    if error.kind() != io::ErrorKind::NotFound {
        let hint =
            format!("check that `{shown}` is a file, and that you have permission to read it");
        return Error::invalid(CODE, format!("cannot read `{shown}`"), hint).caused_by(error);
    }
    Error::invalid(
        CODE,
        format!("`{shown}` does not exist"),
        "create a meeting folder with `meetmint init DIR`",
    )
}

/// Reads the text of a `meeting.toml`. The file does not have to exist yet: its path only says where the paths in the
/// text begin.
///
/// # Errors
/// If it is not TOML.
pub(crate) fn read(file: PathBuf, text: String) -> Result<Loaded, Error> {
    let shown = file.display().to_string();
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let document = Document::new(&shown, text);
    let parsed = document.parse()?;
    let root = Table::root(&document, &parsed);
    // Every section is read, even if those before it have mistakes: all are reported at once.
    let (server, key) = server::read(&root, &folder);
    let meeting = meeting::read(&root);
    // Reads `default_role` of [roster], too: what it may say depends on the roles.
    let roles::RolesTable { roles, unreachable: mut mail_problems } = roles::read(&root);
    let roster = roster::read(&root, &folder);
    let host = server.as_ref().map(|server| server.server.host().to_owned()).unwrap_or_default();
    let mail = mail::read(&root, &folder, meeting.organizer, host, &mut mail_problems);
    root.finish();
    // It borrows the document, which `into_problems` consumes.
    drop(parsed);

    let room = meeting.spec.as_ref().map(|spec| spec.room.clone());
    // Mistakes in the meeting do not hide mistakes in the roster.
    let spec = meeting.spec.or_else(meeting::placeholder);
    let mut roster = match (roster, &roles, spec) {
        (Some(roster), Some(roles), Some(spec)) => Some(roster.with(roles.clone(), spec)),
        _ => None,
    };
    let settings = match (server, key.clone(), room) {
        (Some(server), Some(key), Some(room)) => {
            let ServerSettings { kind, server, app_id, accepts, written, lines, ca } = server;
            // Not from title or start: these change, and the meeting stays the same.
            let derived = MeetingId::derived(server.base(), &app_id, room.node());
            Some(Settings {
                file,
                folder,
                kind,
                room,
                id_written: meeting.id.is_some(),
                id: meeting.id.unwrap_or(derived),
                key,
                ca,
                windows: meeting.windows,
                mail: mail.clone(),
                accepts,
                written,
                server_lines: lines,
                server,
            })
        }
        _ => None,
    };
    if let (Some(roster), Some(settings)) = (&mut roster, &settings) {
        roster.set_meeting_id(&settings.id);
    }
    Ok(Loaded {
        settings,
        key,
        mail,
        shown,
        start: meeting.start,
        mail_problems,
        roster,
        roles,
        problems: document.into_problems(),
    })
}
