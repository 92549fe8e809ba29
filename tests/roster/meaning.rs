//! What columns mean: those that override the meeting, and empty ones.

use crate::support::{Folder, csv_records};

#[test]
fn values_that_override_the_meeting_are_checked_in_every_row() {
    let folder = Folder::meeting(
        "email,start,zone,duration,room\n\
         a@example.org,2031-03-30 02:30,,,\n\
         b@example.org,2031-10-26 02:30,,,\n\
         c@example.org,11.3.2031,Europe/Berln,an hour,R&D\n\
         d@example.org,,,,Bob's\n\
         e@example.org,,,,10:30\n\
         f@example.org,2031-10-26 02:30+01:00,Berlin,,*\n\
         g@example.org,,,,sounds/x\n",
    );
    folder.add_roster_setting("per_row = [\"start\", \"zone\", \"duration\", \"room\"]");
    folder.run(["links"]).exits(3).stderr(
        "\
error[bad-start]: people.csv:2: column `start`: `2031-03-30 02:30` does not exist in Europe/Berlin: the clocks go forward and skip it
  hint: write `2031-03-30 01:30` or `2031-03-30 03:30`
error[bad-start]: people.csv:3: column `start`: `2031-10-26 02:30` occurs twice in Europe/Berlin: the clocks go back
  hint: add the offset: `2031-10-26 02:30+02:00` or `2031-10-26 02:30+01:00`
error[bad-room]: people.csv:4: column `room`: `R&D`: Jitsi's web server does not serve names that contain `&`
  hint: use `r-and-d` instead, for example
error[unknown-zone]: people.csv:4: column `zone`: `Europe/Berln`: not a time zone
  hint: did you mean `Europe/Berlin`?
error[bad-duration]: people.csv:4: column `duration`: `an hour`: not a duration of at most a year, such as `90m` or `1h 30m`
  hint: write a number and a unit: `90m` or `1h 30m`
error[bad-start]: people.csv:4: column `start`: `11.3.2031`: the time is missing
  hint: add it, as in `2031-03-11 14:00`
error[bad-room]: people.csv:5: column `room`: `Bob's`: Jitsi's web server does not serve names that contain `'`
  hint: use `bobs` instead, for example
error[bad-room]: people.csv:6: column `room`: `10:30`: Jitsi's web server does not serve names that contain `:`
  hint: use `10-30` instead, for example
error[bad-room]: people.csv:7: column `room`: `*`: it stands for all rooms
  hint: use `meeting` instead, for example
error[bad-room]: people.csv:8: column `room`: `sounds/x`: Jitsi's web server uses this path itself and does not show a meeting there
  hint: use `sounds-x` instead, for example
",
    );
}

#[test]
fn a_column_not_named_in_per_row_does_not_override_the_meeting() {
    let folder = Folder::meeting("email,Title,Room,Start\nada@example.org,Dr,3b,soon\n");
    let run = folder.run(["links", "--out", "-", "-q"]).exits(0).stderr("");
    assert_eq!(csv_records(&run.stdout)[1][3], "town-hall");
    let run = folder.run(["check"]).exits(0);
    for (column, field) in [("Title", "title"), ("Room", "room"), ("Start", "start")] {
        let expected = format!(
            "note: the column `{column}` is not used for the meeting\n  hint: to let each row override it, write per_row = [\"{field}\"] under [roster]\n"
        );
        assert!(run.stderr.contains(&expected), "{}", run.stderr);
    }
}

/// A list that was merged from two: what comes after the rows that decide about columns is in the other column.
#[test]
fn a_column_that_is_filled_in_further_down_is_not_taken_for_an_empty_one() {
    let merged = |one: &str, other: &str| {
        let early = (0..2050).map(|at| format!("p{at}@example.org,,{one}\n"));
        let late = (2050..2060).map(|at| format!("p{at}@example.org,{other},\n"));
        early.chain(late).collect::<String>()
    };
    for (headings, cells, per_row) in [
        ("Role,Rolle", ("participant", "moderator"), ""),
        ("Room,Raum", ("3b", "4c"), "per_row = [\"room\"]"),
        ("Start,Beginn", ("2031-03-11 09:00", "2031-03-12 09:00"), "per_row = [\"start\"]"),
    ] {
        let folder = Folder::meeting(&format!("Email,{headings}\n{}", merged(cells.0, cells.1)));
        folder.add_roster_setting(per_row);
        let run = folder.run(["check"]).exits(3);
        assert!(run.stderr.contains("error[which-column]"), "{headings}: {}", run.stderr);
    }
}

#[test]
fn the_answers_to_something_else_do_not_stand_in_for_an_empty_column_of_replies() {
    let folder = Folder::meeting("Email,RSVP,Confirmed for lunch\nada@example.org,,yes\n");
    let run = folder.run(["check", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let lunch = report["columns"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["heading"] == "Confirmed for lunch");
    assert_ne!(lunch.unwrap()["taken_for"], "status", "{report}");
}
