//! What is decided by hashes, compared with what the texts of all rows say.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::roster::{Duplicates, RosterSpec};
use crate::survey::result::MOST;
use crate::survey::testing::{spec, survey_with};

const START: &str = "email,name,role\nx@example.org,Xena One,host\ny@example.org,Yves Two,guest\nz@example.org,Zoe Three,guest\n";

/// Address, name and role of a row, as they are written.
type Written = (&'static str, &'static str, &'static str);

/// What is wanted of a survey: line and line that counts of each contradiction; the same of each repetition, and whether it
/// agrees; how many people have each role.
type Found = (Vec<(u64, u64)>, Vec<(u64, u64, bool)>, [usize; 2]);

/// Groups the texts of all rows, as one would do it for a short list.
fn expected(rows: &[Written], duplicates: Duplicates) -> Found {
    let mut people: BTreeMap<String, Vec<(u64, Written)>> = BTreeMap::new();
    for (line, row) in (5..).zip(rows) {
        let key = if row.0.is_empty() { row.1.to_owned() } else { row.0.to_lowercase() };
        people.entry(key).or_default().push((line, *row));
    }
    let mut by_role = [1, 2];
    let (mut contradictions, mut repetitions) = (Vec::new(), Vec::new());
    for rows in people.values() {
        let role = |row: &Written| usize::from(row.2 != "host");
        let has_email = !rows[0].1.0.is_empty();
        let counts = if duplicates == Duplicates::Last { rows.len() - 1 } else { 0 };
        let (counting_line, counting) = &rows[counts];
        let mut is_contradicted = false;
        for (at, (line, row)) in rows.iter().enumerate() {
            if at == counts || !has_email {
                by_role[role(row)] += 1;
                continue;
            }
            let agrees = counting.1 == row.1 && role(counting) == role(row);
            if agrees || duplicates != Duplicates::Refuse {
                repetitions.push((*line, *counting_line, agrees));
            } else {
                contradictions.push((*line, *counting_line));
                if !is_contradicted {
                    is_contradicted = true;
                    by_role[role(counting)] -= 1;
                }
            }
        }
    }
    contradictions.sort_unstable();
    repetitions.sort_unstable();
    (contradictions, repetitions, by_role)
}

fn found(rows: &[Written], duplicates: Duplicates) -> Found {
    let lines = rows.iter().map(|(email, name, role)| format!("{email},{name},{role}\n"));
    let text = lines.fold(START.to_owned(), |text, line| text + &line);
    let spec = RosterSpec { duplicates, need_email: false, ..spec(Vec::new()) };
    let (_, survey) = survey_with(&text, spec);
    let contradictions = survey.problems().iter().map(|problem| {
        assert_eq!(problem.code, "duplicate", "{problem}");
        let (_, lines) = problem.message.split_once("on lines ").unwrap();
        let counts = lines.split(' ').next().unwrap();
        (problem.line.unwrap(), counts.parse().unwrap())
    });
    let repetitions = survey.repetitions().iter().map(|row| (row.line, row.counts, row.agrees));
    assert_eq!(survey.repeated(), survey.repetitions().len());
    let by_role = [survey.by_role()[0], survey.by_role()[1]];
    (contradictions.collect(), repetitions.collect(), by_role)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn hashes_decide_as_texts_do(
        rows in prop::collection::vec(
            (
                prop::sample::select(vec!["", "ada@example.org", "Ada@example.org", "ben@example.org"]),
                prop::sample::select(vec!["Ada Muster", "Ben Muster"]),
                prop::sample::select(vec!["host", "guest"]),
            ),
            0..12,
        ),
    ) {
        for duplicates in [Duplicates::Refuse, Duplicates::First, Duplicates::Last] {
            prop_assert_eq!(found(&rows, duplicates), expected(&rows, duplicates));
        }
    }
}

#[test]
fn contradictions_that_are_not_shown_are_counted() {
    let rows = (0..=MOST).flat_map(|at| {
        ["Ada Muster", "Ben Muster"].map(|name| format!("p{at}@example.org,{name},guest\n"))
    });
    let text = rows.fold(START.to_owned(), |text, line| text + &line);
    let (_, survey) = survey_with(&text, spec(Vec::new()));
    assert_eq!((survey.problems().len(), survey.more_problems()), (MOST, 1));
    let last = survey.problems().last().unwrap();
    // The pair of the last person is on the two lines after.
    assert_eq!(last.line, Some(4 + 2 * MOST as u64));
    assert_eq!((survey.people(), survey.bad().len()), (3, MOST + 1));
}
