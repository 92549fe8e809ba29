//! Where a roster comes from. A list that is no file is read once, into a private temporary file, which is then read like
//! any other as often as needed.
//!
//! Whoever is missing in a roster is removed from the meeting. So a list counts only if it was read to its end, and the
//! end is known to be its end.

mod command;
mod html;
mod input;
mod not_read;
mod share_links;
mod temporary;
mod web;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::context::Context;
use crate::error::Error;
use crate::settings::{RosterPlace, RosterSettings};
use not_read::{Limits, NotRead};
use temporary::TemporaryList;

pub(crate) use not_read::NOT_READ;

/// Several times the largest list of a million rows.
const LARGEST: u64 = 512 << 20;

/// For a command or a web server.
const FETCHED: Limits = Limits { largest: LARGEST, time: Duration::from_secs(60) };

/// For standard input: whatever writes it may have to work for it first, and somebody who waits too long can press Ctrl-C.
const PIPED: Limits = Limits { largest: LARGEST, time: Duration::from_secs(600) };

/// A file with a roster. A temporary one exists as long as this value.
pub(crate) struct RosterFile {
    path: PathBuf,
    /// How messages name it.
    shown: String,
    _temporary: Option<TemporaryList>,
}

impl RosterFile {
    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How messages name it.
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }
}

/// The file with a roster. If the roster is no file, it is read now.
///
/// # Errors
/// [`ErrorClass::Failed`](crate::ErrorClass::Failed) if the list cannot be read to its end, or is a web page;
/// [`Invalid`](crate::ErrorClass::Invalid) if there is no such command; [`Usage`](crate::ErrorClass::Usage) if standard
/// input is a terminal; [`Interrupted`](crate::ErrorClass::Interrupted).
pub(crate) fn obtain(settings: &RosterSettings, context: &Context) -> Result<RosterFile, Error> {
    let RosterSettings { place, location, .. } = settings;
    let shown = place.shown();
    if let RosterPlace::File(path) = place {
        return Ok(RosterFile { path: path.clone(), shown, _temporary: None });
    }
    // A command has to be ended, and where a temporary file has a name, it has to be removed.
    context.front_end.defer_interruptions();
    let temporary = TemporaryList::new()?;
    read(place, &temporary, context).map_err(|not_read| {
        let from = match place {
            RosterPlace::Command { .. } => format!("the command `{shown}`"),
            _ => shown.clone(),
        };
        not_read.into_error(&from, location)
    })?;
    let path = temporary.path().to_owned();
    Ok(RosterFile { path, shown, _temporary: Some(temporary) })
}

fn read(place: &RosterPlace, temporary: &TemporaryList, context: &Context) -> Result<(), NotRead> {
    let environment = &context.environment;
    let interrupted = || environment.is_interrupted();
    let target = temporary.target()?;
    let what_to_check = match place {
        RosterPlace::File(_) => return Ok(()),
        RosterPlace::StandardInput => {
            let source = (environment.piped_input)().ok_or(NotRead::NoInput)?;
            input::read(source, target, PIPED, &interrupted)?;
            "check the command before the pipe: what it prints has to be the list"
        }
        RosterPlace::Command { program, arguments, folder } => {
            command::read(program, arguments, folder, target, FETCHED, &interrupted)?;
            "run the command yourself: what it prints has to be the list"
        }
        RosterPlace::Web(address) => {
            let roots = web::Roots::of_system;
            web::read(address, target, FETCHED, roots, &interrupted)?;
            share_links::advice(address)
        }
    };
    let beginning = temporary.beginning()?;
    if beginning.is_empty() {
        return Err(NotRead::failed("it is empty", what_to_check));
    }
    // The answer of a server that asks for a login, or shows the list instead of sending it.
    if html::is_page(&beginning) {
        return Err(NotRead::failed("this is a web page, not a list", what_to_check));
    }
    Ok(())
}
