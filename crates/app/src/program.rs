//! Running a program for its output, without a shell.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use crate::limited_copy::{self, CopyError};
use crate::waiting::{self, Deadline, Unfinished};

/// The longest pause between two looks whether a program that has closed its output has ended.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);

/// A program, and what it may do.
pub(crate) struct Run<'r> {
    pub(crate) program: &'r str,
    pub(crate) arguments: &'r [String],
    /// The folder that it runs in; empty for the current one.
    pub(crate) folder: &'r Path,
    /// Whether it gets this program's standard input. If not, it gets none.
    pub(crate) input: bool,
    /// The most octets of its output.
    pub(crate) largest: u64,
    /// How long it may run.
    pub(crate) limit: Option<Duration>,
    /// Whether it and what it starts are a process group of their own, so that all of them can be ended. Such a group
    /// cannot ask anything on the terminal, and Ctrl-C there does not reach it.
    pub(crate) own_group: bool,
    /// Whether this program has been asked to stop.
    pub(crate) interrupted: &'r dyn Fn() -> bool,
}

/// Why there is no output that counts.
#[derive(Debug)]
pub(crate) enum RunError {
    /// There is no such program.
    NotFound,
    /// The system could not start it.
    NotStarted(io::Error),
    /// It failed, or was ended by a signal. There may be output all the same: half of it.
    Failed(ExitStatus),
    /// Its output is larger than was allowed.
    TooLarge,
    /// It did not end in time.
    TimedOut,
    /// This program has been asked to stop.
    Interrupted,
    /// Its output cannot be read.
    Unreadable(io::Error),
    /// Its output cannot be stored.
    NotStored(io::Error),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // The system says "no such file", which sounds as if the program had run and missed a file.
            RunError::NotFound => f.write_str("the command was not found"),
            RunError::NotStarted(error)
            | RunError::Unreadable(error)
            | RunError::NotStored(error) => error.fmt(f),
            RunError::Failed(status) => status.fmt(f),
            RunError::TooLarge => f.write_str("its output is too large"),
            RunError::TimedOut => f.write_str("it did not end in time"),
            RunError::Interrupted => f.write_str("interrupted"),
        }
    }
}

/// Whether somebody can be asked on a terminal: programs such as `ssh` open it themselves to ask for a passphrase.
pub(crate) fn has_terminal() -> bool {
    cfg!(unix) && OpenOptions::new().read(true).write(true).open("/dev/tty").is_ok()
}

/// Runs a program, and writes its output to a target, which is returned. Its error output is this program's.
pub(crate) fn run<W: Write + Send + 'static>(run: &Run<'_>, target: W) -> Result<W, RunError> {
    let deadline = Deadline::after(run.limit);
    let mut command = Command::new(path_of(run));
    if !run.folder.as_os_str().is_empty() {
        command.current_dir(run.folder);
    }
    command.args(run.arguments).stdout(Stdio::piped());
    command.stdin(if run.input { Stdio::inherit() } else { Stdio::null() });
    #[cfg(unix)]
    if run.own_group {
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
    }
    let mut child = command.spawn().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => RunError::NotFound,
        _ => RunError::NotStarted(error),
    })?;
    let result = read_all(run, &mut child, target, deadline);
    if !matches!(result, Ok(_) | Err(RunError::Failed(_))) {
        end(&mut child, run.own_group);
    }
    result
}

/// The program, for a command that runs in another folder. A path is relative to that folder, which the standard library
/// does not promise.
fn path_of(run: &Run<'_>) -> PathBuf {
    let program = Path::new(run.program);
    // A name alone is looked for in `PATH`.
    if !run.program.contains(std::path::is_separator) {
        return program.to_owned();
    }
    std::path::absolute(run.folder.join(program)).unwrap_or_else(|_| program.to_owned())
}

fn read_all<W: Write + Send + 'static>(
    run: &Run<'_>,
    child: &mut Child,
    mut target: W,
    deadline: Deadline,
) -> Result<W, RunError> {
    if let Some(mut output) = child.stdout.take() {
        let largest = run.largest;
        // In a thread, because reading a pipe has no time limit. If another program still has the pipe open when this one
        // is ended, the thread is left behind.
        let work = waiting::start(move || {
            limited_copy::copy(&mut output, &mut target, largest).map(|_| target)
        });
        target = waiting::wait(&work, deadline, run.interrupted).map_err(unfinished)?.map_err(
            |error| match error {
                CopyError::TooLarge => RunError::TooLarge,
                CopyError::Read(error) => RunError::Unreadable(error),
                CopyError::Write(error) => RunError::NotStored(error),
            },
        )?;
    }
    // Checked even if there is output: a program that fails may have printed half of it.
    let status = wait_for(child, deadline, run.interrupted)?;
    match status.success() {
        true => Ok(target),
        // On a terminal, Ctrl-C ends the program as well, and is no failure of it.
        false if (run.interrupted)() => Err(RunError::Interrupted),
        false => Err(RunError::Failed(status)),
    }
}

/// Waits for the end of a program that has closed its output, which usually follows at once.
fn wait_for(
    child: &mut Child,
    deadline: Deadline,
    interrupted: &dyn Fn() -> bool,
) -> Result<ExitStatus, RunError> {
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().map_err(RunError::Unreadable)? {
            return Ok(status);
        }
        let step = deadline.left(pause);
        if interrupted() {
            return Err(RunError::Interrupted);
        }
        if step.is_zero() {
            return Err(RunError::TimedOut);
        }
        thread::sleep(step);
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}

fn unfinished(unfinished: Unfinished) -> RunError {
    match unfinished {
        Unfinished::TimedOut => RunError::TimedOut,
        Unfinished::Interrupted => RunError::Interrupted,
        Unfinished::Failed => RunError::Unreadable(io::Error::other("the reading thread ended")),
    }
}

/// Ends a program, and everything in its group. It leaves no zombie.
fn end(child: &mut Child, own_group: bool) {
    #[cfg(unix)]
    if own_group {
        // Before it is waited for: until then, no other process can get its number.
        let group = rustix::process::Pid::from_child(child);
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = own_group;
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests;
