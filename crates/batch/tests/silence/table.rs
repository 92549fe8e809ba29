//! The columns of a generated list, in any order.

use crate::people::{Person, address};
use crate::random::Random;
use crate::words::Words;

/// A column: its heading, and a cell for each person.
pub(crate) struct Column {
    pub(crate) heading: String,
    pub(crate) cells: Vec<String>,
}

/// People as a table, and how certain its meaning is.
pub(crate) struct Table {
    pub(crate) people: Vec<Person>,
    pub(crate) columns: Vec<Column>,
    /// Whether the columns leave no doubt about who is meant.
    pub(crate) clear: bool,
    /// What is special about it.
    pub(crate) about: Vec<&'static str>,
}

/// One of several spellings.
fn one_of(random: &mut Random, spellings: &str) -> String {
    let all: Vec<&str> = spellings.split('|').collect();
    random.pick(&all).to_owned()
}

/// What forms and exports put round a heading.
fn dressed(random: &mut Random, heading: &str) -> String {
    match random.below(14) {
        0 => format!("{heading}*"),
        1 => format!("{heading} (required)"),
        2 => heading.to_uppercase(),
        3 => format!(" {heading} "),
        4 => format!("{heading}:"),
        5 => heading.replace(' ', "_").to_lowercase(),
        _ => heading.to_owned(),
    }
}

impl Table {
    pub(crate) fn new(random: &mut Random, words: &Words, mut people: Vec<Person>) -> Table {
        let mut table =
            Table { people: Vec::new(), columns: Vec::new(), clear: true, about: Vec::new() };
        table.add_names(random, words, &mut people);
        table.add_roles(random, words, &mut people);
        table.add_addresses(random, words, &mut people);
        table.people = people;
        table.add_others(random, words);
        random.shuffle(&mut table.columns);
        for column in &mut table.columns {
            column.heading = dressed(random, &column.heading);
        }
        table
    }

    /// A column that is not certain to be understood.
    fn doubt(&mut self, why: &'static str) {
        self.clear = false;
        self.about.push(why);
    }

    fn add(&mut self, heading: String, cells: Vec<String>) {
        self.columns.push(Column { heading, cells });
    }

    fn add_names(&mut self, random: &mut Random, words: &Words, people: &mut [Person]) {
        let first = one_of(random, words.first);
        let last = one_of(random, words.last);
        let whole = one_of(random, words.name);
        for person in people.iter_mut() {
            person.names = person.both_names(words.family_first);
            // A cell of a name is missing now and then; the other half is then the name.
            if random.one_in(25) {
                person.first.clear();
                person.names = vec![person.last.clone()];
            }
        }
        let firsts = |people: &[Person]| people.iter().map(|one| one.first.clone()).collect();
        let lasts = |people: &[Person]| people.iter().map(|one| one.last.clone()).collect();
        let wholes = |people: &[Person]| -> Vec<String> {
            people.iter().map(|one| one.names[0].clone()).collect()
        };
        match random.below(20) {
            0..=4 | 16.. => {
                self.add(first, firsts(people));
                self.add(last, lasts(people));
            }
            5..=9 => {
                // A whole name is missing now and then.
                for person in people.iter_mut().filter(|_| random.one_in(25)) {
                    person.names = vec![String::new()];
                }
                self.add(whole, wholes(people));
            }
            10 => {
                self.about.push("family name, first name in one cell");
                // One cell without the comma would make all of them doubtful.
                for person in people.iter_mut().filter(|one| one.first.is_empty()) {
                    person.first.clone_from(&words.first_names[0].to_owned());
                    person.names = person.both_names(words.family_first);
                }
                // Where it is not certain that all of them are written so, the cell as it is will do.
                let certain = people.len() > 3 && !words.family_first;
                for person in people.iter_mut().filter(|_| !certain) {
                    person.names.push(format!("{}, {}", person.last, person.first));
                }
                let cells =
                    people.iter().map(|one| format!("{}, {}", one.last, one.first)).collect();
                self.add(whole, cells);
            }
            11 => match words.name_as_last {
                Some(heading) => {
                    self.about.push("the heading of the family name says name");
                    self.add(heading.to_owned(), lasts(people));
                    self.add(first, firsts(people));
                }
                None => self.add(whole, wholes(people)),
            },
            12 | 13 => {
                self.about.push("whole name and its parts");
                self.add(whole, wholes(people));
                self.add(first, firsts(people));
                self.add(last, lasts(people));
            }
            14 => {
                self.doubt("an unknown heading over names");
                self.add("Zugesagt hat Xyz".to_owned(), wholes(people));
            }
            15 => {
                self.doubt("no names");
                for person in people.iter_mut() {
                    person.names = vec![String::new()];
                }
            }
        }
        for person in people.iter_mut().filter(|one| one.names[0].is_empty()) {
            person.names = vec![person.local_part()];
        }
    }

    fn add_roles(&mut self, random: &mut Random, words: &Words, people: &mut [Person]) {
        let Some(heading) = words.role.filter(|_| random.one_in(5)) else { return };
        self.about.push("roles");
        let mut cells = Vec::new();
        for person in people.iter_mut() {
            let (cell, role) = random.pick(&[
                ("Moderator", "moderator"),
                ("Host", "moderator"),
                ("Participant", "participant"),
                ("guest", "participant"),
                ("", "participant"),
            ]);
            person.role = role;
            cells.push(cell.to_owned());
        }
        self.add(heading.to_owned(), cells);
    }

    fn add_addresses(&mut self, random: &mut Random, words: &Words, people: &mut [Person]) {
        let heading = if random.one_in(30) {
            self.doubt("an unknown heading over addresses");
            "Xyz 7".to_owned()
        } else {
            one_of(random, words.email)
        };
        if people.len() > 2 && random.one_in(25) {
            self.doubt("an address is missing");
            let at = random.below(people.len());
            // Whoever was to be called by the address has no name at all then.
            if people[at].names[0] != people[at].local_part() {
                people[at].email.clear();
            }
        }
        let form = random.below(36);
        let mut cells = Vec::new();
        for person in people.iter() {
            let plain = person.email.as_str();
            let name = &person.names[0];
            let dressed = match form {
                _ if plain.is_empty() => String::new(),
                0 => format!("mailto:{plain}"),
                1 => format!("<{plain}>"),
                2 => format!("  {plain} "),
                3 => format!("\u{a0}{plain}\u{200b}"),
                4 => format!("{name} <{plain}>"),
                5 => format!("{name} ({plain})"),
                6 => format!("{plain}."),
                7 => format!("=\"{plain}\""),
                8 => plain.replace('@', "＠"),
                9 if random.one_in(2) => format!("\"{name}\" <{plain}>"),
                10 => format!("{plain};"),
                _ => plain.to_owned(),
            };
            cells.push(dressed);
        }
        match form {
            0..=3 => self.about.push("dressed addresses"),
            4..=10 => self.doubt("addresses with more around them"),
            _ => {}
        }
        self.add(heading, cells);
    }

    fn add_others(&mut self, random: &mut Random, words: &Words) {
        let count = self.people.len();
        let cells =
            |random: &mut Random, missing: usize, cell: &dyn Fn(&mut Random, usize) -> String| {
                (0..count)
                    .map(|at| {
                        let cell = cell(random, at);
                        if missing > 0 && random.one_in(missing) { String::new() } else { cell }
                    })
                    .collect::<Vec<String>>()
            };
        let any = |of: &'static [&'static str]| {
            move |random: &mut Random, _: usize| random.pick(of).to_owned()
        };
        if random.one_in(5) {
            let second = cells(random, 2, &|random, at| address(random, 100 + at));
            self.about.push("a second address");
            self.add(one_of(random, words.second_email), second);
        }
        if random.one_in(5) {
            let every = 1 + random.below(3);
            let of_others = cells(random, 0, &|_, at| format!("buyer{}@example.org", at / every));
            self.about.push("the address of somebody else");
            self.add(one_of(random, words.other_email), of_others);
        }
        if random.one_in(4) {
            let answers = cells(random, 6, &|random, _| random.pick(&words.yes_no).to_owned());
            self.about.push("a question about mail");
            self.add(words.consent.to_owned(), answers);
        }
        if random.one_in(4) {
            let phones =
                ["+49 151 1234567", "0151/99", "(030) 123-45", "555-0100", "0041 44 000 00 00"];
            let phones = cells(random, 4, &|random, _| random.pick(&phones).to_owned());
            self.add(one_of(random, words.phone), phones);
        }
        if random.one_in(4) {
            let companies = any(&[
                "Acme Ltd",
                "Smith, Carter & Co",
                "Müller & Söhne GmbH",
                "Town council",
                "IT \"R\" US",
            ]);
            let companies = cells(random, 4, &companies);
            self.add(one_of(random, words.company), companies);
        }
        if random.one_in(3) {
            let classes = cells(random, 8, &any(&["5a", "5b", "10 c", "Q1"]));
            self.add(one_of(random, words.class), classes);
        }
        if random.one_in(4) {
            let form = random.below(3);
            let dates = cells(random, 6, &|random, _| {
                let (day, month, year) =
                    (1 + random.below(28), 1 + random.below(12), 1990 + random.below(30));
                match form {
                    0 => format!("{year}-{month:02}-{day:02}"),
                    1 => format!("{day}.{month}.{year}"),
                    _ => format!("{month}/{day}/{year} 10:{day:02}:00"),
                }
            });
            self.add(one_of(random, words.date), dates);
        }
        if random.one_in(3) {
            let notes = any(&[
                "vegetarian, no nuts",
                "says \"maybe\"",
                "call after 5 pm",
                "see mail to office@example.org",
                "OK",
                "✓",
            ]);
            let notes = cells(random, 2, &notes);
            self.add(one_of(random, words.notes), notes);
        }
        if random.one_in(12) {
            let heading = match words.language {
                "en" => "Class teacher",
                "de" => "Klassenlehrer",
                "fr" => "Professeur principal",
                "es" => "Tutor",
                _ => return,
            };
            self.about.push("the name of somebody else");
            let teachers = cells(random, 0, &any(&["Eva Oldman", "Tim Young"]));
            self.add(heading.to_owned(), teachers);
        }
    }
}
