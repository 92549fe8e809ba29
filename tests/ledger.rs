//! What `plan` announces and `send` mails after an edit of the roster or the meeting, given what the ledger has
//! recorded.

mod changes;
mod commands;
mod damage;
pub(crate) mod erase;
#[cfg(unix)]
mod exclusive;
mod export;
mod identity;
mod kept;
mod opening;
mod prune;
mod released;
mod retries;
mod rounds;
mod safeguards;
mod states;
mod words;

use std::collections::HashMap;

use crate::smtp_server::{Behavior, ServerOptions, SmtpServer};
use crate::support::{Folder, Run, mime_part};

const PEOPLE: &str = "email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Bob,\n";

/// A meeting that sends to a test server.
struct Meeting {
    folder: Folder,
    server: SmtpServer,
    messages_read: usize,
    /// The letter by which tests refer to each UID.
    uids: HashMap<String, char>,
}

impl Meeting {
    fn new(people: &str) -> Meeting {
        Meeting::with_server(people, ServerOptions::default())
    }

    fn with_server(people: &str, options: ServerOptions) -> Meeting {
        let (folder, server) = (Folder::meeting(people), SmtpServer::start(options));
        let meeting = Meeting { folder, server, messages_read: 0, uids: HashMap::new() };
        meeting.use_smtp();
        let columns =
            ["start", "room"].into_iter().filter(|name| people.contains(&format!(",{name}")));
        let columns: Vec<_> = columns.collect();
        if !columns.is_empty() {
            meeting.folder.add_roster_setting(&format!("per_row = {columns:?}"));
        }
        meeting
    }

    fn use_smtp(&self) {
        self.folder.use_smtp(self.server.port(), "");
    }

    fn set_roster(&self, people: &str) {
        self.folder.write("people.csv", people);
    }

    fn edit_meeting(&self, old: &str, new: &str) {
        self.folder.edit_meeting(old, new);
    }

    fn send(&self) -> Run {
        self.send_with(&[])
    }

    fn send_with(&self, args: &[&str]) -> Run {
        self.folder.run(["send", "--yes", "--wait", "0", "-q"].iter().chain(args))
    }

    fn plan(&self) -> Vec<String> {
        self.plan_with(&[])
    }

    fn plan_with(&self, args: &[&str]) -> Vec<String> {
        let run = self.folder.run(["plan"].iter().chain(args)).exits(0);
        run.stdout.lines().map(|line| line.trim().to_owned()).collect()
    }

    /// The messages received since the last call, as `ada@example.org REQUEST A0 Invitation`: recipient, METHOD, the
    /// UID as a letter with SEQUENCE, and the first word of the subject.
    fn new_messages(&mut self) -> Vec<String> {
        self.server.wait_until_idle();
        let messages = self.server.messages();
        let mut new = Vec::new();
        for message in &messages[self.messages_read..] {
            let subject =
                message.body.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
            let calendar = if message.body.contains("Content-Type: text/calendar") {
                "text/calendar"
            } else {
                "application/ics"
            };
            let calendar = mime_part(&message.body, calendar).replace("\r\n ", "");
            let value = |name: &str| {
                let found =
                    calendar.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                found.unwrap_or_default().trim().to_owned()
            };
            let next = char::from(b'A' + u8::try_from(self.uids.len()).unwrap());
            let letter = *self.uids.entry(value("UID")).or_insert(next);
            let word = subject.split([':', ',']).next().unwrap();
            new.push(format!(
                "{} {} {letter}{} {word}",
                message.to,
                value("METHOD"),
                value("SEQUENCE")
            ));
        }
        self.messages_read = messages.len();
        new
    }

    fn status(&self) -> Vec<String> {
        let people = self.folder.status().into_iter();
        people.map(|person| format!("{} {} {}", person.email, person.kind, person.state)).collect()
    }

    /// Replaces the server by a new one that behaves like this.
    fn replace_server(&mut self, options: ServerOptions) {
        self.server = SmtpServer::start(options);
        self.messages_read = 0;
        self.use_smtp();
    }
}

/// Sends to a roster, makes an edit, and checks the plan and the messages of the next `send`.
#[track_caller]
fn case(list: &str, edit: impl FnOnce(&Meeting), plan: &[&str], mailed: &[&str]) -> Meeting {
    let mut meeting = Meeting::new(list);
    meeting.send().exits(0);
    meeting.new_messages();
    edit(&meeting);
    assert_eq!(meeting.plan(), plan);
    meeting.send().exits(0);
    assert_eq!(meeting.new_messages(), mailed);
    // A repeated `send` mails nobody.
    assert!(meeting.plan().contains(&"Nothing is due.".to_owned()), "{:?}", meeting.plan());
    meeting.send().exits(0);
    assert!(meeting.new_messages().is_empty());
    meeting
}

const ONE_OLD_LINK: &str = "1 old link keeps working until 11 March 2031 17:30 (Europe/Berlin); to stop old links earlier, change `room`: everybody else then gets a new link";
const TWO_OLD_LINKS: &str = "2 old links keep working until 11 March 2031 17:30 (Europe/Berlin); to stop old links earlier, change `room`: everybody else then gets a new link";

fn options_for(address: &str, behavior: Behavior) -> ServerOptions {
    ServerOptions {
        behaviors: HashMap::from([(address.to_owned(), behavior)]),
        ..ServerOptions::default()
    }
}
