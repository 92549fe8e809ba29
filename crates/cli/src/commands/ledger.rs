//! `meetmint ledger`.

use std::io;

use meetmint_app::{
    Context, Error, ExportReport, ExportRequest, ExportTarget, ForgetReport, ForgetRequest,
    LedgerState, PruneRequest,
};

use crate::cli::{CheckLedger, Export, Forget, Ledger, LedgerCommand, Prune, ReportFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words::ledger;

pub(crate) fn run(args: Ledger, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    match args.command {
        LedgerCommand::Prune(args) => prune(args, terminal, context),
        LedgerCommand::Forget(args) => forget(args, terminal, context),
        LedgerCommand::Export(args) => export(args, terminal, context),
        LedgerCommand::Check(args) => check(&args, terminal, context),
    }
}

fn prune(args: Prune, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let request = PruneRequest { older_than: args.older_than, erase: args.erase.into() };
    let report = meetmint_app::prune(context, &request)?;
    if args.format == ReportFormat::Json {
        terminal.json(&report)?;
    } else {
        terminal.done(&ledger::pruned(&report, &context.environment.zone));
    }
    for notice in ledger::kept(&report) {
        terminal.notice(&notice);
    }
    // Somebody who was meant is still there.
    Ok(if report.in_doubt.is_empty() { Exit::Done } else { Exit::Partial })
}

fn forget(args: Forget, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let request = ForgetRequest {
        email: args.email,
        undo: args.undo,
        no_cancellation: args.no_cancellation,
        unknown: args.unknown,
        erase: args.erase.into(),
    };
    let report = meetmint_app::forget(context, &request)?;
    if args.format == ReportFormat::Json {
        terminal.json(&report)?;
        return Ok(Exit::Done);
    }
    terminal.done(&ledger::forgotten(&report, &request.email));
    if let ForgetReport::Forgotten { mentioned_in, .. } | ForgetReport::Already { mentioned_in } =
        &report
        && let Some(notice) = ledger::mentions(mentioned_in)
    {
        terminal.notice(&notice);
    }
    Ok(Exit::Done)
}

fn export(args: Export, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    // Whole chunks are written, so that standard output needs no buffer of its own.
    let mut stdout = io::stdout();
    let target = if args.out.as_os_str() == "-" {
        ExportTarget::Writer(&mut stdout)
    } else {
        ExportTarget::File(args.out)
    };
    let request = ExportRequest { only: args.only, target };
    let report = meetmint_app::export(context, request)?;
    // On standard output, the data says everything.
    if let ExportReport { file: Some(file), .. } = &report {
        terminal.done(&ledger::exported(&report, file));
    }
    Ok(Exit::Done)
}

fn check(args: &CheckLedger, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let report = meetmint_app::check_ledger(context)?;
    let exit = match report.state {
        LedgerState::Absent | LedgerState::Sound => Exit::Done,
        LedgerState::Damaged => Exit::Failed,
        LedgerState::Unusable => Exit::Invalid,
    };
    if args.format == ReportFormat::Json {
        terminal.json(&report)?;
        return Ok(exit);
    }
    if let Some(error) = report.error() {
        terminal.error(&error);
    }
    for notice in report.notices() {
        terminal.notice(&notice);
    }
    if exit == Exit::Done {
        terminal.done(&ledger::sound(&report));
    }
    Ok(exit)
}
