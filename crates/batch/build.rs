//! Writes the table of the words that headings are cut into. They are folded and put in order here, because that would
//! take some milliseconds at each start of the command.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

#[path = "src/roster/field.rs"]
#[expect(dead_code, unreachable_pub, reason = "a part of the crate's interface")]
mod field;
#[path = "src/roster/spellings.rs"]
#[expect(dead_code, reason = "no heading is cut here")]
mod spellings;

/// The modules of these files name each other as they do in the crate.
#[path = "src/roster/headings"]
mod headings {
    #[expect(dead_code, reason = "no heading is cut here")]
    mod vocabulary;
    #[expect(dead_code, reason = "no heading is cut here")]
    mod word;

    use std::collections::BTreeMap;

    use super::spellings::fold;
    use vocabulary::{Spelling, kind_of, spellings};

    /// What is known of a word.
    pub(super) struct Entry {
        /// The index of its kind.
        pub(super) kind: usize,
        /// The files that have it, a bit for each.
        pub(super) languages: u16,
        /// Whether it is only known with `l'` or `d'` before it.
        pub(super) elided: bool,
    }

    /// The known words in order, folded.
    pub(super) fn words() -> BTreeMap<String, Entry> {
        let mut words: BTreeMap<String, Entry> = BTreeMap::new();
        for spelling in spellings() {
            let Spelling { text, word, language, elided } =
                spelling.unwrap_or_else(|line| panic!("a line of no known kind: {line}"));
            let kind = kind_of(word).expect("a word of a file has the kind of its line");
            let entry =
                words.entry(fold(&text)).or_insert(Entry { kind, languages: 0, elided: true });
            entry.languages |= 1 << language;
            entry.elided &= elided;
        }
        words
    }
}

fn main() {
    println!("cargo::rerun-if-changed=src/roster/field.rs");
    println!("cargo::rerun-if-changed=src/roster/headings");
    println!("cargo::rerun-if-changed=src/roster/spellings.rs");

    let words = headings::words();
    // NFKD divides the syllables of Hangul into letters.
    let mut table = "#[expect(clippy::unicode_not_nfc)]\n".to_owned();
    let count = words.len();
    writeln!(table, "static WORDS: [(&str, u8, u16, bool); {count}] = [").expect("it is in memory");
    for (text, headings::Entry { kind, languages, elided }) in &words {
        writeln!(table, "    ({text:?}, {kind}, {languages}, {elided}),").expect("it is in memory");
    }
    table.push_str("];\n");
    let folder = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&folder).join("headings.rs"), table).expect("the table can be written");
}
