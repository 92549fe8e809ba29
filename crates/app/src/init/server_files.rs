//! The server's own files, from which a new meeting takes what they say about tokens.

use std::fs::File;
use std::path::{Path, PathBuf};

use meetmint_batch::{Problem, quoted};
use meetmint_doctor::{FileGiven, LARGEST_FILE, Refused, ServerFacts, ServerFiles};

use super::new_meeting::NewMeeting;
use super::questions::ask;
use crate::context::Context;
use crate::error::Error;
use crate::front_end::{Event, Notice, ServerValue};
use crate::limited_copy::{self, CopyError};
use crate::settings::STANDARD_INPUT;

/// How messages name standard input.
const STANDARD_INPUT_NAME: &str = "standard input";

/// Reads the server's files into a new meeting, and reports what they say, what cannot be read from them, and who will be
/// a moderator. `-` stands for standard input; `host` is the host to choose where several check tokens.
///
/// # Errors
/// If a file cannot be read or is none of a server, tokens are off, or nobody chooses one of several hosts.
pub(super) fn read(
    context: &Context,
    paths: &[PathBuf],
    host: Option<&str>,
    meeting: &mut NewMeeting,
) -> Result<(), Error> {
    let facts = facts(context, paths, host)?;
    let values: Vec<ServerValue> = facts
        .read
        .iter()
        .map(|read| ServerValue {
            name: read.name.clone(),
            value: read.value.clone(),
            place: read.place.to_string(),
        })
        .collect();
    context.event(&Event::Server(&values));
    for remark in &facts.remarks {
        let message = format!("{}: {}", remark.place, remark.message);
        let notice = if remark.is_warning {
            Notice::warning(remark.code, message)
        } else {
            Notice::note(remark.code, message)
        };
        context.notice(&with_hint(notice, remark.hint.as_deref()));
    }
    let moderators = facts.moderators.clone();
    context.notices(&meeting.use_server(facts)?);
    // Where the roles of the roster do not count, somebody has to know.
    let notice = match &moderators.hint {
        Some(_) => Notice::warning("moderators", moderators.message),
        None => Notice::note("moderators", moderators.message),
    };
    context.notice(&with_hint(notice, moderators.hint.as_deref()));
    Ok(())
}

/// What to do with the text for a meeting that exists.
pub(super) fn how_to_paste(dir: &Path, meeting: &NewMeeting) -> String {
    let lines = "nothing was written: put the lines that were printed in place of [server] and [server.accepts] in that file";
    match meeting.secret_file() {
        Some(name) => {
            let file = dir.join(name);
            format!(
                "{lines}, and the secret of the server, which is not printed, into `{}`",
                file.display()
            )
        }
        None => lines.to_owned(),
    }
}

fn with_hint(notice: Notice, hint: Option<&str>) -> Notice {
    match hint {
        Some(hint) => notice.hint(hint),
        None => notice,
    }
}

/// What the files come to.
fn facts(context: &Context, paths: &[PathBuf], host: Option<&str>) -> Result<ServerFacts, Error> {
    let mut contents: Vec<(String, Vec<u8>)> = Vec::new();
    for path in paths {
        let name = if is_input(path) {
            STANDARD_INPUT_NAME.to_owned()
        } else {
            path.display().to_string()
        };
        let octets = content(context, path, contents.iter().any(|(other, _)| *other == name))?;
        contents.push((name, octets));
    }
    let given: Vec<FileGiven<'_>> =
        contents.iter().map(|(name, octets)| FileGiven { name, octets }).collect();
    let files = ServerFiles::read(&given)
        .map_err(|refused| Error::problems(refused.iter().map(problem).collect(), 0))?;
    let hosts = files.hosts().map_err(refusal)?;
    let chosen = match (host, hosts.as_slice()) {
        (Some(host), _) => Some(host.to_owned()),
        (None, [_, _, ..]) => Some(choose(context, &hosts)?),
        (None, _) => None,
    };
    files.facts(chosen.as_deref()).map_err(refusal)
}

/// Asks which of several hosts it should be.
fn choose(context: &Context, hosts: &[String]) -> Result<String, Error> {
    let names: Vec<String> = hosts.iter().take(10).map(|host| quoted(host)).collect();
    let undecided = || {
        Error::invalid(
            "several-hosts",
            format!("several hosts check tokens: {}", names.join(", ")),
            // A host is given to this function only if there are at least two.
            format!(
                "name the one that the meeting is on, for example: --host {}",
                hosts.first().map_or("HOST", String::as_str)
            ),
        )
    };
    let text = format!("Which host ({})", names.join(", "));
    let read = |answer: &str| {
        let found = hosts.iter().find(|host| host.eq_ignore_ascii_case(answer));
        found.cloned().ok_or_else(undecided)
    };
    ask(context, &text, None, None, read)?.ok_or_else(undecided)
}

fn is_input(path: &Path) -> bool {
    path == Path::new(STANDARD_INPUT)
}

/// The content of a file, or of standard input.
fn content(context: &Context, path: &Path, is_again: bool) -> Result<Vec<u8>, Error> {
    let shown = path.display();
    let mut octets = Vec::new();
    // One more than is read, so that `ServerFiles` can tell that it is too large.
    let most = LARGEST_FILE as u64 + 1;
    let copied = if is_input(path) {
        if is_again {
            let message = "standard input can be read only once";
            return Err(Error::usage("input-twice", message)
                .with_hint("give one `--server-config -`, and the other files by their names"));
        }
        let Some(mut input) = (context.environment.piped_input)() else {
            let message = "nothing is piped into standard input";
            return Err(Error::usage("no-input", message).with_hint(
                "pipe the file in: ssh root@HOST cat /etc/prosody/conf.avail/HOST.cfg.lua | meetmint init --server-config -",
            ));
        };
        limited_copy::copy(&mut input, &mut octets, most)
    } else {
        let refused = |error| {
            let message = format!("cannot read `{shown}`");
            Error::invalid("no-server-config", message, "name a file that exists and that you may read; on the server it may be readable for root alone").caused_by(error)
        };
        let mut file = File::open(path).map_err(refused)?;
        limited_copy::copy(&mut file, &mut octets, most)
    };
    match copied {
        Ok(_) => Ok(octets),
        // Enough of it to be refused.
        Err(CopyError::TooLarge) => Ok(vec![0; LARGEST_FILE + 1]),
        Err(CopyError::Read(error) | CopyError::Write(error)) => {
            let message = format!("cannot read `{shown}`");
            Err(Error::invalid("no-server-config", message, "name a file, not a folder")
                .caused_by(error))
        }
    }
}

fn refusal(refused: Refused) -> Error {
    if refused.file.is_none() {
        return Error::invalid(refused.code, refused.message, refused.hint);
    }
    Error::problem(problem(&refused))
}

fn problem(refused: &Refused) -> Problem {
    let file = refused.file.as_deref().unwrap_or("the server's files");
    let message = match refused.at {
        // Lua and Compose name columns, too; a key of a table they are not.
        Some((_, column)) if refused.code.starts_with("not-") => {
            format!("column {column}: {}", refused.message)
        }
        _ => refused.message.clone(),
    };
    let problem = Problem::of_file(refused.code, file, message).hint(refused.hint.as_str());
    match refused.at {
        Some((line, _)) => problem.at(line as u64),
        None => problem,
    }
}
