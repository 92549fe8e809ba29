//! Lists as programs write them and people keep them, each with the people who are in it, or the words of the refusal.
//!
//! `corpus/make.py` makes the files. Beside each is a file with the ending `.want`. It has one or more alternatives,
//! separated by a line `or`: lines `email<TAB>name<TAB>role`, perhaps followed by `key=value` parts that the person must
//! have as well, and lines `warn: words` that the remarks must contain; or one line `refuse: words`. Numbers count as
//! words of their own. `with: LINE` is a line under `[roster]`. Lines that begin with `#` explain.

#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use support::{Outcome, read, spec};

/// The fewest lists that there must be.
const FEWEST: usize = 120;

#[test]
fn every_list_is_read_or_refused_as_expected() {
    let mut failures = String::new();
    let mut failed = 0;
    let lists = lists();
    assert!(lists.len() >= FEWEST, "{} lists", lists.len());
    for list in &lists {
        if let Err(why) = judge(list) {
            failed += 1;
            let name = list.file_name().unwrap().to_string_lossy();
            writeln!(failures, "{name}: {why}").unwrap();
        }
    }
    assert!(failures.is_empty(), "{failed} of {} lists:\n{failures}", lists.len());
}

/// The files of the corpus that have a `.want` beside them, in order.
fn lists() -> Vec<PathBuf> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut lists: Vec<PathBuf> = fs::read_dir(&corpus)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let ending = path.extension().unwrap_or_default();
            path.is_file()
                && ending != "want"
                && ending != "py"
                && !path.ends_with(".gitattributes")
        })
        .collect();
    lists.sort();
    lists
}

/// Whether a list is read or refused as one of the alternatives says; else why not.
fn judge(list: &Path) -> Result<(), String> {
    let mut want = list.as_os_str().to_owned();
    want.push(".want");
    let want = fs::read_to_string(&want).map_err(|error| format!("no .want: {error}"))?;
    let mut settings = String::new();
    let mut alternatives = vec![Vec::new()];
    for line in want.lines().filter(|line| !line.starts_with('#')) {
        if let Some(line) = line.strip_prefix("with: ") {
            writeln!(settings, "{line}").unwrap();
        } else if line == "or" {
            alternatives.push(Vec::new());
        } else if let Some(last) = alternatives.last_mut() {
            last.push(line);
        }
    }
    let outcome = read(list, spec(&settings));
    if alternatives.iter().any(|wanted| fits(&outcome, wanted)) {
        return Ok(());
    }
    let mut why = format!("expected:\n{}", indented(want.lines()));
    match outcome {
        Outcome::Refused(problems) => {
            write!(why, "  refused:\n{}", indented(problems.iter().map(String::as_str))).unwrap();
        }
        Outcome::Read { people, notes } => {
            let people = people.iter().map(String::as_str).chain(notes.lines());
            write!(why, "  read:\n{}", indented(people)).unwrap();
        }
    }
    Err(why)
}

fn indented<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.fold(String::new(), |all, line| all + "    " + line + "\n")
}

fn fits(outcome: &Outcome, wanted: &[&str]) -> bool {
    match outcome {
        Outcome::Refused(problems) => {
            let Some(words) = wanted.first().and_then(|line| line.strip_prefix("refuse: ")) else {
                return false;
            };
            says(&problems.join("\n"), words)
        }
        Outcome::Read { people, notes } => {
            let (warnings, expected): (Vec<&str>, Vec<&str>) =
                wanted.iter().partition(|line| line.starts_with("warn: "));
            !expected.iter().any(|line| line.starts_with("refuse: "))
                && people.len() == expected.len()
                && people.iter().zip(expected).all(|(person, expected)| is(person, expected))
                && warnings.iter().all(|line| says(notes, &line["warn: ".len()..]))
        }
    }
}

/// Whether a person has the address, name and role, and all further parts that are expected.
fn is(person: &str, expected: &str) -> bool {
    let parts: Vec<&str> = person.split('\t').collect();
    let expected: Vec<&str> = expected.split('\t').collect();
    parts[..3] == expected[..3.min(expected.len())]
        && expected.iter().skip(3).all(|part| parts[3..].contains(part))
}

/// Whether a text contains all words, in any case; a number only as a number of its own.
fn says(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    words.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        if !word.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.contains(&word);
        }
        text.split(|c: char| !c.is_ascii_digit()).any(|number| number == word)
    })
}
