//! `init --like`: another meeting's folder, as a new meeting.

use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use meetmint_mailer::Templates;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::files::{IGNORE, IGNORED, Planned};
use super::{absolute, template};
use crate::failure::Failure;
use crate::settings::{self, FILE};

/// Keys that name a file or folder: it comes along where it lies in the other folder, and is pointed at elsewhere.
const PLACES: [&[&str]; 6] = [
    &["server", "secret", "file"],
    &["server", "key", "file"],
    &["roster", "file"],
    &["mail", "templates"],
    &["outbox", "password", "file"],
    &["outbox", "ca"],
];

const ID: [&str; 2] = ["meeting", "id"];
const TITLE: [&str; 2] = ["meeting", "title"];
const LEDGER: [&str; 2] = ["ledger", "file"];

/// A new meeting that is like another one.
pub(super) struct Pattern {
    pub(super) planned: Vec<Planned>,
    /// What is different, and nobody may expect.
    pub(super) notes: Vec<String>,
}

/// The files of a new meeting that is like another one, but with an id of its own.
///
/// # Errors
/// If something is wrong with the other meeting, or a file that it names cannot be read.
pub(super) fn plan(like: &Path, id: &str) -> Result<Pattern, Failure> {
    let file = settings::locate(Some(like));
    let folder = file.parent().unwrap_or(Path::new("")).to_owned();
    let problems = settings::load(Some(like))?.problems;
    if !problems.is_empty() {
        return Err(Failure::Problems { problems, more: 0 });
    }
    let text = fs::read_to_string(&file).map_err(|error| Failure::no_meeting(&file, &error))?;
    let table = DeTable::parse(&text)
        .map_err(|error| Failure::broken(format!("cannot read `{}`", file.display()), error))?;
    let root = table.get_ref();
    let mut planned = vec![Planned::open(FILE, "")];
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    for place in PLACES {
        let Some((named, span)) = text_at(root, place) else { continue };
        let path = Path::new(&named);
        let inside =
            path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            let whole = absolute(&folder.join(path))?;
            let whole = whole.to_str().ok_or_else(|| {
                Failure::wrong(
                    format!("the path `{}` cannot be written down", whole.display()),
                    "move the other meeting to where its path is plain text",
                )
            })?;
            edits.push((span, template::quoted(whole)));
        } else if place[0] == "mail" {
            copy_templates(&folder, path, &mut planned)?;
        } else {
            let private = place[0] == "server" || place.contains(&"password");
            copy(&folder, path, private, &mut planned)?;
        }
    }
    let mut notes = Vec::new();
    let ledger = without_ledger(&text, root);
    if !ledger.is_empty() {
        edits.extend(ledger);
        notes.push("the ledger is a new one: `file` under [ledger] is taken out".to_owned());
    }
    edits.extend(with_id(&text, root, id));
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    let mut edited = text.clone();
    for (span, value) in edits {
        edited.replace_range(span, &value);
    }
    let sound = DeTable::parse(&edited).is_ok_and(|table| {
        let root = table.get_ref();
        text_at(root, &ID).is_some_and(|(found, _)| found == id) && text_at(root, &LEDGER).is_none()
    });
    if !sound {
        return Err(Failure::wrong(
            format!("a new id does not fit into the way in which `{}` is written", file.display()),
            "write its tables as [meeting] and [ledger], one key a line",
        ));
    }
    planned[0].bytes = edited.into_bytes();
    if !planned.iter().any(|file| file.name == Path::new(IGNORE)) {
        let ignored = Some(folder.join(IGNORE)).filter(|path| path.is_file());
        let ignored = ignored.and_then(|path| fs::read(path).ok());
        planned.push(Planned::open(IGNORE, ignored.unwrap_or_else(|| IGNORED.into())));
    }
    Ok(Pattern { planned, notes })
}

/// What makes the id another one: in its place, or before the title.
fn with_id(text: &str, root: &DeTable<'_>, id: &str) -> Option<(Range<usize>, String)> {
    let id = template::quoted(id);
    if let Some((_, span)) = text_at(root, &ID) {
        return Some((span, id));
    }
    let title = key_at(root, &TITLE)?;
    let line = line_around(text, title.start);
    let before = &text[line.start..title.start];
    if is_inline(text, root, TITLE[0]) {
        return Some((title.start..title.start, format!("id = {id}, ")));
    }
    // What stands before the key is an indent, or the name of the table.
    let end = if text[line.clone()].ends_with("\r\n") { "\r\n" } else { "\n" };
    Some((line.start..line.start, format!("{before}id = {id}{end}")))
}

/// What takes the ledger's file out: no two meetings share one.
fn without_ledger(text: &str, root: &DeTable<'_>) -> Vec<(Range<usize>, String)> {
    let (Some(key), Some((_, value))) = (key_at(root, &LEDGER), text_at(root, &LEDGER)) else {
        return Vec::new();
    };
    if is_inline(text, root, LEDGER[0]) {
        let table = entry(root, LEDGER[0]).map(|(_, value)| value.span());
        return table.map(|table| (table, "{}".to_owned())).into_iter().collect();
    }
    let first = line_around(text, key.start).start;
    let further = text[first..value.end].match_indices('\n').map(|(at, _)| first + at + 1);
    [first].into_iter().chain(further).map(|start| (start..start, "# ".to_owned())).collect()
}

/// Whether a table is written in braces.
fn is_inline(text: &str, root: &DeTable<'_>, name: &str) -> bool {
    entry(root, name)
        .is_some_and(|(_, value)| text.get(value.span()).is_some_and(|text| text.starts_with('{')))
}

/// The line of a place, with its end.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
    start..end
}

/// Plans the copy of a file.
fn copy(
    folder: &Path,
    name: &Path,
    private: bool,
    planned: &mut Vec<Planned>,
) -> Result<(), Failure> {
    let path = folder.join(name);
    if !fs::metadata(&path).map_err(|error| unreadable(&path, error))?.is_file() {
        return Err(named(&path, "which is not a file"));
    }
    // As it is called without `./`: a file is written once, whoever names it.
    let name: PathBuf =
        name.components().filter(|part| matches!(part, Component::Normal(_))).collect();
    if planned.iter().all(|file| file.name != name) {
        let bytes = fs::read(&path).map_err(|error| unreadable(&path, error))?;
        planned.push(if private {
            Planned::private(name, bytes)
        } else {
            Planned::open(name, bytes)
        });
    }
    Ok(())
}

/// Plans the copy of a folder's templates: of a meeting's own folder only those that are known by their names.
fn copy_templates(folder: &Path, name: &Path, planned: &mut Vec<Planned>) -> Result<(), Failure> {
    let path = folder.join(name);
    let itself = name.components().all(|part| part == Component::CurDir);
    let mut names: Vec<PathBuf> = Vec::new();
    if !fs::metadata(&path).map_err(|error| unreadable(&path, error))?.is_dir() {
        return Err(named(&path, "which is not a folder"));
    }
    for entry in fs::read_dir(&path).map_err(|error| unreadable(&path, error))? {
        let entry = PathBuf::from(entry.map_err(|error| unreadable(&path, error))?.file_name());
        if path.join(&entry).is_file() && is_template(&entry, itself) {
            names.push(name.join(entry));
        }
    }
    names.sort();
    names.iter().try_for_each(|name| copy(folder, name, false, planned))
}

fn is_template(name: &Path, shipped_only: bool) -> bool {
    let Some(text) = name.to_str() else { return false };
    let made = text.starts_with("links.") || text.starts_with("ledger.");
    let kind = name.extension().and_then(|kind| kind.to_str());
    let other = !shipped_only && !made && matches!(kind, Some("html" | "txt"));
    other || Templates::built_in_files().any(|(shipped, _)| shipped == text)
}

fn unreadable(path: &Path, error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => named(path, "and there is no such file"),
        _ => Failure::broken(format!("cannot read `{}`", path.display()), error),
    }
}

fn named(path: &Path, words: &str) -> Failure {
    Failure::wrong(
        format!("the other meeting names `{}`, {words}", path.display()),
        "mend the other meeting first",
    )
}

fn text_at(table: &DeTable<'_>, path: &[&str]) -> Option<(String, Range<usize>)> {
    let (first, rest) = path.split_first()?;
    let (_, value) = entry(table, first)?;
    match (value.get_ref(), rest) {
        (DeValue::String(text), []) => Some((text.to_string(), value.span())),
        (DeValue::Table(table), [_, ..]) => text_at(table, rest),
        _ => None,
    }
}

fn key_at(table: &DeTable<'_>, path: &[&str; 2]) -> Option<Range<usize>> {
    let (_, table) = entry(table, path[0])?;
    let DeValue::Table(table) = table.get_ref() else { return None };
    Some(entry(table, path[1])?.0)
}

/// The place of a key, and its value.
fn entry<'t, 'i>(
    table: &'t DeTable<'i>,
    key: &str,
) -> Option<(Range<usize>, &'t Spanned<DeValue<'i>>)> {
    table.iter().find(|(known, _)| known.get_ref() == key).map(|(key, value)| (key.span(), value))
}
