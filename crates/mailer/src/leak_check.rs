//! The leak check: a message must contain its own person's token and no other. A cancellation must contain none.
//!
//! Anyone who has a link can join as that person, so the check runs on the final texts, after the last change. A token
//! that is written in a template or in a cell of the roster is found in any encoding that a mail program or a browser
//! would undo; [`DecodedText`] lists them. For most texts a quick reading shows that there is none.

mod decoded_text;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod leak;
mod plain;
#[expect(clippy::needless_bitwise_bool, reason = "`scan` is fast only without branches")]
mod quick;
mod scan;
#[expect(clippy::needless_bitwise_bool, reason = "`scan` is fast only without branches")]
mod token;

pub(crate) use decoded_text::{DecodedText, Parameters};
pub use leak::Leak;
pub(crate) use plain::is_plain;

use meetmint_core::JoinLink;

use crate::content::MessageKind;
use crate::message_part::{MessagePart, Part};
use decoded_text::unfolded;
use quick::is_clean;

/// The texts of one message, as a mail program shows them: before transfer encoding.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) kind: MessageKind,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    pub(crate) html: &'a str,
    pub(crate) calendar: Option<&'a str>,
}

/// The values that templates were given. If a foreign token is found, they tell where it came from.
#[derive(Clone, Copy)]
pub(crate) struct Sources<'a> {
    /// The meeting's and the person's values, each with its name in messages.
    pub(crate) values: &'a [(&'static str, &'a str)],
    /// The roster's additional columns: name and cell.
    pub(crate) extra: &'a [(&'a str, &'a str)],
}

/// The token that a message may contain, and the server that it is for.
#[derive(Clone, Copy)]
pub(crate) struct OwnToken<'a> {
    pub(crate) token: &'a str,
    /// The host of the link, in lower case: the value of a token parameter counts if it is sent there.
    pub(crate) host: &'a str,
}

impl<'a> OwnToken<'a> {
    /// The token of a link.
    pub(crate) fn of(link: &'a JoinLink) -> OwnToken<'a> {
        OwnToken { token: link.reveal_token(), host: link.host() }
    }

    fn parameters(&self) -> Parameters<'a> {
        Parameters::OfHost(self.host)
    }
}

/// Refuses a message that contains any token except `own`, or lacks `own`. A cancellation must contain no token at
/// all.
pub(crate) fn check(parts: Parts<'_>, own: OwnToken<'_>, sources: Sources<'_>) -> Result<(), Leak> {
    let kind = parts.kind;
    // No token is empty, so in a cancellation every token is a foreign one.
    let own = if kind.has_link() { own } else { OwnToken { token: "", ..own } };
    // Not even the person's own: lists of messages and lock screens show subjects to others.
    if !is_clean(parts.subject, "")
        && DecodedText::of(parts.subject).token(own.parameters()).is_some()
    {
        let part = MessagePart { kind, part: Part::Subject };
        return Err(source_of_leak(sources, own, part).unwrap_or(Leak::InSubject { part }));
    }
    let part = |part| MessagePart { kind, part };
    check_part(parts.text, own, sources, part(Part::Text))?;
    if let Some(calendar) = parts.calendar {
        check_part(&unfolded(calendar), own, sources, part(Part::Calendar))?;
    }
    check_part(parts.html, own, sources, part(Part::Html))
}

/// Checks one text but the subject.
fn check_part(
    text: &str,
    own: OwnToken<'_>,
    sources: Sources<'_>,
    part: MessagePart,
) -> Result<(), Leak> {
    if is_clean(text, own.token) {
        return Ok(());
    }
    let text = DecodedText::of(text);
    let found = text.survey(own.token, own.parameters());
    if let Some(line) = found.foreign {
        return Err(foreign_token(sources, own, part, line));
    }
    // Without this check, a person would only find out at the start of the meeting that the link is missing.
    if part.kind.has_link() && !found.own {
        return Err(Leak::Missing { part });
    }
    // HTML is checked once more without tags. With tags, a link may be in an attribute; without, a tag cannot split a
    // token.
    let shown = (part.part == Part::Html).then(|| text.without_tags());
    match shown.and_then(|shown| shown.token_other_than(own.token, own.parameters())) {
        Some(line) => Err(foreign_token(sources, own, part, line)),
        None => Ok(()),
    }
}

fn foreign_token(sources: Sources<'_>, own: OwnToken<'_>, part: MessagePart, line: usize) -> Leak {
    source_of_leak(sources, own, part).unwrap_or(if part.kind.has_link() {
        Leak::HardCoded { part, line }
    } else {
        Leak::InCancellation { part, line }
    })
}

/// The first value that contains a foreign token, if there is one.
fn source_of_leak(sources: Sources<'_>, own: OwnToken<'_>, part: MessagePart) -> Option<Leak> {
    let foreign = |value: &str| {
        let text = DecodedText::of(value);
        let is_foreign =
            |text: &DecodedText<'_>| text.token_other_than(own.token, own.parameters()).is_some();
        is_foreign(&text) || is_foreign(&text.without_tags())
    };
    // The columns come first: people paste links there, while a title with a link is rare.
    let column = sources.extra.iter().find(|(_, cell)| foreign(cell));
    let column = column.map(|(column, _)| Leak::Column { column: (*column).to_owned(), part });
    column.or_else(|| {
        let value = sources.values.iter().find(|(_, value)| foreign(value));
        value.map(|&(name, _)| Leak::Value { name, part })
    })
}

#[cfg(test)]
mod tests;
