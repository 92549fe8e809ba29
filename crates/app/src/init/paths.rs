//! Paths as `meeting.toml` has to name them.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// A path as the `meeting.toml` of `dir` has to name it: relative if it is below that folder, otherwise absolute.
pub(super) fn as_written(dir: &Path, path: &Path) -> Result<String, Error> {
    let (dir, path) = (absolute(dir)?, absolute(path)?);
    // Relative where possible, so that the folder can be moved or copied as a whole.
    let path = path.strip_prefix(&dir).unwrap_or(&path);
    match path.to_str() {
        Some(text) if !text.contains(char::is_control) => Ok(text.to_owned()),
        _ => Err(not_text(path)),
    }
}

/// An absolute path; an empty one stands for the current folder. Links are not resolved, because people would not
/// recognize the result.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    std::path::absolute(path).map_err(|error| {
        Error::failed("file", "cannot determine the current folder").caused_by(error)
    })
}

/// Why a path cannot be written into a TOML file.
pub(super) fn not_text(path: &Path) -> Error {
    Error::invalid(
        "not-text",
        format!("the path `{}` cannot be written into `meeting.toml`", path.display()),
        "rename the file or its folder: use UTF-8 without control characters",
    )
}
