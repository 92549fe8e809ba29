//! Thousands of generated lists whose people are known: each is read as it is meant, or refused. What must never happen is
//! that it is read without a problem, and somebody is missing, misnamed, or from a wrong column.
//!
//! `MEETMINT_LISTS` is how many lists there are, `MEETMINT_SEED` the seed of the first one. A failure prints the list
//! and its seed.

#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

mod list;
mod people;
mod random;
#[path = "../support/mod.rs"]
mod support;
mod table;
mod words;
mod writing;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use list::List;
use rayon::prelude::*;
use support::{Outcome, read, spec};

/// How many lists there are in the test suite.
const LISTS: u64 = 2000;
/// The seed of the first one.
const SEED: u64 = 1;
/// The least share of the lists without a doubt that must be read, in percent: refusing everything is no solution.
const LEAST_READ: usize = 90;
/// The most failures that are printed.
const SHOWN: usize = 40;

/// What became of a list.
enum Verdict {
    Right,
    Refused(Vec<String>),
    /// Read, and not as it is meant.
    Wrong(String),
}

#[test]
fn nobody_is_lost_or_misnamed_in_silence() {
    let number = |name: &str, default| {
        env::var(name).map_or(default, |text| text.parse::<u64>().expect("a number"))
    };
    let (lists, seed) = (number("MEETMINT_LISTS", LISTS), number("MEETMINT_SEED", SEED));
    let folder = tempfile::tempdir().unwrap();
    let verdicts: Vec<(List, u64, Verdict)> = (seed..seed + lists)
        .into_par_iter()
        .map(|seed| {
            let list = List::new(seed);
            let verdict = judge(&list, &folder.path().join(format!("list-{seed}.{}", list.ending)));
            (list, seed, verdict)
        })
        // The lists that are right need no memory.
        .filter(|(list, _, verdict)| list.clear || !matches!(verdict, Verdict::Right))
        .collect();
    report(&verdicts, lists);
}

/// Counts, prints what is wrong, and fails if anything is, or too much is refused.
fn report(verdicts: &[(List, u64, Verdict)], lists: u64) {
    let (mut clear, mut clear_right, mut refused) = (0, 0, 0);
    let mut wrong = String::new();
    let mut wrongs = 0;
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (list, seed, verdict) in verdicts {
        clear += usize::from(list.clear);
        match verdict {
            Verdict::Right => clear_right += usize::from(list.clear),
            Verdict::Refused(problems) => {
                refused += 1;
                if list.clear {
                    let why = problems.first().map_or("", String::as_str);
                    let said = why.split("] hint: ").next().unwrap_or_default();
                    let code = said.split('[').next_back().unwrap_or_default();
                    *reasons.entry(code.to_owned()).or_default() += 1;
                }
            }
            Verdict::Wrong(why) => {
                wrongs += 1;
                if wrongs <= SHOWN {
                    writeln!(wrong, "\nseed {seed} ({}): {why}", list.about.join(", ")).unwrap();
                    for row in &list.rows {
                        writeln!(wrong, "    {}", row.join(" | ")).unwrap();
                    }
                }
            }
        }
    }
    let right = lists - u64::try_from(refused + wrongs).unwrap();
    let summary = format!(
        "{lists} lists: {right} right, {refused} refused, {wrongs} wrong; {clear_right} of {clear} without a doubt are read, the others refused: {reasons:?}"
    );
    // Shown by `--nocapture`, and if the test fails.
    #[expect(clippy::print_stdout, reason = "the shares are a result of the test")]
    {
        println!("{summary}");
    }
    assert!(wrongs == 0, "{summary}\n{wrong}");
    assert!(clear_right * 100 >= clear * LEAST_READ, "{summary}");
}

fn judge(list: &List, path: &Path) -> Verdict {
    fs::write(path, &list.octets).unwrap();
    let outcome = read(path, spec(""));
    let verdict = match outcome {
        Outcome::Refused(problems) => Verdict::Refused(problems),
        Outcome::Read { people, notes } if is_right(list, &people, &notes) => Verdict::Right,
        Outcome::Read { people, notes } => {
            Verdict::Wrong(format!("{}\n    {notes}", shown(&people)))
        }
    };
    let verdict = match verdict {
        Verdict::Refused(problems) => follow(list, path, problems),
        other => other,
    };
    fs::remove_file(path).unwrap();
    verdict
}

/// Follows the hints that have lines to paste. At least one of the lines of a hint must change something and make nobody
/// wrong: which one that is, the user knows.
fn follow(list: &List, path: &Path, problems: Vec<String>) -> Verdict {
    for problem in &problems {
        let lines = lines_to_paste(problem);
        let mut failures = Vec::new();
        for line in &lines {
            match read(path, spec(line)) {
                Outcome::Refused(again) if again == problems => {
                    failures.push(format!("`{line}` changes nothing"));
                }
                Outcome::Read { people, notes } if !is_right(list, &people, &notes) => {
                    failures.push(format!("with `{line}`: {}", shown(&people)));
                }
                _ => {}
            }
        }
        if !lines.is_empty() && failures.len() == lines.len() {
            return Verdict::Wrong(format!("{}\n    {problem}", failures.join("\n    ")));
        }
    }
    Verdict::Refused(problems)
}

/// The lines of TOML in a hint that have no place that the user has to fill in.
fn lines_to_paste(problem: &str) -> Vec<&str> {
    let Some((_, hint)) = problem.split_once("hint: ") else { return Vec::new() };
    let keys = ["columns = {", "header_row = ", "ignore = ["];
    let starts = keys.iter().flat_map(|key| hint.match_indices(key));
    let lines = starts.filter_map(|(at, _)| {
        let line = &hint[at..];
        // The longest part that is a line of TOML: a hint may go on after it.
        let ends = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        let mut lines =
            ends.map(|end| &line[..end]).filter(|line| line.parse::<toml::Table>().is_ok());
        lines.next_back()
    });
    lines.filter(|line| !line.contains('…')).collect()
}

/// Whether exactly the people of a list were read, with their names and roles.
fn is_right(list: &List, people: &[String], notes: &str) -> bool {
    // Which code page it is can only be guessed. The remark shows words, and says how to set another one.
    let guessed = list.in_code_page && notes.contains("[encoding]");
    !list.must_be_refused
        && people.len() == list.people.len()
        && people.iter().zip(&list.people).all(|(read, person)| {
            let mut parts = read.split('\t');
            let email = parts.next();
            let name = parts.next().unwrap_or_default();
            email == Some(person.email.as_str())
                && person.names.iter().any(|one| one == name || (guessed && alike(one, name)))
                && parts.next() == Some(person.role)
        })
}

/// Whether two names differ in letters outside ASCII only.
fn alike(name: &str, read: &str) -> bool {
    name.chars().count() == read.chars().count()
        && name.chars().zip(read.chars()).all(|(a, b)| a == b || (!a.is_ascii() && !b.is_ascii()))
}

fn shown(people: &[String]) -> String {
    let short = |person: &String| person.split('\t').take(3).collect::<Vec<_>>().join(" / ");
    people.iter().map(short).collect::<Vec<_>>().join("; ")
}
