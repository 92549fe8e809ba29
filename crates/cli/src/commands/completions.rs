//! `meetmint completions`.

use meetmint_app::Error;

use crate::cli::Completions;
use crate::completions::script;
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: &Completions, terminal: &Terminal) -> Result<Exit, Error> {
    terminal.data(&script(args.shell))?;
    Ok(Exit::Done)
}
