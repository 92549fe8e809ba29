//! A meeting folder for tests in this crate, and a front end that keeps what it is told.

use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::context::Context;
use crate::environment::Environment;
use crate::error::Error;
use crate::front_end::{Confirmation, Event, FrontEnd, Notice};

/// A valid `[server]`.
pub(crate) const SERVER: &str = r#"kind = "debian"
url = "https://meet.example.org"
app_id = "acme"
secret = { env = "SECRET" }
"#;

/// The value of the variable `SECRET`.
const SECRET: &str = "a secret that only these tests know, and no server";

/// Two people.
pub(crate) const PEOPLE: &str =
    "email,name,role\nada@example.org,Ada,moderator\nbob@example.org,Bob,\n";

/// A folder that is removed when it is dropped.
pub(crate) struct TestFolder {
    folder: tempfile::TempDir,
    notices: Arc<Notices>,
}

#[derive(Default)]
struct Notices(Mutex<Vec<Notice>>);

impl FrontEnd for Notices {
    fn event(&self, event: &Event<'_>) {
        if let Event::Notice(notice) = event {
            self.0.lock().unwrap().push((*notice).clone());
        }
    }

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        Ok(false)
    }
}

impl TestFolder {
    /// A folder with these lines under `[server]`, these lines at the end of `meeting.toml`, and these people.
    pub(crate) fn new(server: &str, more: &str, people: &str) -> TestFolder {
        let folder = TestFolder { folder: tempfile::tempdir().unwrap(), notices: Arc::default() };
        folder.write("meeting.toml", &meeting(server, more));
        folder.write("people.csv", people);
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// Writes a private RSA key.
    pub(crate) fn write_key(&self, name: &str) {
        self.write_private(name, &key("pkcs8.pem"));
    }

    /// Writes a file that nobody else can read.
    pub(crate) fn write_private(&self, name: &str, text: &str) {
        self.write(name, text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(self.path().join(name), private).unwrap();
        }
    }

    /// The folder as a context. Its clock stands still before the meeting.
    pub(crate) fn context(&self) -> Context {
        let now = Timestamp::constant(1_930_132_800, 0);
        let environment = Environment {
            now,
            clock: Box::new(move || now),
            variable: Arc::new(|name: &str| (name == "SECRET").then(|| SECRET.into())),
            zone: TimeZone::UTC,
            host_name: Box::new(|| None),
            piped_input: Box::new(|| None),
            process: "a test".to_owned(),
            interrupted: Arc::new(AtomicBool::new(false)),
        };
        Context {
            meeting: Some(self.path().to_owned()),
            environment,
            front_end: Arc::clone(&self.notices) as Arc<_>,
        }
    }

    /// What was reported to the front end so far.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.notices.0.lock().unwrap().clone()
    }
}

/// A key of those that the tests of `core` have.
pub(crate) fn key(name: &str) -> String {
    let file = format!("{}/../core/tests/keys/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(file).unwrap()
}

/// The text of a `meeting.toml`.
pub(crate) fn meeting(server: &str, more: &str) -> String {
    format!(
        r#"[server]
{server}
[meeting]
id = "00112233445566778899aabbccddeeff"
title = "Town hall"
room = "town-hall"
start = "2031-03-11 14:00"
zone = "Europe/Berlin"
duration = "90m"

[roster]
file = "people.csv"
{more}"#
    )
}
