//! `check` of a folder that is for `links` alone: without addresses, or without settings for mail.

use crate::support::{Folder, MEETING};

/// `meeting.toml` without anything about mail.
fn without_mail() -> &'static str {
    MEETING.split("[mail]").next().unwrap()
}

#[track_caller]
fn ready(folder: &Folder, last_line: &str, send_needs: &[&str]) {
    let run = folder.run(["check"]).exits(0);
    assert!(run.stderr.ends_with(&format!("\n{last_line}\n")), "{}", run.stderr);
    let run = folder.run(["check", "--format", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["send_needs"], serde_json::json!(send_needs));
    folder.run(["links", "-q"]).exits(0);
    folder.run(["send", "-q"]).exits(3);
}

#[test]
fn a_list_of_names_alone_is_ready_for_links() {
    let line = "Ready for `links`; `send` needs addresses.";
    for people in ["name,class\nAda,1a\nBob,1b\n", "name,email\nAda,\nBob,\n"] {
        ready(&Folder::meeting(people), line, &["addresses"]);
    }
    let folder = Folder::meeting("name\nAda\n");
    // What only matters to mail is not judged.
    folder.edit_meeting("<events@example.org>", "events").write("outbox", "a file");
    ready(&folder, line, &["addresses"]);
    // People who are named in meeting.toml have addresses, and the list has not.
    let roles = "[roles.moderator]\npeople = [\"head@example.org\"]\n\n[mail]";
    let folder = Folder::meeting("name\nAda\n");
    folder.edit_meeting("[mail]", roles);
    ready(&folder, line, &["addresses"]);
}

#[test]
fn a_folder_without_mail_is_ready_for_links() {
    let folder =
        Folder::meeting("email,name\nada@example.org,Ada\n,Bob\nj\u{fc}rgen@example.org,\n");
    folder.write("meeting.toml", without_mail());
    ready(&folder, "Ready for `links`; `send` needs `from` under [mail].", &["from"]);
    let warning =
        "warning: 1 person has no address (line 3): this person gets a link, and no mail\n";
    let run = folder.run(["check"]).exits(0);
    assert!(run.stderr.contains(warning), "{}", run.stderr);

    folder.write("people.csv", "name\nAda\n");
    let line = "Ready for `links`; `send` needs addresses and `from` under [mail].";
    ready(&folder, line, &["addresses", "from"]);
    // With an outbox, mail is wanted.
    folder.write("meeting.toml", format!("{}[outbox]\nkind = \"folder\"\n", without_mail()));
    folder.write("people.csv", "email\nada@example.org\n");
    let run = folder.run(["check", "-q"]).exits(3);
    assert!(run.stderr.starts_with("error[no-from]: meeting.toml: "), "{}", run.stderr);
}

#[test]
fn a_list_of_names_is_checked_for_links() {
    let folder = Folder::meeting("name,role\nAda,teacher\n");
    let links = folder.run(["links", "-q"]).exits(3).stderr;
    assert!(links.starts_with("error[unknown-role]: people.csv:2: "), "{links}");
    folder.run(["check", "-q"]).exits(3).stderr(&links);
    // Headings that name neither people nor addresses.
    folder.write("people.csv", "class,role\n1a,\n");
    let links = folder.run(["links", "-q"]).exits(3).stderr;
    assert!(links.starts_with("error[no-email-column]: people.csv:1: "), "{links}");
    folder.run(["check", "-q"]).exits(3).stderr(&links);
}

#[test]
fn links_names_the_lines_of_people_without_an_address() {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n,Bob\ncy@example.org,Cy\n,Di\n");
    let run = folder.run(["links"]).exits(0);
    let warning = "warning: 2 people have no address (lines 3 and 5): they get a link, and no mail\n  hint: add the addresses if these people should be invited by mail\n4 links written to links.csv";
    assert!(run.stderr.contains(warning), "{}", run.stderr);
    let many = "email,name\nada@example.org,Ada\n".to_owned() + &",Somebody\n".repeat(8);
    folder.write("people.csv", many);
    let run = folder.run(["links"]).exits(0);
    let lines = "8 people have no address (lines 3, 4, 5, 6, 7 and 3 more)";
    assert!(run.stderr.contains(lines), "{}", run.stderr);
    let run = folder.run(["links", "-v"]).exits(0);
    assert!(run.stderr.contains("(lines 3, 4, 5, 6, 7, 8, 9 and 10)"), "{}", run.stderr);
    // In a list of names alone, nobody's address was forgotten.
    folder.write("people.csv", "name\nAda\n");
    assert!(!folder.run(["links"]).exits(0).stderr.contains("address"));
}
