//! A new meeting, written from the template.

use std::path::Path;

use meetmint_mailer::Templates;

use super::defaults;
use super::files::{IGNORE_FILE, IGNORED, PlannedFile};
use super::questions::ServerAnswers;
use super::{paths, roster, template};
use crate::columns::ColumnReport;
use crate::environment::Environment;
use crate::error::Error;
use crate::phrases::zone_name;
use crate::settings::FILE;

/// The file with the secret, as the template names it.
const SECRET_FILE: &str = "app-secret";

/// The roster that is written if none is given.
const ROSTER_FILE: &str = "people.csv";

/// The folder for copies of the built-in templates, as the template names it.
const TEMPLATES_FOLDER: &str = "templates";

/// What a new meeting says besides the answers about its server.
pub(super) struct NewMeeting {
    id: String,
    start: String,
    zone: String,
    /// The path of the roster, as `meeting.toml` names it.
    roster: String,
    has_templates: bool,
    /// What the columns of the given roster were taken for.
    pub(super) columns: Option<Vec<ColumnReport>>,
}

impl NewMeeting {
    /// A meeting next week, in the zone of this machine, with an example roster.
    ///
    /// # Errors
    /// If the operating system provides no random numbers.
    pub(super) fn new(environment: &Environment, has_templates: bool) -> Result<NewMeeting, Error> {
        let zone = defaults::zone(environment);
        Ok(NewMeeting {
            // 128 bits: no two meetings get the same id by chance.
            id: defaults::random_hex(16)?,
            start: defaults::start(environment.now, &zone),
            zone: zone_name(&zone).to_owned(),
            roster: ROSTER_FILE.to_owned(),
            has_templates,
            columns: None,
        })
    }

    /// Takes a roster that exists for the meeting in `dir`, and reads its headings. What `server` says does not matter
    /// to a roster, but `meeting.toml` is not valid without it.
    ///
    /// # Errors
    /// If the roster cannot be used.
    pub(super) fn use_roster(
        &mut self,
        path: &Path,
        dir: &Path,
        server: &ServerAnswers,
    ) -> Result<(), Error> {
        self.roster = paths::as_written(dir, path)?;
        self.columns = Some(roster::columns(path, self.text(server), dir.join(FILE))?);
        Ok(())
    }

    /// The files of its folder.
    pub(super) fn files(&self, server: &ServerAnswers) -> Vec<PlannedFile> {
        let mut files = vec![
            PlannedFile::new(FILE, self.text(server)),
            // With a line break, as editors write it; one is removed when the secret is read.
            PlannedFile::private(SECRET_FILE, format!("{}\n", server.secret)),
        ];
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

    fn text(&self, server: &ServerAnswers) -> String {
        template::meeting(&template::Values {
            url: &server.url,
            app_id: &server.app_id,
            id: &self.id,
            start: &self.start,
            zone: &self.zone,
            roster: &self.roster,
            has_templates: self.has_templates,
        })
    }
}
