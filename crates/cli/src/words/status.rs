//! Who has what, in words and as CSV.

use meetmint_app::{Error, PersonReport, StatusReport, csv_record};

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
pub(crate) fn status(report: &StatusReport) -> impl Iterator<Item = Result<String, Error>> {
    let width = report.longest_address.min(WIDEST);
    let people = report.people.iter().map(move |person| Ok(line(&person?, width)));
    people.chain([Ok(totals(report))])
}

fn line(person: &PersonReport, width: usize) -> String {
    let note = match (person.called_off, person.in_roster) {
        (true, _) => "  called off",
        (false, false) => "  not in the roster",
        _ => "",
    };
    // The reply to an accepted message is mostly a queue id, which only the server's administrator needs.
    let reply = person.reply.as_deref().filter(|_| !person.is_accepted());
    let reply = reply.map(|reply| format!("  {reply}")).unwrap_or_default();
    let (email, kind) = (&person.email, person.kind.to_string());
    // `in_doubt` is the key that JSON and CSV use.
    let state = person.state.name().replace('_', " ");
    // Only the name tells the lines of people with the same address apart.
    let name = if person.shares_address { format!("  {}", person.name) } else { String::new() };
    let line = format!("{email:<width$}  {kind:<7} {state:<9}{name}{note}{reply}");
    line.trim_end().to_owned() + "\n"
}

fn totals(report: &StatusReport) -> String {
    let totals: Vec<String> = report
        .totals
        .iter()
        .map(|(state, count)| format!("{count} {}", state.replace('_', " ")))
        .collect();
    let erased = report.erased.forgotten + report.erased.pruned;
    let erased = match erased {
        0 => String::new(),
        1 => "1 entry was erased.\n".to_owned(),
        count => format!("{count} entries were erased.\n"),
    };
    match (totals.as_slice(), erased.as_str()) {
        ([], "") => "Nobody has been sent anything yet.\n".to_owned(),
        ([], _) => erased,
        (totals, _) => format!("{}.\n{erased}", totals.join(", ")),
    }
}

/// The report as CSV, record by record.
pub(crate) fn csv(report: &StatusReport) -> impl Iterator<Item = Result<String, Error>> {
    let people = report.people.iter();
    let people = people.map(|person| Ok(csv_record(cells(&person?).iter().map(String::as_str))));
    std::iter::once(Ok(csv_record(COLUMNS))).chain(people)
}

fn cells(person: &PersonReport) -> [String; COLUMNS.len()] {
    let optional = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        person.email.clone(),
        person.name.clone(),
        person.room.clone(),
        optional(&person.start),
        person.kind.to_string(),
        person.state.to_string(),
        person.called_off.to_string(),
        person.revision.map(|revision| revision.to_string()).unwrap_or_default(),
        optional(&person.reply),
        optional(&person.updated),
    ]
}
