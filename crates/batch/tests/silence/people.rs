//! The people of a generated list.

use crate::random::Random;
use crate::words::Words;

/// Somebody who is in a list.
#[derive(Clone)]
pub(crate) struct Person {
    /// Empty if the list has none.
    pub(crate) email: String,
    pub(crate) first: String,
    pub(crate) last: String,
    /// What the person may be called, any of these.
    pub(crate) names: Vec<String>,
    pub(crate) role: &'static str,
}

const SYLLABLES: [&str; 16] = [
    "ka", "lo", "mi", "re", "su", "ta", "vo", "xi", "bel", "dor", "fen", "gus", "hin", "jol",
    "pra", "wem",
];
const DOMAINS: [&str; 5] =
    ["example.org", "example.com", "mail.example.net", "school.example", "example.co.uk"];

/// An address that says nothing about a name, so that a name that is made from it is seen to be one.
pub(crate) fn address(random: &mut Random, number: usize) -> String {
    let mut local = String::new();
    for _ in 0..2 + random.below(2) {
        local += random.pick(&SYLLABLES);
    }
    if random.one_in(3) {
        local.push(random.pick(&['.', '_', '-', '+']));
        local += random.pick(&SYLLABLES);
    }
    // The number makes it another one than all the others.
    format!("{local}{number}@{}", random.pick(&DOMAINS))
}

/// People with addresses of their own. `names` is filled in when it is known which columns the list has.
pub(crate) fn people(random: &mut Random, words: &Words) -> Vec<Person> {
    let count = if random.one_in(8) { 1 } else { 2 + random.below(11) };
    // Neighbours have different names: a column with one text in all cells looks like no column of names.
    let (first, last) = (random.below(6), random.below(6));
    (0..count)
        .map(|number| Person {
            email: address(random, number),
            first: words.first_names[(first + number) % 6].to_owned(),
            last: words.last_names[(last + number * (1 + number / 6)) % 6].to_owned(),
            names: Vec::new(),
            role: "participant",
        })
        .collect()
}

impl Person {
    /// First and family name in the order of a language; in a language that writes the family name first, either order is
    /// what people say.
    pub(crate) fn both_names(&self, family_first: bool) -> Vec<String> {
        let western = format!("{} {}", self.first, self.last);
        let eastern = format!("{} {}", self.last, self.first);
        if family_first { vec![eastern, western] } else { vec![western] }
    }

    /// What a person without a name is called.
    pub(crate) fn local_part(&self) -> String {
        self.email.split('@').next().unwrap_or_default().to_owned()
    }
}
