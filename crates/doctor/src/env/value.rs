//! The value of a variable, or why it is not known.

use std::fmt;

use crate::place::Position;

/// The value of a variable. `{:?}` does not show it: it may be a secret.
#[derive(Clone)]
pub(crate) struct EnvValue {
    pub(crate) text: Result<String, NotKnown>,
    pub(crate) at: Position,
    /// Whether it has the default of a variable, which the shell's environment may set.
    pub(crate) has_default: bool,
}

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotKnown {
    /// A variable that is not set above, so that it comes from the shell's environment.
    Variable,
    /// A `$` that begins no variable: Docker Compose refuses the file.
    Dollar,
    /// It is larger than any setting.
    TooLarge,
}

impl fmt::Debug for EnvValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Ok(_) => f.write_str("EnvValue(…)"),
            Err(why) => write!(f, "EnvValue({why:?})"),
        }
    }
}
