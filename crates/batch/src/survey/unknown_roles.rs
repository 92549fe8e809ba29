//! Cells in the column of roles that name none: each word is reported once, with all of its lines.

use std::fmt::Write as _;

use meetmint_core::PARTICIPANT;

use crate::problem::Problem;
use crate::roster::{MOST_STATUSES, Roster, Values, counts, further};
use crate::suggestion::{list, nearest, quoted, toml_string};

/// The longest word for a role that a hint offers to paste, in octets.
const LONGEST_WORD: usize = 100;

/// The problems with words that name no role.
pub(super) fn problems(roster: &Roster, unknown: &Values) -> Vec<Problem> {
    let values = unknown.by_line();
    let Some(first) = values.first() else { return Vec::new() };
    let problem = |message: String, line: u64| {
        let problem = Problem::of_file("unknown-role", roster.shown(), message);
        problem.at(line).in_column(roster.role_heading())
    };
    if values.len() > MOST_STATUSES || unknown.more > 0 {
        let message = format!("the cells are not roles: {}", counts(unknown));
        return vec![problem(message, first.lines[0]).hint(ignore(roster))];
    }
    let names: Vec<&str> = roster.roles().all().iter().map(|role| role.name.as_str()).collect();
    let near = |word: &str| nearest(word, names.iter().copied());
    let others: Vec<&str> = values
        .iter()
        .map(|value| value.shown.as_str())
        .filter(|word| near(word).is_none())
        .collect();
    let mut hint = Some(hint(roster, &names, &others));
    let problems = values.iter().map(|value| {
        let message = format!("{} is not a role{}", quoted(&value.shown), further(value));
        let problem = problem(message, value.lines[0]);
        match near(&value.shown) {
            Some(near) => problem.hint(format!("did you mean {}?", quoted(near))),
            // Once: its lines hold for all words.
            None => match hint.take() {
                Some(hint) => problem.hint(hint),
                None => problem,
            },
        }
    });
    problems.collect()
}

/// What to do about words that are close to no role.
fn hint(roster: &Roster, names: &[&str], words: &[&str]) -> String {
    let (each, one) = match words.len() {
        1 => ("define it as", "it means"),
        _ => ("define each as", "they mean"),
    };
    let mut hint =
        list(&format!("{each} [roles.NAME] in meeting.toml, or use one of"), names.to_vec());
    // For lists with words of their own that cannot be changed.
    if words.iter().map(|word| word.len()).sum::<usize>() <= LONGEST_WORD {
        let words: Vec<String> = words.iter().map(|word| toml_string(word)).collect();
        let words = words.join(", ");
        let _ = if roster.roles().has_words(PARTICIPANT) {
            write!(
                hint,
                "; if {one} one of these, add to its words, for example under [roles.{PARTICIPANT}]: {words}"
            )
        } else {
            write!(
                hint,
                "; if {one} one of these, say so, for example under [roles.{PARTICIPANT}]: words = [{words}]"
            )
        };
    }
    let _ = write!(hint, "; {}", ignore(roster));
    hint
}

/// The line that gives everybody the same role.
fn ignore(roster: &Roster) -> String {
    let roles = roster.roles();
    format!(
        "to give everybody the role {}, write under [roster]: ignore = [{}]",
        quoted(&roles.all()[roles.default()].name),
        toml_string(roster.role_heading())
    )
}

#[cfg(test)]
mod tests {
    use crate::ColumnSettings;
    use crate::roles::Roles;
    use crate::survey::testing::{people, spec, survey_with};

    const TEXT: &str = "email,Role\na@x.org,Teacher\nb@x.org,Pupil\nc@x.org,pupil\nd@x.org,PUPIL\ne@x.org,pupil\nf@x.org,moderatr\n";

    #[test]
    fn each_word_is_reported_once_and_the_hints_work() {
        let problems = people(TEXT, spec(Vec::new()));
        assert_eq!(
            problems,
            [
                "people.csv:2: column `Role`: `Teacher` is not a role | define each as [roles.NAME] in meeting.toml, or use one of `moderator`, `participant`; if they mean one of these, say so, for example under [roles.participant]: words = [\"Teacher\", \"Pupil\"]; to give everybody the role `participant`, write under [roster]: ignore = [\"Role\"]",
                "people.csv:3: column `Role`: `Pupil` is not a role (lines 3, 4, 5 and 1 more) | ",
                "people.csv:7: column `Role`: `moderatr` is not a role | did you mean `moderator`?",
            ]
        );
        let ignore = vec!["Role".to_owned()];
        let columns = ColumnSettings { ignore, ..ColumnSettings::default() };
        let spec_ignoring = crate::RosterSpec { columns, ..spec(Vec::new()) };
        assert_eq!(people(TEXT, spec_ignoring).len(), 6);
        let words = ["Teacher", "Pupil", "moderatr"].map(|word| (word.to_owned(), 1));
        let roles = Roles::new(Vec::new()).unwrap().with_words(words.into());
        let all = people(TEXT, crate::RosterSpec { roles, ..spec(Vec::new()) });
        assert_eq!((all.len(), all[1].as_str()), (6, "b@x.org|b|participant"));
        // A second line `words` would be an error.
        let roles = Roles::new(Vec::new()).unwrap().with_words(vec![("Teacher".to_owned(), 1)]);
        let problems = people(TEXT, crate::RosterSpec { roles, ..spec(Vec::new()) });
        assert!(
            problems[0]
                .contains("add to its words, for example under [roles.participant]: \"Pupil\";"),
            "{problems:?}"
        );
    }

    #[test]
    fn a_column_of_something_else_is_one_problem() {
        let rows =
            (0..3000).fold(String::new(), |rows, at| format!("{rows}p{at}@x.org,word {at}\n"));
        let (_, survey) = survey_with(&format!("email,Role\n{rows}"), spec(Vec::new()));
        assert_eq!((survey.problems().len(), survey.more_problems()), (1, 0));
        assert_eq!((survey.people(), survey.bad().len()), (0, 3000));
    }
}
