//! What `[mail]` adds to messages: the organizer's text, and where replies go.

use crate::support::Folder;

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\n";

/// A meeting whose messages begin with these values.
fn meeting(values: &str, mail: &str) -> Folder {
    let folder = Folder::meeting(PEOPLE);
    folder.edit_meeting("[mail]", &format!("[mail]\ntemplates = \"t\"\n{mail}"));
    folder.write("t/invite.txt", format!("{values}\n{{{{ link }}}}\n"));
    folder
}

/// The first line of the newest message's text.
fn first_line(folder: &Folder) -> String {
    let names = folder.file_names("outbox");
    let message = names.iter().rfind(|name| name.contains(".eml")).unwrap();
    let message = folder.read(&format!("outbox/{message}"));
    message.split("quoted-printable\r\n\r\n").nth(1).unwrap().lines().next().unwrap().to_owned()
}

#[test]
fn a_message_may_have_several_lines_and_makes_nobody_due() {
    let values = "{% for line in message %}[{{ line }}]{% endfor %}";
    let folder = meeting(values, "message = \"\"\"\n\nHello all,\n\n\n  bring tea. \n\"\"\"");
    folder.run(["check", "-q"]).exits(0).stderr("");
    folder.run(["send"]).exits(0);
    assert_eq!(first_line(&folder), "[Hello all,][][bring tea.]");

    folder.edit_meeting("bring tea", "bring coffee");
    let run = folder.run(["send"]).exits(0);
    assert!(run.stderr.contains("Nothing is due."), "{}", run.stderr);
    folder.run(["send", "--again", "--only", "ada@example.org"]).exits(0);
    assert_eq!(first_line(&folder), "[Hello all,][][bring coffee.]");
}

#[test]
fn a_message_with_somebodys_link_stops_the_run() {
    let folder = meeting("{{ message | join(sep=\" \") }}", "message = 'MESSAGE'");
    let link = folder.run(["token", "--name", "Bob", "--for", "1h"]).exits(0).stdout;
    folder.edit_meeting("MESSAGE", link.trim());
    for command in ["check", "send"] {
        let run = folder.run([command]).exits(3);
        let expected = "`message`: line 1 of the text contains a personal link";
        assert_eq!(run.stderr.matches(expected).count(), 1, "{}", run.stderr);
        assert_eq!(run.stderr.matches("error[").count(), 1, "{}", run.stderr);
        assert!(!run.stderr.contains("jwt="), "{}", run.stderr);
    }
    assert!(!folder.exists("ledger.db"));
}

#[test]
fn replies_go_where_reply_to_says_and_a_change_makes_nobody_due() {
    let values = "{{ contact.name }}, {{ contact.email }}";
    let folder = meeting(values, "");
    folder.edit_meeting(
        "[roster]",
        "organizer = { name = \"Rat\", email = \"rat@example.org\" }\n\n[roster]",
    );
    folder.run(["send"]).exits(0);
    assert_eq!(first_line(&folder), "Rat, rat@example.org");

    folder.edit_meeting("[mail]", "[mail]\nreply_to = \"Office <office@bücher.example>\"");
    folder.run(["check", "-q"]).exits(0).stderr("");
    let run = folder.run(["send"]).exits(0);
    assert!(run.stderr.contains("Nothing is due."), "{}", run.stderr);
    folder.run(["send", "--again", "--only", "ada@example.org"]).exits(0);
    assert_eq!(first_line(&folder), "Office, office@xn--bcher-kva.example");
    let names = folder.file_names("outbox");
    let message = folder.read(&format!("outbox/{}", names.last().unwrap()));
    let header = "\nReply-To: \"Office\" <office@xn--bcher-kva.example>\r\n";
    assert!(message.contains(header), "{message}");
    assert_eq!(message.matches("Reply-To").count(), 1);
}

/// The greeting of each message, by file name, after `send` with these options.
fn greetings(folder: &Folder, options: &[&str]) -> Vec<String> {
    folder.run(["send"].iter().chain(options)).exits(0);
    let names = folder.file_names("outbox");
    let messages = names.iter().filter(|name| name.contains(".eml"));
    messages
        .map(|name| {
            let message = folder.read(&format!("outbox/{name}"));
            let body = message.split("quoted-printable\r\n\r\n").nth(1).unwrap();
            body.lines().next().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn the_whole_roster_decides_how_names_are_said() {
    let values = "{{ greeting }} / {{ name }}";
    let reversed =
        "email,name\nada@example.org,\"Lovelace, Ada\"\nbob@example.org,\"Stone, Bob\"\n";
    let folder = meeting(values, "");
    folder.write("people.csv", reversed);
    let expected = ["Ada Lovelace / Ada Lovelace", "Bob Stone / Bob Stone"];
    assert_eq!(greetings(&folder, &["--only", "ada@example.org"]), expected[..1]);
    assert_eq!(greetings(&folder, &[]), expected);

    // With a name in another form, it is not certain any more how the others are written.
    folder.write("people.csv", format!("{reversed}cy@example.org,Cy\n"));
    let plan = folder.run(["plan"]).exits(0);
    assert!(plan.stdout.contains("~ ada@example.org  update: name\n"), "{}", plan.stdout);
    assert!(plan.stdout.contains("+ cy@example.org  invitation\n"), "{}", plan.stdout);

    // Nobody is misnamed whose name has two cells.
    let folder = meeting(values, "");
    let people = "email,first name,last name,name\nada@example.org,Ada,\"King, Jr.\",\nbob@example.org,,,\"Stone, Bob\"\ncy@example.org,,,\n";
    folder.write("people.csv", people);
    let expected = ["Ada King, Jr. / Ada King, Jr.", "Bob Stone / Bob Stone", "cy / cy"];
    assert_eq!(greetings(&folder, &[]), expected);
}

#[test]
fn the_whole_roster_decides_whether_there_are_several_zones() {
    #[track_caller]
    fn case(zone: &str, expected: bool) {
        let folder = meeting("", "");
        let people = format!("email,zone\nada@example.org,\nbob@example.org,{zone}\n");
        folder.write("people.csv", people);
        folder.run(["send", "--only", "ada@example.org"]).exits(0);
        let sql = "SELECT count(*) FROM snapshot_text WHERE text LIKE '%\"several_zones\":true%'";
        let count: i64 = folder.ledger().query_row(sql, (), |row| row.get(0)).unwrap();
        assert_eq!(count, if expected { 2 } else { 0 }, "{zone}");
    }

    case("", false);
    // Another name for the same time, and another time.
    case("Europe/Paris", false);
    case("Europe/London", true);
}
