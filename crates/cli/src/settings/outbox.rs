//! `[outbox]`: where messages go, how safely, and how fast.

use std::path::{Path, PathBuf};

use meetmint_batch::{quoted, suggest};
use meetmint_mailer::{Mechanism, Pace, Security, SmtpAddress, Timeouts};

use super::place::SecretPlace;
use super::smtp;
use crate::document::Table;

/// Where messages go.
#[derive(Clone, Debug)]
pub(crate) enum OutboxSettings {
    /// A folder, with what people call it.
    Folder { dir: PathBuf, shown: String },
    /// A mail server.
    Smtp(Box<SmtpSettings>),
}

/// A mail server as it is written down.
#[derive(Clone, Debug)]
pub(crate) struct SmtpSettings {
    pub(crate) address: SmtpAddress,
    pub(crate) security: Security,
    /// Whether mail may go to another machine without TLS.
    pub(crate) cleartext: bool,
    /// The authorities that count instead of the system's.
    pub(crate) ca: Option<PathBuf>,
    /// Who logs in; without a name the address in `from`.
    pub(crate) user: Option<String>,
    /// Where the password is kept, if anybody logs in.
    pub(crate) password: Option<SecretPlace>,
    /// The way to log in, if it is written down.
    pub(crate) mechanism: Option<Mechanism>,
    pub(crate) pace: Pace,
    pub(crate) timeouts: Timeouts,
    /// The name of the preset that filled in what isn't written.
    pub(crate) preset: Option<&'static str>,
}

impl OutboxSettings {
    /// Where messages go, in the words of a question.
    pub(crate) fn words(&self) -> String {
        match self {
            OutboxSettings::Folder { shown, .. } => format!("into the folder {shown}"),
            OutboxSettings::Smtp(smtp) => format!("through {}", smtp.address.host),
        }
    }

    /// The mail server, if mail goes to one.
    pub(crate) fn smtp(&self) -> Option<&SmtpSettings> {
        match self {
            OutboxSettings::Smtp(smtp) => Some(smtp),
            OutboxSettings::Folder { .. } => None,
        }
    }
}

pub(super) fn read(root: &Table<'_>, folder: &Path) -> OutboxSettings {
    let table = root.table("outbox");
    let settings = if is_smtp(&table) {
        refuse_other(&table, "smtp", &["dir"]);
        OutboxSettings::Smtp(Box::new(smtp::read(&table, folder)))
    } else {
        refuse_other(&table, "folder", &smtp::KEYS);
        folder_outbox(&table, folder)
    };
    table.finish();
    settings
}

/// Whether mail goes to a server. Where that is not clear, the other keys tell what was meant.
fn is_smtp(table: &Table<'_>) -> bool {
    let kind = table.string("kind");
    match kind.as_ref().map(|kind| kind.value.as_str()) {
        Some("smtp") => return true,
        Some("folder") => return false,
        _ => (),
    }
    let key = smtp::KEYS.iter().find_map(|key| Some((key, table.place(key)?)));
    if let Some(kind) = kind {
        let hint = suggest(&kind.value, ["folder", "smtp"], "there are");
        let message = format!("{} is not a kind of outbox", quoted(&kind.value));
        table.report("bad-value", &kind.span, message, hint);
    } else if let Some((key, place)) = key.as_ref().filter(|_| table.place("kind").is_none()) {
        table.report(
            "missing-key",
            place,
            format!("`kind` is missing: `{key}` is of a mail server, and without `kind` messages go into a folder"),
            "add kind = \"smtp\" under [outbox]",
        );
    }
    key.is_some()
}

/// Refuses the keys of the other kind.
fn refuse_other(table: &Table<'_>, kind: &str, keys: &[&'static str]) {
    let other = if kind == "smtp" { "folder" } else { "smtp" };
    for key in keys {
        if let Some(place) = table.place(key) {
            table.mark(key);
            table.report(
                "other-kind",
                &place,
                format!("`{key}` goes with kind = \"{other}\", and not with kind = \"{kind}\""),
                "leave it out, or change `kind`",
            );
        }
    }
}

fn folder_outbox(table: &Table<'_>, folder: &Path) -> OutboxSettings {
    let mut dir = "outbox".to_owned();
    if let Some(named) = table.string("dir") {
        if named.value.trim().is_empty() {
            table.report(
                "empty-value",
                &named.span,
                "`dir` is empty: it is the folder for messages",
                "leave it out for `outbox`",
            );
        }
        dir = named.value;
    }
    let dir = folder.join(dir);
    let shown = dir.display().to_string();
    OutboxSettings::Folder { dir, shown }
}
