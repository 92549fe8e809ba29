//! Names that are probably none, or not as they were written once.

use super::bounded::Bounded;
use crate::remark::Remark;
use crate::roster::RowReader;
use crate::roster::rows::Row;
use crate::suggestion::quoted;

/// Values of databases that are no names. In these spellings only: people are called `Null` and `None`.
const NO_VALUES: [&str; 9] =
    ["NULL", "null", "undefined", "UNDEFINED", "NaN", "nan", "none", "NONE", "nil"];

/// Which octets are letters, or join the words of a name.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        plain[byte as usize] =
            byte.is_ascii_alphabetic() || matches!(byte, b' ' | b'-' | b'.' | b'\'');
        byte += 1;
    }
    plain
};

/// What is odd about a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Oddity {
    At,
    LineBreak,
    Digits,
    NoValue,
    Damaged,
    Code,
}

use Oddity::{At, Code, Damaged, Digits, LineBreak, NoValue};

const ALL: [Oddity; 6] = [At, LineBreak, Digits, NoValue, Damaged, Code];

impl Oddity {
    /// The code of the warning.
    fn code(self) -> &'static str {
        match self {
            At => "name-with-at",
            LineBreak => "name-with-line-break",
            Digits => "name-of-digits",
            NoValue => "name-without-value",
            Damaged => "damaged-name",
            Code => "name-with-code",
        }
    }

    /// What the warning says of the name, and what to do.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            At => ("has an `@` in it", "write only the person's name into the cell"),
            LineBreak => {
                ("was a cell of several lines", "check whether the cell holds more than one name")
            }
            Digits => ("has no letters", "check whether the column holds names"),
            NoValue => (
                "looks like the missing value of a database",
                "empty the cell: the name is then the part of the address before the `@`",
            ),
            Damaged => (
                "has letters that were damaged when the file was written",
                "export the list again, as UTF-8",
            ),
            Code => (
                "had HTML codes in it, which were read as the characters that they stand for",
                "if that is wrong, correct the cell",
            ),
        }
    }
}

/// Odd names, by what is odd about them.
#[derive(Debug, Default)]
pub(super) struct OddNames([Bounded<(u64, String)>; ALL.len()]);

impl OddNames {
    /// Looks at the cells that a name was made of.
    pub(super) fn add(&mut self, reader: &RowReader<'_>, row: Row<'_>, name: &str) {
        let Some(oddity) = reader.name_cells(row).find_map(|cell| oddity(cell, name)) else {
            return;
        };
        self.0[oddity as usize].add(|| (row.line(), name.to_owned()));
    }

    pub(super) fn merge(&mut self, later: OddNames) {
        for (all, later) in self.0.iter_mut().zip(later.0) {
            all.merge(later);
        }
    }

    pub(super) fn remarks(&self) -> Vec<Remark> {
        let of = |oddity: Oddity| {
            let (code, (says, hint)) = (oddity.code(), oddity.words());
            self.0[oddity as usize].remarks(code, |(line, name)| {
                let message = format!("line {line}: the name {} {says}", quoted(name));
                // What was read without a loss is only good to know.
                let remark = if oddity == Code {
                    Remark::note(code, message)
                } else {
                    Remark::warning(code, message)
                };
                remark.hint(hint)
            })
        };
        ALL.into_iter().flat_map(of).collect()
    }
}

/// What is odd about the name that was made of a cell.
fn oddity(cell: &str, name: &str) -> Option<Oddity> {
    // Almost all names.
    if cell.bytes().fold(true, |plain, byte| plain & PLAIN[usize::from(byte)]) {
        return NO_VALUES.contains(&cell).then_some(NoValue);
    }
    // Most of the others: with letters alone, nothing is odd but what another cell of the name has.
    let is_known =
        |c: char| is_letter(c) || u8::try_from(c).is_ok_and(|byte| PLAIN[usize::from(byte)]);
    if cell.chars().all(is_known) && cell.contains(is_letter) {
        return None;
    }
    // Not the cell: an address beside the name was left out.
    if name.contains('@') {
        return Some(At);
    }
    if cell.contains(['\n', '\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{85}']) {
        return Some(LineBreak);
    }
    if !name.chars().any(char::is_alphabetic) && name.chars().any(char::is_numeric) {
        return Some(Digits);
    }
    if is_damaged(cell) {
        return Some(Damaged);
    }
    // A code is gone from the name; any other sign is still there.
    let has_code = cell.contains('&') && cell.matches('&').count() > name.matches('&').count()
        || cell.contains("&amp;") && !name.contains("&amp;");
    has_code.then_some(Code)
}

/// Whether a text was UTF-8 and has been read as Windows-1252 (`MÃ¼ller`), or has lost letters (`M�ller`).
fn is_damaged(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        // The second octet of such a letter is from 80 to BF.
        let is_second = matches!(c, '\u{80}'..='\u{bf}' | '€' | '‚' | 'ƒ' | '„' | '…' | '†' | '‡' | 'ˆ' | '‰' | 'Š' | '‹' | 'Œ' | 'Ž' | '‘'..='”' | '•' | '–' | '—' | '˜' | '™' | 'š' | '›' | 'œ' | 'ž' | 'Ÿ');
        let found = c == '\u{fffd}' || matches!(before, 'Ã' | 'Å' | 'Ä') && is_second && c != '\u{a0}';
        before = c;
        found
    })
}

/// Whether a character is a letter outside of ASCII, and not one with which damaged letters begin: the letters of many
/// languages.
fn is_letter(c: char) -> bool {
    matches!(c,
        'À'..='Â' | 'Æ'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{17f}' | 'Ș'..='ț' | 'Ά' | 'Έ'..='Ί' | 'Ό' | 'Ύ'..='Ώ' | 'ΐ'..='Ρ'
        | 'Σ'..='ώ' | 'Ѐ'..='ѯ' | 'א'..='ת' | 'ء'..='غ' | 'ف'..='ي' | 'क'..='न' | 'ก'..='ะ' | 'ა'..='ჺ' | 'Ạ'..='ỹ'
        | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='\u{9fef}' | '가'..='힣')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_odd_about_letters() {
        for c in ('\0'..=char::MAX).filter(|c| is_letter(*c)) {
            assert!(c.is_alphabetic() && !c.is_ascii(), "{c:?}");
            // Neither alone nor as the first of two.
            assert!(!is_damaged(&format!("{c}\u{80}")), "{c:?}");
        }
    }

    #[test]
    fn odd_names_are_told_from_unusual_ones() {
        for (cell, name, expected) in [
            ("Ada Muster", "Ada Muster", None),
            ("ada@example.org", "ada@example.org", Some(At)),
            ("Ada\nMuster", "Ada Muster", Some(LineBreak)),
            ("4711", "4711", Some(Digits)),
            ("0171/12 34", "0171/12 34", Some(Digits)),
            ("R2-D2", "R2-D2", None),
            ("NULL", "NULL", Some(NoValue)),
            ("Null", "Null", None),
            ("MÃ¼ller", "MÃ¼ller", Some(Damaged)),
            ("M\u{fffd}ller", "M\u{fffd}ller", Some(Damaged)),
            ("Müller", "Müller", None),
            ("JOÃO", "JOÃO", None),
            ("Åse Ångström", "Åse Ångström", None),
            ("Ben O&#39;Neil", "Ben O'Neil", Some(Code)),
            ("Ada &amp; Ben", "Ada & Ben", Some(Code)),
            ("Ada & Ben", "Ada & Ben", None),
            ("王小明", "王小明", None),
            ("👩‍🚀", "👩‍🚀", None),
        ] {
            assert_eq!(oddity(cell, name), expected, "{cell}");
        }
    }
}
