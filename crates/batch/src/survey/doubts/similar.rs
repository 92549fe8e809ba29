//! People who may be listed twice under two addresses.

use std::collections::{HashMap, HashSet};

use meetmint_core::Email;

use super::bounded::{Bounded, MOST};
use super::comparison::{are_one_edit_apart, fold_hash, without_digits};
use crate::remark::Remark;
use crate::roster::rows::Row;
use crate::roster::{NameSource, Roster, RosterEntry};
use crate::suggestion::quoted;
use crate::survey::reading::read_rows;

/// The longest roster in which such people are looked for, in rows. It takes 16 octets a row, and a further reading.
const MOST_ROWS: u64 = 50_000;

/// The most addresses of one name that are compared with each other: `Guest` is no name.
const MOST_NAMESAKES: usize = 20;

/// Domains in which a mailbox has no dots.
const WITHOUT_DOTS: [&str; 2] = ["gmail.com", "googlemail.com"];

/// Hashes of names and addresses.
#[derive(Debug, Default)]
pub(super) struct SimilarRows {
    /// Name and address of each row.
    hashes: Vec<(u64, u64)>,
    /// Whether there are more rows than are looked at.
    is_long: bool,
}

impl SimilarRows {
    pub(super) fn add(&mut self, number: u64, entry: &RosterEntry) {
        if number > MOST_ROWS {
            self.is_long = true;
            return;
        }
        if let Some(email) = &entry.attendee.email {
            self.hashes.push((name_hash(entry, email), fold_hash(email.as_str())));
        }
    }

    pub(super) fn merge(&mut self, later: SimilarRows) {
        self.is_long |= later.is_long;
        if self.is_long {
            self.hashes = Vec::new();
        } else {
            self.hashes.extend(later.hashes);
        }
    }

    /// A warning for each pair of rows with the same name and similar addresses.
    pub(super) fn remarks(mut self, roster: &Roster) -> Vec<Remark> {
        self.hashes.sort_unstable();
        self.hashes.dedup();
        let groups = self.hashes.chunk_by(|one, other| one.0 == other.0);
        let several = groups.filter(|group| (2..=MOST_NAMESAKES).contains(&group.len()));
        let names: HashSet<u64> = several.map(|group| group[0].0).collect();
        if names.is_empty() {
            return Vec::new();
        }
        let reader = roster.row_reader();
        let find = |rows: &mut dyn Iterator<Item = Row<'_>>| -> Vec<Person> {
            // Problems were collected at the first reading.
            let people = |row| reader.people(row, &mut Vec::new()).into_iter().flatten();
            rows.flat_map(|row| people(row).map(move |entry| (row.line(), entry)))
                .filter_map(|(line, entry)| {
                    let email = entry.attendee.email.as_ref()?;
                    let name = name_hash(&entry, email);
                    names.contains(&name).then(|| {
                        let key = email.key().into_owned();
                        let shown = entry.attendee.name.as_str().to_owned();
                        Person { name, line, shown, mailbox: mailbox(&key), key }
                    })
                })
                .collect()
        };
        let mut people = Vec::new();
        // A file that cannot be read again is reported by whoever reads it next.
        let _ = read_rows(roster, find, |found| people.extend(found));
        warnings(people)
    }
}

/// A row whose name others have, too.
struct Person {
    name: u64,
    line: u64,
    shown: String,
    key: String,
    /// The [`mailbox`] of the key.
    mailbox: String,
}

fn warnings(people: Vec<Person>) -> Vec<Remark> {
    let mut by_name: HashMap<u64, Vec<Person>> = HashMap::new();
    let mut found: Vec<(u64, u64, String, String, String)> = Vec::new();
    for person in people {
        let namesakes = by_name.entry(person.name).or_default();
        if namesakes.iter().any(|known| known.key == person.key) {
            continue;
        }
        // The two guardians of one row are two people, and often have similar addresses.
        let similar =
            namesakes.iter().find(|known| known.line != person.line && are_similar(known, &person));
        if let Some(known) = similar {
            let name = person.shown.clone();
            found.push((known.line, person.line, name, known.key.clone(), person.key.clone()));
        }
        namesakes.push(person);
    }
    found.sort();
    let count = found.len();
    found.truncate(MOST);
    Bounded { first: found, count }.remarks("similar-address", |(first, line, name, one, other)| {
        let message = format!(
            "{} is on lines {first} and {line} with similar addresses, {} and {}",
            quoted(name),
            quoted(one),
            quoted(other)
        );
        Remark::warning("similar-address", message)
            .hint("if this is one person, delete one of the two rows")
    })
}

/// A hash of the name. Where it is from the address, of the mailbox that both spellings of it lead to.
fn name_hash(entry: &RosterEntry, email: &Email) -> u64 {
    if entry.name_source == NameSource::Address {
        fold_hash(&mailbox(email.as_str()))
    } else {
        fold_hash(entry.attendee.name.as_str())
    }
}

/// Whether two different addresses probably lead to one mailbox, or one is a misspelled form of the other.
fn are_similar(one: &Person, other: &Person) -> bool {
    one.mailbox == other.mailbox
        || are_one_edit_apart(&one.key, &other.key)
            // `jane.doe1@` and `jane.doe2@` are two people with one name.
            && without_digits(&one.key) != without_digits(&other.key)
}

/// The address without a tag behind `+`, and without dots where they do not count.
fn mailbox(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else { return address.to_owned() };
    let local = local.split('+').next().unwrap_or_default();
    let domain = domain.to_lowercase();
    let local = local.to_lowercase();
    if WITHOUT_DOTS.contains(&domain.as_str()) {
        format!("{}@gmail.com", local.replace('.', ""))
    } else {
        format!("{local}@{domain}")
    }
}
