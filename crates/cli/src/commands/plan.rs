//! `meetmint plan`, which `send --dry-run` is too.

use meetmint_app::{Context, Error, PlanRequest};

use crate::cli::{Plan, ReportFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words;

pub(crate) fn run(args: Plan, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let format = args.format;
    show(&args.into(), format, terminal, context)
}

/// Shows a plan.
pub(super) fn show(
    request: &PlanRequest,
    format: ReportFormat,
    terminal: &Terminal,
    context: &Context,
) -> Result<Exit, Error> {
    let report = meetmint_app::plan(context, request)?;
    match format {
        ReportFormat::Json => terminal.json(&report)?,
        ReportFormat::Text => {
            let words = words::plan::plan(&report, terminal.is_verbose())?;
            terminal.data(&terminal.with_meeting(&words))?;
        }
    }
    let exit = report.outcome().into();
    report.refusal.map_or(Ok(exit), Err)
}
