//! Texts that several people have in common, with gaps for the values of each.
//!
//! Nearly everything in a message is the same for all people of a meeting and a role. The built-in templates show the
//! person's values as they are and decide nothing by them, so they are rendered once, with marks in place of these values.
//! Then lines without a mark are the same in every message, and are encoded only once.

use super::transfer::quoted_printable;
use crate::templates::{Rendered, escaped};
use crate::variables::{MARKS, PERSONAL};

/// The texts of a message, with gaps.
#[derive(Debug)]
pub(super) struct Frame {
    subject: String,
    text: FramedText,
    html: FramedText,
}

/// A text with gaps.
#[derive(Debug)]
struct FramedText {
    blocks: Vec<Block>,
    /// About how many octets it takes for one person, encoded.
    length: usize,
    /// Whether values are escaped as in HTML.
    is_html: bool,
}

/// Whole lines of a text.
#[derive(Debug)]
enum Block {
    /// The same for everybody, also as quoted-printable.
    Fixed { text: String, encoded: Vec<u8> },
    /// A line with gaps. Each piece is followed by the personal value of that number, except for the last one.
    Line { pieces: Vec<(String, usize)>, last: String },
}

/// A text for one person.
pub(super) struct Body {
    /// What has to be checked for foreign links: the whole text, or only the lines that are not the same for everybody.
    pub(super) checked: String,
    /// The whole text as quoted-printable, if it comes from a frame.
    encoded: Option<Vec<u8>>,
}

/// The texts of a message to one person.
pub(super) struct Bodies {
    pub(super) subject: String,
    pub(super) text: Body,
    pub(super) html: Body,
}

/// How much of a text has to be checked for foreign links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    Everything,
    /// Only lines with values of the person.
    PersonalLines,
}

impl Frame {
    /// The frame of texts that were rendered with marks. `None` if the subject has a mark: it is shortened and encoded as a
    /// whole.
    pub(super) fn new(marked: Rendered) -> Option<Frame> {
        let Rendered { subject, text, html } = marked;
        let is_fixed = !subject.contains(MARKS);
        is_fixed.then(|| Frame {
            subject,
            text: FramedText::new(&text, false),
            html: FramedText::new(&html, true),
        })
    }

    /// The texts with the values of a person.
    pub(super) fn filled(&self, personal: [&str; PERSONAL], scope: Scope) -> Bodies {
        Bodies {
            subject: self.subject.clone(),
            text: self.text.filled(personal, scope),
            html: self.html.filled(personal, scope),
        }
    }
}

impl Bodies {
    /// Texts that were rendered for one person.
    pub(super) fn whole(texts: Rendered) -> Bodies {
        let Rendered { subject, text, html } = texts;
        Bodies { subject, text: Body::whole(text), html: Body::whole(html) }
    }

    /// Whether these are the texts that were rendered for one person.
    pub(super) fn are(&self, texts: &Rendered) -> bool {
        let Rendered { subject, text, html } = texts;
        (&self.subject, &self.text.checked, &self.html.checked) == (subject, text, html)
    }
}

impl Body {
    fn whole(text: String) -> Body {
        Body { checked: text, encoded: None }
    }

    /// About how many octets it is when it is encoded: quoted-printable adds an eighth.
    pub(super) fn expected_length(&self) -> usize {
        self.encoded.as_ref().map_or(self.checked.len() / 8 * 9, Vec::len)
    }

    /// Writes it as quoted-printable.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match &self.encoded {
            Some(encoded) => out.extend_from_slice(encoded),
            None => quoted_printable(out, &self.checked),
        }
    }
}

impl FramedText {
    fn new(marked: &str, is_html: bool) -> FramedText {
        let mut blocks = Vec::new();
        for line in marked.split_inclusive('\n') {
            match (line.contains(MARKS), blocks.last_mut()) {
                (true, _) => blocks.push(Block::with_gaps(line)),
                (false, Some(Block::Fixed { text, .. })) => text.push_str(line),
                (false, _) => {
                    blocks.push(Block::Fixed { text: line.to_owned(), encoded: Vec::new() });
                }
            }
        }
        // Every line is encoded by itself, because a soft line break never goes beyond a line.
        for block in &mut blocks {
            if let Block::Fixed { text, encoded } = block {
                quoted_printable(encoded, text);
            }
        }
        // A link has some hundred octets.
        FramedText { blocks, length: marked.len() / 8 * 9 + 1024, is_html }
    }

    fn filled(&self, personal: [&str; PERSONAL], scope: Scope) -> Body {
        let values = personal.map(|value| escaped(value, self.is_html));
        let (mut checked, mut all) = (String::new(), Vec::with_capacity(self.length));
        let mut line = String::new();
        for block in &self.blocks {
            match block {
                Block::Fixed { text, encoded } => {
                    all.extend_from_slice(encoded);
                    if scope == Scope::Everything {
                        checked.push_str(text);
                    }
                }
                Block::Line { pieces, last } => {
                    line.clear();
                    for (piece, value) in pieces {
                        line.push_str(piece);
                        line.push_str(&values[*value]);
                    }
                    line.push_str(last);
                    quoted_printable(&mut all, &line);
                    checked.push_str(&line);
                }
            }
        }
        Body { checked, encoded: Some(all) }
    }
}

impl Block {
    fn with_gaps(line: &str) -> Block {
        let mut rest = line;
        let mut pieces = Vec::new();
        while let Some((at, mark)) = rest.char_indices().find(|(_, c)| MARKS.contains(c)) {
            let value = MARKS.iter().position(|known| *known == mark).unwrap_or_default();
            pieces.push((rest[..at].to_owned(), value));
            rest = &rest[at + mark.len_utf8()..];
        }
        Block::Line { pieces, last: rest.to_owned() }
    }
}

#[cfg(test)]
mod tests;
