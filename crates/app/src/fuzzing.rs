//! What fuzz targets call. Only with the feature `fuzzing`, which is for the workspace's own `fuzz`.

use std::path::PathBuf;

use crate::settings;

/// Reads a text as `meeting.toml`. No command in it is run.
///
/// # Panics
/// Never, or there is a flaw.
pub fn settings(text: &str) {
    // No folder has this name, so what the settings name beside it is not there.
    let file = PathBuf::from("/no such folder/meeting.toml");
    // Problems of the text are what it says; only a panic or a long wait is a flaw.
    if let Err(error) =
        settings::read(file, text.to_owned()).and_then(settings::Loaded::into_settings)
    {
        assert!(!error.to_string().is_empty());
    }
}
