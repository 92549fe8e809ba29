//! How `send`, `remind`, `cancel` and `settle` end: the results of the run in words, and the exit code.

use meetmint_app::phrases::{counted, time_in};
use meetmint_app::{DeliveryOutcome, DeliveryReport, Error, Notice, OutboxReport};

use crate::exit::Exit;
use crate::terminal::Terminal;

/// Prints the results of a run. A run that ended early is an error.
pub(crate) fn say(report: &DeliveryReport, terminal: &Terminal) -> Result<Exit, Error> {
    let zone = &report.zone;
    for refused in &report.refused {
        let message = format!("{} was refused: {}", refused.email, refused.reply);
        // Shown even with -q: the exit code does not say who has not received what is due.
        terminal.notice(&Notice::action("refused", message));
    }
    for deferred in &report.deferred {
        let next = time_in(deferred.next_try, zone);
        let message =
            format!("{} is deferred, next try from {next}: {}", deferred.email, deferred.reply);
        terminal.notice(&Notice::action("deferred", message));
    }
    for doubt in &report.in_doubt {
        let message = format!("delivery to {} is unknown: {}", doubt.email, doubt.reply);
        let hint = format!("meetmint settle --sent --only {}, or --resend", doubt.email);
        terminal.notice(&Notice::action("in-doubt", message).hint(hint));
    }
    if report.delivered > 0 {
        delivered(report, terminal);
    }
    if report.over > 0 {
        let message = format!("{} not sent: the meeting is over", counted(report.over, "message"));
        terminal.notice(&Notice::action("over", message));
    }
    let left = counted(report.left, "message");
    match report.outcome() {
        DeliveryOutcome::Stopped => return Err(stopped(report, &left)),
        // After the check for a stop: a run that was stopped has its own reason, and its own time to go on.
        _ if report.paced => {
            let until = report.resumes.map(|at| time_in(at, zone)).unwrap_or_default();
            let message = format!(
                "{left} still to be sent; the configured pace allows the next one at {until}"
            );
            let hint = "run the command again after that time: it continues where it stopped; or set a longer `--wait`";
            terminal.notice(&Notice::action("paced", message).hint(hint));
        }
        _ => {}
    }
    if report.interrupted {
        return Err(Error::interrupted(format!(
            "{left} not sent; run the command again, and it continues where it stopped"
        )));
    }
    Ok(report.outcome().into())
}

fn delivered(report: &DeliveryReport, terminal: &Terminal) {
    let count = counted(report.delivered, "message");
    match &report.outbox {
        OutboxReport::Folder(folder) => {
            terminal.done(&format!("{count} written to {folder}."));
            terminal.done(
                "Nothing was mailed: open an .eml file in a mail program to see what a person would get. To mail them, set kind = \"smtp\" under [outbox].",
            );
        }
        OutboxReport::Server(host) => terminal.done(&format!(
            "{count} accepted by {host}. Accepted does not mean delivered: watch for bounces."
        )),
    }
}

fn stopped(report: &DeliveryReport, left: &str) -> Error {
    let why = report.stopped.as_deref().unwrap_or_default();
    let from = report.resumes.map(|at| format!(" (try again after {})", time_in(at, &report.zone)));
    let hint =
        report.hint.as_deref().unwrap_or("run the command again: it continues where it stopped");
    Error::failed(
        "stopped",
        format!(
            "stopped: {left} not sent, because every one of them would fail in the same way: {why}"
        ),
    )
    .with_hint(format!("{hint}{}", from.unwrap_or_default()))
}
