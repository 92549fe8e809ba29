//! `meetmint status`.

use meetmint_app::{Context, Error};

use crate::cli::{Status, StatusFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words;

pub(crate) fn run(args: &Status, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let report = meetmint_app::status(context)?;
    match args.format {
        StatusFormat::Json => terminal.json(&report)?,
        StatusFormat::Csv => terminal.lines_of(words::status::csv(&report))?,
        StatusFormat::Text => terminal.lines_of(words::status::status(&report))?,
    }
    // Whatever the report shows: scripts read the states in it.
    Ok(Exit::Done)
}
