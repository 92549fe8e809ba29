//! A text as a mail program or a browser would finally read it, without anything that can hide a token.
//!
//! These are undone, again and again until nothing is left to undo: percent-encoding, HTML character references, the
//! soft line breaks and escapes of quoted-printable, and invisible characters. Each round makes the text shorter, so
//! decoding ends.

mod ascii;
pub(super) mod escapes;
pub(super) mod html;

use std::borrow::Cow;
use std::ops::Range;

use super::token;

pub(super) use ascii::seen;

/// A decoded text in ASCII. It keeps the line breaks of the original, so that a line can be named.
pub(crate) struct DecodedText<'a>(Cow<'a, [u8]>);

/// Which values of token parameters count as tokens, whatever they look like. Other services have parameters of the same
/// names, for example in the address of a survey.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Parameters<'a> {
    /// All of them.
    Any,
    /// Those in an address that contains this host, in lower case. It is handed to the server, which would look at it.
    OfHost(&'a str),
}

/// The tokens of a text.
pub(crate) struct Survey {
    /// The line of the first foreign token, starting at 1. Something counts as a token if it looks like one or if it
    /// is the value of a token parameter that counts.
    pub(crate) foreign: Option<usize>,
    /// Whether the person's own token was found, with nothing attached to it. The search ends at a foreign token.
    pub(crate) own: bool,
}

impl<'a> DecodedText<'a> {
    /// Decodes text, HTML, a subject or a cell.
    pub(crate) fn of(text: &'a str) -> DecodedText<'a> {
        let mut decoded = ascii::ascii(text);
        // Rewriters of links encode what is encoded already: `%252E` takes two rounds.
        while let Some(next) = escapes::decoded_once(&decoded) {
            decoded = Cow::Owned(next);
        }
        DecodedText(decoded)
    }

    /// Decoded HTML as a browser shows it, without tags and comments.
    pub(crate) fn without_tags(&self) -> DecodedText<'static> {
        DecodedText(Cow::Owned(html::without_tags(&self.0)))
    }

    /// Looks for tokens, and compares them to `own`.
    pub(crate) fn survey(&self, own: &str, parameters: Parameters<'_>) -> Survey {
        let is_own = |found: &Range<usize>| self.0[found.start..found.end] == *own.as_bytes();
        let mut own_found = false;
        // The first foreign token is enough to stop the message, so the search ends there.
        let token = token::all(&self.0).find(|found| {
            let same = is_own(found);
            own_found |= same;
            !same
        });
        let counts = |found: &Range<usize>| match parameters {
            Parameters::Any => true,
            Parameters::OfHost(host) => {
                token::is_token(&self.0[found.start..found.end])
                    || token::is_sent_to(&self.0, found.start, host)
            }
        };
        let parameter = token::parameters(&self.0).find(|found| !is_own(found) && counts(found));
        let first = [token, parameter].into_iter().flatten().map(|found| found.start).min();
        let line = first.map(|first| 1 + memchr::memchr_iter(b'\n', &self.0[..first]).count());
        Survey { foreign: line, own: own_found }
    }

    /// The line of the first token, starting at 1.
    pub(crate) fn token(&self, parameters: Parameters<'_>) -> Option<usize> {
        self.token_other_than("", parameters)
    }

    /// The line of the first token that is not `own`, starting at 1.
    pub(crate) fn token_other_than(&self, own: &str, parameters: Parameters<'_>) -> Option<usize> {
        self.survey(own, parameters).foreign
    }
}

/// The text of a calendar without its folds (RFC 5545 §3.1). A token is longer than a line, so every calendar folds it.
pub(super) fn unfolded(calendar: &str) -> Cow<'_, str> {
    match without(calendar, "\r\n ") {
        Cow::Borrowed(text) => without(text, "\r\n\t"),
        Cow::Owned(text) => Cow::Owned(without(&text, "\r\n\t").into_owned()),
    }
}

/// Removes each occurrence of `fold`.
fn without<'a>(text: &'a str, fold: &str) -> Cow<'a, str> {
    let mut folds = memchr::memmem::find_iter(text.as_bytes(), fold).peekable();
    // Most texts have no fold, and need no copy.
    if folds.peek().is_none() {
        return Cow::Borrowed(text);
    }
    let mut unfolded = String::with_capacity(text.len());
    let mut from = 0;
    for at in folds {
        unfolded.push_str(&text[from..at]);
        from = at + fold.len();
    }
    unfolded.push_str(&text[from..]);
    Cow::Owned(unfolded)
}
