//! New meetings from the files of a server: what `init` makes of each case of `meetmint-doctor` is a meeting that `check`
//! accepts, with links that `inspect` accepts, and the secret is in one private file alone.
#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]

use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_app::{
    AnybodyRequest, Confirmation, Context, Environment, Error, ErrorClass, Event, FrontEnd,
    InitOutcome, InitRequest, InspectRequest, Question, TokenRequest,
};

/// Every secret of the cases has it in it, and no name has.
const MARK: &str = "5ecret";

/// A key for servers that check signatures with public keys.
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/tests/keys/pkcs1.pem");

/// Cases of each kind of server, and of each way to sign.
const UNCOMMENTED: [&str; 4] = ["01-", "04-", "06-", "26-"];

/// A front end that keeps what it is told, and answers each question with the next answer.
#[derive(Default)]
struct Transcript {
    said: Mutex<Vec<String>>,
    asked: Mutex<Vec<String>>,
    answers: Mutex<Vec<&'static str>>,
}

impl FrontEnd for Transcript {
    fn event(&self, event: &Event<'_>) {
        self.said.lock().unwrap().push(format!("{event:?}"));
    }

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        Ok(false)
    }

    fn ask(&self, question: &Question<'_>) -> Result<Option<String>, Error> {
        self.asked.lock().unwrap().push(question.text.to_owned());
        let mut answers = self.answers.lock().unwrap();
        Ok(if answers.is_empty() { None } else { Some(answers.remove(0).to_owned()) })
    }
}

fn context(meeting: PathBuf, front_end: &Arc<Transcript>, input: Option<&[u8]>) -> Context {
    let now = Timestamp::constant(1_930_132_800, 0);
    let input = input.map(<[u8]>::to_vec);
    let environment = Environment {
        now,
        clock: Box::new(move || now),
        variable: Arc::new(|_: &str| None),
        zone: TimeZone::UTC,
        host_name: Box::new(|| None),
        piped_input: Box::new(move || {
            input.clone().map(|input| Box::new(Cursor::new(input)) as Box<dyn Read + Send>)
        }),
        process: "a test".to_owned(),
        interrupted: Arc::new(AtomicBool::new(false)),
    };
    Context { meeting: Some(meeting), environment, front_end: Arc::clone(front_end) as Arc<_> }
}

/// The files of a case, written into a folder.
fn files(case: &Path, folder: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(case).unwrap();
    let parts = text.split("==== ").skip(1).filter_map(|part| part.split_once('\n'));
    parts
        .filter(|(name, _)| *name != "want")
        .map(|(name, text)| {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, text).unwrap();
            path
        })
        .collect()
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../doctor/tests/files");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// Each commented line of `[server]` and `[server.accepts]`, uncommented alone in place of the line that it replaces.
fn uncommented(text: &str) -> Vec<String> {
    let (server, rest) = text.split_once("\n\n[meeting]").unwrap();
    let (server, accepts) = server.split_once("\n\n").unwrap();
    let heading = accepts.lines().next().unwrap();
    let with = |server: &str, accepts: &str| format!("{server}\n\n{accepts}\n\n[meeting]{rest}");
    let is_setting = |line: &&str| line.starts_with("# ") && !line.starts_with("# key");
    let claims = server.lines().filter(is_setting);
    let claims = claims.map(|line| with(&server.replace(line, &line[2..]), accepts));
    let settings = accepts.lines().skip(1).filter(is_setting).map(|line| {
        let accepts = accepts.replace(line, &line[2..]);
        with(server, &accepts.replace(heading, heading.trim_start_matches("# ")))
    });
    claims.chain(settings).collect()
}

#[test]
fn every_case_makes_a_meeting_or_writes_nothing() {
    let (mut made, mut refused, mut tried) = (0, 0, 0);
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        let name = case.file_stem().unwrap().to_string_lossy().into_owned();
        let dir = folder.path().join("autumn");
        let front_end = Arc::new(Transcript::default());
        let context = context(dir.clone(), &front_end, None);
        let request = InitRequest {
            dir: dir.clone(),
            server_config: files(&case, folder.path()),
            ..InitRequest::default()
        };
        let outcome = meetmint_app::init(&context, &request);
        let said = format!("{:?}", front_end.said.lock().unwrap());
        assert!(!said.contains(MARK), "{name}: {said}");
        assert!(!format!("{outcome:?}").contains(MARK), "{name}: {outcome:?}");
        if let Err(error) = &outcome {
            assert_eq!(error.class(), ErrorClass::Invalid, "{name}");
            let hints = error.all_problems().iter().all(|problem| problem.hint.is_some());
            assert!(hints && (error.hint().is_some() || !error.all_problems().is_empty()));
            assert!(!dir.exists(), "{name}");
            refused += 1;
            continue;
        }
        made += 1;
        let text = fs::read_to_string(dir.join("meeting.toml")).unwrap();
        assert!(!text.contains(MARK), "{name}");
        assert!(said.contains("moderators"), "{name}: {said}");
        // Only what is not known is to be changed.
        let has_example = |line: &str| text.contains(line);
        let (url, app_id) = (
            has_example("url = \"https://meet.example.org\""),
            has_example("app_id = \"example\""),
        );
        let outcome = format!("{outcome:?}");
        for (what, is_due) in [
            ("\"url and app_id of your server\"", url && app_id),
            ("\"url of your server\"", url && !app_id),
            ("\"app_id of your server\"", !url && app_id),
        ] {
            assert_eq!(outcome.contains(what), is_due, "{name}: {outcome}");
        }
        // What is known is written, so that `check` does not doubt it.
        let is_certain = !fs::read_to_string(&case).unwrap().contains("\nmoderators (not certain)");
        let is_doubted = text.contains("# roles = [");
        assert!(!(is_certain && is_doubted), "{name}: {text}");
        // Whoever has given the server's files must not think that the secret came from there.
        let secret = fs::read_to_string(dir.join("app-secret")).unwrap_or_default();
        let is_practice = secret.starts_with("practice-");
        assert_eq!(said.contains("has a practice secret"), is_practice, "{name}: {said}");
        let key = dir.join("jitsi.pk");
        if text.contains("jitsi.pk") {
            assert!(!dir.join("app-secret").exists());
            fs::write(&key, fs::read(KEY).unwrap()).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
            }
        }
        let checked = meetmint_app::check(&context).unwrap();
        assert!(checked.is_valid(), "{name}: {checked:?}");
        let judged = meetmint_app::inspect(
            &context,
            &InspectRequest::Argument(link(&context)),
            |report| format!("{:?}", report.judgement),
            |judged| {
                assert!(judged.contains("Accepted"), "{name}: {judged}");
                Ok(())
            },
        );
        assert_eq!(judged.unwrap().accepted, 1, "{name}");
        if !UNCOMMENTED.iter().any(|number| name.starts_with(number)) {
            continue;
        }
        for text in uncommented(&text) {
            fs::write(dir.join("meeting.toml"), &text).unwrap();
            let checked = meetmint_app::check(&context).unwrap();
            assert!(checked.is_valid(), "{name}: {text}");
            tried += 1;
        }
    }
    assert!(made >= 40 && refused >= 10 && tried > 30, "{made}, {refused}, {tried}");
}

/// A link that works now, for anybody.
fn link(context: &Context) -> String {
    let anybody = AnybodyRequest {
        name: "Ada".to_owned(),
        email: None,
        role: None,
        room: None,
        lasts: 3_600,
        any_room: false,
    };
    let tokens = meetmint_app::token(context, &TokenRequest::Anybody(anybody)).unwrap();
    tokens[0].link.reveal().to_owned()
}

/// What `init` asks if the server's file says everything but some lines.
#[track_caller]
fn asked(
    files: &[&str],
    answers: &[&'static str],
    expected: &[&str],
) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = files
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let path = folder.path().join(number.to_string());
            fs::write(&path, text).unwrap();
            path
        })
        .collect();
    let dir = folder.path().join("autumn");
    let front_end = Arc::new(Transcript::default());
    front_end.answers.lock().unwrap().extend(answers);
    let request = InitRequest { dir: dir.clone(), server_config: paths, ..InitRequest::default() };
    meetmint_app::init(&context(dir.clone(), &front_end, None), &request).unwrap();
    let asked = front_end.asked.lock().unwrap().clone();
    let usual = [
        "Title of the meeting",
        "Date and time (YYYY-MM-DD HH:MM)",
        "Time zone",
        "Sender of the invitations",
    ];
    let own: Vec<&str> =
        asked.iter().map(String::as_str).filter(|text| !usual.contains(text)).collect();
    assert_eq!(own, expected);
    assert_eq!(asked.len(), own.len() + usual.len());
    let text = fs::read_to_string(dir.join("meeting.toml")).unwrap();
    (folder, text)
}

#[test]
fn only_what_the_files_do_not_tell_is_asked() {
    const SECRET: &str = "App secret (hidden; press Enter for a practice secret)";
    let host = |options: &str| {
        format!(
            "VirtualHost \"meet.acme.test\" authentication = \"token\" {options}\nComponent \"conference.meet.acme.test\" \"muc\" modules_enabled = {{ \"token_verification\" }}\n"
        )
    };
    asked(
        &[&host("app_id = \"acme\" app_secret = \"0123456789abcdef0123456789abcdef\"")],
        &[],
        &[],
    );
    let unknown = host("app_id = ENV_ID app_secret = ENV_SECRET");
    let answers = ["acme", "0123456789abcdef0123456789abcdef"];
    let (folder, text) = asked(&[&unknown], &answers, &["App id of the server", SECRET]);
    assert!(text.contains("\napp_id = \"acme\"\n"), "{text}");
    // It follows from the answer.
    assert!(text.contains("\n# issuers = [\"acme\"] "), "{text}");
    let secret = fs::read_to_string(folder.path().join("autumn/app-secret")).unwrap();
    assert_eq!(secret, "0123456789abcdef0123456789abcdef\n");
    // Two hosts: one is chosen, and asked for again until it is one of them.
    let two = host("app_id = \"acme\" app_secret = \"0123456789abcdef0123456789abcdef\"")
        + "VirtualHost \"meet.school.test\" authentication = \"token\" app_id = \"school\" app_secret = \"0123456789abcdef0123456789abcdef\"";
    let which = "Which host (`meet.acme.test`, `meet.school.test`)";
    let (_folder, text) = asked(&[&two], &["school", "Meet.School.test"], &[which, which]);
    assert!(text.contains("https://meet.school.test"), "{text}");
}

#[test]
fn who_moderates_is_written_where_the_files_tell_it() {
    let host = "VirtualHost \"meet.acme.test\" authentication = \"token\" app_id = \"acme\" app_secret = \"0123456789abcdef0123456789abcdef\"\nComponent \"conference.meet.acme.test\" \"muc\" modules_enabled = { \"token_verification\" }\n";
    let written = |text: &str| {
        let line = text.lines().find(|line| line.contains("roles = [") && line.contains(" # who"));
        line.unwrap().split(" # ").next().unwrap().trim_end().to_owned()
    };
    // Jicofo's settings could say otherwise.
    let (_folder, text) = asked(&[host], &[], &[]);
    assert_eq!(written(&text), "# roles = [\"first\"]");
    let jicofo = "jicofo { conference { enable-auto-owner = true } }";
    let (_folder, text) = asked(&[host, jicofo], &[], &[]);
    assert_eq!(written(&text), "roles = [\"first\"]");
    assert!(text.contains("\n[server.accepts] "), "{text}");
    let jicofo = "jicofo { conference { enable-auto-owner = ${X} } }";
    let (_folder, text) = asked(&[host, jicofo], &[], &[]);
    assert_eq!(written(&text), "# roles = [\"first\"]");
}

#[test]
fn secrets_that_no_file_can_keep_are_left_out() {
    for literal in
        ["\"practice\\r\"", "\"\\xef\\xbb\\xbfwith a mark\"", "\"app_secret=x\"", "\"  \""]
    {
        let text = format!(
            "VirtualHost \"meet\" authentication = \"token\" app_id = \"acme\" app_secret = {literal}"
        );
        let (folder, _) =
            asked(&[&text], &[], &["App secret (hidden; press Enter for a practice secret)"]);
        let secret = fs::read_to_string(folder.path().join("autumn/app-secret")).unwrap();
        assert!(secret.starts_with("practice-") && secret.len() > 50, "{literal}");
    }
    // Others arrive octet by octet.
    let text = "VirtualHost \"meet\" authentication = \"token\" app_id = \"acme\" app_secret = \"\\xff\\0 \\n\"";
    let (folder, _) = asked(&[text], &[], &[]);
    assert_eq!(fs::read(folder.path().join("autumn/app-secret")).unwrap(), b"\xff\0 \n\n");
}

#[test]
fn what_no_meeting_can_say_is_left_out() {
    let text = "VirtualHost \"not a host\" authentication = \"token\" app_id = \"a\\tb\" app_secret = \"0123456789abcdef0123456789abcdef\" asap_accepted_audiences = { \"a\\nb\" }";
    let (_folder, text) =
        asked(&[text], &[], &["Address of your Jitsi server", "App id of the server"]);
    assert!(
        text.contains("url = \"https://meet.example.org\"") && text.contains("# audience ="),
        "{text}"
    );
}

#[test]
fn standard_input_is_read_once_and_to_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let front_end = Arc::new(Transcript::default());
    let init = |input: Option<&[u8]>, paths: &[&str]| {
        let request = InitRequest {
            dir: folder.path().join("autumn"),
            server_config: paths.iter().map(PathBuf::from).collect(),
            ..InitRequest::default()
        };
        let context = context(folder.path().to_owned(), &front_end, input);
        meetmint_app::init(&context, &request).unwrap_err()
    };
    assert_eq!(init(None, &["-"]).class(), ErrorClass::Usage);
    assert_eq!(init(Some(b"ENABLE_AUTH=1"), &["-", "-"]).class(), ErrorClass::Usage);
    let error = init(Some(&vec![b'a'; (1 << 20) + 1]), &["-"]);
    assert_eq!(error.all_problems()[0].code, "too-large");
    let error = init(None, &["/nonexistent/meet.cfg.lua"]);
    assert_eq!((error.class(), error.code()), (ErrorClass::Invalid, "no-server-config"));
    assert!(!folder.path().join("autumn").exists());
}

#[test]
fn a_meeting_that_exists_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_owned();
    fs::write(dir.join("meeting.toml"), "mine").unwrap();
    let file = dir.join("meet.cfg.lua");
    fs::write(&file, "VirtualHost \"meet\" authentication = \"token\" app_id = \"acme\" app_secret = \"5ecret-0123456789\" allow_empty_token = true").unwrap();
    let front_end = Arc::new(Transcript::default());
    let request =
        InitRequest { dir: dir.clone(), server_config: vec![file], ..InitRequest::default() };
    let outcome = meetmint_app::init(&context(dir.clone(), &front_end, None), &request).unwrap();
    let InitOutcome::ToPaste { text, refusal } = outcome else { panic!("it was made") };
    assert!(text.starts_with("[server]\nkind = \"debian\"") && text.contains("\nguests = true"));
    assert!(!text.contains(MARK) && !refusal.hint().unwrap().contains(MARK));
    assert_eq!((refusal.class(), refusal.code()), (ErrorClass::Invalid, "meeting-exists"));
    assert!(front_end.asked.lock().unwrap().is_empty());
    assert_eq!(fs::read_to_string(dir.join("meeting.toml")).unwrap(), "mine");
    assert!(!dir.join("app-secret").exists());
}
