//! A new meeting, written from the template.

use std::path::Path;

use jiff::Timestamp;
use meetmint_doctor::ServerFacts;
use meetmint_mailer::Templates;

use super::files::{IGNORE_FILE, IGNORED, PlannedFile};
use super::meeting_answers::MeetingAnswers;
use super::next_steps::{self, Change, NextStep};
use super::server_answers::{ServerAnswers, ServerKey};
use super::{paths, roster, template};
use crate::columns::ColumnReport;
use crate::context::Context;
use crate::error::Error;
use crate::front_end::Notice;
use crate::random::random_hex;
use crate::settings::{DEFAULT_OUTBOX, FILE};

/// The file with the secret, as the template names it.
const SECRET_FILE: &str = "app-secret";

/// The roster that is written if none is given.
const ROSTER_FILE: &str = "people.csv";

/// The folder for copies of the built-in templates, as the template names it.
const TEMPLATES_FOLDER: &str = "templates";

/// The file with the JaaS key, as the template names it.
const KEY_FILE: &str = "jaas.pk";

/// What a new meeting says.
pub(super) struct NewMeeting {
    id: String,
    server: ServerAnswers,
    meeting: MeetingAnswers,
    /// The path of the roster, as `meeting.toml` names it.
    roster: String,
    has_templates: bool,
    /// What the columns of the given roster were taken for.
    pub(super) columns: Option<Vec<ColumnReport>>,
    /// How it is read.
    pub(super) notices: Vec<Notice>,
}

impl NewMeeting {
    /// A meeting next week on a practice server, with an example roster.
    ///
    /// # Errors
    /// If the operating system provides no random numbers.
    pub(super) fn new(context: &Context, has_templates: bool) -> Result<NewMeeting, Error> {
        Ok(NewMeeting {
            // 128 bits: no two meetings get the same id by chance.
            id: random_hex(16)?,
            // 48 digits are longer than the hash of HS256, so that a practice secret does not cause the warning about
            // short ones.
            server: ServerAnswers::practice(&random_hex(24)?),
            meeting: MeetingAnswers::example(&context.environment),
            roster: ROSTER_FILE.to_owned(),
            has_templates,
            columns: None,
            notices: Vec::new(),
        })
    }

    /// Takes over what the server's own files say, and tells what of it no meeting can use.
    ///
    /// # Errors
    /// If the operating system provides no random numbers.
    pub(super) fn use_server(&mut self, facts: ServerFacts) -> Result<Vec<Notice>, Error> {
        let (server, notices) = ServerAnswers::of_facts(facts, &random_hex(24)?);
        self.server = server;
        Ok(notices)
    }

    /// `[server]` and `[server.accepts]`, to be pasted into another `meeting.toml`.
    pub(super) fn server_text(&self) -> String {
        template::server(&self.server) + "\n"
    }

    /// The file with the server's secret, if it is known.
    pub(super) fn secret_file(&self) -> Option<&'static str> {
        match &self.server.key {
            ServerKey::Secret { is_practice: false, .. } => Some(SECRET_FILE),
            _ => None,
        }
    }

    /// That a practice secret stands for the server's, if it does: who has given the server's own files may think that
    /// everything is taken from there.
    pub(super) fn practice_notice(&self, dir: &Path) -> Option<Notice> {
        if !matches!(self.server.key, ServerKey::Secret { is_practice: true, .. }) {
            return None;
        }
        let file = dir.join(SECRET_FILE).display().to_string();
        let message = format!(
            "the server's secret is not known: `{file}` has a practice secret, which no server accepts"
        );
        let hint = format!("write the server's secret into `{file}`");
        Some(Notice::warning("practice", message).hint(hint))
    }

    /// Takes a roster that exists for the meeting in `dir`, and reads its headings.
    ///
    /// # Errors
    /// If the roster cannot be used.
    pub(super) fn use_roster(
        &mut self,
        path: &Path,
        dir: &Path,
        now: Timestamp,
    ) -> Result<(), Error> {
        self.roster = paths::as_written(dir, path)?;
        let (columns, notices) = roster::columns(path, self.text(), dir.join(FILE), now)?;
        self.columns = Some(columns);
        self.notices = notices;
        Ok(())
    }

    /// Asks about server and meeting.
    ///
    /// # Errors
    /// If the user ends the input instead of answering.
    pub(super) fn ask(&mut self, context: &Context) -> Result<(), Error> {
        self.server.ask(context)?;
        self.meeting.ask(context)
    }

    /// The files of its folder.
    pub(super) fn files(&self) -> Vec<PlannedFile> {
        let mut files = vec![PlannedFile::new(FILE, self.text())];
        if let ServerKey::Secret { octets, .. } = &self.server.key {
            // With a line break, as editors write it; one is removed when the secret is read.
            files.push(PlannedFile::private(SECRET_FILE, [octets, &b"\n"[..]].concat()));
        }
        if self.columns.is_none() {
            files.push(PlannedFile::new(ROSTER_FILE, template::ROSTER));
        }
        if self.has_templates {
            let folder = Path::new(TEMPLATES_FOLDER);
            let copy = |(name, text)| PlannedFile::new(folder.join(name), text);
            files.extend(Templates::built_in_files().map(copy));
        }
        files.push(PlannedFile::new(IGNORE_FILE, IGNORED));
        files
    }

    /// What to do next with the meeting in `dir`, in order.
    pub(super) fn next_steps(&self, dir: &Path) -> Vec<NextStep> {
        let shown = |name: &str| dir.join(name).display().to_string();
        let mut steps = Vec::new();
        match self.server.key {
            ServerKey::Jaas { .. } => {
                steps.push(NextStep::AddKey { file: shown(KEY_FILE), own: false });
            }
            ServerKey::Own => {
                steps.push(NextStep::AddKey { file: shown(template::OWN_KEY_FILE), own: true });
            }
            ServerKey::Secret { .. } => {}
        }
        // Whoever has entered a title has seen the start, too.
        if self.meeting.has_example_title() {
            steps
                .push(NextStep::Describe { file: shown(FILE), start: !self.meeting.has_own_start });
        }
        if self.columns.is_none() {
            steps.push(NextStep::ListPeople { file: shown(ROSTER_FILE) });
        }
        let sending = next_steps::sending(&self.meeting.from, Some(shown(DEFAULT_OUTBOX)));
        for step in sending {
            let is_check = step == NextStep::Check;
            steps.push(step);
            if is_check && self.names_a_real_server() {
                steps.push(NextStep::TestServer);
            }
        }
        steps
    }

    /// Whether everything about the server is the user's own. JaaS is not one to be tried without a reason: it counts
    /// devices.
    fn names_a_real_server(&self) -> bool {
        let server = &self.server;
        let has_key = match server.key {
            ServerKey::Secret { is_practice, .. } => !is_practice,
            ServerKey::Own => true,
            ServerKey::Jaas { .. } => false,
        };
        has_key && !server.has_example_url() && !server.has_example_app_id()
    }

    /// What has to be changed in `dir` before real mail can be sent.
    pub(super) fn before_mail(&self, dir: &Path) -> Vec<Change> {
        let text = self.text();
        let at = |start: &str| {
            let line = text.lines().position(|line| line.starts_with(start)).map_or(1, |at| at + 1);
            format!("{}:{line}", dir.join(FILE).display())
        };
        let mut changes = Vec::new();
        if let ServerKey::Jaas { id } = &self.server.key {
            if self.server.has_example_app_id() {
                changes.push(Change {
                    place: at("app_id = "),
                    what: "the AppID of your JaaS account",
                });
            }
            if id.is_none() {
                changes.push(Change { place: at("key_id = "), what: "the id of your API key" });
            }
        } else {
            let server = &self.server;
            let change = match (server.has_example_url(), server.has_example_app_id()) {
                (true, true) => Some(("url = ", "url and app_id of your server")),
                (true, false) => Some(("url = ", "url of your server")),
                (false, true) => Some(("app_id = ", "app_id of your server")),
                (false, false) => None,
            };
            changes.extend(change.map(|(line, what)| Change { place: at(line), what }));
        }
        if matches!(self.server.key, ServerKey::Own) {
            changes.push(Change { place: at("key_id = "), what: "the id of your key" });
        }
        if matches!(self.server.key, ServerKey::Secret { is_practice: true, .. }) {
            let place = dir.join(SECRET_FILE).display().to_string();
            changes.push(Change { place, what: "the secret of your server" });
        }
        if self.meeting.has_example_sender() {
            changes.push(Change { place: at("from = "), what: "the sender" });
        }
        changes.push(Change { place: at("[outbox]"), what: "your mail server" });
        changes
    }

    fn text(&self) -> String {
        template::meeting(&template::Values {
            server: &self.server,
            meeting: &self.meeting,
            id: &self.id,
            roster: &self.roster,
            has_templates: self.has_templates,
        })
    }
}
