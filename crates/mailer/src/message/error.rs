//! Why there is no message for a person.

use meetmint_core::Email;

use crate::leak_check::Leak;
use crate::templates::RenderError;

/// Why there is no message for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ComposeError {
    /// The person has no address. Link files accept such people, messages don't.
    #[error("{0} has no email address")]
    NoAddress(String),
    /// A template fails with this person's values.
    #[error("cannot create the message to {to}")]
    Render {
        /// The recipient.
        to: Email,
        /// Where and why it fails.
        source: RenderError,
    },
    /// The subject is empty with this person's values.
    #[error("the subject of the message to {0} is empty")]
    EmptySubject(Email),
    /// The message contains a link that it should not contain, or lacks the person's own.
    #[error("refusing to send the message to {to}")]
    Leak {
        /// The recipient.
        to: Email,
        /// What was found.
        source: Leak,
    },
}
