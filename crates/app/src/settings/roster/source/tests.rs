use meetmint_batch::Problem;

use super::*;
use crate::settings::document::Document;

/// Reads a `[roster]` with these lines.
fn read_lines(lines: &str) -> Result<RosterPlace, Vec<Problem>> {
    let document = Document::new("meeting.toml", format!("[roster]\n{lines}\n"));
    let parsed = document.parse().unwrap();
    let place = {
        let root = Table::root(&document, &parsed);
        read(&root.table("roster"), Path::new("folder"))
    };
    drop(parsed);
    let problems = document.into_problems();
    match place {
        Some(place) if problems.is_empty() => Ok(place),
        place => {
            assert!(place.is_none() && !problems.is_empty(), "{place:?}, {problems:?}");
            Err(problems)
        }
    }
}

#[test]
fn each_place_is_read() {
    match read_lines("file = \"people.csv\"").unwrap() {
        RosterPlace::File(path) => assert_eq!(path, Path::new("folder/people.csv")),
        place => panic!("{place:?}"),
    }
    assert!(matches!(read_lines("file = \"-\"").unwrap(), RosterPlace::StandardInput));
    // A file of that name has a path.
    assert!(matches!(read_lines("file = \"./-\"").unwrap(), RosterPlace::File(_)));
    match read_lines("command = [\"ssh\", \"host\", \"cat list\"]").unwrap() {
        RosterPlace::Command { program, arguments, folder } => {
            assert_eq!(folder, Path::new("folder"));
            assert_eq!(program, "ssh");
            assert_eq!(arguments, ["host", "cat list"]);
        }
        place => panic!("{place:?}"),
    }
    for url in [
        "https://lists.example.org/x?y=z#gid=1",
        "http://127.0.0.1:8080/x",
        "http://localhost/x",
        "http://[::1]/",
    ] {
        let place = read_lines(&format!("url = \"{url}\"")).unwrap();
        assert!(matches!(place, RosterPlace::Web(_)), "{url}");
    }
}

#[test]
fn a_wrong_place_is_one_problem() {
    for (lines, code, words) in [
        ("", "missing-key", "`file` is missing"),
        ("file = \"\"", "empty-value", "`file` is empty"),
        ("file = 5", "wrong-type", "`file` must be a string"),
        ("file = \"a\"\nurl = \"https://example.org/\"", "roster-place", "exactly one"),
        ("file = \"a\"\ncommand = [\"a\"]\nurl = \"\"", "roster-place", "exactly one"),
        ("command = []", "empty-value", "`command` is empty"),
        ("command = [\" \"]", "empty-value", "`command` is empty"),
        ("command = 5", "wrong-type", "`command` must be a list"),
        ("command = [\"a\", \"b\\u0000\"]", "bad-value", "NUL"),
        ("url = 5", "wrong-type", "`url` must be a string"),
        ("url = \"people.csv\"", "bad-value", "not the address of a web page"),
        ("url = \"mailto:ada@example.org\"", "bad-value", "not the address of a web page"),
        ("url = \"http://example.org/Zx81\"", "bad-value", "must begin with `https://`"),
        ("url = \"http://127.0.0.1.example.org/Zx81\"", "bad-value", "must begin with `https://`"),
        ("url = \"ftp://example.org/Zx81\"", "bad-value", "must begin with `https://`"),
        ("url = \"https://ada:Zx81@example.org/\"", "secret-in-file", "must not be part"),
        ("url = \"https://Zx81@example.org/\"", "secret-in-file", "must not be part"),
    ] {
        let problems = read_lines(lines).unwrap_err();
        assert_eq!(problems.len(), 1, "{lines}: {problems:?}");
        assert_eq!(problems[0].code, code, "{lines}");
        assert!(problems[0].message.contains(words), "{lines}: {}", problems[0].message);
        assert!(!format!("{problems:?}").contains("Zx81"), "{problems:?}");
    }
}

#[test]
fn nothing_shows_the_whole_address() {
    let url = "url = \"https://docs.google.com/spreadsheets/d/Zx81/export?k=Zx81\"";
    let place = read_lines(url).unwrap();
    assert_eq!(place.shown(), "docs.google.com");
    assert_eq!(format!("{place:?}"), "Web(https://docs.google.com/…)");
    let place = read_lines("command = [\"a\\u001b[31m\\nb\"]").unwrap();
    assert_eq!(place.shown(), "a[31mb");
}
