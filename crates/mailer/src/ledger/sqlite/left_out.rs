//! People whose data was erased, recognized by what was kept of them.

use meetmint_core::MeetingId;
use rusqlite::{OptionalExtension as _, Params, params};

use super::Sqlite;
use super::last_known::last_known_kind;
use super::row::{count, named};
use crate::ledger::erasure::{ErasedCounts, WhyLeftOut};
use crate::ledger::error::LedgerError;
use crate::ledger::state::Medium;

/// What an error is about: nothing else is known.
const WHOSE: &str = "a person who was erased";

/// The condition that the person of an entry that was erased had an invitation through the medium `?1`.
pub(super) fn is_invited() -> String {
    let kind = last_known_kind("erased_message", "m.erased = erased.id AND m.medium = ?1");
    format!("'cancel' <> {kind}")
}

/// The condition that somebody has the address with the mark `?1`: see [`MeetingId::person_mark`].
const OF_MARK: &str = "substr(address, 1, 8) = substr(?1, 1, 8)";

/// The condition that an entry that was erased is gone: if its person was invited again on purpose, the same UID has a new
/// entry, and the row is kept only for what was sent before.
pub(super) const IS_ERASED: &str = "uid NOT IN (SELECT uid FROM entry)";

impl Sqlite {
    /// The meeting, if anything was erased from this ledger.
    pub(in crate::ledger) fn erasing_meeting(&self) -> Result<Option<MeetingId>, LedgerError> {
        let sql = "SELECT id FROM meeting
                   WHERE EXISTS (SELECT 1 FROM erased) OR EXISTS (SELECT 1 FROM left_out)";
        let id: Option<String> = self.db.query_row(sql, [], |row| row.get(0)).optional()?;
        Ok(id.as_deref().and_then(MeetingId::written))
    }

    /// `marks`: of the address, and of the person. The second value is whether the roster had an entry with this place that
    /// was pruned; none if all of these were under another organizer than the one with the mark `organizer`. Of entries that
    /// an older version has erased, the organizer is not known.
    pub(in crate::ledger) fn recognize(
        &self,
        marks: [&[u8; 16]; 2],
        place: &[u8; 16],
        organizer: &[u8; 16],
    ) -> Result<Option<(WhyLeftOut, Option<bool>)>, LedgerError> {
        let sql = "SELECT reason FROM left_out WHERE address IN (?1, ?2) ORDER BY address = ?1 DESC LIMIT 1";
        if let Some(why) = self.first_reason(sql, marks)? {
            return Ok(Some((why, None)));
        }
        let sql =
            "SELECT count(*) > 0, max(wanted) FILTER (WHERE organizer IS NULL OR organizer = ?3)
                   FROM erased WHERE place = ?1 AND reason = ?2";
        let mut select = self.db.prepare_cached(sql)?;
        let values = params![place, WhyLeftOut::Pruned.name(), organizer];
        let (is_pruned, wanted): (bool, Option<bool>) =
            select.query_row(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(is_pruned.then_some((WhyLeftOut::Pruned, wanted)))
    }

    pub(in crate::ledger) fn was_invited(
        &self,
        place: &[u8; 16],
        organizer: &[u8; 16],
        medium: Medium,
    ) -> Result<bool, LedgerError> {
        let is_invited = is_invited();
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM erased WHERE place = ?2 AND reason = ?4
             AND (organizer IS NULL OR organizer = ?3) AND {is_invited})"
        );
        let values = params![medium.name(), place, organizer, WhyLeftOut::Pruned.name()];
        Ok(self.db.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?)
    }

    pub(in crate::ledger) fn why_left_out(
        &self,
        mark: &[u8; 16],
    ) -> Result<Option<WhyLeftOut>, LedgerError> {
        // Everything about the address counts before what is about one of several people with it.
        let sql = format!(
            "SELECT reason FROM left_out WHERE {OF_MARK} ORDER BY address = ?1 DESC LIMIT 1"
        );
        self.first_reason(&sql, [mark])
    }

    fn first_reason(
        &self,
        sql: &str,
        marks: impl Params,
    ) -> Result<Option<WhyLeftOut>, LedgerError> {
        let mut select = self.db.prepare_cached(sql)?;
        let mut rows = select.query(marks)?;
        match rows.next()? {
            Some(row) => named(row, 0, WhyLeftOut::named, WHOSE).map(Some),
            None => Ok(None),
        }
    }

    pub(in crate::ledger) fn include(
        &self,
        mark: &[u8; 16],
        why: WhyLeftOut,
    ) -> Result<(), LedgerError> {
        let sql = format!("DELETE FROM left_out WHERE {OF_MARK} AND reason = ?2");
        self.db.execute(&sql, params![mark, why.name()])?;
        Ok(())
    }

    pub(in crate::ledger) fn erased(&self) -> Result<ErasedCounts, LedgerError> {
        let sql = format!(
            "SELECT count(*) FILTER (WHERE reason = ?1), count(*) FILTER (WHERE reason = ?2) FROM erased WHERE {IS_ERASED}"
        );
        let reasons = [WhyLeftOut::Forgotten.name(), WhyLeftOut::Pruned.name()];
        let counts = self.db.query_row(&sql, reasons, |row| {
            Ok(ErasedCounts { forgotten: count(row, 0)?, pruned: count(row, 1)? })
        });
        Ok(counts?)
    }

    pub(in crate::ledger) fn last_erased_end(
        &self,
        medium: Medium,
    ) -> Result<Option<i64>, LedgerError> {
        let sql = format!("SELECT max(end) FROM erased WHERE {}", is_invited());
        Ok(self.db.query_row(&sql, [medium.name()], |row| row.get(0))?)
    }
}
