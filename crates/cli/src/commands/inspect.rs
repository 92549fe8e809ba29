//! `meetmint inspect`.

use meetmint_app::{Context, Error, InspectRequest, InspectTally};

use crate::cli::{Inspect, ReportFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;
use crate::words::inspect::{Place, report, total};

/// Reports are printed in groups of so many octets: a hundred thousand of them should not take a hundred thousand
/// writes.
const GROUP: usize = 1 << 16;

pub(crate) fn run(args: Inspect, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    let place = if args.link.is_some() { Place::Argument } else { Place::Line };
    let request = args.link.map_or(InspectRequest::StandardInput, InspectRequest::Argument);
    let mut text = String::new();
    let result = meetmint_app::inspect(context, &request, &mut |token| {
        match args.format {
            ReportFormat::Json => {
                let json = serde_json::to_string(token);
                text.push_str(&json.map_err(|error| Error::output(error.into()))?);
                text.push('\n');
            }
            ReportFormat::Text => text.push_str(&report(token, place, context.environment.now)),
        }
        if text.len() >= GROUP {
            terminal.data(&text)?;
            text.clear();
        }
        Ok(())
    });
    // What was found before an error is shown, too.
    terminal.data(&text)?;
    let tally: InspectTally = result?;
    if matches!(place, Place::Line) && args.format == ReportFormat::Text {
        terminal.done(&total(tally));
    }
    let is_all = tally.refused == 0 && tally.hanging == 0;
    Ok(if is_all { Exit::Done } else { Exit::Partial })
}
