//! Files that still have an address in them after its person was erased from the ledger.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use meetmint_core::Email;

/// How much of a file is read at once.
const CHUNK: usize = 1 << 16;

/// How a text is written to a file; `None` for one that cannot be.
type Encode = fn(&str) -> Option<Vec<u8>>;

/// Those that lists come in: UTF-8, UTF-16, and Latin-1, with which the code page of Windows in western Europe agrees in
/// all letters that are in both. Letters of ASCII are the same in nearly all others.
const ENCODINGS: [Encode; 4] = [
    |text| Some(text.as_bytes().to_vec()),
    |text| Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    |text| Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    |text| text.chars().map(|c| u8::try_from(c).ok()).collect(),
];

/// The regular files directly in a folder, and those that links in it lead to, that have an address in them, in any case
/// and [spelling](Email::spellings), as they are shown; in alphabetical order. Text only: in workbooks and archives nothing
/// is found. A file that cannot be read is left out.
pub(super) fn mentions(folder: &Path, address: &str) -> Vec<String> {
    let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let spellings = Email::parse(address).map(|email| email.spellings());
    let spellings = spellings.unwrap_or_else(|_| vec![address.to_owned()]);
    let patterns = spellings
        .iter()
        .flat_map(|text| ENCODINGS.iter().filter_map(|encode| Pattern::new(text, *encode)));
    let patterns: Vec<Pattern> = patterns.collect();
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let mentioning = entries.filter(|entry| {
        let real = fs::canonicalize(entry.path());
        real.is_ok_and(|real| real.is_file() && !is_open_database(&real) && has(&real, &patterns))
    });
    let mut names: Vec<String> =
        mentioning.map(|entry| folder.join(entry.file_name()).display().to_string()).collect();
    names.sort();
    names
}

/// Whether a file belongs to a database that is open, as the ledger is. With the file that is closed here, this process
/// would lose SQLite's locks on it. The ledger itself has nothing of the person any more.
fn is_open_database(path: &Path) -> bool {
    let name = path.as_os_str().as_encoded_bytes();
    let is_beside = name.ends_with(b"-shm") || name.ends_with(b"-wal");
    let mut memory = OsString::from(path);
    memory.push("-shm");
    is_beside || PathBuf::from(memory).exists()
}

fn has(path: &Path, patterns: &[Pattern]) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let mut begins = [false; 256];
    for first in patterns.iter().flat_map(Pattern::first_octets) {
        begins[usize::from(first)] = true;
    }
    let longest = patterns.iter().map(Pattern::longest).max().unwrap_or_default();
    let mut text = Vec::with_capacity(2 * CHUNK);
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut text);
        if !matches!(read, Ok(read) if read > 0) {
            return false;
        }
        let mut places = (0..text.len()).filter(|at| begins[usize::from(text[*at])]);
        if places.any(|at| patterns.iter().any(|pattern| pattern.is_at(&text[at..]))) {
            return true;
        }
        // The address may begin at the end of this piece.
        text.drain(..text.len().saturating_sub(longest));
    }
}

/// An address in one encoding: for each character the octets that it can be.
struct Pattern(Vec<Vec<Vec<u8>>>);

impl Pattern {
    /// `None` if the encoding does not have one of its characters.
    fn new(text: &str, encode: Encode) -> Option<Pattern> {
        let characters = text.chars().map(|c| {
            // Some letters become two when their case changes.
            let forms = [c.to_lowercase().to_string(), c.to_uppercase().to_string()];
            let mut forms: Vec<_> = forms.iter().filter_map(|form| encode(form)).collect();
            forms.dedup();
            (!forms.is_empty()).then_some(forms)
        });
        characters.collect::<Option<_>>().map(Pattern)
    }

    fn is_at(&self, mut text: &[u8]) -> bool {
        self.0.iter().all(|forms| {
            let rest = forms.iter().find_map(|form| text.strip_prefix(form.as_slice()));
            rest.is_some_and(|rest| {
                text = rest;
                true
            })
        })
    }

    fn first_octets(&self) -> impl Iterator<Item = u8> {
        self.0.first().into_iter().flatten().filter_map(|form| form.first().copied())
    }

    /// The most octets that it can have.
    fn longest(&self) -> usize {
        self.0.iter().map(|forms| forms.iter().map(Vec::len).max().unwrap_or_default()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes files, and asserts which of them have an address in them.
    #[track_caller]
    fn assert_found(address: &str, files: &[(&str, &[u8])], expected: &[&str]) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("folder")).unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let found = mentions(folder.path(), address);
        let shown = |name: &&str| folder.path().join(name).display().to_string();
        assert_eq!(found, expected.iter().map(shown).collect::<Vec<_>>());
    }

    #[test]
    fn an_address_is_found_in_any_case_and_across_pieces() {
        let across = format!("{}ada@example.org", "x".repeat(CHUNK - 4));
        let files: [(&str, &[u8]); 4] = [
            ("links.csv", b"email\nADA@example.org\n"),
            ("across.txt", across.as_bytes()),
            ("other.csv", b"ad@example.org\nbada@example.or\n"),
            ("empty.csv", b""),
        ];
        assert_found("ada@example.org", &files, &["across.txt", "links.csv"]);
    }

    #[test]
    fn an_address_is_found_in_every_spelling_and_encoding() {
        let little = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let across: Vec<u8> = little(&format!("{}ADA@BÜCHER.example", "x".repeat(CHUNK / 2 - 7)));
        let (little, big): (Vec<u8>, Vec<u8>) =
            (little("\u{feff}Ada@bücher.example\r\n"), big("\u{feff}ADA@XN--BCHER-KVA.example"));
        let files: [(&str, &[u8]); 9] = [
            ("1-a-label.csv", b"ada@xn--bcher-kva.example"),
            ("2-letters.csv", "ada@bücher.example".as_bytes()),
            ("3-upper-case.csv", "ADA@BÜCHER.EXAMPLE".as_bytes()),
            ("4-in-parts.csv", "ada@bu\u{308}cher.example".as_bytes()),
            ("5-latin-1.csv", b"Ada@b\xfccher.example"),
            ("6-little.csv", &little),
            ("7-big.csv", &big),
            ("8-across.csv", &across),
            ("9-other.csv", "ada@bucher.example ada@böcher.example".as_bytes()),
        ];
        let names: Vec<&str> = files[..8].iter().map(|(name, _)| *name).collect();
        for address in ["ada@xn--bcher-kva.example", "ada@bücher.example"] {
            assert_found(address, &files, &names);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_files_and_an_open_database_is_left_alone() {
        use std::os::unix::fs::symlink;
        let elsewhere = tempfile::tempdir().unwrap();
        let place = |name: &str| elsewhere.path().join(name);
        for name in ["list.csv", "open.db", "open.db-shm", "open.db-wal"] {
            fs::write(place(name), "ada@example.org").unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        for (link, target) in [("link.csv", "list.csv"), ("folder", ""), ("nowhere", "x")] {
            symlink(place(target), folder.path().join(link)).unwrap();
        }
        for name in ["open.db", "open.db-shm", "open.db-wal"] {
            symlink(place(name), folder.path().join(name)).unwrap();
        }
        let expected = [folder.path().join("link.csv").display().to_string()];
        assert_eq!(mentions(folder.path(), "ada@example.org"), expected);
    }
}
