//! `ledger export`: everything in the ledger, as JSON lines.

use std::io::Write;
use std::path::{Path, PathBuf};

use meetmint_batch::AtomicFile;
use meetmint_mailer::{ExportRecord, Ledger, sync_folder};

use crate::context::Context;
use crate::error::Error;
use crate::folder;
use crate::selection;
use crate::settings::RosterSettings;

/// How many octets are written at once.
const CHUNK: usize = 1 << 16;

/// What is exported, and where to.
pub struct ExportRequest<'r> {
    /// Addresses: only these people. By default everybody.
    pub only: Vec<String>,
    /// Where it goes.
    pub target: ExportTarget<'r>,
}

/// Where an export goes.
pub enum ExportTarget<'r> {
    /// A file of this name, replaced as a whole, that only its owner can read.
    File(PathBuf),
    /// A stream.
    Writer(&'r mut dyn Write),
}

/// What was exported.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ExportReport {
    /// How many entries: one for each person, room and start.
    pub entries: usize,
    /// How many messages.
    pub messages: usize,
    /// The file, as people name it; none for a stream.
    pub file: Option<String>,
}

/// Writes every record of the ledger as a line of JSON. Changes nothing in it.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the settings are wrong, nobody has the address, or the target is
/// the ledger or another file of the meeting; [`Failed`](crate::ErrorClass::Failed) if it cannot be read or written,
/// [`Output`](crate::ErrorClass::Output) for a stream. An existing file is unchanged then.
pub fn export(context: &Context, request: ExportRequest<'_>) -> Result<ExportReport, Error> {
    let loaded = folder::load_settings(context)?;
    let roster = loaded.roster.as_ref().and_then(RosterSettings::file).map(Path::to_owned);
    let settings = loaded.into_settings()?;
    if let ExportTarget::File(path) = &request.target {
        settings.refuse_own_file(path, roster.as_deref())?;
    }
    let ledger = Ledger::look(&settings.mail.ledger, &settings.id)?;
    let mut only = Vec::new();
    for written in &request.only {
        let key = selection::email(written)?.key().into_owned();
        if !ledger.knows(&key)? {
            return Err(Error::invalid(
                "unknown-person",
                format!("the ledger knows nobody with the address `{key}`"),
                "write the address that the person was invited under; `meetmint status` shows all",
            ));
        }
        only.push(key);
    }
    // From here on there may be a temporary file, which has to be removed also after Ctrl-C.
    context.front_end.defer_interruptions();
    let mut output = Output::open(request.target)?;
    let (mut entries, mut messages) = (0, 0);
    let mut lines = Vec::with_capacity(2 * CHUNK);
    for record in ledger.export(&only) {
        let record = record?;
        entries += usize::from(matches!(record, ExportRecord::Entry(_)));
        messages += usize::from(matches!(record, ExportRecord::Message(_)));
        serde_json::to_writer(&mut lines, &record).map_err(|error| Error::output(error.into()))?;
        lines.push(b'\n');
        if lines.len() >= CHUNK {
            output.write(&lines)?;
            lines.clear();
            if context.environment.is_interrupted() {
                return Err(Error::interrupted("nothing was exported; run the command again"));
            }
        }
    }
    output.write(&lines)?;
    Ok(ExportReport { entries, messages, file: output.finish()? })
}

/// An output that becomes visible as a whole, or a stream.
enum Output<'r> {
    File(AtomicFile, PathBuf),
    Writer(&'r mut dyn Write),
}

impl<'r> Output<'r> {
    fn open(target: ExportTarget<'r>) -> Result<Output<'r>, Error> {
        match target {
            ExportTarget::Writer(writer) => Ok(Output::Writer(writer)),
            ExportTarget::File(path) => Ok(Output::File(AtomicFile::new(&path)?, path)),
        }
    }

    fn write(&mut self, lines: &[u8]) -> Result<(), Error> {
        match self {
            Output::File(file, _) => Ok(file.write(lines)?),
            Output::Writer(writer) => writer.write_all(lines).map_err(Error::output),
        }
    }

    /// Makes the file visible, also after a power cut; gives its name.
    fn finish(self) -> Result<Option<String>, Error> {
        match self {
            Output::Writer(writer) => {
                writer.flush().map_err(Error::output)?;
                Ok(None)
            }
            Output::File(file, path) => {
                file.finish()?;
                let shown = path.display().to_string();
                sync_folder(path.parent().unwrap_or(Path::new(""))).map_err(|error| {
                    let message = format!(
                        "`{shown}` is written, but a power cut could still undo that: its folder cannot be synced"
                    );
                    Error::failed("file", message).caused_by(error)
                })?;
                Ok(Some(shown))
            }
        }
    }
}
