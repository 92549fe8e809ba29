//! `[mail]` and `[ledger]`: what messages say, and what is remembered of them.

use std::path::{Path, PathBuf};

use super::outbox::{self, OutboxSettings};
use crate::document::Table;
use crate::settings::meeting::Organizer;

/// What messages say, where they go, and what is remembered of them.
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
    pub(crate) outbox: OutboxSettings,
    /// The ledger's file.
    pub(crate) ledger: PathBuf,
}

pub(super) fn read(root: &Table<'_>, folder: &Path, organizer: Option<Organizer>) -> MailSettings {
    let mail = root.table("mail");
    let from = mail.string("from").map(|from| from.value);
    let templates = mail.string("templates").map(|templates| folder.join(templates.value));
    let language = mail.string("language").map(|language| language.value);
    mail.finish();
    let outbox = outbox::read(root, folder);
    let ledger = ledger(root, folder);
    MailSettings { from, organizer, templates, language, outbox, ledger }
}

fn ledger(root: &Table<'_>, folder: &Path) -> PathBuf {
    let table = root.table("ledger");
    table.later("url", "a ledger that many machines share");
    let file = table.string("file").map_or_else(|| "ledger.db".to_owned(), |file| file.value);
    table.finish();
    folder.join(file)
}
