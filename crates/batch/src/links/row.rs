//! What every format says about a person.

use meetmint_core::Email;

use crate::selection::RosterRow;
use crate::tokens::WindowText;

/// The columns of every link file. Columns of the roster may follow.
pub(super) const COLUMNS: [&str; 7] =
    // Scripts and mail merges refer to these names, so they must not change.
    ["email", "name", "role", "room", "valid_from", "valid_until", "link"];

/// A person, and what a link file says about them.
pub(super) struct LinkRow<'r> {
    pub(super) person: &'r RosterRow<'r>,
    pub(super) role: &'r str,
    pub(super) room: &'r str,
    pub(super) valid: &'r WindowText,
    pub(super) link: &'r str,
    /// Index and heading of the roster's columns to keep.
    pub(super) kept: &'r [(usize, &'r str)],
}

impl<'r> LinkRow<'r> {
    /// The values of [`COLUMNS`].
    pub(super) fn values(&self) -> [&'r str; COLUMNS.len()] {
        let attendee = &self.person.entry.attendee;
        [
            attendee.email.as_ref().map_or("", Email::as_str),
            attendee.name.as_str(),
            self.role,
            self.room,
            &self.valid.from,
            &self.valid.until,
            self.link,
        ]
    }

    /// Heading and cell of each column to keep.
    pub(super) fn kept(&self) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.kept.iter().map(|(at, heading)| (*heading, self.person.cell(*at)))
    }
}
