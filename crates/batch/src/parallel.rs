//! Work on many rows at once, with results in the order of the rows. The only module that knows of threads.

use std::ops::Range;

use rayon::prelude::*;

/// Reads batches, works on their pieces on all cores, and hands the results on in order: while one batch is
/// worked on, the next one is read and the results of the one before are taken away. Three batches at most
/// are in memory.
///
/// # Errors
/// The first error of `read` or `take`; nothing is taken after it.
pub(crate) fn in_order<B, T, E>(
    mut read: impl FnMut() -> Result<Option<B>, E> + Send,
    length: impl Fn(&B) -> usize + Sync,
    piece: usize,
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
        let (read_on, (results, taken)) = rayon::join(
            || if current.is_some() { read() } else { Ok(None) },
            || {
                rayon::join(
                    || {
                        let Some(batch) = &current else { return Vec::new() };
                        let rows = length(batch);
                        let pieces = (0..rows.div_ceil(piece)).into_par_iter();
                        pieces
                            .map(|at| work(batch, at * piece..rows.min((at + 1) * piece)))
                            .collect()
                    },
                    || finished.drain(..).try_for_each(&mut take),
                )
            },
        );
        taken?;
        finished = results;
        if current.is_none() {
            return Ok(());
        }
        match read_on {
            Ok(next) => current = next,
            // What was read before the error is still taken: a reader of problems wants those before it.
            Err(error) => {
                finished.drain(..).try_for_each(&mut take)?;
                return Err(error);
            }
        }
    }
}

/// Works on everything at once, on all cores, with results in order.
pub fn on_all_cores<T: Send, R: Send>(
    items: Vec<T>,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    items.into_par_iter().map(work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_rows() {
        let mut batches = (0..20).map(|at| (at * 100..at * 100 + 100).collect::<Vec<u32>>());
        let mut taken = Vec::new();
        let done: Result<(), ()> = in_order(
            || Ok(batches.next()),
            Vec::len,
            7,
            |batch, rows| batch[rows].to_vec(),
            |piece| {
                taken.extend(piece);
                Ok(())
            },
        );
        assert_eq!(done, Ok(()));
        assert_eq!(taken, (0..2000).collect::<Vec<u32>>());
    }

    #[test]
    fn an_error_ends_it_after_what_came_before() {
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
}
