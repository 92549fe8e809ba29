//! Words that tell a Latin code page was taken for another one: signs where letters were, and letters of other languages.

/// Letters that Icelandic, Faroese and Czech have beside `ð`, `ý` and `þ`, and Turkish does not have.
const NOT_TURKISH: &str = "áéíóúæåøÁÉÍÓÚÆÅØ";

/// Pairs of letters that are common in Hungarian, and rare in languages with `õ` or `û`.
const HUNGARIAN: [&str; 6] = ["gy", "sz", "zs", "cs", "ly", "ny"];

/// Whether a sign stands beside a letter where no word has it: `¼dipe`, `Pawe³`. In another code page, its octet is a
/// letter.
pub(super) fn has_sign_for_letter(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    (0..chars.len()).any(|at| {
        let before = at.checked_sub(1).map_or(' ', |at| chars[at]);
        let after = chars.get(at + 1).copied().unwrap_or(' ');
        let (is_after, is_before) = (before.is_alphabetic(), after.is_alphabetic());
        match chars[at] {
            // `m²`, `cm³`.
            '²' | '³' => (is_after && !is_unit(&chars[..at])) || is_before,
            '¼' | '½' | '¾' | '¦' | '¨' | '¸' | '¹' | '£' | '¥' | '¤' | '¬' | '±' | '¯' | '¶'
            | '˝' | 'ˇ' | '˘' | '˛' | '˙' => is_after || is_before,
            // `O´Neill` and `Ada´s` have an apostrophe.
            '´' => is_before && !is_after,
            // `Acme®` is a trademark, `Mª` is María, `¿` begins a question.
            '©' | '®' => is_before,
            'ª' | 'º' => is_before && !matches!(before, 'M' | 'm' | '0'..='9' | '.'),
            '¿' | '¡' | '§' => is_after,
            '×' | '÷' => is_after && is_before,
            _ => false,
        }
    })
}

/// Whether a square or a cube of it is common: `m`, `cm`, `km`.
fn is_unit(before: &[char]) -> bool {
    let letters = before.iter().rev().take_while(|c| c.is_alphabetic());
    let letters: String = letters.collect();
    matches!(letters.as_str(), "m" | "mc" | "mk" | "md" | "mm")
}

/// The code page that a word in windows-1252 rather is in, if it looks Turkish or Hungarian there: `Çaðrý`, `Gyõzõ`.
pub(super) fn rather_in(word: &str) -> Option<&'static str> {
    if is_turkish(word) {
        Some("windows-1254")
    } else if is_hungarian(word) {
        Some("windows-1250")
    } else {
        None
    }
}

fn is_turkish(word: &str) -> bool {
    let lower = word.to_lowercase();
    if !lower.contains(['ð', 'ý', 'þ']) || word.contains(|c| NOT_TURKISH.contains(c)) {
        return false;
    }
    // Guðmundur, Sigurður, Þorsteinn.
    let is_icelandic = ["guð", "þor", "þur"].iter().any(|start| lower.starts_with(start))
        || ["ður", "ðar"].iter().any(|end| lower.ends_with(end)) && lower.chars().count() > 4;
    // Novotný.
    let is_czech = lower.find(['ð', 'ý', 'þ']) == lower.strip_suffix('ý').map(str::len)
        && !lower.contains(['ç', 'ö', 'ü']);
    !is_icelandic && !is_czech
}

fn is_hungarian(word: &str) -> bool {
    let lower = word.to_lowercase();
    // Simões.
    let rest = lower.replace("õe", "");
    rest.contains(['õ', 'û'])
        && !lower.contains(['ã', 'ê', 'â', 'ç'])
        && (HUNGARIAN.iter().any(|pair| lower.contains(pair))
            || rest.ends_with('õ')
            || lower.contains(['á', 'ó', 'í', 'é']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_beside_letters_were_letters() {
        for word in [
            "¼dipe",
            "¦árka",
            "´ák",
            "Pawe³",
            "Gra¿yna",
            "D¹browski",
            "£ukasz",
            "W±sik",
            "Ja¶",
            "Bo¸ena",
            "©árka",
            "®ák",
            "ªtefan",
            "Iaºi",
            "¯ó³æ",
            "Gro§",
        ] {
            assert!(has_sign_for_letter(word), "{word}");
        }
        for word in [
            "Müller",
            "O´Neill",
            "Ada´s",
            "25m²",
            "km²",
            "Acme®",
            "Mª",
            "MªCarmen",
            "M.ª",
            "1º",
            "¿Cuándo",
            "¡Hola",
            "§5",
            "£50",
            "20°C",
            "«Zoë»",
            "col·legi",
            "½",
            "3×4",
            "x",
            "50€",
        ] {
            assert!(!has_sign_for_letter(word), "{word}");
        }
    }

    #[test]
    fn turkish_and_hungarian_words_are_told_from_others_with_these_letters() {
        for word in ["Çaðrý", "Ýbrahim", "Ayþe", "Yýlmaz", "Þahin", "Doðan", "Iþýk", "Uður"]
        {
            assert_eq!(rather_in(word), Some("windows-1254"), "{word}");
        }
        for word in ["Gyõzõ", "Szûcs", "Dezsõ", "Jenõ", "Kõvári", "Erdõs-Szõke"] {
            assert_eq!(rather_in(word), Some("windows-1250"), "{word}");
        }
        for word in [
            "Guðmundur",
            "Sigurður",
            "Þór",
            "Þorsteinn",
            "Steinþór",
            "Lýður",
            "Novotný",
            "Simões",
            "Camões",
            "Põder",
            "Tõnu",
            "Benoît",
            "Goût",
            "Müller",
            "João",
        ] {
            assert_eq!(rather_in(word), None, "{word}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_word_is_judged(word in "(?s)[a-zÀ-ÿ¡-¿ ]{0,12}|.{0,8}") {
            let _ = (has_sign_for_letter(&word), rather_in(&word));
        }
    }
}
