//! docs/configuration.md has every key that `meeting.toml` can have, and no other.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Folder, MEETING, repository_path};

/// Keys that are reserved: they are refused for now, so nobody should read about them.
const RESERVED: [(&str, &str); 2] =
    [("meeting", "repeat = \"weekly\""), ("ledger", "url = \"postgres://host\"")];

/// `meeting.toml` with a key that does not exist in each of its tables.
fn with_unknown_keys(outbox: &str) -> String {
    let meeting = MEETING
        .replace("secret = { file = \"app-secret\" }\n", "secret = { file = \"app-secret\", no_such = 1 }\nno_such = 1\n\n[server.accepts]\nno_such = 1\n")
        .replace("duration = \"90m\"\n", "duration = \"90m\"\norganizer = { email = \"ada@example.org\", no_such = 1 }\nno_such = 1\n")
        .replace("file = \"people.csv\"\n", "file = \"people.csv\"\nno_such = 1\ncolumns = { no_such = \"x\" }\n\n[roles.speaker]\nno_such = 1\n");
    format!("{meeting}no_such = 1\n\n[outbox]\n{outbox}no_such = 1\n\n[ledger]\nno_such = 1\n")
}

/// The keys of each table, as the hints about unknown keys list them.
fn known(outbox: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = Folder::meeting("email\nada@example.org\n");
    folder.write("meeting.toml", with_unknown_keys(outbox));
    let stderr = folder.run(["check", "-q"]).exits(3).stderr;
    let lines: Vec<&str> = stderr.lines().collect();
    let mut known = BTreeMap::new();
    for pair in lines.windows(2).filter(|pair| pair[0].starts_with("error[unknown-key]")) {
        let (_, table) = pair[0].rsplit_once(" in [").unwrap();
        let keys = pair[1].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        known.insert(table.trim_end_matches(']').to_owned(), keys);
    }
    assert!(known.len() >= 9, "{stderr}");
    known
}

/// The part of the page below a heading.
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("# `[{heading}]`\n")).unwrap();
    rest.split("\n## ").next().unwrap().split("\n### ").next().unwrap()
}

/// What is in backticks in the first cells of the table of keys.
fn keys_of(section: &str) -> BTreeSet<String> {
    let (_, table) = section.split_once("| key | ").unwrap();
    let rows = table.lines().take_while(|line| !line.is_empty());
    let cells = rows.filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    let words = cells.flat_map(|cell| cell.split('`').step_by(2));
    words.map(str::to_owned).collect()
}

#[test]
fn the_page_has_every_key_of_every_section_and_no_other() {
    let page = std::fs::read_to_string(repository_path("docs/configuration.md")).unwrap();
    let mut known = known(
        "kind = \"smtp\"\nhost = \"localhost\"\nsecurity = \"none\"\ntimeouts = { no_such = 1 }\n",
    );
    // What a folder needs is unknown to a mail server, and the other way round.
    known
        .get_mut("outbox")
        .unwrap()
        .extend(self::known("kind = \"folder\"\n").remove("outbox").unwrap());
    for (table, line) in RESERVED {
        let key = line.split(' ').next().unwrap();
        assert!(known.get_mut(table).unwrap().remove(key), "{key} is reserved");
        let folder = Folder::meeting("email\nada@example.org\n");
        let text = if table == "ledger" {
            format!("{MEETING}\n[ledger]\n{line}\n")
        } else {
            MEETING.replace(&format!("[{table}]"), &format!("[{table}]\n{line}"))
        };
        folder.write("meeting.toml", text);
        assert!(folder.run(["check", "-q"]).exits(3).stderr.starts_with("error[not-yet]"));
    }
    // These are no sections of the page, but the value of a key there.
    for (table, of) in [
        ("server.secret", "## Secrets"),
        ("meeting.organizer", "# `[meeting]`"),
        ("outbox.timeouts", "# `[outbox]`"),
    ] {
        let keys = known.remove(table).unwrap();
        let (_, text) = page.split_once(of).unwrap();
        for key in keys {
            assert!(text.contains(&format!("{key} = ")), "`{key}` of {table}");
        }
    }
    let columns = std::fs::read_to_string(repository_path("docs/roster.md")).unwrap();
    for name in known.remove("roster.columns").unwrap() {
        let is_in_a_first_cell = columns.lines().any(|line| {
            line.starts_with("| `")
                && line.split(" | ").next().unwrap().contains(&format!("`{name}`"))
        });
        assert!(is_in_a_first_cell, "the column `{name}`");
    }
    for (table, keys) in known {
        let heading = if table == "roles.speaker" { "roles.NAME" } else { &table };
        assert_eq!(keys_of(section(&page, heading)), keys, "[{heading}]");
    }
}

/// The numbers at the beginning of lines.
fn numbers<'t>(lines: impl Iterator<Item = &'t str>) -> BTreeSet<u8> {
    lines.filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect()
}

#[test]
fn the_exit_codes_are_the_same_in_the_program_its_help_and_the_page() {
    let source = std::fs::read_to_string(repository_path("crates/cli/src/exit.rs")).unwrap();
    let (_, variants) = source.split_once("pub(crate) enum Exit {").unwrap();
    let (variants, _) = variants.split_once("\n}").unwrap();
    let in_program = numbers(
        variants.lines().filter_map(|line| Some(line.split_once("= ")?.1.trim_end_matches(','))),
    );
    assert_eq!(in_program.len(), 6);
    let help = Folder::empty().run(["--help"]).exits(0).stdout;
    let (_, in_help) = help.split_once("Exit codes:\n").unwrap();
    assert_eq!(numbers(in_help.lines()), in_program);
    let page = std::fs::read_to_string(repository_path("docs/scripting.md")).unwrap();
    let (_, on_page) = page.split_once("## Exit codes\n").unwrap();
    let (on_page, _) = on_page.split_once("\n## ").unwrap();
    assert_eq!(numbers(on_page.lines().filter_map(|line| line.strip_prefix("| "))), in_program);
}
