//! `meetmint init`: a new meeting folder.

use std::path::Path;

use meetmint_app::{Context, Error, InitRequest};

use crate::cli::Init;
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words::columns::columns;
use crate::words::meeting_option::meeting_option;

pub(crate) fn run(args: Init, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    // The commands that are named at the end have to work in the shell's current folder.
    let elsewhere = Some(args.dir.as_path()).filter(|dir| *dir != Path::new("."));
    let option = meeting_option(elsewhere);
    let request = InitRequest {
        dir: args.dir,
        roster: args.roster,
        like: args.like,
        templates: args.templates,
    };
    let report = meetmint_app::init(context, &request)?;
    if !report.columns.is_empty() {
        terminal.done(columns(&report.columns).trim_end());
    }
    terminal.done(&format!(
        "{} is ready. Edit it and the roster, then run: meetmint check{option}",
        report.file
    ));
    Ok(Exit::Done)
}
