//! Link files: who gets which link, for people and for programs.

use std::borrow::Cow;

use meetmint_core::{MintError, Window};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::tokens::{RosterTokens, WindowText};
use crate::{Roster, RosterRow};

/// The columns of every link file.
const COLUMNS: [&str; 7] = ["email", "name", "role", "room", "valid_from", "valid_until", "link"];

/// The form of a link file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkFormat {
    /// RFC 4180, for spreadsheets: cells that a program would run as formulas are neutralised.
    Csv,
    /// One JSON object a line, cells as they are.
    Jsonl,
}

/// The lines of some people, and the time in which any of their links works.
#[derive(Debug, Default)]
pub struct Lines {
    /// The lines.
    pub bytes: Vec<u8>,
    /// How many people they are about.
    pub people: usize,
    /// The first second in which one of the links works, and the first in which none does any more.
    pub span: Option<(i64, i64)>,
}

impl Lines {
    /// The time in which any link works, these lines' and others'.
    pub fn merge(&self, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
        match (self.span, other) {
            (Some((opens, closes)), Some((first, last))) => {
                Some((opens.min(first), closes.max(last)))
            }
            (one, other) => one.or(other),
        }
    }

    fn count(&mut self, window: Window) {
        self.people += 1;
        let this =
            Lines { span: Some((window.not_before(), window.expires())), ..Lines::default() };
        self.span = this.merge(self.span);
    }
}

/// Writes people's links in one form.
#[derive(Debug)]
pub struct LinkWriter<'a> {
    format: LinkFormat,
    roster: &'a Roster,
    /// Roster columns to keep, by their place.
    keep: Vec<usize>,
    bom: bool,
}

impl<'a> LinkWriter<'a> {
    /// A writer that keeps the given columns of the roster; `bom` makes Excel read a CSV file as UTF-8.
    pub fn new(
        format: LinkFormat,
        roster: &'a Roster,
        keep: Vec<usize>,
        bom: bool,
    ) -> LinkWriter<'a> {
        LinkWriter { format, roster, keep, bom }
    }

    /// What stands before the first person.
    pub fn head(&self) -> Vec<u8> {
        if self.format == LinkFormat::Jsonl {
            return Vec::new();
        }
        let mut head = if self.bom { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
        let kept = self.keep.iter().map(|at| self.roster.columns()[*at].heading.as_str());
        write_record(&mut head, COLUMNS.into_iter().chain(kept));
        head
    }

    /// The lines of some people.
    ///
    /// # Errors
    /// [`MintError`] if the key does not sign.
    pub fn lines(
        &self,
        passes: &RosterTokens<'_>,
        people: &[RosterRow<'_>],
    ) -> Result<Lines, MintError> {
        let mut lines = Lines::default();
        let mut bytes = Vec::with_capacity(people.len() * 768);
        match self.format {
            LinkFormat::Csv => {
                for person in people {
                    passes.with_moments(&person.entry, |invite, moments| {
                        let row = self.row(person, invite.link.reveal(), moments);
                        write_record(
                            &mut bytes,
                            row.values().chain(self.kept(person).map(|(_, cell)| cell)),
                        );
                        lines.count(invite.window);
                    })?;
                }
            }
            LinkFormat::Jsonl => {
                for person in people {
                    passes.with_moments(&person.entry, |invite, moments| {
                        let row = self.row(person, invite.link.reveal(), moments);
                        let object = Object {
                            row,
                            id: person.entry.attendee.id(),
                            kept: self.kept(person).collect(),
                        };
                        write_object(&mut bytes, &object);
                        lines.count(invite.window);
                    })?;
                }
            }
        }
        lines.bytes = bytes;
        Ok(lines)
    }

    fn row<'p>(
        &'p self,
        person: &'p RosterRow<'_>,
        link: &'p str,
        moments: &'p WindowText,
    ) -> Row<'p> {
        let attendee = &person.entry.attendee;
        Row([
            attendee.email.as_ref().map_or("", meetmint_core::Email::as_str),
            attendee.name.as_str(),
            &self.roster.roles().all()[person.entry.role].name,
            self.roster.meeting_of(&person.entry).room.name(),
            &moments.from,
            &moments.until,
            link,
        ])
    }

    fn kept<'p>(&'p self, person: &'p RosterRow<'_>) -> impl Iterator<Item = (&'p str, &'p str)> {
        self.keep.iter().map(|at| (self.roster.columns()[*at].heading.as_str(), person.cell(*at)))
    }
}

/// The cells of [`COLUMNS`].
struct Row<'p>([&'p str; COLUMNS.len()]);

impl<'p> Row<'p> {
    fn values(self) -> impl Iterator<Item = &'p str> {
        self.0.into_iter()
    }
}

struct Object<'p> {
    row: Row<'p>,
    id: Cow<'p, str>,
    kept: Vec<(&'p str, &'p str)>,
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in COLUMNS.iter().zip(self.row.0) {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry("id", &self.id)?;
        // A kept column named like one of ours must not be a second key of that name.
        let ours = |heading: &&str| COLUMNS.contains(heading) || *heading == "id";
        for (at, (heading, cell)) in self.kept.iter().enumerate() {
            if ours(heading) || self.kept[..at].iter().any(|(earlier, _)| earlier == heading) {
                continue;
            }
            map.serialize_entry(heading, cell)?;
        }
        map.end()
    }
}

fn write_object(out: &mut Vec<u8>, object: &Object<'_>) {
    serde_json::to_writer(&mut *out, object).expect("writing to memory does not fail");
    out.push(b'\n');
}

/// Writes a record as RFC 4180 does. By hand, because csv's writer looks at every octet of a link, which
/// needs no quotes and is most of the file; csv's reader is what the tests read it back with.
fn write_record<'c>(out: &mut Vec<u8>, cells: impl Iterator<Item = &'c str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let formula = if is_formula(cell) { "'" } else { "" };
        let bytes = cell.as_bytes();
        // `;` and tab as well: a spreadsheet that separates by them would cut a formula out of the middle of a cell.
        if memchr::memchr3(b',', b'"', b'\n', bytes).is_none()
            && memchr::memchr3(b'\r', b';', b'\t', bytes).is_none()
        {
            out.extend_from_slice(formula.as_bytes());
            out.extend_from_slice(bytes);
        } else {
            out.push(b'"');
            out.extend_from_slice(formula.as_bytes());
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        }
    }
    out.extend_from_slice(b"\r\n");
}

/// A record of a CSV file, with cells that a spreadsheet would run as formulas neutralised.
pub fn csv_record<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let mut out = Vec::new();
    write_record(&mut out, cells.into_iter());
    String::from_utf8(out).unwrap_or_default()
}

/// Whether a spreadsheet would run a cell (`invitation-email` facts, §4.4).
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut out = Vec::new();
        write_record(&mut out, cells.iter().copied());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_cell_runs_as_a_formula() {
        assert_eq!(
            written(&["=1+1", "+49", "-1", "@x", "\tx", "＝1"]),
            "'=1+1,'+49,'-1,'@x,\"'\tx\",'＝1\r\n"
        );
        assert_eq!(written(&["a=b", "'", "", "x,y", "\"q\""]), "a=b,',,\"x,y\",\"\"\"q\"\"\"\r\n");
    }

    proptest::proptest! {
        #[test]
        fn cells_are_read_back_as_they_were(cells in proptest::collection::vec("[^\0\u{feff}]{0,12}", 2..6)) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            let text = written(&cells);
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
            let read = reader.records().next().unwrap().unwrap();
            for (read, cell) in read.iter().zip(cells) {
                assert!(!is_formula(read));
                assert!(read == cell || read.strip_prefix('\'') == Some(cell));
            }
        }
    }
}
