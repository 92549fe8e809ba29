//! Delivery into a folder, one message after the other.

use std::path::Path;

use meetmint_core::Email;

use super::context::DeliveryContext;
use super::error::DeliveryError;
use super::factory::{Draft, MessageFactory};
use super::summary::Summary;
use crate::content::MessageKind;
use crate::ledger::{Intent, Ledger, LedgerError, Medium, MessageResult, MessageState, Outcome};
use crate::outbox::{FolderOutbox, file_name, holds};

/// How many messages share a commit: after a crash, each file itself tells whether it was written.
const BATCH: usize = 64;

/// Writes the messages that are due for entries, in their order.
pub(super) fn deliver_to_folder(
    ledger: &mut Ledger,
    factory: &MessageFactory<'_>,
    context: &DeliveryContext<'_>,
    folder: &FolderOutbox,
    due: &[(i64, MessageKind)],
    round: Option<i64>,
) -> Result<Summary, DeliveryError> {
    let mut summary = Summary { left: due.len(), ..Summary::default() };
    let mut results: Vec<MessageResult> = Vec::new();
    for batch in due.chunks(BATCH) {
        // Between batches only: the files of one belong to intents that are committed together.
        if (context.interrupted)() {
            summary.interrupted = true;
            break;
        }
        let drafts = compose_batch(ledger, factory, batch, round)?;
        // A long list may take until after the end of somebody's meeting.
        let (over, drafts): (Vec<Draft>, Vec<Draft>) =
            drafts.into_iter().partition(|draft| draft.end <= factory.second());
        summary.left -= over.len();
        summary.over += over.len();
        let mut intents = Vec::with_capacity(drafts.len());
        let mut names = Vec::with_capacity(drafts.len());
        for draft in drafts {
            // Staged before the commit: a full disk is noticed before any intent is recorded.
            folder.stage(&draft.name, &draft.message.bytes)?;
            intents.push(Intent { record: draft.record, outcome: None });
            names.push(draft.name);
        }
        // The intents are on the disk before a file is in its place: otherwise a crash between the two would leave a
        // message that no ledger knows.
        let ids = ledger.commit(&results, &intents, factory.second())?;
        results.clear();
        for (name, id) in names.iter().zip(ids) {
            folder.deliver(name)?;
            results.push(MessageResult { id, outcome: MessageState::Written.into() });
            summary.delivered += 1;
            summary.left -= 1;
        }
        (context.progress)(summary.tally());
    }
    // No further batch commits the results of the last one.
    ledger.commit(&results, &[], factory.second())?;
    Ok(summary)
}

fn compose_batch(
    ledger: &Ledger,
    factory: &MessageFactory<'_>,
    batch: &[(i64, MessageKind)],
    round: Option<i64>,
) -> Result<Vec<Draft>, DeliveryError> {
    let entries: Vec<i64> = batch.iter().map(|(entry, _)| *entry).collect();
    let outlines = ledger.outlines(&entries)?;
    let drafts = outlines.into_iter().zip(batch).map(|(entry, (_, kind))| {
        let outline = factory.outline(entry, *kind, Medium::Folder, round)?;
        factory.compose(outline)
    });
    drafts.collect()
}

/// Records, for each folder message that the previous process left without an outcome, whether its file is there with
/// exactly its bytes. `now` is in seconds since 1970 UTC.
///
/// # Errors
/// [`LedgerError`] if the ledger cannot be read or written.
pub fn recover_folder(ledger: &mut Ledger, folder: &Path, now: i64) -> Result<(), LedgerError> {
    let interrupted = ledger.interrupted(Medium::Folder)?;
    let results = interrupted.into_iter().map(|interrupted| {
        let message = &interrupted.message;
        let is_there = Email::parse(&interrupted.address).is_ok_and(|email| {
            let (sequence, kind, copy) = (message.sequence, message.kind, message.copy);
            let name = file_name(&email, interrupted.uid, sequence, kind, copy);
            // The bytes count, not the name: files are not synced, so a power cut may leave an empty one.
            holds(&folder.join(name), &message.hash)
        });
        let state = if is_there { MessageState::Written } else { MessageState::Due };
        MessageResult { id: message.id, outcome: Outcome::from(state) }
    });
    let results: Vec<MessageResult> = results.collect();
    ledger.commit(&results, &[], now)?;
    Ok(())
}
