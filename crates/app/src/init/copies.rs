//! The files of another meeting that a new one gets copies of.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use meetmint_mailer::Templates;

use super::files::{IGNORE_FILE, IGNORED, PlannedFile};
use crate::error::Error;
use crate::settings::FILE;

/// What a key of `meeting.toml` names.
#[derive(Clone, Copy)]
pub(super) enum Named {
    /// A file that only its owner may read.
    SecretFile,
    /// Another file.
    File,
    /// A folder of templates.
    Templates,
}

/// Files of the other meeting's folder that are copied.
pub(super) struct Copies<'f> {
    folder: &'f Path,
    files: Vec<PlannedFile>,
}

impl<'f> Copies<'f> {
    /// Nothing yet of this folder.
    pub(super) fn new(folder: &'f Path) -> Copies<'f> {
        Copies { folder, files: Vec::new() }
    }

    /// Adds what a key names, relative to the folder.
    ///
    /// # Errors
    /// If it does not exist, cannot be read, or is a file instead of a folder or the other way round.
    pub(super) fn add(&mut self, name: &Path, named: Named) -> Result<(), Error> {
        match named {
            Named::SecretFile => self.add_file(name, true),
            Named::File => self.add_file(name, false),
            Named::Templates => self.add_templates(name),
        }
    }

    fn add_file(&mut self, name: &Path, is_secret: bool) -> Result<(), Error> {
        let path = self.folder.join(name);
        if !fs::metadata(&path).map_err(|error| unreadable(&path, error))?.is_file() {
            return Err(wrong_name(&path, "is not a file"));
        }
        // Without `./`, so that a file is found again if several keys name it.
        let name: PathBuf =
            name.components().filter(|part| matches!(part, Component::Normal(_))).collect();
        // A meeting.toml is written in any case: the edited one.
        if name == Path::new(FILE) || self.files.iter().any(|file| file.name == name) {
            return Ok(());
        }
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        self.files.push(if is_secret {
            PlannedFile::private(name, bytes)
        } else {
            PlannedFile::new(name, bytes)
        });
        Ok(())
    }

    fn add_templates(&mut self, name: &Path) -> Result<(), Error> {
        let path = self.folder.join(name);
        if !fs::metadata(&path).map_err(|error| unreadable(&path, error))?.is_dir() {
            return Err(wrong_name(&path, "is not a folder"));
        }
        // Templates may lie in the meeting folder itself, beside link files and messages.
        let among_others = name.components().all(|part| part == Component::CurDir);
        let mut names: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(&path).map_err(|error| unreadable(&path, error))? {
            let entry = PathBuf::from(entry.map_err(|error| unreadable(&path, error))?.file_name());
            if path.join(&entry).is_file() && is_template(&entry, among_others) {
                names.push(name.join(entry));
            }
        }
        // In one order on every file system.
        names.sort();
        names.iter().try_for_each(|name| self.add_file(name, false))
    }

    /// The files in the order of the keys, and a `.gitignore`: the other meeting's, or that of every new meeting.
    pub(super) fn into_files(mut self) -> Vec<PlannedFile> {
        let ignore_file = Path::new(IGNORE_FILE);
        if self.files.iter().all(|file| file.name != ignore_file) {
            let path = Some(self.folder.join(ignore_file)).filter(|path| path.is_file());
            let bytes = path.and_then(|path| fs::read(path).ok());
            self.files.push(PlannedFile::new(ignore_file, bytes.unwrap_or_else(|| IGNORED.into())));
        }
        self.files
    }
}

/// Whether a file is a template: it has the name of a built-in one, or a template may include it. Files that other
/// commands write never are.
fn is_template(name: &Path, built_in_only: bool) -> bool {
    let Some(text) = name.to_str() else { return false };
    let is_output = text.starts_with("links.") || text.starts_with("ledger.");
    let extension = name.extension().and_then(|extension| extension.to_str());
    let may_be_included = !is_output && matches!(extension, Some("html" | "txt"));
    (may_be_included && !built_in_only)
        || Templates::built_in_files().any(|(built_in, _)| built_in == text)
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => wrong_name(path, "does not exist"),
        _ => Error::failed("file", format!("cannot read `{}`", path.display())).caused_by(error),
    }
}

fn wrong_name(path: &Path, what: &str) -> Error {
    Error::invalid(
        "like",
        format!("the other meeting refers to `{}`, which {what}", path.display()),
        "correct the other meeting first",
    )
}
