//! Delivery into a folder, batch by batch.

use std::io;
use std::path::Path;

use meetmint_core::Email;

use super::context::DeliveryContext;
use super::error::DeliveryError;
use super::factory::{Draft, MessageFactory, Outline};
use super::feed::DueMessages;
use super::summary::Summary;
use super::sync::{Scope, ScopedJoinHandle, scope, spawn};
use crate::content::MessageKind;
use crate::durable::sync_folder;
use crate::ledger::{Intent, Ledger, LedgerError, Medium, MessageResult, MessageState, Outcome};
use crate::outbox::{FolderOutbox, file_name, holds_synced};

/// How many messages share a commit: after a crash, each file itself tells whether it was written.
// Every batch costs one commit, and one sync of the folder. With fewer messages these cost more than syncing the files.
const BATCH: usize = if cfg!(test) { 4 } else { 128 };

/// How many threads compose, write and sync the files of a batch.
// More than there are processors, because they mostly wait: the file system writes its journal once for all files that are
// synced at the same time. A single thread takes many times as long.
const THREADS: usize = 16;

/// Writes the messages that are due for entries, in their order.
///
/// While the messages of a batch are composed, written and synced, the batch before it is recorded. So neither the disk nor
/// the processor waits for the other.
pub(super) fn deliver_to_folder(
    ledger: &mut Ledger,
    factory: &MessageFactory<'_>,
    context: &DeliveryContext<'_>,
    folder: &FolderOutbox,
    mut due: DueMessages<'_>,
    round: Option<i64>,
) -> Result<Summary, DeliveryError> {
    let summary = Summary { left: due.len(), ..Summary::default() };
    let mut run = FolderRun { ledger, factory, folder, round, results: Vec::new(), summary };
    let mut outlines = Vec::new();
    let mut staged = Vec::new();
    let mut failed = None;
    while !outlines.is_empty() || !staged.is_empty() || !due.is_empty() {
        // Between batches only: the files of one belong to intents that are committed together.
        let has_more = !outlines.is_empty() || !due.is_empty();
        if has_more && (context.interrupted)() {
            run.summary.interrupted = true;
            outlines.clear();
            due.clear();
        }
        let (files, recorded, next) = scope(|scope| {
            // Before their intents are committed: a full disk is noticed before any is recorded.
            let files = start(scope, outlines, |outline| stage(factory, folder, outline));
            let recorded = run.record(staged);
            let next = due.read(BATCH).map_err(DeliveryError::from);
            let next = next.and_then(|batch| run.outlines(&batch));
            (join(files), recorded, next)
        });
        recorded?;
        let files = files?;
        run.summary.leave_out(files.iter().filter(|file| file.is_none()).count());
        (context.progress)(run.summary.tally());
        staged = files.into_iter().flatten().collect();
        outlines = next.unwrap_or_else(|error| {
            // What is staged is recorded first.
            failed = Some(error);
            due.clear();
            Vec::new()
        });
    }
    run.commit_results()?;
    failed.map_or(Ok(run.summary), Err)
}

/// A message whose file is written and synced, but neither recorded nor in its place.
struct Staged {
    intent: Intent,
    name: String,
}

/// Composes a message, and writes and syncs its file; nothing if its meeting has ended: a long list may take until after the
/// end of somebody's.
fn stage(
    factory: &MessageFactory<'_>,
    folder: &FolderOutbox,
    outline: Outline,
) -> Result<Option<Staged>, DeliveryError> {
    if outline.end() <= factory.second() {
        return Ok(None);
    }
    let Draft { name, message, record, .. } = factory.compose(outline)?;
    folder.stage(&name, &message.bytes)?;
    Ok(Some(Staged { intent: Intent { record, outcome: None }, name }))
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
    /// Looks up what the messages of a batch depend on.
    fn outlines(&self, batch: &[(i64, MessageKind)]) -> Result<Vec<Outline>, DeliveryError> {
        let entries: Vec<i64> = batch.iter().map(|(entry, _)| *entry).collect();
        let outlines = self.ledger.outlines(&entries)?.into_iter().zip(batch);
        let outlines = outlines.map(|(entry, (_, kind))| {
            Ok(self.factory.outline(entry, *kind, Medium::Folder, self.round)?)
        });
        outlines.collect()
    }

    /// Records a batch, and moves its files into place.
    fn record(&mut self, staged: Vec<Staged>) -> Result<(), DeliveryError> {
        if staged.is_empty() {
            return Ok(());
        }
        let (intents, names): (Vec<Intent>, Vec<String>) =
            staged.into_iter().map(|message| (message.intent, message.name)).unzip();
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

/// A thread that works on some items, unless it could not be started.
type Worker<'scope, R> = io::Result<ScopedJoinHandle<'scope, Result<Vec<R>, DeliveryError>>>;

/// Calls `work` with each item, on several threads. [`join`] waits for them.
fn start<'scope, T: Send + 'scope, R: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    items: Vec<T>,
    work: impl Fn(T) -> Result<R, DeliveryError> + Copy + Send + 'scope,
) -> Vec<Worker<'scope, R>> {
    let share = items.len().div_ceil(THREADS).max(1);
    let mut items = items.into_iter();
    let mut workers = Vec::new();
    while items.len() > 0 {
        let some: Vec<T> = items.by_ref().take(share).collect();
        let work = move || some.into_iter().map(work).collect();
        workers.push(spawn(scope, "folder".to_owned(), work));
    }
    workers
}

/// Waits for threads, and returns what they made, in the order of the items.
///
/// # Errors
/// The first error in that order, whichever thread came first; [`DeliveryError::Panicked`] for a thread that panicked. All
/// threads have ended.
fn join<R>(workers: Vec<Worker<'_, R>>) -> Result<Vec<R>, DeliveryError> {
    // Each one is joined, whatever became of the others: the scope itself would panic for one that is not.
    let results: Vec<_> =
        workers.into_iter().map(|worker| worker.map(ScopedJoinHandle::join)).collect();
    let results = results.into_iter().map(|result| match result {
        Ok(Ok(made)) => made,
        Ok(Err(_)) => Err(DeliveryError::Panicked),
        Err(error) => Err(DeliveryError::Thread(error)),
    });
    let made: Result<Vec<Vec<R>>, _> = results.collect();
    Ok(made?.into_iter().flatten().collect())
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
