//! A roster in; people at meetings, minted invites and link files out.
//!
//! Rows stream: whatever the length of a list, only some thousand rows are held at once, and a few octets a row
//! for finding duplicates. A list is read twice: [`Roster::survey`] finds everything that is wrong with it before
//! the first token is minted, and [`Roster::each`] then goes through its people, on all cores and in order.

mod atomic_file;
mod duration;
mod links;
mod parallel;
mod problem;
mod roles;
mod roster;
mod tokens;

pub use atomic_file::{AtomicFile, AtomicFileError};
pub use duration::{BadDuration, seconds};
pub use links::{Lines, LinkFormat, LinkWriter, csv_record};
pub use parallel::on_all_cores;
pub use problem::{Problem, nearest, quoted, suggest};
pub use roles::{Roles, TwoRoles};
pub use roster::{
    Column, ColumnSettings, Duplicates, EachError, FIELDS, Field, LONGEST_TITLE, Meaning,
    MeetingSpec, PER_ROW, Roster, RosterEntry, RosterRow, RosterSpec, Selection, Survey,
    meeting_duration, zone,
};
pub use tokens::{RosterTokens, WindowPolicy};
