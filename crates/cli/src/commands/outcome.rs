//! How `send`, `remind`, `cancel` and `settle` end: the result of the run in words, and the exit code.

use meetmint_app::phrases::counted;
use meetmint_app::{DeliveryReport, Error, OutboxReport};

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
        OutboxReport::Folder(folder) => {
            terminal.done(&format!("{count} written to {folder}."));
            // Somebody who sees `send` succeed would otherwise believe that people have been mailed.
            terminal.done(
                "Nothing was mailed: open an .eml file in a mail program to see what a person would get. To mail them, set kind = \"smtp\" under [outbox].",
            );
        }
        OutboxReport::Server(host) => terminal.done(&format!(
            "{count} accepted by {host}. Accepted does not mean delivered: watch for bounces."
        )),
    }
}
