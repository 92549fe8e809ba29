//! Which code page a text is in that is not UTF-8.

use std::collections::HashSet;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::encoding::TextEncoding;
use super::misread::{has_sign_for_letter, rather_in};
use super::words::{Words, has_odd_letters, is_latin, is_western};

/// How much of a file is looked at, from its first letter outside of ASCII on. In octets.
const MOST: u64 = 4 << 20;

/// The guess at the encoding of a text.
pub(super) struct Guess {
    pub(super) encoding: TextEncoding,
    /// Whether a little more text could have led to another guess.
    pub(super) is_unsure: bool,
    /// Words of the text, as they are in this encoding.
    pub(super) examples: Vec<String>,
    /// Encodings in which the words look better.
    pub(super) better: Vec<(TextEncoding, String)>,
    /// A word that looks as if it were in another encoding, that encoding, and the word in it.
    pub(super) doubted: Option<(String, TextEncoding, String)>,
}

/// Code pages that the detector does not know: those of DOS and of the old Mac.
const UNDETECTED: [&str; 5] = ["macintosh", "cp850", "cp437", "cp852", "x-mac-cyrillic"];

/// Code pages of Latin letters, most of which are the same in all of them.
const LATIN: [&str; 6] =
    ["windows-1252", "windows-1250", "iso-8859-2", "iso-8859-15", "windows-1254", "windows-1257"];

/// Pairs in which a few letters change their places. If the text has no others, the detector takes either.
const ALIKE: [(&str, &str); 2] = [("windows-1250", "iso-8859-2"), ("windows-1253", "iso-8859-7")];

/// Top-level domains of languages that write the same octets differently. If the guess is the same for all of them,
/// the text alone decides it.
const ELSEWHERE: [&[u8]; 6] = [b"de", b"pl", b"ru", b"tr", b"gr", b"jp"];

impl Guess {
    /// Guesses by a text that begins somewhere before its first letter outside of ASCII.
    pub(super) fn of(input: impl Read) -> io::Result<Guess> {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
        let mut words = Words::default();
        let mut input = input.take(MOST);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = match input.read(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            detector.feed(&buffer[..read], false);
            words.add(&buffer[..read]);
            if read == 0 {
                break;
            }
        }
        // What was cut off may end within a character: only a file that ends here is told to end.
        if input.limit() > 0 {
            detector.feed(b"", true);
            words.end();
        }
        let domain = words.domain();
        let guess = |domain: Option<&[u8]>| {
            TextEncoding::Standard(detector.guess(domain, Utf8Detection::Deny))
        };
        let encoding = guess(domain);
        let found = Assessment::of(&words, encoding);
        let is_unsure = ELSEWHERE.iter().any(|domain| {
            let other = Assessment::of(&words, guess(Some(domain)));
            !other.is_odd && other.examples != found.examples
        });
        let mut examples = found.examples.clone();
        let mut better = in_latin(&words, encoding);
        if let Some((_, here)) = better.pop() {
            examples.insert(0, here);
        } else {
            better = self::better(&words, encoding, &found);
        }
        let doubted = doubted(&words, encoding);
        Ok(Guess { encoding, is_unsure, examples, better, doubted })
    }
}

/// The encoding that differs from another one in a few letters.
fn alike(encoding: TextEncoding) -> Option<TextEncoding> {
    let name = encoding.name();
    let (one, other) =
        ALIKE.into_iter().find(|(one, other)| [*one, *other].contains(&name.as_str()))?;
    TextEncoding::of_label(if name == one { other } else { one })
}

/// What the words of a text look like in an encoding.
struct Assessment {
    /// Whether many of them look odd.
    is_odd: bool,
    /// Whether nearly all of them have common letters alone.
    is_western: bool,
    /// Whether all of them have Latin letters alone.
    is_latin: bool,
    /// The first of them.
    examples: Vec<String>,
}

impl Assessment {
    fn of(words: &Words, encoding: TextEncoding) -> Assessment {
        let (mut all, mut odd, mut western, mut latin) = (0, 0, 0, 0);
        let mut examples: Vec<String> = Vec::new();
        for word in words.all() {
            let text = encoding.decode(word);
            all += 1;
            odd += usize::from(text.as_deref().is_none_or(has_odd_letters));
            western += usize::from(text.as_deref().is_some_and(is_western));
            latin += usize::from(text.as_deref().is_some_and(is_latin));
            for example in text.iter().flat_map(|text| parts(text)) {
                if examples.len() < 3 && !examples.iter().any(|known| known == example) {
                    examples.push(example.to_owned());
                }
            }
        }
        Assessment {
            is_odd: odd * 8 > all,
            is_western: (all - western) * 8 <= all,
            is_latin: latin == all,
            examples,
        }
    }
}

/// If words have signs beside letters: the encodings in which none has, each with such a word; and the last is `than`.
fn in_latin(words: &Words, than: TextEncoding) -> Vec<(TextEncoding, String)> {
    if !LATIN.contains(&than.name().as_str()) {
        return Vec::new();
    }
    let wrong = |word: &&Vec<u8>| than.decode(word).is_some_and(|text| has_sign_for_letter(&text));
    let wrong: Vec<&Vec<u8>> = words.all().iter().filter(wrong).collect();
    if wrong.is_empty() {
        return Vec::new();
    }
    let is_plausible =
        |text: &str| is_latin(text) && !has_odd_letters(text) && !has_sign_for_letter(text);
    let in_all = |encoding: &TextEncoding, is_right: &dyn Fn(&str) -> bool| {
        words.all().iter().all(|word| encoding.decode(word).is_some_and(|text| is_right(&text)))
    };
    let of_labels = |labels: &[&str]| -> Vec<TextEncoding> {
        labels.iter().filter_map(|label| TextEncoding::of_label(label)).collect()
    };
    let mut fitting = of_labels(&LATIN);
    fitting.retain(|encoding| *encoding != than && in_all(encoding, &is_plausible));
    let mut undetected = of_labels(&UNDETECTED);
    undetected.retain(|encoding| in_all(encoding, &|text| is_western(text)));
    fitting.extend(undetected);
    // Several code pages have the same letters at the same places.
    let mut seen = HashSet::new();
    fitting.retain(|encoding| {
        seen.insert(words.all().iter().map(|word| encoding.decode(word)).collect::<Vec<_>>())
    });
    let spellings = |word: &Vec<u8>| {
        fitting.iter().map(|encoding| encoding.decode(word)).collect::<HashSet<_>>().len()
    };
    // The first of those that tell most of the encodings apart.
    let Some(example) = wrong.iter().rev().max_by_key(|word| spellings(word)) else {
        return Vec::new();
    };
    let shown = |encoding: TextEncoding| {
        let text = encoding.decode(example)?;
        let part = parts(&text).next().unwrap_or(&text).to_owned();
        Some((encoding, part))
    };
    if fitting.is_empty() {
        return Vec::new();
    }
    fitting.push(than);
    fitting.iter().filter_map(|encoding| shown(*encoding)).collect()
}

/// The first word in windows-1252 that is a word of another language in another encoding.
fn doubted(words: &Words, encoding: TextEncoding) -> Option<(String, TextEncoding, String)> {
    if encoding.name() != "windows-1252" {
        return None;
    }
    words.all().iter().find_map(|word| {
        let text = encoding.decode(word)?;
        let at = parts(&text).position(|part| rather_in(part).is_some())?;
        let part = parts(&text).nth(at)?;
        let other = TextEncoding::of_label(rather_in(part)?)?;
        // Both have one octet for each letter, and no letter of ASCII in place of another.
        let there = other.decode(word)?;
        Some((part.to_owned(), other, parts(&there).nth(at)?.to_owned()))
    })
}

/// The encodings in which the words look better or are different words, each with one of them.
fn better(words: &Words, than: TextEncoding, found: &Assessment) -> Vec<(TextEncoding, String)> {
    if !found.is_odd
        && let Some(other) = alike(than)
    {
        let words = words.all().iter().map(|word| (than.decode(word), other.decode(word)));
        let mut different = words.filter(|(one, other)| one != other).peekable();
        let first = different.peek().and_then(|(_, other)| other.clone());
        if let Some(word) = first
            && different.all(|(_, word)| word.is_some_and(|word| !has_odd_letters(&word)))
        {
            return vec![(other, word)];
        }
    }
    // Hardly anything but text in other scripts looks like it.
    if found.is_western || !found.is_odd && !found.is_latin {
        return Vec::new();
    }
    let others: Vec<(TextEncoding, Assessment)> = UNDETECTED
        .iter()
        .filter_map(|label| TextEncoding::of_label(label))
        .filter(|encoding| *encoding != than)
        .map(|encoding| (encoding, Assessment::of(words, encoding)))
        .collect();
    let any_western = others.iter().any(|(_, other)| other.is_western);
    let mut seen = HashSet::new();
    others
        .into_iter()
        .filter(|(_, other)| other.is_western || !any_western && found.is_odd && !other.is_odd)
        .filter_map(|(encoding, other)| Some((encoding, other.examples.into_iter().next()?)))
        // Several code pages have the same letters at the same places.
        .filter(|(_, example)| seen.insert(example.clone()))
        .collect()
}

/// The words of a text that have a letter outside of ASCII.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '-' | '\''))
        .filter(|word| !word.is_ascii())
}
