//! A roster in; people at meetings, minted invites and link files out.
//!
//! Rows stream: whatever the length of a list, only some thousand rows are held at once, and a few octets a row
//! for finding duplicates. A list is read twice: [`Roster::survey`] finds everything that is wrong with it before
//! the first token is minted, and [`Roster::each`] then goes through its people, on all cores and in order.

mod duration;
mod links;
mod mint;
mod passes;
mod problem;
mod replacement;
mod roles;
mod roster;

pub use duration::{BadDuration, seconds};
pub use links::{Lines, LinkFormat, LinkWriter, csv_record};
pub use mint::on_all_cores;
pub use passes::{Passes, Windows};
pub use problem::{Problem, nearest, quoted, suggest};
pub use replacement::{ReplaceError, Replacement};
pub use roles::{Roles, TwoRoles};
pub use roster::{
    Choice, Column, ColumnChoice, Duplicates, EachError, Entry, FIELDS, Field, LONGEST_TITLE,
    Meaning, PER_ROW, Person, Roster, RosterSpec, Slot, Survey, meeting_duration, zone,
};
