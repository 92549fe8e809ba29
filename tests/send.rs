//! `send` to the folder outbox: one file for each person, or none at all.

mod hostile;
mod interrupts;

use std::collections::HashSet;
use std::os::unix::fs::symlink;

use crate::support::{Folder, SECRET, claims, link_line, mime_part, mode};

const PEOPLE: &str = "\
email,name,role,department
ada@example.org,Ada Lovelace,moderator,Board
bob@example.org,\"O'Brien, <Bob> & \"\"sons\"\"\",participant,
";

#[test]
fn everybody_gets_their_own_message() {
    let folder = Folder::meeting(PEOPLE);
    let run = folder.run(["send"]).exits(0).stdout("");
    let names = folder.file_names("outbox");
    run.stderr(&format!(
        "+ ada@example.org  invitation\n+ bob@example.org  invitation\n2 invitations.\n{}outbox/{}\n",
        written("2 messages", "outbox"),
        names[0]
    ));
    assert_eq!(names.len(), 2);
    assert!(
        names[0].starts_with("ada@example.org.") && names[0].ends_with(".0.invite.0.eml"),
        "{names:?}"
    );
    assert_eq!(mode(&folder.path().join("outbox")), 0o700);
    assert_eq!(mode(&folder.path().join("outbox").join(&names[0])), 0o600);

    let ada = folder.read(&format!("outbox/{}", names[0]));
    let bob = folder.read(&format!("outbox/{}", names[1]));
    assert!(
        ada.contains("Subject: Invitation: Town hall, Tue 11 Mar 2031 14:00 (Berlin time)\r\n"),
        "{ada}"
    );
    assert!(ada.contains("To: \"Ada Lovelace\" <ada@example.org>\r\n"));
    for (message, address) in [(&ada, "ada@example.org"), (&bob, "bob@example.org")] {
        let expected = folder.run(["token", address, "-q"]).exits(0).stdout.trim().to_owned();
        let text = mime_part(message, "text/plain");
        assert_eq!(link_line(&text), expected);
        assert!(mime_part(message, "text/html").contains(&expected));
        let calendar = mime_part(message, "text/calendar").replace("\r\n ", "");
        assert!(calendar.contains(&format!("URL:{expected}\r\n")));
        assert!(
            calendar.contains("METHOD:REQUEST\r\n")
                && calendar.contains(&format!(":mailto:{address}\r\n"))
        );
        assert_eq!(claims(&expected)["context"]["user"]["email"], *address);
        assert!(
            text.contains("The link works on Tuesday, 11 March 2031, 13:30–17:30 (Berlin time)."),
            "{text}"
        );
    }
    let html = mime_part(&bob, "text/html");
    assert!(html.contains("Brien, &lt;Bob&gt; &amp; ") && !html.contains("<Bob>"), "{html}");
    assert!(
        mime_part(&bob, "text/calendar")
            .replace("\r\n ", "")
            .contains("CN=\"O'Brien, <Bob> & 'sons'\"")
    );
}

/// What is said after messages were written to a folder, except for the file.
fn written(what: &str, folder: &str) -> String {
    let settings = folder.replace("outbox", "meeting.toml");
    format!(
        "{what} written to {folder}. Nothing was mailed: to send mail, set kind = \"smtp\" and a host or preset under [outbox] in {settings}.\nTo see a message, open this file in a mail program:\n"
    )
}

#[test]
fn the_file_to_open_is_named_from_the_current_folder() {
    let folder = Folder::empty();
    let meeting = Folder::meeting(PEOPLE);
    std::os::unix::fs::symlink(meeting.path(), folder.path().join("town hall")).unwrap();
    let named = |run: crate::support::Run, what: &str| {
        let stderr = run.exits(0).stderr;
        let (_, file) = stderr.split_once(&written(what, "town hall/outbox")).expect(&stderr);
        // Pasted into a shell as it is, because the path has a space.
        let size = folder.shell(&format!("wc -c < {file}")).exits(0).stdout;
        assert!(size.trim().parse::<usize>().unwrap() > 1000, "{file}: {size}");
        file.to_owned()
    };
    let file = named(folder.run(["send", "--meeting", "town hall"]), "2 messages");
    assert!(file.contains("/ada@example.org."), "{file}");
    let to_me = ["send", "--to", "me@example.org", "--meeting", "town hall"];
    let file = named(folder.run(to_me), "Test copy");
    assert!(file.contains("/me@example.org."), "{file}");
    // A file of this run, and not an earlier one.
    meeting.write("people.csv", format!("{PEOPLE}cy@example.org,Cy,,\n"));
    let file = named(folder.run(["send", "--meeting", "town hall"]), "1 message");
    assert!(file.contains("/cy@example.org."), "{file}");
    let run = folder.run(["send", "--meeting", "town hall"]).exits(0);
    run.stderr("= 3 people are up to date\nNothing is due.\n");
}

#[test]
fn mail_can_be_sent_as_the_words_after_the_folder_outbox_say() {
    let folder = Folder::empty();
    folder.run(["init"]).exits(0);
    folder.write_private("app-secret", SECRET);
    let run = folder.run(["send"]).exits(0);
    assert!(
        run.stderr.contains("and a host or preset under [outbox] in meeting.toml."),
        "{}",
        run.stderr
    );
    folder.edit_meeting("kind = \"folder\"", "kind = \"smtp\"\nhost = \"mail.example.org\"");
    let run = folder.run(["check"]).exits(0);
    assert!(run.stderr.contains("mail goes through mail.example.org"), "{}", run.stderr);
}

#[test]
fn the_signs_of_a_plan_have_colors_if_colors_are_wanted() {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\nbob@example.org,Bob\n");
    folder.write(
        "people.csv",
        "email,name\nada@example.org,Ada\nbob@example.org,Bob\ncy@example.org,Cy\n",
    );
    folder.run(["send", "-q"]).exits(0);
    folder.write(
        "people.csv",
        "email,name\nada@example.org,A\nbob@example.org,Bob\ndi@example.org,Di\n",
    );
    let colored = folder.run(["plan", "--color", "always"]).exits(0).stdout;
    for line in [
        "\u{1b}[32m+\u{1b}[0m di@example.org  invitation\n",
        "\u{1b}[33m~\u{1b}[0m ada@example.org  update: name\n",
        "\u{1b}[31m−\u{1b}[0m cy@example.org  cancellation\n",
        "\u{1b}[2m=\u{1b}[0m 1 person is up to date\n",
    ] {
        assert!(colored.contains(line), "{colored:?}");
    }
    for (args, variables) in [
        (&["plan"][..], &[][..]),
        (&["plan", "--color", "never"], &[("CLICOLOR_FORCE", "1")]),
        (&["plan", "--color", "always", "--format", "json"], &[]),
        (&["send", "--dry-run"], &[]),
    ] {
        let run = folder.run_with_env(args, variables).exits(0);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{run:?}");
    }
    let run = folder.run(["send"]).exits(0);
    assert!(run.stderr.starts_with("+ di@") && !run.stderr.contains('\u{1b}'), "{run:?}");
}

#[test]
fn with_a_fixed_date_two_runs_give_the_same_bytes() {
    let all = |folder: &Folder| -> Vec<(String, String)> {
        folder
            .file_names("outbox")
            .into_iter()
            .map(|name| (name.clone(), folder.read(&format!("outbox/{name}"))))
            .collect()
    };
    let (first, second) = (Folder::meeting(PEOPLE), Folder::meeting(PEOPLE));
    let date = [("SOURCE_DATE_EPOCH", "1900000000")];
    first.run_with_env(["send"], &date).exits(0);
    second.run_with_env(["send"], &[date[0], ("RAYON_NUM_THREADS", "1")]).exits(0);
    assert_eq!(all(&first), all(&second));
    // A message that was written stays so, though its file was moved away: then `--again` writes the same bytes.
    let before = all(&first);
    first.run(["send"]).exits(0).stderr("= 2 people are up to date\nNothing is due.\n");
    std::fs::remove_file(first.path().join("outbox").join(&before[0].0)).unwrap();
    let missing = "= 2 people are up to date\n  1 message is no longer in the folder outbox; to write it again, run `meetmint send --again`\nNothing is due.\n";
    first.run(["send"]).exits(0).stderr(missing);
    first.run(["plan"]).exits(0).stdout(missing);
    first.run(["send", "--again", "--dry-run"]).exits(0).stdout(
        "+ ada@example.org  new copy of the invitation\n= 2 people are up to date\n1 new copy.\n",
    );
    let run = first.run(["send", "--again", "--format", "json", "-q"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!([&report["messages"], &report["delivered"], &report["left"]], [1, 1, 0]);
    assert_eq!(all(&first), before);
    first.run(["send", "--again"]).exits(0).stderr("= 2 people are up to date\nNothing is due.\n");
    // An emptied file is missing, too.
    std::fs::write(first.path().join("outbox").join(&before[0].0), "").unwrap();
    first.run(["send"]).exits(0).stderr(missing);
    first.run(["send", "--again", "-q"]).exits(0);
    assert_eq!(all(&first), before);
    first.run_with_env(["send"], &[("SOURCE_DATE_EPOCH", "soon")]).exits(3).stderr(
        "error[bad-environment]: SOURCE_DATE_EPOCH: `soon` is not a time in seconds since 1970\n  hint: unset it, or set it to a whole number of seconds\n",
    );
}

#[test]
fn people_can_be_selected_and_a_dry_run_writes_nothing() {
    let folder = Folder::meeting(PEOPLE);
    let plan = "+ ada@example.org  invitation\n+ bob@example.org  invitation\n2 invitations.\n";
    folder.run(["send", "--dry-run"]).exits(0).stdout(plan).stderr("");
    folder.run(["plan"]).exits(0).stdout(plan).stderr("");
    assert!(!folder.exists("ledger.db"));
    assert!(!folder.exists("outbox"));
    folder.run(["send", "--limit", "1"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 1);
    folder.run(["send", "--only", "BOB@example.org"]).exits(0);
    assert_eq!(folder.file_names("outbox").len(), 2);
    let folder = Folder::meeting(PEOPLE);
    folder.run(["send", "--role", "host"]).exits(0);
    assert!(folder.file_names("outbox")[0].starts_with("ada@"));
    folder.run(["send", "--limit", "0"]).exits(2);
}

#[test]
fn sending_requires_addresses_and_a_sender() {
    let folder = Folder::meeting("email,name\n,Ada\nbob@example.org,Bob\n");
    folder.run(["send"]).exits(3).stderr(
        "error[no-email]: people.csv:2: column `email`: `Ada` has no email address\n  hint: add one, or delete the row; `meetmint links` also makes links for people without an address\n",
    );
    folder.write("people.csv", "name\nAda\n");
    folder.run(["send"]).exits(3).stderr(
        "error[no-email-column]: people.csv:1: no column of email addresses found; the headings are `name`\n  hint: name the column under [roster] in meeting.toml: columns = { email = \"…\" }\n",
    );
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("from = \"Events team <events@example.org>\"", "");
    folder.run(["send"]).exits(3).stderr(
        "error[no-from]: meeting.toml: `from` is missing: it is the sender of the messages\n  hint: write it under [mail]: from = \"Name <address>\"\n",
    );
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("<events@example.org>", "events.example.org");
    folder.run(["check", "-q"]).exits(3).stderr(
        "error[bad-sender]: meeting.toml:19: `Events team events.example.org` is not a valid sender: it has no `@`\n  hint: write it under [mail]: from = \"Name <address>\"\n",
    );
    assert!(!folder.exists("outbox"));
}

#[test]
fn an_unusable_outbox_or_a_full_disk_is_reported_and_nothing_is_written() {
    let folder = Folder::meeting(PEOPLE);
    folder.write("outbox", "a file");
    folder.run(["send", "-q"]).exits(3).stderr(
        "error[outbox]: meeting.toml: `outbox` is not a folder\n  hint: move it away, or name another folder with `dir` under [outbox]\n",
    );
    std::fs::remove_file(folder.path().join("outbox")).unwrap();
    std::fs::create_dir(folder.path().join("elsewhere")).unwrap();
    symlink("elsewhere", folder.path().join("outbox")).unwrap();
    folder.run(["send"]).exits(3);
    assert!(folder.file_names("elsewhere").is_empty());
    std::fs::remove_file(folder.path().join("outbox")).unwrap();

    // A limit of 300 KiB on file sizes has the effect of a full disk: with this template a message is larger.
    folder.edit_meeting("from =", "templates = \"mine\"\nfrom =");
    folder.write("mine/invite.txt", format!("{{{{ link }}}}\n\n{}", "many words\n".repeat(40_000)));
    let run = folder.shell("trap '' XFSZ; ulimit -f 300; exec meetmint send -q").exits(1);
    assert!(
        run.stderr.starts_with("error[outbox]: cannot write `outbox/")
            && run.stderr.ends_with("  cause: File too large (os error 27)\n"),
        "{}",
        run.stderr
    );
    assert!(folder.file_names("outbox").is_empty());
    // With a limit of 8 KiB the ledger cannot be written.
    std::fs::remove_dir_all(folder.path().join("mine")).unwrap();
    folder.edit_meeting("templates = \"mine\"\n", "");
    let run =
        folder.shell("rm -f ledger.db*; trap '' XFSZ; ulimit -f 8; exec meetmint send -q").exits(1);
    assert!(
        run.stderr.starts_with(
            "error[ledger]: the ledger cannot be read or written\n  cause: disk I/O error\n"
        ),
        "{}",
        run.stderr
    );
    assert!(folder.file_names("outbox").is_empty());
    folder.edit_meeting("[mail]", "[outbox]\ndir = \"/proc/outbox\"\n\n[mail]");
    let run = folder.run(["send", "-q"]).exits(1);
    assert!(
        run.stderr.starts_with("error[outbox]: cannot use the folder `/proc/outbox`\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn template_mistakes_are_reported_with_line_and_column() {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("from =", "templates = \"mine\"\nfrom =");
    folder.run(["send"]).exits(3).stderr(
        "error[no-templates]: meeting.toml: cannot read the templates `mine`: No such file or directory (os error 2)\n  hint: `templates` under [mail] names the folder; without it, the built-in templates are used\n",
    );
    folder.write(
        "mine/invite.txt",
        "Hello {{ nme }},\n\n{% if tilte %}x{% endif %}\n{{ link }}\n{{ extra.departmnt }}\n",
    );
    folder.write("mine/invite.html", "<p>{{ link }\n");
    let run = folder.run(["send"]).exits(3);
    for expected in [
        "error[template]: mine/invite.txt:1:10: ",
        "did you mean `name`?",
        "error[template]: mine/invite.txt:3:7: ",
        "error[template]: mine/invite.txt:5:",
        "error[template]: mine/invite.html:1:",
    ] {
        assert!(run.stderr.contains(expected), "not printed: {expected}\n{}", run.stderr);
    }
    assert!(!folder.exists("outbox"));
    folder.write("mine/invite.txt", "Hello {{ name }} of {{ extra.department }}\n\n{{ link }}\n");
    folder.write(
        "mine/invite.html",
        "<!doctype html><title>x</title><p>Hello {{ name }}: <a href=\"{{ link }}\">Join</a>",
    );
    folder.run(["send", "-q"]).exits(0);
    let message = folder.read(&format!("outbox/{}", folder.file_names("outbox")[0]));
    assert!(mime_part(&message, "text/plain").starts_with("Hello Ada Lovelace of Board"));
}

#[test]
fn a_message_with_another_persons_link_is_never_written() {
    let folder = Folder::meeting(PEOPLE);
    let ada = folder.run(["token", "ada@example.org", "-q"]).exits(0).stdout.trim().to_owned();
    folder.edit_meeting("from =", "templates = \"mine\"\nfrom =");
    folder
        .write("mine/invite.txt", format!("Hello {{{{ name }}}}\n\n{{{{ link }}}}\n\nor {ada}\n"));
    let run = folder.run(["send"]).exits(3);
    assert!(
        run.stderr.contains("mine/invite.txt:5") || run.stderr.contains("line 5"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("{{ link }}"), "{}", run.stderr);
    assert!(!run.stderr.contains("eyJ"));
    assert!(!folder.exists("outbox") || folder.file_names("outbox").is_empty());

    let folder = Folder::meeting(&format!("email,name,note\nbob@example.org,Bob,see {ada}\n"));
    folder.edit_meeting("from =", "templates = \"mine\"\nfrom =");
    folder.write("mine/invite.txt", "Hello {{ name }}\n\n{{ link }}\n\n{{ extra.note }}\n");
    let run = folder.run(["send"]).exits(3);
    assert!(run.stderr.starts_with("error[no-message]: people.csv: refusing to send the message to bob@example.org: column `note`"), "{}", run.stderr);
    assert!(!run.stderr.contains("eyJ"));
    assert!(!folder.exists("outbox"));
}

#[test]
fn each_person_and_start_has_a_uid_that_updates_keep() {
    let people =
        "email,start\nada@example.org,\nada@example.org,2031-03-12 14:00\nbob@example.org,\n";
    let folder = Folder::meeting(people);
    folder.add_roster_setting("per_row = [\"start\"]");
    folder.run(["send", "-q"]).exits(0);
    let uids: HashSet<String> = folder
        .file_names("outbox")
        .iter()
        .map(|name| {
            let calendar = mime_part(&folder.read(&format!("outbox/{name}")), "text/calendar")
                .replace("\r\n ", "");
            calendar.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned()
        })
        .collect();
    assert_eq!(uids.len(), 3);
    let before = folder.file_names("outbox");
    folder.edit_meeting("title = \"Town hall\"", "title = \"Another title\"");
    folder.run(["send", "-q"]).exits(0);
    let updates: Vec<String> =
        before.iter().map(|name| name.replace(".0.invite.", ".1.update.")).collect();
    let mut all = [before, updates].concat();
    all.sort();
    assert_eq!(folder.file_names("outbox"), all);
}

#[test]
fn a_link_of_another_service_may_have_a_token_parameter() {
    let folder = Folder::meeting(
        "email,name,survey\nada@example.org,Ada,https://survey.example.com/?token=abc\n",
    );
    folder.edit_meeting("[mail]", "[mail]\ntemplates = \"templates\"");
    let template = "{{ link }}\nhttps://files.example.com/?access_token=x {{ extra.survey }}\n";
    folder.write("templates/invite.txt", template);
    folder.run(["check"]).exits(0);
    folder.run(["send"]).exits(0);
    // With the same parameter, a link to the meeting's own server is somebody's.
    folder.write("templates/invite.txt", "{{ link }} https://meet.example.org/x?jwt=abc");
    let run = folder.run(["check"]).exits(3);
    assert!(run.stderr.contains("the template contains a personal link"), "{}", run.stderr);
}
