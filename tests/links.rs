//! `links`: link files are complete, private and in roster order.

use std::os::unix::fs::symlink;

use crate::support::{Folder, SECRET, claims, csv_records, mode, roster_of};

const PEOPLE: &str = "\
email,name,role,class
ada@example.org,Ada,moderator,=1+1
+bob@example.org,Bob,participant,2b
cy@example.org,Cy,participant,\"3,c\"
";

#[test]
fn everybody_gets_a_link_in_a_private_link_file() {
    let folder = Folder::meeting(PEOPLE);
    folder.run(["links", "--keep", "Class"]).exits(0).stdout("").stderr(
        "3 links written to links.csv. They work from 11 March 2031 13:30 to 17:30 (Europe/Berlin).\n\
         To try a link that works now: meetmint token --name Test --for 1h\n",
    );
    let text = folder.read("links.csv");
    assert!(text.starts_with("email,name,role,room,valid_from,valid_until,link,class\r\nada@example.org,Ada,moderator,town-hall,2031-03-11T12:30:00Z,2031-03-11T16:30:00Z,https://meet.example.org/town-hall?jwt=ey"));
    assert_eq!(text.matches("\r\n").count(), 4);
    let rows = csv_records(&text);
    assert_eq!([&*rows[1][7], &*rows[2][0], &*rows[3][7]], ["'=1+1", "'+bob@example.org", "3,c"]);
    assert_eq!(claims(&rows[2][6])["context"]["user"]["email"], "+bob@example.org");
    assert_eq!(mode(&folder.path().join("links.csv")), 0o600);

    folder.run(["links", "--bom", "--out", "excel.csv"]).exits(0);
    assert!(folder.read("excel.csv").starts_with("\u{feff}email,"));

    folder.run(["links", "--format", "jsonl", "--keep", "class"]).exits(0);
    let jsonl = folder.read("links.jsonl");
    let objects: Vec<serde_json::Value> =
        jsonl.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 3);
    assert_eq!(
        objects[1],
        serde_json::json!({
            "email": "+bob@example.org", "name": "Bob", "role": "participant", "room": "town-hall",
            "valid_from": "2031-03-11T12:30:00Z", "valid_until": "2031-03-11T16:30:00Z", "link": rows[2][6],
            "id": "+bob@example.org", "class": "2b",
        })
    );
    assert_eq!(objects[0]["class"], "=1+1");
}

#[test]
fn with_a_practice_secret_no_link_to_try_is_offered() {
    let folder = Folder::meeting("email,name\nada@example.org,Ada\n");
    folder.write_private("app-secret", format!("practice-{SECRET}"));
    folder.run(["links"]).exits(0).stderr(
        "note: this is a practice secret: no server will accept these links\n\
         1 link written to links.csv. It works from 11 March 2031 13:30 to 17:30 (Europe/Berlin).\n",
    );
}

#[test]
fn people_can_be_selected_by_address_and_role() {
    let folder = Folder::meeting(PEOPLE);
    let emails = |args: &[&str]| -> Vec<String> {
        let run = folder.run(["links", "--out", "-", "-q"].iter().chain(args)).exits(0);
        csv_records(&run.stdout).into_iter().skip(1).map(|row| row[0].clone()).collect()
    };
    assert_eq!(emails(&["--only", "CY@example.org"]), ["cy@example.org"]);
    assert_eq!(
        emails(&["--only", "cy@example.org", "--only", "ada@example.org"]),
        ["ada@example.org", "cy@example.org"]
    );
    assert_eq!(emails(&["--role", "host"]), ["ada@example.org"]);
    folder.run(["links", "--only", "nobody@example.org"]).exits(3).stderr(
        "error[not-selectable]: `nobody@example.org` is not in the roster\n  hint: write the address as it appears in the roster\n",
    );
    folder.run(["links", "--role", "partcipant"]).exits(3).stderr(
        "error[unknown-role]: `partcipant` is not a role\n  hint: did you mean `participant`?\n",
    );
    folder.run(["links", "--role", "moderator", "--only", "cy@example.org"]).exits(3).stderr(
        "error[nobody-selected]: nobody is selected\n  hint: leave out `--role` or `--only`\n",
    );
    folder.run(["links", "--keep", "clas"]).exits(3).stderr(
        "error[no-such-column]: the roster has no column `clas`\n  hint: did you mean `class`?\n",
    );
    folder
        .run(["links", "--bom", "--format", "jsonl"])
        .exits(2)
        .stderr("error[bom]: `--bom` can only be used with `--format csv`\n");
    assert!(!folder.exists("links.csv") && !folder.exists("links.jsonl"));
}

#[test]
fn a_link_file_is_replaced_completely_or_left_unchanged() {
    let folder = Folder::meeting(PEOPLE);
    folder.write("links.csv", "old");
    folder.write("precious", "precious");
    folder.edit_meeting("town-hall\"", "R&D\"");
    folder.run(["links"]).exits(3);
    assert_eq!(folder.read("links.csv"), "old");

    // A limit of 512 bytes on file sizes has the effect of a full disk.
    folder.edit_meeting("R&D\"", "town-hall\"");
    let run = folder.shell("trap '' XFSZ; ulimit -f 1; exec meetmint links").exits(1);
    assert_eq!(
        run.stderr,
        "error[file]: cannot write `links.csv`\n  cause: File too large (os error 27)\n"
    );
    assert_eq!(folder.read("links.csv"), "old");
    folder.run(["links", "--out", "/proc/links.csv"]).exits(1).stderr(
        "error[file]: cannot create a file in the folder of `/proc/links.csv`\n  cause: No such file or directory (os error 2)\n",
    );
    folder.shell("meetmint links --out - >/dev/full").exits(1).stderr(
        "error[output]: cannot write to standard output\n  cause: No space left on device (os error 28)\n",
    );

    // A symbolic link with the name of the link file is replaced, not followed.
    std::fs::remove_file(folder.path().join("links.csv")).unwrap();
    symlink("precious", folder.path().join("links.csv")).unwrap();
    folder.run(["links", "-q"]).exits(0);
    assert_eq!(folder.read("precious"), "precious");
    assert!(folder.read("links.csv").starts_with("email,"));
    assert_eq!(
        folder.file_names(".").iter().filter(|name| name.starts_with(".meetmint")).count(),
        0
    );

    folder.run(["links", "--out", "/dev/null"]).exits(3).stderr(
        "error[not-a-file]: `/dev/null` is not a regular file, so it is not replaced\n  hint: name another file with `--out`, or `--out -` for standard output\n",
    );
    folder.run(["links", "--out", "."]).exits(3);
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = Folder::meeting(&roster_of(5000));
    let run = folder
        .shell("meetmint links --out - -q | head -1; echo ${PIPESTATUS[@]}")
        .exits(0)
        .stderr("");
    assert_eq!(run.stdout, "email,name,role,room,valid_from,valid_until,link\r\n0 0\n");
}

#[test]
fn repeated_runs_and_token_give_the_same_links() {
    let folder = Folder::meeting(PEOPLE);
    let first = folder.run(["links", "--out", "-", "-q"]).exits(0).stdout;
    let second = folder
        .run_with_env(["links", "--out", "-", "-q"], &[("RAYON_NUM_THREADS", "1")])
        .exits(0)
        .stdout;
    assert_eq!(first, second);
    for row in csv_records(&first).iter().skip(1) {
        let address = row[0].trim_start_matches('\'');
        assert_eq!(folder.run(["token", address, "-q"]).exits(0).stdout.trim(), row[6]);
    }
}

#[test]
fn links_are_in_roster_order_for_large_rosters() {
    let folder = Folder::meeting(&roster_of(20_000));
    let run = folder.run(["links", "--out", "-", "-q"]).exits(0);
    let emails: Vec<String> =
        csv_records(&run.stdout).into_iter().skip(1).map(|row| row[0].clone()).collect();
    assert_eq!(emails.len(), 20_000);
    assert!(emails.iter().enumerate().all(|(at, email)| *email == format!("p{at}@example.org")));
}
