//! Messages of every kind, made by the command in four meetings with unusual names, titles and keys, and judged by
//! programs that share no code with it. The scripts are in `tests/mails`; each says what it checks.

use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Folder, python_has, repository_path, skip_unless_required};

/// Runs a script of `tests/mails`, without leaving compiled files beside it.
fn script(name: &str, args: &[&Path]) -> Output {
    let script = repository_path("tests/mails").join(name);
    Command::new("python3").arg("-B").arg(script).args(args).output().unwrap()
}

/// Asserts that a script has found nothing. What it has found is too long to be the message of an assertion in a line.
#[track_caller]
fn assert_nothing_found(output: &Output) {
    let [found, problems] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success() && problems.is_empty(), "{found}\n{problems}");
}

/// A folder with messages of every kind, and with what each should contain.
fn every_kind_of_message() -> Folder {
    let folder = Folder::in_memory();
    let set = folder.path().join("set");
    assert_nothing_found(&script("make.py", &[Path::new(env!("CARGO_BIN_EXE_meetmint")), &set]));
    folder
}

#[test]
fn independent_programs_read_every_kind_of_message_as_it_was_meant() {
    if !python_has("icalendar, jwt, cryptography", "pip install icalendar pyjwt cryptography") {
        return;
    }
    let folder = every_kind_of_message();
    assert_nothing_found(&script("judge.py", &[&folder.path().join("set")]));
}

#[test]
fn axe_and_small_screens_find_no_fault_with_any_kind_of_message() {
    let found = script("accessibility.py", &[Path::new("--requirements")]);
    if !found.status.success() {
        return skip_unless_required(String::from_utf8_lossy(&found.stderr).trim());
    }
    let folder = every_kind_of_message();
    assert_nothing_found(&script("accessibility.py", &[&folder.path().join("set")]));
}
