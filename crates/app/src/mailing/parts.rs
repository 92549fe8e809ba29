//! Sender, templates and the way to the outbox, each with its problems.

use meetmint_batch::{Problem, Roster, quoted};
use meetmint_core::NotAnEmail;
use meetmint_mailer::{ErrorChain, FolderOutbox, Sender, TemplateProblem, Templates};

use crate::environment::Environment;
use crate::folder::LoadedFolder;
use crate::relay::{self, Access};
use crate::settings::{MailSettings, OutboxSettings};

/// What the hint for a missing or invalid sender says.
const FROM: &str = "write it under [mail]: from = \"Name <address>\"";

/// What a command does with messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It sends them, or would.
    Send,
    /// It only records something about them: a mail server and its password do not matter.
    Record,
}

/// What messages are made with and sent through.
pub(super) struct Parts {
    pub(super) sender: Sender,
    pub(super) templates: Templates,
    pub(super) access: Option<Access>,
}

impl Parts {
    /// Reads and checks all of them. Nothing is connected to, and nothing is written.
    ///
    /// # Errors
    /// Everything that is wrong with them, and that keeps the people and links of the folder from being mailed.
    pub(super) fn read(
        folder: &LoadedFolder,
        environment: &Environment,
        purpose: Purpose,
    ) -> Result<Parts, Vec<Problem>> {
        let (mail, shown) = (&folder.mail, folder.shown.as_str());
        let mut problems = folder.mail_problems.clone();
        let mut keep = |problem| problems.push(problem);
        // One of the wrong type is a problem already.
        let is_unreadable = mail.from.is_none() && mail.from_location.is_some();
        let sender = if is_unreadable { None } else { sender(mail, shown).map_err(&mut keep).ok() };
        let templates = templates(folder).map_err(|found| found.into_iter().for_each(&mut keep));
        let access = match (purpose, &mail.outbox) {
            (Purpose::Record, _) => Ok(None),
            (Purpose::Send, OutboxSettings::Folder { .. }) => {
                folder_outbox(mail, shown).map_err(&mut keep).map(|()| None)
            }
            (Purpose::Send, OutboxSettings::Smtp(smtp)) => {
                practice(folder).into_iter().for_each(&mut keep);
                let from = sender.as_ref().map(Sender::from_email);
                relay::access(smtp, from, shown, environment)
                    .map(Some)
                    .map_err(|found| found.into_iter().for_each(&mut keep))
            }
        };
        if purpose == Purpose::Send {
            // Also over SMTP, which does not use the value: a wrong one should not end a run halfway.
            environment.fixed_message_time().map_err(&mut keep).ok();
        }
        match (sender, templates, access) {
            (Some(sender), Ok(templates), Ok(access)) if problems.is_empty() => {
                Ok(Parts { sender, templates, access })
            }
            _ => Err(problems),
        }
    }
}

/// Who the messages come from.
///
/// # Errors
/// If `from` is missing, or is not one mailbox.
pub(crate) fn sender(mail: &MailSettings, shown: &str) -> Result<Sender, Problem> {
    let Some(from) = &mail.from else {
        let message = "`from` is missing: it is the sender of the messages";
        return Err(Problem::of_file("no-from", shown, message).hint(FROM));
    };
    let sender = Sender::parse(from).and_then(|sender| match &mail.organizer {
        // The calendar event then names both: ORGANIZER, with the sender as its SENT-BY (RFC 5545 §3.2.18).
        Some(organizer) => {
            let name = organizer.name.as_deref().unwrap_or_default();
            sender.with_organizer(name, organizer.email.as_str())
        }
        None => Ok(sender),
    });
    let sender = sender.and_then(|sender| match &mail.reply_to {
        Some(reply_to) => sender.with_reply_to(reply_to),
        None => Ok(sender),
    });
    sender.map_err(|bad| {
        let message = format!("{} is not a valid sender: {}", quoted(&bad.text), bad.reason);
        let hint = match bad.reason {
            NotAnEmail::Several => "name one sender under [mail]: from = \"Name <address>\"",
            _ => FROM,
        };
        let problem = Problem::of_file("bad-sender", shown, message).hint(hint);
        match &mail.from_location {
            Some(location) => location.place(problem),
            None => problem,
        }
    })
}

/// The templates, if nothing is wrong with them.
fn templates(folder: &LoadedFolder) -> Result<Templates, Vec<Problem>> {
    let mail = &folder.mail;
    let templates = match &mail.templates {
        None => Templates::built_in(),
        Some(path) => Templates::from_folder(path).map_err(|error| {
            let problem =
                Problem::of_file("no-templates", &folder.shown, ErrorChain(&error).to_string());
            vec![problem.hint("`templates` under [mail] names the folder; without it, the built-in templates are used")]
        })?,
    };
    // The columns of this roster are the only `extra` variables that a template can use. If it cannot be read, that is
    // the problem, and not the template.
    let extras = folder.roster.as_ref().map(Roster::extras);
    let columns: Option<Vec<String>> =
        extras.map(|extras| extras.into_iter().map(|(key, _)| key).collect());
    let found = templates.check(columns.as_deref(), &mail.host);
    if found.is_empty() {
        return Ok(templates);
    }
    Err(found.into_iter().map(|problem| template_problem(mail, problem)).collect())
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

fn folder_outbox(mail: &MailSettings, shown: &str) -> Result<(), Problem> {
    let OutboxSettings::Folder { dir, location, .. } = &mail.outbox else { return Ok(()) };
    FolderOutbox::check(dir).map_err(|error| {
        let problem = Problem::of_file("outbox", shown, error.to_string())
            .hint("move it away, or name another folder with `dir` under [outbox]");
        match location {
            Some(location) => location.place(problem),
            None => problem,
        }
    })
}

/// Links that no server accepts are not mailed.
fn practice(folder: &LoadedFolder) -> Option<Problem> {
    folder.practice.as_ref().map(|location| {
        location.problem(
            "practice",
            "this is a practice secret: no server will accept these links, so nothing is mailed",
            "put your Jitsi server's own secret where this line says",
        )
    })
}
