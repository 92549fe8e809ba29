//! A generated list: a table, what stands around it, and how it is written.

use crate::people::{Person, people};
use crate::random::Random;
use crate::table::Table;
use crate::words::{WORDS, Words};
use crate::writing;

/// A list, and who is in it.
pub(crate) struct List {
    /// In the order of the list.
    pub(crate) people: Vec<Person>,
    /// Whether it can only be refused.
    pub(crate) must_be_refused: bool,
    /// Whether it leaves no doubt, so that it should be read.
    pub(crate) clear: bool,
    /// Whether it is in a code page, which nothing in the file says: names may be spelled wrong, if a remark says so.
    pub(crate) in_code_page: bool,
    pub(crate) about: Vec<&'static str>,
    /// Its rows, to be shown.
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) octets: Vec<u8>,
    pub(crate) ending: &'static str,
}

impl List {
    /// The list with a seed.
    pub(crate) fn new(seed: u64) -> List {
        let random = &mut Random::new(seed);
        let words = &WORDS[random.below(WORDS.len())];
        let mut guests = people(random, words);
        let siblings = guests.len() > 1 && random.one_in(25);
        if siblings {
            let shared = guests[1].email.clone();
            guests[0].email = shared;
        }
        let table = Table::new(random, words, guests);
        let headings: Vec<String> = table.columns.iter().map(|one| one.heading.clone()).collect();
        let mut body: Vec<Vec<String>> = (0..table.people.len())
            .map(|at| table.columns.iter().map(|one| one.cells[at].clone()).collect())
            .collect();
        let mut about = table.about;
        about.insert(0, words.language);
        let mut people = table.people;
        let mut must_be_refused = false;
        // An address can also be missing in the list.
        if siblings && people[0].email == people[1].email {
            about.push("two rows with one address");
            if people[0].names == people[1].names && people[0].role == people[1].role {
                people.remove(1);
            } else {
                must_be_refused = true;
            }
        }
        if !siblings && random.one_in(15) {
            about.push("a row is repeated");
            body.push(body[random.below(body.len())].clone());
        }
        let mut rows = vec![headings];
        rows.append(&mut body);
        let mut list = List {
            people,
            must_be_refused,
            clear: table.clear && !siblings,
            in_code_page: false,
            about,
            rows,
            octets: Vec::new(),
            ending: "csv",
        };
        if random.one_in(3) {
            list.number(random, words);
        }
        list.lay_out(random, words);
        list.write(random, words);
        list
    }

    fn doubt(&mut self, why: &'static str) {
        self.clear = false;
        self.about.push(why);
    }

    /// Puts running numbers in front.
    fn number(&mut self, random: &mut Random, words: &Words) {
        let dot = if random.one_in(2) { "." } else { "" };
        let headings: Vec<&str> = words.number.split('|').collect();
        for (at, row) in self.rows.iter_mut().enumerate() {
            let cell =
                if at == 0 { random.pick(&headings).to_owned() } else { format!("{at}{dot}") };
            row.insert(0, cell);
        }
        self.about.push("running numbers");
        // A repeated row has a number of its own, so that it is the same person all the same.
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each layout")]
    fn lay_out(&mut self, random: &mut Random, words: &Words) {
        let width = self.rows[0].len();
        let text = |first: &str| {
            let mut row = vec![String::new(); width];
            first.clone_into(&mut row[0]);
            row
        };
        let inside = |random: &mut Random, rows: usize| 1 + random.below(rows);
        let length = self.rows.len();
        match random.below(36) {
            0 | 1 => {
                self.about.push("lines above the table");
                let lines = [
                    "Town hall 2031",
                    "Stand: 1.10.2026",
                    "Contact: office@example.org",
                    "Participants: 12",
                ];
                let count = 1 + random.below(3);
                let mut above: Vec<_> = (0..count).map(|_| text(random.pick(&lines))).collect();
                above.push(text(""));
                above.append(&mut self.rows);
                self.rows = above;
            }
            2 => {
                self.about.push("blank rows");
                for _ in 0..=random.below(3) {
                    self.rows.insert(inside(random, length), text(""));
                }
            }
            3 => {
                self.about.push("empty cells and rows at the end");
                for row in &mut self.rows {
                    row.push(String::new());
                    row.push(String::new());
                }
                for _ in 0..3 {
                    self.rows.push(vec![String::new(); width + 2]);
                }
            }
            4 => {
                self.about.push("short rows");
                for row in &mut self.rows[1..] {
                    while row.len() > 1 && row.last().is_some_and(String::is_empty) {
                        row.pop();
                    }
                }
            }
            5 => {
                self.doubt("sections");
                self.rows.insert(inside(random, length - 1), text("5b"));
                self.rows.insert(1, text("Class 5a"));
            }
            6 => {
                self.doubt("a total");
                let mut row = text(words.total);
                if width > 1 {
                    row[width - 1] = (length - 1).to_string();
                }
                self.rows.push(row);
            }
            7 => {
                self.doubt("headings in the middle");
                let headings = self.rows[0].clone();
                self.rows.insert(inside(random, length), headings);
            }
            8 => {
                self.doubt("two rows of headings");
                let mut row = text("Person");
                if width > 2 {
                    "Contact".clone_into(&mut row[width - 1]);
                }
                self.rows.insert(0, row);
            }
            9 | 10 => {
                self.doubt("no headings");
                self.rows.remove(0);
            }
            11 => {
                self.doubt("rows with a number only");
                for at in 0..2 {
                    self.rows.push(text(&(length + at).to_string()));
                }
            }
            12 => {
                self.doubt("a line below");
                self.rows.push(text(""));
                self.rows.push(text("Questions to office@example.org"));
            }
            13 => {
                self.doubt("a second table with other columns");
                let mut headings = self.rows[0].clone();
                headings.reverse();
                // Only if a heading is really elsewhere, it is another table.
                if headings != self.rows[0] {
                    let at = inside(random, length - 1);
                    let mut below = self.rows.split_off(at.min(length));
                    self.rows.push(text(""));
                    self.rows.push(headings);
                    for row in &mut below {
                        row.reverse();
                    }
                    self.rows.append(&mut below);
                }
            }
            _ => {}
        }
    }

    fn write(&mut self, random: &mut Random, words: &Words) {
        if random.one_in(6) {
            self.about.push("a workbook");
            self.ending = "xlsx";
            self.octets = writing::workbook(&self.rows);
            return;
        }
        let delimiter = random.pick(b",,;;\t|");
        let text = writing::delimited(&self.rows, delimiter, random.one_in(4), random.one_in(2));
        if let (1..=2, Some(page)) = (random.below(20), words.code_page)
            && let Some(octets) = writing::in_code_page(&text, page)
        {
            self.octets = octets;
            self.in_code_page = true;
            self.doubt("a code page");
            return;
        }
        self.octets = match random.below(12) {
            0 | 1 => ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
            2 => writing::utf16(&format!("\u{feff}{text}"), u16::to_le_bytes),
            3 => writing::utf16(&format!("\u{feff}{text}"), u16::to_be_bytes),
            4 => {
                self.about.push("UTF-16 without a mark");
                writing::utf16(&text, u16::to_le_bytes)
            }
            5 if delimiter != b'|' => {
                format!("sep={}\r\n{text}", char::from(delimiter)).into_bytes()
            }
            _ => text.into_bytes(),
        };
    }
}
