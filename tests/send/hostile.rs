//! Malicious names and addresses, and a symbolic link in the outbox.

use std::os::unix::fs::symlink;

use super::PEOPLE;
use crate::support::{Folder, mime_part};

#[test]
fn a_name_cannot_inject_headers_or_calendar_lines() {
    let long = "x".repeat(300);
    let folder = Folder::meeting(&format!(
        "email,name,note\na@example.org,\"A\r\nBcc: evil@example.org\",\"x\r\nBEGIN:VEVENT\"\nb@example.org,\u{202e}B\u{7},\nc@example.org,{long},\n"
    ));
    folder.run(["send", "-q"]).exits(0).stderr("");
    for name in folder.file_names("outbox") {
        let message = folder.read(&format!("outbox/{name}"));
        assert!(!message.lines().any(|line| line.starts_with("Bcc:") || line.len() > 998));
        let calendar = mime_part(&message, "text/calendar");
        assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1);
        assert!(calendar.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(calendar.matches("\r\nATTENDEE").count(), 1);
    }
}

#[test]
fn an_address_cannot_move_a_file_out_of_the_outbox() {
    let folder = Folder::meeting("email\n/etc/x@example.org\n../x@example.org\n");
    folder.run(["send"]).exits(3).stderr(
        "error[not-an-email]: people.csv:3: column `email`: `../x@example.org` is not an email address: the part before the `@` is not a valid mailbox name\n  hint: write it as name@example.org\n",
    );
    folder.write("people.csv", "email\n/etc/x@example.org\n~/a/x/b@example.org\n");
    folder.run(["send", "-q"]).exits(0);
    let names = folder.file_names("outbox");
    assert_eq!(names.len(), 2);
    assert!(
        names[0].starts_with("__a_x_b@example.org.") && names[1].starts_with("_etc_x@example.org."),
        "{names:?}"
    );
}

#[test]
fn a_symbolic_link_in_the_outbox_is_replaced_and_not_followed() {
    let folder = Folder::meeting(PEOPLE);
    folder.run(["send", "-q"]).exits(0);
    let name = folder.file_names("outbox").remove(0);
    folder.write("precious", "precious");
    let path = folder.path().join("outbox").join(&name);
    std::fs::remove_file(&path).unwrap();
    symlink("../precious", &path).unwrap();
    std::fs::remove_file(folder.path().join("ledger.db")).unwrap();
    folder.run(["send", "-q"]).exits(0);
    assert_eq!(folder.read("precious"), "precious");
    assert!(!path.symlink_metadata().unwrap().is_symlink());
}

/// Most people have plain names, and their messages are not tried before the first is sent.
#[test]
fn one_odd_name_among_plain_ones_is_found_before_anything_is_written() {
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl";
    let roster = |name: &str| {
        format!("email,name\nada@example.org,Ada\neve@example.org,{name}\nbob@example.org,Bob\n")
    };
    let folder = Folder::meeting(&roster(token));
    let run = folder.run(["send"]).exits(3).stdout("");
    assert!(run.stderr.contains("error[no-message]"), "{run:?}");
    assert!(run.stderr.contains("eve@example.org"), "{run:?}");
    assert!(!run.stderr.contains("ada@example.org"), "{run:?}");
    assert!(!folder.exists("outbox"));
    // What everybody's message says is looked at as well.
    folder.write("people.csv", roster("Eve"));
    folder.edit_meeting("title = \"Town hall\"", &format!("title = \"{token}\""));
    let run = folder.run(["send"]).exits(3).stdout("");
    assert_eq!(run.stderr.matches("error[no-message]").count(), 3, "{run:?}");
    assert!(!folder.exists("outbox"));
}
