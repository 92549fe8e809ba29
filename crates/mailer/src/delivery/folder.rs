//! Delivery into a folder, batch by batch.

use std::path::Path;
use std::thread::{self, Scope, ScopedJoinHandle};

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
const BATCH: usize = if cfg!(test) { 4 } else { 128 };

/// How many threads write and sync the files of a batch.
// The file system writes its journal once for all files that are synced at the same time. Measured on ext4, 10,000
// messages take no longer than they did without syncing, in batches of 64: the commits that are saved make up for it. A
// single thread takes three times as long.
const THREADS: usize = 16;

/// Writes the messages that are due for entries, in their order.
///
/// Three batches are under way at once: while the files of one are written and synced, the one before it is recorded, and
/// the one after it is composed. So the disk need not wait for the processor.
pub(super) fn deliver_to_folder(
    ledger: &mut Ledger,
    factory: &MessageFactory<'_>,
    context: &DeliveryContext<'_>,
    folder: &FolderOutbox,
    due: &[(i64, MessageKind)],
    round: Option<i64>,
) -> Result<Summary, DeliveryError> {
    let summary = Summary { left: due.len(), ..Summary::default() };
    let mut run = FolderRun { ledger, factory, folder, round, results: Vec::new(), summary };
    let mut batches = due.chunks(BATCH);
    let mut composed = Vec::new();
    let mut staged = Vec::new();
    let mut failed = None;
    while !composed.is_empty() || !staged.is_empty() || batches.len() > 0 {
        // Between batches only: the files of one belong to intents that are committed together.
        let has_more = !composed.is_empty() || batches.len() > 0;
        if has_more && (context.interrupted)() {
            run.summary.interrupted = true;
            composed.clear();
            batches = [].chunks(BATCH);
        }
        let drafts = run.without_those_that_are_over(composed);
        let (files, recorded, next) = thread::scope(|scope| {
            // Before their intents are committed: a full disk is noticed before any is recorded.
            let files = start(scope, &drafts, |draft| stage(folder, draft));
            let recorded = run.record(&mut staged);
            let next = batches.next().map_or(Ok(Vec::new()), |batch| run.compose(batch));
            (join(files), recorded, next)
        });
        recorded?;
        files?;
        (context.progress)(run.summary.tally());
        staged = drafts.into_iter().map(Staged::from).collect();
        composed = next.unwrap_or_else(|error| {
            // What is staged is recorded first.
            failed = Some(error);
            batches = [].chunks(BATCH);
            Vec::new()
        });
    }
    run.commit_results()?;
    failed.map_or(Ok(run.summary), Err)
}

/// Writes and syncs the file of a message.
fn stage(folder: &FolderOutbox, draft: &Draft) -> Result<(), DeliveryError> {
    Ok(folder.stage(&draft.name, &draft.message.bytes)?)
}

/// A message whose file is written and synced, but neither recorded nor in its place. Its octets are not needed any more.
struct Staged {
    intent: Intent,
    name: String,
}

impl From<Draft> for Staged {
    fn from(draft: Draft) -> Staged {
        Staged { intent: Intent { record: draft.record, outcome: None }, name: draft.name }
    }
}

/// A delivery into a folder.
struct FolderRun<'r> {
    ledger: &'r mut Ledger,
    factory: &'r MessageFactory<'r>,
    folder: &'r FolderOutbox,
    round: Option<i64>,
    /// Those of the batch before. They are committed with the next one.
    results: Vec<MessageResult>,
    summary: Summary,
}

impl FolderRun<'_> {
    /// Composes a batch.
    fn compose(&self, batch: &[(i64, MessageKind)]) -> Result<Vec<Draft>, DeliveryError> {
        let entries: Vec<i64> = batch.iter().map(|(entry, _)| *entry).collect();
        let outlines = self.ledger.outlines(&entries)?;
        let drafts = outlines.into_iter().zip(batch).map(|(entry, (_, kind))| {
            let outline = self.factory.outline(entry, *kind, Medium::Folder, self.round)?;
            self.factory.compose(outline)
        });
        drafts.collect()
    }

    /// Leaves out messages whose meeting has ended: a long list may take until after the end of somebody's.
    fn without_those_that_are_over(&mut self, mut drafts: Vec<Draft>) -> Vec<Draft> {
        let (all, now) = (drafts.len(), self.factory.second());
        drafts.retain(|draft| draft.end > now);
        let over = all - drafts.len();
        self.summary.left -= over;
        self.summary.over += over;
        drafts
    }

    /// Records a batch, and moves its files into place.
    fn record(&mut self, staged: &mut Vec<Staged>) -> Result<(), DeliveryError> {
        if staged.is_empty() {
            return Ok(());
        }
        let (intents, names): (Vec<Intent>, Vec<String>) =
            staged.drain(..).map(|message| (message.intent, message.name)).unzip();
        // The intents are on the disk before a file is in its place: otherwise a crash between the two would leave a
        // message that no ledger knows.
        let ids = self.ledger.commit(&self.results, &intents, self.factory.second())?;
        self.results.clear();
        for (name, id) in names.iter().zip(ids) {
            self.folder.deliver(name)?;
            self.results.push(MessageResult { id, outcome: MessageState::Written.into() });
            self.summary.first_file.get_or_insert_with(|| name.clone());
            self.summary.delivered += 1;
            self.summary.left -= 1;
        }
        // Before their results are committed, with the next batch: what counts as written must not disappear.
        self.folder.sync()?;
        Ok(())
    }

    /// Commits the results of the last batch.
    fn commit_results(&mut self) -> Result<(), DeliveryError> {
        self.ledger.commit(&self.results, &[], self.factory.second())?;
        Ok(())
    }
}

/// Calls `work` with each item, on several threads. [`join`] waits for them.
fn start<'scope, T: Sync>(
    scope: &'scope Scope<'scope, '_>,
    items: &'scope [T],
    work: impl Fn(&T) -> Result<(), DeliveryError> + Copy + Send + 'scope,
) -> Vec<ScopedJoinHandle<'scope, Result<(), DeliveryError>>> {
    let share = items.len().div_ceil(THREADS).max(1);
    let shares = items.chunks(share);
    shares.map(|some| scope.spawn(move || some.iter().try_for_each(work))).collect()
}

/// Waits for threads.
///
/// # Errors
/// The first error in the order of the items, whichever thread came first; [`DeliveryError::Panicked`] for a thread that
/// panicked. All threads have ended.
fn join(
    threads: Vec<ScopedJoinHandle<'_, Result<(), DeliveryError>>>,
) -> Result<(), DeliveryError> {
    // Each one is joined, whatever became of the others: the scope itself would panic for one that is not.
    let results: Vec<_> = threads.into_iter().map(ScopedJoinHandle::join).collect();
    results.into_iter().try_for_each(|result| result.unwrap_or(Err(DeliveryError::Panicked)))
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
mod tests;
