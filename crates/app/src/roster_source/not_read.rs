//! Why a list was not read, and the limits of reading.

use std::time::Duration;

use crate::error::Error;
use crate::settings::Location;
use crate::waiting::Unfinished;

/// The code of the error that a list was not read, or not to its end.
pub(crate) const NOT_READ: &str = "roster-not-read";

/// How much of a list is read, and how long that may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// In octets.
    pub(super) largest: u64,
    pub(super) time: Duration,
}

/// Why a list was not read.
#[derive(Debug)]
pub(super) enum NotRead {
    /// It was not read to its end, or is no list.
    Failed { reason: String, hint: &'static str },
    /// Something in `meeting.toml` is wrong.
    Invalid { reason: String, hint: &'static str },
    /// Nothing is piped into the program.
    NoInput,
    /// The program has been asked to stop.
    Interrupted,
}

impl NotRead {
    pub(super) fn failed(reason: impl Into<String>, hint: &'static str) -> NotRead {
        NotRead::Failed { reason: reason.into(), hint }
    }

    pub(super) fn timed_out(limits: Limits, hint: &'static str) -> NotRead {
        NotRead::failed(
            format!("it was not complete after {} seconds", limits.time.as_secs()),
            hint,
        )
    }

    pub(super) fn too_large(limits: Limits) -> NotRead {
        NotRead::failed(
            format!("it is larger than {} MiB", limits.largest >> 20),
            "check that this is the list of people",
        )
    }

    pub(super) fn unfinished(
        unfinished: Unfinished,
        limits: Limits,
        hint: &'static str,
    ) -> NotRead {
        match unfinished {
            Unfinished::TimedOut => NotRead::timed_out(limits, hint),
            Unfinished::Interrupted => NotRead::Interrupted,
            Unfinished::Failed => NotRead::failed("the reading thread ended", "try again"),
        }
    }

    pub(super) fn into_error(self, from: &str, location: &Location) -> Error {
        let message = |reason| format!("cannot read the roster from {from}: {reason}");
        match self {
            NotRead::Failed { reason, hint } => {
                Error::failed(NOT_READ, message(reason)).with_hint(hint)
            }
            NotRead::Invalid { reason, hint } => {
                Error::problem(location.problem("no-roster", message(reason), hint))
            }
            NotRead::NoInput => Error::usage(
                NOT_READ,
                "the roster is read from standard input, and nothing is piped into it",
            )
            .with_hint("pipe the list into the command, for example: meetmint check < people.csv"),
            NotRead::Interrupted => {
                Error::interrupted("the roster was not read, and nothing was done")
            }
        }
    }
}
