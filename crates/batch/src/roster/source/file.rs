//! The file that a source reads: opened, recognized by its beginning, and watched for changes.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::problem::Problem;

/// How much of a file is read to recognize its format, in octets: heading row and the first people of most rosters.
const START: usize = 1 << 16;

const WHICH_FILE: &str = "check `file` under [roster] in meeting.toml";

/// A file, and what it was like when it was opened.
#[derive(Debug)]
pub(super) struct RosterFile {
    path: PathBuf,
    shown: String,
    version: Option<Version>,
}

/// What tells two versions of a file apart without reading it.
#[derive(Debug, PartialEq, Eq)]
struct Version {
    length: u64,
    modified: SystemTime,
}

impl RosterFile {
    /// Opens a file and reads its beginning.
    pub(super) fn open(path: &Path, shown: &str) -> Result<(RosterFile, Vec<u8>), Problem> {
        // Checked before opening: opening a pipe waits until another program writes into it.
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            let message = "the roster is not a regular file";
            return Err(Problem::of_file("no-roster", shown, message).hint(WHICH_FILE));
        }
        let mut file =
            File::open(path).map_err(|error| unreadable(shown, &error).hint(WHICH_FILE))?;
        let version = version_of(path);
        let mut start = Vec::new();
        (&mut file)
            .take(START as u64)
            .read_to_end(&mut start)
            .map_err(|error| unreadable(shown, &error))?;
        let file = RosterFile { path: path.to_owned(), shown: shown.to_owned(), version };
        Ok((file, start))
    }

    /// Opens the file again, for reading from an offset in octets.
    pub(super) fn reopen(&self, offset: u64) -> Result<File, Problem> {
        let open = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(offset))?;
            Ok(file)
        };
        // Before each reading: the result of the survey holds only for the file that it read.
        self.check_unchanged()?;
        open().map_err(|error| self.unreadable(&error))
    }

    /// Reads the file from an offset in octets.
    pub(super) fn read<T>(
        &self,
        offset: u64,
        read: impl FnOnce(File) -> io::Result<T>,
    ) -> Result<T, Problem> {
        read(self.reopen(offset)?).map_err(|error| self.unreadable(&error))
    }

    /// The last octets of the file, as many as were read of its beginning.
    pub(super) fn end(&self) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(START as u64)))?;
        let mut end = Vec::new();
        file.take(START as u64).read_to_end(&mut end)?;
        Ok(end)
    }

    /// Refuses a file that has changed since it was opened.
    pub(super) fn check_unchanged(&self) -> Result<(), Problem> {
        if version_of(&self.path) == self.version {
            return Ok(());
        }
        let message = "the roster was changed while it was being read";
        Err(Problem::of_file("changed", &self.shown, message).hint("run the command again"))
    }

    /// The problem that the file cannot be read.
    pub(super) fn unreadable(&self, error: &io::Error) -> Problem {
        unreadable(&self.shown, error)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn shown(&self) -> &str {
        &self.shown
    }
}

fn version_of(path: &Path) -> Option<Version> {
    let metadata = fs::metadata(path).ok()?;
    Some(Version { length: metadata.len(), modified: metadata.modified().ok()? })
}

fn unreadable(shown: &str, error: &io::Error) -> Problem {
    // The common cases in words: `No such file or directory (os error 2)` is not a sentence for people.
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        _ => error.to_string(),
    };
    Problem::of_file("no-roster", shown, format!("cannot read the roster: {reason}"))
}
