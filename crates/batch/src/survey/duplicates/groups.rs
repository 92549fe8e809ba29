//! Which of the rows about one person at one meeting count, decided by what is kept of each person.

use std::collections::{BTreeMap, HashMap};

use crate::roster::Duplicates;
use crate::survey::result::{MOST, Survey};

/// What decides about a row.
pub(super) struct HashedRow {
    /// The index of the group of rows with the same hash.
    pub(super) group: usize,
    /// Another hash of person, room and start: it tells those apart whose first hashes are equal by chance.
    pub(super) key: u64,
    pub(super) number: u64,
    /// A hash of the name.
    pub(super) name: u64,
    /// Whether the name is not just a part of the address.
    pub(super) has_name: bool,
    pub(super) has_email: bool,
    pub(super) role: usize,
    /// Whether the meeting is over.
    pub(super) is_over: bool,
    /// The person's address, or their name.
    pub(super) person: String,
}

/// A row that is shown, by its number, and the one that counts.
pub(super) struct Shown {
    pub(super) counts: u64,
    pub(super) number: u64,
}

/// What is known of the rows of each person that have come so far.
pub(super) struct Groups {
    duplicates: Duplicates,
    /// By hash. Those whose hashes are equal by chance come last.
    all: Vec<Group>,
    /// Where these are.
    by_chance: HashMap<(usize, u32), usize>,
    persons: u32,
    contradictions: First,
    repetitions: First,
}

/// 32 octets for each person.
#[derive(Clone, Copy, Default)]
enum Group {
    #[default]
    Empty,
    /// People without an address: equal names are separate people.
    Namesakes { key: u32, count: u32 },
    /// The row that counts, as far as the rows have come.
    Person(Counting),
}

#[derive(Clone, Copy)]
struct Counting {
    number: u64,
    name: u64,
    key: u32,
    /// How many persons came before the first row of this one.
    order: u32,
    role: u32,
    has_name: bool,
    is_over: bool,
    is_contradicted: bool,
}

impl Group {
    fn key(&self) -> Option<u32> {
        match self {
            Group::Empty => None,
            Group::Namesakes { key, .. } | Group::Person(Counting { key, .. }) => Some(*key),
        }
    }
}

impl Counting {
    fn new(row: &HashedRow, order: u32) -> Counting {
        Counting {
            number: row.number,
            name: row.name,
            key: short(row.key),
            order,
            // There are not as many roles.
            role: u32::try_from(row.role).unwrap_or(u32::MAX),
            has_name: row.has_name,
            is_over: row.is_over,
            is_contradicted: false,
        }
    }

    /// Whether a row says the same.
    fn agrees(&self, row: &HashedRow) -> bool {
        let has_same_name = self.name == row.name || !self.has_name && !row.has_name;
        has_same_name && self.role as usize == row.role
    }

    /// The role under which the first reading counted the row; none if its meeting is over.
    fn counted_role(&self) -> Option<usize> {
        (!self.is_over).then_some(self.role as usize)
    }
}

impl Groups {
    /// As many groups as there are hashes. As much is shown as there is room for in the survey.
    pub(super) fn new(hashes: usize, duplicates: Duplicates, survey: &Survey) -> Groups {
        Groups {
            duplicates,
            all: vec![Group::Empty; hashes],
            by_chance: HashMap::new(),
            persons: 0,
            contradictions: First::new(MOST.saturating_sub(survey.problems().len())),
            repetitions: First::new(MOST.saturating_sub(survey.repetitions().len())),
        }
    }

    /// Decides about a row. Rows come in the order of the file.
    pub(super) fn add(&mut self, row: &HashedRow, survey: &mut Survey) {
        let at = self.place(row.group, short(row.key));
        let counting = match &mut self.all[at] {
            empty @ Group::Empty => {
                *empty = if row.has_email {
                    self.persons = self.persons.saturating_add(1);
                    Group::Person(Counting::new(row, self.persons))
                } else {
                    Group::Namesakes { key: short(row.key), count: 1 }
                };
                return;
            }
            Group::Namesakes { count, .. } => {
                *count = count.saturating_add(1);
                return survey.add_namesake(row.number, *count);
            }
            Group::Person(counting) => counting,
        };
        let counted_role = (!row.is_over).then_some(row.role);
        if self.duplicates == Duplicates::Last {
            // The one before is no longer the last one.
            survey.add_repetition(counting.number, counting.counted_role());
            self.repetitions.add(counting.order, counting.number, at);
            *counting = Counting::new(row, counting.order);
        // The other cells, such as the language, may differ: those of the row that counts are used.
        } else if self.duplicates == Duplicates::First || counting.agrees(row) {
            survey.add_repetition(row.number, counted_role);
            self.repetitions.add(counting.order, row.number, at);
        } else {
            // Nobody can know which of the rows is right, so the first one is as bad as the others.
            if !counting.is_contradicted {
                counting.is_contradicted = true;
                survey.add_bad_row(counting.number, counting.counted_role(), &row.person);
            }
            survey.add_bad_row(row.number, counted_role, &row.person);
            if !self.contradictions.add(counting.order, row.number, at) {
                survey.add_further_problems(1);
            }
        }
    }

    /// The contradictions and the repetitions that are shown: those of the persons who come first in the file.
    pub(super) fn shown(self) -> (Vec<Shown>, Vec<Shown>) {
        let counts = |at: usize| match self.all[at] {
            Group::Person(counting) => counting.number,
            Group::Empty | Group::Namesakes { .. } => 0,
        };
        let shown = |first: &First| {
            let all = first.all.iter();
            all.map(|((_, number), at)| Shown { counts: counts(*at), number: *number }).collect()
        };
        (shown(&self.contradictions), shown(&self.repetitions))
    }

    /// The index of the group of a person.
    fn place(&mut self, group: usize, key: u32) -> usize {
        if self.all[group].key().is_none_or(|known| known == key) {
            return group;
        }
        let next = self.all.len();
        let at = *self.by_chance.entry((group, key)).or_insert(next);
        if at == next {
            self.all.push(Group::Empty);
        }
        at
    }
}

/// The first of some findings, by the order of the persons and then of the rows.
struct First {
    most: usize,
    all: BTreeMap<(u32, u64), usize>,
}

impl First {
    fn new(most: usize) -> First {
        First { most, all: BTreeMap::new() }
    }

    /// Adds a row; `false` if it, or another one for it, is not among the first.
    fn add(&mut self, order: u32, number: u64, group: usize) -> bool {
        self.all.insert((order, number), group);
        if self.all.len() > self.most {
            self.all.pop_last();
            return false;
        }
        true
    }
}

/// Half of a hash is enough beside another one.
#[expect(clippy::cast_possible_truncation, reason = "half of a hash is meant")]
fn short(hash: u64) -> u32 {
    hash as u32
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn row(group: usize, key: u64, number: u64, name: u64) -> HashedRow {
        HashedRow {
            group,
            key,
            number,
            name,
            has_name: true,
            has_email: true,
            role: 0,
            is_over: false,
            person: format!("{group}-{key}@example.org"),
        }
    }

    #[test]
    fn little_is_kept_of_a_person() {
        assert_eq!(size_of::<Group>(), 32);
    }

    #[test]
    fn people_whose_hashes_are_equal_by_chance_stay_apart() {
        let mut survey = Survey::new(Timestamp::UNIX_EPOCH, 1);
        let mut groups = Groups::new(2, Duplicates::Refuse, &survey);
        for (number, key) in [(1, 7), (2, 8), (3, 9), (4, 8), (5, 7)] {
            groups.add(&row(1, key, number, 5), &mut survey);
        }
        let shown: Vec<_> = groups.shown().1.iter().map(|it| (it.counts, it.number)).collect();
        assert_eq!((shown, survey.repeated()), (vec![(1, 5), (2, 4)], 2));
    }

    #[test]
    fn the_contradictions_of_the_first_people_are_shown_and_the_others_counted() {
        let mut survey = Survey::new(Timestamp::UNIX_EPOCH, 1);
        let mut groups = Groups::new(MOST + 5, Duplicates::Refuse, &survey);
        let people = MOST + 5;
        for group in 0..people {
            groups.add(&row(group, 0, group as u64, 1), &mut survey);
        }
        // Those of the last people come first.
        for (count, group) in (0..people).rev().enumerate() {
            groups.add(&row(group, 0, (people + count) as u64, 2), &mut survey);
        }
        let shown = groups.shown().0;
        assert_eq!((shown.len(), survey.more_problems()), (MOST, 5));
        assert!(shown.iter().map(|it| it.counts).eq(0..MOST as u64));
    }
}
