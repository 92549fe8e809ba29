//! What operations report to the user, and what they ask.

use meetmint_core::shortened;
use meetmint_doctor::live::Who;
use meetmint_mailer::Tally;
use serde::Serialize;

use crate::columns::ColumnReport;
use crate::error::Error;
use crate::plan_report::PlanReport;
use crate::planned::PlannedMessages;

/// A front end: the command line, a web page, or a test. Events may come from several threads.
pub trait FrontEnd: Send + Sync {
    /// Receives what happens while an operation runs.
    fn event(&self, event: &Event<'_>);

    /// Asks whether messages may be mailed; the default answer is no.
    ///
    /// # Errors
    /// If nobody can be asked.
    fn confirm(&self, question: &Confirmation) -> Result<bool, Error>;

    /// Asks whether a Jitsi server may be asked although that may cost something; the default answer is no.
    ///
    /// # Errors
    /// If nobody can be asked, which is also the answer of a front end that has no question.
    fn confirm_trial(&self, _question: &TrialQuestion) -> Result<bool, Error> {
        Err(Error::usage("no-terminal", TrialQuestion::UNANSWERED)
            .with_hint(TrialQuestion::WITHOUT_QUESTION))
    }

    /// Asks whether data may be erased from the ledger; the default answer is no.
    ///
    /// # Errors
    /// If nobody can be asked, which is also the answer of a front end that has no question.
    fn confirm_erasure(&self, _question: &ErasureQuestion) -> Result<bool, Error> {
        Err(Error::usage("no-terminal", ErasureQuestion::UNANSWERED)
            .with_hint(ErasureQuestion::WITHOUT_QUESTION))
    }

    /// Asks for a value. `None` accepts the default, which is also what a front end that cannot ask returns.
    ///
    /// # Errors
    /// If the user ends the input instead of answering.
    fn ask(&self, _question: &Question<'_>) -> Result<Option<String>, Error> {
        Ok(None)
    }

    /// Called before an operation begins something that it has to finish or clean up, such as opening a ledger; perhaps
    /// more than once. From then on, a front end that receives signals only records them in
    /// [`Environment::interrupted`](crate::Environment::interrupted). A question that is asked afterwards ends with an
    /// error of the class [`Interrupted`](crate::ErrorClass::Interrupted) when that is set.
    fn defer_interruptions(&self) {}

    /// Whether to show everything: the conversation with a mail server, and lists that are otherwise cut short.
    fn is_verbose(&self) -> bool {
        false
    }
}

/// Something that happens while an operation runs.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// A notice for the user.
    Notice(&'e Notice),
    /// What the columns of a new meeting's roster were taken for. Reported before anything is asked or written.
    Columns(&'e [ColumnReport]),
    /// What was read from a server's own files. Reported before anything is asked or written.
    Server(&'e [ServerValue]),
    /// What is about to be sent. Reported before the question.
    Plan(&'e PlanReport),
    /// What is about to be sent by a command that carries out no plan. Reported before the question.
    Messages(&'e PlannedMessages),
    /// The progress of an operation on many people.
    Progress {
        /// What is being done.
        task: Task,
        /// How many are done.
        done: usize,
        /// How many there are.
        total: usize,
    },
    /// The progress of a delivery.
    Delivery {
        /// Counts by outcome.
        tally: Tally,
        /// Whether messages go to a mail server, or into a folder.
        mailed: bool,
    },
    /// A test user is about to join a throw-away room of the Jitsi server that is tested. [`Event::ProgressEnded`] follows
    /// when all have left.
    Joining(&'e Who),
    /// The work whose progress was reported has ended, successfully or not.
    ProgressEnded,
    /// A line of the conversation with a mail server, without passwords, links and messages.
    Conversation(&'e str),
}

/// A setting of the server that was read from one of its files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServerValue {
    /// As the file calls it: `app_id`, `JWT_APP_ID`.
    pub name: String,
    /// What it is set to, for people; never a secret.
    pub value: String,
    /// File and line.
    pub place: String,
}

/// What an operation is doing while it reports its progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Minting links.
    Links,
    /// Making every message once before the first one is sent.
    Checks,
}

/// Something that the user should know. It does not change the exit code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notice {
    /// A name that does not change: see docs/errors.md.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z0-9-]+$")))]
    pub code: &'static str,
    /// What there is to know.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// How much it matters.
    #[serde(skip)]
    pub severity: Severity,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Perhaps a mistake.
    Warning,
    /// Somebody has to act: shown even to those who asked for errors only.
    Action,
}

impl Notice {
    /// Something that is good to know.
    pub fn note(code: &'static str, message: impl Into<String>) -> Notice {
        let message = shortened(message.into());
        Notice { code, message, hint: None, severity: Severity::Note }
    }

    /// Something that may be a mistake.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Notice {
        Notice { severity: Severity::Warning, ..Notice::note(code, message) }
    }

    /// Something that somebody has to act on.
    pub fn action(code: &'static str, message: impl Into<String>) -> Notice {
        Notice { severity: Severity::Action, ..Notice::note(code, message) }
    }

    /// The same notice, with what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Notice {
        self.hint = Some(shortened(hint.into()));
        self
    }
}

/// The question before anything is mailed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The title of the meeting on one line, cut if it is long; `A and other meetings` if titles differ.
    pub meeting: String,
    /// How many people would be mailed.
    pub people: usize,
    /// Where the messages would go, to complete a sentence: `through mail.example.org`.
    pub outbox: String,
    /// The address the messages come from.
    pub from: String,
    /// What would be mailed, for example `398 invitations, 2 cancellations`.
    pub messages: String,
}

/// A question before a Jitsi server is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrialQuestion {
    /// The address of the server.
    pub server: String,
    /// How many devices the trial counts as in the month's bill.
    pub devices: usize,
}

impl TrialQuestion {
    /// What is wrong where nobody can be asked.
    pub const UNANSWERED: &str = "testing JaaS needs a confirmation, because JaaS bills by device, and there is no terminal to ask on";
    /// What to do about that.
    pub const WITHOUT_QUESTION: &str = "use `--yes` to test it without a confirmation";
}

/// The question before data is erased from the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureQuestion {
    /// Whose data, to complete a sentence that begins with `Erase`: `everything about ada@example.org`.
    pub what: String,
    /// How much that is: `2 entries, 5 messages, 3 files in outbox`.
    pub how_much: String,
}

impl ErasureQuestion {
    /// What is wrong where nobody can be asked.
    pub const UNANSWERED: &str = "erasing needs a confirmation, and there is no terminal to ask on";
    /// What to do about that.
    pub const WITHOUT_QUESTION: &str = "use `--yes` to erase without a confirmation";
}

/// A question that is answered with text.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// The question.
    pub text: &'q str,
    /// What an empty answer means, to be shown with the question; `None` to show nothing.
    pub default: Option<&'q str>,
    /// Whether the answer must not be shown while it is typed.
    pub secret: bool,
    /// Why the last answer was refused.
    pub refused: Option<&'q Error>,
}
