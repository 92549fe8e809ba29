//! The leak guard: a finished message holds its own person's token, and no other.
//!
//! Whoever holds a link *is* that person, so this is looked at once more where nothing can change any more:
//! on the very texts that go into the message. A token that a template hard-codes, or that came with
//! a cell of the roster, is found however it is dressed up ([`reading`] says in what).

mod reading;
mod token;

use std::fmt;

pub(crate) use reading::Reading;

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The subject line.
    Subject,
    /// The text for programs that show no HTML.
    Text,
    /// The HTML.
    Html,
    /// The calendar event.
    Calendar,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Part::Subject => "invite.subject",
            Part::Text => "invite.txt",
            Part::Html => "invite.html",
            Part::Calendar => "the calendar event",
        })
    }
}

/// Why a message must not leave. Never quotes what it found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Leak {
    /// The roster brings a link along.
    #[error("column `{column}` of the roster holds somebody's link, and {part} shows it")]
    Column {
        /// The column, as templates call it behind `extra.`.
        column: String,
        /// Where it came out.
        part: Part,
    },
    /// A title, a name or the like brings one along.
    #[error("the {name} holds somebody's link, and {part} shows it")]
    Value {
        /// The variable.
        name: &'static str,
        /// Where it came out.
        part: Part,
    },
    /// It is in no value, so the template itself has it.
    #[error(
        "{part} holds a link that is not this person's, in line {line} of what it makes: write `{{{{ link }}}}` instead of a link"
    )]
    HardCoded {
        /// Where.
        part: Part,
        /// The line of the rendered text, from 1.
        line: usize,
    },
    /// A subject shows on lock screens and in every list.
    #[error("{part} holds a link: a subject is read by more people than the person")]
    InSubject {
        /// Where.
        part: Part,
    },
    /// The person would have no way in.
    #[error("{part} does not hold this person's link: it needs `{{{{ link }}}}`, whole")]
    Missing {
        /// Where it should be.
        part: Part,
    },
}

impl Leak {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Leak::Column { .. } => {
                "take the links out of that column: meetmint makes each person's own"
            }
            Leak::Value { .. } => "take the link out of it: meetmint makes each person's own",
            Leak::HardCoded { .. } => "write `{{ link }}` where the link should stand",
            Leak::InSubject { .. } => "take the link out of the subject",
            Leak::Missing { .. } => "write `{{ link }}` in the template, without a filter",
        }
    }
}

/// The texts of one message, decoded: what the reader's program will show.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    pub(crate) html: &'a str,
    pub(crate) calendar: &'a str,
}

/// What came from outside into the templates: who is to blame for a token that is found.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) values: &'a [(&'static str, &'a str)],
    pub(crate) extra: &'a [(&'a str, &'a str)],
}

/// Refuses a message that holds any token but `own`, or lacks that one.
pub(crate) fn check(parts: Parts<'_>, own: &str, sources: Sources<'_>) -> Result<(), Leak> {
    if Reading::of(parts.subject).token().is_some() {
        let leak = Leak::InSubject { part: Part::Subject };
        return Err(blamed(sources, own, Part::Subject).unwrap_or(leak));
    }
    let html = Reading::of(parts.html);
    let shown = html.without_tags();
    let readings = [
        (Part::Text, Reading::of(parts.text)),
        (Part::Calendar, Reading::of_calendar(parts.calendar)),
        (Part::Html, html),
    ];
    for (part, reading) in &readings {
        if let Some(line) = reading.token_other_than(own) {
            return Err(blame(sources, own, *part, line));
        }
        if !reading.holds(own) {
            return Err(Leak::Missing { part: *part });
        }
    }
    match shown.token_other_than(own) {
        Some(line) => Err(blame(sources, own, Part::Html, line)),
        None => Ok(()),
    }
}

fn blame(sources: Sources<'_>, own: &str, part: Part, line: usize) -> Leak {
    blamed(sources, own, part).unwrap_or(Leak::HardCoded { part, line })
}

/// The value that brought a foreign token along, if one did.
fn blamed(sources: Sources<'_>, own: &str, part: Part) -> Option<Leak> {
    let foreign = |value: &str| {
        let reading = Reading::of(value);
        reading.token_other_than(own).is_some()
            || reading.without_tags().token_other_than(own).is_some()
    };
    let column = sources.extra.iter().find(|(_, cell)| foreign(cell));
    let column = column.map(|(column, _)| Leak::Column { column: (*column).to_owned(), part });
    column.or_else(|| {
        let value = sources.values.iter().find(|(_, value)| foreign(value));
        value.map(|&(name, _)| Leak::Value { name, part })
    })
}

#[cfg(test)]
mod tests;
