//! `meetmint status`: who has what.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use meetmint_mailer::{Ledger, Medium, PersonStatus};
use serde_json::{Value, json};

use crate::cli::{Status, StatusFormat};
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::settings::OutboxSettings;
use crate::world::World;

/// The columns of the report.
const COLUMNS: [&str; 10] = [
    "email",
    "name",
    "room",
    "start",
    "kind",
    "state",
    "called_off",
    "revision",
    "reply",
    "updated",
];

pub(crate) fn run(
    args: &Status,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let findings = prepare::find(meeting, false, world)?;
    let Some(settings) = &findings.settings else {
        return Err(Failure::Problems { problems: findings.problems, more: findings.more });
    };
    let medium = match settings.mail.outbox {
        OutboxSettings::Folder { .. } => Medium::Folder,
        OutboxSettings::Smtp { .. } => Medium::Smtp,
    };
    let ledger = Ledger::look(&settings.mail.ledger, &settings.id)?;
    let people = ledger.status(medium)?;
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for status in &people {
        *totals.entry(status.state.name()).or_default() += 1;
    }
    let text = match args.format {
        StatusFormat::Json => {
            let people: Vec<Value> = people
                .iter()
                .map(|status| {
                    COLUMNS
                        .into_iter()
                        .zip(values(status))
                        .map(|(key, value)| (key.to_owned(), value))
                        .collect::<serde_json::Map<_, _>>()
                        .into()
                })
                .collect();
            format!("{:#}\n", json!({ "people": people, "totals": totals }))
        }
        StatusFormat::Csv => csv_of(&people),
        StatusFormat::Text => in_words(&people, &totals),
    };
    report.data(&text)?;
    Ok(Exit::Done)
}

fn values(status: &PersonStatus) -> [Value; COLUMNS.len()] {
    let at = |second: i64| {
        Timestamp::from_second(second).map_or(Value::Null, |at| at.to_string().into())
    };
    [
        status.email.clone().into(),
        status.name.clone().into(),
        status.room.clone().into(),
        at(status.start),
        status.kind.to_string().into(),
        status.state.name().into(),
        status.called_off.into(),
        status.revision.into(),
        status.reply.clone().into(),
        status.updated.map_or(Value::Null, at),
    ]
}

fn csv_of(people: &[PersonStatus]) -> String {
    let mut out = meetmint_batch::csv_record(COLUMNS);
    for status in people {
        let cells = values(status).map(|value| match value {
            Value::String(text) => text,
            Value::Null => String::new(),
            other => other.to_string(),
        });
        out.push_str(&meetmint_batch::csv_record(cells.iter().map(String::as_str)));
    }
    out
}

fn in_words(people: &[PersonStatus], totals: &BTreeMap<&str, usize>) -> String {
    let mut text = String::new();
    let width = people.iter().map(|status| status.email.chars().count()).max().unwrap_or(0).min(50);
    for status in people {
        let off = match (status.called_off, status.wanted) {
            (true, _) => "  called off",
            (false, false) => "  not in the list",
            _ => "",
        };
        let reply = status
            .reply
            .as_deref()
            .filter(|_| status.state != meetmint_mailer::MessageState::Accepted);
        let reply = reply.map(|reply| format!("  {reply}")).unwrap_or_default();
        writeln!(
            text,
            "{:<width$}  {:<7} {:<9}{off}{reply}",
            status.email,
            status.kind.to_string(),
            status.state.name().replace('_', " ")
        )
        .expect("writing to a String");
    }
    let totals: Vec<String> = totals
        .iter()
        .map(|(state, count)| format!("{count} {}", state.replace('_', " ")))
        .collect();
    let totals = if totals.is_empty() {
        "Nobody is in the ledger yet.".to_owned()
    } else {
        format!("{}.", totals.join(", "))
    };
    writeln!(text, "{totals}").expect("writing to a String");
    text
}
