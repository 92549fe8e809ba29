//! The source texts of templates: built in, or read from a folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::built_in::BUILT_IN;
use super::problem::{self, TemplateProblem};
use super::suggestion;
use crate::message_part::{MessagePart, Part};

/// The largest template, in octets. Many servers refuse a message that is ten times as long.
const LARGEST: u64 = 1 << 20;

/// The source texts of a set of templates.
#[derive(Debug)]
pub(super) struct Sources {
    /// By name. All of [`BUILT_IN`] are there, replaced or not.
    pub(super) texts: BTreeMap<String, String>,
    /// Problems with files that are not in `texts`.
    pub(super) unusable: Vec<TemplateProblem>,
}

/// A folder of templates cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the templates `{}`", path.display())]
pub struct ReadError {
    /// The folder, or the file in it.
    pub path: PathBuf,
    /// The reason.
    pub source: io::Error,
}

impl Sources {
    pub(super) fn built_in() -> Sources {
        Sources::new(BTreeMap::new(), Vec::new())
    }

    pub(super) fn from_folder(folder: &Path) -> Result<Sources, ReadError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ReadError { path, source }
        };
        let mut texts = BTreeMap::new();
        let mut unusable = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed(folder))? {
            let path = entry.map_err(failed(folder))?.path();
            // Templates are Unicode, so they cannot refer to a file whose name is not.
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if !path.is_file() {
                continue;
            }
            if !is_template(name) {
                unusable.extend(suggestion::misspelled_file(name));
                continue;
            }
            // Problems are collected, so that one run of `check` reports all of them.
            let mut text = Vec::new();
            File::open(&path)
                .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut text))
                .map_err(failed(&path))?;
            if text.len() as u64 > LARGEST {
                unusable.push(TemplateProblem::of(name, "the file is larger than 1 MiB"));
                continue;
            }
            match String::from_utf8(text) {
                Ok(text) => {
                    texts.insert(name.to_owned(), text);
                }
                Err(error) => unusable.push(problem::not_utf8(name, &error)),
            }
        }
        Ok(Sources::new(texts, unusable))
    }

    fn new(mut texts: BTreeMap<String, String>, unusable: Vec<TemplateProblem>) -> Sources {
        for text in texts.values_mut() {
            *text = normalized(text);
        }
        // A folder needs only the files that it changes.
        for (name, text) in BUILT_IN {
            texts.entry(name.to_owned()).or_insert_with(|| text.to_owned());
        }
        Sources { texts, unusable }
    }

    /// Whether a file is the built-in one, unchanged. If it fails, the cause is in another file.
    pub(super) fn is_built_in(&self, file: &str) -> bool {
        let source = self.texts.get(file).map(String::as_str);
        BUILT_IN.iter().any(|(name, text)| *name == file && Some(*text) == source)
    }
}

/// Whether a file of this name can be a template. Upper and lower case differ, as they do for tera when it decides
/// whether to escape.
fn is_template(name: &str) -> bool {
    let extension = Path::new(name).extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("html" | "txt"))
        || MessagePart::of_template(name).is_some_and(|found| found.part == Part::Subject)
}

/// Removes the byte order mark and turns every line end into LF, because a lone CR would be sent as it is
/// (`invitation-email` facts, §2.2).
fn normalized(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.replace("\r\n", "\n").replace('\r', "\n")
}
