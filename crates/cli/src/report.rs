//! Everything that is said to people. The only module that prints.
//!
//! Talk goes to stderr, data to stdout. Messages are legible without colour.

mod progress;

use std::error::Error;
use std::io::{self, IsTerminal, Write};
use std::iter;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use meetmint_batch::Problem;

use crate::failure::Failure;
pub(crate) use progress::{Progress, Sending};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// How much is said, and in which colours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) color: ColorChoice,
}

impl Report {
    /// Why a command did not do what it was asked to.
    pub(crate) fn failure(self, failure: &Failure) {
        match failure {
            Failure::Problems { problems, more } => {
                for problem in problems {
                    self.problem(problem);
                }
                if *more > 0 {
                    self.say(ERROR, "error", &format!("and {more} more problems"), None);
                }
            }
            Failure::Wrong { message, hint } | Failure::Usage { message, hint } => {
                self.say(ERROR, "error", message, hint.as_deref());
            }
            Failure::Broken { message, cause, hint } => {
                self.say(ERROR, "error", message, None);
                let cause: Option<&(dyn Error + 'static)> =
                    cause.as_deref().map(|cause| cause as &(dyn Error + 'static));
                for cause in iter::successors(cause, |&cause| cause.source()) {
                    self.line(&format!("  cause: {cause}"));
                }
                if let Some(hint) = hint {
                    self.line(&format!("  hint: {hint}"));
                }
            }
            Failure::Interrupted { message } => self.say(ERROR, "interrupted", message, None),
            Failure::Busy { message, hint } => self.say(ERROR, "error", message, Some(hint)),
            Failure::ClosedPipe => {}
        }
    }

    pub(crate) fn problem(self, problem: &Problem) {
        let label = format!("error[{}]", problem.code);
        self.say(ERROR, &label, &problem.to_string(), problem.hint.as_deref());
    }

    pub(crate) fn warning(self, message: &str, hint: Option<&str>) {
        if !self.quiet {
            self.say(WARNING, "warning", message, hint);
        }
    }

    /// What somebody has to look after, said even to those who want to hear of errors only.
    pub(crate) fn trouble(self, message: &str, hint: Option<&str>) {
        self.say(WARNING, "warning", message, hint);
    }

    pub(crate) fn note(self, message: &str, hint: Option<&str>) {
        if !self.quiet {
            self.say(NOTE, "note", message, hint);
        }
    }

    /// What was done, and how to go on.
    pub(crate) fn done(self, message: &str) {
        if !self.quiet {
            self.line(message);
        }
    }

    /// Data for people or programs.
    pub(crate) fn data(self, text: &str) -> Result<(), Failure> {
        let mut out = AutoStream::new(io::stdout(), self.color);
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::stdout)
    }

    /// A question on the terminal, with the answer that Enter gives.
    pub(crate) fn ask(self, question: &str, default: &str) -> Result<String, Failure> {
        self.prompt(&format!("{question} [{default}]: "));
        let mut answer = String::new();
        let read = io::stdin()
            .read_line(&mut answer)
            .map_err(|error| Failure::broken("cannot read the answer", error))?;
        if read == 0 {
            return Err(Failure::Interrupted { message: "nothing was written".to_owned() });
        }
        let answer = answer.trim();
        Ok(if answer.is_empty() { default.to_owned() } else { answer.to_owned() })
    }

    /// A question that is answered with yes or no: No, unless somebody types yes.
    pub(crate) fn confirm(self, question: &str) -> Result<bool, Failure> {
        self.prompt(&format!("{question} [y/N] "));
        let mut answer = String::new();
        io::stdin()
            .read_line(&mut answer)
            .map_err(|error| Failure::broken("cannot read the answer", error))?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// A question whose answer is not shown.
    pub(crate) fn ask_hidden(self, question: &str) -> Result<String, Failure> {
        self.prompt(&format!("{question}: "));
        rpassword::read_password().map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => {
                Failure::Interrupted { message: "nothing was written".to_owned() }
            }
            _ => Failure::broken("cannot read the answer", error),
        })
    }

    /// Shows how far a long job is, on a terminal only.
    pub(crate) fn progress(self, what: &'static str, length: usize) -> Progress {
        Progress::new(what, length, self.has_bars())
    }

    /// Whether bars are shown: on a terminal where nothing else comes between.
    fn has_bars(self) -> bool {
        !self.quiet && !self.verbose && io::stderr().is_terminal()
    }

    fn say(self, style: Style, label: &str, message: &str, hint: Option<&str>) {
        let mut text = format!("{style}{label}{style:#}: {message}\n");
        if let Some(hint) = hint {
            text.push_str("  hint: ");
            text.push_str(hint);
            text.push('\n');
        }
        self.print(&text);
    }

    fn line(self, message: &str) {
        self.print(&format!("{message}\n"));
    }

    fn prompt(self, text: &str) {
        self.print(text);
    }

    /// A terminal that is gone is no reason to fail.
    fn print(self, text: &str) {
        let mut out = AutoStream::new(io::stderr().lock(), self.color);
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }
}
