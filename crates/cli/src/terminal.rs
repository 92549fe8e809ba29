//! The terminal: everything that is printed, and everything that is asked. Nothing else prints.
//!
//! Data goes to standard output, messages to standard error. Messages can be read without colors.

mod answers;
mod progress;

use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::thread;
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use meetmint_app::{
    Confirmation, ErasureQuestion, Error, ErrorClass, Event, FrontEnd, Notice, Question, Severity,
    TrialQuestion,
};
use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use crate::cli::{Color, Global};
use crate::environment::named_meeting;
use crate::exit::is_closed_pipe;
use crate::words;
use crate::words::meeting_option::{meeting_option, with_option};
use answers::Answers;
use progress::Progress;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const NOTE: Style = AnsiColor::Cyan.on_default().bold();

/// Begins a color (ECMA-48 §5.3).
const ESCAPE: char = '\u{1b}';

/// How many octets of data are printed at once.
const DATA_CHUNK: usize = 1 << 15;

/// How often a question looks whether it was interrupted: a person notices no delay.
const INTERRUPT_INTERVAL: Duration = Duration::from_millis(50);

/// The terminal, or whatever standard input, output and error are connected to.
pub(crate) struct Terminal {
    quiet: bool,
    verbose: bool,
    color: ColorChoice,
    /// The option that names the meeting, for commands in hints; empty for the nearest one.
    meeting_option: String,
    // An atomic, because a signal handler must neither lock nor allocate.
    interrupted: Arc<AtomicBool>,
    /// Whether standard input was read, as a list of people or a file of the server. The answers to questions then come from the terminal itself.
    input_taken: AtomicBool,
    /// Whether the handlers of signals are registered.
    signals: Once,
    progress: Mutex<Progress>,
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Terminal {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            // Not `Always`, which may use the console functions of Windows: the output can go to a file or a pager.
            Color::Always => ColorChoice::AlwaysAnsi,
            Color::Never => ColorChoice::Never,
        };
        let Global { quiet, verbose, .. } = *global;
        // Also for the variable: a command that is copied from a log has to work where that is not set.
        let named = global.meeting.clone().or_else(named_meeting);
        // The lines that -v prints come so often that a bar would only flicker between them.
        let bars = !quiet && !verbose && io::stderr().is_terminal();
        Terminal {
            quiet,
            verbose,
            color,
            meeting_option: meeting_option(named.as_deref()),
            interrupted: Arc::new(AtomicBool::new(false)),
            input_taken: AtomicBool::new(false),
            signals: Once::new(),
            progress: Mutex::new(Progress::new(bars)),
        }
    }

    /// Set when the program is asked to stop.
    pub(crate) fn interrupted(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.interrupted)
    }

    /// Standard input, to be read as a file; `None` if it is a terminal.
    pub(crate) fn take_piped_input(&self) -> Option<Box<dyn Read + Send>> {
        if io::stdin().is_terminal() {
            return None;
        }
        self.input_taken.store(true, Ordering::Relaxed);
        Some(Box::new(io::stdin()))
    }

    /// Whether `-v` was given.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// The same text with the option that names the meeting in each command that it tells people to run.
    pub(crate) fn with_meeting(&self, text: &str) -> String {
        with_option(text, &self.meeting_option)
    }

    /// The option that names the meeting, with a space before it; empty for the nearest one.
    pub(crate) fn meeting_option(&self) -> &str {
        &self.meeting_option
    }

    /// Whether `-q` was given.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Prints data to standard output, whatever `-q` says.
    pub(crate) fn data(&self, text: &str) -> Result<(), Error> {
        // With `--color auto`, anstream removes colors if this is no terminal, or `NO_COLOR` is set. It looks at every
        // octet for that, which takes long where there is no color to remove.
        let color = if text.contains(ESCAPE) { self.color } else { ColorChoice::AlwaysAnsi };
        let mut out = AutoStream::new(io::stdout(), color);
        // Flushed, so that a full disk or a closed pipe is noticed here and not lost at exit.
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::output)
    }

    /// Prints a result as JSON to standard output.
    #[expect(clippy::unused_self, reason = "only the terminal prints")]
    pub(crate) fn json(&self, value: &impl Serialize) -> Result<(), Error> {
        // Written while it is read, because it may be long. JSON has no color: it escapes that character.
        let mut out = BufWriter::with_capacity(DATA_CHUNK, io::stdout());
        serde_json::to_writer_pretty(&mut out, value)
            .map_err(io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush())
            .map_err(Error::output)
    }

    /// Prints lines to standard output while they are made. Each ends with a line break.
    pub(crate) fn lines_of(
        &self,
        lines: impl Iterator<Item = Result<String, Error>>,
    ) -> Result<(), Error> {
        let mut some = String::new();
        for line in lines {
            some.push_str(&line?);
            if some.len() >= DATA_CHUNK {
                self.data(&some)?;
                some.clear();
            }
        }
        self.data(&some)
    }

    /// Prints what was done and what to do next; nothing with `-q`.
    pub(crate) fn done(&self, message: &str) {
        if !self.quiet {
            self.print(&format!("{}\n", self.with_meeting(message)));
        }
    }

    /// Prints a notice; with `-q` only if somebody has to act.
    pub(crate) fn notice(&self, notice: &Notice) {
        let (style, label) = match notice.severity {
            Severity::Note => (NOTE, "note"),
            Severity::Warning | Severity::Action => (WARNING, "warning"),
        };
        if !self.quiet || notice.severity == Severity::Action {
            let message = self.with_meeting(&notice.message);
            self.say(style, label, &message, notice.hint.as_deref());
        }
    }

    /// Prints an error with its causes and its hint, or each problem that it consists of.
    pub(crate) fn error(&self, error: &Error) {
        // The reader has closed the pipe on purpose, as `head` does.
        if is_closed_pipe(error) {
            return;
        }
        for problem in error.all_problems() {
            let label = format!("error[{}]", problem.code);
            self.say(ERROR, &label, &problem.to_string(), problem.hint.as_deref());
        }
        if error.more_problems() > 0 {
            self.say(ERROR, "error", &format!("{} more problems", error.more_problems()), None);
        }
        // The message of the error itself is only that of the first problem.
        if !error.all_problems().is_empty() {
            return;
        }
        let label = match error.class() {
            // The answer was no, and that was done: a label would make it look like a mistake.
            ErrorClass::Declined => String::new(),
            // The person stopped it: nothing has gone wrong.
            ErrorClass::Interrupted => format!("{ERROR}interrupted{ERROR:#}: "),
            _ => format!("{ERROR}error[{}]{ERROR:#}: ", error.code()),
        };
        let mut lines = vec![format!("{label}{error}")];
        lines.extend(error.causes().map(|cause| format!("  cause: {cause}")));
        let hint = error.hint().map(|hint| self.with_meeting(hint));
        lines.extend(hint.map(|hint| format!("  hint: {hint}")));
        self.print(&(lines.join("\n") + "\n"));
    }

    fn say(&self, style: Style, label: &str, message: &str, hint: Option<&str>) {
        let hint = hint.map(|hint| self.with_meeting(hint));
        let hint = hint.map(|hint| format!("  hint: {hint}\n")).unwrap_or_default();
        self.print(&format!("{style}{label}{style:#}: {message}\n{hint}"));
    }

    fn print(&self, text: &str) {
        // Otherwise the text would be printed into the line of the bar.
        self.progress().suspend(|| {
            let mut out = AutoStream::new(io::stderr().lock(), self.color);
            // A terminal that is gone is no reason to fail: what is in flight has to be recorded.
            let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        });
    }

    /// Reads an answer while signals only set a flag. Ctrl-C at a question ends the program, and what is typed
    /// afterwards answers nothing.
    fn read_line_unless_interrupted(
        &self,
        answers: Answers,
        interrupted: fn() -> Error,
    ) -> Result<String, Error> {
        let (sender, receiver) = channel();
        // Reading goes on after a signal, so it has a thread of its own, which ends with the program.
        thread::spawn(move || sender.send(read_line(&answers)));
        let answer = loop {
            match receiver.recv_timeout(INTERRUPT_INTERVAL) {
                Err(RecvTimeoutError::Timeout) if !self.interrupted.load(Ordering::Relaxed) => {}
                Ok(answer) => break answer,
                Err(_) => {
                    // The cursor is behind the question.
                    self.print("\n");
                    break Err(interrupted());
                }
            }
        };
        // The signal may have come together with the answer.
        if self.interrupted.load(Ordering::Relaxed) { Err(interrupted()) } else { answer }
    }

    /// Shows lines, or why there are none.
    fn lines(&self, lines: Result<String, Error>) {
        // An event has no result. Whatever is wrong with the disk ends the command at its next step.
        self.done(lines.unwrap_or_else(|error| error.to_string()).trim_end());
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        // After a panic in another thread, messages still have to be printed.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FrontEnd for Terminal {
    fn event(&self, event: &Event<'_>) {
        match *event {
            Event::Notice(notice) => self.notice(notice),
            Event::Columns(columns) => self.done(words::columns::columns(columns).trim_end()),
            Event::Server(values) => self.done(words::server::server(values).trim_end()),
            Event::Plan(plan) => self.lines(words::plan::plan(plan, self.verbose)),
            Event::Messages(messages) => {
                self.lines(words::plan::messages(messages, self.verbose));
            }
            Event::Conversation(line) => self.done(line),
            Event::Progress { task, done, total } => self.progress().show(task, done, total),
            Event::Delivery { tally, mailed } => {
                let line = self.progress().deliver(tally, mailed);
                if let Some(line) = line {
                    self.done(&line);
                }
            }
            Event::Joining(who) => self.progress().step(&words::jitsi_server::joining(who)),
            Event::ProgressEnded => self.progress().end(),
        }
    }

    fn confirm(&self, question: &Confirmation) -> Result<bool, Error> {
        let input_taken = self.input_taken.load(Ordering::Relaxed);
        let Some(answers) = Answers::find(input_taken) else {
            let message = "sending mail needs a confirmation, and there is no terminal to ask on";
            return Err(Error::usage("no-terminal", message)
                .with_hint("use `--yes` to send without a confirmation"));
        };
        self.print(&words::question::question(question));
        let answer = self.read_line_unless_interrupted(answers, interrupted_question)?;
        // Everything else is a no: mail cannot be called back.
        Ok(is_yes(&answer))
    }

    fn confirm_trial(&self, question: &TrialQuestion) -> Result<bool, Error> {
        let Some(answers) = Answers::find(self.input_taken.load(Ordering::Relaxed)) else {
            let error = Error::usage("no-terminal", TrialQuestion::UNANSWERED);
            return Err(error.with_hint(TrialQuestion::WITHOUT_QUESTION));
        };
        self.print(&words::question::trial(question));
        let nothing_asked: fn() -> Error =
            || Error::interrupted("no answer was given, and the server was not tested");
        let answer = self.read_line_unless_interrupted(answers, nothing_asked)?;
        Ok(is_yes(&answer))
    }

    fn confirm_erasure(&self, question: &ErasureQuestion) -> Result<bool, Error> {
        let Some(answers) = Answers::find(self.input_taken.load(Ordering::Relaxed)) else {
            let error = Error::usage("no-terminal", ErasureQuestion::UNANSWERED);
            return Err(error.with_hint(ErasureQuestion::WITHOUT_QUESTION));
        };
        self.print(&words::ledger::question(question));
        let nothing_erased: fn() -> Error =
            || Error::interrupted("no answer was given, and nothing was erased");
        let answer = self.read_line_unless_interrupted(answers, nothing_erased)?;
        Ok(is_yes(&answer))
    }

    fn ask(&self, question: &Question<'_>) -> Result<Option<String>, Error> {
        // A script gets the defaults, so that `init` can be automated.
        if self.quiet || !io::stderr().is_terminal() {
            return Ok(None);
        }
        // The terminal itself, where standard input was a file of the server.
        let Some(answers) = Answers::find(self.input_taken.load(Ordering::Relaxed)) else {
            return Ok(None);
        };
        if let Some(error) = question.refused {
            self.error(error);
        }
        if question.secret && !answers::can_hide() {
            let error = Error::usage("no-terminal", words::question::CANNOT_HIDE);
            return Err(error.with_hint(words::question::WITHOUT_HIDING));
        }
        let default = question.default.map(|default| format!(" [{default}]")).unwrap_or_default();
        self.print(&format!("{}{default}: ", question.text));
        let nothing_done: fn() -> Error = || Error::interrupted("nothing was written");
        if question.secret {
            // While what is typed is hidden, Ctrl-C is a key that raises the signal: it must not end the program before
            // the terminal shows again what is typed.
            self.defer_interruptions();
            read_hidden().map(Some)
        } else {
            // After a hidden question, a signal only sets a flag.
            self.read_line_unless_interrupted(answers, nothing_done).map(Some)
        }
    }

    fn defer_interruptions(&self) {
        // Registered twice, the first signal would end the program: the handler of the second registration would find
        // the flag that the first one has just set.
        self.signals.call_once(|| {
            // SIGHUP comes when the terminal is closed, SIGTERM when the machine shuts down.
            for signal in [SIGINT, SIGTERM, SIGHUP] {
                // A second signal ends the program at once; this handler comes first, so the first one only sets the
                // flag.
                let flag = self.interrupted();
                let _ = signal_hook::flag::register_conditional_default(signal, flag);
                let _ = signal_hook::flag::register(signal, self.interrupted());
            }
        });
    }

    fn is_verbose(&self) -> bool {
        self.verbose
    }
}

fn is_yes(answer: &str) -> bool {
    matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
}

fn interrupted_question() -> Error {
    Error::interrupted("no answer was given, and nothing was sent")
}

fn read_line(answers: &Answers) -> Result<String, Error> {
    let answer = answers.read_line().map_err(unreadable)?;
    // End of input, which Ctrl-D makes. Enter alone gives a line break.
    if answer.is_empty() {
        Err(Error::interrupted("the question was not answered"))
    } else {
        Ok(answer)
    }
}

fn read_hidden() -> Result<String, Error> {
    rpassword::read_password().map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted => {
            Error::interrupted("nothing was written")
        }
        _ => unreadable(error),
    })
}

fn unreadable(error: io::Error) -> Error {
    Error::failed("answer", "cannot read the answer").caused_by(error)
}
