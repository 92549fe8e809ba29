//! The people of a meeting folder: who is selected, and why somebody cannot be.

use std::collections::HashSet;

use meetmint_batch::{CHUNK_ROWS, LeftOut, RosterRow, Selection, quoted};
use meetmint_mailer::PeopleSet;

use super::MeetingFolder;
use crate::error::Error;

impl MeetingFolder {
    /// Whether somebody with this address has a row that is skipped because of a problem.
    pub(crate) fn skips_row_of(&self, key: &str) -> bool {
        self.survey.bad().contains(&Some(key.to_owned()))
    }

    /// The error if somebody is chosen whose row is skipped.
    pub(crate) fn skipped(written: &str) -> Error {
        let message = format!("the row of {} has a problem, so it is skipped", quoted(written));
        Error::invalid("skipped-row", message, "correct the row, and run the command again")
    }

    /// The keys of everybody who is selected, in the roster's order.
    pub(crate) fn keys(&self, selection: &Selection) -> Result<Vec<String>, Error> {
        let mut keys = Vec::new();
        self.each_key(selection, |key| {
            keys.push(key);
            Ok(())
        })?;
        Ok(keys)
    }

    /// Everybody who is selected, by their keys: for a selection that may be of many people.
    pub(crate) fn people_set(&self, selection: &Selection) -> Result<PeopleSet, Error> {
        PeopleSet::new(|add| self.each_key(selection, |key| Ok(add(&key)?)))
    }

    /// Takes the keys of everybody who is selected, in the roster's order.
    fn each_key(
        &self,
        selection: &Selection,
        mut take: impl FnMut(String) -> Result<(), Error> + Send,
    ) -> Result<(), Error> {
        let key = |row: &RosterRow<'_>| row.entry.attendee.key().into_owned();
        Ok(self.roster.each(
            &self.survey,
            selection,
            CHUNK_ROWS,
            |rows| rows.iter().map(key).collect::<Vec<_>>(),
            |some: Vec<_>| some.into_iter().try_for_each(&mut take),
        )?)
    }

    /// Why somebody cannot be selected: the roster does not name them or leaves them out, or their meeting is over.
    pub(crate) fn absent(&self, key: &str, written: &str) -> Result<Error, Error> {
        // Looked up once more with everybody in it, to tell a typing error from a date in the past.
        let with_past = Selection {
            only: vec![key.to_owned()],
            over: true,
            skip_bad: true,
            ..Selection::default()
        };
        let code = "not-selectable";
        Ok(if !self.keys(&with_past)?.is_empty() {
            let message = format!("the meeting of {} is over", quoted(written));
            Error::invalid(code, message, "leave this person out, or set a new `start`")
        } else if let Some(row) = self.left_out_row(key)? {
            let LeftOut { column, value, line, .. } = row;
            let value = if value.is_empty() { "empty".to_owned() } else { quoted(&value) };
            let message = format!(
                "{} is left out of the roster, because {} is {value} on line {line}",
                quoted(written),
                quoted(&column)
            );
            Error::invalid(
                code,
                message,
                "correct the cell, or what `[roster]` says about the column",
            )
        } else {
            let message = format!("{} is not in the roster", quoted(written));
            Error::invalid(code, message, "write the address as it appears in the roster")
        })
    }

    /// The first row about somebody that `where` or a status column leaves out.
    fn left_out_row(&self, key: &str) -> Result<Option<LeftOut>, Error> {
        if self.survey.left_out() == 0 {
            return Ok(None);
        }
        Ok(self.roster.left_out_rows(&HashSet::from([key]))?.into_iter().next())
    }
}
