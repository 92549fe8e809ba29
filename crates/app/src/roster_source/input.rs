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
