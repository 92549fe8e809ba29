//! Which `meeting.toml` an operation works on: the one that is named, or the nearest one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::context::Context;
use crate::error::Error;
use crate::settings::{FILE, locate};

/// The environment variable that names a meeting folder, or its file. An empty value counts as unset.
pub const MEETING_VARIABLE: &str = "MEETMINT_MEETING";

/// The code of errors about a meeting that is not there.
const CODE: &str = "no-meeting";

/// Finds the file of the meeting: as the context names it, as the variable does, or else the nearest one.
///
/// # Errors
/// If there is none, or the nearest one must not be trusted.
pub(crate) fn meeting_file(context: &Context) -> Result<PathBuf, Error> {
    find(context)?.ok_or_else(|| {
        let here = match std::env::current_dir() {
            Ok(folder) => format!("the current folder, `{}`,", folder.display()),
            Err(_) => "the current folder".to_owned(),
        };
        let message = format!("there is no {FILE} in {here} or in any folder above it");
        let hint = format!(
            "create one with `meetmint init`, or name another folder with `--meeting PATH` or the variable {MEETING_VARIABLE}"
        );
        Error::invalid(CODE, message, hint)
    })
}

/// As [`meeting_file`]; `None` if no meeting was named, and none is near.
///
/// # Errors
/// If the file that the variable names does not exist, or the nearest one must not be trusted. A file that the context
/// names is not looked at.
pub(crate) fn find(context: &Context) -> Result<Option<PathBuf>, Error> {
    if let Some(named) = &context.meeting {
        return Ok(Some(locate(named)));
    }
    let variable = (context.environment.variable)(MEETING_VARIABLE);
    if let Some(named) = variable.filter(|named| !named.is_empty()) {
        let file = locate(Path::new(&named));
        // Whoever has forgotten the variable would look for the path on the command line.
        if !file.exists() {
            let message = format!("`{}` does not exist", file.display());
            let hint = format!(
                "the environment variable {MEETING_VARIABLE} names it: correct or unset it, or use `--meeting PATH`"
            );
            return Err(Error::invalid(CODE, message, hint));
        }
        return Ok(Some(file));
    }
    nearest()
}

/// The `meeting.toml` in the current folder, or else in the first folder above that has one. The path is relative to the
/// current folder, so that it is short, and can be copied from a message.
fn nearest() -> Result<Option<PathBuf>, Error> {
    let mut file = PathBuf::from(FILE);
    let mut folder = PathBuf::from(".");
    // Not its own ancestors: `..` goes on from where a link leads, as it does in every program that is given the path.
    let levels = std::env::current_dir().map_or(0, |here| here.ancestors().count().max(1) - 1);
    for level in 0..=levels {
        // A link that leads nowhere is found, too. The error then names it.
        if file.symlink_metadata().is_ok() {
            refuse_strangers(&folder, &file, level > 0)?;
            return Ok(Some(file));
        }
        folder = if level == 0 { PathBuf::from("..") } else { folder.join("..") };
        file = folder.join(FILE);
    }
    Ok(None)
}

/// Refuses a file that somebody else may have put there: a meeting folder can run programs. In the current folder, that
/// matters only if everybody may write there, because a person chooses where to run a command.
#[cfg(unix)]
fn refuse_strangers(folder: &Path, file: &Path, is_above: bool) -> Result<(), Error> {
    use std::os::unix::fs::MetadataExt as _;

    let user = rustix::process::geteuid().as_raw();
    let of_folder = fs::metadata(folder).ok();
    let is_public = of_folder.as_ref().is_some_and(|folder| folder.mode() & 0o002 != 0);
    if !is_above && !is_public {
        return Ok(());
    }
    let of_link = fs::symlink_metadata(file).ok();
    // What a link leads to counts as well, and the folder: whoever owns it can put other files into it.
    let places = [(file, of_link), (file, fs::metadata(file).ok()), (folder, of_folder)];
    let owned = places.into_iter().filter_map(|(path, found)| Some((path, found?.uid())));
    let Some((path, owner)) = owned.into_iter().find(|(_, owner)| !is_trusted(*owner, user)) else {
        return Ok(());
    };
    let (path, folder) = (path.display(), folder.display());
    let message =
        format!("`{path}` belongs to another user (uid {owner}), so the meeting there is not used");
    let hint = format!(
        "a meeting folder can run programs: if you trust this one, name it with `--meeting {folder}`"
    );
    Err(Error::invalid("foreign-meeting", message, hint))
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn refuse_strangers(_folder: &Path, _file: &Path, _is_above: bool) -> Result<(), Error> {
    Ok(())
}

/// Whether files of this owner are as good as the user's own. The administrator could change those as well.
#[cfg(unix)]
fn is_trusted(owner: u32, user: u32) -> bool {
    owner == user || owner == 0
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_user_and_of_the_administrator_are_trusted() {
        assert!(is_trusted(1000, 1000));
        assert!(is_trusted(0, 1000));
        assert!(!is_trusted(1001, 1000));
        // What a person owns is not the administrator's.
        assert!(!is_trusted(1000, 0));
    }
}
