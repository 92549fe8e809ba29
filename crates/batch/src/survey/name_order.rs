//! Names as people say them: `Ada Lovelace`, where a roster has `Lovelace, Ada`.

use crate::roster::{NameSource, RosterEntry};

/// What may follow a comma and is no given name, without periods and hyphens, in lower case. `Md` is not among them: it
/// is short for Mohammed.
const SUFFIXES: &[&str] = &[
    "jr",
    "junior",
    "sr",
    "senior",
    "phd",
    "dphil",
    "drphil",
    "mba",
    "msc",
    "bsc",
    "dds",
    "dvm",
    "esq",
    "cpa",
    "inc",
    "incorporated",
    "ltd",
    "limited",
    "llc",
    "llp",
    "plc",
    "corp",
    "corporation",
    "gmbh",
    "ggmbh",
    "mbh",
    "srl",
    "sarl",
    "spa",
    "company",
    "university",
    "universität",
];

/// The same, but only in capitals: in lower case, some are names.
const CAPITAL_SUFFIXES: &[&str] = &[
    "CEO", "CFO", "COO", "CTO", "HR", "II", "III", "IV", "IT", "MD", "MA", "BA", "BS", "MS", "RN",
    "JD", "AG", "KG", "SE", "SA", "AB", "AS", "NV", "BV", "EV",
];

/// What stands before a given name, but is none by itself.
const TITLES: &[&str] = &[
    "dr", "prof", "mr", "mrs", "ms", "miss", "mx", "sir", "dame", "herr", "frau", "dipling",
    "diplinf", "ing", "mag", "rev", "hon", "med", "phil", "rer", "nat", "habil", "hc",
];

/// How the names of a roster are written.
#[derive(Clone, Debug, Default)]
pub(super) struct NameForms {
    /// Names from one cell.
    all: usize,
    /// Those with a comma.
    with_comma: usize,
    /// Those that may be a family name, a comma, and a given name.
    reversed: usize,
    /// Those of them with a single word before the comma.
    short: usize,
    /// The first of them, and what it has after the comma.
    first: Option<String>,
    given: Option<String>,
    /// Whether another one has something else there.
    differ: bool,
}

impl NameForms {
    /// Counts the name of a row.
    pub(super) fn add(&mut self, entry: &RosterEntry) {
        if entry.name_source != NameSource::OneCell {
            return;
        }
        self.all += 1;
        // Most names, and only one with a comma can be split.
        if memchr::memchr(b',', entry.attendee.name.as_str().as_bytes()).is_none() {
            return;
        }
        self.with_comma += 1;
        if let Some((family, given)) = split(entry.attendee.name.as_str()) {
            self.reversed += 1;
            self.first.get_or_insert_with(|| entry.attendee.name.as_str().to_owned());
            self.add_given(given);
            // `van der Berg` and `de la Cruz` are one name.
            let words = family.split(' ').filter(|word| !word.starts_with(char::is_lowercase));
            self.short += usize::from(words.count() < 2);
        }
    }

    /// Adds what was counted in other rows.
    pub(super) fn merge(&mut self, other: &NameForms) {
        self.all += other.all;
        self.with_comma += other.with_comma;
        self.reversed += other.reversed;
        self.short += other.short;
        self.differ |= other.differ;
        if self.first.is_none() {
            self.first.clone_from(&other.first);
        }
        if let Some(given) = &other.given {
            self.add_given(given);
        }
    }

    fn add_given(&mut self, given: &str) {
        match &self.given {
            Some(first) => self.differ |= first != given,
            None => self.given = Some(given.to_owned()),
        }
    }

    /// The first name as it is written and as it is shown, if these differ.
    pub(super) fn example(&self) -> Option<(String, String)> {
        let first = self.first.as_ref().filter(|_| self.are_family_name_first())?;
        Some((first.clone(), family_name_last(first)?))
    }

    /// Whether all names are written with the family name first. A roster with a single name counts.
    pub(super) fn are_family_name_first(&self) -> bool {
        // Without any short one, this may be a list like `Ada Lovelace, Acme`; and if several people have the same after the
        // comma, it is their department: `Müller, Sales`.
        let may_be_given_names = self.differ || self.all == 1;
        // Some people have a single name. In a long list, a few of them must not change the names of all others.
        let nearly_all = self.reversed == self.with_comma && self.reversed * 10 >= self.all * 9;
        nearly_all && self.short > 0 && may_be_given_names
    }
}

/// `Ada Lovelace` for `Lovelace, Ada`; `None` for a name in another form.
pub(super) fn family_name_last(name: &str) -> Option<String> {
    split(name).map(|(family, given)| {
        // Nobody puts a Chinese, Japanese or Korean family name last.
        if family.chars().any(is_east_asian) {
            format!("{family} {given}")
        } else {
            format!("{given} {family}")
        }
    })
}

/// Family name and given name of `Lovelace, Ada`. `None` unless there is exactly one comma, with a name on both sides.
fn split(name: &str) -> Option<(&str, &str)> {
    let (family, given) = name.split_once(',')?;
    let (family, given) = (family.trim(), given.trim());
    (is_name(family) && is_name(given) && is_given(given)).then_some((family, given))
}

/// Whether a text can be a name: digits, brackets and a second comma say that it is something else.
fn is_name(text: &str) -> bool {
    // Marks and joiners are parts of letters in many scripts, and none of them is ASCII.
    let of_name =
        |c: char| c.is_alphabetic() || " .'-".contains(c) || (!c.is_ascii() && !is_symbol(c));
    text.chars().any(char::is_alphabetic) && text.chars().all(of_name)
}

/// Han, Kana and Hangul.
fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Punctuation and digits of other scripts that no name contains.
fn is_symbol(c: char) -> bool {
    c.is_numeric() || "，、،؛；（）［］【】「」«»“”„–—".contains(c)
}

/// Whether what follows the comma can be a given name.
fn is_given(text: &str) -> bool {
    let plain = |word: &str| word.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let folded = |word: &str| plain(word).to_lowercase();
    let is_suffix = |word: &str| {
        SUFFIXES.contains(&folded(word).as_str())
            || CAPITAL_SUFFIXES.contains(&plain(word).as_str())
    };
    let is_title = |word: &str| TITLES.contains(&folded(word).as_str());
    // In two words, too: `Ph. D.`. Not so the others, because `J. R.` are initials.
    folded(text) != "phd" && !text.split(' ').any(is_suffix) && !text.split(' ').all(is_title)
}

#[cfg(test)]
mod tests {
    use meetmint_core::{Attendee, DisplayName};

    use super::*;

    fn greetings(names: &[&str]) -> Vec<String> {
        let entry = |name: &&str| RosterEntry {
            attendee: Attendee {
                own_id: None,
                email: None,
                name: DisplayName::clean(name).unwrap(),
                avatar: None,
                namesake: 1,
                family: None,
            },
            name_source: NameSource::OneCell,
            role: 0,
            own_meeting: None,
            language: None,
            zone: None,
        };
        let mut forms = NameForms::default();
        for name in names {
            let mut chunk = NameForms::default();
            chunk.add(&entry(name));
            forms.merge(&chunk);
        }
        let say = |name: &&str| {
            let said = forms.are_family_name_first().then(|| family_name_last(name)).flatten();
            said.unwrap_or_else(|| (*name).to_owned())
        };
        names.iter().map(say).collect()
    }

    #[test]
    fn names_that_are_all_reversed_are_said_in_order() {
        assert_eq!(
            greetings(&[
                "Lovelace, Ada",
                "O'Brien, Mary-Jane",
                "van der Berg, Jan",
                "García Márquez, Gabriel José",
                "Smith,J. R.",
                "Rahman, Md",
                "Müller, Dr. Hans",
                "کاظمی, می\u{200c}نا",
                "King Jr., Martin Luther",
            ]),
            [
                "Ada Lovelace",
                "Mary-Jane O'Brien",
                "Jan van der Berg",
                "Gabriel José García Márquez",
                "J. R. Smith",
                "Md Rahman",
                "Dr. Hans Müller",
                "می\u{200c}نا کاظمی",
                "Martin Luther King Jr.",
            ]
        );
        assert_eq!(greetings(&["van der Berg, Jan"]), ["Jan van der Berg"]);
        assert_eq!(greetings(&["王, 小明", "김, 하은"]), ["王 小明", "김 하은"]);
    }

    #[test]
    fn one_name_in_another_form_keeps_all_as_they_are() {
        for other in [
            "Sting",
            "Bob Stone",
            "King, Jr., Martin Luther",
            "King, Jr.",
            "Stone, PhD",
            "Stone, Ph. D.",
            "Stone, Jane PhD",
            "Stone, M.D.",
            "Stone, MD",
            "Acme, Inc.",
            "Acme, GmbH",
            "Stone, III",
            "Stone, Dr.",
            "Stone, Prof. Dr.",
            "Stone, Bob (Acme)",
            "Stone, 5b",
            "Stone, bob@example.org",
            ", Bob",
            "Stone,",
            "Stone, .",
            "Stone, “Bob”",
            "Stone, CEO",
        ] {
            let names = ["Lovelace, Ada", other];
            assert_eq!(greetings(&names), names);
        }
        // Departments and companies, not given names.
        let names = ["Müller, Vertrieb", "Meier, Vertrieb"];
        assert_eq!(greetings(&names), names);
        let names = ["Ada Lovelace, Acme", "Bob Stone, Initech"];
        assert_eq!(greetings(&names), names);
    }
}
