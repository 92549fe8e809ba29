//! Reads a roster, and makes its people's invites and link files.
//!
//! [`Roster::open`] recognizes what kind of file it is, where its headings are, and what each column means; what is not
//! certain is a [`Problem`], and what was chosen or left out a [`Remark`]. [`Roster::survey`] then reads all rows, and
//! finds everything that is wrong with them before the first token is made. [`Roster::each`] goes through the people, on
//! all cores and in order.
//!
//! Rows are streamed: however long the list is, only some thousand rows are in memory at once, and eight octets per row
//! for finding duplicates (with a column of ids, or with families, another 16).

mod atomic_file;
mod duration;
mod language;
mod links;
mod meeting_spec;
mod meetings;
mod parallel;
mod problem;
mod rejection;
mod remark;
mod roles;
mod roster;
mod selection;
mod suggestion;
mod survey;
#[cfg(test)]
mod testing;
mod tokens;
mod window;
mod zone;

pub use atomic_file::{AtomicFile, AtomicFileError};
pub use duration::{BadDuration, meeting_duration, seconds};
pub use language::check_language;
pub use links::{LinkFormat, LinkLine, LinkOutput, LinkRows, LinkWriter, csv_record};
pub use meeting_spec::{LONGEST_TITLE, MeetingSpec};
pub use meetings::{MeetingUse, Meetings, TwoAtOnce};
pub use parallel::{CHUNK_ROWS, on_all_cores};
pub use problem::Problem;
pub use rejection::Rejection;
pub use remark::Remark;
pub use roles::{Roles, TwoRoles};
pub use roster::{
    Column, ColumnSettings, Duplicates, FIELDS, Field, HiddenRows, Meaning, NameSource, PER_ROW,
    Reading, Roster, RosterEntry, RosterSpec, RowCondition, reachable,
};
pub use selection::{EachError, RosterRow, Selection};
pub use suggestion::{nearest, quoted, suggest, toml_string};
pub use survey::{LeftOut, Repetition, Survey};
pub use tokens::{InviteError, RosterTokens};
pub use window::WindowPolicy;
pub use zone::zone;
