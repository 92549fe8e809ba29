//! `[mail]`, `[outbox]` and `[ledger]`: who messages are from, where they go, and where the record of them is kept.

use std::path::{Path, PathBuf};

use super::meeting::Organizer;
use super::outbox::{self, OutboxSettings};
use super::table::Table;

/// Who messages are from, where they go, and where the record of them is kept.
#[derive(Clone, Debug)]
pub(crate) struct MailSettings {
    /// The sender, as written. Only mail needs one: link files work without.
    pub(crate) from: Option<String>,
    /// The organizer, if that is not the sender.
    pub(crate) organizer: Option<Organizer>,
    /// The folder with the user's own templates.
    pub(crate) templates: Option<PathBuf>,
    /// The language of messages to everybody whose row names no other.
    pub(crate) language: Option<String>,
    /// The host of the links; empty if `[server]` has mistakes.
    pub(crate) host: String,
    pub(crate) outbox: OutboxSettings,
    /// The ledger's file.
    pub(crate) ledger: PathBuf,
}

/// Reads `[mail]`, `[outbox]` and `[ledger]`.
pub(super) fn read(
    root: &Table<'_>,
    folder: &Path,
    organizer: Option<Organizer>,
    host: String,
) -> MailSettings {
    let mail = root.table("mail");
    let from = mail.string("from").map(|from| from.value);
    let templates = mail.string("templates").map(|templates| folder.join(templates.value));
    let language = mail.string("language").map(|language| language.value);
    mail.finish();
    let outbox = outbox::read(root, folder);
    let ledger = ledger(root, folder);
    MailSettings { from, organizer, templates, language, host, outbox, ledger }
}

fn ledger(root: &Table<'_>, folder: &Path) -> PathBuf {
    let table = root.table("ledger");
    // A key of a later version: "unknown" would sound like a typing error.
    table.not_supported("url");
    // The `.gitignore` of `init` lists the default: the ledger holds names and addresses.
    let file = table.string("file").map_or_else(|| "ledger.db".to_owned(), |file| file.value);
    table.finish();
    folder.join(file)
}
