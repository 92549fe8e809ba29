//! Why an operation failed: a value with a code, a message, a location and a hint.

use std::error::Error as StdError;
use std::{fmt, io, iter};

use meetmint_batch::{AtomicFileError, EachError, InviteError, Problem};
use meetmint_core::{EmptyWindow, MintError, WrongAlgorithm, shortened};
use meetmint_mailer::{DeliveryError, ErrorChain, LedgerError, OutboxError};
use serde::ser::{Serialize, Serializer};

/// How many problems are shown.
pub(crate) const SHOWN_PROBLEMS: usize = 100;

/// Why an operation failed. Boxed, so that a `Result` stays small: errors are rare.
#[derive(Debug)]
pub struct Error(Box<Details>);

#[derive(Debug)]
struct Details {
    class: ErrorClass,
    code: &'static str,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    problems: Vec<Problem>,
    more_problems: usize,
}

/// Who has to act on an error. The command derives its exit code from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// Something the user wrote or named is wrong or missing. Nothing was done.
    Invalid,
    /// The request contradicts itself, or cannot be carried out by this front end.
    Usage,
    /// Something was reached and failed: the disk, the network, a server.
    Failed,
    /// Another process works on the same meeting.
    Busy,
    /// The program was asked to stop.
    Interrupted,
    /// The question was answered with no.
    Declined,
    /// The reader of the output has gone, or the output failed.
    Output,
}

impl Error {
    fn new(class: ErrorClass, code: &'static str, message: impl Into<String>) -> Error {
        Error(Box::new(Details {
            class,
            code,
            message: shortened(message.into()),
            hint: None,
            source: None,
            problems: Vec::new(),
            more_problems: 0,
        }))
    }

    /// Something that the user wrote or named is wrong; the hint says what to do.
    pub fn invalid(
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Error {
        Error::new(ErrorClass::Invalid, code, message).with_hint(hint)
    }

    /// A request that cannot be carried out as it is.
    pub fn usage(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(ErrorClass::Usage, code, message)
    }

    /// Something was reached and failed.
    pub fn failed(code: &'static str, message: impl Into<String>) -> Error {
        Error::new(ErrorClass::Failed, code, message)
    }

    /// Another process works on the same meeting.
    pub fn busy(message: impl Into<String>, hint: impl Into<String>) -> Error {
        Error::new(ErrorClass::Busy, "busy", message).with_hint(hint)
    }

    /// The program was asked to stop; the message says what was not done.
    pub fn interrupted(message: impl Into<String>) -> Error {
        Error::new(ErrorClass::Interrupted, "interrupted", message)
    }

    /// The question was answered with no.
    pub fn declined() -> Error {
        Error::new(ErrorClass::Declined, "declined", "Nothing was mailed.")
    }

    /// The answer to the question before a Jitsi server is tried was no.
    pub(crate) fn trial_declined() -> Error {
        Error::new(ErrorClass::Declined, "declined", "The Jitsi server was not tested.")
    }

    /// The answer to the question of `cancel` was no, and what it would call off is not called off. `whom` is for everybody
    /// empty, else ` for ada@example.org`.
    pub(crate) fn cancel_declined(whom: &str) -> Error {
        let message = format!("Nothing was mailed, and the meeting is not called off{whom}.");
        Error::new(ErrorClass::Declined, "declined", message)
    }

    /// The answer to the question before something is erased was no.
    pub(crate) fn erasure_declined() -> Error {
        Error::new(ErrorClass::Declined, "declined", "Nothing was erased.")
    }

    /// Writing what was asked for failed.
    pub fn output(error: io::Error) -> Error {
        Error::new(ErrorClass::Output, "output", "cannot write to standard output").caused_by(error)
    }

    /// Everything that is wrong in files.
    ///
    /// Of many problems, the first hundred are kept.
    pub fn problems(problems: Vec<Problem>, more_problems: usize) -> Error {
        let (problems, more_problems) = first_problems(problems, more_problems);
        // For callers that show the message alone; others show every problem with its location.
        let message = problems.first().map(ToString::to_string).unwrap_or_default();
        let mut error = Error::new(ErrorClass::Invalid, "problems", message);
        error.0.problems = problems;
        error.0.more_problems = more_problems;
        error
    }

    /// One thing that is wrong in a file.
    pub fn problem(problem: Problem) -> Error {
        Error::problems(vec![problem], 0)
    }

    /// What is wrong in files, if that is what this error consists of.
    ///
    /// # Errors
    /// Every other error, as it is.
    pub(crate) fn into_problems(self) -> Result<Vec<Problem>, Error> {
        if self.0.problems.is_empty() { Err(self) } else { Ok(self.0.problems) }
    }

    /// The same error, with what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Error {
        self.0.hint = Some(shortened(hint.into()));
        self
    }

    /// The same error, with what caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// Who has to act on it.
    pub fn class(&self) -> ErrorClass {
        self.0.class
    }

    /// A name for this kind of error that never changes, for programs.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// What is wrong in files, each with its location.
    pub fn all_problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// How many more problems there are: only so many are kept.
    pub fn more_problems(&self) -> usize {
        self.0.more_problems
    }

    /// What caused it, the nearest cause first.
    pub fn causes(&self) -> impl Iterator<Item = &(dyn StdError + 'static)> {
        iter::successors(self.source(), |&cause| cause.source())
    }
}

/// The first problems, and how many more there are: nobody reads thousands, and correcting the first often corrects the
/// others.
pub(crate) fn first_problems(mut problems: Vec<Problem>, more: usize) -> (Vec<Problem>, usize) {
    let rest = problems.len().saturating_sub(SHOWN_PROBLEMS);
    problems.truncate(SHOWN_PROBLEMS);
    (problems, more + rest)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}

impl Serialize for Error {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = ErrorFields {
            code: self.0.code,
            message: &self.0.message,
            hint: self.hint(),
            causes: self.causes().map(ToString::to_string).collect(),
            problems: &self.0.problems,
        };
        fields.serialize(serializer)
    }
}

/// Why a command would stop.
#[derive(serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Error"))]
pub(crate) struct ErrorFields<'e> {
    /// A name that does not change: see docs/errors.md.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z0-9-]+$")))]
    code: &'static str,
    /// What is wrong.
    message: &'e str,
    /// What to do about it.
    hint: Option<&'e str>,
    /// What caused it, the nearest cause first.
    causes: Vec<String>,
    /// Always empty here: while files have problems, nothing is planned.
    #[cfg_attr(feature = "schema", schemars(with = "[(); 0]"))]
    problems: &'e [Problem],
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        Error::problem(problem)
    }
}

// Failures, not mistakes of the user: settings and key have been checked by then, so none of the next four errors is
// expected.
impl From<EmptyWindow> for Error {
    fn from(error: EmptyWindow) -> Error {
        Error::failed("window", error.to_string())
    }
}

impl From<InviteError> for Error {
    fn from(error: InviteError) -> Error {
        Error::failed("token", error.to_string())
    }
}

impl From<MintError> for Error {
    fn from(error: MintError) -> Error {
        Error::failed("token", error.to_string())
    }
}

impl From<WrongAlgorithm> for Error {
    fn from(error: WrongAlgorithm) -> Error {
        Error::failed("key", error.to_string())
    }
}

impl From<AtomicFileError> for Error {
    fn from(error: AtomicFileError) -> Error {
        let message = error.to_string();
        match error {
            AtomicFileError::NotAFile(_) => Error::invalid(
                "not-a-file",
                message,
                "name another file with `--out`, or `--out -` for standard output",
            ),
            AtomicFileError::Create(_, cause) | AtomicFileError::Write(_, cause) => {
                Error::failed("file", message).caused_by(cause)
            }
            _ => Error::failed("file", message),
        }
    }
}

impl From<LedgerError> for Error {
    fn from(error: LedgerError) -> Error {
        let (message, hint) = (error.to_string(), error.hint());
        match error {
            // The file that the user named cannot be used, and another try will not change that.
            LedgerError::OtherMeeting(_)
            | LedgerError::Newer
            | LedgerError::NotALedger
            | LedgerError::Lost { .. }
            | LedgerError::NetworkDrive(_) => Error::invalid("ledger", message, hint),
            // Not a failure: the same command works as soon as the other process is done.
            LedgerError::Locked(_) => Error::busy(message, hint),
            LedgerError::Unclean(source) => {
                Error::failed("ledger-unclean", message).with_hint(hint).caused_by(*source)
            }
            error => {
                let failed = Error::failed("ledger", message).with_hint(hint);
                match error {
                    LedgerError::Open { source, .. } | LedgerError::Lock { source, .. } => {
                        failed.caused_by(source)
                    }
                    LedgerError::Other(source) => failed.caused_by(source),
                    _ => failed,
                }
            }
        }
    }
}

impl From<OutboxError> for Error {
    fn from(error: OutboxError) -> Error {
        let message = error.to_string();
        match error {
            OutboxError::NotAFolder(_) => Error::invalid(
                "outbox",
                message,
                "move it away, or name another folder with `dir` under [outbox]",
            ),
            OutboxError::Folder { source, .. } | OutboxError::Write { source, .. } => {
                Error::failed("outbox", message).caused_by(source)
            }
            _ => Error::failed("outbox", message),
        }
    }
}

impl From<DeliveryError> for Error {
    fn from(error: DeliveryError) -> Error {
        match error {
            DeliveryError::Ledger(error) => error.into(),
            DeliveryError::Folder(error) => error.into(),
            // Nothing was sent. The remedy is another command, not another try.
            DeliveryError::Changed(_) => Error::invalid(
                "message-changed",
                error.to_string(),
                "count it as sent with `meetmint settle --sent`, then send a new copy with `meetmint send --again --only EMAIL`",
            ),
            DeliveryError::Thread(source) => {
                Error::failed("thread", "cannot start another thread").caused_by(source)
            }
            DeliveryError::Panicked => Error::failed("crashed", error.to_string()).with_hint(
                "what was sent is recorded: run the command again to continue, and please report this with the lines above, after removing addresses and links from them",
            ),
            // The causes are part of the message, as in the problems that are reported before a run.
            error => Error::new(ErrorClass::Invalid, "message", ErrorChain(&error).to_string()),
        }
    }
}

impl From<EachError<Error>> for Error {
    fn from(error: EachError<Error>) -> Error {
        match error {
            // The roster has changed since it was checked, so nothing read from it counts.
            EachError::Roster(problem) => Error::problem(*problem),
            EachError::Taken(error) => error,
        }
    }
}
