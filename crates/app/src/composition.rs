//! What messages are made with: the sender, the templates, and each person's snapshot.

use meetmint_batch::{Problem, Roster, RosterEntry, RosterRow};
use meetmint_core::EmptyWindow;
use meetmint_mailer::{
    Composer, ErrorChain, Sender, ServerFacts, Snapshot, SnapshotParts, TemplateProblem, Templates,
    WantedRow,
};

use crate::error::Error;
use crate::folder::MeetingFolder;
use crate::settings::MailSettings;

/// What the hint for a missing or invalid sender says.
const FROM: &str = "write it under [mail]: from = \"Name <address>\"";

/// What the messages of a meeting folder are made with.
pub(crate) struct Composition {
    pub(crate) composer: Composer,
    server: ServerFacts,
    /// Columns that templates know as `extra.KEY`: the key, and the index of the column.
    extras: Vec<(String, usize)>,
}

impl Composition {
    /// Reads and checks sender and templates.
    ///
    /// # Errors
    /// All problems of both.
    pub(crate) fn new(folder: &MeetingFolder) -> Result<Composition, Error> {
        let MeetingFolder { settings, roster, mint, .. } = folder;
        let (mail, shown) = (&settings.mail, settings.shown.as_str());
        let mut problems = problems(mail, shown, Some(roster));
        // `problems` accepts a missing sender, because link files need none. Messages do.
        if mail.from.is_none() {
            problems.extend(sender(mail, shown).err());
        }
        match (optional_sender(mail, shown), templates(mail, shown)) {
            (Ok(Some(sender)), Ok(templates)) if problems.is_empty() => Ok(Composition {
                composer: Composer::new(templates, sender, settings.id.clone()),
                server: ServerFacts::new(&settings.server, mint.key()),
                // Looked up once: each row of the roster needs them.
                extras: roster.extras(),
            }),
            _ => Err(Error::problems(problems, 0)),
        }
    }

    /// The snapshot of a person as the ledger keeps it, with the row to reconcile. `None` for people without an
    /// address.
    ///
    /// # Errors
    /// If the link would stop working before it starts to work.
    pub(crate) fn wanted(
        &self,
        folder: &MeetingFolder,
        row: &RosterRow<'_>,
    ) -> Result<Option<(WantedRow, String)>, EmptyWindow> {
        let Some(snapshot) = self.snapshot(folder, &row.entry, row)? else { return Ok(None) };
        let meeting = folder.roster.meeting_of(&row.entry);
        let text = snapshot.text();
        let key = row.entry.attendee.key();
        Ok(Some((WantedRow::new(&key, meeting.room.node(), &snapshot, &text), text)))
    }

    /// What the messages to `entry` are made from, with the other columns of `row`. `None` for people without an
    /// address.
    ///
    /// # Errors
    /// If the link would stop working before it starts to work.
    pub(crate) fn snapshot(
        &self,
        folder: &MeetingFolder,
        entry: &RosterEntry,
        row: &RosterRow<'_>,
    ) -> Result<Option<Snapshot>, EmptyWindow> {
        let MeetingFolder { settings, roster, .. } = folder;
        let meeting = roster.meeting_of(entry);
        let role = &roster.roles().all()[entry.role];
        let extra: Vec<(&str, &str)> =
            self.extras.iter().map(|(key, index)| (key.as_str(), row.cell(*index))).collect();
        Ok(Snapshot::new(&SnapshotParts {
            attendee: &entry.attendee,
            meeting,
            role,
            window: settings.windows.of(role, meeting)?,
            server: &self.server,
            sender: self.composer.sender(),
            language: entry.language.as_deref().or(settings.mail.language.as_deref()),
            zone: entry.zone.as_ref(),
            extra: &extra,
        }))
    }
}

/// Everything that is wrong with the sender, if one is written, and with the templates.
pub(crate) fn problems(mail: &MailSettings, shown: &str, roster: Option<&Roster>) -> Vec<Problem> {
    let mut problems = Vec::new();
    problems.extend(optional_sender(mail, shown).err());
    match templates(mail, shown) {
        Ok(templates) => {
            let extras = roster.map(Roster::extras).unwrap_or_default();
            // The columns of this roster are the only `extra` variables that a template can use.
            let columns: Vec<String> = extras.into_iter().map(|(key, _)| key).collect();
            let found = templates.check(&columns, &mail.host).into_iter();
            problems.extend(found.map(|problem| template_problem(mail, problem)));
        }
        Err(problem) => problems.push(problem),
    }
    problems
}

/// Who the messages come from.
///
/// # Errors
/// If `from` is missing, or is not a mailbox.
pub(crate) fn sender(mail: &MailSettings, shown: &str) -> Result<Sender, Problem> {
    optional_sender(mail, shown)?.ok_or_else(|| {
        let message = "`from` is missing: it is the sender of the messages";
        Problem::of_file("no-from", shown, message).hint(FROM)
    })
}

fn optional_sender(mail: &MailSettings, shown: &str) -> Result<Option<Sender>, Problem> {
    let Some(from) = &mail.from else { return Ok(None) };
    let sender = Sender::parse(from).and_then(|sender| match &mail.organizer {
        // The calendar event then names both: ORGANIZER, with the sender as its SENT-BY (RFC 5545 §3.2.18).
        Some(organizer) => {
            let name = organizer.name.as_deref().unwrap_or_default();
            sender.with_organizer(name, organizer.email.as_str())
        }
        None => Ok(sender),
    });
    sender.map(Some).map_err(|bad| {
        Problem::of_file("bad-sender", shown, ErrorChain(&bad).to_string()).hint(FROM)
    })
}

fn templates(mail: &MailSettings, shown: &str) -> Result<Templates, Problem> {
    let Some(folder) = &mail.templates else { return Ok(Templates::built_in()) };
    Templates::from_folder(folder).map_err(|error| {
        let problem = Problem::of_file("no-templates", shown, ErrorChain(&error).to_string());
        problem.hint("`templates` under [mail] names the folder; without it, the built-in templates are used")
    })
}

fn template_problem(mail: &MailSettings, problem: TemplateProblem) -> Problem {
    let TemplateProblem { file, line, column, message, hint } = problem;
    // After the file name, as compilers write it: the `column` of a `Problem` is a heading of the roster.
    let location = match (line, column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        _ => String::new(),
    };
    let path = match &mail.templates {
        Some(folder) => folder.join(file),
        // A built-in template has a name, but no folder.
        None => file.into(),
    };
    let file = format!("{}{location}", path.display());
    let problem = Problem::of_file("template", &file, message);
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}
