//! What is unusual about a meeting: perhaps a mistake, or good to know.

use meetmint_batch::{Meaning, Roster, Survey, quoted};
use meetmint_core::{Role, ServerKind};

use crate::check::outbox;
use crate::folder::{LoadedFolder, SHOWN_ADDED, key_notices};
use crate::front_end::Notice;
use crate::phrases::{people, time_in};
use crate::settings::Settings;

/// How many notices of one kind are shown: whoever fixes the first few knows the rest.
const NOTICES_PER_KIND: usize = 5;

/// Everything that is unusual about a folder, as far as it could be read.
pub(super) fn notices(folder: &LoadedFolder) -> Vec<Notice> {
    let mut notices = folder.mint.as_ref().map(key_notices).unwrap_or_default();
    if let Some(settings) = &folder.settings {
        notices.extend(of_settings(settings));
        // With problems, host and security may be stand-ins for what could not be read, and the route would be wrong.
        let smtp = settings.mail.outbox.smtp().filter(|_| folder.problems.is_empty());
        if let Some(smtp) = smtp {
            notices.extend(outbox::notices(smtp, settings.mail.from.as_deref()));
        }
        notices.push(Notice::note("moderation", moderation(settings.kind)));
    }
    if let (Some(roster), Some(survey)) = (&folder.roster, &folder.survey) {
        notices.extend(of_roster(folder.settings.as_ref(), roster, survey));
    }
    notices
}

fn of_settings(settings: &Settings) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mail = &settings.mail;
    if !settings.id_written {
        let message = "the meeting has no id of its own: it is identified by url, app_id and room, and becomes another meeting when one of them changes";
        let hint = format!("write it under [meeting]: id = \"{}\"", settings.id.as_str());
        notices.push(Notice::note("no-id", message).hint(hint));
    }
    if mail.from.is_none() {
        // Not a problem: link files need no sender.
        let notice = Notice::note("no-from", "`send` needs to know who the mail is from");
        notices.push(notice.hint("write it under [mail]: from = \"Name <address>\""));
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

fn of_roster(settings: Option<&Settings>, roster: &Roster, survey: &Survey) -> Vec<Notice> {
    let mut notices = Vec::new();
    if survey.people() == 0 && survey.over() > 0 {
        let message = "the meeting is over: `links` and `send` will refuse to run";
        notices.push(Notice::warning("over", message).hint("set a new `start`"));
    } else if survey.over() > 0 {
        let message =
            format!("{} will be left out, because the meeting is over", people(survey.over()));
        notices.push(Notice::note("over", message));
    }
    if survey.under_way() > 0 {
        let message = format!("the meeting of {} has already started", people(survey.under_way()));
        notices.push(Notice::warning("under-way", message));
    }
    notices.extend(repetitions(survey));
    // A folder without a sender is for `links`, which also takes people without such an address.
    if survey.unmailable() > 0 && settings.is_some_and(|settings| settings.mail.from.is_some()) {
        let message = format!(
            "{} cannot be mailed, so `send` will refuse to run; `links` still works",
            people(survey.unmailable())
        );
        let hint = "give each of them an address in ASCII letters";
        notices.push(Notice::warning("unmailable", message).hint(hint));
    }
    // They are in `meeting.toml` only: nobody finds them by reading the roster.
    for entry in survey.added().iter().take(SHOWN_ADDED) {
        let role = &roster.roles().all()[entry.role].name;
        let key = entry.attendee.key();
        let message =
            format!("`{key}` is not in the roster; meeting.toml adds this person as {role}");
        notices.push(Notice::note("added", message));
    }
    let more = survey.added().len().saturating_sub(SHOWN_ADDED);
    if more > 0 {
        let message = format!("meeting.toml adds {more} more people to the roster");
        notices.push(Notice::note("added", message));
    }
    for room in survey.unmoderated().take(NOTICES_PER_KIND) {
        let message = format!("nobody in the room {} is a moderator", quoted(room));
        let hint = "give somebody the role moderator, or name them under [roles.moderator]: people = [\"…\"]";
        notices.push(Notice::warning("no-moderator", message).hint(hint));
    }
    notices.extend(overlaps(settings, roster, survey));
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

/// People who are listed more than once.
fn repetitions(survey: &Survey) -> Vec<Notice> {
    let mut notices = Vec::new();
    for repetition in survey.repetitions().iter().take(NOTICES_PER_KIND) {
        let (first, line) = (repetition.first, repetition.line);
        let person = quoted(&repetition.person);
        notices.push(if repetition.agrees {
            let message = format!("{person} is listed twice and counts once: lines {first} and {line}");
            Notice::note("repeated", message)
        } else {
            let message = format!(
                "{person} is listed twice with different names or roles: line {first} counts, line {line} does not"
            );
            Notice::warning("repeated", message)
        });
    }
    let rest = survey.repeated().saturating_sub(NOTICES_PER_KIND);
    if rest > 0 {
        let message = format!(
            "{rest} more rows list somebody who is listed already: each person counts once"
        );
        notices.push(Notice::note("repeated", message));
    }
    notices
}

/// Meetings in one room whose links work at the same time.
fn overlaps(settings: Option<&Settings>, roster: &Roster, survey: &Survey) -> Vec<Notice> {
    let Some(windows) = settings.map(|settings| settings.windows) else { return Vec::new() };
    // Whoever may come first or leave last decides when a room is in use.
    let widest = |own: fn(&Role) -> Option<i64>, usual: i64| {
        roster.roles().all().iter().filter_map(own).chain([usual]).max().unwrap_or(usual)
    };
    let opens = widest(|role| role.opens, windows.opens);
    let closes = widest(|role| role.closes, windows.closes);
    let zone = &roster.meeting().zone;
    let overlaps = survey.overlaps(opens, closes).into_iter().take(NOTICES_PER_KIND);
    let notice = |(room, first, second): (&str, jiff::Timestamp, jiff::Timestamp)| {
        let message = format!(
            "in the room {}, links for {} still work when links for {} begin to work",
            quoted(room),
            time_in(first.as_second(), zone),
            time_in(second.as_second(), zone)
        );
        let hint = "give each meeting a room of its own, or shorten `opens` and `closes`";
        Notice::warning("overlap", message).hint(hint)
    };
    overlaps.map(notice).collect()
}

/// What a server grants without being asked (`jitsi-tokens` facts, §3).
fn moderation(kind: ServerKind) -> &'static str {
    match kind {
        ServerKind::Debian => {
            "by default, a Debian server makes the first person to arrive a moderator, whatever the token says; to prevent that, enable the plugin token_affiliation and set enable-auto-owner=false"
        }
        ServerKind::Docker => {
            "by default, a Docker server makes everybody with a token a moderator; to prevent that, set XMPP_MUC_MODULES=token_affiliation, JICOFO_ENABLE_AUTH=0 and ENABLE_AUTO_OWNER=0"
        }
        ServerKind::Jaas => "on JaaS, moderators are those whose token says so",
    }
}
