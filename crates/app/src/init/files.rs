//! The files of a new meeting: all of them are written, or none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use meetmint_batch::{AtomicFile, AtomicFileError};
use meetmint_mailer::sync_folder;

use crate::error::Error;

/// The file that lists what must not be published.
pub(super) const IGNORE_FILE: &str = ".gitignore";

/// What must not be published with a meeting folder. It covers what every command may write, and the
/// secrets and keys that people keep beside it.
pub(super) const IGNORED: &str = "\
# Secrets, personal data, personal links and messages must not be published.
app-secret
smtp-password
*.pk
*.pem
*.key
links.*
*.csv
*.CSV
*.jsonl
*.eml
.meetmint-*
outbox/
*.db
*.db-*
*.db.*
";

/// What to do where a folder has a meeting already.
pub(super) fn another_folder(dir: &Path) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let dir = dir.to_str().filter(|dir| !dir.is_empty() && dir.chars().all(is_plain));
    let other = format!("{}2", dir.unwrap_or("autumn").trim_end_matches('/'));
    format!("edit that file, or choose another folder, for example: meetmint init {other}")
}

/// What to do where a folder cannot be used.
pub(super) const OTHER_FOLDER: &str = "choose another folder: meetmint init DIR";

/// A file that is going to be written.
pub(super) struct PlannedFile {
    pub(super) name: PathBuf,
    pub(super) bytes: Vec<u8>,
    private: bool,
}

impl PlannedFile {
    /// A file that others may read, if the folder lets them.
    pub(super) fn new(name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> PlannedFile {
        PlannedFile { name: name.into(), bytes: bytes.into(), private: false }
    }

    /// A file that only its owner may read.
    pub(super) fn private(name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> PlannedFile {
        PlannedFile { private: true, ..PlannedFile::new(name, bytes) }
    }

    fn is_ignore_file(&self) -> bool {
        self.name == Path::new(IGNORE_FILE)
    }
}

/// What became of planned files.
pub(super) struct WrittenFiles {
    /// The files that were written.
    pub(super) paths: Vec<PathBuf>,
    /// The `.gitignore`, if there was one before.
    pub(super) kept_ignore_file: Option<PathBuf>,
    /// The patterns of [`IGNORED`] that it lacks.
    pub(super) not_ignored: Vec<&'static str>,
}

/// The patterns of [`IGNORED`] that the text of another `.gitignore` lacks. `*` alone covers everything.
fn not_ignored(text: &str) -> Vec<&'static str> {
    let has = |pattern: &str| {
        text.lines().any(|line| line.trim_end() == pattern || line.trim_end() == "*")
    };
    IGNORED.lines().filter(|line| !line.starts_with('#') && !has(line)).collect()
}

/// Refuses to overwrite a file, and to make a folder where there can be none.
pub(super) fn check(dir: &Path, planned: &[PlannedFile]) -> Result<(), Error> {
    for file in planned {
        let path = dir.join(&file.name);
        if let Some(parent) = path.parent() {
            check_folder(parent)?;
        }
        if fs::symlink_metadata(&path).is_err() {
            continue;
        }
        // An existing .gitignore is kept: people have one in a folder that is under version control.
        if !file.is_ignore_file() {
            return Err(Error::invalid(
                "file-exists",
                format!("`{}` already exists, and is not overwritten", path.display()),
                "choose another folder, or move the file away; to use a roster that exists, name it with `--roster`",
            ));
        }
        if !fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            return Err(Error::invalid(
                "not-a-file",
                format!("`{}` already exists, and is not a file", path.display()),
                "choose another folder, or move it away",
            ));
        }
    }
    Ok(())
}

/// Refuses a folder if the nearest part of its path that exists is something else.
fn check_folder(folder: &Path) -> Result<(), Error> {
    let mut parts = folder.ancestors().filter(|part| !part.as_os_str().is_empty());
    let Some(existing) = parts.find(|part| fs::symlink_metadata(part).is_ok()) else {
        return Ok(());
    };
    let what = match fs::metadata(existing) {
        Ok(metadata) if metadata.is_dir() => return Ok(()),
        Ok(_) => "is not a folder",
        Err(_) => "is a broken symbolic link",
    };
    let message = format!("`{}` {what}", existing.display());
    Err(Error::invalid("not-a-folder", message, OTHER_FOLDER))
}

/// Writes all files, each complete or not at all, and syncs them to the disk. If one cannot be written, those before it
/// are removed, and so are new folders.
pub(super) fn write(dir: &Path, planned: &[PlannedFile]) -> Result<WrittenFiles, Error> {
    let mut created = Vec::new();
    let mut written =
        WrittenFiles { paths: Vec::new(), kept_ignore_file: None, not_ignored: Vec::new() };
    let failed = |path: &Path, created: &[PathBuf], error: io::Error| {
        // Newest first, because a folder has to be empty. What cannot be removed stays: the first error is the one to
        // report.
        for path in created.iter().rev() {
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
        Error::failed("file", format!("cannot write `{}`", path.display())).caused_by(error)
    };
    for file in planned {
        let path = dir.join(&file.name);
        match write_one(&path, file, &mut created) {
            Ok(true) => written.paths.push(path),
            Ok(false) => {
                // One that cannot be read lacks everything.
                written.not_ignored = not_ignored(&fs::read_to_string(&path).unwrap_or_default());
                written.kept_ignore_file = Some(path);
            }
            Err(error) => return Err(failed(&path, &created, error)),
        }
    }
    // The names of the files, and those of new folders.
    let folders: BTreeSet<&Path> = created.iter().filter_map(|path| path.parent()).collect();
    for folder in folders {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        sync_folder(folder).map_err(|error| failed(folder, &created, error))?;
    }
    Ok(written)
}

/// Writes a file, unless it is a `.gitignore` that exists. Adds each new folder and file to `created`.
fn write_one(path: &Path, file: &PlannedFile, created: &mut Vec<PathBuf>) -> io::Result<bool> {
    if let Some(parent) = path.parent() {
        let missing = parent.ancestors().take_while(|folder| {
            !folder.as_os_str().is_empty() && fs::symlink_metadata(folder).is_err()
        });
        let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        created.extend(missing.into_iter().rev());
        fs::create_dir_all(parent)?;
    }
    if file.is_ignore_file() && fs::symlink_metadata(path).is_ok() {
        return Ok(false);
    }
    let begun = if file.private { AtomicFile::new(path) } else { AtomicFile::readable(path) };
    let written = begun.and_then(|mut whole| {
        whole.write(&file.bytes)?;
        // Not replaced: a file may have appeared while a question was open.
        whole.finish_new()
    });
    written.map_err(cause)?;
    created.push(path.to_owned());
    Ok(true)
}

/// Why a file could not be written. The caller names the file.
fn cause(error: AtomicFileError) -> io::Error {
    match error {
        AtomicFileError::Create(_, cause) | AtomicFileError::Write(_, cause) => cause,
        other => io::Error::other(other),
    }
}
