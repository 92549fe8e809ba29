//! People who share an address, from the first invitation to the last: as a library, with messages in a folder.

#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{
    CancelReport, CancelRequest, Confirmation, Context, Environment, Error, Event, FrontEnd,
    LinkFormat, LinkTarget, LinksRequest, PlanRequest, RemindReport, RemindRequest, RunRequest,
    SelectionRequest, SendRequest, SettleReport, SettleRequest, TokenRequest,
};
use tempfile::TempDir;

struct Silent;

impl FrontEnd for Silent {
    fn event(&self, _event: &Event<'_>) {}

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        Ok(false)
    }
}

const MEETING: &str = r#"
[server]
kind = "debian"
url = "https://meet.example.org"
app_id = "example"
secret = { env = "JITSI_APP_SECRET" }

[meeting]
id = "d57e914b59d0dc013d12994aef4e251b"
title = "Parents' evening"
room = "evening"
start = "2031-07-15 10:00"
zone = "Europe/Berlin"
duration = "90m"

[mail]
from = "Office <office@example.org>"

[outbox]
kind = "folder"

[roster]
file = "people.csv"
"#;

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes the lines of the roster, and one more line under `[roster]`.
    fn write(&self, line: &str, people: &str) {
        let write =
            |name: &str, text: String| std::fs::write(self.path().join(name), text).unwrap();
        write("people.csv", format!("email,name,role\n{people}"));
        write("meeting.toml", format!("{MEETING}{line}\n"));
    }

    fn context(&self) -> Context {
        let now = Timestamp::constant(1_930_132_800, 0);
        let environment = Environment {
            now,
            clock: Box::new(move || now),
            variable: Arc::new(|name: &str| {
                (name == "JITSI_APP_SECRET").then(|| "0123456789abcdef0123456789abcdef".into())
            }),
            zone: TimeZone::UTC,
            host_name: Box::new(|| None),
            process: "a test".to_owned(),
            piped_input: Box::new(|| None),
            interrupted: Arc::new(AtomicBool::new(false)),
        };
        Context { meeting: Some(self.path().to_owned()), environment, front_end: Arc::new(Silent) }
    }

    /// Who would be sent what: the name, where it tells people apart, and the kind of message.
    fn plan(&self, request: &PlanRequest) -> Vec<String> {
        let plan = meetmint_app::plan(&self.context(), request).unwrap();
        let mut due: Vec<String> = plan
            .due
            .iter()
            .map(|due| {
                let due = due.unwrap();
                let who = due.name.as_deref().unwrap_or(&due.email);
                let changes: Vec<&str> = due.changes.iter().map(|change| change.word()).collect();
                format!("{} {who} {}", due.kind, changes.join(","))
            })
            .collect();
        due.sort_unstable();
        due
    }

    #[track_caller]
    fn due(&self, expected: &[&str]) {
        assert_eq!(self.plan(&PlanRequest::default()), expected);
    }

    /// Sends what is due, and says how many messages were written.
    fn send(&self) -> usize {
        meetmint_app::send(&self.context(), &SendRequest::default()).unwrap().delivered
    }

    fn links(&self, only: &[&str]) -> String {
        let mut bytes = Vec::new();
        let request = LinksRequest {
            format: LinkFormat::Jsonl,
            target: LinkTarget::Writer(&mut bytes),
            selection: only_these(only),
            keep: Vec::new(),
        };
        meetmint_app::links(&self.context(), request).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}

fn only_these(only: &[&str]) -> SelectionRequest {
    SelectionRequest { only: only.iter().map(|only| (*only).to_owned()).collect(), role: None }
}

const FAMILY: &str = "family = \"each\"";
const ADA_AND_BOB: &str = "m@example.org,Ada,\nbob@example.org,Bob,\n";
const SIBLINGS: &str = "M@example.org,Ben,\nm@example.org,Ada,\nbob@example.org,Bob,\n";

#[test]
fn nobody_is_invited_anew_when_a_roster_becomes_one_of_families_or_a_name_is_corrected() {
    let folder = Folder::new();
    folder.write("", ADA_AND_BOB);
    assert_eq!(folder.send(), 2);
    // The same people, in a roster of families: nothing changes for them.
    folder.write(FAMILY, ADA_AND_BOB);
    folder.due(&[]);
    assert_eq!(folder.send(), 0);
    // A brother: who shares an address has another id.
    folder.write(FAMILY, SIBLINGS);
    folder.due(&["invite Ben ", "update Ada id"]);
    assert_eq!(folder.send(), 2);
    folder.due(&[]);
    // A corrected name is the same person, in the ledger as well.
    folder.write(FAMILY, &SIBLINGS.replace("Ben", "Benjamin"));
    folder.due(&["update Benjamin name,id"]);
    assert_eq!(folder.send(), 1);
    folder.due(&[]);
    // Two spellings of one name.
    folder.write(FAMILY, &SIBLINGS.replace("Ben", "BENJAMIN").replace("Ada", "ADA"));
    folder.due(&["update ADA name,id", "update BENJAMIN name,id"]);
    assert_eq!(folder.send(), 2);
    let status = meetmint_app::status(&folder.context()).unwrap();
    assert_eq!(status.people.len(), 3, "all changes were made in place");
    // Without her brother, and then without families.
    folder.write(FAMILY, ADA_AND_BOB);
    folder.due(&["cancel BENJAMIN ", "update Ada name,id"]);
    folder.write("", ADA_AND_BOB);
    folder.due(&["cancel BENJAMIN ", "update m@example.org name,id"]);
    assert_eq!(folder.send(), 2);
    folder.due(&[]);
}

#[test]
fn the_address_chooses_all_who_share_it() {
    let folder = Folder::new();
    folder.write(FAMILY, SIBLINGS);
    assert_eq!(folder.links(&["M@Example.org"]).lines().count(), 2);
    let request = TokenRequest::Attendee { email: "m@example.org".to_owned(), room: None };
    let tokens = meetmint_app::token(&folder.context(), &request).unwrap();
    let links: Vec<String> = tokens.iter().map(|token| token.link.reveal().to_owned()).collect();
    let names: Vec<&str> = tokens.iter().map(|token| token.name.as_str()).collect();
    assert_eq!(names, ["Ben", "Ada"]);
    assert!(links.iter().all(|link| folder.links(&[]).contains(link)) && links[0] != links[1]);

    let only = PlanRequest { selection: only_these(&["m@example.org"]), ..PlanRequest::default() };
    assert_eq!(folder.plan(&only), ["invite Ada ", "invite Ben "]);
    let of_role =
        SelectionRequest { role: Some("participant".to_owned()), ..SelectionRequest::default() };
    let of_role = PlanRequest { selection: of_role, limit: Some(2), ..PlanRequest::default() };
    assert_eq!(folder.plan(&of_role).len(), 2);
    assert_eq!(folder.send(), 3);
    // One mail each: none has the other's link.
    let mails: Vec<_> = std::fs::read_dir(folder.path().join("outbox")).unwrap().collect();
    assert_eq!(mails.len(), 3);
    let again = PlanRequest { again: true, limit: Some(1), ..only };
    assert_eq!(folder.plan(&again), ["invite Ben "], "the first one of the roster");

    let request =
        RemindRequest { selection: only_these(&["m@example.org"]), ..RemindRequest::default() };
    let RemindReport::Sent(reminded) = meetmint_app::remind(&folder.context(), &request).unwrap()
    else {
        panic!("nobody was reminded")
    };
    assert_eq!(reminded.delivered, 2);
}

#[test]
fn a_mark_is_for_all_who_share_the_address_at_that_time() {
    let folder = Folder::new();
    // Called off before the roster was one of families.
    folder.write("", ADA_AND_BOB);
    folder.send();
    let cancel = |undo| {
        let only = vec!["m@example.org".to_owned()];
        let request = CancelRequest { only, undo, ..CancelRequest::default() };
        meetmint_app::cancel(&folder.context(), &request)
    };
    let cancelled = |report: CancelReport| match report {
        CancelReport::CalledOff { already, delivery } => (already, delivery.delivered),
        CancelReport::Undone { .. } => panic!("it was taken back"),
    };
    assert_eq!(cancelled(cancel(false).unwrap()), (false, 1));
    folder.write(FAMILY, SIBLINGS);
    folder.due(&["invite Ben "]);
    assert_eq!(folder.send(), 1);
    folder.due(&[]);
    // Now for both, although one of them has a mark already.
    assert_eq!(cancelled(cancel(false).unwrap()), (false, 1));
    assert_eq!(cancelled(cancel(false).unwrap()), (true, 0));
    folder.due(&[]);
    // The mark stays when the names are corrected.
    folder.write(FAMILY, &SIBLINGS.replace("Ada", "Adele"));
    folder.due(&[]);
    folder.send();
    let plan = meetmint_app::plan(&folder.context(), &PlanRequest::default()).unwrap();
    assert_eq!(plan.people_called_off, ["m@example.org"]);
    match cancel(true).unwrap() {
        CancelReport::Undone { still_called_off, cancelled } => {
            assert_eq!((still_called_off, cancelled), (false, 2));
        }
        CancelReport::CalledOff { .. } => panic!("it was called off"),
    }
    assert!(cancel(true).is_err());
    folder.due(&["invite Adele ", "invite Ben "]);
}

#[test]
fn a_bad_row_keeps_the_family() {
    let folder = Folder::new();
    folder.write(FAMILY, SIBLINGS);
    folder.send();
    let skip = PlanRequest { skip_bad_rows: true, ..PlanRequest::default() };
    // Whoever is in the bad row may be anybody in the family, and nobody takes their place.
    folder.write(FAMILY, "m@example.org,Ben,teacher\nm@example.org,Cleo,\nbob@example.org,Bob,\n");
    assert_eq!(folder.plan(&skip), ["invite Cleo "]);
    folder.write(FAMILY, "m@example.org,Ben,teacher\nbob@example.org,Bob,\n");
    assert_eq!(folder.plan(&skip), [""; 0]);
    assert_eq!(
        folder.plan(&PlanRequest { selection: only_these(&["bob@example.org"]), ..skip }),
        [""; 0]
    );
}

/// A mail server that takes messages and never says so. Its threads end with the test process.
fn silent_mail_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || serve(&stream));
        }
    });
    port
}

fn serve(mut stream: &TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    stream.write_all(b"220 mail.example.org\r\n").ok()?;
    loop {
        let answer = match lines.next()?.ok()?.get(..4)? {
            "DATA" => "354 go on\r\n",
            // The connection ends with the final dot.
            "QUIT" => return None,
            _ => "250 OK\r\n",
        };
        stream.write_all(answer.as_bytes()).ok()?;
        if answer.starts_with("354") {
            lines.by_ref().map_while(Result::ok).find(|line| line == ".")?;
            return None;
        }
    }
}

#[test]
fn a_doubt_is_resolved_for_all_who_share_the_address() {
    let folder = Folder::new();
    folder.write(FAMILY, SIBLINGS);
    let port = silent_mail_server();
    let smtp = format!(
        "kind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nconnections = 1"
    );
    let file = folder.path().join("meeting.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("kind = \"folder\"", &smtp);
    std::fs::write(&file, text).unwrap();
    let run = RunRequest { yes: true, wait: Some(Duration::ZERO) };
    let request = SendRequest {
        plan: PlanRequest { selection: only_these(&["m@example.org"]), ..PlanRequest::default() },
        run,
    };
    // A run may stop after the first doubt: the next one goes on.
    for _ in 0..2 {
        meetmint_app::send(&folder.context(), &request).unwrap();
    }
    let settle = |only: &str| {
        let only = vec![only.to_owned()];
        let request = SettleRequest { resend: false, only, run };
        match meetmint_app::settle(&folder.context(), &request) {
            Ok(SettleReport::CountedAsSent { messages, .. }) => Some(messages),
            Ok(SettleReport::NothingInDoubt) => Some(0),
            _ => None,
        }
    };
    assert_eq!(settle("nobody@example.org"), None);
    assert_eq!(settle("M@example.org"), Some(2));
    assert_eq!(settle("m@example.org"), Some(0));
}
