//! What a cell says, apart from how programs wrap it: white space, invisible characters, text formulas, and the marks
//! that stand for nothing.

use meetmint_core::is_invisible;

use super::field::Field;

/// The longest mark that stands for nothing, in octets.
const LONGEST_MARK: usize = 24;

/// Abbreviations of `not available`, in lower case. With a slash, so that none of them is somebody's initials.
const NOT_AVAILABLE: [&str; 8] = ["n/a", "(n/a)", "[n/a]", "n/d", "n/v", "s/o", "н/д", "n / a"];

/// The same as people also write it where no name is expected, and the empty values of databases, in lower case.
const NO_VALUE: [&str; 13] = [
    "n.a.",
    "n. a.",
    "k.a.",
    "k. a.",
    "k.a",
    "n.v.t.",
    "null",
    "(null)",
    "nil",
    "none",
    "undefined",
    "nan",
    "(none)",
];

/// Words for `none` in a column of addresses, in lower case: no address is a single word.
const NO_ADDRESS: [&str; 32] = [
    "na",
    "no",
    "no email",
    "no e-mail",
    "not available",
    "unknown",
    "keine",
    "keine e-mail",
    "kein",
    "ohne",
    "aucun",
    "aucune",
    "sans",
    "ninguno",
    "ninguna",
    "no tiene",
    "nessuno",
    "nessuna",
    "nenhum",
    "geen",
    "brak",
    "nie ma",
    "žádný",
    "nemá",
    "ingen",
    "ei ole",
    "nincs",
    "yok",
    "нет",
    "немає",
    "なし",
    "无",
];

/// A cell without outer white space and invisible characters; empty if nothing in it can be seen.
pub(super) fn trimmed(cell: &str) -> &str {
    let bytes = cell.as_bytes();
    // Almost all cells.
    if let (Some(first), Some(last)) = (bytes.first(), bytes.last())
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return cell;
    }
    let text = cell.trim_matches(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c));
    // Joiners and variation selectors belong to the characters beside them, and show nothing alone.
    let shows_nothing = |c: char| {
        matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
            || c.is_whitespace()
            || is_invisible(c)
    };
    if text.starts_with(shows_nothing) && text.chars().all(shows_nothing) { "" } else { text }
}

/// The text of `="00123"`, which programs write so that a spreadsheet program does not read it as a number. Other cells
/// are as they are.
pub(super) fn without_formula(cell: &str) -> &str {
    let text = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    // With a quotation mark inside, it is a calculation: `="Ada "&"Muster"`.
    text.filter(|text| !text.contains('"')).unwrap_or(cell)
}

/// Whether a cell of this field stands for an empty one: `-` or `n/a`. `cell` is trimmed.
pub(super) fn is_missing(field: Field, cell: &str) -> bool {
    // Without allocation for all but short cells: this runs for each field of each row.
    if cell.len() > LONGEST_MARK {
        return false;
    }
    // In a column of yes and no, people mark a no with it.
    if field != Field::Moderator && is_dash(cell) {
        return true;
    }
    // None of the words below is so short, or begins with another letter.
    if field != Field::Email && (cell.len() < 3 || !cell.starts_with(begins_mark)) {
        return false;
    }
    let word = match field {
        // A person can be called `Null` or `None`, and have the initials N. A.
        Field::Name | Field::FirstName | Field::LastName => {
            return cell.contains('/') && NOT_AVAILABLE.contains(&cell.to_lowercase().as_str());
        }
        // An address has a sign, and a word for nothing has none.
        Field::Email if cell.contains('@') => return false,
        _ => cell.to_lowercase(),
    };
    let is_value = |word: &str| NOT_AVAILABLE.contains(&word) || NO_VALUE.contains(&word);
    match field {
        Field::Email => is_value(&word) || NO_ADDRESS.contains(&word.as_str()),
        // A role or a status may have such a name.
        Field::Role | Field::Moderator | Field::Status => NOT_AVAILABLE.contains(&word.as_str()),
        _ => is_value(&word),
    }
}

/// Whether a mark for nothing may begin with a character.
fn begins_mark(c: char) -> bool {
    matches!(c, '(' | '[' | 'K' | 'N' | 'S' | 'U' | 'k' | 'n' | 's' | 'u' | 'Н' | 'н')
}

/// Whether a cell has nothing but dashes, full stops, slashes or question marks.
fn is_dash(cell: &str) -> bool {
    cell.chars()
        .all(|c| matches!(c, '-' | '.' | '?' | '/' | '_' | '*' | '‐'..='―' | '−' | '？' | '－'))
}

/// Whether a cell holds a formula or the error of one in place of its value: `=A2&B2`, `#REF!`.
pub(super) fn is_formula(cell: &str) -> bool {
    match cell.as_bytes() {
        [b'=', _, ..] => true,
        [b'#', rest @ ..] if cell.len() <= LONGEST_MARK => {
            ["#N/A", "#NV", "#N/D", "#ND", "#GETTING_DATA", "#Н/Д"].contains(&cell)
                // `#REF!`, `#BEZUG!`, `#NAME?`, `#¡VALOR!`, `#DIV/0!`
                || matches!(rest, [_, _, _, .., b'!' | b'?'])
                    && !cell.contains(char::is_lowercase)
                    && !cell.contains(' ')
        }
        // LibreOffice.
        [b'E', b'r', b'r', b':', digits @ ..] => {
            (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_around_a_text_are_left_out() {
        for (cell, expected) in [
            ("Ada", "Ada"),
            (" Ada\u{a0}", "Ada"),
            ("\u{feff}\u{200b} Ada \u{200e}", "Ada"),
            ("\u{200b}", ""),
            ("\u{200d}\u{fe0f}", ""),
            (" \t\u{3000}\0", ""),
            ("Ada \u{2764}\u{fe0f}", "Ada \u{2764}\u{fe0f}"),
        ] {
            assert_eq!(trimmed(cell), expected, "{cell:?}");
        }
    }

    #[test]
    fn a_text_formula_is_its_text() {
        for (cell, expected) in [
            ("=\"00123\"", "00123"),
            ("=\"\"", ""),
            ("=\"", "=\""),
            ("=\"Ada \"&\"Muster\"", "=\"Ada \"&\"Muster\""),
            ("\"x\"", "\"x\""),
        ] {
            assert_eq!(without_formula(cell), expected);
        }
    }

    #[test]
    fn marks_for_nothing_depend_on_the_field() {
        use Field::{Email, Id, Language, LastName, Moderator, Name, Role, Title};
        for (cell, fields) in [
            ("-", &[Email, Name, LastName, Role, Language, Id, Title][..]),
            ("--", &[Email, Name, LastName, Role, Language, Id, Title]),
            ("–", &[Email, Name, LastName, Role, Language, Id, Title]),
            ("?", &[Email, Name, LastName, Role, Language, Id, Title]),
            (".", &[Email, Name, LastName, Role, Language, Id, Title]),
            ("N/A", &[Email, Name, LastName, Role, Moderator, Language, Id, Title]),
            ("k.A.", &[Email, Language, Id, Title]),
            ("NULL", &[Email, Language, Id, Title]),
            ("keine", &[Email]),
            ("なし", &[Email]),
            ("na", &[Email]),
            ("No", &[Email]),
            ("N.A.", &[Email, Language, Id, Title]),
            ("-@x.org", &[]),
            ("J.", &[]),
            ("#1", &[]),
        ] {
            for field in [Email, Name, LastName, Role, Moderator, Language, Id, Title] {
                assert_eq!(is_missing(field, cell), fields.contains(&field), "{cell} {field:?}");
            }
        }
    }

    #[test]
    fn no_mark_begins_with_another_letter() {
        for word in NOT_AVAILABLE.iter().chain(&NO_VALUE) {
            assert!(word.len() >= 3 && word.starts_with(begins_mark), "{word}");
            assert!(word.to_uppercase().starts_with(begins_mark), "{word}");
            assert!(is_missing(Field::Language, word) || is_missing(Field::Role, word));
        }
    }

    #[test]
    fn formulas_and_their_errors_are_told_from_text() {
        for cell in [
            "=A2&B2",
            "#N/A",
            "#NV",
            "#REF!",
            "#BEZUG!",
            "#NAME?",
            "#¡VALOR!",
            "#DIV/0!",
            "Err:502",
        ] {
            assert!(is_formula(cell), "{cell}");
        }
        for cell in ["", "=", "#1", "# Ada", "#teamAda!", "Err: x", "Err:", "Ada!", "-"] {
            assert!(!is_formula(cell), "{cell}");
        }
    }
}
