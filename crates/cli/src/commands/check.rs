//! `meetmint check`.

use meetmint_app::{Context, Error};

use crate::cli::{Check, ReportFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words::check::{overview, ready};

pub(crate) fn run(args: &Check, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let report = meetmint_app::check(context)?;
    let exit = if report.is_valid() { Exit::Done } else { Exit::Invalid };
    // The JSON report has problems, warnings and notes in it, so nothing is repeated on standard error.
    if args.format == ReportFormat::Json {
        terminal.json(&report)?;
        return Ok(exit);
    }
    if !terminal.is_quiet() {
        terminal.data(&overview(&report, terminal.is_verbose()))?;
    }
    report.warnings.iter().chain(&report.notes).for_each(|notice| terminal.notice(notice));
    let has_warnings = !report.warnings.is_empty();
    let ready = ready(&report);
    if let Some(error) = report.into_error() {
        return Err(error);
    }
    terminal.done(if has_warnings {
        "No problems found; see the warnings."
    } else {
        "No problems found."
    });
    if let Some(ready) = ready {
        terminal.done(&ready);
    }
    Ok(exit)
}
