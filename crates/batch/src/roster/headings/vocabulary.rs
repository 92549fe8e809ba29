//! The known words, by language.
//!
//! Each file has lines `kind: spelling, spelling …`, which go on over lines that begin with a blank. A spelling may be a
//! phrase; it is compared as [`fold`](super::super::spellings::fold) leaves it. The files are read while the crate is built,
//! and by tests.

use super::super::field::Field;
use super::word::{NameWord, Word};

/// Files of words, English first, and whether the language writes `l'` and `d'` before a vowel.
const FILES: [(&str, bool); 11] = [
    (include_str!("words/english.txt"), false),
    (include_str!("words/german.txt"), false),
    (include_str!("words/dutch.txt"), false),
    (include_str!("words/nordic.txt"), false),
    (include_str!("words/french.txt"), true),
    (include_str!("words/italian.txt"), true),
    (include_str!("words/spanish.txt"), false),
    (include_str!("words/portuguese.txt"), false),
    (include_str!("words/slavic.txt"), false),
    (include_str!("words/other.txt"), false),
    (include_str!("words/asian.txt"), false),
];

/// What the kinds of a file contribute.
pub(super) const KINDS: [(&str, Word); 41] = [
    ("email", Word::Field(Field::Email)),
    ("role", Word::Field(Field::Role)),
    ("moderator", Word::Field(Field::Moderator)),
    ("room", Word::Field(Field::Room)),
    ("title", Word::Field(Field::Title)),
    ("start", Word::Field(Field::Start)),
    ("zone", Word::Field(Field::Zone)),
    ("duration", Word::Field(Field::Duration)),
    ("language", Word::Field(Field::Language)),
    ("avatar", Word::Field(Field::Avatar)),
    ("id", Word::Field(Field::Id)),
    ("status", Word::Field(Field::Status)),
    ("name", Word::Name(NameWord::Any)),
    ("whole name", Word::Name(NameWord::Whole)),
    ("first or whole name", Word::Name(NameWord::FirstOrWhole)),
    ("last or whole name", Word::Name(NameWord::LastOrWhole)),
    ("first name", Word::Name(NameWord::First)),
    ("last name", Word::Name(NameWord::Last)),
    ("middle name", Word::Name(NameWord::Middle)),
    ("prefix", Word::Name(NameWord::Prefix)),
    ("nickname", Word::Name(NameWord::Nickname)),
    ("first", Word::Name(NameWord::FirstOf)),
    ("last", Word::Name(NameWord::LastOf)),
    ("middle", Word::Name(NameWord::MiddleOf)),
    ("whole", Word::Name(NameWord::WholeOf)),
    ("weak address", Word::WeakAddress),
    ("person", Word::Person),
    ("own", Word::Own),
    ("ticket", Word::Ticket),
    ("somebody", Word::Somebody),
    ("deal", Word::Deal),
    ("thing", Word::Thing),
    ("event", Word::Event),
    ("school", Word::School),
    ("further", Word::Further),
    ("private", Word::Private),
    ("note", Word::Note),
    ("contact", Word::Contact),
    ("joint", Word::Joint),
    ("asks", Word::Asks),
    ("about", Word::About),
];

/// The index in [`KINDS`] of what contributes this.
pub(super) fn kind_of(word: Word) -> Option<usize> {
    KINDS.iter().position(|(_, known)| *known == word)
}

/// The number of files.
pub(super) const LANGUAGES: usize = FILES.len();

/// A spelling of a file, as it is written there.
pub(super) struct Spelling {
    pub(super) text: String,
    pub(super) word: Word,
    /// The number of its file.
    pub(super) language: usize,
    /// Whether `l'` or `d'` was put before it.
    pub(super) elided: bool,
}

/// Every spelling of the files. `Err`: a line of no known kind.
pub(super) fn spellings() -> impl Iterator<Item = Result<Spelling, &'static str>> {
    FILES.iter().enumerate().flat_map(|(language, (text, elides))| {
        let mut kind = None;
        text.lines().flat_map(move |line| {
            let spellings = if line.starts_with(' ') {
                line
            } else {
                let (name, spellings) = line.split_once(':').unwrap_or((line, ""));
                kind = KINDS.iter().find(|(known, _)| *known == name).map(|(_, word)| *word);
                spellings
            };
            let Some(word) = kind else { return vec![Err(line)] };
            spelled(spellings, *elides)
                .map(|(text, elided)| Ok(Spelling { text, word, language, elided }))
                .collect()
        })
    })
}

/// The spellings of a line, and with `elides` those with an article or `d'` before a vowel besides.
fn spelled(line: &str, elides: bool) -> impl Iterator<Item = (String, bool)> {
    let spellings = line.split(',').map(str::trim).filter(|spelling| !spelling.is_empty());
    spellings.flat_map(move |spelling| {
        let vowel = spelling.starts_with(|c: char| "aeéèiouhAEÉIOUH".contains(c));
        // Not the short words that join others.
        let articles: &[&str] =
            if elides && vowel && spelling.len() > 3 { &["", "l'", "d'"] } else { &[""] };
        articles.iter().map(move |article| (format!("{article}{spelling}"), !article.is_empty()))
    })
}
