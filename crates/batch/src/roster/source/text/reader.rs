//! Reading the text of a file from some place on.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::sync::{Mutex, PoisonError};

/// Reads the text of a file, in UTF-8.
#[derive(Debug)]
pub(in super::super) enum TextReader<'t> {
    /// The file itself.
    Original(File),
    /// The copy in UTF-8, which all readers share.
    Decoded {
        copy: &'t Mutex<File>,
        /// Where this reader has got to.
        position: u64,
    },
}

impl Read for TextReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            TextReader::Original(file) => file.read(buffer),
            TextReader::Decoded { copy, position } => {
                // Whatever a reader that panicked left behind: the place is set before each reading.
                let mut copy = copy.lock().unwrap_or_else(PoisonError::into_inner);
                copy.seek(SeekFrom::Start(*position))?;
                let read = copy.read(buffer)?;
                *position += read as u64;
                Ok(read)
            }
        }
    }
}
