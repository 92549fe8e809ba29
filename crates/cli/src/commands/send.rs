//! `meetmint send`.

use meetmint_app::{Context, Error, OutboxReport, PlanRequest, SendRequest, TestCopyRequest};

use super::{outcome, plan};
use crate::cli::{ReportFormat, Send};
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Send, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    if args.dry_run {
        let format = args.plan.format;
        let request = PlanRequest { again: args.again, ..args.plan.into() };
        return plan::show(&request, format, terminal, context);
    }
    let format = args.plan.format;
    // Before the plan: a test copy neither asks nor changes the ledger.
    if let Some(to) = args.to {
        let request = TestCopyRequest { to, as_person: args.as_, plan: args.plan.into() };
        let report = meetmint_app::test_copy(context, &request)?;
        match &report.outbox {
            OutboxReport::Folder(place) => {
                outcome::written("Test copy", place, Some(&report.result), terminal);
            }
            OutboxReport::Server(host) => {
                terminal.done(&format!("Test copy accepted by {host}: {}", report.result));
            }
        }
        return Ok(Exit::Done);
    }
    let plan = PlanRequest { again: args.again, ..args.plan.into() };
    let request = SendRequest { plan, run: args.run.into() };
    let report = meetmint_app::send(context, &request)?;
    if format == ReportFormat::Json {
        terminal.json(&report)?;
    }
    outcome::say(&report, terminal)
}
