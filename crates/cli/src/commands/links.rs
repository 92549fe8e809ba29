//! `meetmint links`: everybody's personal link in a file.

use std::io::{self, Write};
use std::path::Path;

use meetmint_batch::{
    AtomicFile, LinkFormat, LinkOutput, LinkRows, LinkWriter, RosterTokens, quoted, suggest,
};

use crate::cli::{Links, LinksFormat};
use crate::failure::{Exit, Failure};
use crate::prepare::{self, Prepared};
use crate::report::Report;
use crate::world::World;

pub(crate) fn run(
    args: &Links,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    if args.bom && args.format != LinksFormat::Csv {
        return Err(Failure::Usage {
            message: "`--bom` goes with `--format csv` only".to_owned(),
            hint: None,
        });
    }
    let prepared = prepare::find(meeting, false, world)?.sound()?;
    let choice = prepared.choose(&args.choice, None)?;
    let keep = keep(&prepared, &args.keep)?;
    prepared.speak(report)?;

    let format = match args.format {
        LinksFormat::Csv => LinkFormat::Csv { bom: args.bom },
        LinksFormat::Jsonl => LinkFormat::Jsonl,
    };
    let writer = LinkWriter::new(format, &prepared.roster, keep);
    let tokens = RosterTokens::new(&prepared.mint, &prepared.roster, prepared.settings.windows)
        .map_err(|empty| Failure::broken("no link can be made", empty))?;
    world.listen();
    let mut out = Out::open(args, &prepared)?;
    let mut written = 0;
    let mut span: Option<(i64, i64)> = None;
    let mut progress = report.progress("links", prepared.survey.people());
    prepared.roster.each(
        &prepared.survey,
        &choice,
        tokens.chunk(),
        |people| {
            if world.is_interrupted() {
                return Err(Failure::Interrupted {
                    message: "no link file was written; run it again".to_owned(),
                });
            }
            Ok(writer.rows(&tokens, people)?)
        },
        |rows: Result<LinkRows, Failure>| {
            let rows = rows?;
            if written == 0 && rows.people > 0 {
                out.write(&writer.begin())?;
            }
            written += rows.people;
            progress.add(rows.people);
            span = rows.merge(span);
            out.write(&rows.output)
        },
    )?;
    drop(progress);
    let Some(span) = span else {
        return Err(Failure::wrong("nobody is chosen", "leave out `--role` or `--only`"));
    };
    out.write(&writer.end())?;
    let place = out.finish()?;
    let zone = &prepared.roster.meeting().zone;
    let when = if prepared.roster.has_own_meetings() {
        format!(
            "The first works from {}, the last until {}",
            prepare::moment(span.0, zone),
            prepare::moment(span.1, zone)
        )
    } else {
        format!("They work {}", prepare::window(span, zone))
    };
    report.done(&format!(
        "{} in {place}. {when}.\nTo try one now: meetmint token --name Test --for 1h{}",
        if written == 1 { "1 link".to_owned() } else { format!("{written} links") },
        prepare::meeting_flag(meeting),
    ));
    Ok(Exit::Done)
}

/// The places of the columns to keep.
fn keep(prepared: &Prepared, headings: &[String]) -> Result<Vec<usize>, Failure> {
    let columns = prepared.roster.columns();
    let place = |heading: &String| {
        prepared.roster.column(heading).ok_or_else(|| {
            let known = columns.iter().map(|column| column.heading.as_str());
            let hint = suggest(heading, known, "the headings are");
            Failure::wrong(format!("there is no column {} in the list", quoted(heading)), hint)
        })
    };
    let mut places = Vec::new();
    for heading in headings {
        let place = place(heading)?;
        if !places.contains(&place) {
            places.push(place);
        }
    }
    Ok(places)
}

/// A link file must not take the place of what it is made of.
fn refuse_own(target: &Path, prepared: &Prepared) -> Result<(), Failure> {
    let Ok(place) = target.canonicalize() else { return Ok(()) };
    let own = prepared.settings.own_files(&prepared.roster);
    if own.iter().any(|file| file.canonicalize().is_ok_and(|file| file == place)) {
        return Err(Failure::wrong(
            format!("`{}` belongs to the meeting, and is not replaced", target.display()),
            "name another file with `--out`",
        ));
    }
    Ok(())
}

/// Where links go: a file that is replaced as a whole, or standard output.
enum Out {
    File(AtomicFile, String),
    Stdout(io::BufWriter<io::Stdout>),
}

impl Out {
    fn open(args: &Links, prepared: &Prepared) -> Result<Out, Failure> {
        let name = match args.format {
            LinksFormat::Csv => "links.csv",
            LinksFormat::Jsonl => "links.jsonl",
        };
        let target = match &args.out {
            Some(out) if out.as_os_str() == "-" => {
                return Ok(Out::Stdout(io::BufWriter::with_capacity(1 << 16, io::stdout())));
            }
            Some(out) => out.clone(),
            None => prepared.settings.folder.join(name),
        };
        refuse_own(&target, prepared)?;
        let shown = target.display().to_string();
        Ok(Out::File(AtomicFile::new(&target)?, shown))
    }

    fn write(&mut self, output: &LinkOutput) -> Result<(), Failure> {
        let LinkOutput::Append(bytes) = output;
        match self {
            Out::File(file, _) => Ok(file.write(bytes)?),
            Out::Stdout(out) => out.write_all(bytes).map_err(Failure::stdout),
        }
    }

    /// Puts the file in its place; says what people call it.
    fn finish(self) -> Result<String, Failure> {
        match self {
            Out::File(file, shown) => {
                file.finish()?;
                Ok(shown)
            }
            Out::Stdout(mut out) => {
                out.flush().map_err(Failure::stdout)?;
                Ok("all".to_owned())
            }
        }
    }
}
