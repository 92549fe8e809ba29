//! `meetmint check`: reads everything, changes nothing, and says all that is wrong or unusual.

mod remarks;

use std::fmt::Write as _;
use std::path::Path;

use meetmint_batch::{Column, Meaning, Problem, Roster, Survey};
use meetmint_core::Meeting;
use serde_json::{Value, json};

use crate::cli::{Check, ReportFormat};
use crate::failure::{Exit, Failure};
use crate::mail;
use crate::prepare::{self, Findings, people};
use crate::report::Report;
use crate::settings::Settings;
use crate::world::World;
use remarks::{Remark, remarks};

pub(crate) fn run(
    args: &Check,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let mut findings = prepare::find(meeting, false, world)?;
    let of_mail = mail::problems(&findings.mail, &findings.shown, findings.roster.as_ref());
    findings.problems.extend(of_mail);
    let remarks = remarks(&findings);
    let wrong = !findings.problems.is_empty();
    if args.format == ReportFormat::Json {
        report.data(&format!("{:#}\n", as_json(&findings, &remarks)))?;
        return Ok(if wrong { Exit::Wrong } else { Exit::Done });
    }
    if let (Some(settings), Some(roster), Some(survey)) =
        (&findings.settings, &findings.roster, &findings.survey)
    {
        if !report.quiet {
            report.data(&overview(settings, roster, survey))?;
        }
    } else if let Some(roster) = findings.roster.as_ref().filter(|_| !report.quiet) {
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
    let warned = remarks.iter().any(|remark| remark.warning);
    report.done(if warned { "Nothing is wrong; see the warnings." } else { "All is well." });
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
        let Ok(window) = settings.windows.of(role, meeting) else { continue };
        let when = if roster.has_own_meetings() {
            "each around the row's own meeting".to_owned()
        } else {
            prepare::window((window.not_before(), window.expires()), zone)
        };
        row(&role.name, &format!("{}; links work {when}", people(*count)));
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
