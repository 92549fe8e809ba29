//! A list that a command prints.

use std::fs::File;
use std::path::Path;

use super::not_read::{Limits, NotRead};
use super::temporary::not_stored;
use crate::program::{self, Run, RunError};

const RUN_IT: &str = "run the command yourself to see why";

/// Runs the command. Only if it succeeds, what it has printed is a list.
pub(super) fn read(
    program: &str,
    arguments: &[String],
    folder: &Path,
    target: File,
    limits: Limits,
    interrupted: &dyn Fn() -> bool,
) -> Result<(), NotRead> {
    let run = Run {
        program,
        arguments,
        folder,
        // It is not meant for the command: somebody may type an answer there to a question that comes later.
        input: false,
        largest: limits.largest,
        limit: Some(limits.time),
        // On a terminal the command may ask for a passphrase, and Ctrl-C reaches everything that it has started.
        own_group: !program::has_terminal(),
        interrupted,
    };
    program::run(&run, target).map(|_| ()).map_err(|error| match error {
        RunError::NotFound => NotRead::Invalid {
            reason: error.to_string(),
            hint: "check the first part of `command`; each argument is a string of its own, and there is no shell: command = [\"program\", \"argument\"]",
        },
        RunError::NotStarted(error) => NotRead::Invalid {
            reason: error.to_string(),
            hint: "name a program that you may run as the first part of `command`",
        },
        RunError::TooLarge => NotRead::too_large(limits),
        RunError::TimedOut => NotRead::timed_out(limits, RUN_IT),
        RunError::Interrupted => NotRead::Interrupted,
        RunError::NotStored(error) => not_stored(&error),
        RunError::Failed(_) | RunError::Unreadable(_) => {
            NotRead::failed(error.to_string(), RUN_IT)
        }
    })
}
