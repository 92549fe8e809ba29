//! Everything that is read and checked before a command begins its work: nothing is minted until all of it is right.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_batch::{Problem, Roster, Selection, Survey, quoted, suggest};
use meetmint_core::{Email, MeetingId, Mint};
use meetmint_mailer::Ledger;

use crate::cli::SelectionArgs;
use crate::failure::Failure;
use crate::key;
use crate::report::Report;
use crate::settings::{self, MailSettings, Settings};
use crate::world::World;

/// A meeting folder in which everything is right.
pub(crate) struct Prepared {
    pub(crate) settings: Settings,
    pub(crate) mint: Mint,
    pub(crate) roster: Roster,
    pub(crate) survey: Survey,
    /// What is wrong with rows that are passed over.
    pub(crate) bad_rows: Vec<Problem>,
}

/// A meeting folder as far as it can be understood, with everything that is wrong in it.
pub(crate) struct Findings {
    pub(crate) mail: MailSettings,
    /// What people call `meeting.toml`.
    pub(crate) shown: String,
    pub(crate) settings: Option<Settings>,
    pub(crate) mint: Option<Mint>,
    pub(crate) roster: Option<Roster>,
    pub(crate) survey: Option<Survey>,
    pub(crate) problems: Vec<Problem>,
    /// What is wrong with rows, among `problems`.
    bad_rows: Vec<Problem>,
    pub(crate) more: usize,
}

/// Reads a meeting folder: configuration, key and roster, going on past what is wrong.
///
/// # Errors
/// If there is no meeting folder to read.
pub(crate) fn find(
    meeting: Option<&Path>,
    need_email: bool,
    world: &World,
) -> Result<Findings, Failure> {
    let mut loaded = settings::load(meeting)?;
    let mut problems = loaded.problems;
    if let Some(settings) = loaded.settings.as_mut().filter(|settings| !settings.id_written)
        && let Some(id) = Ledger::meeting_at(&settings.mail.ledger)
    {
        // A meeting that is known by now keeps the name it is known by.
        settings.id = MeetingId::written(&id).unwrap_or_else(|| settings.id.clone());
    }
    let mut more = 0;
    let mut mint = None;
    if let Some(place) = &loaded.key {
        match key::fetch(place) {
            Ok(key) => {
                mint = loaded
                    .settings
                    .as_ref()
                    .map(|settings| Mint::new(settings.server.clone(), key))
                    .transpose()
                    .map_err(|wrong| Failure::broken("no link can be made", wrong))?;
            }
            Err(problem) => problems.push(problem),
        }
    }
    let (mut roster, mut survey) = (None, None);
    let mut bad_rows = Vec::new();
    if let Some(mut named) = loaded.roster {
        named.spec.need_email = need_email;
        match Roster::open(&named.path, &named.shown, named.spec) {
            Ok(opened) => {
                let found = opened.survey(world.now);
                bad_rows = found.problems().to_vec();
                problems.extend(bad_rows.iter().cloned());
                more = found.more_problems();
                roster = Some(opened);
                survey = Some(found);
            }
            Err(found) => problems.extend(found),
        }
    }
    let (mail, shown) = (loaded.mail, loaded.shown);
    Ok(Findings {
        mail,
        shown,
        settings: loaded.settings,
        mint,
        roster,
        survey,
        problems,
        bad_rows,
        more,
    })
}

impl Findings {
    /// All of it, if nothing is wrong.
    pub(crate) fn sound(self) -> Result<Prepared, Failure> {
        match (self.settings, self.mint, self.roster, self.survey) {
            (Some(settings), Some(mint), Some(roster), Some(survey))
                if self.problems.is_empty() =>
            {
                Ok(Prepared { settings, mint, roster, survey, bad_rows: Vec::new() })
            }
            _ => Err(Failure::Problems { problems: self.problems, more: self.more }),
        }
    }

    /// The same, but bad rows are passed over and listed.
    pub(crate) fn sound_without_bad_rows(mut self) -> Result<Prepared, Failure> {
        let bad_rows = std::mem::take(&mut self.bad_rows);
        self.problems.retain(|problem| !bad_rows.contains(problem));
        let prepared = self.sound()?;
        Ok(Prepared { bad_rows, ..prepared })
    }
}

impl Prepared {
    /// Who is chosen on the command line.
    ///
    /// # Errors
    /// If there is no such person or role, or nobody is left.
    pub(crate) fn choose(
        &self,
        args: &SelectionArgs,
        limit: Option<u32>,
    ) -> Result<Selection, Failure> {
        let mut choice =
            Selection { limit: limit.map(|limit| limit as usize), ..Selection::default() };
        if let Some(name) = &args.role {
            choice.role = Some(self.role(name)?);
        }
        for address in &args.only {
            choice.only.push(email(address)?.key().into_owned());
        }
        if !choice.only.is_empty() {
            self.find_each(&choice, &args.only)?;
        }
        Ok(choice)
    }

    /// Refuses a meeting that is over for everybody; says what was left alone, and what is unusual.
    pub(crate) fn speak(&self, report: Report) -> Result<(), Failure> {
        let survey = &self.survey;
        if survey.people() == 0 && survey.over() > 0 {
            let over = ended(self.roster.meeting().end, survey.over());
            return Err(Failure::wrong(
                over,
                "set a new `start`; `meetmint init --like` makes a new meeting of it",
            ));
        }
        self.speak_of_key(report);
        if survey.over() > 0 {
            report
                .note(&format!("{} left alone: the meeting is over", people(survey.over())), None);
        }
        if survey.under_way() > 0 {
            report.warning(
                &format!("the meeting of {} is under way", people(survey.under_way())),
                None,
            );
        }
        self.speak_of_repetitions(report);
        for entry in survey.added() {
            let key = entry.attendee.key();
            report.note(
                &format!(
                    "`{key}` is not in the list, and was added as {}",
                    self.role_name(entry.role)
                ),
                None,
            );
        }
        Ok(())
    }

    /// What is said of the key wherever it signs.
    pub(crate) fn speak_of_key(&self, report: Report) {
        speak_of_key(&self.mint, report);
    }

    fn speak_of_repetitions(&self, report: Report) {
        let repetitions = self.survey.repetitions();
        let shown = if report.verbose { repetitions.len() } else { 5 };
        for repetition in repetitions.iter().take(shown) {
            let (person, first, line) = (&repetition.person, repetition.first, repetition.line);
            let words = if repetition.agrees {
                format!("`{person}` is there twice, and counts once: lines {first} and {line}")
            } else {
                format!(
                    "`{person}` is there twice, with another name or role: line {first} counts, line {line} does not"
                )
            };
            report.note(&words, None);
        }
        let rest = self.survey.repeated().saturating_sub(shown);
        if rest > 0 {
            report
                .note(&format!("{rest} more rows say what another one says, and count once"), None);
        }
    }

    pub(crate) fn role(&self, name: &str) -> Result<usize, Failure> {
        self.roster.roles().named(name).ok_or_else(|| unknown_role(name, self.roster.roles()))
    }

    pub(crate) fn role_name(&self, role: usize) -> &str {
        &self.roster.roles().all()[role].name
    }

    /// Everybody named has to be in the roster: a typo must not look like success.
    fn find_each(&self, choice: &Selection, written: &[String]) -> Result<(), Failure> {
        let present = self.present(&choice.only, false)?;
        match choice.only.iter().zip(written).find(|(key, _)| !present.contains(*key)) {
            None => Ok(()),
            Some((key, written)) => Err(self.absent(key, written)?),
        }
    }

    /// Whether somebody is in the roster, with a meeting that is not over.
    pub(crate) fn choose_one(&self, key: &str) -> Result<bool, Failure> {
        Ok(!self.present(&[key.to_owned()], false)?.is_empty())
    }

    /// Which of these people are in the roster, those whose meeting is over among them or not.
    fn present(&self, keys: &[String], over: bool) -> Result<HashSet<String>, Failure> {
        let named = Selection { only: keys.to_vec(), over, skip_bad: true, ..Selection::default() };
        let mut present = HashSet::new();
        let found = |people: &[meetmint_batch::RosterRow<'_>]| -> Vec<String> {
            people.iter().map(|person| person.entry.attendee.key().into_owned()).collect()
        };
        self.roster.each(&self.survey, &named, 256, found, |found: Vec<String>| {
            present.extend(found);
            Ok::<(), Failure>(())
        })?;
        Ok(present)
    }

    /// Why somebody cannot be chosen: not in the list, or over.
    pub(crate) fn absent(&self, key: &str, written: &str) -> Result<Failure, Failure> {
        let over = self.present(&[key.to_owned()], true)?;
        Ok(if over.is_empty() {
            Failure::wrong(
                format!("{} is not in the list", quoted(written)),
                "write the address as it stands there",
            )
        } else {
            Failure::Wrong {
                message: format!("the meeting of {} is over", quoted(written)),
                hint: None,
            }
        })
    }
}

/// A warning for a secret that can be guessed, a note for one that no server knows.
pub(crate) fn speak_of_key(mint: &Mint, report: Report) {
    if mint.key().is_practice() {
        report.note("this is a practice secret: no server will take these links", None);
    }
    if let Some(octets) = mint.key().wants_octets() {
        report.warning(
            &format!("the secret is shorter than {octets} characters: one link is enough to guess it offline"),
            Some(&format!("give the server and this meeting a new one: openssl rand -hex {octets}")),
        );
    }
}

pub(crate) fn email(text: &str) -> Result<Email, Failure> {
    Email::parse(text).map_err(|bad| {
        Failure::wrong(format!("{} is not an address: {bad}", quoted(text)), bad.hint())
    })
}

pub(crate) fn unknown_role(name: &str, roles: &meetmint_batch::Roles) -> Failure {
    let names = roles.all().iter().map(|role| role.name.as_str());
    Failure::wrong(format!("{} is not a role", quoted(name)), suggest(name, names, "the roles are"))
}

/// "1 person", "5 people".
pub(crate) fn people(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}

fn ended(end: Timestamp, rows: usize) -> String {
    if rows == 1 {
        format!("the meeting is over: it ended at {end}")
    } else {
        format!("the meetings of all {rows} people are over")
    }
}

/// A moment on the wall clock of a zone: "14 October 2031 13:00 (Europe/Berlin)".
pub(crate) fn moment(second: i64, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_second(second) else { return "the end of time".to_owned() };
    let name = zone.iana_name().unwrap_or("UTC");
    format!("{} ({name})", zone.to_datetime(at).strftime("%-d %B %Y %H:%M"))
}

/// A window on the wall clock of a zone: "from 14 October 2031 13:00 to 17:30 (Europe/Berlin)".
pub(crate) fn window((opens, closes): (i64, i64), zone: &TimeZone) -> String {
    let local = |second| Timestamp::from_second(second).map(|at| zone.to_datetime(at)).ok();
    let (Some(from), Some(until)) = (local(opens), local(closes)) else {
        return "without end".to_owned();
    };
    let until =
        until.strftime(if from.date() == until.date() { "%H:%M" } else { "%-d %B %Y %H:%M" });
    format!(
        "from {} to {until} ({})",
        from.strftime("%-d %B %Y %H:%M"),
        zone.iana_name().unwrap_or("UTC")
    )
}

/// The flag that names the meeting again, for commands that are suggested.
pub(crate) fn meeting_flag(meeting: Option<&Path>) -> String {
    meeting
        .map(|meeting| format!(" --meeting {}", shell_word(&meeting.display().to_string())))
        .unwrap_or_default()
}

/// A word as a shell takes it.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-@+".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
