//! Files that still have an address in them after its person was erased from the ledger.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// How much of a file is read at once.
const CHUNK: usize = 1 << 16;

/// The regular files directly in a folder that have an address in them, in any case, as they are shown; in alphabetical
/// order. Text in UTF-8 only: in workbooks and archives nothing is found. A file that cannot be read is left out.
pub(super) fn mentions(folder: &Path, address: &str) -> Vec<String> {
    let place = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mentioning = files.filter(|entry| has(&entry.path(), address.as_bytes()));
    let mut names: Vec<String> =
        mentioning.map(|entry| folder.join(entry.file_name()).display().to_string()).collect();
    names.sort();
    names
}

fn has(path: &Path, address: &[u8]) -> bool {
    let Ok(mut file) = File::open(path) else { return false };
    let mut text = Vec::with_capacity(2 * CHUNK);
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut text);
        if !matches!(read, Ok(read) if read > 0) {
            return false;
        }
        if text.windows(address.len()).any(|some| some.eq_ignore_ascii_case(address)) {
            return true;
        }
        // The address may begin at the end of this piece.
        text.drain(..text.len().saturating_sub(address.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_in_any_case_and_across_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("links.csv", "email\nADA@example.org\n");
        write("across.txt", &format!("{}ada@example.org", "x".repeat(CHUNK - 4)));
        write("other.csv", "ad@example.org\nbada@example.or\n");
        write("empty.csv", "");
        fs::create_dir(folder.path().join("folder")).unwrap();
        let found = mentions(folder.path(), "ada@example.org");
        let names = ["across.txt", "links.csv"];
        let expected = names.map(|name| folder.path().join(name).display().to_string());
        assert_eq!(found, expected);
    }
}
