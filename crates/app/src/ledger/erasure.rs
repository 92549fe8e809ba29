//! What `prune` and `forget` share: the question, and what follows the answer yes.

use std::time::Duration;

use meetmint_mailer::{ChosenEntries, LockedLedger};

use super::files::{OutboxFiles, RemovedFiles};
use crate::context::Context;
use crate::error::Error;
use crate::front_end::{ErasureQuestion, Notice};
use crate::phrases::{counted, entries};
use crate::settings::Settings;

/// How data is erased.
#[derive(Clone, Debug, Default)]
pub struct EraseRequest {
    /// Whether to erase without asking.
    pub yes: bool,
    /// How long to wait for another process that has the ledger; by default not at all.
    pub wait: Option<Duration>,
}

/// Asks, and erases the entries that the ledger has chosen. Returns how many files were removed.
///
/// # Errors
/// If the answer is no, or nobody can be asked: nothing was erased. If a file cannot be removed, or the ledger fails: the
/// same command finishes it.
pub(super) fn erase(
    context: &Context,
    settings: &Settings,
    ledger: &mut LockedLedger,
    erasure: &Erasure<'_>,
) -> Result<usize, Error> {
    let Erasure { what, chosen, forgotten, request } = erasure;
    let files = OutboxFiles::open(settings)?;
    let count = files.count(ledger.chosen_files())?;
    if !request.yes {
        let mut how_much = vec![entries(chosen.entries), counted(chosen.messages, "message")];
        if count > 0 {
            how_much.push(format!("{} in {}", counted(count, "file"), files.shown()));
        }
        let question = ErasureQuestion { what: (*what).to_owned(), how_much: how_much.join(", ") };
        if !context.front_end.confirm_erasure(&question)? {
            return Err(Error::erasure_declined());
        }
    }
    // From here on, it is done to the end.
    if context.environment.is_interrupted() {
        return Err(Error::interrupted("nothing was erased"));
    }
    // Files first: only the ledger knows their names. If this process ends in between, the same command goes on.
    let RemovedFiles { removed, missing } = files.remove(ledger.chosen_files())?;
    let now = context.environment.now.as_second();
    ledger.keep().erase_chosen(&settings.id, *forgotten, now)?;
    if missing > 0 {
        let are = if missing == 1 {
            "file that was written for these people is"
        } else {
            "files that were written for these people are"
        };
        let message = format!("{missing} {are} not in `{}`", files.shown());
        let hint = "if you have not deleted them, they are where `dir` under [outbox] pointed earlier, or where the folder was moved to: delete them there";
        context.notice(&Notice::warning("files-elsewhere", message).hint(hint));
    }
    Ok(removed)
}

/// What is erased.
pub(super) struct Erasure<'a> {
    /// To complete a sentence that begins with `Erase`.
    pub(super) what: &'a str,
    pub(super) chosen: &'a ChosenEntries,
    /// The address of a person who asked for it.
    pub(super) forgotten: Option<&'a str>,
    pub(super) request: &'a EraseRequest,
}
