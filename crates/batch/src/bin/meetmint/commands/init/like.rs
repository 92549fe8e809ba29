//! `init --like`: another meeting's folder, as a new meeting.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::{IGNORED, Planned, template};
use crate::failure::Failure;
use crate::settings::{self, FILE};

/// Keys that name a file or folder: it comes along where it lies in the other folder, and is pointed at elsewhere.
const PLACES: [&[&str]; 4] = [
    &["server", "secret", "file"],
    &["server", "key", "file"],
    &["roster", "file"],
    &["mail", "templates"],
];

/// The files of a new meeting that is like another one, but with an id of its own.
///
/// # Errors
/// If the other meeting, or a file that it names, cannot be read.
pub(super) fn plan(like: &Path, id: &str) -> Result<Vec<Planned>, Failure> {
    let file = settings::locate(Some(like));
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let text = fs::read_to_string(&file).map_err(|error| Failure::no_meeting(&file, &error))?;
    let table = DeTable::parse(&text).map_err(|_| {
        Failure::wrong(
            format!("`{}` is not TOML", file.display()),
            "see what is wrong with it: meetmint check --meeting DIR",
        )
    })?;
    let root = table.get_ref();
    let mut planned = Vec::new();
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for place in PLACES {
        let Some((named, span)) = text_at(root, place) else { continue };
        let secret = place[0] == "server";
        let path = Path::new(&named);
        let inside =
            path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if inside {
            copy(&folder, path, secret, &mut planned)?;
        } else {
            let whole = std::path::absolute(folder.join(path))
                .map_err(|error| Failure::broken("cannot tell the current folder", error))?;
            edits.push((span, template::quoted(&whole.to_string_lossy())));
        }
    }
    match text_at(root, &["meeting", "id"]) {
        Some((_, span)) => edits.push((span, template::quoted(id))),
        None => {
            let heading = text.lines().scan(0, |at, line| {
                *at += line.len() + 1;
                Some((*at, line))
            });
            let after = heading
                .into_iter()
                .find(|(_, line)| line.trim_start().starts_with("[meeting]"))
                .map(|(at, _)| at.min(text.len()));
            let after = after.ok_or_else(|| {
                Failure::wrong(
                    format!("`{}` has no [meeting]", file.display()),
                    "name a meeting folder",
                )
            })?;
            edits.push((after..after, format!("id = {}\n", template::quoted(id))));
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut text = text.clone();
    for (span, value) in edits {
        text.replace_range(span, &value);
    }
    planned.insert(0, Planned { name: FILE.into(), bytes: text.into_bytes(), private: false });
    let ignored = fs::read(folder.join(".gitignore")).unwrap_or_else(|_| IGNORED.into());
    planned.push(Planned { name: ".gitignore".into(), bytes: ignored, private: false });
    Ok(planned)
}

/// Plans the copy of a file, or of all files in a folder.
fn copy(
    folder: &Path,
    name: &Path,
    private: bool,
    planned: &mut Vec<Planned>,
) -> Result<(), Failure> {
    let path = folder.join(name);
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Failure::wrong(
            format!("the other meeting names `{}`, and there is no such file", path.display()),
            "mend the other meeting first",
        ),
        _ => Failure::broken(format!("cannot read `{}`", path.display()), error),
    };
    if path.is_dir() {
        let mut names: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(&path).map_err(failed)? {
            names.push(name.join(entry.map_err(failed)?.file_name()));
        }
        names.sort();
        names.iter().try_for_each(|name| copy(folder, name, private, planned))
    } else {
        let bytes = fs::read(&path).map_err(failed)?;
        planned.push(Planned { name: name.to_owned(), bytes, private });
        Ok(())
    }
}

fn text_at(table: &DeTable<'_>, path: &[&str]) -> Option<(String, Range<usize>)> {
    let (first, rest) = path.split_first()?;
    let (_, value) = table.iter().find(|(key, _)| key.get_ref() == first)?;
    match (value.get_ref(), rest) {
        (DeValue::String(text), []) => Some((text.to_string(), value.span())),
        (DeValue::Table(table), [_, ..]) => text_at(table, rest),
        _ => None,
    }
}
