//! README.md and docs/ are correct: their commands run, their settings are accepted, and their links lead somewhere.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use crate::support::{Folder, MEETING, repository_path};

/// The paths of README.md and of the pages in docs/, relative to the repository.
fn pages() -> Vec<String> {
    let mut pages = vec!["README.md".to_owned()];
    let entries = std::fs::read_dir(repository_path("docs")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_page = |name: &String| Path::new(name).extension().is_some_and(|end| end == "md");
    pages.extend(names.filter(is_page).map(|name| format!("docs/{name}")));
    pages.sort();
    assert!(pages.len() >= 9, "{pages:?}");
    pages
}

fn read(page: &str) -> String {
    std::fs::read_to_string(repository_path(page)).unwrap()
}

/// The code blocks in a language, without indentation.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks: Vec<String> = Vec::new();
    let mut inside = None;
    for line in read(page).lines().map(str::trim) {
        match (line.strip_prefix("```"), inside) {
            (Some(name), None) => {
                inside = Some(name == language);
                blocks.extend((name == language).then(String::new));
            }
            (Some(_), Some(_)) => inside = None,
            (None, Some(true)) => {
                let block = blocks.last_mut().unwrap();
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

/// The lines of all `sh` blocks, in order. Commands that need somebody's mail server are in `bash` blocks.
fn commands(page: &str) -> Vec<String> {
    let lines: Vec<String> =
        blocks(page, "sh").iter().flat_map(|block| block.lines()).map(str::to_owned).collect();
    lines.into_iter().filter(|line| !line.is_empty()).collect()
}

/// The text outside of code blocks.
fn prose(page: &str) -> String {
    let text = read(page);
    let outside = text.split("```").step_by(2);
    outside.collect::<Vec<_>>().join("\n")
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

/// Runs the `sh` commands of a page in a folder. Returns their number and their output.
fn run_commands(page: &str, folder: &Folder) -> (usize, String) {
    folder.write(
        "prosody/conf.avail/meet.example.org.cfg.lua",
        "VirtualHost \"meet.example.org\"\n    app_id=\"example\"\n    app_secret=\"…\"\n",
    );
    let prosody = folder.path().join("prosody").display().to_string();
    let mut script = String::new();
    let mut count = 0;
    for command in commands(page) {
        if !command.starts_with("cargo ") {
            script.push_str(&command.replace("/etc/prosody", &prosody));
            script.push_str(" || exit 1\n");
            count += 1;
        }
    }
    // The pages in docs/ assume a meeting folder, which the README creates.
    let start = if page == "README.md" { "" } else { "meetmint init -q autumn && cd autumn\n" };
    (count, folder.shell(&(start.to_owned() + &script)).exits(0).stdout)
}

#[test]
fn the_commands_of_the_readme_work_in_order() {
    let folder = Folder::empty();
    let (count, _) = run_commands("README.md", &folder);
    assert_eq!(count, 3);
    assert_eq!(folder.file_names("autumn/outbox").len(), 2);
}

#[test]
fn the_commands_of_every_docs_page_work_in_a_meeting_folder() {
    let mut count = 0;
    let mut output = String::new();
    for page in pages().iter().filter(|page| *page != "README.md") {
        let folder = Folder::empty();
        let (commands, stdout) = run_commands(page, &folder);
        if page == "docs/links.md" {
            assert!(folder.exists("autumn/links.csv") && folder.exists("autumn/ada.csv"));
        }
        count += commands;
        output.push_str(&stdout);
    }
    assert!(count >= 20, "{count} commands");
    assert!(output.contains("app_id=\"example\""));
    assert!(output.contains("https://meet.example.org/our-meeting?jwt=ey"));
}

/// CI runs the commands that build the program in a clean clone; this test compares the text of both.
#[test]
fn the_cargo_commands_of_the_readme_are_those_that_ci_runs() {
    let ci = std::fs::read_to_string(repository_path(".ci/run")).unwrap();
    let all = pages().iter().flat_map(|page| commands(page)).collect::<Vec<_>>();
    let cargo: Vec<&String> = all.iter().filter(|command| command.starts_with("cargo ")).collect();
    assert_eq!(cargo.len(), 4);
    for command in cargo {
        assert!(ci.contains(command), "{command}");
    }
}

#[test]
fn the_example_payload_has_the_claims_of_a_minted_token() {
    let json = &blocks("docs/tokens.md", "json")[0];
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

#[test]
fn the_settings_in_toml_blocks_are_accepted() {
    let certificate =
        std::fs::read(repository_path("crates/core/tests/keys/certificate.pem")).unwrap();
    let mut count = 0;
    for page in pages() {
        for block in blocks(&page, "toml") {
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

#[test]
fn the_list_of_template_variables_is_complete_and_correct() {
    let page = read("docs/messages.md");
    let (_, reference) = page.split_once("## Variables").unwrap();
    let documented = first_cells(reference);
    assert!(documented.len() > 40, "{documented:?}");

    let folder = Folder::meeting("email,name,seat\nada@example.org,Ada,1\n");
    folder.edit_meeting("[mail]", "[mail]\ntemplates = \"templates\"");
    let mut template = "{{ link }}\n".to_owned();
    for name in &documented {
        writeln!(template, "{{% if {name} %}}{{% endif %}}").unwrap();
    }
    folder.write("templates/invite.txt", template);
    folder.run(["check", "-q"]).exits(0);

    // The hint for an unknown variable lists those that exist.
    folder.write("templates/invite.txt", "{{ link }} {{ no_such_variable }}\n");
    let stderr = folder.run(["check", "-q"]).exits(3).stderr;
    let known: Vec<&str> = quoted(stderr.split_once("hint:").unwrap().1).collect();
    assert!(known.len() > 20, "{stderr}");
    for name in known {
        let field = format!("{name}.");
        let is_documented =
            documented.contains(name) || documented.iter().any(|path| path.starts_with(&field));
        assert!(is_documented, "{name}");
    }
}

#[test]
fn every_link_between_pages_has_a_target() {
    let mut count = 0;
    for page in pages().iter().map(String::as_str).chain(["CHANGELOG.md", "ARCHITECTURE.md"]) {
        let text = prose(page);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let images = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.chain(images).filter(|link| !link.contains("://")) {
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = Path::new(page).parent().unwrap();
            let target =
                if path.is_empty() { Path::new(page).to_owned() } else { folder.join(path) };
            let target = target.to_str().unwrap();
            assert!(repository_path(target).exists(), "{page}: {link}");
            if !anchor.is_empty() {
                let text = prose(target);
                let headings = text.lines().filter(|line| line.starts_with('#')).map(slug);
                assert!(headings.into_iter().any(|slug| slug == anchor), "{page}: {link}");
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count} links");
}

/// The anchor of a heading, as GitHub makes it.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
