//! The README's commands are run, line by line, in a folder like the one they are told for.

use crate::support::{Folder, project};

/// The lines of all `sh` blocks, in order. What needs a mail server of somebody's stands in `bash` blocks.
fn commands() -> Vec<String> {
    let text = std::fs::read_to_string(project("README.md")).unwrap();
    let mut commands = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.is_empty() => commands.push(line.to_owned()),
            _ => {}
        }
    }
    commands
}

#[test]
fn every_command_of_the_readme_works_in_its_order() {
    let folder = Folder::empty();
    folder.write(
        "prosody/conf.avail/meet.example.org.cfg.lua",
        "VirtualHost \"meet.example.org\"\n    app_id=\"example\"\n    app_secret=\"…\"\n",
    );
    let mut script = String::new();
    let mut run = 0;
    for command in commands() {
        if !command.starts_with("cargo ") {
            script.push_str(
                &command
                    .replace("/etc/prosody", &folder.path().join("prosody").display().to_string()),
            );
            script.push_str(" || exit 1\n");
            run += 1;
        }
    }
    assert!(run >= 10, "{run} commands");
    let run = folder.shell(&script).exits(0);
    assert!(folder.has("autumn/links.csv") && folder.has("autumn/ada.csv"));
    assert_eq!(folder.names("autumn/outbox").len(), 2);
    assert!(run.stdout.contains("app_id=\"example\""));
    assert!(run.stdout.contains("https://meet.example.org/our-meeting?jwt=ey"));
}

/// What builds the program anew is run by CI, in a clean clone: here it is shown to be the same words.
#[test]
fn the_readmes_cargo_commands_are_what_ci_runs() {
    let ci = std::fs::read_to_string(project(".ci/run")).unwrap();
    let cargo: Vec<String> =
        commands().into_iter().filter(|command| command.starts_with("cargo ")).collect();
    assert_eq!(cargo.len(), 3);
    for command in cargo {
        assert!(ci.contains(&command), "{command}");
    }
}

#[test]
fn the_readmes_payload_has_the_claims_that_a_token_has() {
    let text = std::fs::read_to_string(project("README.md")).unwrap();
    let json = text.split("```json").nth(1).unwrap().split("```").next().unwrap();
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
