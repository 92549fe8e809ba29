//! A plan in words.

use meetmint_app::phrases::{people, time_in};
use meetmint_app::{MessageKind, PlanReport, PlannedMessage};

/// How many people of a kind are listed, unless all are wanted.
const SHOWN: usize = 20;

/// The plan, one line per person. `all` lists everybody, however many there are.
pub(crate) fn plan(plan: &PlanReport, all: bool) -> String {
    let mut lines = Vec::new();
    for (sign, kind, what) in [
        // The signs of a diff, with a minus sign that is as wide as the plus.
        ("+", MessageKind::Invite, "invitation"),
        ("~", MessageKind::Update, "update"),
        ("−", MessageKind::Cancel, "cancellation"),
    ] {
        let due: Vec<&PlannedMessage> = plan.due.iter().filter(|due| due.kind == kind).collect();
        let shown = if all { due.len() } else { SHOWN };
        lines.extend(due.iter().take(shown).map(|due| message(sign, what, due)));
        if due.len() > shown {
            lines.push(format!("{sign} {} more {what}s; -v shows all", due.len() - shown));
        }
    }
    // Only a count: in a second run, nearly everybody is up to date.
    if plan.same > 0 {
        let verb = if plan.same == 1 { "is" } else { "are" };
        lines.push(format!("= {} {verb} up to date", people(plan.same)));
    }
    if plan.over > 0 {
        lines.push(format!("  {} left out: the meeting is over", people(plan.over)));
    }
    for person in plan.refused.iter().take(SHOWN) {
        lines.push(format!(
            "! {person}  was refused; it is tried again when the person's details change, or with `meetmint send --again --only {person}`"
        ));
    }
    for person in plan.in_doubt.iter().take(SHOWN) {
        lines.push(format!(
            "? {person}  it is unknown whether the last message arrived; if it did, run `meetmint settle --sent`, otherwise `--resend`"
        ));
    }
    if plan.old_links > 0 {
        lines.push(old_links(plan));
    }
    if plan.only_written > 0 {
        lines.push(format!("  {} in the folder outbox, none mailed", plan.only_written));
    }
    let summary = plan.summary();
    lines.push(summary.map_or_else(|| "Nothing is due.".to_owned(), |summary| summary + "."));
    if let Some(last) = plan.last_leaves {
        let when = time_in(last, &plan.zone);
        lines.push(format!("At this rate, the last message is sent at {when}."));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

fn message(sign: &str, what: &str, due: &PlannedMessage) -> String {
    let changes = match due.changes.as_slice() {
        [] => String::new(),
        changes => format!(": {}", changes.join(", ")),
    };
    let again = if due.again { ", tried before" } else { "" };
    format!("{sign} {}  {what}{changes}{again}", due.email)
}

/// Removing a person or taking away a role revokes no link, although people expect it to.
fn old_links(plan: &PlanReport) -> String {
    let links = if plan.old_links == 1 {
        "1 old link keeps".to_owned()
    } else {
        format!("{} old links keep", plan.old_links)
    };
    let until = time_in(plan.old_links_until, &plan.zone);
    format!(
        "  {links} working until {until}; to stop old links earlier, change `room`: everybody else then gets a new link"
    )
}
