//! Copying from a source that may have no end.

use std::io::{self, ErrorKind, Read, Write};

/// How many octets are copied at once.
const STEP: usize = 1 << 16;

/// Why not everything was copied.
#[derive(Debug)]
pub(crate) enum CopyError {
    /// The source has more than was allowed.
    TooLarge,
    /// The source cannot be read.
    Read(io::Error),
    /// The target cannot be written.
    Write(io::Error),
}

/// Copies everything up to the end of the source, and returns how many octets that were. At most `largest` of them are
/// written.
pub(crate) fn copy(
    source: &mut dyn Read,
    target: &mut dyn Write,
    largest: u64,
) -> Result<u64, CopyError> {
    let mut step = vec![0; STEP];
    let mut copied = 0;
    loop {
        let read = match source.read(&mut step) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(CopyError::Read(error)),
        };
        copied += read as u64;
        if copied > largest {
            return Err(CopyError::TooLarge);
        }
        target.write_all(&step[..read]).map_err(CopyError::Write)?;
    }
    target.flush().map_err(CopyError::Write)?;
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_without_an_end_is_not_copied() {
        let mut target = Vec::new();
        assert!(matches!(
            copy(&mut io::repeat(b'x'), &mut target, 100_000),
            Err(CopyError::TooLarge)
        ));
        assert!(target.len() <= 100_000);
    }

    #[test]
    fn as_much_as_is_allowed_is_copied() {
        let mut target = Vec::new();
        assert!(matches!(copy(&mut &b"abc"[..], &mut target, 3), Ok(3)));
        assert_eq!(target, b"abc");
        assert!(matches!(copy(&mut &b"abcd"[..], &mut Vec::new(), 3), Err(CopyError::TooLarge)));
    }
}
