//! What is unusual about a meeting: a mistake perhaps, or good to know.

mod outbox;

use meetmint_batch::{Meaning, Roster, Survey};
use meetmint_core::ServerKind;

use crate::prepare::{self, Findings, people};
use crate::settings::Settings;

/// Something unusual, with what to do about it.
pub(super) struct Remark {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// Whether it may be a mistake, or is only good to know.
    pub(super) warning: bool,
}

pub(super) fn remarks(findings: &Findings) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut add = |code, warning, message: String, hint: Option<String>| {
        remarks.push(Remark { code, message, hint, warning });
    };
    if let Some(mint) = &findings.mint {
        if mint.key().is_practice() {
            add(
                "practice",
                false,
                "this is a practice secret: no server will take these links".to_owned(),
                None,
            );
        }
        if let Some(octets) = mint.key().wants_octets() {
            let message = format!(
                "the secret is shorter than {octets} characters: one link is enough to guess it offline"
            );
            add(
                "short-secret",
                true,
                message,
                Some(format!(
                    "give the server and this meeting a new one: openssl rand -hex {octets}"
                )),
            );
        }
    }
    if let Some(settings) = &findings.settings {
        if !settings.id_written {
            let hint = format!("write it under [meeting]: id = \"{}\"", settings.id.as_str());
            add("no-id", false, "the meeting has no id of its own: what it is known by changes with url, app_id and room".to_owned(), Some(hint));
        }
        if settings.mail.from.is_none() {
            add(
                "no-from",
                false,
                "`send` needs to know who the mail is from".to_owned(),
                Some("write it under [mail]: from = \"Name <address>\"".to_owned()),
            );
        }
        if settings
            .mail
            .language
            .as_deref()
            .is_some_and(|language| !language.to_lowercase().starts_with("en"))
            && settings.mail.templates.is_none()
        {
            add(
                "language",
                true,
                "the templates that ship are in English, whatever `language` says".to_owned(),
                Some("write your own, and name their folder: templates = \"templates\"".to_owned()),
            );
        }
        if let Some(smtp) = settings.mail.outbox.smtp().filter(|_| findings.problems.is_empty()) {
            outbox::remarks(smtp, settings.mail.from.as_deref(), &mut add);
        }
        add("moderation", false, moderation(settings.kind).to_owned(), None);
    }
    if let (Some(roster), Some(survey)) = (&findings.roster, &findings.survey) {
        roster_remarks(findings.settings.as_ref(), roster, survey, &mut add);
    }
    remarks
}

fn roster_remarks(
    settings: Option<&Settings>,
    roster: &Roster,
    survey: &Survey,
    add: &mut impl FnMut(&'static str, bool, String, Option<String>),
) {
    let quoted = meetmint_batch::quoted;
    if survey.people() == 0 && survey.over() > 0 {
        add(
            "over",
            true,
            "the meeting is over: `links` and `send` will refuse".to_owned(),
            Some("set a new `start`".to_owned()),
        );
    } else if survey.over() > 0 {
        add(
            "over",
            false,
            format!("{} will be left alone: the meeting is over", people(survey.over())),
            None,
        );
    }
    if survey.under_way() > 0 {
        add(
            "under-way",
            true,
            format!("the meeting of {} is under way", people(survey.under_way())),
            None,
        );
    }
    repetition_remarks(settings, survey, add);
    for entry in survey.added() {
        let role = &roster.roles().all()[entry.role].name;
        add(
            "added",
            false,
            format!("`{}` is not in the list, and is added as {role}", entry.attendee.key()),
            None,
        );
    }
    for room in survey.unmoderated().take(5) {
        let hint = "give somebody the role moderator, or name them: people = [\"…\"] under [roles.moderator]";
        add(
            "no-moderator",
            true,
            format!("nobody in the room {} is a moderator", quoted(room)),
            Some(hint.to_owned()),
        );
    }
    overlap_remarks(settings, roster, survey, add);
    for column in roster.columns() {
        if let Meaning::LeftAlone(field, _) = &column.meaning {
            let message = format!(
                "the column {} is left alone: it does not change anybody's meeting",
                quoted(&column.heading)
            );
            let hint =
                format!("if it should, write per_row = [\"{}\"] under [roster]", field.name());
            add("left-alone", false, message, Some(hint));
        }
    }
}

/// Of people who are there twice, and of those whom no mail reaches.
fn repetition_remarks(
    settings: Option<&Settings>,
    survey: &Survey,
    add: &mut impl FnMut(&'static str, bool, String, Option<String>),
) {
    for repetition in survey.repetitions().iter().take(5) {
        let (person, first, line) =
            (meetmint_batch::quoted(&repetition.person), repetition.first, repetition.line);
        let (warning, words) = if repetition.agrees {
            (false, "is there twice, and counts once")
        } else {
            (true, "is there twice, with another name or role, and the first counts")
        };
        add("repeated", warning, format!("{person} {words}: lines {first} and {line}"), None);
    }
    if survey.repeated() > 5 {
        add(
            "repeated",
            false,
            format!("{} more rows repeat a person, and do not count", survey.repeated() - 5),
            None,
        );
    }
    if survey.unmailable() > 0 && settings.is_some_and(|settings| settings.mail.from.is_some()) {
        let message = format!(
            "no mail can reach {}: `send` will refuse, `links` will not",
            people(survey.unmailable())
        );
        add("unmailable", true, message, Some("give each an address of plain letters".to_owned()));
    }
}

/// Of meetings in one room whose links work at the same time.
fn overlap_remarks(
    settings: Option<&Settings>,
    roster: &Roster,
    survey: &Survey,
    add: &mut impl FnMut(&'static str, bool, String, Option<String>),
) {
    let widest = |own: fn(&meetmint_core::Role) -> Option<i64>, usual: i64| {
        roster.roles().all().iter().filter_map(own).chain([usual]).max().unwrap_or(usual)
    };
    let windows = settings.map(|settings| {
        (
            widest(|role| role.opens, settings.windows.opens),
            widest(|role| role.closes, settings.windows.closes),
        )
    });
    for (room, first, second) in windows
        .map(|windows| survey.overlaps(windows.0, windows.1))
        .unwrap_or_default()
        .into_iter()
        .take(5)
    {
        let zone = &roster.meeting().zone;
        let message = format!(
            "in the room {} links for {} still work when those for {} begin to",
            meetmint_batch::quoted(room),
            prepare::moment(first.as_second(), zone),
            prepare::moment(second.as_second(), zone)
        );
        add(
            "overlap",
            true,
            message,
            Some(
                "give the meetings rooms of their own, or shorter `opens` and `closes`".to_owned(),
            ),
        );
    }
}

/// What a server grants to everybody unasked (`jitsi-tokens` facts, §3).
fn moderation(kind: ServerKind) -> &'static str {
    match kind {
        ServerKind::Debian => {
            "a stock Debian server makes the first to arrive a moderator, whatever the token says: token_affiliation and enable-auto-owner=false change that"
        }
        ServerKind::Docker => {
            "a stock Docker server makes everybody with a token a moderator: XMPP_MUC_MODULES=token_affiliation, JICOFO_ENABLE_AUTH=0 and ENABLE_AUTO_OWNER=0 change that"
        }
        ServerKind::Jaas => "JaaS makes those moderators whose token says so",
    }
}
