//! Cuts a heading into words that are known.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::spellings::fold;
use super::vocabulary;
use super::word::Word;

/// The known words as [`fold`] leaves them.
struct Dictionary {
    words: HashMap<String, Word>,
    /// Of the longest word, in octets.
    longest: usize,
}

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let words: HashMap<String, Word> =
        vocabulary::entries().flatten().map(|(spelling, word)| (fold(&spelling), word)).collect();
    let longest = words.keys().map(String::len).max().unwrap_or(0);
    Dictionary { words, longest }
});

/// The fewest known words that make up a folded heading; nothing if some part of it is not known.
pub(super) fn split(folded: &str) -> Option<Vec<Word>> {
    let start = question_number(folded);
    // For each position that known words reach: their number, and the last of them with its beginning.
    let mut best: Vec<Option<(usize, usize, Word)>> = vec![None; folded.len() + 1];
    for at in start..folded.len() {
        let words_before = match best[at] {
            Some((count, ..)) => count,
            None if at == start => 0,
            None => continue,
        };
        let mut reach = |end: usize, word: Word| {
            // Of equally many words, those with the longest beginning: what came first stays.
            if best[end].is_none_or(|(count, ..)| words_before + 1 < count) {
                best[end] = Some((words_before + 1, at, word));
            }
        };
        if let Some((number, end)) = number(folded, at) {
            reach(end, Word::Number(number));
            continue;
        }
        let last = folded.len().min(at + DICTIONARY.longest);
        for end in (at + 1..=last).filter(|end| folded.is_char_boundary(*end)) {
            if let Some(word) = DICTIONARY.words.get(&folded[at..end]) {
                reach(end, *word);
            }
        }
    }
    let mut words = Vec::new();
    let mut end = folded.len();
    while end > start {
        let (_, beginning, word) = best[end]?;
        words.push(word);
        end = beginning;
    }
    words.reverse();
    Some(words)
}

/// The number that starts at a position of a folded heading, and where it ends.
fn number(folded: &str, at: usize) -> Option<(u32, usize)> {
    let digits = folded[at..].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| (folded[at..at + digits].parse().unwrap_or(u32::MAX), at + digits))
}

/// The length of a question's code at the beginning: `Q3` and `Q2_1` of Qualtrics, `G01Q02` of LimeSurvey.
fn question_number(folded: &str) -> usize {
    let after = |at: usize, prefix: &str| {
        let rest = folded[at..].strip_prefix(prefix)?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then_some(at + prefix.len() + digits)
    };
    let group = after(0, "g").unwrap_or(0);
    after(group, "qid").or_else(|| after(group, "q")).unwrap_or(0)
}
