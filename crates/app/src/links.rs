//! `links`: everybody's personal link in a file.

use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use meetmint_batch::{
    AtomicFile, LinkFormat, LinkOutput, LinkRows, LinkWriter, RosterTokens, quoted, suggest,
};
use meetmint_mailer::sync_folder;

use crate::context::Context;
use crate::error::Error;
use crate::folder::{self, Addresses, MeetingFolder};
use crate::front_end::{Event, Task};
use crate::notices;
use crate::selection::{self, SelectionRequest};

/// Which links are written, and where.
pub struct LinksRequest<'r> {
    /// The format of the file.
    pub format: LinkFormat,
    /// Where it goes.
    pub target: LinkTarget<'r>,
    /// Who is selected.
    pub selection: SelectionRequest,
    /// Headings of roster columns to keep.
    pub keep: Vec<String>,
}

/// Where links go.
pub enum LinkTarget<'r> {
    /// The format's usual file in the meeting folder.
    Default,
    /// A file of this name, replaced as a whole.
    File(PathBuf),
    /// A stream.
    Writer(&'r mut (dyn Write + Send)),
}

/// What was written.
#[derive(Debug, serde::Serialize)]
pub struct LinksReport {
    /// How many links.
    pub links: usize,
    /// The file, as people name it; none for a stream.
    pub file: Option<String>,
    /// The first second in which one of them works, since 1970 UTC.
    pub first_valid_from: i64,
    /// The first second in which none of them works any more.
    pub last_valid_until: i64,
    /// Whether rows have meetings of their own.
    pub own_meetings: bool,
    /// Whether they are signed with a practice secret, so that no server accepts them.
    pub practice: bool,
    /// The meeting's zone.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// Mints the links of everybody who is selected, and writes them to a file or stream.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong, nobody is selected, or the
/// target is one of the meeting's own files; [`Failed`](crate::ErrorClass::Failed) if it cannot be written,
/// [`Output`](crate::ErrorClass::Output) for a stream, and [`Interrupted`](crate::ErrorClass::Interrupted). An existing
/// file is unchanged then.
pub fn links(context: &Context, request: LinksRequest<'_>) -> Result<LinksReport, Error> {
    let mut folder = folder::load(context, Addresses::Optional)?;
    folder.refuse_over();
    let folder = folder.into_valid()?;
    let selection = selection::of_roster(&folder, &request.selection)?;
    let keep = kept_columns(&folder, &request.keep)?;
    folder.report_notices(context);
    let all = context.front_end.is_verbose();
    if let Some(notice) = notices::without_address(&folder.survey, all) {
        context.notice(&notice);
    }

    let writer = LinkWriter::new(request.format, &folder.roster, keep);
    let tokens = RosterTokens::new(&folder.mint, &folder.roster, folder.settings.windows)?;
    // From here on there is a temporary file, which has to be removed also after Ctrl-C.
    context.front_end.defer_interruptions();
    let mut output = Output::open(request.target, request.format, &folder)?;
    // Of all people: how many are selected is only known at the end.
    let total = folder.survey.people();
    let mut links = 0;
    let mut span: Option<(i64, i64)> = None;
    let progress = context.begin_progress();
    folder.roster.each(
        &folder.survey,
        &selection,
        tokens.chunk(),
        |rows| {
            if context.environment.is_interrupted() {
                return Err(Error::interrupted("no link file was written; run the command again"));
            }
            Ok(writer.rows(&tokens, rows)?)
        },
        |rows: Result<LinkRows, Error>| {
            let rows = rows?;
            // Not before the first person: with nobody selected the command fails, and a stream should stay empty.
            if links == 0 && rows.people > 0 {
                output.write(&writer.begin())?;
            }
            links += rows.people;
            context.event(&Event::Progress { task: Task::Links, done: links, total });
            span = rows.merge(span);
            output.write(&rows.output)
        },
    )?;
    drop(progress);
    let Some((first_valid_from, last_valid_until)) = span else {
        return Err(Error::invalid(
            "nobody-selected",
            "nobody is selected",
            "leave out `--role` or `--only`",
        ));
    };
    output.write(&writer.end())?;
    Ok(LinksReport {
        links,
        // Renamed only now: after any error before this, the old file is still there.
        file: output.finish()?,
        first_valid_from,
        last_valid_until,
        own_meetings: folder.roster.has_own_meetings(),
        practice: folder.mint.key().is_practice(),
        zone: folder.roster.meeting().zone.clone(),
    })
}

/// The indexes of the columns to keep, each once.
fn kept_columns(folder: &MeetingFolder, headings: &[String]) -> Result<Vec<usize>, Error> {
    let roster = &folder.roster;
    let mut indexes = Vec::new();
    for heading in headings {
        let index = roster.column(heading).ok_or_else(|| {
            let known = roster.columns().iter().map(|column| column.heading.as_str());
            let hint = suggest(heading, known, "the headings are");
            let message = format!("the roster has no column {}", quoted(heading));
            Error::invalid("no-such-column", message, hint)
        })?;
        if !indexes.contains(&index) {
            indexes.push(index);
        }
    }
    Ok(indexes)
}

/// An output that becomes visible as a whole, or a stream.
enum Output<'r> {
    File(AtomicFile, PathBuf),
    Writer(&'r mut (dyn Write + Send)),
}

impl<'r> Output<'r> {
    fn open(
        target: LinkTarget<'r>,
        format: LinkFormat,
        folder: &MeetingFolder,
    ) -> Result<Output<'r>, Error> {
        let path = match target {
            LinkTarget::Writer(writer) => return Ok(Output::Writer(writer)),
            LinkTarget::File(path) => path,
            LinkTarget::Default => folder.settings.folder.join(format.file_name()),
        };
        folder.settings.refuse_own_file(&path, Some(folder.roster.path()))?;
        Ok(Output::File(AtomicFile::new(&path)?, path))
    }

    fn write(&mut self, output: &LinkOutput) -> Result<(), Error> {
        let LinkOutput::Append(bytes) = output;
        match self {
            Output::File(file, _) => Ok(file.write(bytes)?),
            Output::Writer(writer) => writer.write_all(bytes).map_err(Error::output),
        }
    }

    /// Makes the file visible, also after a power cut; gives its name.
    fn finish(self) -> Result<Option<String>, Error> {
        match self {
            Output::File(file, path) => {
                file.finish()?;
                let shown = path.display().to_string();
                let folder = path.parent().unwrap_or(Path::new(""));
                sync_folder(folder).map_err(|error| {
                    let message = format!(
                        "`{shown}` is written, but a power cut could still undo that: its folder cannot be synced"
                    );
                    Error::failed("file", message).caused_by(error)
                })?;
                Ok(Some(shown))
            }
            Output::Writer(writer) => {
                writer.flush().map_err(Error::output)?;
                Ok(None)
            }
        }
    }
}
