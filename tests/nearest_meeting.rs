//! Which meeting a command works on: `--meeting`, `MEETMINT_MEETING`, or the nearest `meeting.toml`.

use std::path::Path;

use crate::support::{Folder, MEETING, Run, SECRET, report_skipped};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\n";

/// Runs a command in a folder below `folder`.
fn run_in(folder: &Folder, below: &str, args: &[&str], variable: Option<&str>) -> Run {
    let mut command = folder.command();
    command.current_dir(folder.path().join(below)).args(args);
    command.envs(variable.map(|value| ("MEETMINT_MEETING", value)));
    Run::new(command.output().unwrap())
}

/// A folder that holds a meeting folder with this title.
fn add_meeting(folder: &Folder, name: &str, title: &str) {
    let people = format!("{name}/people.csv");
    folder.write(&format!("{name}/meeting.toml"), MEETING.replace("Town hall", title));
    folder.write(&people, PEOPLE).write_private(&format!("{name}/app-secret"), SECRET);
}

/// The title of the meeting that a command uses.
#[track_caller]
fn title(folder: &Folder, below: &str, args: &[&str], variable: Option<&str>) -> String {
    let args = [args, &["check", "--format", "json"]].concat();
    let run = run_in(folder, below, &args, variable).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    report["meeting"]["title"].as_str().unwrap().to_owned()
}

#[test]
fn a_meeting_is_found_in_the_folders_above() {
    let folder = Folder::meeting(PEOPLE);
    folder.write("templates/de/note.txt", "");
    let run = run_in(&folder, "templates/de", &["links"], None).exits(0);
    assert!(run.stderr.contains("1 link written to ../../links.csv."), "{}", run.stderr);
    // In the folder that was searched for, the command that is named finds the same meeting.
    assert!(run.stderr.ends_with("meetmint token --name Test --for 1h\n"), "{}", run.stderr);
    assert!(folder.exists("links.csv") && !folder.exists("templates/de/links.csv"));

    folder.edit_meeting("duration = \"90m\"", "duration = \"90x\"");
    let run = run_in(&folder, "templates/de", &["check"], None).exits(3);
    let place = "error[bad-duration]: ../../meeting.toml:13: ";
    assert!(run.stderr.starts_with(place), "{}", run.stderr);
}

#[test]
fn the_nearest_meeting_counts() {
    let folder = Folder::empty();
    add_meeting(&folder, "outer", "Outer");
    add_meeting(&folder, "outer/inner", "Inner");
    folder.write("outer/inner/below/file", "").write("outer/beside/file", "");
    assert_eq!(title(&folder, "outer/inner", &[], None), "Inner");
    assert_eq!(title(&folder, "outer/inner/below", &[], None), "Inner");
    assert_eq!(title(&folder, "outer/beside", &[], None), "Outer");
}

#[test]
fn the_option_wins_over_the_variable_and_the_variable_over_the_search() {
    let folder = Folder::empty();
    for (name, title) in [("here", "Here"), ("variable", "Variable"), ("option", "Option")] {
        add_meeting(&folder, name, title);
    }
    let (variable, option) = (Some("../variable"), ["--meeting", "../option"]);
    assert_eq!(title(&folder, "here", &option, variable), "Option");
    assert_eq!(title(&folder, "here", &[], variable), "Variable");
    assert_eq!(title(&folder, "here", &[], Some("../variable/meeting.toml")), "Variable");
    assert_eq!(title(&folder, "here", &[], Some("")), "Here");
    // A named folder is not a place to begin a search.
    folder.write("here/below/file", "");
    let run = run_in(&folder, "here", &["check", "--meeting", "below"], None).exits(3);
    assert!(run.stderr.starts_with("error[no-meeting]: `below/meeting.toml` does not exist\n"));
}

#[test]
fn commands_in_hints_name_the_meeting_that_the_variable_named() {
    let folder = Folder::empty();
    add_meeting(&folder, "town hall", "Town hall");
    let run = run_in(&folder, "", &["links"], Some("town hall")).exits(0);
    let end = "meetmint token --name Test --for 1h --meeting 'town hall'\n";
    assert!(run.stderr.ends_with(end), "{}", run.stderr);
}

#[test]
fn a_variable_that_names_nothing_is_an_error_that_names_the_variable() {
    let folder = Folder::meeting(PEOPLE);
    let hint = "hint: the environment variable MEETMINT_MEETING names it: correct or unset it, or use `--meeting PATH`";
    for args in [["check"], ["inspect"]] {
        let run = run_in(&folder, "", &args, Some("nowhere")).exits(3);
        assert_eq!(run.stderr, format!("error[no-meeting]: `nowhere` does not exist\n  {hint}\n"));
    }
}

#[test]
fn init_makes_a_new_folder_whatever_is_above_or_named() {
    let folder = Folder::meeting(PEOPLE);
    let before = folder.read("meeting.toml");
    folder.write("sub/file", "");
    run_in(&folder, "sub", &["init"], Some("..")).exits(0);
    assert!(folder.exists("sub/meeting.toml"));
    assert_eq!(folder.read("meeting.toml"), before);
    folder.write("beside/file", "");
    let run = run_in(&folder, "beside", &["init"], Some("..")).exits(0);
    // Without the option, the next command would be about the other meeting.
    assert!(run.stderr.contains("meetmint check --meeting .\n"), "{}", run.stderr);
    run_in(&folder, "beside", &["check", "--meeting", "."], Some("..")).exits(0);
}

#[test]
fn inspect_compares_with_the_nearest_meeting() {
    let folder = Folder::meeting(PEOPLE);
    folder.write("sub/file", "");
    let link = folder.run(["token", "ada@example.org", "-q"]).exits(0).stdout;
    let run = run_in(&folder, "sub", &["inspect", link.trim()], None).exits(4);
    assert!(!run.stderr.contains("no meeting folder here"), "{}", run.stderr);
}

#[test]
fn a_meeting_that_somebody_else_put_above_is_refused() {
    let folder = Folder::meeting(PEOPLE);
    folder.write("sub/file", "");
    let file = folder.path().join("meeting.toml");
    if chown(&file, 4711).is_err() {
        return report_skipped("only root can give a file to another user");
    }
    let hint = "hint: a meeting folder can run programs: if you trust this one, name it with `--meeting ..`";
    let run = run_in(&folder, "sub", &["links"], None).exits(3);
    assert_eq!(
        run.stderr,
        format!(
            "error[foreign-meeting]: `../meeting.toml` belongs to another user (uid 4711), so the meeting there is not used\n  {hint}\n"
        )
    );
    assert!(!folder.exists("links.csv"));
    // Nobody runs a command in a folder, or names it, by accident.
    run_in(&folder, "", &["check"], None).exits(0);
    run_in(&folder, "sub", &["check", "--meeting", ".."], None).exits(0);
    run_in(&folder, "sub", &["check"], Some("..")).exits(0);

    // Whoever owns the folder can put another file into it.
    chown(&file, 0).unwrap();
    chown(folder.path(), 4711).unwrap();
    let run = run_in(&folder, "sub", &["links"], None).exits(3);
    assert!(
        run.stderr.starts_with("error[foreign-meeting]: `..` belongs to another user (uid 4711), ")
    );
    chown(folder.path(), 0).unwrap();
    run_in(&folder, "sub", &["check"], None).exits(0);
}

#[test]
fn in_a_folder_that_everybody_can_write_to_the_file_has_to_be_ones_own() {
    let folder = Folder::meeting(PEOPLE);
    let file = folder.path().join("meeting.toml");
    if chown(&file, 4711).is_err() {
        return report_skipped("only root can give a file to another user");
    }
    crate::support::set_mode(folder.path(), 0o1777);
    let run = run_in(&folder, "", &["links"], None).exits(3);
    assert!(run.stderr.starts_with(
        "error[foreign-meeting]: `meeting.toml` belongs to another user (uid 4711), "
    ));
    run_in(&folder, "", &["check", "--meeting", "."], None).exits(0);
    chown(&file, 0).unwrap();
    run_in(&folder, "", &["check"], None).exits(0);

    // A link is as good as what it leads to.
    folder.write("theirs.toml", folder.read("meeting.toml"));
    chown(&folder.path().join("theirs.toml"), 4711).unwrap();
    std::fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink("theirs.toml", &file).unwrap();
    run_in(&folder, "", &["check"], None).exits(3);
}

fn chown(path: &Path, user: u32) -> std::io::Result<()> {
    std::os::unix::fs::lchown(path, Some(user), None)
}
