//! A meeting folder, read and checked: nothing is minted or sent until everything in it is valid.

mod people;

use jiff::Timestamp;
use meetmint_batch::{Problem, Roster, RosterSpec, Survey, quoted};
use meetmint_core::{LinkSize, MeetingId, Mint, Role};
use meetmint_mailer::Ledger;

use crate::context::Context;
use crate::error::Error;
use crate::meeting_file::meeting_file;
use crate::notices;
use crate::phrases::time_in;
use crate::roster_source::{self, RosterFile};
use crate::secret;
use crate::settings::{
    self, KeySettings, Loaded, Location, MailSettings, RosterSettings, SecretSource, Settings,
};

/// Whether the people of a roster need addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Addresses {
    /// No: link files are also for people without one.
    Optional,
    /// Everybody needs one.
    Required,
    /// Everybody needs one, except in a list of names alone.
    RequiredIfAny,
}

/// A meeting folder in which everything is valid.
pub(crate) struct MeetingFolder {
    pub(crate) settings: Settings,
    pub(crate) mint: Mint,
    pub(crate) roster: Roster,
    pub(crate) survey: Survey,
    /// What the roster is read from, as often as needed.
    _roster_file: Option<RosterFile>,
    /// Problems of rows that are skipped.
    pub(crate) bad_rows: Vec<Problem>,
}

/// What could be read of a meeting folder, with everything that is wrong in it.
pub(crate) struct LoadedFolder {
    pub(crate) mail: MailSettings,
    /// The path of `meeting.toml` in messages.
    pub(crate) shown: String,
    /// The line of the meeting's start, if it is written.
    start: Option<Location>,
    /// What is wrong in `meeting.toml` that matters to mail alone. Not among `problems` unless mail is wanted.
    pub(crate) mail_problems: Vec<Problem>,
    pub(crate) settings: Option<Settings>,
    /// The line that says where the secret is kept, if that is a practice secret.
    pub(crate) practice: Option<Location>,
    pub(crate) mint: Option<Mint>,
    pub(crate) roster: Option<Roster>,
    pub(crate) survey: Option<Survey>,
    roster_file: Option<RosterFile>,
    /// Whether the roster is a list of names alone, read with [`Addresses::RequiredIfAny`].
    pub(crate) names_alone: bool,
    pub(crate) problems: Vec<Problem>,
    /// The problems of rows, which are also among `problems`.
    bad_rows: Vec<Problem>,
    pub(crate) more_problems: usize,
}

/// Reads the settings of a meeting, and no secret: a secret's command runs only where the secret is needed.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_settings(context: &Context) -> Result<Loaded, Error> {
    let mut loaded = settings::load(meeting_file(context)?)?;
    if let Some(settings) = loaded.settings.as_mut().filter(|settings| !settings.id_written)
        && let Some(id) = Ledger::meeting_at(&settings.mail.ledger)
        && let Some(id) = MeetingId::written(&id)
    {
        // A ledger keeps the id that it was made with, though url, app_id or room have changed since.
        settings.id = id;
    }
    Ok(loaded)
}

/// Reads a meeting folder: configuration, key and roster. Problems are collected, and reading goes on.
///
/// # Errors
/// If there is no meeting folder to read, or the roster is no file and cannot be read to its end.
pub(crate) fn load(context: &Context, addresses: Addresses) -> Result<LoadedFolder, Error> {
    read(load_settings(context)?, context, addresses)
}

/// Reads a meeting folder for those who sign nothing: if the secret is printed by a command, that is not run, and there is
/// a stand-in for the secret. The second value says so.
///
/// # Errors
/// As [`load`].
pub(crate) fn load_without_command(
    context: &Context,
    addresses: Addresses,
) -> Result<(LoadedFolder, bool), Error> {
    let mut loaded = load_settings(context)?;
    let by_command = |key: &mut KeySettings| matches!(key.source, SecretSource::Command { .. });
    let Some(key) = loaded.key.take_if(by_command) else {
        return Ok((read(loaded, context, addresses)?, false));
    };
    let server = loaded.settings.as_ref().map(|settings| settings.server.clone());
    let stand_in = secret::stand_in(&key);
    if stand_in.is_none() {
        // There is nothing to compare it with, and reading it may mean fetching it.
        loaded.roster = None;
    }
    let mut folder = read(loaded, context, addresses)?;
    folder.mint = match (server, stand_in) {
        (Some(server), Some(key)) => Some(Mint::new(server, key)?),
        _ => None,
    };
    Ok((folder, true))
}

/// Reads what the settings of a meeting folder name: key and roster.
///
/// # Errors
/// If the roster is no file and cannot be read to its end: a list that was cut short would remove people.
pub(crate) fn read(
    loaded: Loaded,
    context: &Context,
    addresses: Addresses,
) -> Result<LoadedFolder, Error> {
    let mut problems = loaded.problems;
    // The key is read although other settings may be wrong: `check` reports everything at once.
    let (mut practice, mut mint) = (None, None);
    if let Some(settings) = &loaded.key {
        match secret::signing_key(settings, &context.environment) {
            Ok(key) => {
                practice = key.is_practice().then(|| settings.location.clone());
                let server = loaded.settings.as_ref().map(|settings| settings.server.clone());
                mint = server.map(|server| Mint::new(server, key)).transpose()?;
            }
            Err(problem) => problems.push(problem),
        }
    }
    let (mut roster, mut survey, mut names_alone) = (None, None, false);
    let (mut bad_rows, mut more_problems) = (Vec::new(), 0);
    let mut roster_file = None;
    if let Some(mut named) = loaded.roster {
        if let Some(mint) = &mint {
            named.spec.link_sizes = link_sizes(mint, &named.spec, &loaded.shown, &mut problems);
        }
        // Once, although it may be opened twice.
        match roster_source::obtain(&named, context) {
            Ok(file) => {
                let opened;
                (opened, names_alone) =
                    open_roster(named, addresses, context.environment.now, &file);
                match opened {
                    Ok((opened, found)) => {
                        problems.extend_from_slice(found.problems());
                        // Kept apart as well: `--skip-bad-rows` may ignore these, and no other problem. That there is
                        // nobody in the roster is a problem of the whole.
                        bad_rows = found.problems().to_vec();
                        bad_rows.retain(|problem| problem.code != "empty-roster");
                        more_problems = found.more_problems();
                        roster = Some(opened);
                        survey = Some(found);
                    }
                    Err(found) => problems.extend(found),
                }
                roster_file = Some(file);
            }
            Err(error) => problems.extend(error.into_problems()?),
        }
        // Reading the roster may have put off what Ctrl-C does.
        if context.environment.is_interrupted() {
            return Err(Error::interrupted("nothing was done"));
        }
    }
    Ok(LoadedFolder {
        mail: loaded.mail,
        shown: loaded.shown,
        start: loaded.start,
        mail_problems: loaded.mail_problems,
        settings: loaded.settings,
        practice,
        mint,
        roster,
        survey,
        roster_file,
        names_alone,
        problems,
        bad_rows,
        more_problems,
    })
}

/// Opens and surveys a roster. The second value says that it is a list of names alone, which was looked for.
fn open_roster(
    named: RosterSettings,
    addresses: Addresses,
    now: Timestamp,
    file: &RosterFile,
) -> (Result<(Roster, Survey), Vec<Problem>>, bool) {
    let mut spec = named.spec;
    let open = |spec| -> Result<_, Vec<Problem>> {
        let roster = Roster::open(file.path(), file.shown(), spec)?;
        let survey = roster.survey(now);
        Ok((roster, survey))
    };
    spec.need_email = addresses != Addresses::Optional;
    let opened = open(spec.clone());
    let is_names_alone = addresses == Addresses::RequiredIfAny
        && match &opened {
            Ok((_, survey)) => {
                let lacks_address = |problem: &Problem| problem.code == "no-email";
                !survey.has_addresses() && survey.problems().iter().any(lacks_address)
            }
            Err(problems) => problems.iter().any(|problem| problem.code == "no-email-column"),
        };
    if !is_names_alone {
        return (opened, false);
    }
    spec.need_email = false;
    let opened = open(spec);
    // Without a column of names either, the list is good for nothing.
    let is_list = opened.is_ok();
    (opened, is_list)
}

/// What the links of each role have in common. For a role whose links are all too long, that is reported once, and not
/// for each row.
fn link_sizes(
    mint: &Mint,
    spec: &RosterSpec,
    shown: &str,
    problems: &mut Vec<Problem>,
) -> Vec<Option<LinkSize>> {
    let measure = |role: &Role| {
        let size = LinkSize::new(mint, role);
        let Err(too_long) = size.check_common(&spec.meeting.room) else { return Some(size) };
        let message = format!("the role {}: {too_long}", quoted(&role.name));
        problems.push(Problem::of_file("link-too-long", shown, message).hint(too_long.hint()));
        None
    };
    spec.roles.all().iter().map(measure).collect()
}

impl LoadedFolder {
    /// Adds a problem if the meeting is over for everybody: a link file without links, or a run without messages, would
    /// look like success.
    pub(crate) fn refuse_over(&mut self) {
        let (Some(roster), Some(survey)) = (&self.roster, &self.survey) else { return };
        if survey.people() > 0 || survey.over() == 0 {
            return;
        }
        let hint = "set a new `start`, or create a new meeting like this one: meetmint init NEW_FOLDER --like THIS_FOLDER";
        let problem = match &self.start {
            Some(start) if !roster.has_own_meetings() => {
                let meeting = roster.meeting();
                let end = time_in(meeting.end.as_second(), &meeting.zone);
                start.problem("over", format!("the meeting is over: it ended on {end}"), hint)
            }
            _ => {
                // A bad row may have a start that lies ahead.
                let message = if self.bad_rows.is_empty() {
                    "everybody's meeting is over"
                } else {
                    "the meeting is over in every row without an error"
                };
                Problem::of_file("over", roster.shown(), message).hint(hint)
            }
        };
        self.problems.push(problem);
    }

    /// The folder, if nothing in it is wrong.
    pub(crate) fn into_valid(self) -> Result<MeetingFolder, Error> {
        match (self.settings, self.mint, self.roster, self.survey) {
            (Some(settings), Some(mint), Some(roster), Some(survey))
                if self.problems.is_empty() =>
            {
                Ok(MeetingFolder {
                    settings,
                    mint,
                    roster,
                    survey,
                    _roster_file: self.roster_file,
                    bad_rows: Vec::new(),
                })
            }
            _ => Err(Error::problems(self.problems, self.more_problems)),
        }
    }

    /// The folder, if nothing but rows is wrong in it; these are skipped.
    pub(crate) fn into_valid_without_bad_rows(mut self) -> Result<MeetingFolder, Error> {
        let bad_rows = std::mem::take(&mut self.bad_rows);
        self.problems.retain(|problem| !bad_rows.contains(problem));
        let folder = self.into_valid()?;
        Ok(MeetingFolder { bad_rows, ..folder })
    }
}

impl MeetingFolder {
    /// Reports what is left out and what is unusual.
    pub(crate) fn report_notices(&self, context: &Context) {
        self.report_key_notices(context);
        let all = context.front_end.is_verbose();
        context.notices(&notices::of_people(&self.roster, &self.survey, all));
    }

    /// Reports the notices about the key. To be called by everything that signs with it.
    pub(crate) fn report_key_notices(&self, context: &Context) {
        context.notices(&notices::of_key(&self.mint));
    }

    /// The name of a role by its index.
    pub(crate) fn role_name(&self, role: usize) -> &str {
        &self.roster.roles().all()[role].name
    }
}
