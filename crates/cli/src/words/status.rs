//! Who has what, in words and as CSV.

use std::collections::{HashMap, HashSet};

use meetmint_app::{PersonReport, StatusReport, csv_record};

/// The columns of the CSV report: the keys of the JSON report.
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

/// The widest column of addresses: a longer address moves only its own line.
const WIDEST: usize = 50;

/// One line per person, and the totals.
pub(crate) fn status(report: &StatusReport) -> String {
    let width = report.people.iter().map(|person| person.email.chars().count()).max();
    let width = width.unwrap_or(0).min(WIDEST);
    let shared = shared_addresses(report);
    let mut lines = Vec::with_capacity(report.people.len() + 1);
    for person in &report.people {
        let note = match (person.called_off, person.in_roster) {
            (true, _) => "  called off",
            (false, false) => "  not in the roster",
            _ => "",
        };
        // The reply to an accepted message is mostly a queue id, which only the server's administrator needs.
        let reply = person.reply.as_deref().filter(|_| !person.accepted);
        let reply = reply.map(|reply| format!("  {reply}")).unwrap_or_default();
        let (email, kind) = (&person.email, person.kind.to_string());
        // `in_doubt` is the key that JSON and CSV use.
        let state = person.state.replace('_', " ");
        let name = if shared.contains(&email.to_lowercase()) {
            format!("  {}", person.name)
        } else {
            String::new()
        };
        let line = format!("{email:<width$}  {kind:<7} {state:<9}{name}{note}{reply}");
        lines.push(line.trim_end().to_owned() + "\n");
    }
    let totals: Vec<String> = report
        .totals
        .iter()
        .map(|(state, count)| format!("{count} {}", state.replace('_', " ")))
        .collect();
    lines.push(if totals.is_empty() {
        "Nobody has been sent anything yet.\n".to_owned()
    } else {
        format!("{}.\n", totals.join(", "))
    });
    lines.concat()
}

/// Addresses that people with different names have: only the name tells their lines apart.
fn shared_addresses(report: &StatusReport) -> HashSet<String> {
    let mut names: HashMap<String, &str> = HashMap::new();
    let mut shared = HashSet::new();
    for person in &report.people {
        let address = person.email.to_lowercase();
        match names.get(&address) {
            Some(name) if *name != person.name => {
                shared.insert(address);
            }
            Some(_) => {}
            None => {
                names.insert(address, &person.name);
            }
        }
    }
    shared
}

/// The report as CSV.
pub(crate) fn csv(report: &StatusReport) -> String {
    let mut text = csv_record(COLUMNS);
    for person in &report.people {
        text.push_str(&csv_record(cells(person).iter().map(String::as_str)));
    }
    text
}

fn cells(person: &PersonReport) -> [String; COLUMNS.len()] {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        person.email.clone(),
        person.name.clone(),
        person.room.clone(),
        optional(&person.start),
        person.kind.to_string(),
        person.state.to_owned(),
        person.called_off.to_string(),
        person.revision.map(|revision| revision.to_string()).unwrap_or_default(),
        optional(&person.reply),
        optional(&person.updated),
    ]
}
