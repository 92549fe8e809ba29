//! The files of a new meeting: planned, then all of them written, or none.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::report::Report;

/// The file that says what must not be published.
pub(super) const IGNORE: &str = ".gitignore";

/// What must not be published with a meeting folder.
pub(super) const IGNORED: &str = "\
# Secrets, links and messages are for one person each: they are not published.
app-secret
smtp-password
*.pk
links.*
qr/
preview/
outbox/
ledger.db*
";

/// A file that is going to be written.
pub(super) struct Planned {
    pub(super) name: PathBuf,
    pub(super) bytes: Vec<u8>,
    private: bool,
}

impl Planned {
    /// A file for whoever may see the folder.
    pub(super) fn open(name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Planned {
        Planned { name: name.into(), bytes: bytes.into(), private: false }
    }

    /// A file that its owner alone can read.
    pub(super) fn private(name: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) -> Planned {
        Planned { name: name.into(), bytes: bytes.into(), private: true }
    }

    fn is_ignore(&self) -> bool {
        self.name == Path::new(IGNORE)
    }
}

/// Refuses what cannot be written: over something that is there, or where no folder can be.
pub(super) fn refuse(dir: &Path, planned: &[Planned]) -> Result<(), Failure> {
    for file in planned {
        let path = dir.join(&file.name);
        if let Some(parent) = path.parent() {
            refuse_no_folder(parent)?;
        }
        if fs::symlink_metadata(&path).is_err() {
            continue;
        }
        if !file.is_ignore() {
            return Err(Failure::wrong(
                format!("`{}` is there already, and is not overwritten", path.display()),
                "name another folder, or take it away; `--roster` names a list you have",
            ));
        }
        if !fs::metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            return Err(Failure::wrong(
                format!("`{}` is there already, and is not a file", path.display()),
                "name another folder, or take it away",
            ));
        }
    }
    Ok(())
}

/// Refuses a folder that is something else, or would have to be made inside of something else.
fn refuse_no_folder(folder: &Path) -> Result<(), Failure> {
    let named = folder.ancestors().filter(|ancestor| !ancestor.as_os_str().is_empty());
    let Some(there) = named.into_iter().find(|path| fs::symlink_metadata(path).is_ok()) else {
        return Ok(());
    };
    let words = match fs::metadata(there) {
        Ok(metadata) if metadata.is_dir() => return Ok(()),
        Ok(_) => "is not a folder",
        Err(_) => "is a link that leads nowhere",
    };
    Err(Failure::wrong(
        format!("`{}` {words}", there.display()),
        "name another folder: meetmint init DIR",
    ))
}

/// Writes all files, or leaves nothing of them.
pub(super) fn write(dir: &Path, planned: &[Planned], report: Report) -> Result<(), Failure> {
    let mut made: Vec<PathBuf> = Vec::new();
    let written = write_each(dir, planned, &mut made, report);
    if written.is_err() {
        // The last made goes first: folders are empty by then.
        for path in made.iter().rev() {
            let _ = fs::remove_file(path).or_else(|_| fs::remove_dir(path));
        }
    }
    written
}

fn write_each(
    dir: &Path,
    planned: &[Planned],
    made: &mut Vec<PathBuf>,
    report: Report,
) -> Result<(), Failure> {
    for file in planned {
        let path = dir.join(&file.name);
        let failed =
            |error: io::Error| Failure::broken(format!("cannot write `{}`", path.display()), error);
        if let Some(parent) = path.parent() {
            let missing = parent.ancestors().take_while(|folder| {
                !folder.as_os_str().is_empty() && fs::symlink_metadata(folder).is_err()
            });
            let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
            made.extend(missing.into_iter().rev());
            fs::create_dir_all(parent).map_err(failed)?;
        }
        if file.is_ignore() && fs::symlink_metadata(&path).is_ok() {
            let names: Vec<&str> = IGNORED.lines().filter(|line| !line.starts_with('#')).collect();
            let hint = format!("see that it names {}", names.join(", "));
            report.note(&format!("`{}` is left as it is", path.display()), Some(&hint));
            continue;
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if file.private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let mut open = options.open(&path).map_err(failed)?;
        made.push(path.clone());
        open.write_all(&file.bytes).map_err(failed)?;
    }
    Ok(())
}
