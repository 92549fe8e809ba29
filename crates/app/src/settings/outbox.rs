//! `[outbox]`: whether messages go to a folder or to a mail server.

use std::path::{Path, PathBuf};

use meetmint_batch::{quoted, suggest};
use meetmint_mailer::{FolderFiles, Medium};

use super::document::Location;
use super::smtp::{self, SmtpSettings};
use super::table::Table;

/// The folder for messages, in that of the meeting, if `dir` names no other. `init` lists it in `.gitignore`.
pub(crate) const DEFAULT_FOLDER: &str = "outbox";

/// Where messages go.
#[derive(Clone, Debug)]
pub(crate) enum OutboxSettings {
    /// A folder, its path for messages, and the line of `dir` if it is written.
    Folder { dir: PathBuf, shown: String, location: Option<Location> },
    /// A mail server.
    Smtp(Box<SmtpSettings>),
}

impl OutboxSettings {
    /// Where messages go, to complete a sentence: "through smtp.example.org", "to the folder outbox".
    pub(crate) fn description(&self) -> String {
        match self {
            OutboxSettings::Folder { shown, .. } => format!("to the folder {shown}"),
            OutboxSettings::Smtp(smtp) => format!("through {}", smtp.address.host),
        }
    }

    /// The mail server, if messages go to one.
    pub(crate) fn smtp(&self) -> Option<&SmtpSettings> {
        match self {
            OutboxSettings::Smtp(smtp) => Some(smtp),
            OutboxSettings::Folder { .. } => None,
        }
    }

    /// Which record in the ledger counts.
    pub(crate) fn medium(&self) -> Medium {
        if self.is_mailed() { Medium::Smtp } else { Medium::Folder }
    }

    /// The files of the folder outbox; over SMTP there are no files to miss.
    pub(crate) fn files(&self) -> FolderFiles {
        match self {
            OutboxSettings::Folder { dir, .. } => FolderFiles::in_folder(dir.clone()),
            OutboxSettings::Smtp(_) => FolderFiles::default(),
        }
    }

    /// Whether messages go to a mail server, and so to people.
    pub(crate) fn is_mailed(&self) -> bool {
        self.smtp().is_some()
    }
}

/// Reads `[outbox]`. Without it, messages go to the folder `outbox`.
pub(super) fn read(root: &Table<'_>, folder: &Path) -> OutboxSettings {
    let table = root.table("outbox");
    let settings = if is_smtp(&table) {
        refuse_keys_of_other_kind(&table, "smtp", &["dir"]);
        OutboxSettings::Smtp(Box::new(smtp::read(&table, folder)))
    } else {
        refuse_keys_of_other_kind(&table, "folder", &smtp::KEYS);
        folder_outbox(&table, folder)
    };
    table.finish();
    settings
}

/// Whether messages go to a mail server. If `kind` is missing or unknown, that is reported, and the other keys decide:
/// otherwise a mistake in `kind` would turn all of them into mistakes.
fn is_smtp(table: &Table<'_>) -> bool {
    let kind = table.string("kind");
    match kind.as_ref().map(|kind| kind.value.as_str()) {
        Some("smtp") => return true,
        Some("folder") => return false,
        _ => (),
    }
    // One key that only a mail server has is enough: a missing `kind` must not turn mail into files unnoticed.
    let key = smtp::KEYS.iter().find_map(|key| Some((key, table.offset_of(key)?)));
    if let Some(kind) = kind {
        let hint = suggest(&kind.value, ["folder", "smtp"], "use one of");
        let message = format!("{}: unknown kind of outbox", quoted(&kind.value));
        table.report("bad-value", kind.offset, message, hint);
    } else if let Some((key, offset)) = key.filter(|_| table.offset_of("kind").is_none()) {
        table.report(
            "missing-key",
            offset,
            format!(
                "`kind` is missing: without it, messages go to a folder and `{key}` does not apply"
            ),
            "add kind = \"smtp\" under [outbox] to send through a mail server",
        );
    }
    key.is_some()
}

fn refuse_keys_of_other_kind(table: &Table<'_>, kind: &str, keys: &[&'static str]) {
    let other = if kind == "smtp" { "folder" } else { "smtp" };
    for key in keys {
        if let Some(offset) = table.offset_of(key) {
            // Otherwise it would be reported a second time, as unknown.
            table.allow(key);
            table.report(
                "other-kind",
                offset,
                format!("`{key}` does not apply to kind = \"{kind}\""),
                format!("remove `{key}`, or write kind = \"{other}\""),
            );
        }
    }
}

fn folder_outbox(table: &Table<'_>, folder: &Path) -> OutboxSettings {
    let mut dir = DEFAULT_FOLDER.to_owned();
    let mut location = None;
    if let Some(named) = table.string("dir") {
        // An empty path would be the meeting folder itself.
        if named.value.trim().is_empty() {
            table.report(
                "empty-value",
                named.offset,
                "`dir` is empty",
                format!("name the folder for messages, or remove `dir` to use `{DEFAULT_FOLDER}`"),
            );
        }
        dir = named.value;
        location = Some(table.location(named.offset));
    }
    let dir = folder.join(dir);
    let shown = dir.display().to_string();
    OutboxSettings::Folder { dir, shown, location }
}
