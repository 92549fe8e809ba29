//! Exit codes: their names, and which error has which.

use std::io;
use std::process::ExitCode;

use meetmint_app::{DeliveryOutcome, Error, ErrorClass};

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everybody chosen has what is due.
    Done = 0,
    /// Something was reached and failed.
    Failed = 1,
    /// The arguments are wrong, or there is no terminal to ask a question on.
    // clap exits with 2 as well.
    Usage = 2,
    /// Something the user wrote or named is wrong or missing: nothing was done.
    Invalid = 3,
    /// Partly done: somebody chosen is refused, deferred, in doubt or still due.
    Partial = 4,
    /// Interrupted, or the question was answered with no.
    // What a shell reports for a program that SIGINT (signal 2) has ended: 128 + 2.
    Interrupted = 130,
}

impl Exit {
    /// The exit code of an error.
    pub(crate) fn of(error: &Error) -> Exit {
        match error.class() {
            ErrorClass::Invalid => Exit::Invalid,
            ErrorClass::Usage => Exit::Usage,
            // As in `meetmint status | head`, which has shown all that was asked for.
            ErrorClass::Output if is_closed_pipe(error) => Exit::Done,
            // Busy is a failure of this run only: nothing that the user wrote is wrong, and a later run can succeed.
            ErrorClass::Failed | ErrorClass::Busy | ErrorClass::Output => Exit::Failed,
            ErrorClass::Interrupted | ErrorClass::Declined => Exit::Interrupted,
        }
    }
}

/// Whether standard output was closed early, as `head` does. That is no error.
pub(crate) fn is_closed_pipe(error: &Error) -> bool {
    error.class() == ErrorClass::Output
        && error.causes().any(|cause| {
            let cause = cause.downcast_ref::<io::Error>();
            cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
        })
}

impl From<DeliveryOutcome> for Exit {
    fn from(outcome: DeliveryOutcome) -> Exit {
        match outcome {
            DeliveryOutcome::Complete => Exit::Done,
            DeliveryOutcome::Partial => Exit::Partial,
            DeliveryOutcome::Stopped => Exit::Failed,
            DeliveryOutcome::Interrupted => Exit::Interrupted,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}
