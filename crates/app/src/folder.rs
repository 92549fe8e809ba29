//! A meeting folder, read and checked: nothing is minted or sent until everything in it is valid.

use jiff::Timestamp;
use meetmint_batch::{Problem, Roster, RosterRow, RosterSpec, Selection, Survey, quoted};
use meetmint_core::{LinkSize, MeetingId, Mint, Role};
use meetmint_mailer::Ledger;

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Notice;
use crate::phrases::people;
use crate::secret;
use crate::settings::{self, Loaded, MailSettings, Settings};

/// How many rows that repeat another are named, unless the front end wants all.
const SHOWN_REPETITIONS: usize = 5;

/// How many people whom `meeting.toml` adds are named, unless the front end wants all.
pub(crate) const SHOWN_ADDED: usize = 20;

/// How many rows are worked on together where nothing is signed.
// The same as a chunk of HMAC tokens (`RosterTokens::chunk`): the work on a row takes about as long.
pub(crate) const ROWS: usize = 256;

/// A meeting folder in which everything is valid.
pub(crate) struct MeetingFolder {
    pub(crate) settings: Settings,
    pub(crate) mint: Mint,
    pub(crate) roster: Roster,
    pub(crate) survey: Survey,
    /// Problems of rows that are skipped.
    pub(crate) bad_rows: Vec<Problem>,
}

/// What could be read of a meeting folder, with everything that is wrong in it.
pub(crate) struct LoadedFolder {
    pub(crate) mail: MailSettings,
    /// The path of `meeting.toml` in messages.
    pub(crate) shown: String,
    pub(crate) settings: Option<Settings>,
    pub(crate) mint: Option<Mint>,
    pub(crate) roster: Option<Roster>,
    pub(crate) survey: Option<Survey>,
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
    let mut loaded = settings::load(context.meeting.as_deref())?;
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
/// If there is no meeting folder to read.
pub(crate) fn load(context: &Context, need_email: bool) -> Result<LoadedFolder, Error> {
    let loaded = load_settings(context)?;
    let mut problems = loaded.problems;
    // The key is read although other settings may be wrong: `check` reports everything at once.
    let mut mint = None;
    if let Some(key) = &loaded.key {
        match secret::signing_key(key, &context.environment) {
            Ok(key) => {
                let server = loaded.settings.as_ref().map(|settings| settings.server.clone());
                mint = server.map(|server| Mint::new(server, key)).transpose()?;
            }
            Err(problem) => problems.push(problem),
        }
    }
    let (mut roster, mut survey) = (None, None);
    let (mut bad_rows, mut more_problems) = (Vec::new(), 0);
    if let Some(mut named) = loaded.roster {
        // Decided by the command: link files are also for people without an address.
        named.spec.need_email = need_email;
        if let Some(mint) = &mint {
            named.spec.link_sizes = link_sizes(mint, &named.spec, &loaded.shown, &mut problems);
        }
        match Roster::open(&named.path, &named.shown, named.spec) {
            Ok(opened) => {
                let found = opened.survey(context.environment.now);
                // Kept apart as well: `--skip-bad-rows` may ignore these, and no other problem.
                bad_rows = found.problems().to_vec();
                problems.extend_from_slice(&bad_rows);
                more_problems = found.more_problems();
                roster = Some(opened);
                survey = Some(found);
            }
            Err(found) => problems.extend(found),
        }
    }
    Ok(LoadedFolder {
        mail: loaded.mail,
        shown: loaded.shown,
        settings: loaded.settings,
        mint,
        roster,
        survey,
        problems,
        bad_rows,
        more_problems,
    })
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
    /// The folder, if nothing in it is wrong.
    pub(crate) fn into_valid(self) -> Result<MeetingFolder, Error> {
        match (self.settings, self.mint, self.roster, self.survey) {
            (Some(settings), Some(mint), Some(roster), Some(survey))
                if self.problems.is_empty() =>
            {
                Ok(MeetingFolder { settings, mint, roster, survey, bad_rows: Vec::new() })
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
    /// Reports what is left out and what is unusual, or refuses a meeting that is over for everybody.
    pub(crate) fn report_notices(&self, context: &Context) -> Result<(), Error> {
        let survey = &self.survey;
        // A link file without links, or a run without messages, would look like success.
        if survey.people() == 0 && survey.over() > 0 {
            return Err(Error::invalid(
                "over",
                over(self.roster.meeting().end, survey.over()),
                "set a new `start`, or create a new meeting like this one: meetmint init NEW_FOLDER --like THIS_FOLDER",
            ));
        }
        self.report_key_notices(context);
        if survey.over() > 0 {
            let message =
                format!("{} left out, because the meeting is over", people(survey.over()));
            context.notice(&Notice::note("over", message));
        }
        if survey.under_way() > 0 {
            let message =
                format!("the meeting of {} has already started", people(survey.under_way()));
            context.notice(&Notice::warning("under-way", message));
        }
        self.report_repetitions(context);
        let added = survey.added();
        let shown = if context.front_end.is_verbose() { added.len() } else { SHOWN_ADDED };
        for entry in added.iter().take(shown) {
            // They are in no row of the roster, so their messages or links might come as a surprise.
            let key = entry.attendee.key();
            let role = self.role_name(entry.role);
            let message =
                format!("`{key}` is not in the roster; meeting.toml adds this person as {role}");
            context.notice(&Notice::note("added", message));
        }
        if added.len() > shown {
            let message =
                format!("meeting.toml adds {} more people to the roster", added.len() - shown);
            context.notice(&Notice::note("added", message));
        }
        Ok(())
    }

    /// Reports the notices about the key. To be called by everything that signs with it.
    pub(crate) fn report_key_notices(&self, context: &Context) {
        context.notices(&key_notices(&self.mint));
    }

    fn report_repetitions(&self, context: &Context) {
        let repetitions = self.survey.repetitions();
        let shown =
            if context.front_end.is_verbose() { repetitions.len() } else { SHOWN_REPETITIONS };
        for repetition in repetitions.iter().take(shown) {
            let (person, first, line) = (&repetition.person, repetition.first, repetition.line);
            let message = if repetition.agrees {
                format!("`{person}` is listed twice and counts once: lines {first} and {line}")
            } else {
                format!(
                    "`{person}` is listed twice with different names or roles: line {first} counts, line {line} does not"
                )
            };
            context.notice(&Notice::note("repeated", message));
        }
        let rest = self.survey.repeated().saturating_sub(shown);
        if rest > 0 {
            let message = format!(
                "{rest} more rows list somebody who is listed already: each person counts once"
            );
            context.notice(&Notice::note("repeated", message));
        }
    }

    /// The name of a role by its index.
    pub(crate) fn role_name(&self, role: usize) -> &str {
        &self.roster.roles().all()[role].name
    }

    /// The keys of everybody who is selected, in the roster's order.
    pub(crate) fn keys(&self, selection: &Selection) -> Result<Vec<String>, Error> {
        let key = |row: &RosterRow<'_>| row.entry.attendee.key().into_owned();
        let mut keys = Vec::new();
        self.roster.each(
            &self.survey,
            selection,
            ROWS,
            |rows| rows.iter().map(key).collect::<Vec<_>>(),
            |some: Vec<_>| {
                keys.extend(some);
                Ok::<(), Error>(())
            },
        )?;
        Ok(keys)
    }

    /// Why somebody cannot be selected: the roster does not name them, or their meeting is over.
    pub(crate) fn absent(&self, key: &str, written: &str) -> Result<Error, Error> {
        // Looked up once more with everybody in it, to tell a typing error from a date in the past.
        let with_past = Selection {
            only: vec![key.to_owned()],
            over: true,
            skip_bad: true,
            ..Selection::default()
        };
        let code = "not-selectable";
        Ok(if self.keys(&with_past)?.is_empty() {
            let message = format!("{} is not in the roster", quoted(written));
            Error::invalid(code, message, "write the address as it appears in the roster")
        } else {
            let message = format!("the meeting of {} is over", quoted(written));
            Error::invalid(code, message, "leave this person out, or set a new `start`")
        })
    }
}

/// Notices about a key: whether it is for practice only, and whether it can be guessed.
pub(crate) fn key_notices(mint: &Mint) -> Vec<Notice> {
    let mut notices = Vec::new();
    if mint.key().is_practice() {
        let message = "this is a practice secret: no server will accept these links";
        // Only a note: this is the secret that `init` writes. Mail is refused elsewhere.
        notices.push(Notice::note("practice", message));
    }
    // RFC 7518 §3.2 requires a secret as long as the hash. Jitsi accepts shorter ones, so this is only a warning.
    if let Some(octets) = mint.key().wants_octets() {
        let message = format!(
            "the secret is shorter than {octets} characters: anybody who has one link can guess it offline"
        );
        let hint =
            format!("give the server and this meeting a new one: openssl rand -hex {octets}");
        notices.push(Notice::warning("short-secret", message).hint(hint));
    }
    notices
}

fn over(end: Timestamp, rows: usize) -> String {
    if rows == 1 {
        format!("the meeting is over: it ended at {end}")
    } else {
        "everybody's meeting is over".to_owned()
    }
}
