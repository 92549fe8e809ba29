//! `meetmint links`.

use std::io;

use meetmint_app::phrases::{counted, time_in, window_in};
use meetmint_app::{Context, Error, LinkFormat, LinkTarget, LinksReport, LinksRequest};

use crate::cli::{Links, LinksFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Links, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    // A chunk of links is larger than the buffer of standard output, so that it needs none of its own.
    let mut stdout = io::stdout();
    let target = match args.out {
        Some(path) if path.as_os_str() == "-" => LinkTarget::Writer(&mut stdout),
        Some(path) => LinkTarget::File(path),
        None => LinkTarget::Default,
    };
    let format = match args.format {
        LinksFormat::Csv => LinkFormat::Csv { bom: args.bom },
        // JSON must not begin with a byte-order mark (RFC 8259 §8.1).
        LinksFormat::Jsonl if args.bom => {
            return Err(Error::usage("bom", "`--bom` can only be used with `--format csv`"));
        }
        LinksFormat::Jsonl => LinkFormat::Jsonl,
    };
    let selection = args.selection.into();
    let request = LinksRequest { format, target, selection, keep: args.keep };
    let report = meetmint_app::links(context, request)?;
    // No server accepts a link that a practice secret has signed.
    let test = if report.practice {
        String::new()
    } else {
        let option = terminal.meeting_option();
        format!("\nTo try a link that works now: meetmint token --name Test --for 1h{option}")
    };
    terminal.done(&format!("{}{test}", words(&report)));
    Ok(Exit::Done)
}

/// "60 links written to links.csv. They work from … to …."
fn words(report: &LinksReport) -> String {
    let LinksReport { first_valid_from: from, last_valid_until: until, zone, .. } = report;
    let links = counted(report.links, "link");
    let file = report.file.as_ref().map(|file| format!(" written to {file}")).unwrap_or_default();
    // With several meetings, hardly any link works during the whole time, so only the ends are given.
    let when = if report.own_meetings {
        let (from, until) = (time_in(*from, zone), time_in(*until, zone));
        format!("The first works from {from}, the last until {until}")
    } else {
        let subject = if report.links == 1 { "It works" } else { "They work" };
        format!("{subject} {}", window_in((*from, *until), zone))
    };
    format!("{links}{file}. {when}.")
}
