//! Why a message is not sent: it contains a link that it should not contain, or lacks its own.

use crate::message_part::MessagePart;

/// Why a message is not sent. It never quotes the link that was found, because a link is a credential.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Leak {
    /// A column of the roster contains a link.
    #[error("column `{column}` of the roster contains a personal link, and {part} shows it")]
    Column {
        /// The column, as templates call it after `extra.`.
        column: String,
        /// Where the link was found.
        part: MessagePart,
    },
    /// A title, a name or another value contains a link.
    #[error("the {name} contains a personal link, and {part} shows it")]
    Value {
        /// Which value.
        name: &'static str,
        /// Where the link was found.
        part: MessagePart,
    },
    /// No value contains the link, so it is written in the template itself.
    #[error(
        "{part} contains a link that is not this person's, in line {line} of its output: write `{{{{ link }}}}` instead"
    )]
    HardCoded {
        /// Where the link was found.
        part: MessagePart,
        /// The line of the rendered text, starting at 1.
        line: usize,
    },
    /// The subject contains a link. Lock screens and lists of messages show subjects.
    #[error("{part} contains a link, and other people may see the subject")]
    InSubject {
        /// Where the link was found.
        part: MessagePart,
    },
    /// A cancellation contains a link.
    #[error("{part} contains a link (line {line} of its output), although it is a cancellation")]
    InCancellation {
        /// Where the link was found.
        part: MessagePart,
        /// The line of the rendered text, starting at 1.
        line: usize,
    },
    /// The person's own link is missing, or something is attached to it that makes it another link.
    #[error(
        "{part} does not contain this person's complete link: write `{{{{ link }}}}` in the template"
    )]
    Missing {
        /// Where the link should be.
        part: MessagePart,
    },
}

impl Leak {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Leak::Column { .. } => {
                "remove the links from that column: meetmint creates a link for each person"
            }
            Leak::Value { .. } => "remove the link: meetmint creates a link for each person",
            Leak::HardCoded { .. } => "write `{{ link }}` in the template instead of a link",
            Leak::InCancellation { .. } => "remove the link from the template",
            Leak::InSubject { .. } => "remove the link from the subject",
            Leak::Missing { .. } => "write `{{ link }}` in the template, without a filter",
        }
    }
}
