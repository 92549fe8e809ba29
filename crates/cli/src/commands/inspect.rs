//! `meetmint inspect`.

use meetmint_app::{Context, Error, InspectRequest, InspectTally, InspectedToken};

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
    let now = context.environment.now;
    let render = |token: &InspectedToken| match args.format {
        ReportFormat::Json => serde_json::to_string(token).map(|json| json + "\n"),
        ReportFormat::Text => Ok(report(token, place, now)),
    };
    let mut text = String::new();
    let result = meetmint_app::inspect(context, &request, render, |rendered| {
        text.push_str(&rendered.map_err(|error| Error::output(error.into()))?);
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
