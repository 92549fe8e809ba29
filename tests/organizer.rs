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
    let message = names.iter().rfind(|name| name.ends_with(".eml")).unwrap();
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
        let expected =
            "the `message` under [mail] contains a personal link, and invite.txt shows it";
        assert!(run.stderr.contains(expected), "{}", run.stderr);
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
