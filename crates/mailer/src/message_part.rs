//! The parts of a message, and which template each is made from.

use std::fmt;

use crate::content::MessageKind;

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The subject line.
    Subject,
    /// The plain text.
    Text,
    /// The HTML.
    Html,
    /// The calendar event.
    Calendar,
}

impl Part {
    /// The parts that are made from a template, in the order in which a reader sees them.
    pub(crate) const RENDERED: [Part; 3] = [Part::Subject, Part::Text, Part::Html];

    /// The file extension of the part's templates. The calendar event is not made from a template.
    fn extension(self) -> Option<&'static str> {
        match self {
            Part::Subject => Some("subject"),
            Part::Text => Some("txt"),
            Part::Html => Some("html"),
            Part::Calendar => None,
        }
    }
}

/// A part of messages of one kind. `Display` writes the name of its template, such as `invite.txt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessagePart {
    /// What the message is for.
    pub kind: MessageKind,
    /// Which part of it.
    pub part: Part,
}

impl MessagePart {
    /// The part that is made from the template of that name, if there is one.
    pub(crate) fn of_template(name: &str) -> Option<MessagePart> {
        // At the first point, so that `invite.html.tera` is no template: tera would not escape values in it.
        let (kind, extension) = name.split_once('.')?;
        let part = Part::RENDERED.into_iter().find(|part| part.extension() == Some(extension))?;
        Some(MessagePart { kind: MessageKind::named(kind)?, part })
    }
}

impl fmt::Display for MessagePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part.extension() {
            Some(extension) => write!(f, "{}.{extension}", self.kind),
            None => f.write_str("the calendar event"),
        }
    }
}
