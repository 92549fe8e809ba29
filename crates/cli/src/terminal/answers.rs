//! Where the answers to questions are typed.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _};

/// The terminal that the program belongs to, whatever its standard input is.
const CONTROLLING_TERMINAL: &str = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };

/// Where an answer is read from.
pub(super) enum Answers {
    /// Standard input.
    Input,
    /// The terminal that the program belongs to, because standard input was a file.
    Terminal(File),
}

impl Answers {
    /// Where somebody who sees a question can answer it; `None` if nobody can.
    pub(super) fn find(is_input_taken: bool) -> Option<Answers> {
        if !is_input_taken {
            // What is piped in was not written as an answer.
            return io::stdin().is_terminal().then_some(Answers::Input);
        }
        // The question is printed to standard error, and has to be seen.
        let is_seen = io::stderr().is_terminal();
        let terminal = File::options().read(true).write(true).open(CONTROLLING_TERMINAL);
        terminal.ok().filter(|_| is_seen).map(Answers::Terminal)
    }

    /// Reads one line; nothing at the end of the input.
    pub(super) fn read_line(&self) -> io::Result<String> {
        let mut line = String::new();
        match self {
            Answers::Input => io::stdin().read_line(&mut line)?,
            // A terminal hands over one line at a time, so nothing is lost with the buffer.
            Answers::Terminal(terminal) => BufReader::new(terminal).read_line(&mut line)?,
        };
        Ok(line)
    }
}

/// Whether an answer can be typed unseen: only on the terminal that the program belongs to. Under `su -c` it belongs to
/// none, although its standard input is a terminal.
pub(super) fn can_hide() -> bool {
    File::options().read(true).write(true).open(CONTROLLING_TERMINAL).is_ok()
}
