//! Words of a text whose encoding is not known yet.

use std::collections::HashSet;

/// How many words are kept.
const MOST_WORDS: usize = 2000;

/// The longest word that is kept, in octets.
const LONGEST: usize = 100;

/// Words that have octets outside of ASCII, and the countries of the addresses beside them.
#[derive(Default)]
pub(super) struct Words {
    found: Vec<Vec<u8>>,
    known: HashSet<Vec<u8>>,
    /// The word that is being read.
    word: Vec<u8>,
    domains: Vec<([u8; 2], usize)>,
}

impl Words {
    /// Goes on over the octets of a text.
    pub(super) fn add(&mut self, octets: &[u8]) {
        for octet in octets {
            // From `@` on, octets can be the second half of a character: in Shift_JIS, GBK and Big5.
            if matches!(octet, b'0'..=b'9' | b'@'..) || matches!(octet, b'-' | b'\'' | b'.') {
                if self.word.len() <= LONGEST {
                    self.word.push(*octet);
                }
            } else {
                self.end();
            }
        }
    }

    /// Ends the word that is being read.
    pub(super) fn end(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        self.count_domain(&word);
        if word.len() <= LONGEST
            && !word.is_ascii()
            && self.found.len() < MOST_WORDS
            && self.known.insert(word.clone())
        {
            self.found.push(word);
        }
    }

    fn count_domain(&mut self, word: &[u8]) {
        let Some(dot) = memchr::memrchr(b'.', word) else { return };
        if memchr::memchr(b'@', word).is_none() {
            return;
        }
        let Ok(domain) = <[u8; 2]>::try_from(&word[dot + 1..]) else { return };
        if !domain.iter().all(u8::is_ascii_alphabetic) {
            return;
        }
        let domain = domain.map(|letter| letter.to_ascii_lowercase());
        match self.domains.iter_mut().find(|(known, _)| *known == domain) {
            Some((_, count)) => *count += 1,
            None => self.domains.push((domain, 1)),
        }
    }

    /// The words with octets outside of ASCII, in the order of the text, each once.
    pub(super) fn all(&self) -> &[Vec<u8>] {
        &self.found
    }

    /// The top-level domain of two letters that most addresses have.
    pub(super) fn domain(&self) -> Option<&[u8]> {
        self.domains.iter().max_by_key(|(_, count)| *count).map(|(domain, _)| domain.as_slice())
    }
}

/// The script of a letter, as far as it matters here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    /// Chinese, Japanese and Korean: written beside Latin letters now and then.
    EastAsian,
    Other,
}

/// Whether a word has Latin letters alone.
pub(super) fn is_latin(word: &str) -> bool {
    word.chars().all(|c| script(c).is_none_or(|script| script == Script::Latin))
}

fn script(c: char) -> Option<Script> {
    match c {
        _ if !c.is_alphabetic() => None,
        'ª' | 'º' => None,
        ..='\u{24f}' | '\u{1e00}'..='\u{1eff}' | '\u{fb00}'..='\u{fb06}' => Some(Script::Latin),
        '\u{1100}'.. => Some(Script::EastAsian),
        _ => Some(Script::Other),
    }
}

/// Whether a word has letters where no name has them: a symbol between two letters, a capital letter with an accent within
/// a word of small letters, letters of two scripts side by side. So it is probably read in a wrong encoding.
pub(super) fn has_odd_letters(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    (0..chars.len()).any(|at| {
        let c = chars[at];
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied().unwrap_or(' ');
        let after = chars.get(at + 1).copied().unwrap_or(' ');
        !c.is_ascii() && is_odd(before, c, after)
    })
}

/// Letters that are common in names of Western Europe.
const COMMON: &str = "äöüßéèêëáàâåãæçíîïìñóòôõøœúùûýÄÖÜÉÈÁÀÂÅÆÇÍÎÑÓÔØÚ";

/// Whether a word has no letters but those that are common in Western Europe, and none of them where no name has it.
pub(super) fn is_western(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii() || COMMON.contains(c)) && !has_odd_letters(word)
}

fn is_odd(before: char, c: char, after: char) -> bool {
    let is_lower = |c: char| c.is_lowercase();
    match (script(before), script(c), script(after)) {
        // Box drawing, currencies, quotation marks within a word. After an apostrophe, a dash or a blank, most words have a
        // capital letter.
        (_, None, _) => {
            let is_mark = matches!(c, '·' | '\u{ad}' | '´' | '`' | '‑');
            let is_part = |c: char| c.is_alphabetic() || !c.is_ascii();
            let is_inside = before.is_alphabetic() && is_part(after)
                || is_part(before) && after.is_alphabetic();
            let is_apostrophe =
                matches!(c, '’' | '‘' | '–') && !(is_lower(before) && is_lower(after));
            // Currencies, fractions and the like, beside a letter.
            let is_symbol = matches!(c, '¢'..='©' | '¬' | '®'..='³' | '¶' | '¸' | '¹' | '¼'..='¾')
                && (before.is_alphabetic() || after.is_alphabetic());
            // In Greek code pages, a letter with an accent and a quotation mark change their places.
            let is_first = c == '’' && before == ' ' && after.is_alphabetic() && !after.is_ascii();
            let is_drawn =
                matches!(c, '\u{2190}'..='\u{2bff}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}');
            is_drawn || is_symbol || is_first || is_inside && !is_mark && !is_apostrophe
        }
        // Between two Latin letters, or beside one if it is no letter of East Asia.
        (Some(Script::Latin), Some(Script::EastAsian), Some(Script::Latin)) => true,
        (Some(one), Some(other), _) | (_, Some(other), Some(one))
            if one != other && one != Script::EastAsian && other != Script::EastAsian =>
        {
            true
        }
        (Some(_), Some(_), _) => c.is_uppercase() && (is_lower(before) || is_lower(after)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_look_right_and_words_of_a_wrong_encoding_odd() {
        for word in [
            "Müller",
            "MÜLLER",
            "Núñez",
            "D’Angelo",
            "O’Neill",
            "Müller–Lüdenscheid",
            "Łódź",
            "Ådne",
            "Мария",
            "Ελένη",
            "山田",
            "山田Taro",
            "김민수",
            "l·l",
            "Ærø",
            "Øystein",
            "Đorđe",
            "M.ª",
            "50€",
            "Mª",
        ] {
            assert!(!has_odd_letters(word), "{word}");
        }
        for word in [
            "MŸller",
            "J„ger",
            "¶ννα",
            "W±sik",
            "JŽr™me",
            "M\u{fffd}ller",
            "StraЯe",
            "Mбller",
            "M黮ler",
            "G—mez",
            "Mar’a",
            "M╝ller",
            "Ñ‚est",
        ] {
            assert!(has_odd_letters(word), "{word}");
        }
    }

    #[test]
    fn words_and_domains_are_collected_across_pieces() {
        let mut words = Words::default();
        let text =
            b"ada@example.cz;Dvo\xf8\xe1k;x\nben@example.CZ;Dvo\xf8\xe1k\ncleo@example.org;\xd8\n";
        for piece in text.chunks(3) {
            words.add(piece);
        }
        words.end();
        assert_eq!(words.all(), [&b"Dvo\xf8\xe1k"[..], b"\xd8"]);
        assert_eq!(words.domain(), Some(&b"cz"[..]));
    }
}
