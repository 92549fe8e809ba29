//! Inputs of any size: one short error, whatever was pasted by mistake. If time or output grew with the square of the
//! input, these tests would not end.

use std::fmt::Write as _;

use crate::support::{Folder, Run, roster_of};

const PEOPLE: &str = "email,name\nada@example.org,Ada\n";

/// More than anybody reads, and far less than any of the inputs.
const LONGEST_OUTPUT: usize = 16 << 10;

fn long() -> String {
    "x".repeat(300_000)
}

/// Asserts that the output is short, and that it has these words.
#[track_caller]
fn is_short(run: &Run, words: &str) {
    let output = run.stdout.len() + run.stderr.len();
    assert!(output < LONGEST_OUTPUT, "{output} octets of output");
    assert!(run.stderr.contains(words), "not printed: {words}\n{}", run.stderr);
}

/// Replaces a part of a valid meeting by something long, and checks it.
#[track_caller]
fn meeting(old: &str, new: &str, words: &str) {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting(old, new);
    is_short(&folder.run(["check"]).exits(3), words);
}

/// Checks a valid meeting with this roster.
#[track_caller]
fn roster(people: &str, words: &str) {
    let folder = Folder::meeting(people);
    is_short(&folder.run(["check"]).exits(3), words);
}

#[test]
fn a_long_value_is_shown_up_to_sixty_characters() {
    let long = long();
    let shown = format!("`{}…`", &long[..60]);
    for (old, what) in [
        ("2031-03-11 14:00", "not a date and time"),
        ("Europe/Berlin", "not a time zone"),
        ("90m", "not a duration"),
        ("debian", "unknown kind of server"),
    ] {
        meeting(old, &long, &format!("{shown}: {what}"));
    }
    meeting("town-hall", &format!("{long}&"), &format!("{shown}: Jitsi's web server"));
    meeting("[mail]", &format!("[mail]\n{long} = 1"), &format!("unknown key {shown} in [mail]"));
    meeting(
        "[mail]",
        &format!("default_role = \"{long}\"\n[mail]"),
        &format!("{shown}: unknown role"),
    );
    meeting(
        "[mail]",
        &format!("columns = {{ email = \"{long}\" }}\n[mail]"),
        &format!("`columns` names the column {shown}, which the roster does not have"),
    );
    meeting("[mail]", &format!("columns = {{ {long} = \"x\" }}\n[mail]"), &shown);
    meeting("https://meet.example.org", &long, "`url` is longer than 1024 octets");
    meeting("Events team <events@example.org>", &long, &format!("{shown} is not a valid sender"));
    meeting("[mail]", &format!("[outbox]\npreset = \"{long}\"\nkind = \"smtp\"\n[mail]"), &shown);
    // No name, no value: a path keeps its beginning and its end.
    meeting("people.csv", &long, "cannot read the roster: ");
    meeting("app-secret", &long, "cannot read the secret in `xxx");
}

#[test]
fn a_long_cell_or_heading_is_shown_up_to_sixty_characters() {
    let long = long();
    let shown = format!("`{}…`", &long[..60]);
    roster(&format!("email,zone\nada@example.org,{long}\n"), &format!("{shown}: not a time zone"));
    roster(&format!("email,role\nada@example.org,{long}\n"), &format!("{shown} is not a role"));
    roster(&format!("email\n{long}\n"), &format!("{shown} is not an email address"));
    roster(&format!("email\nada@{long}\n"), &format!("{shown} is not a valid mail domain"));
    roster(&format!("{long},x\n1,2\n"), &format!("the headings are {shown}, `x`"));
    let headings = ",heading".repeat(100_000);
    roster(&format!("email{headings}\n"), "at most 2000 are read");
}

#[test]
fn of_many_problems_the_first_hundred_are_shown() {
    let mut keys = "[mail]\n".to_owned();
    for at in 0..50_000 {
        writeln!(keys, "k{at} = 1").unwrap();
    }
    meeting("[mail]", &keys, "error: 49900 more problems\n");
    let addresses = "\"nobody\",".repeat(50_000);
    let role = format!("[roles.x]\npeople = [{addresses}]\n[mail]");
    meeting("[mail]", &role, "error: 49900 more problems\n");
    roster(&roster_of(20_000).replace('@', "."), "error: 19900 more problems\n");
    let json = Folder::meeting(&roster_of(20_000).replace('@', "."));
    let report = json.run(["check", "--format", "json"]).exits(3).stdout;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["problems"].as_array().unwrap().len(), 100);
    assert_eq!(report["more_problems"], 19900);
}

#[test]
fn a_line_with_many_syntax_errors_is_one_error() {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("\"Town hall\"", &"=".repeat(100_000));
    let run = folder.run(["check"]).exits(3);
    is_short(&run, "error[toml]: meeting.toml:9: invalid TOML: ");
    assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
    folder.write("meeting.toml", "=".repeat(2 << 20));
    is_short(
        &folder.run(["check"]).exits(3),
        "error[toml]: meeting.toml: the file is larger than 1 MiB\n",
    );
}

#[test]
fn long_names_in_templates_and_arguments_are_cut() {
    let long = long();
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("[mail]", "[mail]\ntemplates = \"templates\"");
    folder.write("templates/invite.txt", format!("{{{{ link }}}} {{{{ {long} }}}}"));
    is_short(&folder.run(["check"]).exits(3), &format!("there is no variable `{}…`", &long[..60]));
    folder.write("templates/invite.txt", "{{ a }}".repeat(100_000));
    let run = folder.run(["check"]).exits(3);
    assert!(run.stderr.len() < 100 << 10, "{}", run.stderr.len());
    folder.write("templates/invite.txt", "x".repeat(2 << 20));
    is_short(
        &folder.run(["check"]).exits(3),
        "templates/invite.txt: the file is larger than 1 MiB",
    );

    // The longest argument that Linux accepts.
    let long = &long[..100_000];
    let folder = Folder::meeting(PEOPLE);
    for (arguments, code) in [
        (vec![long], 2),
        (vec!["check", "--format", long], 2),
        (vec!["remind", "--before", long], 2),
        (vec!["links", "--role", long], 3),
        (vec!["links", "--only", long], 3),
        (vec!["links", "--keep", long], 3),
        (vec!["links", "--out", long], 1),
        (vec!["check", "--meeting", long], 3),
        (vec!["token", "--name", "x", "--for", "1h", "--room", long], 3),
    ] {
        is_short(&folder.run(arguments).exits(code), &long[..60]);
    }
}
