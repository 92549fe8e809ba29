//! Delivery into a folder, batch by batch.

use std::path::Path;
use std::thread::{self, ScopedJoinHandle};

use meetmint_core::Email;

use super::context::DeliveryContext;
use super::error::DeliveryError;
use super::factory::{Draft, MessageFactory};
use super::summary::Summary;
use crate::content::MessageKind;
use crate::durable::sync_folder;
use crate::ledger::{Intent, Ledger, LedgerError, Medium, MessageResult, MessageState, Outcome};
use crate::outbox::{FolderOutbox, file_name, holds_synced};

/// How many messages share a commit: after a crash, each file itself tells whether it was written.
// Every batch costs one commit, and one sync of the folder. With fewer messages these cost more than syncing the files.
const BATCH: usize = 128;

/// How many threads write and sync the files of a batch.
// The file system writes its journal once for all files that are synced at the same time. Measured on ext4, 10,000
// messages take no longer than they did without syncing, in batches of 64: the commits that are saved make up for it. A
// single thread takes three times as long.
const THREADS: usize = 16;

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
        // Staged before the commit: a full disk is noticed before any intent is recorded.
        stage(folder, &drafts)?;
        for draft in drafts {
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
            summary.first_file.get_or_insert_with(|| name.clone());
            summary.delivered += 1;
            summary.left -= 1;
        }
        // Before their results are committed, with the next batch: what counts as written must not disappear.
        folder.sync()?;
        (context.progress)(summary.tally());
    }
    // No further batch commits the results of the last one.
    ledger.commit(&results, &[], factory.second())?;
    Ok(summary)
}

/// Writes and syncs the messages of a batch.
fn stage(folder: &FolderOutbox, drafts: &[Draft]) -> Result<(), DeliveryError> {
    on_threads(drafts, |draft| Ok(folder.stage(&draft.name, &draft.message.bytes)?))
}

/// Calls `work` with each item, on several threads.
///
/// # Errors
/// The first error in the order of the items, whichever thread came first; [`DeliveryError::Panicked`] for a thread that
/// panicked. All threads have ended.
fn on_threads<T: Sync>(
    items: &[T],
    work: impl Fn(&T) -> Result<(), DeliveryError> + Sync,
) -> Result<(), DeliveryError> {
    let share = items.len().div_ceil(THREADS).max(1);
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = items
            .chunks(share)
            .map(|some| scope.spawn(move || some.iter().try_for_each(work)))
            .collect();
        // Each one is joined, whatever became of the others: the scope itself would panic for one that is not.
        let results: Vec<_> = threads.into_iter().map(ScopedJoinHandle::join).collect();
        results.into_iter().try_for_each(|result| result.unwrap_or(Err(DeliveryError::Panicked)))
    })
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
    let found = interrupted.into_iter().map(|interrupted| {
        let message = interrupted.message;
        let is_there = Email::parse(&interrupted.address).is_ok_and(|email| {
            let (sequence, kind, copy) = (message.sequence, message.kind, message.copy);
            let name = file_name(&email, interrupted.uid, sequence, kind, copy);
            // The bytes count, not the name: the process may have been killed before the file was moved there, and
            // somebody may have changed it since.
            holds_synced(&folder.join(name), &message.hash)
        });
        (message.id, is_there)
    });
    let found: Vec<(i64, bool)> = found.collect();
    // The process may have been killed between moving its files and syncing the folder. If that fails, they are written
    // again.
    let is_synced = found.iter().any(|(_, is_there)| *is_there) && sync_folder(folder).is_ok();
    let results = found.into_iter().map(|(id, is_there)| {
        let is_written = is_there && is_synced;
        let state = if is_written { MessageState::Written } else { MessageState::Due };
        MessageResult { id, outcome: Outcome::from(state) }
    });
    let results: Vec<MessageResult> = results.collect();
    ledger.commit(&results, &[], now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::outbox::OutboxError;

    #[test]
    fn a_panic_of_a_thread_is_an_error_when_the_others_have_ended() {
        let done = AtomicUsize::new(0);
        let items: Vec<usize> = (0..THREADS).collect();
        let result = on_threads(&items, |item| {
            assert!(*item != 3, "the panic that this test is about");
            done.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        assert!(matches!(result, Err(DeliveryError::Panicked)), "{result:?}");
        assert_eq!(done.into_inner(), THREADS - 1);
    }

    #[test]
    fn the_first_error_in_the_order_of_the_items_is_returned() {
        let items: Vec<usize> = (0..THREADS * 2).collect();
        let failed = |item: usize| OutboxError::NotAFolder(item.to_string().into());
        let result =
            on_threads(&items, |item| if *item < 5 { Ok(()) } else { Err(failed(*item).into()) });
        let Err(DeliveryError::Folder(OutboxError::NotAFolder(path))) = result else {
            panic!("{result:?}");
        };
        assert_eq!(path, Path::new("5"));
    }
}
