//! The lists of the corpus, as far as they can be taken apart.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use csv::ReaderBuilder;

use crate::package::parts;

/// A list of the corpus.
pub(crate) struct List {
    pub(crate) name: String,
    pub(crate) octets: Vec<u8>,
    /// What its `.want` says under `[roster]`.
    pub(crate) settings: String,
    /// Its cells, if it is text that can be split.
    pub(crate) rows: Vec<Vec<String>>,
    /// Its parts with their names, if it is a ZIP archive.
    pub(crate) parts: Vec<(String, Vec<u8>)>,
    pub(crate) is_workbook: bool,
}

/// The lists of the corpus, in order.
pub(crate) struct Corpus {
    folder: PathBuf,
    pub(crate) text: Vec<List>,
    pub(crate) workbooks: Vec<List>,
}

impl List {
    pub(crate) fn ending(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }
}

impl Corpus {
    pub(crate) fn load() -> Corpus {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
        let mut wants: Vec<PathBuf> = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension() == Some(OsStr::new("want")))
            .collect();
        wants.sort();
        let lists = wants.iter().map(|want| list(want));
        let (workbooks, text) = lists.partition(|list| list.is_workbook);
        Corpus { folder, text, workbooks }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The names of all lists, with their settings.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        let all = self.text.iter().chain(&self.workbooks);
        all.map(|list| (list.name.as_str(), list.settings.as_str()))
    }
}

fn list(want: &Path) -> List {
    let path = want.with_extension("");
    let octets = fs::read(&path).unwrap();
    let text = fs::read_to_string(want).unwrap();
    let settings =
        text.lines().filter_map(|line| line.strip_prefix("with: ")).collect::<Vec<_>>().join("\n");
    let is_zip = octets.starts_with(b"PK");
    let is_workbook = is_zip || octets.starts_with(b"\xd0\xcf\x11\xe0");
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let parts = if is_zip { parts(&octets) } else { Vec::new() };
    let rows = if is_workbook { Vec::new() } else { rows(&octets) };
    List { name, octets, settings, rows, parts, is_workbook }
}

/// The cells of a text; none if it is not UTF-8.
fn rows(octets: &[u8]) -> Vec<Vec<String>> {
    let Ok(text) = std::str::from_utf8(octets) else { return Vec::new() };
    let delimiter = b",;\t|"
        .iter()
        .max_by_key(|delimiter| text.bytes().filter(|byte| byte == *delimiter).count());
    let mut reader = ReaderBuilder::new()
        .delimiter(*delimiter.unwrap())
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    reader
        .records()
        .filter_map(Result::ok)
        .map(|record| record.iter().map(str::to_owned).collect())
        .collect()
}
