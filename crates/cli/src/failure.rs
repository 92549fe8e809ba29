//! How a command ends: exit codes with their names, and what stops it before.

use std::error::Error;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use meetmint_batch::{AtomicFileError, EachError, InviteError, Problem};
use meetmint_core::MintError;
use meetmint_mailer::{DeliveryError, LedgerError, OutboxError};

use crate::settings::FILE;

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everybody chosen has what is due.
    Done = 0,
    /// Something was reached and failed: the disk, most often.
    Failed = 1,
    /// What was typed makes no sense.
    Usage = 2,
    /// What the user wrote or named is wrong or absent: nothing was done.
    Wrong = 3,
    /// Done in part: somebody chosen is refused, deferred, in doubt, or still due.
    Partly = 4,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// What stops a command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Things in files that have to be mended first.
    Problems { problems: Vec<Problem>, more: usize },
    /// Something named or written is wrong.
    Wrong { message: String, hint: Option<String> },
    /// Arguments that do not go together.
    Usage { message: String, hint: Option<String> },
    /// Something was reached and failed.
    Broken { message: String, cause: Option<Box<dyn Error + Send + Sync>>, hint: Option<String> },
    /// Somebody else is at work on the meeting.
    Busy { message: String, hint: String },
    /// Ctrl-C; the words say how to go on.
    Interrupted { message: String },
    /// Whoever reads our output has enough of it: no error.
    ClosedPipe,
}

impl Failure {
    pub(crate) fn wrong(message: impl Into<String>, hint: impl Into<String>) -> Failure {
        Failure::Wrong { message: message.into(), hint: Some(hint.into()) }
    }

    pub(crate) fn problem(problem: Problem) -> Failure {
        Failure::Problems { problems: vec![problem], more: 0 }
    }

    pub(crate) fn broken(
        message: impl Into<String>,
        cause: impl Error + Send + Sync + 'static,
    ) -> Failure {
        Failure::Broken { message: message.into(), cause: Some(Box::new(cause)), hint: None }
    }

    /// There is no meeting where one was looked for.
    pub(crate) fn no_meeting(file: &Path, error: &io::Error) -> Failure {
        let shown = file.display();
        match error.kind() {
            io::ErrorKind::NotFound
                if file.ends_with(FILE)
                    && file.parent().is_none_or(|dir| dir.as_os_str().is_empty()) =>
            {
                Failure::wrong(
                    "there is no meeting.toml in this folder",
                    "`meetmint init` makes one; `--meeting PATH` names one elsewhere",
                )
            }
            io::ErrorKind::NotFound => Failure::wrong(
                format!("there is no `{shown}`"),
                "`meetmint init DIR` makes a meeting folder",
            ),
            _ => Failure::Wrong { message: format!("cannot read `{shown}`: {error}"), hint: None },
        }
    }

    /// A failure of standard output.
    pub(crate) fn stdout(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::ClosedPipe,
            _ => Failure::broken("cannot write to standard output", error),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match self {
            Failure::Problems { .. } | Failure::Wrong { .. } => Exit::Wrong,
            Failure::Usage { .. } => Exit::Usage,
            Failure::Broken { .. } | Failure::Busy { .. } => Exit::Failed,
            Failure::Interrupted { .. } => Exit::Interrupted,
            Failure::ClosedPipe => Exit::Done,
        }
    }
}

impl From<MintError> for Failure {
    fn from(error: MintError) -> Failure {
        Failure::Broken { message: error.to_string(), cause: None, hint: None }
    }
}

impl From<InviteError> for Failure {
    fn from(error: InviteError) -> Failure {
        Failure::Broken { message: error.to_string(), cause: None, hint: None }
    }
}

impl From<AtomicFileError> for Failure {
    fn from(error: AtomicFileError) -> Failure {
        match error {
            AtomicFileError::NotAFile(_) => Failure::wrong(
                error.to_string(),
                "name another file with `--out`, or `--out -` for standard output",
            ),
            _ => {
                let message = error.to_string();
                let cause = match error {
                    AtomicFileError::Create(_, cause) | AtomicFileError::Write(_, cause) => {
                        Some(cause.into())
                    }
                    _ => None,
                };
                Failure::Broken { message, cause, hint: None }
            }
        }
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Failure {
        let (message, hint) = (error.to_string(), error.hint().to_owned());
        match error {
            LedgerError::OtherMeeting(_)
            | LedgerError::Newer
            | LedgerError::NotALedger
            | LedgerError::NetworkDrive(_) => Failure::wrong(message, hint),
            LedgerError::Open { source, .. } | LedgerError::Lock { source, .. } => {
                Failure::Broken { message, cause: Some(source.into()), hint: Some(hint) }
            }
            LedgerError::Other(source) => {
                Failure::Broken { message, cause: Some(source), hint: Some(hint) }
            }
            _ => Failure::Broken { message, cause: None, hint: Some(hint) },
        }
    }
}

impl From<DeliveryError> for Failure {
    fn from(error: DeliveryError) -> Failure {
        match error {
            DeliveryError::Ledger(error) => error.into(),
            DeliveryError::Folder(error) => error.into(),
            DeliveryError::Changed(_) => Failure::wrong(
                error.to_string(),
                "settle it as sent: meetmint settle --sent; then send a fresh copy: meetmint send --again --only EMAIL",
            ),
            _ => Failure::Wrong { message: crate::mail::with_causes(&error), hint: None },
        }
    }
}

impl From<OutboxError> for Failure {
    fn from(error: OutboxError) -> Failure {
        let message = error.to_string();
        match error {
            OutboxError::NotAFolder(_) => Failure::wrong(
                message,
                "take it away, or name another folder: `dir` under [outbox]",
            ),
            OutboxError::Folder { source, .. } | OutboxError::Write { source, .. } => {
                Failure::broken(message, source)
            }
            _ => Failure::Broken { message, cause: None, hint: None },
        }
    }
}

impl From<EachError<Failure>> for Failure {
    fn from(error: EachError<Failure>) -> Failure {
        match error {
            EachError::Roster(problem) => Failure::problem(*problem),
            EachError::Taken(failure) => failure,
        }
    }
}
