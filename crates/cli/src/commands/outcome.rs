//! How `send`, `remind`, `cancel` and `settle` end: the result of the run in words, and the exit code.

use meetmint_app::phrases::counted;
use meetmint_app::{DeliveryReport, Error, FolderReport, OutboxReport};

use crate::exit::Exit;
use crate::terminal::Terminal;

/// Says what the result of a run is. A run that ended early is an error.
pub(crate) fn say(report: &DeliveryReport, terminal: &Terminal) -> Result<Exit, Error> {
    report.person_notices().iter().for_each(|notice| terminal.notice(notice));
    if report.delivered > 0 {
        delivered(report, terminal);
    }
    report.run_notices().iter().for_each(|notice| terminal.notice(notice));
    report.error().map_or_else(|| Ok(report.outcome().into()), Err)
}

fn delivered(report: &DeliveryReport, terminal: &Terminal) {
    let count = counted(report.delivered, "message");
    match &report.outbox {
        OutboxReport::Folder(place) => {
            written(&count, place, report.file.as_deref(), terminal);
        }
        OutboxReport::Server(host) => terminal.done(&format!(
            "{count} accepted by {host}. Accepted does not mean delivered: watch for bounces."
        )),
    }
}

/// What was written to the folder outbox, how to mail it, and which file to open to see a message.
pub(super) fn written(what: &str, place: &FolderReport, file: Option<&str>, terminal: &Terminal) {
    let FolderReport { folder, settings } = place;
    // Somebody who sees `send` succeed would otherwise believe that people have been mailed.
    terminal.done(&format!(
        "{what} written to {folder}. Nothing was mailed: to send mail, set kind = \"smtp\" and a host or preset under [outbox] in {settings}."
    ));
    if let Some(file) = file {
        // Last, and without a full stop, so that the path is easy to copy.
        let file = shlex::try_quote(file).unwrap_or(file.into());
        terminal.done(&format!("To see a message, open this file in a mail program:\n{file}"));
    }
}
