//! Reading rows of a database chunk by chunk, so that they are never all in memory.

use std::collections::VecDeque;

/// How many rows are read at once.
pub(crate) const CHUNK: i64 = 256;

/// Items that `read` reads in chunks: the next ones after a key, each with its own, and none after the last.
pub(crate) fn in_chunks<T, E>(
    mut read: impl FnMut(i64) -> Result<Vec<(i64, T)>, E>,
) -> impl Iterator<Item = Result<T, E>> {
    let mut last = i64::MIN;
    let mut chunk = VecDeque::new();
    let mut is_done = false;
    std::iter::from_fn(move || {
        if chunk.is_empty() && !is_done {
            match read(last) {
                Ok(some) => chunk.extend(some),
                Err(error) => {
                    is_done = true;
                    return Some(Err(error));
                }
            }
            is_done = chunk.is_empty();
        }
        let (key, item) = chunk.pop_front()?;
        last = key;
        Some(Ok(item))
    })
}
