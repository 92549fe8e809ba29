//! `inspect`: what the server would answer to links and tokens, and why.

mod report;
mod server;
mod text;

use std::ffi::OsStr;
use std::path::Path;

use meetmint_batch::{on_all_cores, quoted};
use meetmint_core::{Found, Inspector, Verdict, for_shell};

use crate::context::Context;
use crate::error::Error;
pub use report::{InspectedToken, Mended, RoleStandings};

/// What to inspect.
#[derive(Clone)]
pub enum InspectRequest {
    /// One link or token. `{:?}` hides it.
    Argument(String),
    /// Every link and token in standard input.
    StandardInput,
}

impl std::fmt::Debug for InspectRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            InspectRequest::Argument(_) => "Argument(hidden)",
            InspectRequest::StandardInput => "StandardInput",
        })
    }
}

/// How many links and tokens were found, by what would become of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InspectTally {
    /// Those that the server accepts.
    pub accepted: usize,
    /// Those that it refuses.
    pub refused: usize,
    /// Those to which it never answers.
    pub hanging: usize,
}

/// Judges each link and token. `render` makes of its report what the front end wants, on all cores, and `take` gets that
/// in the order of the input as soon as it is there: the input may be long, or somebody may still be writing it.
///
/// # Errors
/// [`ErrorClass::Usage`](crate::ErrorClass::Usage) without an argument, if nothing is piped into the program.
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the meeting folder has mistakes.
/// [`ErrorClass::Failed`](crate::ErrorClass::Failed) if the input cannot be read, or has neither link nor token.
/// Also any error of `take`.
pub fn inspect<R: Send>(
    context: &Context,
    request: &InspectRequest,
    render: impl Fn(&InspectedToken) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), Error>,
) -> Result<InspectTally, Error> {
    let input = match request {
        InspectRequest::Argument(text) => {
            check_argument(text)?;
            None
        }
        InspectRequest::StandardInput => {
            Some((context.environment.piped_input)().ok_or_else(no_input)?)
        }
    };
    let inspector = server::inspector(context)?;
    let mut tally = InspectTally::default();
    let mut last = None;
    let mut judge = |found: Vec<Found>| {
        let repeated = repeated(&mut last, &found);
        let found = found.into_iter().zip(repeated).collect();
        let judged = on_all_cores(found, |(found, same_as)| {
            let report = InspectedToken { same_as, ..judged(context, &inspector, &found) };
            (report.judgement.verdict, render(&report))
        });
        judged.into_iter().try_for_each(|(verdict, rendered)| {
            match verdict {
                Verdict::Accepted => tally.accepted += 1,
                Verdict::Refused => tally.refused += 1,
                Verdict::Hangs => tally.hanging += 1,
            }
            take(rendered)
        })
    };
    match (request, input) {
        (InspectRequest::Argument(text), _) => judge(text::in_argument(text))?,
        (_, Some(input)) => text::each_found(input, context, &mut judge)?,
        (_, None) => {}
    }
    if tally == InspectTally::default() {
        let message = "there is no link with `jwt=` and no token in the input";
        let error = Error::failed("nothing-found", message);
        return Err(error.with_hint(
            "pipe in a list of links, one a line, or any text that contains them, such as a mail",
        ));
    }
    Ok(tally)
}

/// Of each link, the line where the same one was before, if nothing else was in between. `last` is the last link, and
/// the line where it was first.
fn repeated(last: &mut Option<(Found, u64)>, found: &[Found]) -> Vec<Option<u64>> {
    let mut lines = Vec::with_capacity(found.len());
    for one in found {
        let same = last
            .as_ref()
            .filter(|(before, _)| before.written == one.written && before.damage == one.damage);
        let line = same.map(|(_, line)| *line);
        if line.is_none() {
            *last = Some((one.clone(), one.line));
        }
        lines.push(line);
    }
    lines
}

fn judged(context: &Context, inspector: &Inspector, found: &Found) -> InspectedToken {
    let now = context.environment.seconds();
    let judgement = inspector.judge(&found.written, now);
    let mended = found.mended.as_ref().map(|mended| inspector.judge(mended, now));
    InspectedToken::new(found, judgement, mended, context.front_end.is_verbose())
}

/// An argument that is neither link nor token: most likely a file.
fn check_argument(text: &str) -> Result<(), Error> {
    // A file's name may contain dots, too, but a link or a token is no file.
    let is_path = !text.is_empty() && !text.contains("://");
    if is_path && Path::new(text).is_dir() {
        let message = "the argument is a folder, not a link or token";
        return Err(Error::failed("is-a-folder", message).with_hint(FORM));
    }
    if is_path && Path::new(text).exists() {
        let hint = format!("to inspect what is in it: `meetmint inspect < {}`", for_shell(text));
        return Err(Error::failed("is-a-file", "the argument is a file, not a link or token")
            .with_hint(hint));
    }
    let text = text.trim();
    let may_be_token = text.starts_with("ey") || text.contains(['.', ':', '/']);
    let is_missing_file = is_path && names_a_file(text);
    if text.is_empty() || !may_be_token || is_missing_file {
        let message = "the argument is neither a link nor a token";
        let message = if is_missing_file {
            format!("{message}, and there is no file {}", quoted(text))
        } else {
            message.to_owned()
        };
        return Err(Error::failed("unreadable", message).with_hint(FORM));
    }
    Ok(())
}

const FORM: &str = "a link is `https://HOST/ROOM?jwt=TOKEN`; put it in quotes, because a shell may cut it at `&` or `#`";

/// Whether an argument looks like the name of a file with links.
fn names_a_file(text: &str) -> bool {
    let kinds = ["csv", "jsonl", "json", "txt", "eml", "ics", "html", "log"];
    Path::new(text)
        .extension()
        .and_then(OsStr::to_str)
        .is_some_and(|end| kinds.iter().any(|kind| end.eq_ignore_ascii_case(kind)))
}

fn no_input() -> Error {
    let message = "there is nothing to inspect: no argument was given, and nothing is piped in";
    let hint = "use `meetmint inspect 'LINK'`, or `meetmint inspect < FILE` to keep links out of the process list";
    Error::usage("no-input", message).with_hint(hint)
}
