//! What is unusual about a meeting: perhaps a mistake, or good to know.

use meetmint_batch::{Meaning, Meetings, Roster, quoted};
use meetmint_core::Role;

use crate::check::send_need::SendNeed;
use crate::check::{meetings, outbox, roles, server};
use crate::folder::LoadedFolder;
use crate::front_end::Notice;
use crate::jitsi_trust;
use crate::notices;
use crate::settings::Settings;

/// Everything that is unusual about a folder, as far as it could be read. `send_needs` is what it lacks for mail, and
/// `all` whether everything is named that a notice is about. `meetings` are those of a valid folder.
pub(super) fn notices(
    folder: &LoadedFolder,
    meetings: Option<&Meetings>,
    send_needs: &[SendNeed],
    all: bool,
) -> Vec<Notice> {
    let mut notices = folder.mint.as_ref().map(notices::of_key).unwrap_or_default();
    // What is reported as a problem needs no notice.
    notices.retain(|notice| folder.problems.iter().all(|problem| problem.code != notice.code));
    let is_valid = folder.problems.is_empty();
    if let Some(settings) = &folder.settings {
        notices.extend(of_settings(settings));
        notices.extend(of_authorities(settings));
        // With problems, host and security may be stand-ins for what could not be read, and the route would be wrong.
        let smtp = settings.mail.outbox.smtp().filter(|_| is_valid);
        if let Some(smtp) = smtp {
            notices.extend(outbox::notices(smtp, settings.mail.from.as_deref()));
        }
    }
    if is_valid {
        notices.extend(send_needs.iter().copied().map(needed));
    }
    let Some((roster, survey)) = folder.roster.as_ref().zip(folder.survey.as_ref()) else {
        return notices;
    };
    notices.extend(notices::of_people(roster, survey, all));
    notices.extend(notices::without_address(survey, all));
    if let Some((settings, meetings)) = folder.settings.as_ref().zip(meetings) {
        notices.extend(meetings::notices(settings, roster, meetings, all));
        notices.extend(server::notices(settings, meetings, all));
        let counted: Vec<(&Role, usize)> =
            roster.roles().all().iter().zip(survey.by_role().iter().copied()).collect();
        notices.extend(roles::notices(settings, &counted));
    }
    notices.extend(of_columns(roster));
    notices
}

/// What would have to be added before mail can be sent.
fn needed(what: SendNeed) -> Notice {
    if what == SendNeed::From {
        let notice = Notice::note("no-from", "`send` needs to know who the mail is from");
        notice.hint("write it under [mail]: from = \"Name <address>\"")
    } else {
        let notice = Notice::note("no-addresses", "nobody in the roster has an email address");
        notice.hint(
            "if there is a column of addresses, name it under [roster]: columns = { email = \"…\" }",
        )
    }
}

fn of_settings(settings: &Settings) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mail = &settings.mail;
    if !settings.id_written {
        let message = "the meeting has no id of its own: it is identified by url, app_id and room, and becomes another meeting when one of them changes";
        let hint = format!("write it under [meeting]: id = \"{}\"", settings.id.as_str());
        notices.push(Notice::note("no-id", message).hint(hint));
    }
    // A language tag may continue with a region: `en-GB` (RFC 5646 §2.1).
    let is_english = |language: &str| language.to_lowercase().starts_with("en");
    if mail.templates.is_none() && mail.language.as_deref().is_some_and(|it| !is_english(it)) {
        let message = "the built-in templates are in English, whatever `language` says";
        let hint = "write templates of your own, and name their folder: templates = \"templates\"";
        notices.push(Notice::warning("language", message).hint(hint));
    }
    notices
}

/// A file that `doctor` could not use. Links and mail need no connection to the server, so it does not stop them.
fn of_authorities(settings: &Settings) -> Option<Notice> {
    settings.ca.as_ref()?;
    let problem = jitsi_trust::trust(settings).err()?;
    let notice = Notice::warning(problem.code, problem.message);
    Some(match problem.hint {
        Some(hint) => notice.hint(hint),
        None => notice,
    })
}

fn of_columns(roster: &Roster) -> Vec<Notice> {
    let mut notices = Vec::new();
    for column in roster.columns() {
        if let Meaning::LeftAlone(field, _) = &column.meaning {
            let message =
                format!("the column {} is not used for the meeting", quoted(&column.heading));
            let hint = format!(
                "to let each row override it, write per_row = [\"{}\"] under [roster]",
                field.name()
            );
            notices.push(Notice::note("left-alone", message).hint(hint));
        }
    }
    notices
}
