//! `[mail]`, `[outbox]` and `[ledger]`: who messages are from, where they go, and where the record of them is kept.

use std::path::{Path, PathBuf};

use meetmint_batch::{Problem, Rejection, check_language, quoted, reachable};
use meetmint_mailer::{BadMessageText, Sender, line_with_link, message_lines};

use super::document::Location;
use super::meeting::Organizer;
use super::outbox::{self, OutboxSettings};
use super::table::Table;
use super::value::Located;

/// Who messages are from, where they go, and where the record of them is kept.
#[derive(Clone, Debug)]
pub(crate) struct MailSettings {
    /// Whether the file says anything about mail. If not, the meeting is for link files alone.
    pub(crate) is_configured: bool,
    /// The sender, as written. Only mail needs one: link files work without.
    pub(crate) from: Option<String>,
    /// The line of `from`, if it is written, though perhaps not as a string.
    pub(crate) from_location: Option<Location>,
    /// The organizer, if that is not the sender.
    pub(crate) organizer: Option<Organizer>,
    /// Where replies go, if not to the organizer: valid, as written.
    pub(crate) reply_to: Option<String>,
    /// The organizer's text in messages, line by line; empty if there is none.
    pub(crate) message: Vec<String>,
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

/// Reads `[mail]`, `[outbox]` and `[ledger]`. Mistakes that matter to mail alone are added to `problems`, so that they do
/// not stop somebody who only makes link files.
pub(super) fn read(
    root: &Table<'_>,
    folder: &Path,
    organizer: Option<Organizer>,
    host: String,
    problems: &mut Vec<Problem>,
) -> MailSettings {
    let mail = root.table("mail");
    let is_configured = ["mail", "outbox"].iter().any(|name| root.offset_of(name).is_some());
    let from = mail.string("from");
    // A `from` of another type is not missing. If `mail` is no section, nobody knows what it would say.
    let written = mail.offset_of("from").or(root.offset_of("mail").filter(|_| !mail.is_present()));
    let from_location = written.map(|offset| mail.location(offset));
    let reply_to = reply_to(&mail, problems);
    let message = message(&mail, &host, problems);
    let templates = mail.string("templates").map(|templates| folder.join(templates.value));
    let language = mail.string("language").and_then(|Located { value, offset }| {
        let Err(Rejection { message, hint }) = check_language(&value) else { return Some(value) };
        let message = format!("{}: {message}", quoted(&value));
        problems.push(mail.location(offset).problem("not-a-language", message, hint));
        None
    });
    mail.finish();
    let outbox = outbox::read(root, folder);
    let ledger = ledger(root, folder);
    MailSettings {
        is_configured,
        from: from.map(|from| from.value),
        from_location,
        organizer,
        reply_to,
        message,
        templates,
        language,
        host,
        outbox,
        ledger,
    }
}

/// Where replies go. Without a valid one, link files can still be made.
fn reply_to(mail: &Table<'_>, problems: &mut Vec<Problem>) -> Option<String> {
    const HINT: &str = "write one address: reply_to = \"Name <address>\"";
    let Located { value, offset } = mail.string("reply_to")?;
    let message = match Sender::parse(&value) {
        // Headers are ASCII without SMTPUTF8 (RFC 6532 §3.2).
        Ok(sender) => match reachable(sender.from_email()) {
            Ok(()) => return Some(value),
            Err(Rejection { message, .. }) => message,
        },
        Err(bad) => format!("is not a valid address for replies: {}", bad.reason),
    };
    let message = format!("`reply_to`: {} {message}", quoted(value.trim()));
    problems.push(mail.location(offset).problem("bad-reply-to", message, HINT));
    None
}

/// The organizer's text. Without a valid one, link files can still be made.
fn message(mail: &Table<'_>, host: &str, problems: &mut Vec<Problem>) -> Vec<String> {
    let Some(Located { value, offset }) = mail.string("message") else { return Vec::new() };
    // Reported here once, and not for each person whose message would contain it.
    if let Some(line) = line_with_link(&value, host) {
        let message = format!(
            "`message`: line {line} of the text contains a personal link, which everybody would get"
        );
        let hint = "remove it: each person's message contains their own link";
        problems.push(mail.location(offset).problem("bad-message", message, hint));
        return Vec::new();
    }
    message_lines(&value).unwrap_or_else(|bad| {
        let hint = match bad {
            BadMessageText::TooLong { .. } => "shorten it, or link to a page that says more",
            _ => "write the text that invitations show, or remove the line",
        };
        // Without the text: it may be of several lines.
        let problem =
            mail.location(offset).problem("bad-message", format!("`message`: {bad}"), hint);
        problems.push(problem);
        Vec::new()
    })
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
