//! One input: a list of the corpus with mistakes, aimed at one of the readers.

use crate::corpus::{Corpus, List};
use crate::octets::mutate;
use crate::package::package;
use crate::random::Random;

/// Cells that parsers of addresses, names, dates, zones, durations, languages and roles stumble over.
const CELLS: [&str; 64] = [
    "",
    " ",
    "-",
    "n/a",
    "@",
    "@@",
    "a@",
    "@b",
    "a@b",
    "a@b@c",
    "<",
    "<>",
    "<a@b.org",
    "a@b.org>",
    "\"",
    "\"a\" <",
    "(",
    ")",
    "a (b@c.org",
    ",",
    ", ,",
    "Muster, Ada",
    "Ada <ada@example.org>; Ben <ben@example.org>",
    "mailto:",
    "mailto:%",
    "mailto:a@b.org?",
    "=\"\"",
    "=\"a",
    "=1+1",
    "＠",
    "a＠ｂ.org",
    "%40",
    "&#",
    "&#x110000;",
    "&#0;",
    "&amp;",
    "/o=a/cn=",
    "\u{200b}",
    "\u{202e}a@b.org",
    "a\u{301}\u{301}",
    "𝓐",
    "İ",
    "ß@ẞ.de",
    "xn--a@xn--.org",
    "2031-02-30 10:00",
    "99/99/9999 99:99",
    "0000-00-00",
    "3/4/2031",
    "2031-07-15T25:61:61Z",
    "+99:99",
    "UTC+99",
    "(GMT+25:00) X",
    "UTC-",
    "9999999999h",
    "-1:30",
    "1:99999999999",
    "0.00000001h",
    "zz-ZZ-zzzz",
    "{{ x }}",
    "✓☑☐",
    "https://",
    "😀😀",
    "1E+400",
    "\u{0}",
];

/// Headings that parsers of headings stumble over.
const HEADINGS: [&str; 34] = [
    "",
    " ",
    "*",
    "()",
    "(",
    "E-Mail",
    "E-Mail (",
    "email email email",
    "Email / Courriel / メール",
    "E-mail 99999999999999999999",
    "Name",
    "Name Name",
    "Vorname",
    "Nachname",
    "First name",
    "姓",
    "名",
    "メールアドレス",
    "Ｅ－ｍａｉｌ",
    "İ",
    "ﬁrst name",
    "e\u{301}mail",
    "\u{202e}liam-e",
    "Room",
    "Title",
    "Start",
    "Zone",
    "Duration",
    "ID",
    "Role",
    "Host",
    "Status",
    "RSVP",
    "\u{0}\u{1}",
];

/// Settings that are added, so that all cells of a row are read.
const SETTINGS: [&str; 6] = [
    "per_row = [\"room\", \"title\", \"start\", \"zone\", \"duration\"]",
    "header_row = 0",
    "header_row = 2",
    "family = \"each\"",
    "duplicates = \"last\"",
    "hidden_rows = \"keep\"",
];

/// An input.
pub(crate) struct Mutant {
    /// The reader that it is for.
    pub(crate) reader: &'static str,
    pub(crate) octets: Vec<u8>,
    pub(crate) ending: String,
    pub(crate) settings: String,
    pub(crate) about: String,
}

impl Mutant {
    /// The input with a seed.
    pub(crate) fn new(corpus: &Corpus, seed: u64) -> Mutant {
        let random = &mut Random::new(seed);
        let reader = random.pick(&["csv", "headings", "rows", "workbook"]);
        let lists = if reader == "workbook" { &corpus.workbooks } else { &corpus.text };
        let mut list = &lists[random.below(lists.len())];
        while matches!(reader, "headings" | "rows") && list.rows.len() < 2 {
            list = &lists[random.below(lists.len())];
        }
        let other = &lists[random.below(lists.len())];
        let octets = match reader {
            "workbook" => workbook(random, list, other),
            "csv" => {
                let mut octets = list.octets.clone();
                mutate(random, &mut octets, &other.octets);
                octets
            }
            "headings" => table(random, list, true),
            _ => table(random, list, false),
        };
        Mutant {
            reader,
            octets,
            ending: list.ending().to_owned(),
            settings: settings(random, list, reader),
            about: format!("{reader}, {}", list.name),
        }
    }
}

/// The settings of the list, or others.
fn settings(random: &mut Random, list: &List, reader: &str) -> String {
    let added = random.pick(&SETTINGS);
    let is_free = list.settings.is_empty();
    // A heading that was changed is not the one that the settings name.
    match random.below(3) {
        0 if is_free => added.to_owned(),
        1 if is_free && reader == "rows" => SETTINGS[0].to_owned(),
        _ => list.settings.clone(),
    }
}

/// A workbook with mistakes in its octets, or in its parts, and packed again.
fn workbook(random: &mut Random, list: &List, other: &List) -> Vec<u8> {
    if list.parts.is_empty() || random.one_in(4) {
        let mut octets = list.octets.clone();
        mutate(random, &mut octets, &other.octets);
        return octets;
    }
    let mut parts = list.parts.clone();
    for _ in 0..=random.below(2) {
        // Sheets first: the other parts are short, or are not read.
        let sheets = |name: &str| name.contains("sheet") || name.contains("content.xml");
        let likely: Vec<usize> = (0..parts.len())
            .filter(|at| {
                sheets(&parts[*at].0)
                    || parts[*at].0.contains("shared")
                    || parts[*at].0.contains("book")
            })
            .collect();
        let at = if likely.is_empty() || random.one_in(4) {
            random.below(parts.len())
        } else {
            random.pick(&likely)
        };
        let from = &list.parts[random.below(list.parts.len())].1;
        mutate(random, &mut parts[at].1, from);
    }
    if random.one_in(20) {
        parts.swap_remove(random.below(parts.len()));
    }
    let parts = parts.iter().map(|(name, octets)| (name.as_str(), octets.as_slice()));
    package(parts, random.one_in(2))
}

/// The table of a list with other cells, either in its first row or below, written without a mistake.
fn table(random: &mut Random, list: &List, headings: bool) -> Vec<u8> {
    let mut rows = list.rows.clone();
    for _ in 0..=random.below(3) {
        let at = if headings { 0 } else { 1 + random.below(rows.len() - 1) };
        let row = &mut rows[at];
        let cell = if headings { random.pick(&HEADINGS) } else { random.pick(&CELLS) };
        let column = random.below(row.len() + 1);
        match random.below(12) {
            0 => row.push(cell.to_owned()),
            1 => row.insert(column, cell.to_owned()),
            2 if !row.is_empty() => {
                row.remove(column.min(row.len() - 1));
            }
            3 => random.shuffle(row),
            4 => row.extend(vec![cell.to_owned(); random.below(2500)]),
            5 if column < row.len() => row[column] = cell.repeat(1 + random.below(3000)),
            6 if column < row.len() => row[column].push_str(cell),
            7 if column < row.len() => row[column].insert_str(0, cell),
            8 if column < row.len() => {
                let mut octets = row[column].clone().into_bytes();
                mutate(random, &mut octets, cell.as_bytes());
                row[column] = String::from_utf8_lossy(&octets).into_owned();
            }
            9 => {
                let copy = rows[at].clone();
                rows.extend(vec![copy; 1 + random.below(20)]);
            }
            _ if column < row.len() => cell.clone_into(&mut row[column]),
            _ => {}
        }
    }
    let mut writer = csv::WriterBuilder::new()
        .delimiter(random.pick(b",;\t|"))
        .flexible(true)
        .from_writer(Vec::new());
    for row in &rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}
