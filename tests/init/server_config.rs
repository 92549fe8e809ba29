//! `init --server-config`: from the server's own files to a meeting that works, without the secret anywhere else.

use crate::support::{Folder, mode};

const SECRET: &str = "of-the-town-hall-0123456789abcdefgh";

fn env() -> String {
    format!(
        "PUBLIC_URL=https://meet.acme.test:8443\nENABLE_AUTH=1\nAUTH_TYPE=jwt\nJWT_APP_ID=acme\nJWT_APP_SECRET='{SECRET}'\nJWT_ACCEPTED_ISSUERS=crm,web\n"
    )
}

#[test]
fn a_meeting_is_made_from_what_is_piped_in() {
    let folder = Folder::empty();
    folder.write("server/.env", env());
    let run = folder
        .shell("cat server/.env | meetmint init autumn --server-config -")
        .exits(0)
        .stdout("");
    let read = "\
server      ENABLE_AUTH: `true` (standard input:2)
            AUTH_TYPE: `jwt` (standard input:3)
            PUBLIC_URL: `https://meet.acme.test:8443` (standard input:1)
            JWT_APP_ID: `acme` (standard input:4)
            JWT_APP_SECRET: not shown (standard input:5)
            JWT_ACCEPTED_ISSUERS: `crm`, `web` (standard input:6)
warning: everybody with a link will be a moderator, because Jicofo authenticates people (standard input:2)
  hint: so that only the moderators of the roster are moderators: add token_affiliation to XMPP_MUC_MODULES, ";
    assert!(run.stderr.starts_with(read), "{}", run.stderr);
    assert!(!run.stderr.contains(SECRET), "{}", run.stderr);
    // Address, app id and secret are known.
    let change = "\
For real mail, change:
  autumn/meeting.toml:56  the sender
  autumn/meeting.toml:64  your mail server
";
    assert!(run.stderr.ends_with(change), "{}", run.stderr);
    // So there is a server to test, which a practice secret has not.
    let test =
        "  4. Test the Jitsi server, within a minute:\n       meetmint doctor --meeting autumn\n";
    assert!(run.stderr.contains(test), "{}", run.stderr);
    assert_eq!(folder.read("autumn/app-secret"), format!("{SECRET}\n"));
    assert_eq!(mode(&folder.path().join("autumn/app-secret")), 0o600);
    let text = folder.read("autumn/meeting.toml");
    for line in [
        "kind = \"docker\"",
        "issuer = \"crm\"",
        "[server.accepts]",
        "issuers = [\"crm\", \"web\"]",
    ] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}\n{text}");
    }
    assert!(!text.contains(SECRET));
    let run = folder.run(["check", "--meeting", "autumn"]).exits(0);
    let tokens = "tokens      HS256, iss crm, aud jitsi, sub meet.jitsi, room our-meeting\n";
    assert!(run.stdout.contains(tokens), "{}", run.stdout);
}

#[test]
fn a_meeting_that_exists_gets_lines_to_paste() {
    let folder = Folder::meeting("email\nada@example.org\n");
    folder.write("server/.env", env());
    let before = (folder.read("meeting.toml"), folder.file_names("."));
    let run = folder.run(["init", "--server-config", "server/.env"]).exits(3);
    let refusal = "\
error[meeting-exists]: there is already a meeting in this folder: `meeting.toml`
  hint: nothing was written: put the lines that were printed in place of [server] and [server.accepts] in that file, and the secret of the server, which is not printed, into `app-secret`
";
    assert!(run.stderr.ends_with(refusal), "{}", run.stderr);
    assert!(!run.stderr.contains(SECRET) && !run.stdout.contains(SECRET));
    assert_eq!((folder.read("meeting.toml"), folder.file_names(".")), before);
    // The hint works.
    let (_, rest) = before.0.split_once("\n\n[meeting]").unwrap();
    folder.write("meeting.toml", format!("{}\n[meeting]{rest}", run.stdout));
    folder.write_private("app-secret", SECRET);
    let run = folder.run(["check"]).exits(0);
    assert!(run.stdout.contains("https://meet.acme.test:8443/"), "{}", run.stdout);
}

#[test]
fn nothing_is_written_when_the_files_say_too_little() {
    let folder = Folder::empty();
    folder.write("off.env", env().replace("ENABLE_AUTH=1", "ENABLE_AUTH=0"));
    folder.write("list.csv", "email\nada@example.org\n");
    folder.run(["init", "x", "--server-config", "off.env"]).exits(3).stderr(
        "\
error[tokens-off]: off.env:2: tokens are off: ENABLE_AUTH is not on
  hint: set ENABLE_AUTH=1, AUTH_TYPE=jwt, JWT_APP_ID and JWT_APP_SECRET in the .env, recreate the containers, and run this command again
",
    );
    let run = folder.run(["init", "x", "--server-config", "list.csv"]).exits(3);
    assert!(run.stderr.starts_with("error[other-file]: list.csv: "), "{}", run.stderr);
    folder.run(["init", "x", "--server-config", "off.env", "--like", "y"]).exits(2);
    folder.run(["init", "x", "--host", "meet.acme.test"]).exits(2);
    assert!(!folder.exists("x"));
}
