//! People with two rows for the same meeting, one of which says that they take part, and the other that they do not.
//!
//! Half of a long list may be about them, so little is kept of each row; only of those that are shown, a further reading
//! gets the texts.

use std::collections::{BTreeMap, HashMap};

use meetmint_core::address_in_key;

use super::key_hash::{hash, identity, key_hash};
use super::reading::read_rows;
use super::result::{MOST, Repetition, Survey};
use crate::problem::Problem;
use crate::roster::rows::Row;
use crate::roster::{Choice, Duplicates, Roster, RowReader, Verdict};
use crate::suggestion::quoted;

/// One of the rows about such a person.
struct Answer {
    /// The index of the hash of person, room and start.
    group: usize,
    /// Person, room and start, separated by NUL, which none of them holds.
    key: String,
    number: u64,
    line: u64,
    says: Says,
    /// The role under which the first reading counted the row; none if its meeting is over.
    counted_role: Option<usize>,
}

/// What a row says.
enum Says {
    /// The person takes part.
    TakesPart,
    /// The same, but another row counts, or the row has a problem.
    Nothing,
    /// The person does not take part, by this column and cell.
    Declines(String, String),
}

/// What decides about the rows of one person: 16 octets.
#[derive(Clone, Copy, Default)]
struct Person {
    /// A hash of the key: it tells those apart whose first hashes are equal by chance. 0 before the first row.
    key: u64,
    declines: bool,
    takes_part: bool,
    is_first_declined: bool,
    is_last_declined: bool,
}

/// A row that says yes.
struct Counting {
    number: u64,
    /// The index of the person.
    person: usize,
    /// The person's address, where it has to be known; else empty.
    address: Box<str>,
    counted_role: Option<usize>,
}

/// What is said about one person.
#[derive(Default)]
struct Shown {
    /// Line, column and cell of the first row that says no.
    declined: Option<(u64, String, String)>,
    /// The lines of the first and the last row.
    lines: Option<(u64, u64)>,
    /// The lines of rows that say yes, as many as can be shown.
    counting: Vec<u64>,
}

impl Person {
    fn add(&mut self, answer: &Answer) {
        let declines = matches!(answer.says, Says::Declines(..));
        if self.key == 0 {
            self.key = hash(&answer.key) | 1;
            self.is_first_declined = declines;
        }
        self.is_last_declined = declines;
        self.declines |= declines;
        self.takes_part |= matches!(answer.says, Says::TakesPart);
    }

    /// Whether the rows that say yes do not count, because of one that says no.
    fn contradicts(&self, duplicates: Duplicates) -> bool {
        let is_decided = match duplicates {
            Duplicates::Refuse => true,
            Duplicates::First => self.is_first_declined,
            Duplicates::Last => self.is_last_declined,
        };
        self.declines && self.takes_part && is_decided
    }
}

/// The people with both answers.
struct People {
    /// By hash. Those whose hashes are equal by chance come last.
    all: Vec<Person>,
    by_chance: HashMap<(usize, u64), usize>,
}

impl People {
    /// The index of the person of a row.
    fn position(&self, answer: &Answer) -> Option<usize> {
        let key = hash(&answer.key) | 1;
        let person = self.all.get(answer.group)?;
        if person.key == 0 || person.key == key {
            return Some(answer.group);
        }
        self.by_chance.get(&(answer.group, key)).copied()
    }

    fn add(&mut self, answer: &Answer) -> usize {
        let at = self.position(answer).unwrap_or_else(|| {
            self.by_chance.insert((answer.group, hash(&answer.key) | 1), self.all.len());
            self.all.push(Person::default());
            self.all.len() - 1
        });
        self.all[at].add(answer);
        at
    }
}

/// Reads the rows of these people again. Which row counts is for the user to say, as for all rows that contradict each
/// other. To be called when repeated rows are known. `both` is sorted.
pub(super) fn resolve(roster: &Roster, both: &[u64], survey: &mut Survey) {
    let duplicates = roster.duplicates();
    let mut people = People { all: vec![Person::default(); both.len()], by_chance: HashMap::new() };
    let mut counting: Vec<Counting> = Vec::new();
    let read = read_answers(roster, both, survey, |answer| {
        let person = people.add(&answer);
        if let Says::TakesPart = answer.says {
            let Answer { number, counted_role, key, .. } = answer;
            let is_bad = duplicates == Duplicates::Refuse;
            let address = if is_bad { self::person(&key).into() } else { Box::default() };
            counting.push(Counting { number, person, address, counted_role });
        }
    });
    if let Err(problem) = read {
        survey.add_problem(problem);
    }
    counting.retain(|row| people.all[row.person].contradicts(duplicates));
    if counting.is_empty() {
        return;
    }
    let shown = shown(roster, both, &people, survey);
    if duplicates == Duplicates::Refuse {
        let count = people.all.iter().filter(|person| person.contradicts(duplicates)).count();
        survey.add_further_problems(count.saturating_sub(shown.len()));
    }
    for row in counting {
        if duplicates == Duplicates::Refuse {
            survey.add_bad_row(row.number, row.counted_role, &row.address);
        } else {
            survey.add_repetition(row.number, row.counted_role);
        }
    }
    for (key, Shown { declined, lines, counting }) in &shown {
        let person = person(key);
        match (duplicates, declined, lines) {
            (Duplicates::Refuse, Some(declined), _) => {
                survey.add_problem(problem(roster, person, declined, counting));
            }
            (Duplicates::First | Duplicates::Last, _, Some((first, last))) => {
                let counts = if duplicates == Duplicates::First { *first } else { *last };
                for line in counting {
                    let person = person.to_owned();
                    let repetition = Repetition { person, counts, line: *line, agrees: false };
                    survey.show_repetition(repetition);
                }
            }
            _ => {}
        }
    }
    survey.sort_rows();
}

/// What is said about the first of the people with contradictory rows, in the order of their keys.
fn shown(
    roster: &Roster,
    both: &[u64],
    people: &People,
    survey: &Survey,
) -> BTreeMap<String, Shown> {
    let mut all: BTreeMap<String, Shown> = BTreeMap::new();
    let read = read_answers(roster, both, survey, |answer| {
        let person = people.position(&answer).map(|at| &people.all[at]);
        if !person.is_some_and(|person| person.contradicts(roster.duplicates())) {
            return;
        }
        // Whoever is dropped for those before them stays so: the last of those who are kept only gets smaller.
        if all.len() >= MOST
            && !all.contains_key(&answer.key)
            && all.last_key_value().is_some_and(|(last, _)| *last < answer.key)
        {
            return;
        }
        let shown = all.entry(answer.key).or_default();
        let first = shown.lines.map_or(answer.line, |(first, _)| first);
        shown.lines = Some((first, answer.line));
        match answer.says {
            Says::TakesPart if shown.counting.len() < MOST => shown.counting.push(answer.line),
            Says::Declines(column, cell) if shown.declined.is_none() => {
                shown.declined = Some((answer.line, column, cell));
            }
            _ => {}
        }
        if all.len() > MOST {
            all.pop_last();
        }
    });
    // The file has changed meanwhile: whoever reads it next reports that.
    let _ = read;
    all
}

/// Calls `take` with the rows of these people, in the order of the file.
fn read_answers(
    roster: &Roster,
    both: &[u64],
    survey: &Survey,
    mut take: impl FnMut(Answer) + Send,
) -> Result<(), Problem> {
    let now = survey.now();
    let reader = roster.row_reader();
    let every_row = Choice::default();
    let with_all = RowReader { choice: &every_row, ..reader };
    let of_row = |row: Row<'_>| -> Vec<Answer> {
        let declined = match reader.verdict(row) {
            Verdict::Counts => None,
            Verdict::LeftOut(decider) if roster.choice().is_status(decider) => {
                Some(roster.choice().reason(decider))
            }
            Verdict::LeftOut(_) | Verdict::Unclear(_) => return Vec::new(),
        };
        let people = with_all.people(row, &mut Vec::new()).into_iter().flatten();
        (reader.number(row)..)
            .zip(people)
            .filter_map(|(number, entry)| {
                let meeting = roster.meeting_of(&entry);
                let group = both.binary_search(&key_hash(&entry, meeting)).ok()?;
                let person = identity(&entry.attendee);
                Some(Answer {
                    group,
                    key: format!("{person}\0{}\0{}", meeting.room.node(), meeting.start),
                    number,
                    line: row.line(),
                    says: match declined {
                        Some((column, cell)) => Says::Declines(column.to_owned(), cell.to_owned()),
                        None if survey.is_repeated(number) || survey.is_bad(number) => {
                            Says::Nothing
                        }
                        None => Says::TakesPart,
                    },
                    counted_role: (meeting.end > now).then_some(entry.role),
                })
            })
            .collect()
    };
    read_rows(
        roster,
        |rows| rows.flat_map(of_row).collect::<Vec<_>>(),
        |answers| answers.into_iter().for_each(&mut take),
    )
}

/// The person's address, or their name.
fn person(key: &str) -> &str {
    address_in_key(key.split('\0').next().unwrap_or_default())
}

fn problem(
    roster: &Roster,
    person: &str,
    (declined, column, cell): &(u64, String, String),
    counting: &[u64],
) -> Problem {
    let kept = counting.first().copied().unwrap_or_default();
    let message = format!(
        "{} is in the roster twice for the same meeting: line {kept} counts, but on line {declined} {} is {}",
        quoted(person),
        quoted(column),
        quoted(cell),
    );
    Problem::of_file("duplicate", roster.shown(), message)
        .at(kept.max(*declined))
        .hint("delete the row that is out of date, or write under [roster]: duplicates = \"last\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RosterSpec;
    use crate::survey::testing::{spec, survey_with};

    const START: &str =
        "email,name,status\nx@example.org,Xena One,accepted\ny@example.org,Yves Two,declined\n";

    fn survey(rows: &str, duplicates: Duplicates) -> Survey {
        let spec = RosterSpec { duplicates, ..spec(Vec::new()) };
        survey_with(&format!("{START}{rows}"), spec).1
    }

    #[test]
    fn whoever_says_yes_and_no_is_bad_and_not_removed() {
        let survey =
            survey("a@example.org,Ada,accepted\nA@example.org,Ada,declined\n", Duplicates::Refuse);
        let problems: Vec<_> = survey.problems().iter().map(ToString::to_string).collect();
        assert_eq!(
            problems,
            [
                "people.csv:5: `a@example.org` is in the roster twice for the same meeting: line 4 counts, but on line 5 `status` is `declined`"
            ]
        );
        // By the address alone, as everybody in the ledger is known.
        assert!(survey.bad().contains(&Some("a@example.org".to_owned())), "{:?}", survey.bad());
        assert_eq!(survey.people(), 1);
    }

    #[test]
    fn the_first_or_the_last_row_decides_if_the_user_says_so() {
        let yes = "a@example.org,Ada,accepted\n";
        let no = "a@example.org,Ada,declined\n";
        for (rows, duplicates, expected) in [
            ([yes, no, yes], Duplicates::First, &[(6, 4, true)][..]),
            ([no, yes, yes], Duplicates::First, &[(5, 4, false), (6, 5, true)]),
            ([yes, yes, no], Duplicates::Last, &[(4, 5, true), (5, 6, false)]),
            ([no, yes, yes], Duplicates::Last, &[(5, 6, true)]),
        ] {
            let survey = survey(&rows.concat(), duplicates);
            let found = survey.repetitions().iter().map(|row| (row.line, row.counts, row.agrees));
            assert_eq!(found.collect::<Vec<_>>(), expected, "{rows:?}");
            assert_eq!(survey.people(), 1 + 3 - 1 - expected.len(), "{rows:?}");
        }
    }

    #[test]
    fn more_than_can_be_shown_are_counted() {
        let rows = (0..=MOST).flat_map(|at| {
            ["accepted", "declined"].map(|status| format!("p{at:05}@example.org,Ada,{status}\n"))
        });
        let survey = survey(&rows.collect::<String>(), Duplicates::Refuse);
        assert_eq!((survey.problems().len(), survey.more_problems()), (MOST, 1));
        assert_eq!((survey.people(), survey.bad().len()), (1, MOST + 1));
    }

    #[test]
    fn people_whose_hashes_are_equal_by_chance_stay_apart() {
        assert_eq!(size_of::<Person>(), 16);
        let mut people = People { all: vec![Person::default()], by_chance: HashMap::new() };
        let answer = |key: &str, says| Answer {
            group: 0,
            key: key.to_owned(),
            number: 1,
            line: 1,
            says,
            counted_role: None,
        };
        let no = || Says::Declines(String::new(), String::new());
        let at = [
            people.add(&answer("a", Says::TakesPart)),
            people.add(&answer("b", no())),
            people.add(&answer("b", Says::TakesPart)),
            people.add(&answer("a", Says::Nothing)),
        ];
        assert_eq!(at, [0, 1, 1, 0]);
        let contradicts = people.all.iter().map(|person| person.contradicts(Duplicates::Refuse));
        assert_eq!(contradicts.collect::<Vec<_>>(), [false, true]);
    }
}
