//! Rewriting the file after something was erased, so that nothing of it is left in free pages or in the log.

use super::Sqlite;
use crate::ledger::error::LedgerError;

/// The key in `meta` of a ledger from which something was erased, and whose file was not rewritten since. It is set in the
/// transaction that erases: a process that is killed after it leaves the rest to the next one.
pub(super) const UNCLEAN: &str = "unclean";

impl Sqlite {
    pub(in crate::ledger) fn is_unclean(&self) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM meta WHERE key = ?1)";
        Ok(self.db.query_row(sql, [UNCLEAN], |row| row.get(0))?)
    }

    pub(in crate::ledger) fn clean(&self) -> Result<(), LedgerError> {
        let unclean = |source: LedgerError| LedgerError::Unclean(Box::new(source));
        // From here on, cached statements would be in the way.
        self.db.flush_prepared_statement_cache();
        self.db.execute_batch("VACUUM").map_err(|error| unclean(error.into()))?;
        self.empty_log().map_err(unclean)?;
        self.db
            .execute("DELETE FROM meta WHERE key = ?1", [UNCLEAN])
            .map_err(|error| unclean(error.into()))?;
        // If the log cannot be emptied once more, nothing is lost: only the removal of the mark is in it.
        let _ = self.empty_log();
        Ok(())
    }

    /// Moves everything from the log to the file, and cuts the log off.
    fn empty_log(&self) -> Result<(), LedgerError> {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let is_busy: bool = self.db.query_row(sql, [], |row| row.get(0))?;
        if is_busy { Err(LedgerError::InUse) } else { Ok(()) }
    }
}
