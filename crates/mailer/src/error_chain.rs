//! An error together with its causes, on one line.

use std::error::Error;
use std::fmt;
use std::iter;

/// Displays an error and its causes, joined by colons. For places that take a single string; elsewhere each cause
/// has a line of its own.
#[derive(Debug)]
pub struct ErrorChain<'e>(pub &'e (dyn Error + 'e));

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        for cause in iter::successors(self.0.source(), |&cause| cause.source()) {
            write!(f, ": {cause}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot connect")]
    struct Outer(#[source] io::Error);

    #[test]
    fn causes_follow_the_error() {
        let error = Outer(io::Error::other("refused"));
        assert_eq!(ErrorChain(&error).to_string(), "cannot connect: refused");
        assert_eq!(ErrorChain(&io::Error::other("refused")).to_string(), "refused");
    }
}
