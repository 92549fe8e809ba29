//! The SQLite engine: one file beside the meeting, and a lock file beside that.

mod apply;
mod clean;
mod commit;
mod connection;
mod create;
mod entries;
mod erase;
mod error;
mod examine;
mod export;
mod files;
mod last_known;
mod left_out;
mod lock;
mod log_file;
mod marks;
mod network;
mod outlines;
mod reports;
mod rounds;
mod row;
mod schema;
mod servers;
mod snapshot_writer;
mod snapshots;
mod status;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{io, thread};

use meetmint_core::MeetingId;
use rusqlite::{Connection, OpenFlags};

use super::error::LedgerError;
use super::if_lost::IfLost;
use connection::{belong_to, connect, is_busy, meeting_id};
pub(super) use create::files_of;
use files::{Found, find, real_path};
pub(super) use lock::LedgerLock;

/// How often, and how many times, a ledger that was created for nothing is tried to be removed while others read it.
const REMOVAL: (Duration, usize) = (Duration::from_millis(20), 100);

/// A connection to a ledger's file.
#[derive(Debug)]
pub(super) struct Sqlite {
    db: Connection,
    /// Empty for a ledger that is in memory only.
    path: PathBuf,
    /// Whether this process has the lock.
    is_locked: bool,
}

/// What became of a ledger's file when it was opened for changing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was there before.
    Existing,
    Created,
    /// It was created in place of one that was lost.
    Replaced,
}

impl Sqlite {
    fn new(db: Connection, path: &Path) -> Sqlite {
        Sqlite { db, path: path.to_owned(), is_locked: false }
    }

    pub(super) fn look(
        path: &Path,
        meeting: &MeetingId,
        if_lost: IfLost,
    ) -> Result<Sqlite, LedgerError> {
        let ledger = match Sqlite::existing(path) {
            Ok(Some(ledger)) => ledger,
            Ok(None) => return Sqlite::in_memory(meeting),
            Err(LedgerError::Lost { .. }) if if_lost == IfLost::StartAnew => {
                return Sqlite::in_memory(meeting);
            }
            Err(error) => {
                // A run that was declined may have removed its new ledger while it was being opened here.
                let is_gone = real_path(path).and_then(|path| find(&path));
                return match is_gone {
                    Ok(Found::Nothing) => Sqlite::in_memory(meeting),
                    _ => Err(error),
                };
            }
        };
        let ledger = Sqlite { db: schema::current(ledger.db)?, ..ledger };
        match meeting_id(&ledger.db)? {
            Some(id) if id != meeting.as_str() => Err(LedgerError::OtherMeeting(id)),
            _ => Ok(ledger),
        }
    }

    /// The ledger at a path, opened for reading, if there is one.
    fn existing(path: &Path) -> Result<Option<Sqlite>, LedgerError> {
        let failed = |source| LedgerError::Open { path: path.to_owned(), source };
        let real = match real_path(path) {
            // Not even the folder exists.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            result => result.map_err(failed)?,
        };
        match find(&real).map_err(failed)? {
            Found::Nothing => return Ok(None),
            Found::File => {}
            found @ (Found::Empty | Found::OnlyLog) => return Err(lost(path, found)),
        }
        // Even a reader maps the `-shm` file for writing. In a folder where that is forbidden, only a connection that
        // is read-only altogether works.
        let db = connect(&real, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .or_else(|_| connect(&real, OpenFlags::SQLITE_OPEN_READ_ONLY))?;
        if schema::version(&db)? == 0 {
            return Err(lost(path, Found::Empty));
        }
        Ok(Some(Sqlite::new(db, &real)))
    }

    /// An empty ledger without a file.
    fn in_memory(meeting: &MeetingId) -> Result<Sqlite, LedgerError> {
        let mut ledger = Sqlite::new(Connection::open_in_memory()?, Path::new(""));
        schema::migrate(&mut ledger.db)?;
        belong_to(&ledger.db, meeting)?;
        Ok(ledger)
    }

    /// Takes the lock and opens the file, which is created if it is absent.
    pub(super) fn open_locked(
        path: &Path,
        meeting: &MeetingId,
        holder: &str,
        if_lost: IfLost,
    ) -> Result<(Sqlite, Origin, LedgerLock), LedgerError> {
        let failed = |source| LedgerError::Open { path: path.to_owned(), source };
        let real = real_path(path).map_err(failed)?;
        if let Some(kind) = network::network_drive(&real) {
            return Err(LedgerError::NetworkDrive(kind));
        }
        let lock = LedgerLock::take(&real, holder)?;
        // Looked for only now: before the lock was taken, another process might have been creating it.
        let (existing, origin) = match Sqlite::existing(path) {
            Ok(Some(ledger)) => (Some(ledger), Origin::Existing),
            Ok(None) => (None, Origin::Created),
            Err(LedgerError::Lost { .. }) if if_lost == IfLost::StartAnew => {
                (None, Origin::Replaced)
            }
            Err(error) => return Err(error),
        };
        let prepared = match existing {
            Some(ledger) => ledger.prepare(meeting),
            None => Sqlite::create(&real, meeting, origin == Origin::Replaced),
        };
        if prepared.is_err() && origin == Origin::Created {
            // As if nothing had happened. For a failure here there is no remedy, and the first error says more.
            let _ = lock::remove_file(&real);
        }
        Ok((prepared?, origin, lock))
    }

    fn create(path: &Path, meeting: &MeetingId, replace: bool) -> Result<Sqlite, LedgerError> {
        create::create(path, meeting, replace)?;
        let prepared = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .map_err(LedgerError::from)
            .and_then(|db| Sqlite::new(db, path).prepare(meeting));
        if prepared.is_err() {
            let _ = create::discard(path, replace);
        }
        prepared
    }

    /// Makes a ledger ready to be changed. The caller has the lock.
    fn prepare(mut self, meeting: &MeetingId) -> Result<Sqlite, LedgerError> {
        self.is_locked = true;
        // With a write-ahead log others can read meanwhile, and a commit costs one sync instead of several. It is set
        // already, unless a run was killed while it removed a new ledger.
        self.db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // NORMAL would sync only at checkpoints: after a power cut, intents of messages that have left could be lost.
        self.db.pragma_update(None, "synchronous", "FULL")?;
        // Half a MiB, as for the reader: messages are recorded nearly in the order of the entries.
        self.db.pragma_update(None, "cache_size", -512)?;
        schema::migrate(&mut self.db)?;
        belong_to(&self.db, meeting)?;
        if self.is_unclean()? {
            // A process that erased something was ended before it was done. Whatever is opened for is more important, and the
            // next one tries it again.
            let _ = self.clean();
        }
        Ok(self)
    }

    pub(super) fn reader(&self) -> Result<Sqlite, LedgerError> {
        let db = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // Half a MiB: it looks up entries nearly in the order in which they are stored.
        db.pragma_update(None, "cache_size", -512)?;
        Ok(Sqlite { db, path: self.path.clone(), is_locked: self.is_locked })
    }

    pub(super) fn is_in_use(&self) -> bool {
        // A ledger in memory has no path, and no other process.
        !self.is_locked && !self.path.as_os_str().is_empty() && lock::is_held(&self.path)
    }

    pub(super) fn meeting_at(path: &Path) -> Option<String> {
        meeting_id(&Sqlite::existing(path).ok()??.db).ok()?
    }

    /// Removes the files of a ledger that was created for nothing, the lock file last. The caller holds the lock.
    pub(super) fn remove(&mut self, origin: Origin) {
        let was_lost = origin == Origin::Replaced;
        let is_alone = self.become_only_connection().is_ok();
        // Windows removes no file that is open.
        if cfg!(windows) {
            self.close();
        }
        // If others went on reading, a ledger stays where it is: it is whole, and has nobody in it. That one was lost
        // must not be forgotten, and an empty file in its place is opened by nobody.
        if is_alone || was_lost {
            // For a failure here there is no remedy, and an empty ledger does no harm.
            let _ = create::discard(&self.path, was_lost);
        }
        // Only now: until then it keeps everybody else out.
        self.close();
        if matches!(find(&self.path), Ok(Found::Nothing)) {
            let _ = lock::remove_file(&self.path);
        }
    }

    fn close(&mut self) {
        if let Ok(nothing) = Connection::open_in_memory() {
            self.db = nothing;
        }
    }

    /// Waits until no other process reads the ledger, and keeps it out from then on.
    ///
    /// A reader that has opened the file, and opens its log by name only after both were removed, would create a new
    /// log, which the next ledger would share. In the mode that this sets, there is no log.
    fn become_only_connection(&self) -> Result<(), rusqlite::Error> {
        self.db.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
        let (pause, mut tries) = REMOVAL;
        loop {
            // SQLite does not wait by itself for the exclusive lock that this change of mode needs.
            match self.db.pragma_update_and_check(None, "journal_mode", "MEMORY", |_| Ok(())) {
                Err(error) if tries > 0 && is_busy(&error) => {
                    tries -= 1;
                    thread::sleep(pause);
                }
                result => return result,
            }
        }
    }
}

fn lost(path: &Path, found: Found) -> LedgerError {
    let state = match found {
        Found::OnlyLog => "is missing, and only its `-wal` file is left",
        _ => "is empty",
    };
    LedgerError::Lost { path: path.to_owned(), state }
}

#[cfg(test)]
impl Sqlite {
    pub(super) fn refuse_writes(&self, refuse: bool) {
        self.db.pragma_update(None, "query_only", refuse).unwrap();
    }
}
