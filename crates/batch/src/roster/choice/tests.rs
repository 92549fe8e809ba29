use jiff::Timestamp;
use proptest::prelude::*;
use tempfile::NamedTempFile;

use super::rules::comparable;
use crate::testing::{opened, spec, workbook};
use crate::{
    ColumnSettings, Duplicates, Field, Problem, Roster, RosterSpec, RowCondition, Selection,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_cell_is_picked_however_it_is_written(
        cell in "[a-zäßéşΣд0-9 .-]{0,8}",
        around in "[ \u{a0}\u{200b}\t]{0,3}",
        other in "\\PC{0,8}",
    ) {
        let written = format!("{around}{}{around}", cell.to_uppercase());
        let once = comparable(&written).into_owned();
        prop_assert_eq!(&*comparable(&once), once.as_str());
        let upper = cell.to_uppercase();
        prop_assert_eq!(once.as_str(), &*comparable(&upper));
        // Whatever is in a cell, both readings agree, and nothing panics.
        let text = format!("email,RSVP,C\na@x.org,\"{}\",\"{written}\"\nb@x.org,no,x\n", other.replace('"', "\"\""));
        plain().outcome(&text);
        // With another cell than `no`, because a column of status words is refused whatever its heading.
        let text = text.replace("RSVP", "Note").replace(",no,", ",3b,");
        let people = choosing(&[("C", &[upper.as_str()])]).outcome(&text).people;
        prop_assert_eq!(people.first().map(String::as_str), Some("a@x.org"));
    }
}

/// What comes of a roster: the addresses of those who count, remarks and problems.
#[derive(Debug, PartialEq)]
struct Outcome {
    people: Vec<String>,
    remarks: Vec<String>,
    problems: Vec<String>,
}

struct Case {
    conditions: Vec<RowCondition>,
    columns: ColumnSettings,
}

fn plain() -> Case {
    Case { conditions: Vec::new(), columns: ColumnSettings::default() }
}

fn choosing(conditions: &[(&str, &[&str])]) -> Case {
    let condition = |(heading, values): &(&str, &[&str])| RowCondition {
        heading: (*heading).to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
        place: Some(("meeting.toml".to_owned(), 7)),
    };
    Case { conditions: conditions.iter().map(condition).collect(), ..plain() }
}

fn status(heading: &str) -> Case {
    let named = vec![(Field::Status, vec![heading.to_owned()])];
    Case { columns: ColumnSettings { named, ..ColumnSettings::default() }, ..plain() }
}

impl Case {
    fn open(&self, text: &str) -> (NamedTempFile, Result<Roster, Vec<Problem>>) {
        let (conditions, columns) = (self.conditions.clone(), self.columns.clone());
        opened(text, RosterSpec { conditions, columns, ..spec() })
    }

    fn outcome(&self, text: &str) -> Outcome {
        let (_file, roster) = self.open(text);
        Case::outcome_of(roster)
    }

    /// What comes of a workbook whose only sheet has this content.
    fn outcome_of_sheet(&self, content: &str) -> Outcome {
        let file = workbook(content);
        let (conditions, columns) = (self.conditions.clone(), self.columns.clone());
        let spec = RosterSpec { conditions, columns, ..spec() };
        Case::outcome_of(Roster::open(file.path(), "people.xlsx", spec))
    }

    fn outcome_of(roster: Result<Roster, Vec<Problem>>) -> Outcome {
        let shown = |problems: &[Problem]| {
            let shown = |problem: &Problem| {
                format!("{problem} | {}", problem.hint.as_deref().unwrap_or_default())
            };
            problems.iter().map(shown).collect()
        };
        let roster = match roster {
            Ok(roster) => roster,
            Err(problems) => {
                let problems = shown(&problems);
                return Outcome { people: Vec::new(), remarks: Vec::new(), problems };
            }
        };
        let survey = roster.survey(Timestamp::UNIX_EPOCH);
        let mut people = Vec::new();
        let selection = Selection { skip_bad: true, ..Selection::default() };
        roster
            .each(
                &survey,
                &selection,
                10,
                |rows| rows.iter().map(|row| row.entry.attendee.key().into_owned()).collect(),
                |some: Vec<String>| {
                    people.extend(some);
                    Ok::<(), ()>(())
                },
            )
            .unwrap();
        // Nobody is kept as somebody with a bad row unless there is a problem.
        assert!(!survey.problems().is_empty() || survey.bad().is_empty());
        // Both readings have to agree.
        assert_eq!(survey.people(), people.len());
        let remarks = survey.remarks().iter().map(|remark| {
            let severity = if remark.is_warning { "warning" } else { "note" };
            format!("{severity}: {} | {}", remark.message, remark.hint.as_deref().unwrap_or(""))
        });
        Outcome { people, remarks: remarks.collect(), problems: shown(survey.problems()) }
    }
}

const CLASSES: &str = "\
email,name,Class,Day
a@x.org,Ada,3b,Mon
b@x.org,Ben, 3B ,Tue
c@x.org,Cleo,\u{200b}3c,Mon
d@x.org,Dan,4a,Mon
not an address,Eve,4a,Mon
a@x.org,Somebody else,4a,Mon
f@x.org,Fay,,Mon
";

#[test]
fn where_picks_rows_and_the_others_are_not_in_the_list() {
    let outcome = choosing(&[("class", &["3b", "3C"])]).outcome(CLASSES);
    // Neither the unreadable address nor the contradiction counts.
    assert_eq!(outcome.problems, [""; 0]);
    assert_eq!(outcome.people, ["a@x.org", "b@x.org", "c@x.org"]);
    assert_eq!(
        outcome.remarks,
        ["note: 4 rows are left out by `where`, column `Class`: 3 `4a`, 1 empty | "]
    );
    // All conditions have to hold, and an empty value means an empty cell.
    let outcome = choosing(&[("Class", &["3b", "3c"]), ("Day", &["mon"])]).outcome(CLASSES);
    assert_eq!(outcome.people, ["a@x.org", "c@x.org"]);
    assert_eq!(choosing(&[("Class", &[""])]).outcome(CLASSES).people, ["f@x.org"]);
}

#[test]
fn a_value_that_no_row_has_is_a_warning() {
    let outcome = choosing(&[("Class", &["3b", "3bb", "9z"])]).outcome(CLASSES);
    assert_eq!(outcome.people, ["a@x.org", "b@x.org"]);
    assert_eq!(
        outcome.remarks[..2],
        [
            "warning: `where`: no row has `3bb` in the column `Class` | did you mean `3b`?",
            "warning: `where`: no row has `9z` in the column `Class` | its cells are: 3 `4a`, 2 `3b`, 1 `3c`, 1 empty",
        ]
    );
}

#[test]
fn with_nobody_left_the_roster_is_refused() {
    let outcome = choosing(&[("Class", &["5"])]).outcome(CLASSES);
    assert_eq!(
        outcome.problems,
        [
            "people.csv: every row is left out (`Class`: 3 `4a`, 2 `3b`, 1 `3c`, 1 empty) | correct `where` under [roster]"
        ]
    );
    let outcome = plain().outcome("email,RSVP\na@x.org,no\nb@x.org,Declined\n");
    assert_eq!(
        outcome.problems,
        [
            "people.csv: every row is left out (`RSVP`: 1 `no`, 1 `Declined`) | to use every row whatever this column says, write under [roster]: ignore = [\"RSVP\"]"
        ]
    );
}

#[test]
fn people_of_meeting_toml_do_not_hide_that_nobody_is_left() {
    let head = meetmint_core::Email::parse("head@x.org").unwrap();
    let roles = crate::Roles::new(vec![(meetmint_core::Role::moderator(), vec![head])]).unwrap();
    let (_file, roster) =
        opened("email,RSVP\na@x.org,no\nhead@x.org,no\n", RosterSpec { roles, ..spec() });
    let survey = roster.unwrap().survey(Timestamp::UNIX_EPOCH);
    assert_eq!(survey.problems().len(), 1);
    // Whoever is named there is invited all the same.
    assert_eq!((survey.people(), survey.left_out()), (1, 2));
}

#[test]
fn a_heading_that_is_not_there_is_a_problem_in_meeting_toml() {
    let outcome = choosing(&[("Clas", &["3b"]), ("Färbung", &["rot"])]).outcome(CLASSES);
    assert_eq!(
        outcome.problems,
        [
            "meeting.toml:7: `where` names the column `Clas`, which the roster does not have | did you mean `Class`?",
            "meeting.toml:7: `where` names the column `Färbung`, which the roster does not have | the headings are `email`, `name`, `Class`, `Day`",
        ]
    );
    let twice = "email,Class,class\na@x.org,1,2\n";
    assert_eq!(choosing(&[("CLASS", &["1"])]).outcome(twice).problems.len(), 1);
    // The very heading says which of them is meant.
    assert_eq!(choosing(&[("class", &["2"])]).outcome(twice).people, ["a@x.org"]);
    let sign = "email,#\na@x.org,1\nb@x.org,2\n";
    assert_eq!(choosing(&[("#", &["2"])]).outcome(sign).people, ["b@x.org"]);
}

#[test]
fn a_status_column_leaves_out_who_does_not_take_part() {
    let outcome = plain().outcome(
        "email,Approval Status\na@x.org,approved\nb@x.org,Declined\nbad,declined\nc@x.org,waitlisted\nd@x.org,APPROVED\n",
    );
    assert_eq!(outcome.problems, [""; 0]);
    assert_eq!(outcome.people, ["a@x.org", "d@x.org"]);
    assert_eq!(
        outcome.remarks,
        [
            "note: 3 rows are left out because of the column `Approval Status`: 2 `Declined`, 1 `waitlisted` | to use every row whatever this column says, write under [roster]: ignore = [\"Approval Status\"]"
        ]
    );
}

#[test]
fn a_status_that_is_not_known_is_refused_and_the_hints_work() {
    let text = "email,RSVP\na@x.org,yes\nb@x.org,maybe\nc@x.org,no\nd@x.org,Maybe\ne@x.org,\n";
    let outcome = plain().outcome(text);
    let hint = "to use every row whatever this column says, write under [roster]: ignore = [\"RSVP\"]; to use only some rows, write instead, without the values that you do not want: where = { \"RSVP\" = [\"maybe\", \"yes\", \"\"] }";
    assert_eq!(
        outcome.problems,
        [
            format!(
                "people.csv:3: column `RSVP`: `maybe` does not say whether this person takes part (lines 3 and 5) | {hint}"
            ),
            "people.csv:6: column `RSVP`: the cell is empty, so it is not clear whether this person takes part | ".to_owned(),
        ]
    );
    // Going on without them, nobody is guessed.
    assert_eq!(outcome.people, ["a@x.org"]);
    let chosen = choosing(&[("RSVP", &["maybe", "yes", ""])]).outcome(text);
    assert_eq!(chosen.problems, [""; 0]);
    assert_eq!(chosen.people, ["a@x.org", "b@x.org", "d@x.org", "e@x.org"]);
    let mut ignoring = plain();
    ignoring.columns.ignore.push("rsvp".to_owned());
    let all = ignoring.outcome(text);
    assert_eq!((all.people.len(), all.problems.len(), all.remarks.len()), (5, 0, 0));
}

#[test]
fn a_column_that_is_something_else_is_one_problem() {
    let rows = (0..2000).map(|at| format!("p{at}@x.org,value {at}\n"));
    let rows = rows.collect::<Vec<_>>().concat();
    let outcome = status("State").outcome(&format!("email,State\n{rows}"));
    assert_eq!(outcome.people, [""; 0]);
    assert_eq!(
        outcome.problems,
        [
            "people.csv:2: column `State`: the cells do not say who takes part: 1 `value 0`, 1 `value 1`, 1 `value 2`, 1 `value 3`, 1 `value 4`, 1 `value 5`, 1 `value 6`, 1 `value 7` and 1992 with other values | to use every row whatever this column says, write under [roster]: ignore = [\"State\"]"
        ]
    );
}

#[test]
fn a_status_column_without_any_status_decides_nothing() {
    let outcome = plain().outcome("email,RSVP\na@x.org,\nb@x.org, \n");
    assert_eq!(
        outcome,
        Outcome {
            people: vec!["a@x.org".to_owned(), "b@x.org".to_owned()],
            remarks: Vec::new(),
            problems: Vec::new(),
        }
    );
}

#[test]
fn cells_in_the_wrong_columns_decide_nothing() {
    // An unquoted comma, and a row in quotes as a whole: their `declined` may be anything.
    let text = "email,name,RSVP\na@x.org,Ada,yes\nb@x.org,Doe,declined,yes\n\"c@x.org;Cleo;yes\"\n";
    let outcome = plain().outcome(text);
    assert_eq!(outcome.people, ["a@x.org"]);
    assert_eq!(outcome.problems.len(), 2, "{outcome:?}");
    assert_eq!(outcome.remarks, [""; 0]);
}

#[test]
fn the_row_and_the_cell_that_leave_somebody_out_can_be_found() {
    let text = "email,RSVP\na@x.org,yes\nB@x.org,no\nc@x.org,Declined\n";
    let (_file, roster) = plain().open(text);
    let roster = roster.unwrap();
    let rows = roster.left_out_rows(&["a@x.org", "b@x.org"].into_iter().collect()).unwrap();
    let start = Some(roster.meeting().start.as_second());
    let (person, column, value) = ("b@x.org".to_owned(), "RSVP".to_owned(), "no".to_owned());
    assert_eq!(rows, [crate::LeftOut { person, start, line: 3, column, value }]);
}

/// Rows of a sheet: address, name, and the deciding cell.
fn sheet_of(heading: &str, cells: &[&str], after: &str) -> String {
    let text = |text: &str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let mut rows = format!("<row>{}{}{}</row>", text("email"), text("name"), text(heading));
    for (cell, name) in cells.iter().zip(["Ada", "Ben", "Cleo", "Dan", "Eve"]) {
        let cell = if cell.starts_with('<') { (*cell).to_owned() } else { text(cell) };
        let address = format!("{}@x.org", name.to_lowercase());
        rows.extend(["<row>", &text(&address), &text(name), &cell, "</row>"]);
    }
    format!("<sheetData>{rows}</sheetData>{after}")
}

#[test]
fn nobody_is_left_out_because_of_a_cell_whose_text_is_not_known() {
    let merged = r#"<mergeCells><mergeCell ref="C2:C3"/></mergeCells>"#;
    let uncomputed = "<c><f>B3</f></c>";
    let error = r#"<c t="e"><v>#REF!</v></c>"#;
    for (cell, after, words) in [
        ("<c/>", merged, "people.xlsx:3: column `Class`: C3 is merged into C2:C3"),
        (
            uncomputed,
            "",
            "people.xlsx:3: column `Class`: C3 is a formula whose result is not stored",
        ),
        (error, "", "people.xlsx:3: column `Class`: C3 has the error `#REF!`"),
    ] {
        let sheet = sheet_of("Class", &["3b", cell, "4a"], after);
        let outcome = choosing(&[("Class", &["3b"])]).outcome_of_sheet(&sheet);
        assert_eq!(outcome.people, ["ada@x.org"], "{words}");
        assert_eq!(outcome.problems.len(), 1, "{words}: {:?}", outcome.problems);
        assert!(outcome.problems[0].starts_with(words), "{:?}", outcome.problems);
        // The column of a status is one of those that are known.
        let sheet = sheet_of("RSVP", &["yes", cell, "no"], after);
        let outcome = plain().outcome_of_sheet(&sheet);
        assert_eq!(outcome.people, ["ada@x.org"], "{words}");
        assert_eq!(outcome.problems.len(), 1, "{words}: {:?}", outcome.problems);
        assert!(outcome.problems[0].starts_with(&words.replace("Class", "RSVP")));
    }
}

#[test]
fn another_column_leaves_a_row_out_whatever_is_merged() {
    let merged = r#"<mergeCells><mergeCell ref="C2:C3"/></mergeCells>"#;
    let sheet = sheet_of("Class", &["3b", "<c/>", "3b"], merged);
    let outcome =
        choosing(&[("Class", &["3b"]), ("name", &["Ada", "Cleo"])]).outcome_of_sheet(&sheet);
    assert_eq!(outcome.problems, [""; 0]);
    assert_eq!(outcome.people, ["ada@x.org", "cleo@x.org"]);
}

/// As when each row takes over a row of another sheet, and no spreadsheet program has computed it yet.
#[test]
fn a_row_of_uncomputed_cells_is_not_blank() {
    let cell = "<c><f>Other!A3</f></c>";
    let text = r#"<c t="inlineStr"><is><t>email</t></is></c>"#;
    let person = r#"<c t="inlineStr"><is><t>ada@x.org</t></is></c>"#;
    let sheet = format!(
        "<sheetData><row>{text}</row><row>{person}</row><row>{cell}</row><row><c/>{cell}</row></sheetData>"
    );
    let outcome = plain().outcome_of_sheet(&sheet);
    assert_eq!(outcome.people, ["ada@x.org"]);
    assert_eq!(outcome.problems.len(), 1, "{:?}", outcome.problems);
    assert!(outcome.problems[0].starts_with("people.xlsx:3: column `email`: A3 is a formula"));
}

#[test]
fn who_says_no_under_a_question_is_not_overlooked() {
    // Known questions decide.
    for heading in
        ["Will you attend?", "Attending (Y/N)", "Dabei?", "Serez-vous présent ?", "Komt u?"]
    {
        let outcome = plain().outcome(&format!("email,{heading}\na@x.org,Yes\nb@x.org,No\n"));
        assert_eq!(
            (outcome.people.len(), outcome.problems.len()),
            (1, 0),
            "{heading}: {outcome:?}"
        );
        assert_eq!(outcome.remarks.len(), 1, "{heading}");
    }
    // Others are refused with lines that decide, also where there is no answer.
    for heading in ["Confirmed", "Accepted", "Registered", "Coming to the Zoom?", "Angemeldet"] {
        for (text, people) in [("a@x.org,Yes\nb@x.org,No\n", 1), ("a@x.org,yes\nb@x.org,\n", 0)] {
            let text = format!("email,{heading}\n{text}");
            let outcome = plain().outcome(&text);
            let hint = format!(
                "people.csv:1: the cells of `{heading}` say who takes part, but its heading does not say that they are about this meeting | write under [roster] in meeting.toml: columns = {{ status = \"{heading}\" }}, or: ignore = [\"{heading}\"]"
            );
            assert_eq!(outcome.problems, [hint]);
            let chosen = status(heading).outcome(&text);
            assert_eq!(chosen.problems.is_empty(), people == 1, "{chosen:?}");
            let mut ignoring = plain();
            ignoring.columns.ignore.push(heading.to_owned());
            assert_eq!(ignoring.outcome(&text).people.len(), 2);
        }
        // Further down than the rows by which columns are recognized.
        let rows = (0..2500).fold(String::new(), |rows, at| format!("{rows}p{at}@x.org,yes\n"));
        let outcome = plain().outcome(&format!("email,{heading}\n{rows}z@x.org,no\n"));
        assert_eq!((outcome.people.len(), outcome.remarks.len()), (2500, 1));
    }
    for heading in ["Vegetarian", "Parental consent", "Newsletter", "Accept terms", "Income"] {
        let outcome = plain().outcome(&format!("email,{heading}\na@x.org,Yes\nb@x.org,No\n"));
        assert_eq!(outcome.people.len(), 2, "{heading}: {outcome:?}");
    }
}

#[test]
fn who_is_marked_as_absent_is_not_overlooked_and_the_hints_work() {
    #[track_caller]
    fn case(heading: &str, no: &str, yes: &str) {
        let text = format!("email,{heading}\na@x.org,{no}\nb@x.org,{yes}\n");
        let outcome = plain().outcome(&text);
        let hint = format!(
            "to use every row whatever this column says, write under [roster]: ignore = [\"{heading}\"]; to use only some rows, write instead: where = {{ \"{heading}\" = [\"{no}\"] }}"
        );
        let [problem] = &outcome.problems[..] else { panic!("{heading}: {outcome:?}") };
        assert!(problem.ends_with(&hint), "{problem}");
        assert_eq!(choosing(&[(heading, &[no])]).outcome(&text).people, ["a@x.org"]);
        let mut ignoring = plain();
        ignoring.columns.ignore.push(heading.to_owned());
        assert_eq!(ignoring.outcome(&text).people.len(), 2);
        // Nobody is absent.
        let outcome = plain().outcome(&format!("email,{heading}\na@x.org,{no}\nb@x.org,{no}\n"));
        assert_eq!(
            (outcome.people.len(), outcome.problems.len()),
            (2, 0),
            "{heading}: {outcome:?}"
        );
    }

    case("Cancelled", "no", "yes");
    case("Cancelled", "", "yes");
    case("Declined", "FALSE", "TRUE");
    case("Waitlist", "No", "Yes");
    case("Cancelled at", "", "2027-01-02 10:00");
    case("Absent", "", "x");
    case("Excused", "", "ill");
    case("Unsubscribed", "0", "1");
    case("Opted out", "false", "true");
    case("Do not contact", "", "yes");
    case("Deleted", "0", "1");
    case("Will not attend", "", "x");
    case("Refunded amount", "0.00", "12.50");
    // Both columns count.
    let text = "email,RSVP,Cancelled\na@x.org,yes,\nb@x.org,no,\nc@x.org,yes,yes\n";
    let outcome = plain().outcome(text);
    assert_eq!((outcome.people, outcome.problems.len()), (vec!["a@x.org".to_owned()], 1));
    // Of many dates, none is a line to paste.
    let rows = (0..2000).fold(String::new(), |rows, at| format!("{rows}p{at}@x.org,reason {at}\n"));
    let outcome = plain().outcome(&format!("email,Cancelled\na@x.org,\n{rows}"));
    assert!(outcome.problems[0].ends_with("where = { \"Cancelled\" = [\"\"] }"), "{outcome:?}");
}

#[test]
fn who_declines_in_another_row_is_not_invited_in_silence() {
    let case = |rows: &str, duplicates| {
        let text = format!("email,name,RSVP\n{rows}c@x.org,Cleo,yes\n");
        let (_file, roster) = opened(&text, RosterSpec { duplicates, ..spec() });
        let outcome = Case::outcome_of(roster);
        (outcome.people, outcome.problems)
    };
    let all = vec!["a@x.org".to_owned(), "c@x.org".to_owned()];
    let later = "a@x.org,Ada,yes\nA@x.org,Ada,no\n";
    let earlier = "a@x.org,Ada,no\na@x.org,Ada,yes\n";
    let hint = "delete the row that is out of date, or write under [roster]: duplicates = \"last\"";
    assert_eq!(
        case(later, Duplicates::Refuse).1,
        [format!(
            "people.csv:3: `a@x.org` is in the roster twice for the same meeting: line 2 counts, but on line 3 `RSVP` is `no` | {hint}"
        )]
    );
    assert_eq!(case(earlier, Duplicates::Refuse).1.len(), 1);
    assert_eq!(case(later, Duplicates::Last), (all[1..].to_vec(), Vec::new()));
    assert_eq!(case(earlier, Duplicates::Last), (all.clone(), Vec::new()));
    assert_eq!(case(later, Duplicates::First), (all.clone(), Vec::new()));
    assert_eq!(case(earlier, Duplicates::First), (all[1..].to_vec(), Vec::new()));
    // Rows that `where` leaves out are no answers.
    let text = "email,name,Class\na@x.org,Ada,3b\na@x.org,Ada,4a\n";
    let outcome = choosing(&[("Class", &["3b"])]).outcome(text);
    assert_eq!((outcome.people.len(), outcome.problems.len()), (1, 0));
}
