//! A plan in words.

use std::fmt;

use anstyle::{AnsiColor, Style};
use meetmint_app::phrases::{counted, people, time_in};
use meetmint_app::{
    Because, Error, MessageKind, PlanReport, PlannedMessage, PlannedMessages, quoted,
};

/// How many people of a kind are listed, unless all are wanted.
const SHOWN: usize = 20;

/// The signs of a diff, in the colors that diffs have.
const NEW: Sign = Sign("+", AnsiColor::Green.on_default());
const CHANGED: Sign = Sign("~", AnsiColor::Yellow.on_default());
// A minus sign that is as wide as the plus.
const REMOVED: Sign = Sign("−", AnsiColor::Red.on_default());
const UNCHANGED: Sign = Sign("=", Style::new().dimmed());
const NO_SIGN: Sign = Sign(" ", Style::new());

/// What begins a line. It can be told from others without its color.
#[derive(Clone, Copy)]
struct Sign(&'static str, Style);

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sign(sign, style) = self;
        write!(f, "{style}{sign}{style:#}")
    }
}

/// The plan, one line per person. `all` lists everybody, however many there are.
///
/// # Errors
/// If the messages that are due cannot be read.
pub(crate) fn plan(plan: &PlanReport, all: bool) -> Result<String, Error> {
    let mut lines = due_lines(&plan.due, all)?;
    // Only a count: in a second run, nearly everybody is up to date.
    if plan.same > 0 {
        let verb = if plan.same == 1 { "is" } else { "are" };
        lines.push(format!("{UNCHANGED} {} {verb} up to date", people(plan.same)));
    }
    if plan.over > 0 {
        lines.push(format!("  {} left out: the meeting is over", people(plan.over)));
    }
    lines.extend(left_alone(plan, all));
    lines.extend(called_off(plan, all));
    if plan.replaced > 0 {
        lines.push(replaced(plan));
    }
    if plan.missing > 0 && plan.rewritten == 0 {
        lines.push(missing(plan.missing));
    }
    lines.extend(people_with_hint("! ", &plan.refused, "refused", all, |person| {
        format!(
            "A refused message is tried again if the person's details change, or with `meetmint send --again --only {person}`"
        )
    }));
    lines.extend(people_with_hint("? ", &plan.in_doubt, "in doubt", all, |person| {
        format!(
            "If the message arrived, or the meeting is over, run `meetmint settle --sent --only {person}`; otherwise, `meetmint settle --resend --only {person}`"
        )
    }));
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
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// The messages of a command that has no plan, one line per person. `all` lists everybody.
///
/// # Errors
/// If the messages cannot be read.
pub(crate) fn messages(messages: &PlannedMessages, all: bool) -> Result<String, Error> {
    Ok(due_lines(messages, all)?.into_iter().map(|line| line + "\n").collect())
}

fn due_lines(messages: &PlannedMessages, all: bool) -> Result<Vec<String>, Error> {
    let mut lines = Vec::new();
    for (sign, kind, what) in [
        (NEW, MessageKind::Invite, "invitation"),
        (CHANGED, MessageKind::Update, "update"),
        (REMOVED, MessageKind::Cancel, "cancellation"),
        // It changes nothing.
        (NO_SIGN, MessageKind::Remind, "reminder"),
    ] {
        let count = messages.count(kind);
        let shown = if all { count } else { SHOWN };
        for due in messages.of_kind(kind).take(shown) {
            lines.push(message(sign, what, &due?));
        }
        if count > shown {
            let more = counted(count - shown, &format!("more {what}"));
            lines.push(format!("{sign} {more}; -v shows all"));
        }
    }
    Ok(lines)
}

/// A date in the past is often a typing error, so that people are named.
fn left_alone(plan: &PlanReport, all: bool) -> Vec<String> {
    let time = |seconds| time_in(seconds, &plan.zone);
    let lines = plan.left_alone.iter().map(|row| {
        format!(
            "  {}  left alone: the roster says {}, which is over; the invitation for {} stays as it is",
            row.email,
            time(row.row_start),
            time(row.start)
        )
    });
    shortened(lines.collect(), all)
}

/// What is called off, and how to take that back.
fn called_off(plan: &PlanReport, all: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if plan.called_off {
        lines.push("  The meeting is called off: nobody is invited, updated or reminded. To take that back, run `meetmint cancel --undo`".to_owned());
    }
    lines.extend(people_with_hint("  ", &plan.people_called_off, "called off", all, |person| {
        format!("To take that back, run `meetmint cancel --undo --only {person}`")
    }));
    lines
}

/// One line per person, and once what to do about them: with the address if there is only one.
fn people_with_hint(
    sign: &str,
    people: &[String],
    what: &str,
    all: bool,
    hint: impl FnOnce(&str) -> String,
) -> Vec<String> {
    let hint = match people {
        [] => return Vec::new(),
        [person] => hint(person),
        _ => hint("EMAIL"),
    };
    let lines = people.iter().map(|person| format!("{sign}{person}  {what}"));
    let mut lines = shortened(lines.collect(), all);
    lines.push(format!("  {hint}"));
    lines
}

/// The first lines of a list, unless all are wanted.
fn shortened(mut lines: Vec<String>, all: bool) -> Vec<String> {
    if !all && lines.len() > SHOWN {
        let more = lines.len() - SHOWN;
        lines.truncate(SHOWN);
        lines.push(format!("  {more} more; -v shows all"));
    }
    lines
}

/// Mail servers and calendars reject another organizer for an event that they know.
fn replaced(plan: &PlanReport) -> String {
    let who = match plan.replaced {
        1 => "1 person gets".to_owned(),
        count => format!("{} get", people(count)),
    };
    format!(
        "  The organizer is now {} instead of {}: {who} a cancellation from the old organizer and an invitation from the new one",
        plan.organizer,
        plan.earlier_organizers.join(", "),
    )
}

fn missing(count: usize) -> String {
    let (messages, them) = match count {
        1 => ("1 message is".to_owned(), "it"),
        _ => (format!("{count} messages are"), "them"),
    };
    format!(
        "  {messages} no longer in the folder outbox; to write {them} again, run `meetmint send --again`"
    )
}

fn message(sign: Sign, what: &str, due: &PlannedMessage) -> String {
    let changes = match due.changes.as_slice() {
        [] => String::new(),
        changes => {
            let words: Vec<&str> = changes.iter().map(|change| change.word()).collect();
            format!(": {}", words.join(", "))
        }
    };
    let again = if due.again { ", tried before" } else { "" };
    let copy = if due.copy { "new copy of the " } else { "" };
    let because = due.because.as_ref().map(because).unwrap_or_default();
    let name = due.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    format!("{sign} {}{name}  {copy}{what}{changes}{again}{because}", due.email)
}

/// ", because `RSVP` is `no` (line 7)".
fn because(because: &Because) -> String {
    let Because { column, value, line } = because;
    let value = if value.is_empty() { "empty".to_owned() } else { quoted(value) };
    format!(", because {} is {value} (line {line})", quoted(column))
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
