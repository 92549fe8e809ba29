//! Cuts a heading into words that are known.

use super::vocabulary::{KINDS, LANGUAGES};
use super::word::Word;

/// The shortest word that may stand among words of another language, in octets. Shorter ones are found everywhere:
/// French `mi`, Italian `via` and Portuguese `do` would make up many a word that means something else.
const SHORTEST_FOREIGN: usize = 5;

/// The same for English words, such as `Mail` and `Name`, which other languages use, too.
const SHORTEST_ENGLISH: usize = 4;

/// The shortest word that may be a part of what is written as one, in letters: `Gastname`, but not `Op-name`.
const SHORTEST_PART: usize = 4;

/// A known word: what it contributes, and the files that have it, a bit for each.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) word: Word,
    pub(super) languages: u16,
    /// Whether it is only known with `l'` or `d'` before it.
    pub(super) elided: bool,
}

// Written by build.rs. `WORDS`: each known word as `spellings::fold` leaves it, the index of its kind, and the other fields of
// its `Entry`, in the order of the words.
include!(concat!(env!("OUT_DIR"), "/headings.rs"));

type KnownWord = (&'static str, u8, u16, bool);

/// Those of some known words that begin with a text: the text itself is the first of them, if it is a word.
fn beginning_with<'w>(words: &'w [KnownWord], text: &str) -> &'w [KnownWord] {
    let words = &words[words.partition_point(|(word, ..)| *word < text)..];
    &words[..words.partition_point(|(word, ..)| word.starts_with(text))]
}

/// What is known of a text, if it is the first of the words that begin with it.
fn entry(words: &[KnownWord], text: &str) -> Option<Entry> {
    let &(word, kind, languages, elided) = words.first()?;
    (word == text).then(|| Entry { word: KINDS[usize::from(kind)].1, languages, elided })
}

/// What is known of a word.
#[cfg(test)]
pub(super) fn known(text: &str) -> Option<Entry> {
    entry(beginning_with(&WORDS, text), text)
}

/// A known word at a place in a heading.
struct Piece {
    start: usize,
    end: usize,
    entry: Entry,
}

impl Piece {
    /// Whether the word may be part of a heading in a language.
    fn fits(&self, language: usize) -> bool {
        let Entry { languages, elided, .. } = self.entry;
        let shortest = if languages & 1 == 1 { SHORTEST_ENGLISH } else { SHORTEST_FOREIGN };
        languages & (1 << language) != 0 || (!elided && self.end - self.start >= shortest)
    }
}

/// The fewest known words that make up a heading, which is given word by word as it is written, folded; nothing if
/// some part of it is not known.
pub(super) fn split(written: &[String]) -> Option<Vec<Word>> {
    let folded = written.concat();
    if folded.is_empty() {
        return None;
    }
    let start = question_number(&folded);
    let pieces = pieces(&folded, start, &gaps(written, &folded));
    // The first language of those that need the fewest words.
    (0..LANGUAGES)
        .filter_map(|language| fewest(&pieces, language, start, folded.len()))
        .min_by_key(Vec::len)
}

/// Whether a written word begins or ends at each position: also beside digits, and where Latin letters stand beside
/// Chinese ones.
fn gaps(written: &[String], folded: &str) -> Vec<bool> {
    let mut gaps = vec![false; folded.len() + 1];
    let mut end = 0;
    gaps[0] = true;
    for word in written {
        end += word.len();
        gaps[end] = true;
    }
    let kind = |c: char| (c.is_ascii_digit(), is_parted(c));
    for ((_, before), (at, after)) in folded.char_indices().zip(folded.char_indices().skip(1)) {
        gaps[at] |= kind(before) != kind(after);
    }
    gaps
}

/// Every known word of a heading that can be reached by known words, by its start.
fn pieces(folded: &str, start: usize, gaps: &[bool]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut reached = vec![false; folded.len() + 1];
    reached[start] = true;
    for at in start..folded.len() {
        if !reached[at] {
            continue;
        }
        if let Some((number, end)) = number(folded, at) {
            reached[end] = true;
            let word = Word::Number(number);
            let entry = Entry { word, languages: u16::MAX, elided: false };
            pieces.push(Piece { start: at, end, entry });
        }
        let mut words: &[KnownWord] = &WORDS;
        for end in (at + 1..=folded.len()).filter(|end| folded.is_char_boundary(*end)) {
            let text = &folded[at..end];
            words = beginning_with(words, text);
            if words.is_empty() {
                break;
            }
            let Some(entry) = entry(words, text) else { continue };
            if (gaps[at] && gaps[end]) || can_be_part(text, entry.word) {
                reached[end] = true;
                pieces.push(Piece { start: at, end, entry });
            }
        }
    }
    pieces
}

/// Whether a word may be a part of what is written as one.
fn can_be_part(text: &str, word: Word) -> bool {
    !text.starts_with(is_parted)
        || (text.chars().count() >= SHORTEST_PART && !matches!(word, Word::Joint | Word::Asks))
}

/// Whether words of a letter's script are parted by blanks: not Chinese, Japanese and Korean ones.
fn is_parted(c: char) -> bool {
    c < '\u{1100}'
}

/// The fewest of the words that make up a heading in a language, with foreign words that are long enough.
fn fewest(pieces: &[Piece], language: usize, start: usize, length: usize) -> Option<Vec<Word>> {
    // For each position: how many words lead to it, and the last of them. Of equally many, what came first stays.
    let mut best: Vec<Option<(usize, Option<&Piece>)>> = vec![None; length + 1];
    best[start] = Some((0, None));
    for piece in pieces.iter().filter(|piece| piece.fits(language)) {
        let Some((before, _)) = best[piece.start] else { continue };
        if best[piece.end].is_none_or(|(count, _)| before + 1 < count) {
            best[piece.end] = Some((before + 1, Some(piece)));
        }
    }
    let mut words = Vec::new();
    let mut end = length;
    while let (_, Some(piece)) = best[end]? {
        words.push(piece.entry.word);
        end = piece.start;
    }
    words.reverse();
    Some(words)
}

/// The number that starts at a position of a folded heading, and where it ends.
fn number(folded: &str, at: usize) -> Option<(u32, usize)> {
    let digits = folded[at..].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| (folded[at..at + digits].parse().unwrap_or(u32::MAX), at + digits))
}

/// The length of a question's code at the beginning: `Q3` and `Q2_1` of Qualtrics, `G01Q02` of `LimeSurvey`.
fn question_number(folded: &str) -> usize {
    let after = |at: usize, prefix: &str| {
        let rest = folded[at..].strip_prefix(prefix)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then_some(at + prefix.len() + digits)
    };
    let group = after(0, "g").unwrap_or(0);
    after(group, "qid").or_else(|| after(group, "q")).unwrap_or(0)
}
