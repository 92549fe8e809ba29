//! What fuzz targets call, with what has to hold for any input. Only with the feature `fuzzing`, which is for the
//! workspace's own `fuzz`.

use crate::leak_check::fuzzing as leak_check;
use crate::outbox::fuzzing as reply;

/// Reads octets as a mail server's replies.
///
/// # Panics
/// If a text that is shown has a control character, more than 500 characters, or a token.
pub fn smtp_reply(octets: &[u8]) {
    reply::read(octets);
}

/// Reads octets as a text of a message, a calendar and a subject.
///
/// # Panics
/// If the quick and the full reading disagree, or a token on a line of its own is not noticed.
pub fn leak_check(octets: &[u8]) {
    leak_check::read(octets);
}
