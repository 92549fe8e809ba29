//! Real headings, and what they say. The tables come from exports and forms of many programs, and from lists that
//! public code reads.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::super::field::FIELDS;
use super::super::spellings::fold;
use super::vocabulary::Spelling;
use super::word::{NameWord, Word};
use super::*;

const ADDRESSES: &str = include_str!("tests/addresses.tsv");
const NAMES: &str = include_str!("tests/names.tsv");
const OTHER_FIELDS: &str = include_str!("tests/fields.tsv");
const NEITHER: &str = include_str!("tests/neither.tsv");

/// The lines of a table without its comment.
fn lines(table: &str) -> impl Iterator<Item = &str> {
    table.lines().skip(1)
}

/// What a heading says, as the tables have it: `name|last_name plain`.
fn said(heading: &str) -> String {
    let guesses = guesses(heading);
    let kinds: Vec<&str> = guesses
        .iter()
        .map(|guess| match guess.kind {
            HeadingKind::Field(field) => FIELDS[field as usize].1,
            HeadingKind::MiddleName => "middle",
            HeadingKind::NamePrefix => "prefix",
            HeadingKind::Nickname => "nickname",
        })
        .collect();
    match guesses.first() {
        Some(first) => {
            assert!(guesses.iter().all(|guess| guess.whose == first.whose), "{heading}");
            format!("{} {}", kinds.join("|"), format!("{:?}", first.whose).to_lowercase())
        }
        None => String::new(),
    }
}

/// Checks a table: no heading says anything else than the table, and only so many say nothing.
#[track_caller]
fn check(table: &str, at_least: usize, unknown_at_most: usize) {
    let mut wrong = Vec::new();
    let mut unknown = Vec::new();
    let rows: Vec<&str> = lines(table).collect();
    for row in &rows {
        let (expected, heading) = row.split_once('\t').expect("two columns");
        let said = said(heading);
        if said.is_empty() {
            unknown.push(heading);
        } else if said != expected {
            wrong.push(format!("{heading}: {said}, not {expected}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let different: HashSet<&&str> = rows.iter().collect();
    assert!(different.len() >= at_least, "{} headings", different.len());
    assert!(unknown.len() <= unknown_at_most, "{}: {unknown:?}", unknown.len());
}

#[test]
fn headings_of_addresses_are_recognized() {
    check(ADDRESSES, 800, 14);
}

#[test]
fn headings_of_names_are_recognized() {
    check(NAMES, 1000, 12);
}

#[test]
fn headings_of_other_fields_are_recognized() {
    check(OTHER_FIELDS, 300, 0);
}

#[test]
fn what_is_about_an_address_or_named_otherwise_is_neither() {
    let is_person = |guess: &HeadingGuess| match guess.kind {
        HeadingKind::Field(field) => {
            [Field::Email, Field::Name, Field::FirstName, Field::LastName].contains(&field)
        }
        _ => true,
    };
    let wrong: Vec<String> = lines(NEITHER)
        .filter(|heading| guesses(heading).iter().any(is_person))
        .map(|heading| format!("{heading}: {}", said(heading)))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    assert!(lines(NEITHER).count() >= 300);
}

#[test]
fn how_a_heading_is_written_makes_no_difference() {
    let of = |table| lines(table).map(|row: &str| row.rsplit('\t').next().unwrap_or_default());
    for heading in of(ADDRESSES).chain(of(NAMES)).chain(of(OTHER_FIELDS)).chain(of(NEITHER)) {
        let expected = guesses(heading);
        let variations = [
            heading.to_uppercase().replace(' ', "\u{a0}  "),
            heading.to_lowercase().replace(' ', "_").nfd().collect(),
            heading.nfc().map(full_width).collect::<String>().replace(' ', "\n"),
            format!("{}\u{feff}\"* [{heading}]:\"", " ".repeat(3000)),
        ];
        for variation in variations {
            assert_eq!(guesses(&variation), expected, "{heading} as {}", variation.trim());
        }
    }
}

/// The full-width form of a letter or digit, as Japanese and Chinese keyboards write it.
fn full_width(c: char) -> char {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c),
        c => c,
    }
}

#[test]
fn a_heading_without_blanks_says_less_but_nothing_else() {
    for table in [ADDRESSES, NAMES, OTHER_FIELDS] {
        for heading in lines(table).filter_map(|row| row.rsplit('\t').next()) {
            if heading.contains(':') {
                continue;
            }
            let together = guesses(&fold(heading));
            assert!(together.is_empty() || together == guesses(heading), "{heading}");
        }
    }
}

#[test]
fn a_heading_of_any_length_costs_little() {
    let long = "Email ".repeat(200_000);
    for _ in 0..2000 {
        assert_eq!(guesses(&long), []);
    }
    assert_eq!(guesses(&"a".repeat(2000)), []);
    assert_eq!(said(&"Email ".repeat(20)), "email plain");
    assert_eq!(guesses(&"Email ".repeat(50)), []);
    assert_eq!(guesses(&"1".repeat(100)), []);
}

#[test]
fn no_word_contributes_two_things() {
    let mut words = HashMap::new();
    let mut wrong = Vec::new();
    for spelling in vocabulary::spellings() {
        let Spelling { text, word, .. } = spelling.expect("a line of a known kind");
        let spelling = fold(&text);
        let before = words.insert(spelling.clone(), word);
        if spelling.is_empty() || before.is_some_and(|before| before != word) {
            wrong.push(format!("{spelling}: {before:?} and {word:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_table_has_what_the_files_say() {
    let mut expected: HashMap<String, (Word, u16, bool)> = HashMap::new();
    for spelling in vocabulary::spellings().flatten() {
        let Spelling { text, word, language, elided } = spelling;
        let (_, languages, always) = expected.entry(fold(&text)).or_insert((word, 0, true));
        *languages |= 1 << language;
        *always &= elided;
    }
    for (text, entry) in expected {
        let known =
            dictionary::known(&text).map(|known| (known.word, known.languages, known.elided));
        assert_eq!(known, Some(entry), "{text}");
    }
    assert!(dictionary::known("nowordofanyfile").is_none());
}

#[test]
fn a_word_for_a_column_says_so_alone() {
    for spelling in vocabulary::spellings().flatten() {
        let Spelling { text, word, .. } = spelling;
        if exact::guesses(&fold(&text)).is_some() {
            continue;
        }
        let first = guesses(&text).first().map(|guess| guess.kind);
        match word {
            Word::Field(field) => assert_eq!(first, Some(HeadingKind::Field(field)), "{text}"),
            Word::Name(NameWord::Any | NameWord::Whole) => {
                assert_eq!(first, Some(HeadingKind::Field(Field::Name)), "{text}");
            }
            Word::Name(NameWord::First | NameWord::FirstOrWhole) => {
                assert_eq!(first, Some(HeadingKind::Field(Field::FirstName)), "{text}");
            }
            Word::Name(NameWord::Last | NameWord::LastOrWhole) => {
                assert_eq!(first, Some(HeadingKind::Field(Field::LastName)), "{text}");
            }
            Word::WeakAddress => {
                let weak =
                    HeadingGuess { kind: HeadingKind::Field(Field::Email), whose: Whose::Weak };
                assert_eq!(guesses(&text).first(), Some(&weak), "{text}");
            }
            Word::Thing | Word::School | Word::Event | Word::About | Word::Joint | Word::Asks => {
                assert_eq!(first, None, "{text}");
            }
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_a_heading(heading in any::<String>()) {
        guesses(&heading);
    }

    #[test]
    fn a_word_that_is_not_known_leaves_nothing(
        row in prop::sample::select(lines(ADDRESSES).chain(lines(NAMES)).collect::<Vec<_>>()),
        unknown in "[bcdfghjklmnpqrstvwxz]{6}",
        first in any::<bool>(),
    ) {
        let heading = row.rsplit('\t').next().unwrap_or_default();
        let with = if first { format!("{unknown} {heading}") } else { format!("{heading} {unknown}") };
        prop_assert_eq!(guesses(&with), []);
    }
}
