//! The examples in README.md and docs/ are correct: settings, claims and variables.

use std::collections::BTreeSet;

use super::page::{blocks, pages, read};
#[cfg(unix)]
use crate::support::mode;
use crate::support::{Folder, MEETING, repository_path};

/// The texts of the blocks in a language.
fn texts(page: &str, language: &str) -> Vec<String> {
    let blocks = blocks(page).into_iter().filter(|block| block.language() == language);
    blocks.map(|block| block.text).collect()
}

/// What is in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What is in backticks in the first cell of each table row.
fn first_cells(text: &str) -> BTreeSet<&str> {
    let cells = text.lines().filter_map(|line| line.strip_prefix('|')?.split('|').next());
    cells.flat_map(quoted).collect()
}

/// CI runs the commands that build the program in a clean clone; this test compares the text of both.
#[test]
fn the_cargo_commands_of_the_readme_are_those_that_ci_runs() {
    let ci = std::fs::read_to_string(repository_path(".ci/run")).unwrap();
    let scripts: Vec<String> = pages().iter().flat_map(|page| texts(page, "sh")).collect();
    let lines = scripts.iter().flat_map(|script| script.lines());
    let cargo: BTreeSet<&str> = lines.filter(|line| line.starts_with("cargo ")).collect();
    assert_eq!(cargo.len(), 3);
    for command in cargo {
        assert!(ci.contains(command), "{command}");
    }
}

#[test]
fn the_example_payload_has_the_claims_of_a_minted_token() {
    let json = &texts("docs/tokens.md", "json")[0];
    let by_hand: serde_json::Value = serde_json::from_str(json).unwrap();
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    folder.write("people.csv", "email,name,role,avatar\nada@example.org,Ada Lovelace,moderator,https://example.org/ada.png\n");
    let minted = folder.run(["token", "ada@example.org", "-q"]).exits(0).claims();
    for claim in ["moderator", "aud", "iss", "sub", "room"] {
        assert_eq!(by_hand[claim], minted[claim], "{claim}");
    }
    for claim in ["avatar", "name", "email"] {
        assert_eq!(by_hand["context"]["user"][claim], minted["context"]["user"][claim], "{claim}");
    }
}

/// A copy of the ledger, and what is exported from it, have the names and addresses of everybody in them.
#[cfg(unix)]
#[test]
fn what_examples_write_of_a_ledger_can_be_read_by_its_owner_alone() {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    folder.run(["send", "-q"]).exits(0);
    let mut count = 0;
    for page in pages() {
        for block in ["sh", "text"].iter().flat_map(|language| texts(&page, language)) {
            for line in block.lines() {
                let written = ["ledger-backup.db", "ledger.jsonl"];
                let Some(file) = written.into_iter().find(|file| line.contains(file)) else {
                    continue;
                };
                // Any program that writes the copy does so with the mode that the umask leaves. What follows an example is
                // its description.
                let line = line.split("    ").next().unwrap();
                let script = format!("umask 022; sqlite3() {{ : > {file}; }}; {line}");
                let run = folder.shell(&script);
                assert_eq!(run.code, Some(0), "{page}: {line}: {run:?}");
                assert_eq!(mode(&folder.path().join(file)), 0o600, "{page}: {line}");
                std::fs::remove_file(folder.path().join(file)).unwrap();
                count += 1;
            }
        }
    }
    assert_eq!(count, 4, "one backup, and exports");
}

#[test]
fn the_settings_in_toml_blocks_are_accepted() {
    let certificate =
        std::fs::read(repository_path("crates/core/tests/keys/certificate.pem")).unwrap();
    let mut count = 0;
    for page in pages() {
        for block in texts(&page, "toml") {
            let replaced = |section: &&str| {
                !section.lines().next().is_some_and(|heading| block.contains(heading))
            };
            let kept: Vec<&str> = MEETING.split("\n\n").filter(replaced).collect();
            let folder = Folder::meeting(
                "email,Contact,Given,Family,start,room,Class,Parent\nada@example.org,ada@example.org,Ada,Lovelace,,,3b,yes\n",
            );
            folder.write("meeting.toml", format!("{}\n\n{block}", kept.join("\n\n")));
            // `check` reads the password and the certificates that a block names.
            folder.write_private("smtp-password", "a password").write("m365-token", "echo token\n");
            folder.write("ca.pem", &certificate);
            folder.run_with_env(["check", "-q"], &[("SMTP_PASSWORD", "a password")]).exits(0);
            count += 1;
        }
    }
    assert!(count >= 8, "{count} blocks");
}

#[test]
fn the_reference_has_every_key_that_init_writes() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    let text = folder.read("meeting.toml");
    let lines = text.lines().map(|line| line.strip_prefix("# ").unwrap_or(line));
    let keys: BTreeSet<&str> = lines
        .filter_map(|line| line.split_once(" = ").map(|(key, _)| key))
        .filter(|key| key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .collect();
    assert!(keys.len() > 30, "{keys:?}");
    let reference = read("docs/configuration.md");
    let documented = first_cells(&reference);
    let missing: Vec<_> = keys.difference(&documented).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
