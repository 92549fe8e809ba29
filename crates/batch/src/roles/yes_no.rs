//! Yes and no, as people and programs write them.

/// Words and signs for yes, in lower case and sorted: marks in boxes, what spreadsheet programs and databases write for
/// true, and the languages that spreadsheets come in (`invitation-email` facts, §4.2). `✗`, `×` and `○` are left out: they are
/// a mark for some people, and a no or a yes for others.
const YES: [&str; 59] = [
    "1",
    "[x]",
    "ano",
    "checked",
    "doğru",
    "evet",
    "igaz",
    "igen",
    "j",
    "ja",
    "kyllä",
    "on",
    "oui",
    "pravda",
    "prawda",
    "s",
    "sand",
    "sann",
    "sant",
    "si",
    "sim",
    "sì",
    "sí",
    "t",
    "tak",
    "tosi",
    "true",
    "verdadeiro",
    "verdadero",
    "vero",
    "vrai",
    "waar",
    "wahr",
    "x",
    "y",
    "yes",
    "αληθές",
    "αληθες",
    "ναί",
    "ναι",
    "да",
    "истина",
    "так",
    "істина",
    "صواب",
    "نعم",
    "●",
    "☑",
    "☒",
    "✅",
    "✓",
    "✔",
    "はい",
    "是",
    "是的",
    "真",
    "네",
    "예",
    "참",
];

/// The same for no. `-` is how people mark a cell that is empty on purpose.
const NO: [&str; 59] = [
    "-",
    "--",
    "0",
    "[ ]",
    "[]",
    "ei",
    "epätosi",
    "f",
    "falsch",
    "false",
    "falsk",
    "falskt",
    "falso",
    "faux",
    "fałsz",
    "hamis",
    "hayir",
    "hayır",
    "n",
    "nao",
    "ne",
    "nee",
    "nei",
    "nein",
    "nej",
    "nem",
    "nepravda",
    "nie",
    "no",
    "non",
    "não",
    "off",
    "onwaar",
    "unchecked",
    "usann",
    "yanliş",
    "yanlış",
    "οχι",
    "ψευδές",
    "ψευδες",
    "όχι",
    "ложь",
    "нет",
    "ні",
    "хибність",
    "خطأ",
    "لا",
    "–",
    "—",
    "☐",
    "❌",
    "いいえ",
    "不",
    "不是",
    "假",
    "否",
    "거짓",
    "아니오",
    "아니요",
];

/// The longest of the words that is ASCII, in octets.
const LONGEST_ASCII: usize = 10;

/// Whether a cell of a column `moderator` or `host` says yes; `None` if it says neither yes nor no.
pub(crate) fn yes_or_no(cell: &str) -> Option<bool> {
    // Most cells that are asked about are longer than any of the words.
    if cell.is_ascii() && cell.trim_end_matches(['.', '!']).len() > LONGEST_ASCII {
        return None;
    }
    // The variation selector asks for a colored sign: `✔️`.
    let word = cell.to_lowercase().replace('\u{fe0f}', "");
    let word = word.trim_end_matches(['.', '!']);
    if YES.binary_search(&word).is_ok() {
        Some(true)
    } else if NO.binary_search(&word).is_ok() {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_known_as_people_and_programs_write_them() {
        for cell in [
            "yes",
            "Y",
            "TRUE",
            "1",
            "x",
            "X",
            "on",
            "✓",
            "✔",
            "✔\u{fe0f}",
            "☑",
            "✅",
            "●",
            "Ja",
            "WAHR",
            "Oui",
            "VRAI",
            "Sí",
            "VERDADERO",
            "VERO",
            "Sim",
            "VERDADEIRO",
            "WAAR",
            "Tak",
            "PRAWDA",
            "Ano",
            "SANT",
            "SAND",
            "SANN",
            "Kyllä",
            "TOSI",
            "Igen",
            "IGAZ",
            "Evet",
            "DOĞRU",
            "Ναι",
            "Да",
            "ИСТИНА",
            "Так",
            "نعم",
            "是",
            "はい",
            "예",
            "Yes!",
        ] {
            assert_eq!(yes_or_no(cell), Some(true), "{cell}");
        }
        for cell in [
            "no",
            "N",
            "FALSE",
            "0",
            "off",
            "-",
            "–",
            "☐",
            "❌",
            "Nein",
            "FALSCH",
            "Non",
            "FAUX",
            "FALSO",
            "Não",
            "Nee",
            "ONWAAR",
            "Nie",
            "FAŁSZ",
            "Ne",
            "NEPRAVDA",
            "Nej",
            "Nei",
            "FALSKT",
            "USANN",
            "Ei",
            "Nem",
            "HAMIS",
            "Hayır",
            "HAYIR",
            "YANLIŞ",
            "Όχι",
            "Нет",
            "ЛОЖЬ",
            "Ні",
            "لا",
            "否",
            "いいえ",
            "아니요",
        ] {
            assert_eq!(yes_or_no(cell), Some(false), "{cell}");
        }
        for cell in ["", "maybe", "✗", "×", "○", "2", "xx", "peut-être", "host"] {
            assert_eq!(yes_or_no(cell), None, "{cell}");
        }
    }

    #[test]
    fn words_are_sorted_and_none_has_two_meanings() {
        // Cells are compared in lower case, so a word with a capital letter would never match.
        let lower = |word: &&str| word.to_lowercase() == **word;
        assert!(YES.is_sorted() && NO.is_sorted());
        assert!(YES.iter().all(|word| !NO.contains(word)));
        assert!(YES.iter().chain(&NO).all(lower));
        let ascii = YES.iter().chain(&NO).filter(|word| word.is_ascii());
        assert_eq!(ascii.map(|word| word.len()).max(), Some(LONGEST_ASCII));
    }
}
