//! The leak guard: a finished message holds its own person's token, and no other; a cancellation none at all.
//!
//! Whoever holds a link *is* that person, so this is looked at once more where nothing can change any more:
//! on the very texts that go into the message. A token that a template hard-codes, or that came with
//! a cell of the roster, is found however it is dressed up ([`decoded_text`] says in what).

#[expect(clippy::needless_bitwise_bool, reason = "`scan` is quick only without jumps")]
mod decoded_text;
mod scan;
#[expect(clippy::needless_bitwise_bool, reason = "`scan` is quick only without jumps")]
mod token;

use std::fmt;

pub(crate) use decoded_text::DecodedText;

use crate::MessageKind;

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

impl Part {
    /// What the names of its templates end in; the calendar has none.
    fn ending(self) -> Option<&'static str> {
        match self {
            Part::Subject => Some("subject"),
            Part::Text => Some("txt"),
            Part::Html => Some("html"),
            Part::Calendar => None,
        }
    }
}

/// A part of a kind of message. In words it is the template that makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessagePart {
    /// What the message is for.
    pub kind: MessageKind,
    /// The part of it.
    pub part: Part,
}

impl MessagePart {
    /// What the template of that name makes.
    pub(crate) fn of_template(name: &str) -> Option<MessagePart> {
        let (kind, ending) = name.split_once('.')?;
        let part = [Part::Subject, Part::Text, Part::Html]
            .into_iter()
            .find(|part| part.ending() == Some(ending))?;
        Some(MessagePart { kind: MessageKind::named(kind)?, part })
    }
}

impl fmt::Display for MessagePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part.ending() {
            Some(ending) => write!(f, "{}.{ending}", self.kind),
            None => f.write_str("the calendar event"),
        }
    }
}

/// Why a message must not leave. Never quotes what it found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Leak {
    /// The roster brings a link along.
    #[error("column `{column}` of the roster holds somebody's link, and {place} shows it")]
    Column {
        /// The column, as templates call it behind `extra.`.
        column: String,
        /// Where it came out.
        place: MessagePart,
    },
    /// A title, a name or the like brings one along.
    #[error("the {name} holds somebody's link, and {place} shows it")]
    Value {
        /// The variable.
        name: &'static str,
        /// Where it came out.
        place: MessagePart,
    },
    /// It is in no value, so the template itself has it.
    #[error(
        "{place} holds a link that is not this person's, in line {line} of what it makes: write `{{{{ link }}}}` instead of a link"
    )]
    HardCoded {
        /// Where.
        place: MessagePart,
        /// The line of the rendered text, from 1.
        line: usize,
    },
    /// A subject shows on lock screens and in every list.
    #[error("{place} holds a link: a subject is read by more people than the person")]
    InSubject {
        /// Where.
        place: MessagePart,
    },
    /// Whoever is not expected needs no way in.
    #[error("{place} holds a link, in line {line} of what it makes: a cancellation has none")]
    NotWanted {
        /// Where.
        place: MessagePart,
        /// The line of the rendered text, from 1.
        line: usize,
    },
    /// The person would have no way in.
    #[error("{place} does not hold this person's link: it needs `{{{{ link }}}}`, whole")]
    Missing {
        /// Where it should be.
        place: MessagePart,
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
            Leak::NotWanted { .. } => "take the link out",
            Leak::InSubject { .. } => "take the link out of the subject",
            Leak::Missing { .. } => "write `{{ link }}` in the template, without a filter",
        }
    }
}

/// The texts of one message, decoded: what the reader's program will show.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) kind: MessageKind,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    pub(crate) html: &'a str,
    pub(crate) calendar: Option<&'a str>,
}

/// What came from outside into the templates: who is to blame for a token that is found.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    pub(crate) values: &'a [(&'static str, &'a str)],
    pub(crate) extra: &'a [(&'a str, &'a str)],
}

/// Refuses a message that holds any token but `own`, or lacks that one; a cancellation may hold none at all.
pub(crate) fn check(parts: Parts<'_>, own: &str, sources: Sources<'_>) -> Result<(), Leak> {
    let kind = parts.kind;
    // No token is empty, so every one is another.
    let own = if kind.has_link() { own } else { "" };
    if DecodedText::of(parts.subject).token().is_some() {
        let place = MessagePart { kind, part: Part::Subject };
        return Err(blamed(sources, own, place).unwrap_or(Leak::InSubject { place }));
    }
    let html = DecodedText::of(parts.html);
    let shown = html.without_tags();
    let readings = [
        (Part::Text, Some(DecodedText::of(parts.text))),
        (Part::Calendar, parts.calendar.map(DecodedText::of_calendar)),
        (Part::Html, Some(html)),
    ];
    for (part, reading) in &readings {
        let Some(reading) = reading else { continue };
        let place = MessagePart { kind, part: *part };
        let found = reading.survey(own);
        if let Some(line) = found.foreign {
            return Err(blame(sources, own, place, line));
        }
        if kind.has_link() && !found.own {
            return Err(Leak::Missing { place });
        }
    }
    match shown.token_other_than(own) {
        Some(line) => Err(blame(sources, own, MessagePart { kind, part: Part::Html }, line)),
        None => Ok(()),
    }
}

fn blame(sources: Sources<'_>, own: &str, place: MessagePart, line: usize) -> Leak {
    blamed(sources, own, place).unwrap_or(if place.kind.has_link() {
        Leak::HardCoded { place, line }
    } else {
        Leak::NotWanted { place, line }
    })
}

/// The value that brought a foreign token along, if one did.
fn blamed(sources: Sources<'_>, own: &str, place: MessagePart) -> Option<Leak> {
    let foreign = |value: &str| {
        let reading = DecodedText::of(value);
        reading.token_other_than(own).is_some()
            || reading.without_tags().token_other_than(own).is_some()
    };
    let column = sources.extra.iter().find(|(_, cell)| foreign(cell));
    let column = column.map(|(column, _)| Leak::Column { column: (*column).to_owned(), place });
    column.or_else(|| {
        let value = sources.values.iter().find(|(_, value)| foreign(value));
        value.map(|&(name, _)| Leak::Value { name, place })
    })
}

#[cfg(test)]
mod tests;
