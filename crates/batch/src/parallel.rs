//! Work on all cores, with results in order. The only module that uses threads.

use std::io;
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use rayon::prelude::*;

/// The most rows in a batch: some milliseconds of work for each core. At the end of a batch, the cores wait for each other; with
/// half as many rows, links take 5 % more time. With more rows, memory grows, and little time is won.
pub(crate) const BATCH_ROWS: usize = 2000;

/// How many rows one core works on at a time where a row is little work: few enough that the cores finish a batch together,
/// and many enough that handing them out costs little.
pub const CHUNK_ROWS: usize = BATCH_ROWS / 16;

/// Reads batches until `read` returns `None`, calls `work` with chunks of `chunk` items on all cores, and `take`
/// with the results in order. While one batch is worked on, the next one is read, and the results of the one
/// before are taken: three batches at most are in memory.
///
/// # Errors
/// The first error of `read` or `take`; `take` is not called after its own error.
pub(crate) fn in_order<B, T, E>(
    mut read: impl FnMut() -> Result<Option<B>, E> + Send,
    length: impl Fn(&B) -> usize + Sync,
    chunk: usize,
    work: impl Fn(&B, Range<usize>) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E> + Send,
) -> Result<(), E>
where
    B: Send + Sync,
    T: Send,
    E: Send,
{
    let mut current = read()?;
    let mut finished: Vec<T> = Vec::new();
    loop {
        // Joins of rayon instead of threads of our own: a core that has nothing to read or to take works on chunks.
        let (next, (results, taken)) = rayon::join(
            || if current.is_some() { read() } else { Ok(None) },
            || {
                rayon::join(
                    || {
                        let Some(batch) = &current else { return Vec::new() };
                        let rows = length(batch);
                        // An indexed iterator, because `collect` then keeps the order; `par_bridge` would not.
                        let chunks = (0..rows.div_ceil(chunk)).into_par_iter();
                        // Chunk by chunk, so that no core waits at the end of the batch while another has several.
                        chunks
                            .with_max_len(1)
                            .map(|at| work(batch, at * chunk..rows.min((at + 1) * chunk)))
                            .collect()
                    },
                    || finished.drain(..).try_for_each(&mut take),
                )
            },
        );
        taken?;
        finished = results;
        // The last round has no batch: it only takes the results of the one before.
        if current.is_none() {
            return Ok(());
        }
        match next {
            Ok(next) => current = next,
            // What was read before the error still counts: the survey shows the problems before it.
            Err(error) => {
                finished.drain(..).try_for_each(&mut take)?;
                return Err(error);
            }
        }
    }
}

/// Calls `work` with each item on all cores; the results are in the order of the items.
pub fn on_all_cores<T: Send, R: Send>(
    items: Vec<T>,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    items.into_par_iter().map(work).collect()
}

/// Sorts numbers on all cores.
pub(crate) fn sort(numbers: &mut [u64]) {
    numbers.par_sort_unstable();
}

/// Work that waits for a disk, on a thread of its own. It is done whenever somebody asks, and nobody waits for it.
#[derive(Debug)]
pub(crate) struct Beside {
    ask: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Beside {
    /// Starts the thread.
    ///
    /// # Errors
    /// If the system has no more threads.
    pub(crate) fn start(work: impl Fn() -> io::Result<()> + Send + 'static) -> io::Result<Beside> {
        let (ask, asked) = sync_channel(1);
        let thread = Builder::new().spawn(move || {
            while asked.recv().is_ok() {
                work()?;
            }
            Ok(())
        })?;
        Ok(Beside { ask, thread })
    }

    /// Asks for the work to be done once more. Asked again before it begins, it is done once.
    pub(crate) fn ask(&self) {
        // Full: it was asked for. Closed: it has failed, which `end` tells.
        let _ = self.ask.try_send(());
    }

    /// Waits until everything that was asked for is done.
    ///
    /// # Errors
    /// The first error of the work, after which it was not done any more.
    pub(crate) fn end(self) -> io::Result<()> {
        drop(self.ask);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_rows() {
        let mut batches = (0..20).map(|at| (at * 100..at * 100 + 100).collect::<Vec<u32>>());
        let mut taken = Vec::new();
        let done: Result<(), ()> = in_order(
            || Ok(batches.next()),
            Vec::len,
            7,
            |batch, rows| batch[rows].to_vec(),
            |chunk| {
                taken.extend(chunk);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        assert_eq!(taken, (0..2000).collect::<Vec<u32>>());
    }

    #[test]
    fn after_an_error_nothing_more_is_taken() {
        let mut reads = 0;
        let mut taken = Vec::new();
        let done = in_order(
            || {
                reads += 1;
                if reads < 4 { Ok(Some(vec![reads])) } else { Err("unreadable") }
            },
            Vec::len,
            1,
            |batch, rows| batch[rows.start],
            |at| {
                taken.push(at);
                Ok(())
            },
        );
        assert_eq!((done, taken), (Err("unreadable"), vec![1, 2, 3]));

        let mut reads = 0..;
        let done = in_order(
            || Ok(reads.next().map(|at| vec![at])),
            Vec::len,
            1,
            |batch, _| batch[0],
            |at| {
                if at < 5 { Ok(()) } else { Err("disk full") }
            },
        );
        assert_eq!(done, Err("disk full"));
    }

    #[test]
    fn work_beside_ends_with_its_first_error() {
        let (begun, begins) = sync_channel(0);
        let (go_on, may_go_on) = sync_channel::<io::Result<()>>(0);
        let may_go_on = std::sync::Mutex::new(may_go_on);
        let beside = Beside::start(move || {
            begun.send(()).unwrap();
            may_go_on.lock().unwrap().recv().unwrap()
        })
        .unwrap();
        beside.ask();
        begins.recv().unwrap();
        // Both of these are done by the next one.
        beside.ask();
        beside.ask();
        go_on.send(Ok(())).unwrap();
        begins.recv().unwrap();
        go_on.send(Err(io::Error::other("disk on fire"))).unwrap();
        assert_eq!(beside.end().unwrap_err().to_string(), "disk on fire");
        assert_eq!(begins.recv().ok(), None);
        assert!(Beside::start(|| Ok(())).unwrap().end().is_ok());
    }

    /// Whoever calls it passes the panic on, so nothing is left half done: a link file is renamed only when it is whole.
    #[test]
    fn a_panic_ends_the_work_and_nothing_more_is_taken() {
        for at in ["read", "work", "take"] {
            let mut taken = Vec::new();
            let mut reads = 0..;
            let result = catch_unwind(AssertUnwindSafe(|| {
                in_order(
                    || {
                        let batch = reads.next().unwrap();
                        assert!(at != "read" || batch < 3, "the panic that this test is about");
                        Ok::<_, ()>(Some(vec![batch]))
                    },
                    Vec::len,
                    1,
                    |batch, _| {
                        assert!(at != "work" || batch[0] < 3, "the panic that this test is about");
                        batch[0]
                    },
                    |item| {
                        assert!(at != "take" || item < 3, "the panic that this test is about");
                        taken.push(item);
                        Ok(())
                    },
                )
            }));
            assert!(result.is_err(), "{at}");
            // In order, and none after the panic.
            assert!(
                taken.len() <= 3 && taken.iter().copied().eq(0..taken.len()),
                "{at}: {taken:?}"
            );
        }
    }
}
