//! Link files: each person with their personal link. Each format has a module below.

mod csv;
mod jsonl;
mod row;

use meetmint_core::Window;

pub use csv::csv_record;
pub use jsonl::LinkLine;

use crate::roster::Roster;
use crate::selection::RosterRow;
use crate::tokens::{InviteError, RosterTokens};
use row::LinkRow;

/// How much a row takes, in octets, most of it the link; only to reserve memory.
const ROW_LENGTH: usize = 768;

/// The format of a link file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFormat {
    /// CSV for spreadsheet programs (RFC 4180). Cells that they would run as formulas are neutralised.
    Csv {
        /// Whether the file begins with a byte-order mark, without which Excel does not read it as UTF-8.
        bom: bool,
    },
    /// One JSON object per line, cells as they are.
    Jsonl,
}

impl LinkFormat {
    /// The name of the file in the meeting folder, if the user does not say another.
    pub fn file_name(self) -> &'static str {
        match self {
            LinkFormat::Csv { .. } => csv::FILE_NAME,
            LinkFormat::Jsonl => jsonl::FILE_NAME,
        }
    }
}

/// A part of what a format writes. Parts have to be stored in order.
///
/// There is one variant for each way of storing a part: a format that writes several files needs another.
#[derive(Debug)]
pub enum LinkOutput {
    /// Octets that are appended to the one file of the format.
    Append(Vec<u8>),
}

/// The rows of some people.
#[derive(Debug)]
pub struct LinkRows {
    /// The rows.
    pub output: LinkOutput,
    /// How many people they are about.
    pub people: usize,
    /// The first second in which one of the links works, and the first in which none works any more, in seconds
    /// since 1970 UTC. `None` without people.
    pub span: Option<(i64, i64)>,
}

impl LinkRows {
    /// The span that covers these rows and others.
    pub fn merge(&self, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
        covering(self.span, other)
    }
}

/// Writes people's links in one format: [`begin`](LinkWriter::begin), then [`rows`](LinkWriter::rows) as often as
/// there are chunks of people, then [`end`](LinkWriter::end).
#[derive(Debug)]
pub struct LinkWriter<'a> {
    format: LinkFormat,
    roster: &'a Roster,
    /// Columns of the roster to keep, by their index.
    keep: Vec<usize>,
}

impl<'a> LinkWriter<'a> {
    /// A writer that keeps columns of the roster, by their index.
    pub fn new(format: LinkFormat, roster: &'a Roster, keep: Vec<usize>) -> LinkWriter<'a> {
        LinkWriter { format, roster, keep }
    }

    /// What comes before the first person.
    pub fn begin(&self) -> LinkOutput {
        let mut out = Vec::new();
        match self.format {
            LinkFormat::Csv { bom } => csv::begin(&mut out, bom, &self.kept_headings()),
            // Each line names its keys.
            LinkFormat::Jsonl => {}
        }
        LinkOutput::Append(out)
    }

    /// The rows of some people. May be called on several cores at once.
    ///
    /// # Errors
    /// [`InviteError`] if a link cannot be made.
    pub fn rows(
        &self,
        tokens: &RosterTokens<'_>,
        people: &[RosterRow<'_>],
    ) -> Result<LinkRows, InviteError> {
        let kept = self.kept_headings();
        let mut out = Vec::with_capacity(people.len() * ROW_LENGTH);
        // Taken from the tokens, because roles and rows can have windows of their own.
        let mut span = None;
        for person in people {
            let written = tokens.written_invite(&person.entry)?;
            let row = LinkRow {
                person,
                role: &self.roster.roles().all()[person.entry.role].name,
                room: self.roster.meeting_of(&person.entry).room.name(),
                valid: &written.valid,
                link: written.invite.link.reveal(),
                kept: &kept,
            };
            match self.format {
                LinkFormat::Csv { .. } => csv::row(&mut out, &row),
                LinkFormat::Jsonl => jsonl::row(&mut out, &row),
            }
            span = covering(span, Some(seconds(written.invite.window)));
        }
        Ok(LinkRows { output: LinkOutput::Append(out), people: people.len(), span })
    }

    /// What comes after the last person.
    pub fn end(&self) -> LinkOutput {
        match self.format {
            // Complete after any row.
            LinkFormat::Csv { .. } | LinkFormat::Jsonl => LinkOutput::Append(Vec::new()),
        }
    }

    /// The columns to keep: index and heading.
    fn kept_headings(&self) -> Vec<(usize, &str)> {
        let columns = self.roster.columns();
        self.keep.iter().map(|at| (*at, columns[*at].heading.as_str())).collect()
    }
}

fn seconds(window: Window) -> (i64, i64) {
    (window.not_before(), window.expires())
}

/// The span that covers both.
fn covering(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((opens, closes)), Some((first, last))) => Some((opens.min(first), closes.max(last))),
        (one, other) => one.or(other),
    }
}
