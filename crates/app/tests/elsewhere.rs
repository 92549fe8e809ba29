//! Lists of people that are no files: piped in, printed by a command, or fetched from a web server. Each is read once, and
//! one that was not read to its end removes nobody.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on panics")]

use std::fs;
use std::io::{self, Read, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{
    CancelRequest, Confirmation, Context, Environment, Error, ErrorClass, Event, FrontEnd,
    InitRequest, LinkFormat, LinkTarget, LinksRequest, PipedInput, PlanRequest, RemindReport,
    RemindRequest, SelectionRequest, SendNeed, SendRequest, TokenRequest,
};
use tempfile::TempDir;

const LIST: &str = "email,name\nada@example.org,Ada Lovelace\ngrace@example.org,Grace Hopper\n";

/// Part of an address that no message may show.
const SECRET: &str = "Zx81-secret";

/// A front end that keeps what it is told.
#[derive(Default)]
struct Recorder {
    notices: Mutex<Vec<String>>,
}

impl FrontEnd for Recorder {
    fn event(&self, event: &Event<'_>) {
        if let Event::Notice(notice) = event {
            self.notices.lock().unwrap().push(notice.message.clone());
        }
    }

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        Ok(false)
    }
}

/// A meeting whose list is elsewhere.
struct Meeting {
    _folder: TempDir,
    dir: PathBuf,
    front_end: Arc<Recorder>,
}

impl Meeting {
    /// A meeting with this line in place of the roster's file.
    fn with(line: &str) -> Meeting {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("autumn");
        let meeting = Meeting { _folder: folder, dir, front_end: Arc::default() };
        let request = InitRequest {
            dir: meeting.dir.clone(),
            roster: None,
            like: None,
            templates: false,
            ..InitRequest::default()
        };
        meetmint_app::init(&meeting.context(), &request).unwrap();
        meeting.set("file = \"people.csv\"", line);
        meeting
    }

    /// One whose list is printed by a script, which runs in the meeting's folder.
    fn with_script(script: &str) -> Meeting {
        let meeting = Meeting::with("command = [\"sh\", \"script\"]");
        let path = meeting.dir.join("script");
        meeting.set("\"script\"", &format!("{:?}", path.to_str().unwrap()));
        meeting.set_script(script);
        meeting
    }

    fn set_script(&self, script: &str) {
        fs::write(self.dir.join("people.csv"), LIST).unwrap();
        let script = format!("cd '{}'\necho run >> runs\n{script}\n", self.dir.display());
        fs::write(self.dir.join("script"), script).unwrap();
    }

    fn set(&self, from: &str, to: &str) {
        let file = self.dir.join("meeting.toml");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from));
        fs::write(&file, text.replace(from, to)).unwrap();
    }

    /// How often the script has run since this was called last.
    fn runs(&self) -> usize {
        let runs = fs::read_to_string(self.dir.join("runs")).unwrap_or_default().lines().count();
        let _ = fs::remove_file(self.dir.join("runs"));
        runs
    }

    fn context(&self) -> Context {
        self.context_with(Box::new(|| None), false)
    }

    fn context_with(&self, piped_input: PipedInput, interrupted: bool) -> Context {
        let now = Timestamp::constant(1_930_132_800, 0);
        let environment = Environment {
            now,
            clock: Box::new(move || now),
            variable: Arc::new(|_: &str| None),
            zone: TimeZone::UTC,
            host_name: Box::new(|| None),
            piped_input,
            process: "a test".to_owned(),
            interrupted: Arc::new(AtomicBool::new(interrupted)),
        };
        let front_end = Arc::clone(&self.front_end) as Arc<_>;
        Context { meeting: Some(self.dir.clone()), environment, front_end }
    }

    /// The class and the words of the error of `check`.
    fn error(&self) -> (ErrorClass, String) {
        let error = meetmint_app::check(&self.context()).unwrap_err();
        (error.class(), format!("{error}; {}", error.hint().unwrap_or_default()))
    }
}

#[test]
fn every_operation_reads_the_list_once_and_only_if_it_needs_it() {
    let meeting = Meeting::with_script("cat people.csv");
    let context = meeting.context();
    assert!(meetmint_app::check(&context).unwrap().is_valid());
    assert_eq!(meeting.runs(), 1, "check");
    let plan = meetmint_app::plan(&context, &PlanRequest::default()).unwrap();
    assert_eq!((plan.invitations, meeting.runs()), (2, 1), "plan");
    let request = LinksRequest {
        format: LinkFormat::Jsonl,
        target: LinkTarget::Default,
        selection: SelectionRequest::default(),
        keep: Vec::new(),
    };
    assert_eq!(meetmint_app::links(&context, request).unwrap().links, 2);
    assert_eq!(meeting.runs(), 1, "links");
    let sent = meetmint_app::send(&context, &SendRequest::default()).unwrap();
    assert_eq!((sent.delivered, meeting.runs()), (2, 1), "send");
    let reminded = meetmint_app::remind(&context, &RemindRequest::default()).unwrap();
    assert!(matches!(reminded, RemindReport::Sent(report) if report.delivered == 2));
    assert_eq!(meeting.runs(), 1, "remind");
    let token = TokenRequest::Attendee { email: "ada@example.org".to_owned(), room: None };
    assert_eq!(meetmint_app::token(&context, &token).unwrap()[0].name, "Ada Lovelace");
    assert_eq!(meeting.runs(), 1, "token");
    assert_eq!(meetmint_app::status(&context).unwrap().people.len(), 2);
    assert_eq!(meeting.runs(), 1, "status");
    let only = vec!["ada@example.org".to_owned()];
    let cancel = CancelRequest { only: only.clone(), ..CancelRequest::default() };
    meetmint_app::cancel(&context, &cancel).unwrap();
    assert_eq!(meeting.runs(), 1, "cancel");
    let undo = CancelRequest { only, undo: true, ..CancelRequest::default() };
    meetmint_app::cancel(&context, &undo).unwrap();
    assert_eq!(meeting.runs(), 0, "cancel --undo");
    // A list of names alone is opened twice: to see that it has no addresses, and to read it without.
    meeting.set_script("printf 'name\\nAda\\nGrace\\n'");
    let checked = meetmint_app::check(&context).unwrap();
    assert_eq!((checked.people, checked.send_needs), (Some(2), vec![SendNeed::Addresses]));
    assert_eq!(meeting.runs(), 1, "check of a list of names");
}

#[test]
fn a_list_that_was_not_read_to_its_end_removes_nobody() {
    let meeting = Meeting::with_script("cat people.csv");
    let context = meeting.context();
    assert_eq!(meetmint_app::send(&context, &SendRequest::default()).unwrap().delivered, 2);
    for (script, words) in [
        ("head -n 2 people.csv; exit 3", "the command `sh`: exit status: 3; run the command"),
        ("head -n 2 people.csv; kill -9 $$", "signal: 9"),
        ("exit 0", "it is empty; run the command"),
        ("echo '<!DOCTYPE html><title>Sign in'", "this is a web page, not a list"),
    ] {
        meeting.set_script(script);
        for error in [
            meetmint_app::send(&context, &SendRequest::default()).unwrap_err(),
            meetmint_app::plan(&context, &PlanRequest::default()).unwrap_err(),
            meetmint_app::check(&context).unwrap_err(),
        ] {
            assert_eq!(error.class(), ErrorClass::Failed, "{script}: {error}");
            let shown = format!("{error}; {}", error.hint().unwrap());
            assert!(shown.contains(words), "{script}: {shown}");
        }
        // What the ledger knows is shown all the same.
        meeting.front_end.notices.lock().unwrap().clear();
        assert_eq!(meetmint_app::status(&context).unwrap().totals.get("written"), Some(&2));
        let notices = meeting.front_end.notices.lock().unwrap().join("\n");
        assert!(notices.contains("people who are due may be missing here: cannot read"));
    }
    meeting.set_script("cat people.csv");
    let plan = meetmint_app::plan(&context, &PlanRequest::default()).unwrap();
    assert_eq!((plan.invitations, plan.updates, plan.cancellations), (0, 0, 0));
    // A list that is complete counts, even if it is shorter.
    meeting.set_script("head -n 2 people.csv");
    let plan = meetmint_app::plan(&context, &PlanRequest::default()).unwrap();
    assert_eq!(plan.cancellations, 1);
}

#[test]
fn a_command_that_cannot_run_is_a_mistake_in_the_settings() {
    let meeting = Meeting::with("command = [\"there-is-no-such-program\", \"x\"]");
    let report = meetmint_app::check(&meeting.context()).unwrap();
    let problem = &report.problems[0];
    assert_eq!((report.problems.len(), problem.code), (1, "no-roster"));
    assert!(problem.to_string().contains("meeting.toml:"), "{problem}");
    assert!(problem.message.ends_with("the command was not found"), "{problem}");
}

#[test]
fn a_command_is_ended_when_the_program_is_asked_to_stop() {
    let meeting = Meeting::with_script("exec sleep 1000");
    let context = meeting.context_with(Box::new(|| None), true);
    let error = meetmint_app::check(&context).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Interrupted);
}

#[test]
fn a_list_can_be_piped_in() {
    let meeting = Meeting::with("file = \"-\"");
    let (class, words) = meeting.error();
    assert_eq!(class, ErrorClass::Usage);
    assert!(words.contains("nothing is piped into it; pipe the list"), "{words}");

    let readings = Arc::new(AtomicUsize::new(0));
    let piped = |text: &'static [u8]| -> PipedInput {
        let readings = Arc::clone(&readings);
        Box::new(move || {
            readings.fetch_add(1, Ordering::Relaxed);
            Some(Box::new(text) as Box<dyn Read + Send>)
        })
    };
    let context = meeting.context_with(piped(LIST.as_bytes()), false);
    assert_eq!(meetmint_app::send(&context, &SendRequest::default()).unwrap().delivered, 2);
    assert_eq!(readings.load(Ordering::Relaxed), 1);

    // The messages about it have a name for it.
    let context = meeting.context_with(piped(b"email\nnobody\n"), false);
    let problem = meetmint_app::check(&context).unwrap().problems[0].to_string();
    assert!(problem.starts_with("standard input:2:"), "{problem}");

    let context = meeting.context_with(piped(b""), false);
    let error = meetmint_app::send(&context, &SendRequest::default()).unwrap_err();
    assert_eq!(error.to_string(), "cannot read the roster from standard input: it is empty");
    assert_eq!(error.class(), ErrorClass::Failed);

    let broken = || Some(Box::new(BrokenPipe) as Box<dyn Read + Send>);
    let context = meeting.context_with(Box::new(broken), false);
    let error = meetmint_app::send(&context, &SendRequest::default()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Failed);
    let context = meeting.context_with(piped(LIST.as_bytes()), false);
    assert_eq!(meetmint_app::status(&context).unwrap().totals.get("written"), Some(&2));
}

/// An input that ends with an error, after some of the list.
struct BrokenPipe;

impl Read for BrokenPipe {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the other end is gone"))
    }
}

#[test]
fn a_list_can_be_fetched_and_its_address_stays_secret() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let page = "<!doctype html><title>Sign in</title>";
    let answers = [("200 OK", LIST), ("404 Not Found", ""), ("200 OK", page)];
    let server = thread::spawn(move || {
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut request, mut byte) = (Vec::new(), [0]);
            while !request.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() > 0 {
                request.push(byte[0]);
            }
            let length = body.len();
            write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n\r\n{body}").unwrap();
        }
    });
    let meeting = Meeting::with(&format!("url = \"http://{address}/{SECRET}\""));
    let report = meetmint_app::check(&meeting.context()).unwrap();
    assert_eq!((report.is_valid(), report.people), (true, Some(2)));
    let (class, words) = meeting.error();
    assert_eq!(class, ErrorClass::Failed);
    assert!(words.contains("from 127.0.0.1: the server answered 404 Not Found"), "{words}");
    assert!(!words.contains(SECRET), "{words}");
    let (class, words) = meeting.error();
    assert_eq!(class, ErrorClass::Failed);
    assert!(words.contains("from 127.0.0.1: this is a web page, not a list"), "{words}");
    assert!(!words.contains(SECRET), "{words}");
    server.join().unwrap();
}

#[test]
fn a_meeting_like_another_one_has_its_list_at_the_same_place() {
    for line in [
        "file = \"-\"",
        "command = [\"ssh\", \"host\", \"cat list\"]",
        "url = \"https://lists.example.org/Zx81-secret\"",
    ] {
        let meeting = Meeting::with(line);
        let dir = meeting.dir.with_file_name("spring");
        let request = InitRequest {
            dir: dir.clone(),
            roster: None,
            like: Some(meeting.dir.clone()),
            templates: false,
            ..InitRequest::default()
        };
        meetmint_app::init(&meeting.context(), &request).unwrap();
        let text = fs::read_to_string(dir.join("meeting.toml")).unwrap();
        assert!(text.contains(&format!("\n{line} ")), "{text}");
        assert!(!dir.join("people.csv").exists());
    }
}

#[test]
fn a_new_meeting_is_not_made_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let meeting = Meeting::with("file = \"-\"");
    let request = InitRequest {
        dir: folder.path().join("new"),
        roster: Some("-".into()),
        like: None,
        templates: false,
        ..InitRequest::default()
    };
    let error = meetmint_app::init(&meeting.context(), &request).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Invalid);
    assert!(error.hint().unwrap().contains("file = \"-\""));
    assert!(!folder.path().join("new").exists());
}
