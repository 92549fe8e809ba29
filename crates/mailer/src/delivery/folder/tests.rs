use std::cell::Cell;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use meetmint_core::MeetingId;

use super::*;
use crate::delivery::summary::Tally;
use crate::delivery::testing::{Panic, Step, World, once, several};
use crate::ledger::WantedRow;
use crate::ledger::testing::{SNAPSHOT, add_with, row};
use crate::outbox::{FolderFiles, OutboxError};
use crate::snapshot::Snapshot;

/// A ledger and a folder. Everybody is due, and the snapshot of the person of `unreadable` cannot be read.
struct Test {
    folder: tempfile::TempDir,
    ledger: crate::ledger::LockedLedger,
    due: Vec<(i64, MessageKind)>,
    now: i64,
}

impl Test {
    fn new(people: usize, unreadable: Option<usize>) -> Test {
        let folder = tempfile::tempdir().unwrap();
        let meeting = MeetingId::written("a meeting").unwrap();
        let path = folder.path().join("ledger.db");
        let mut ledger = Ledger::open_locked(&path, &meeting, "a test").unwrap();
        let rows: Vec<WantedRow> = (0..people).map(row).collect();
        let text = |number| {
            let text = if Some(number) == unreadable { "{}" } else { SNAPSHOT.trim_end() };
            text.to_owned()
        };
        let entries = add_with(ledger.keep(), &meeting, &rows, text);
        let due = entries.into_iter().map(|entry| (entry, MessageKind::Invite)).collect();
        Test { folder, ledger, due, now: 1_900_000_000 }
    }

    fn deliver(
        &mut self,
        interrupted: &dyn Fn() -> bool,
        progress: &dyn Fn(Tally),
    ) -> Result<Summary, DeliveryError> {
        let due = self.due.clone().into();
        self.deliver_feed(due, interrupted, progress)
    }

    fn deliver_feed(
        &mut self,
        due: DueMessages<'_>,
        interrupted: &dyn Fn() -> bool,
        progress: &dyn Fn(Tally),
    ) -> Result<Summary, DeliveryError> {
        let second = self.now;
        let now = || Timestamp::from_second(second).unwrap();
        let context =
            DeliveryContext { now: &now, stamp: None, interrupted, progress, note: &|_| () };
        let outbox = FolderOutbox::open(&self.folder.path().join("outbox")).unwrap();
        let factory = World::factory(&now);
        deliver_to_folder(&mut self.ledger, &factory, &context, &outbox, due, None)
    }

    /// How many messages are in the folder, each of which the ledger has.
    #[track_caller]
    fn files(&mut self) -> usize {
        let folder = self.folder.path().join("outbox");
        recover_folder(&mut self.ledger, &folder, 1).unwrap();
        let files = FolderFiles::in_folder(folder.clone());
        let entries = self.ledger.known(Medium::Folder, &files).unwrap();
        let written = entries.iter().filter(|entry| entry.history.delivered.is_some()).count();
        assert!(entries.iter().all(|entry| !entry.history.is_missing));
        assert_eq!(fs::read_dir(folder).unwrap().count(), written);
        written
    }
}

#[test]
fn everybody_gets_a_message_whatever_the_number_of_batches() {
    once(|| {
        for people in [0, 1, BATCH, BATCH + 1, 2 * BATCH + 1, 3 * BATCH] {
            let mut test = Test::new(people, None);
            let progress = Cell::new(0);
            let summary = test.deliver(&|| false, &|tally| progress.set(tally.delivered)).unwrap();
            assert_eq!((summary.delivered, summary.left, summary.interrupted), (people, 0, false));
            assert_eq!((test.files(), progress.get()), (people, people));
        }
    });
}

#[test]
fn what_comes_before_a_message_that_cannot_be_made_is_written() {
    once(|| {
        for batch in 0..3 {
            let mut test = Test::new(4 * BATCH, Some(batch * BATCH + 1));
            let result = test.deliver(&|| false, &|_| ());
            assert!(matches!(result, Err(DeliveryError::Ledger(_))), "{result:?}");
            // Files may also be without a result in the ledger: then the next run finds out.
            let sending = test.ledger.interrupted(Medium::Folder).unwrap().len();
            assert_eq!((test.files(), sending), (batch * BATCH, 0));
        }
    });
}

/// Otherwise memory would grow with the number of people.
#[test]
fn what_is_due_is_read_while_files_are_written() {
    once(|| {
        let mut test = Test::new(8 * BATCH, None);
        let (read, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let due = std::mem::take(&mut test.due).into_iter().map(|one| {
            let ahead = read.fetch_add(1, Ordering::Relaxed) - done.load(Ordering::Relaxed);
            assert!(ahead < 3 * BATCH, "{ahead} messages ahead");
            Ok(one)
        });
        let due = DueMessages::new(8 * BATCH, due);
        let progress = |tally: Tally| done.store(tally.delivered, Ordering::Relaxed);
        let summary = test.deliver_feed(due, &|| false, &progress).unwrap();
        assert_eq!((summary.delivered, summary.left), (8 * BATCH, 0));
        assert_eq!(read.into_inner(), 8 * BATCH);
    });
}

#[test]
fn nothing_is_written_when_the_meeting_has_ended() {
    once(|| {
        let mut test = Test::new(BATCH + 1, None);
        test.now = Snapshot::read(SNAPSHOT.trim_end()).unwrap().facts().end();
        let summary = test.deliver(&|| false, &|_| ()).unwrap();
        assert_eq!((summary.delivered, summary.over, summary.left), (0, BATCH + 1, 0));
        assert_eq!(test.files(), 0);
        test.now -= 1;
        assert_eq!(test.deliver(&|| false, &|_| ()).unwrap().delivered, BATCH + 1);
    });
}

#[test]
fn an_interrupt_leaves_whole_batches() {
    once(|| {
        for written in 0..3 {
            let mut test = Test::new(5 * BATCH, None);
            let progress = Cell::new(0);
            let interrupted = || progress.get() >= written * BATCH;
            let summary =
                test.deliver(&interrupted, &|tally| progress.set(tally.delivered)).unwrap();
            assert!(summary.interrupted);
            // What is on its way is finished.
            let expected = if written == 0 { 0 } else { (written + 1) * BATCH };
            assert_eq!((summary.delivered, summary.left), (expected, 5 * BATCH - expected));
            assert_eq!(test.files(), expected);
            // The next run writes the rest.
            test.due.drain(..expected);
            assert_eq!(test.deliver(&|| false, &|_| ()).unwrap().left, 0);
            assert_eq!(test.files(), 5 * BATCH);
        }
    });
}

fn on_threads(
    items: Vec<usize>,
    work: impl Fn(usize) -> Result<usize, DeliveryError> + Copy + Send,
) -> Result<Vec<usize>, DeliveryError> {
    scope(|scope| join(start(scope, items, work)))
}

#[test]
fn a_panic_of_a_thread_is_an_error_and_the_batch_before_is_written() {
    for number in 1..=2 * BATCH {
        once(move || {
            // From now on, the nth message that is composed panics.
            let world = World::with_panic(0, several(1), Panic::In(Step::Compose, number));
            let mut test = Test::new(2 * BATCH, None);
            let result = test.deliver(&|| false, &|_| ());
            assert!(matches!(result, Err(DeliveryError::Panicked)), "{result:?}");
            assert_eq!(test.files(), if number <= BATCH { 0 } else { BATCH });
            drop(world);
            World::script();
        });
    }
}

#[test]
fn what_the_threads_made_has_the_order_of_the_items_and_so_have_their_errors() {
    once(|| {
        let items: Vec<usize> = (0..=THREADS * 2).collect();
        assert_eq!(on_threads(items.clone(), Ok).unwrap(), items);
        let failed = |item: usize| OutboxError::NotAFolder(item.to_string().into());
        let result =
            on_threads(items, |item| if item < 5 { Ok(item) } else { Err(failed(item).into()) });
        let Err(DeliveryError::Folder(OutboxError::NotAFolder(path))) = result else {
            panic!("{result:?}");
        };
        assert_eq!(path, Path::new("5"));
    });
}
