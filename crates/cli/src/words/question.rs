//! The question before anything is mailed.

use meetmint_app::Confirmation;
use meetmint_app::phrases::people;

/// The question, with the answer that Enter gives.
pub(crate) fn question(question: &Confirmation) -> String {
    let Confirmation { meeting, people: count, outbox, from, messages } = question;
    // The capital N is the usual sign for the answer that Enter gives.
    format!("{meeting}: mail {} {outbox} as {from}: {messages}? [y/N] ", people(*count))
}
