//! Whether a ledger's file, its log and its records are sound. Nothing is changed: not even the log is moved to the file, as
//! closing a ledger usually does.

mod records;
#[cfg(test)]
mod tests;

use std::path::Path;

use meetmint_core::{MeetingId, for_shell};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::connection::{connect, meeting_id};
use super::files::{Found, beside, find, real_path};
use super::log_file::{self, LogState};
use super::{Sqlite, lock, lost, schema};
use crate::ledger::error::LedgerError;
use crate::ledger::examine::{Examination, Examiner, LedgerFinding};
use records::examine_records;

impl Sqlite {
    pub(in crate::ledger) fn examine(
        path: &Path,
        meeting: &MeetingId,
    ) -> Result<Option<Examination>, LedgerError> {
        let failed = |source| LedgerError::Open { path: path.to_owned(), source };
        let real = real_path(path).map_err(failed)?;
        match find(&real).map_err(failed)? {
            Found::Nothing => return Ok(None),
            Found::File => {}
            found @ (Found::Empty | Found::OnlyLog) => return Err(lost(path, found)),
        }
        let mut examiner = Examiner::new(path);
        let log = beside(&real, "-wal");
        // While somebody works on the ledger, its log is just being written.
        if !lock::is_held(&real) {
            add_log(&mut examiner, log_file::examine(&log).map_err(failed)?);
        }
        let has_log = log.metadata().is_ok_and(|log| log.len() > 0);
        let db = connect(&real, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .or_else(|_| connect(&real, OpenFlags::SQLITE_OPEN_READ_ONLY))?;
        // Otherwise the last one to close it would empty the log.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log)?;
        db.pragma_update(None, "query_only", true)?;
        examiner.found.version = schema::version(&db)?;
        if examiner.found.version == 0 {
            return Err(lost(path, Found::Empty));
        }
        add_readers(&mut examiner, &real);
        let is_file_sound = examine_file(&db, &mut examiner)?;
        match meeting_id(&db) {
            Ok(Some(id)) if id != meeting.as_str() => return Err(LedgerError::OtherMeeting(id)),
            // The record of the meeting is among those that are looked at below.
            Err(LedgerError::Damaged) => {}
            Err(error) if is_file_sound => return Err(error),
            _ => {}
        }
        // What is in damaged pages is not worth a closer look, and an older version has to be brought up to date for it.
        if is_file_sound {
            let db = schema::current(db)?;
            examine_records(&db, &mut examiner)?;
        }
        Ok(Some(examiner.found))
    }
}

fn add_log(examiner: &mut Examiner<'_>, state: LogState) {
    let ledger = examiner.path.display();
    match state {
        LogState::Complete => {}
        LogState::Unfinished => examiner.add(LedgerFinding {
            code: "log-unfinished",
            damage: false,
            message: format!(
                "`{ledger}-wal` ends in the middle of a change. After a kill or a power cut that is normal, and nothing is lost; but if this is a copy, it may be incomplete"
            ),
            hint: format!(
                "if this is a copy, copy both `{ledger}` and `{ledger}-wal` again while meetmint is not running"
            ),
        }),
        LogState::Unreadable => examiner.damage(
            "log-damaged",
            format!("`{ledger}-wal` cannot be read, so the latest changes are lost"),
        ),
    }
}

/// Whether others can read the file.
fn add_readers(examiner: &mut Examiner<'_>, path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if path.metadata().is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
            examiner.add(LedgerFinding {
                code: "ledger-readable",
                damage: false,
                message: "other users of this machine can read the ledger".to_owned(),
                hint: format!("run: chmod 600 {}", for_shell(&examiner.path.display().to_string())),
            });
        }
    }
    #[cfg(not(unix))]
    let _ = (examiner, path);
}

/// The file as a database. Returns whether it is sound.
fn examine_file(db: &Connection, examiner: &mut Examiner<'_>) -> Result<bool, LedgerError> {
    let mut is_sound = true;
    let mut check = db.prepare("PRAGMA integrity_check")?;
    let mut rows = check.query([])?;
    loop {
        match rows.next() {
            Ok(None) => break,
            Ok(Some(row)) => {
                let words: String = row.get(0)?;
                if words != "ok" {
                    is_sound = false;
                    examiner.damage("file-damaged", format!("the file is damaged: {words}"));
                }
            }
            Err(error) => {
                is_sound = false;
                let words = format!("the file is damaged, and cannot be read to its end: {error}");
                examiner.damage("file-damaged", words);
                break;
            }
        }
    }
    if !is_sound {
        return Ok(false);
    }
    let mut check = db.prepare("PRAGMA foreign_key_check")?;
    let mut rows = check.query([])?;
    while let Some(row) = rows.next()? {
        let (table, number): (String, Option<i64>) = (row.get(0)?, row.get(1)?);
        let other: String = row.get(2)?;
        let number = number.map(|number| format!(" {number}")).unwrap_or_default();
        let words =
            format!("the record `{table}`{number} refers to a record in `{other}` that is missing");
        examiner.damage("reference-broken", words);
    }
    Ok(true)
}
