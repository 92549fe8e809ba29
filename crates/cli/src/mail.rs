//! From settings and roster to messages: who writes, in which words, to whom.

use meetmint_batch::{Problem, Roster, RosterEntry, RosterRow};
use meetmint_mailer::{
    Composer, Sender, ServerFacts, Snapshot, SnapshotParts, TemplateProblem, Templates, WantedRow,
};

use crate::failure::Failure;
use crate::prepare::Prepared;
use crate::settings::MailSettings;

/// What messages of a prepared meeting are made with.
pub(crate) struct Mail {
    pub(crate) composer: Composer,
    server: ServerFacts,
    extras: Vec<(String, usize)>,
}

impl Mail {
    /// Sender and templates, checked.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(crate) fn new(prepared: &Prepared) -> Result<Mail, Failure> {
        let Prepared { settings, roster, mint, .. } = prepared;
        let mut problems = problems(&settings.mail, &settings.shown, Some(roster));
        if settings.mail.from.is_none() {
            problems.extend(from(&settings.mail, &settings.shown).err());
        }
        match (sender(&settings.mail, &settings.shown), templates(&settings.mail, &settings.shown))
        {
            (Ok(Some(sender)), Ok(templates)) if problems.is_empty() => Ok(Mail {
                composer: Composer::new(templates, sender, settings.id.clone()),
                server: ServerFacts::new(&settings.server, mint.key()),
                extras: roster.extras(),
            }),
            _ => Err(Failure::Problems { problems, more: 0 }),
        }
    }

    /// What a person of the roster is to be told, and the row it is for the ledger.
    pub(crate) fn sheet(
        &self,
        prepared: &Prepared,
        person: &RosterRow<'_>,
    ) -> Option<(WantedRow, String)> {
        let sheet = self.sheet_of(prepared, &person.entry, person)?;
        let meeting = prepared.roster.meeting_of(&person.entry);
        let text = sheet.text();
        let row = WantedRow::new(&person.entry.attendee.key(), meeting.room.node(), &sheet, &text);
        Some((row, text))
    }

    /// What somebody is to be told, with the further columns of a person's row.
    pub(crate) fn sheet_of(
        &self,
        prepared: &Prepared,
        entry: &RosterEntry,
        person: &RosterRow<'_>,
    ) -> Option<Snapshot> {
        let Prepared { settings, roster, .. } = prepared;
        let meeting = roster.meeting_of(entry);
        let role = &roster.roles().all()[entry.role];
        let extra: Vec<(&str, &str)> =
            self.extras.iter().map(|(key, at)| (key.as_str(), person.cell(*at))).collect();
        Snapshot::new(&SnapshotParts {
            attendee: &entry.attendee,
            meeting,
            role,
            window: settings.windows.of(role, meeting).ok()?,
            server: &self.server,
            sender: self.composer.sender(),
            language: entry.language.as_deref().or(settings.mail.language.as_deref()),
            zone: entry.zone.as_ref(),
            extra: &extra,
        })
    }
}

/// Everything that is wrong with the sender, as far as there is one, and with the templates.
pub(crate) fn problems(mail: &MailSettings, shown: &str, roster: Option<&Roster>) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(sender(mail, shown).err());
    match templates(mail, shown) {
        Ok(templates) => {
            let extra: Vec<String> = roster
                .map(Roster::extras)
                .unwrap_or_default()
                .into_iter()
                .map(|(key, _)| key)
                .collect();
            problems.extend(
                templates.check(&extra).into_iter().map(|problem| of_template(mail, problem)),
            );
        }
        Err(problem) => problems.push(problem),
    }
    problems
}

/// Who the mail is from.
///
/// # Errors
/// If nobody is, or it is no sender.
pub(crate) fn from(mail: &MailSettings, shown: &str) -> Result<Sender, Problem> {
    sender(mail, shown)?.ok_or_else(|| {
        let message = "`from` is missing: mail has to come from somebody";
        let problem = Problem::of_file("no-from", shown, message);
        problem.hint("write it under [mail]: from = \"Name <address>\"")
    })
}

fn sender(mail: &MailSettings, shown: &str) -> Result<Option<Sender>, Problem> {
    let Some(from) = &mail.from else { return Ok(None) };
    let sender = Sender::parse(from).and_then(|sender| match &mail.organizer {
        Some(organizer) => {
            let name = organizer.name.as_deref().unwrap_or_default();
            sender.with_organizer(name, organizer.email.as_str())
        }
        None => Ok(sender),
    });
    sender.map(Some).map_err(|bad| {
        let problem = Problem::of_file("bad-sender", shown, with_causes(&bad));
        problem.hint("write it under [mail]: from = \"Name <address>\"")
    })
}

fn templates(mail: &MailSettings, shown: &str) -> Result<Templates, Problem> {
    let Some(folder) = &mail.templates else { return Ok(Templates::built_in()) };
    Templates::from_folder(folder).map_err(|error| {
        let problem = Problem::of_file("no-templates", shown, with_causes(&error));
        problem
            .hint("`templates` under [mail] names a folder; without it the ones that ship are used")
    })
}

fn of_template(mail: &MailSettings, problem: TemplateProblem) -> Problem {
    let folder = mail.templates.clone().unwrap_or_default();
    let TemplateProblem { file, line, column, message, hint } = problem;
    let place = match (line, column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        _ => String::new(),
    };
    let file = format!("{}{place}", folder.join(file).display());
    Problem { code: "template", file, line: None, column: None, message, hint }
}

/// An error and what caused it, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    meetmint_mailer::ErrorChain(error).to_string()
}
