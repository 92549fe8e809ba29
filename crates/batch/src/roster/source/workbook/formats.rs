//! Number formats: what a number in a cell means.

/// How the number of a cell is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum NumberFormat {
    #[default]
    Plain,
    /// With zeros before it, to this many digits: codes and phone numbers.
    Zeros(u8),
    /// As a date or a time.
    Moment { date: bool, time: bool },
    /// As a duration, of more than a day as well.
    Elapsed,
}

use NumberFormat::{Elapsed, Moment, Plain, Zeros};

impl NumberFormat {
    /// A format that has a number instead of a code ([ECMA-376], part 1, 18.8.30).
    ///
    /// [ECMA-376]: https://ecma-international.org/publications-and-standards/standards/ecma-376/
    pub(super) fn built_in(id: u32) -> NumberFormat {
        match id {
            // From 27 on they are those of East Asian versions.
            14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Moment { date: true, time: false },
            18..=21 | 32..=35 | 45 | 47 | 55 | 56 => Moment { date: false, time: true },
            22 => Moment { date: true, time: true },
            46 => Elapsed,
            _ => Plain,
        }
    }

    /// A format by its code, such as `dd.mm.yyyy hh:mm`. Of several sections only the first counts: it is that of
    /// positive numbers.
    pub(super) fn parse(code: &str) -> NumberFormat {
        if !code.is_empty() && code.len() <= 30 && code.bytes().all(|octet| octet == b'0') {
            return code.len().try_into().map_or(Plain, Zeros);
        }
        let (mut date, mut time) = (false, false);
        // A month or minutes, depending on what is beside it.
        let mut undecided = false;
        let mut rest = code.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                ';' => break,
                '"' => {
                    rest.by_ref().find(|next| *next == '"');
                }
                '\\' | '_' | '*' => {
                    rest.next();
                }
                '[' => {
                    let inner: String = rest.by_ref().take_while(|next| *next != ']').collect();
                    let inner = inner.to_ascii_lowercase();
                    let only =
                        |letter: char| !inner.is_empty() && inner.chars().all(|c| c == letter);
                    if only('h') || only('m') || only('s') {
                        return Elapsed;
                    }
                }
                // `General`, and `E+00` of scientific notation.
                'G' | 'g' if starts_with(rest.clone(), "eneral") => return Plain,
                'E' | 'e' if matches!(rest.peek(), Some('+' | '-')) => return Plain,
                'y' | 'Y' | 'd' | 'D' | 'e' | 'E' | 'g' | 'G' => date = true,
                'b' | 'B' => date |= matches!(rest.peek(), Some('b' | 'B' | '1' | '2')),
                'h' | 'H' | 's' | 'S' => time = true,
                'm' | 'M' => undecided = true,
                'a' | 'A'
                    if starts_with(rest.clone(), "m/p") || starts_with(rest.clone(), "/p") =>
                {
                    time = true;
                    while rest.next_if(|next| "mM/pP".contains(*next)).is_some() {}
                }
                _ => {}
            }
        }
        if undecided && !time {
            date = true;
        }
        if date || time { Moment { date, time } } else { Plain }
    }
}

fn starts_with(rest: impl Iterator<Item = char>, wanted: &str) -> bool {
    rest.map(|c| c.to_ascii_lowercase()).take(wanted.len()).eq(wanted.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_apart() {
        let date = Moment { date: true, time: false };
        let time = Moment { date: false, time: true };
        let both = Moment { date: true, time: true };
        for (code, expected) in [
            ("General", Plain),
            ("0.00", Plain),
            ("0", Zeros(1)),
            ("00000", Zeros(5)),
            ("@", Plain),
            ("0.00E+00", Plain),
            ("#,##0 \"days\"", Plain),
            ("[Red]0;[Blue]-0", Plain),
            ("[$€-407] #,##0", Plain),
            ("0 \\m", Plain),
            ("\"Room\" 0", Plain),
            ("yyyy-mm-dd", date),
            ("DD.MM.YYYY", date),
            ("[$-407]d. mmmm yyyy;@", date),
            ("mmm yy", date),
            ("mmmm", date),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", date),
            ("h:mm", time),
            ("hh:mm:ss", time),
            ("mm:ss", time),
            ("h:mm AM/PM", time),
            ("h:mm A/P", time),
            ("dd/mm/yyyy hh:mm", both),
            ("yyyy\\-mm\\-dd\\Thh:mm", both),
            ("[h]:mm", Elapsed),
            ("[hh]:mm:ss", Elapsed),
            ("[mm]", Elapsed),
        ] {
            assert_eq!(NumberFormat::parse(code), expected, "{code}");
        }
    }
}
