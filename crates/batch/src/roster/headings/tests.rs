//! Real headings, and what they say.

use std::collections::HashMap;

use super::vocabulary::Spelling;
use super::*;

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
#[ignore = "prints"]
fn show() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let all: Vec<String> =
            guesses(&line).iter().map(|g| format!("{:?}/{:?}", g.kind, g.whose)).collect();
        println!("{line}\t{}", all.join(" "));
    }
}
