//! `[mail]`, `[outbox]` and `[ledger]`: what messages say, where they go, and what is remembered of them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use meetmint_batch::{quoted, seconds, suggest};
use meetmint_mailer::{SmtpAddress, Timeouts};

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

/// Where messages go.
#[derive(Clone, Debug)]
pub(crate) enum OutboxSettings {
    /// A folder, with what people call it.
    Folder { dir: PathBuf, shown: String },
    /// A mail server.
    Smtp { address: SmtpAddress, timeouts: Timeouts },
}

impl OutboxSettings {
    /// Where messages go, in the words of a question.
    pub(crate) fn words(&self) -> String {
        match self {
            OutboxSettings::Folder { shown, .. } => format!("into the folder {shown}"),
            OutboxSettings::Smtp { address, .. } => format!("through {}", address.host),
        }
    }
}

/// Keys that go with SMTP, and that this version does not know yet.
const LATER: [&str; 11] = [
    "preset",
    "cleartext",
    "ca",
    "user",
    "password",
    "auth",
    "connections",
    "per_connection",
    "rate",
    "quota",
    "tls",
];

/// The stages of an SMTP conversation that wait for so long at most.
const STAGES: [&str; 6] = ["connect", "greeting", "command", "data", "body", "final"];

pub(super) fn read(root: &Table<'_>, folder: &Path, organizer: Option<Organizer>) -> MailSettings {
    let mail = root.table("mail");
    let from = mail.string("from").map(|from| from.value);
    let templates = mail.string("templates").map(|templates| folder.join(templates.value));
    let language = mail.string("language").map(|language| language.value);
    mail.finish();
    let outbox = outbox(root, folder);
    let ledger = ledger(root, folder);
    MailSettings { from, organizer, templates, language, outbox, ledger }
}

fn outbox(root: &Table<'_>, folder: &Path) -> OutboxSettings {
    let table = root.table("outbox");
    let mut smtp = false;
    if let Some(kind) = table.string("kind") {
        smtp = kind.value == "smtp";
        if !smtp && kind.value != "folder" {
            let hint = suggest(&kind.value, ["folder", "smtp"], "there are");
            table.report(
                "bad-value",
                &kind.span,
                format!("{} is not a kind of outbox", quoted(&kind.value)),
                hint,
            );
        }
    }
    let settings = if smtp { relay(&table) } else { folder_outbox(&table, folder) };
    table.finish();
    settings
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

fn relay(table: &Table<'_>) -> OutboxSettings {
    let host =
        table.required("host", "it is the mail server").map(|host| host.value).unwrap_or_default();
    let port = table.integer("port").and_then(|port| match u16::try_from(port.value) {
        Ok(number) if number > 0 => Some(number),
        _ => {
            table.report(
                "bad-value",
                &port.span,
                "`port` is not the number of a port",
                "leave it out for 587",
            );
            None
        }
    });
    if let Some(security) = table.string("security")
        && security.value != "none"
    {
        table.report(
            "not-yet",
            &security.span,
            "this version speaks to a mail server without TLS only",
            "write security = \"none\", to a server on this machine",
        );
    }
    for key in LATER {
        table.later(key, "this way to a mail server");
    }
    let timeouts = timeouts(table);
    OutboxSettings::Smtp { address: SmtpAddress { host, port: port.unwrap_or(587) }, timeouts }
}

fn timeouts(table: &Table<'_>) -> Timeouts {
    let table = table.table("timeouts");
    let mut timeouts = Timeouts::default();
    for stage in STAGES {
        let read = table.parsed(table.string(stage), "bad-duration", |text| match seconds(text) {
            Ok(0) | Err(_) => Err((
                "it is not a length of time".to_owned(),
                "write it like `30s` or `5m`".to_owned(),
            )),
            Ok(seconds) => Ok(Duration::from_secs(seconds.unsigned_abs())),
        });
        if let Some(read) = read {
            let field = match stage {
                "connect" => &mut timeouts.connect,
                "greeting" => &mut timeouts.greeting,
                "command" => &mut timeouts.command,
                "data" => &mut timeouts.data,
                "body" => &mut timeouts.body,
                _ => &mut timeouts.final_dot,
            };
            *field = read;
        }
    }
    table.finish();
    timeouts
}

fn ledger(root: &Table<'_>, folder: &Path) -> PathBuf {
    let table = root.table("ledger");
    table.later("url", "a ledger that many machines share");
    let file = table.string("file").map_or_else(|| "ledger.db".to_owned(), |file| file.value);
    table.finish();
    folder.join(file)
}
