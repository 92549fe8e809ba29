//! Going through the people of a roster: all of them, or a selection.

use meetmint_core::address_in_key;

use crate::parallel::{BATCH_ROWS, CHUNK_ROWS, in_order};
use crate::problem::Problem;
use crate::roster::rows::{Row, RowBatch};
use crate::roster::{Roster, RosterEntry, RowReader};
use crate::survey::Survey;

/// The most chunks in a batch. With small chunks, this limits the batch: there are enough of them to keep all cores busy, and
/// at the end the cores wait only for one small chunk. With larger chunks, [`BATCH_ROWS`] is the limit.
const CHUNKS: usize = 64;

/// Which people of a roster are wanted. The default is everybody whose meeting is not over.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only people with one of these addresses, in lower case, unless it is empty. Without an address, a person is chosen
    /// by the [key](meetmint_core::Attendee::key).
    pub only: Vec<String>,
    /// Only people with this role, by its index.
    pub role: Option<usize>,
    /// At most this many people, from the first on.
    pub limit: Option<usize>,
    /// Also people whose meeting is over.
    pub over: bool,
    /// Skip rows with problems, instead of ending with the first.
    pub skip_bad: bool,
}

/// A person of the roster, with the row that describes them.
#[derive(Debug)]
pub struct RosterRow<'b> {
    /// The person, with role and meeting.
    pub entry: RosterEntry,
    /// `None` for somebody who is only named in `meeting.toml`.
    row: Option<Row<'b>>,
    /// The person's number, and after the last row the numbers that follow.
    number: u64,
}

/// Why going through the people ended early.
#[derive(Debug)]
pub enum EachError<E> {
    /// The roster can no longer be read, or has changed.
    // Boxed because a problem is large, and each chunk passes one of these along.
    Roster(Box<Problem>),
    /// The function that takes the results returned this error.
    Taken(E),
}

impl<E> From<Problem> for EachError<E> {
    fn from(problem: Problem) -> EachError<E> {
        EachError::Roster(Box::new(problem))
    }
}

impl RosterRow<'_> {
    /// The line on which the person's row begins; `None` for somebody who is only named in `meeting.toml`.
    pub fn line(&self) -> Option<u64> {
        self.row.map(|row| row.line())
    }

    /// A cell of the person's row as it is in the file, by the index of its column; empty if there is none.
    pub fn cell(&self, column: usize) -> &str {
        self.row.map_or("", |row| row.cell(column))
    }
}

impl Roster {
    /// Goes through the selected people in the order of the roster; those who are only named in
    /// `meeting.toml` come last. `work` is called on all cores, with at most `chunk` rows at a time;
    /// `take` gets its results in order. Repeated rows are left out.
    ///
    /// # Errors
    /// [`EachError`] if the roster has changed since the survey, or if `take` fails.
    pub fn each<T: Send, E: Send>(
        &self,
        survey: &Survey,
        selection: &Selection,
        chunk: usize,
        work: impl Fn(&[RosterRow<'_>]) -> T + Sync,
        take: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<(), EachError<E>> {
        let reader = SelectionReader { roster: self, rows: self.row_reader(), survey, selection };
        // A limit needs a reading of its own, so it is only counted where there is one.
        let last = match selection.limit {
            Some(limit) => reader.number_of_last(limit)?,
            None => u64::MAX,
        };
        reader.each_until(last, chunk, work, take)
    }
}

/// What selected people are read with.
struct SelectionReader<'s> {
    roster: &'s Roster,
    rows: RowReader<'s>,
    survey: &'s Survey,
    selection: &'s Selection,
}

impl SelectionReader<'_> {
    /// Goes through the people up to the one with the number `last`.
    fn each_until<T: Send, E: Send>(
        &self,
        last: u64,
        chunk: usize,
        work: impl Fn(&[RosterRow<'_>]) -> T + Sync,
        mut take: impl FnMut(T) -> Result<(), E> + Send,
    ) -> Result<(), EachError<E>> {
        let mut rows = self.roster.rows()?;
        let batch = BATCH_ROWS.min(chunk.saturating_mul(CHUNKS));
        in_order(
            || Ok(rows.batch(batch)?),
            RowBatch::len,
            chunk,
            |batch, range| {
                // The rest is still read, but no token is made for it.
                let mut people = Vec::with_capacity(range.len());
                let rows = range.map(|at| batch.row(at));
                let rows = rows.take_while(|row| self.rows.number(*row) <= last);
                for row in rows {
                    self.add_people(row, last, &mut people)?;
                }
                Ok::<_, Problem>(work(&people))
            },
            |result| take(result?).map_err(EachError::Taken),
        )?;
        // Once more after the last row: results made from a mixture of two versions must not count.
        self.roster.check_unchanged()?;
        let added = self.survey.added().iter().filter(|entry| self.is_wanted(entry));
        for (number, entry) in (self.survey.rows() + 1..=last).zip(added) {
            let person = RosterRow { entry: entry.clone(), row: None, number };
            take(work(&[person])).map_err(EachError::Taken)?;
        }
        Ok(())
    }

    /// The number of the last of the first `limit` people. They are counted in a reading of their own: when a core
    /// begins with a chunk, the number of people in the chunks before it is not known yet.
    fn number_of_last<E>(&self, limit: usize) -> Result<u64, EachError<E>> {
        let mut count = 0;
        let mut last = 0;
        let counted = self.each_until(
            u64::MAX,
            CHUNK_ROWS,
            |people| people.iter().map(|person| person.number).collect::<Vec<_>>(),
            |numbers| {
                for number in numbers {
                    if count == limit {
                        return Err(());
                    }
                    count += 1;
                    last = number;
                }
                Ok(())
            },
        );
        match counted {
            Err(EachError::Roster(problem)) => Err(EachError::Roster(problem)),
            Ok(()) | Err(EachError::Taken(())) => Ok(last),
        }
    }

    /// Adds the people of a row who count and are selected, up to the one with the number `last`.
    ///
    /// # Errors
    /// A problem with the row, unless rows with problems are skipped. The survey found none in it, so the file
    /// has changed since.
    fn add_people<'b>(
        &self,
        row: Row<'b>,
        last: u64,
        people: &mut Vec<RosterRow<'b>>,
    ) -> Result<(), Problem> {
        if !self.roster.is_person(row) {
            return Ok(());
        }
        let mut problems = Vec::new();
        let mut numbers = self.rows.number(row)..=last;
        let is_read = self.rows.each_person(row, &mut problems, |mut entry| {
            let Some(number) = numbers.next() else { return };
            if self.survey.is_repeated(number) || self.survey.is_bad(number) {
                return;
            }
            self.survey.complete(number, &mut entry);
            if self.is_wanted(&entry) {
                people.push(RosterRow { entry, row: Some(row), number });
            }
        });
        match problems.pop() {
            Some(problem) if !is_read && !self.selection.skip_bad => Err(problem),
            _ => Ok(()),
        }
    }

    fn is_wanted(&self, entry: &RosterEntry) -> bool {
        // The clock of the survey, so that both readings agree on which meetings are over.
        let Selection { only, role, over, .. } = self.selection;
        (*over || self.roster.meeting_of(entry).end > self.survey.now())
            && role.is_none_or(|role| role == entry.role)
            && (only.is_empty() || {
                let key = entry.attendee.key();
                only.iter().any(|only| only == address_in_key(&key))
            })
    }
}
