//! `meetmint inspect`.

use std::fmt::Write as _;

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
        ReportFormat::Json => serde_json::to_string(token).map(|json| on_one_line(json) + "\n"),
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

/// The same JSON, in which characters are escaped that terminals obey and that some readers take for line ends. JSON
/// allows them in texts, and a token may have any.
fn on_one_line(json: String) -> String {
    let is_escaped = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if json.is_ascii() || !json.contains(is_escaped) {
        return json;
    }
    let mut escaped = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_escaped(c) {
            // Writing to a text does not fail.
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn a_report_is_one_line_to_every_reader() {
        let text = "Ünal \u{85}\u{9b}31m\u{2028}\u{202e}x 🎉";
        let json = on_one_line(serde_json::to_string(text).unwrap());
        assert_eq!(json, r#""Ünal \u0085\u009b31m\u2028\u202ex 🎉""#);
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}
