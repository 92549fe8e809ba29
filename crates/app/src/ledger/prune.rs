//! `ledger prune`: erases what the ledger knows about meetings that are long over.

use meetmint_mailer::{Erasable, IfLost};
use serde::Serialize;

use super::erasure::{EraseRequest, Erasure, erase};
use crate::context::Context;
use crate::delivery::session::lock_ledger;
use crate::error::Error;
use crate::folder;
use crate::phrases::{people, time_in};

/// What is erased.
#[derive(Clone, Debug)]
pub struct PruneRequest {
    /// How long a meeting has to be over, in seconds.
    pub older_than: i64,
    /// Whether to ask, and how long to wait for another process.
    pub erase: EraseRequest,
}

/// What was erased because its meeting was long over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PruneReport {
    /// How many people were erased. They may have other entries, which stay.
    pub people: usize,
    /// How many entries: one for each person at each meeting.
    pub entries: usize,
    /// How many messages.
    pub messages: usize,
    /// How many files were removed from the folder outbox.
    pub files: usize,
    /// Addresses that were kept, because it is unknown whether a message arrived.
    pub in_doubt: Vec<String>,
    /// Meetings that had ended by then were pruned, in seconds since 1970 UTC.
    pub ended_by: i64,
}

/// Erases entries whose meeting is long over.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the settings are wrong or the ledger is another meeting's,
/// [`Busy`](crate::ErrorClass::Busy) if another process has it, [`Declined`](crate::ErrorClass::Declined) if the answer is
/// no, [`Failed`](crate::ErrorClass::Failed) if the disk fails.
pub fn prune(context: &Context, request: &PruneRequest) -> Result<PruneReport, Error> {
    // Neither roster nor secret is needed: what is kept recognizes the rows of the roster.
    let settings = folder::load_settings(context)?.into_settings()?;
    let mut ledger = lock_ledger(&settings, request.erase.wait, IfLost::Refuse, context)?;
    ledger.finish_erasing()?;
    let ended_by = context.environment.now.as_second().saturating_sub(request.older_than);
    let chosen = ledger.choose(&Erasable::EndedBy(ended_by))?;
    let mut files = 0;
    if chosen.entries > 0 {
        let until = time_in(ended_by, &context.environment.zone);
        let erasure = Erasure {
            what: &format!(
                "everything about {} whose meeting had ended by {until}",
                people(chosen.people)
            ),
            chosen: &chosen,
            forgotten: None,
            request: &request.erase,
        };
        files = erase(context, &settings, &mut ledger, &erasure)?;
    }
    Ok(PruneReport {
        people: chosen.people,
        entries: chosen.entries,
        messages: chosen.messages,
        files,
        in_doubt: chosen.in_doubt,
        ended_by,
    })
}
