//! `meetmint check`: reads everything, changes nothing, and says all that is wrong or unusual.

use std::fmt::Write as _;
use std::path::Path;

use meetmint_batch::{Column, Meaning, Problem, Roster, Survey};
use meetmint_core::{Kind, Meeting};
use serde_json::{Value, json};

use crate::cli::{Check, ReportFormat};
use crate::failure::{Exit, Failure};
use crate::mail;
use crate::prepare::{self, Findings, people};
use crate::report::Report;
use crate::settings::Settings;
use crate::world::World;

/// Something unusual, with what to do about it.
struct Remark {
    code: &'static str,
    message: String,
    hint: Option<String>,
    /// Whether it may be a mistake, or is only good to know.
    warning: bool,
}

pub(crate) fn run(
    args: &Check,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let mut findings = prepare::find(meeting, false, world)?;
    if let (Some(settings), Some(roster)) = (&findings.settings, &findings.roster) {
        findings.problems.extend(mail::problems(settings, roster));
    }
    let remarks = remarks(&findings);
    let wrong = !findings.problems.is_empty();
    if args.format == ReportFormat::Json {
        report.data(&format!("{:#}\n", as_json(&findings, &remarks)))?;
        return Ok(if wrong { Exit::Wrong } else { Exit::Done });
    }
    if let (Some(settings), Some(roster), Some(survey)) =
        (&findings.settings, &findings.roster, &findings.survey)
    {
        report.data(&overview(settings, roster, survey))?;
    } else if let Some(roster) = &findings.roster {
        report.data(&columns(roster.columns()))?;
    }
    for remark in &remarks {
        if remark.warning {
            report.warning(&remark.message, remark.hint.as_deref());
        } else {
            report.note(&remark.message, remark.hint.as_deref());
        }
    }
    if wrong {
        return Err(Failure::Problems { problems: findings.problems, more: findings.more });
    }
    report.done("All is well.");
    Ok(Exit::Done)
}

/// What the meeting is, as it was understood.
fn overview(settings: &Settings, roster: &Roster, survey: &Survey) -> String {
    let meeting = roster.meeting();
    let server = &settings.server;
    let zone = &meeting.zone;
    let mut text = String::new();
    let mut row = |label: &str, words: &str| {
        writeln!(text, "{label:<12}{words}").expect("writing to a String");
    };
    row("meeting", &meeting.title);
    row("time", &time(meeting));
    row("room", &server.address(&meeting.room));
    row(
        "tokens",
        &format!(
            "{}, iss {}, aud {}, sub {}, room {}",
            server.algorithm(),
            server.issuer(),
            server.audience(),
            server.subject(),
            meeting.room.node()
        ),
    );
    for (role, count) in
        roster.roles().all().iter().zip(survey.by_role()).filter(|(_, count)| **count > 0)
    {
        let window = settings.windows.of(role, meeting);
        row(
            &role.name,
            &format!(
                "{}; links work {}",
                people(*count),
                prepare::window((window.not_before(), window.expires()), zone),
            ),
        );
    }
    row(
        "mail",
        &match &settings.mail.from {
            Some(from) => format!("from {from}, {}", settings.mail.outbox.words()),
            None => "none: `from` under [mail] is not set".to_owned(),
        },
    );
    text + &columns(roster.columns())
}

fn time(meeting: &Meeting) -> String {
    let (start, end) =
        (meeting.zone.to_datetime(meeting.start), meeting.zone.to_datetime(meeting.end));
    let until = if start.date() == end.date() { "%H:%M" } else { "%A, %-d %B %Y %H:%M" };
    format!(
        "{} to {} ({})",
        start.strftime("%A, %-d %B %Y %H:%M"),
        end.strftime(until),
        meeting.zone.iana_name().unwrap_or("UTC")
    )
}

/// What each column was taken for.
pub(super) fn columns(columns: &[Column]) -> String {
    let mut text = String::new();
    for (at, column) in columns.iter().enumerate() {
        let label = if at == 0 { "columns" } else { "" };
        let meaning = match &column.meaning {
            Meaning::Field(field) => field.name().to_owned(),
            Meaning::Extra(key) | Meaning::LeftAlone(_, key) if key.is_empty() => {
                "left alone".to_owned()
            }
            Meaning::Extra(key) => format!("{{{{ extra.{key} }}}} in templates"),
            Meaning::LeftAlone(field, key) => {
                format!(
                    "left alone, {{{{ extra.{key} }}}} in templates; per_row = [\"{}\"] makes it the meeting's",
                    field.name()
                )
            }
        };
        writeln!(text, "{label:<12}`{}`: {meaning}", column.heading).expect("writing to a String");
    }
    text
}

fn remarks(findings: &Findings) -> Vec<Remark> {
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
            format!("{} will be left alone: their meetings are over", people(survey.over())),
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
    if survey.repeated() > 0 {
        let first = &survey.repetitions()[0];
        let message = format!(
            "{} of the list say what another one says, and count once: lines {} and {} first",
            if survey.repeated() == 1 {
                "1 row".to_owned()
            } else {
                format!("{} rows", survey.repeated())
            },
            first.first,
            first.line
        );
        add("repeated", false, message, None);
    }
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
    let windows = settings.map(|settings| settings.windows);
    for (room, first, second) in windows
        .map(|windows| survey.overlaps(windows.opens, windows.closes))
        .unwrap_or_default()
        .into_iter()
        .take(5)
    {
        let zone = &roster.meeting().zone;
        let message = format!(
            "in the room {} links for {} still work when those for {} begin to",
            quoted(room),
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

/// What a server grants to everybody unasked (`jitsi-tokens` facts, §3).
fn moderation(kind: Kind) -> &'static str {
    match kind {
        Kind::Debian => {
            "a stock Debian server makes the first to arrive a moderator, whatever the token says: token_affiliation and enable-auto-owner=false change that"
        }
        Kind::Docker => {
            "a stock Docker server makes everybody with a token a moderator: XMPP_MUC_MODULES=token_affiliation, JICOFO_ENABLE_AUTH=0 and ENABLE_AUTO_OWNER=0 change that"
        }
        Kind::Jaas => "JaaS makes those moderators whose token says so",
    }
}

fn as_json(findings: &Findings, remarks: &[Remark]) -> Value {
    let problem = |problem: &Problem| {
        json!({
            "code": problem.code, "file": problem.file, "line": problem.line, "column": problem.column,
            "message": problem.message, "hint": problem.hint,
        })
    };
    let remark = |remark: &Remark| json!({ "code": remark.code, "message": remark.message, "hint": remark.hint });
    let column = |column: &Column| {
        let (meaning, key) = match &column.meaning {
            Meaning::Field(field) => (field.name(), None),
            Meaning::Extra(key) | Meaning::LeftAlone(_, key) => ("extra", Some(key)),
        };
        json!({ "heading": column.heading, "taken_for": meaning, "extra": key })
    };
    let meeting = findings.settings.as_ref().zip(findings.roster.as_ref()).map(|(settings, roster)| {
        let (meeting, server) = (roster.meeting(), &settings.server);
        json!({
            "id": settings.id.as_str(), "title": meeting.title, "room": meeting.room.name(),
            "start": meeting.start.to_string(), "end": meeting.end.to_string(), "zone": meeting.zone.iana_name(),
            "address": server.address(&meeting.room), "node": meeting.room.node(), "algorithm": server.algorithm().to_string(),
            "issuer": server.issuer(), "audience": server.audience(), "subject": server.subject(),
        })
    });
    let roles = findings.roster.as_ref().zip(findings.survey.as_ref()).map(|(roster, survey)| {
        let counts = roster.roles().all().iter().zip(survey.by_role());
        counts
            .map(|(role, count)| (role.name.clone(), Value::from(*count)))
            .collect::<serde_json::Map<_, _>>()
    });
    json!({
        "problems": findings.problems.iter().map(problem).collect::<Vec<_>>(),
        "more_problems": findings.more,
        "warnings": remarks.iter().filter(|remark| remark.warning).map(remark).collect::<Vec<_>>(),
        "notes": remarks.iter().filter(|remark| !remark.warning).map(remark).collect::<Vec<_>>(),
        "meeting": meeting,
        "people": findings.survey.as_ref().map(Survey::people),
        "roles": roles,
        "columns": findings.roster.as_ref().map(|roster| roster.columns().iter().map(column).collect::<Vec<_>>()),
    })
}
