//! A list that is piped into the program.

use std::fs::File;
use std::io::Read;

use super::not_read::{Limits, NotRead};
use super::temporary::not_stored;
use crate::limited_copy::{self, CopyError};
use crate::waiting::{self, Deadline};

/// Reads a list up to the end of the input. Whether the program that writes it has failed cannot be known.
pub(super) fn read(
    mut source: Box<dyn Read + Send>,
    mut target: File,
    limits: Limits,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), NotRead> {
    let deadline = Deadline::after(Some(limits.time));
    // In a thread, because reading a pipe has no time limit.
    let work =
        waiting::start(move || limited_copy::copy(&mut *source, &mut target, limits.largest));
    let hint = "check that the command before the pipe ends";
    let copied = waiting::wait(&work, deadline, interrupted)
        .map_err(|unfinished| NotRead::unfinished(unfinished, limits, hint))?;
    copied.map(|_| ()).map_err(|error| match error {
        CopyError::TooLarge => NotRead::too_large(limits),
        CopyError::Read(error) => NotRead::failed(error.to_string(), hint),
        CopyError::Write(error) => not_stored(&error),
    })
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::time::Duration;

    use super::super::temporary::TemporaryList;
    use super::*;

    const LIMITS: Limits = Limits { largest: 1 << 20, time: Duration::from_secs(60) };

    /// An input that goes on for ever, and says nothing.
    struct Silence;

    impl Read for Silence {
        fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
            loop {
                std::thread::park();
            }
        }
    }

    fn read_from(source: impl Read + Send + 'static, time: Duration, interrupted: bool) -> NotRead {
        let target = TemporaryList::new().unwrap().target().ok().unwrap();
        let limits = Limits { time, ..LIMITS };
        read(Box::new(source), target, limits, &|| interrupted).expect_err("it has no end")
    }

    #[test]
    fn an_input_without_an_end_is_not_read() {
        let too_large = read_from(io::repeat(b'\n'), LIMITS.time, false);
        assert!(matches!(too_large, NotRead::Failed { reason, .. } if reason.contains("1 MiB")));
        let silent = read_from(Silence, Duration::from_millis(100), false);
        assert!(matches!(silent, NotRead::Failed { reason, .. } if reason.contains("complete")));
        assert!(matches!(read_from(Silence, LIMITS.time, true), NotRead::Interrupted));
    }
}
