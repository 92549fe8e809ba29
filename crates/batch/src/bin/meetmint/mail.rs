//! From settings and roster to messages: who writes, in which words, to whom.

use meetmint_batch::{Passes, Person, Problem, Roster};
use meetmint_core::Email;
use meetmint_mailer::{
    Composer, Kind, Letter, Message, Sender, TemplateProblem, Templates, file_name,
};

use jiff::Timestamp;

use crate::prepare::Prepared;
use crate::settings::Settings;

/// Makes the messages of a prepared meeting.
pub(crate) struct Mail<'p> {
    prepared: &'p Prepared,
    passes: &'p Passes<'p>,
    composer: Composer,
    extras: Vec<(String, usize)>,
    stamp: Timestamp,
}

impl<'p> Mail<'p> {
    /// Messages that carry the date `stamp`.
    ///
    /// # Errors
    /// Everything that is wrong with the sender and the templates.
    pub(crate) fn new(
        prepared: &'p Prepared,
        passes: &'p Passes<'p>,
        stamp: Timestamp,
    ) -> Result<Mail<'p>, Vec<Problem>> {
        let Prepared { settings, roster, .. } = prepared;
        let mut problems = problems(settings, roster);
        if settings.mail.from.is_none() {
            let problem = Problem::of_file(
                "no-from",
                &settings.shown,
                "`from` is missing: mail has to come from somebody",
            );
            problems.push(problem.hint("write it under [mail]: from = \"Name <address>\""));
        }
        match (sender(settings), templates(settings)) {
            (Ok(Some(sender)), Ok(templates)) if problems.is_empty() => Ok(Mail {
                prepared,
                passes,
                composer: Composer::new(templates, sender, settings.id.clone()),
                extras: roster.extras(),
                stamp,
            }),
            _ => Err(problems),
        }
    }

    /// A person's message and the name of its file.
    ///
    /// # Errors
    /// What is wrong with this very message, with the row that it comes from.
    pub(crate) fn message(&self, person: &Person<'_>) -> Result<(String, Message), Problem> {
        let Prepared { settings, roster, mint, .. } = self.prepared;
        let entry = &person.entry;
        let meeting = roster.meeting_of(entry);
        let problem = |message: String| {
            let problem = Problem::of_file("no-message", roster.shown(), message);
            if let Some(line) = person.line() { problem.at(line) } else { problem }
        };
        let invite = self.passes.invite(entry).map_err(|error| problem(error.to_string()))?;
        let uid = settings.id.uid(&entry.attendee.key(), meeting.room.node(), meeting.start);
        let extra: Vec<(&str, &str)> =
            self.extras.iter().map(|(key, at)| (key.as_str(), person.cell(*at))).collect();
        let letter = Letter {
            invite: &invite,
            meeting,
            role: &roster.roles().all()[entry.role],
            address: &mint.server().address(&meeting.room),
            uid,
            sequence: 0,
            copy: 0,
            kind: Kind::Invite,
            stamp: self.stamp,
            language: entry.language.as_deref().or(settings.mail.language.as_deref()),
            zone: entry.zone.clone(),
            extra: &extra,
            practice: mint.key().is_practice(),
        };
        let message =
            self.composer.compose(&letter).map_err(|error| problem(with_causes(&error)))?;
        Ok((name(&message.to, &letter), message))
    }
}

fn name(to: &Email, letter: &Letter<'_>) -> String {
    file_name(to, letter.uid, letter.sequence, letter.kind, letter.copy)
}

/// Everything that is wrong with the sender, as far as there is one, and with the templates.
pub(crate) fn problems(settings: &Settings, roster: &Roster) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(sender(settings).err());
    match templates(settings) {
        Ok(templates) => {
            let extra: Vec<String> = roster.extras().into_iter().map(|(key, _)| key).collect();
            problems.extend(
                templates.check(&extra).into_iter().map(|problem| of_template(settings, problem)),
            );
        }
        Err(problem) => problems.push(problem),
    }
    problems
}

fn sender(settings: &Settings) -> Result<Option<Sender>, Problem> {
    let Some(from) = &settings.mail.from else { return Ok(None) };
    let sender = Sender::parse(from).and_then(|sender| match &settings.mail.organizer {
        Some(organizer) => {
            let name = organizer.name.as_deref().unwrap_or_default();
            sender.with_organizer(name, organizer.email.as_str())
        }
        None => Ok(sender),
    });
    sender.map(Some).map_err(|bad| {
        let problem = Problem::of_file("bad-sender", &settings.shown, with_causes(&bad));
        problem.hint("write it under [mail]: from = \"Name <address>\"")
    })
}

fn templates(settings: &Settings) -> Result<Templates, Problem> {
    let Some(folder) = &settings.mail.templates else { return Ok(Templates::shipped()) };
    Templates::from_folder(folder).map_err(|error| {
        let problem = Problem::of_file("no-templates", &settings.shown, with_causes(&error));
        problem
            .hint("`templates` under [mail] names a folder; without it the ones that ship are used")
    })
}

fn of_template(settings: &Settings, problem: TemplateProblem) -> Problem {
    let folder = settings.mail.templates.clone().unwrap_or_default();
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
fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
