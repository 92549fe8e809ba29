//! Characters that another program garbled before: `MÃ¼ller` is `Müller` in UTF-8 that was read as windows-1252.

use encoding_rs::{Encoding, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// Code pages that UTF-8 is mistaken for: Western and Central European, Cyrillic.
const MISTAKEN: [&Encoding; 3] = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1251];

/// The longest run of characters that is looked at, in octets. Longer ones are text in other scripts.
const LONGEST_RUN: usize = 128;

/// Looks for garbled characters in a text that comes in pieces.
#[derive(Debug, Default)]
pub(super) struct GarbledFinder {
    /// The first garbled word, and where it is in octets.
    pub(super) first: Option<(u64, String)>,
    /// How many there are.
    pub(super) count: u64,
    /// Where the first character stands that replaces one which was lost (U+FFFD).
    pub(super) first_lost: Option<u64>,
    /// How many were lost.
    pub(super) lost: u64,
    /// A run of characters outside of ASCII at the end of the last piece, and where it begins.
    run: String,
    run_at: u64,
}

impl GarbledFinder {
    /// Goes on over a piece that begins at an offset.
    pub(super) fn add(&mut self, text: &str, offset: u64) {
        let octets = text.as_bytes();
        let mut start = 0;
        if !self.run.is_empty() {
            start = run_end(octets, 0);
            self.run.push_str(&text[..start]);
            if start == text.len() {
                self.run.truncate(cut(&self.run));
                return;
            }
            self.end_run();
        }
        while let Some(at) = next_run(octets, start) {
            let end = run_end(octets, at);
            if end == text.len() {
                self.run_at = offset + at as u64;
                let run = &text[at..end];
                self.run.push_str(&run[..cut(run)]);
                return;
            }
            if self.is_garbled(&text[at..end], offset + at as u64) {
                self.found(offset + at as u64, || word_around(text, at, end));
            }
            start = end;
        }
    }

    /// Goes on over a piece of nothing but ASCII.
    pub(super) fn add_ascii(&mut self, octets: &[u8]) {
        if !octets.is_empty() && !self.run.is_empty() {
            self.end_run();
        }
    }

    /// To be called after the last piece.
    pub(super) fn end_run(&mut self) {
        let run = std::mem::take(&mut self.run);
        if self.is_garbled(&run, self.run_at) {
            self.found(self.run_at, || run);
        }
    }

    fn found(&mut self, at: u64, word: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some((at, word()));
        }
    }

    fn is_garbled(&mut self, run: &str, at: u64) -> bool {
        let mut chars = run.chars();
        let Some(first) = chars.next() else { return false };
        let second = chars.next();
        if first == char::REPLACEMENT_CHARACTER || second.is_some() && has_lost(run) {
            self.lost += 1;
            self.first_lost.get_or_insert(at);
            return false;
        }
        let Some(second) = second else { return false };
        // What follows the first of the characters that one was torn into comes from an octet of 0x80 to 0xbf. These are
        // letters of the code pages above that, and all of CJK: most text of other scripts ends here.
        if matches!(second, 'À'..='ÿ' | 'А'..='я') || second >= '\u{3000}' {
            return false;
        }
        // In the code pages of DOS, and on the Mac, the first octet of `ü` is a symbol.
        let is_symbol = matches!(first, '├' | '┬' | '√');
        is_symbol
            || run.len() <= LONGEST_RUN
                && run.chars().all(may_be_in_page)
                && MISTAKEN.iter().any(|page| undoes(run, page))
    }
}

/// Whether a character of a run was lost. Hardly any run has an octet with which that sign begins.
fn has_lost(run: &str) -> bool {
    run.as_bytes().contains(&0xef) && run.contains(char::REPLACEMENT_CHARACTER)
}

/// Whether one of the code pages may have a character: false for nearly all other scripts, whose words need not be encoded
/// to find that out.
fn may_be_in_page(c: char) -> bool {
    matches!(c, '\0'..='\u{17f}' | 'ƒ' | '\u{2c6}'..='\u{2dd}' | '\u{400}'..='\u{491}' | '\u{2013}'..='\u{2122}')
}

/// Whether a run becomes a likely word if it is written in a code page, and read as UTF-8.
fn undoes(run: &str, page: &'static Encoding) -> bool {
    let (octets, _, unmappable) = page.encode(run);
    if unmappable {
        return false;
    }
    let Ok(word) = std::str::from_utf8(&octets) else { return false };
    let is_likely = |c: char| {
        matches!(c, '\u{a0}'..='\u{113}' | '\u{116}'..='\u{17f}' | 'Ș'..='ț' | '\u{386}'..='\u{52f}')
            || matches!(c, '\u{5d0}'..='\u{6ff}' | '\u{1ea0}'..='\u{1ef9}' | '\u{2013}'..='\u{20ac}')
            || matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
    };
    // Two Cyrillic letters can be one letter by chance.
    let least = if page == WINDOWS_1251 { 2 } else { 1 };
    word.chars().count() >= least && word.chars().all(is_likely)
}

/// Where a run that is too long to be looked at can be cut: it stays too long.
fn cut(run: &str) -> usize {
    (LONGEST_RUN + 1..run.len()).find(|at| run.is_char_boundary(*at)).unwrap_or(run.len())
}

/// Where the next character outside of ASCII is. Many octets at a time: this is done for all of a list.
fn next_run(octets: &[u8], start: usize) -> Option<usize> {
    const STEP: usize = 32;
    let rest = octets.get(start..)?;
    let is_ascii = |some: &[u8]| some.iter().fold(0, |all, byte| all | byte) < 0x80;
    let skipped = rest.chunks_exact(STEP).take_while(|some| is_ascii(some)).count() * STEP;
    let found = rest[skipped..].iter().position(|byte| !byte.is_ascii())?;
    Some(start + skipped + found)
}

/// Where a run of characters outside of ASCII ends.
fn run_end(octets: &[u8], start: usize) -> usize {
    octets[start..].iter().position(u8::is_ascii).map_or(octets.len(), |at| start + at)
}

/// The word that a run is in.
fn word_around(text: &str, start: usize, end: usize) -> String {
    let is_in_word =
        |c: char| c.is_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '\'' | '.' | '@');
    let before = text[..start]
        .rfind(|c| !is_in_word(c))
        .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    let after = text[end..].find(|c| !is_in_word(c)).map_or(text.len(), |at| end + at);
    text[before..after].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, whatever the pieces are.
    #[track_caller]
    fn find(text: &str) -> (u64, Option<u64>, u64) {
        let mut found = Vec::new();
        for size in [1, 3, 1000] {
            let mut finder = GarbledFinder::default();
            let mut at = 0;
            while at < text.len() {
                let end = (at + size..text.len()).find(|at| text.is_char_boundary(*at));
                let end = end.unwrap_or(text.len());
                finder.add(&text[at..end], at as u64);
                at = end;
            }
            finder.end_run();
            found.push((finder.count, finder.first.map(|(at, _)| at), finder.lost));
        }
        assert_eq!(found[0], found[1], "{text}");
        assert_eq!(found[0], found[2], "{text}");
        found[0]
    }

    #[test]
    fn garbled_words_are_found() {
        // Each of them by Python: `"…".encode().decode(CODE_PAGE)`.
        for text in [
            "MÃ¼ller",
            "JosÃ©",
            "StraÃŸe",
            "Ã…sa",
            "DvoÅ™Ã¡k",
            "â€™s",
            "Ã\u{a0}",
            "MĂĽller",
            "DvoĹ™Ăˇk",
            "РњР°СЂРёСЏ",
            "M├╝ller",
            "M√ºller",
            "å¼\u{a0}ä¼Ÿ",
        ] {
            assert!(find(text).0 > 0, "{text}");
        }
        assert_eq!(find("a, MÃ¼ller, JosÃ©"), (2, Some(4), 0));
        assert_eq!(find("M\u{fffd}ller, Jos\u{fffd}\u{fffd}"), (0, None, 2));
        let mut finder = GarbledFinder::default();
        finder.add("ada@example.org;Ada MÃ¼ller;x\n", 0);
        assert_eq!(finder.first, Some((21, "MÃ¼ller".to_owned())));
    }

    #[test]
    fn every_character_of_the_code_pages_is_looked_at() {
        for c in '\u{80}'..=char::MAX {
            let mut text = [0; 4];
            let is_in_one = MISTAKEN.iter().any(|page| !page.encode(c.encode_utf8(&mut text)).2);
            assert!(!is_in_one || may_be_in_page(c), "{c:?}");
        }
    }

    #[test]
    fn words_as_people_write_them_are_not_garbled() {
        for text in [
            "Müller, José, Straße, Åsa, Dvořák, Łódź, Şebnem, İpek, Ñuñez, Çağrı",
            "MÜLLER JOSÉ ÅSA ÄÖÜ ÃO ÑUÑEZ ÉÉ ÀÀ",
            "«CORAÇÃO» “JOSÉ” ‘É’ É… À– 20 °C",
            "Мария Сёмина Їжак Ёлкин РОССИЯ Србија Ђорђе",
            "Μαρία Παπαδοπούλου",
            "张伟 山田太郎 김민수 محمد כהן",
            "\u{a0}Ada\u{a0}",
            "é\u{a0}a",
            "Â",
            "O’Neill",
            "naïve",
        ] {
            assert_eq!(find(text), (0, None, 0), "{text}");
        }
    }
}
