//! `[mail]` and `[outbox]`: what messages say, and where they go.

use std::path::{Path, PathBuf};

use crate::document::Table;
use crate::settings::meeting::Organizer;

/// What messages say, and where they go.
#[derive(Clone, Debug)]
pub(crate) struct MailSettings {
    /// Who the mail is from, as written; only mail needs it.
    pub(crate) from: Option<String>,
    /// Who organizes, where that is somebody else.
    pub(crate) organizer: Option<Organizer>,
    /// The folder of the user's own templates.
    pub(crate) templates: Option<PathBuf>,
    /// The language of everybody whose row does not say otherwise.
    pub(crate) language: Option<String>,
    /// The folder that messages are written into.
    pub(crate) outbox: PathBuf,
    /// What people call it.
    pub(crate) outbox_shown: String,
}

/// Keys that go with SMTP: one refusal of the kind is enough.
const SMTP_KEYS: [&str; 14] = [
    "preset",
    "host",
    "port",
    "security",
    "cleartext",
    "ca",
    "user",
    "password",
    "auth",
    "connections",
    "per_connection",
    "rate",
    "quota",
    "timeouts",
];

pub(super) fn read(root: &Table<'_>, folder: &Path, organizer: Option<Organizer>) -> MailSettings {
    let mail = root.table("mail");
    let from = mail.string("from").map(|from| from.value);
    let templates = mail.string("templates").map(|templates| folder.join(templates.value));
    let language = mail.string("language").map(|language| language.value);
    mail.finish();

    let outbox = root.table("outbox");
    let mut dir = "outbox".to_owned();
    match outbox.string("kind") {
        Some(kind) if kind.value == "smtp" => {
            outbox.report(
                "not-yet",
                &kind.span,
                "this version does not send by SMTP yet",
                "write kind = \"folder\", and send the .eml files of outbox/",
            );
            for key in SMTP_KEYS {
                outbox.mark(key);
            }
        }
        Some(kind) if kind.value != "folder" => {
            outbox.report(
                "bad-value",
                &kind.span,
                "`kind` is not a kind of outbox",
                "write kind = \"folder\"",
            );
        }
        _ => {}
    }
    if let Some(named) = outbox.string("dir") {
        if named.value.trim().is_empty() {
            outbox.report(
                "empty-value",
                &named.span,
                "`dir` is empty: it is the folder for messages",
                "leave it out for `outbox`",
            );
        }
        dir = named.value;
    }
    outbox.finish();
    root.later("ledger", "the ledger");
    let path = folder.join(&dir);
    let outbox_shown = path.display().to_string();
    MailSettings { from, organizer, templates, language, outbox: path, outbox_shown }
}
