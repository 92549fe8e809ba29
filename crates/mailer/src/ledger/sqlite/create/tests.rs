//! How a ledger comes into being, what counts as one that was lost, and what others see meanwhile.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::ledger::testing::{add, row};
use crate::ledger::{IfLost, Ledger, LockedLedger, Medium};
use crate::outbox::FolderFiles;

struct Test {
    folder: TempDir,
}

impl Test {
    fn new() -> Test {
        Test { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// Names and contents of all files except for the lock file.
    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(self.folder.path()).unwrap().map(Result::unwrap);
        let files = entries.map(|entry| {
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        });
        let mut files: Vec<_> = files.filter(|(name, _)| name != "ledger.db.lock").collect();
        files.sort();
        files
    }

    fn names(&self) -> Vec<String> {
        self.files().into_iter().map(|(name, _)| name).collect()
    }

    fn look(&self, if_lost: IfLost) -> Result<Ledger, LedgerError> {
        Ledger::look_with(&self.path(), &meeting(), if_lost)
    }

    fn open(&self, if_lost: IfLost) -> Result<LockedLedger, LedgerError> {
        Ledger::open_locked_with(&self.path(), &meeting(), "a test", if_lost)
    }

    #[track_caller]
    fn is_lost(&self) {
        for error in [self.look(IfLost::Refuse).err(), self.open(IfLost::Refuse).err()] {
            assert!(matches!(error, Some(LedgerError::Lost { .. })), "{error:?}");
        }
    }
}

fn meeting() -> MeetingId {
    MeetingId::written("a meeting").unwrap()
}

fn people(ledger: &Ledger) -> usize {
    ledger.known(Medium::Smtp, &FolderFiles::default()).unwrap().len()
}

/// The write-ahead log of a ledger with two people, whose process was killed before it could copy them into the file.
fn old_log() -> Vec<u8> {
    let test = Test::new();
    let mut ledger = test.open(IfLost::Refuse).unwrap();
    add(ledger.keep(), &meeting(), &[row(1), row(2)]);
    let log = fs::read(beside(&test.path(), "-wal")).unwrap();
    assert!(log.len() > 4096);
    log
}

#[test]
fn a_new_ledger_has_everything_in_it_and_nothing_beside_it() {
    let test = Test::new();
    create(&test.path(), &meeting(), false).unwrap();
    assert_eq!(test.names(), ["ledger.db"]);
    assert_eq!(fs::metadata(test.path()).unwrap().permissions().mode() & 0o777, 0o600);
    // The versions for reading and writing in the header: 2 is WAL (SQLite's file format, §1.3.3).
    assert_eq!(test.files()[0].1[18..20], [2, 2]);
    let db = Connection::open(test.path()).unwrap();
    assert!(schema::version(&db).unwrap() > 0);
    let id: String = db.query_row("SELECT id FROM meeting", [], |row| row.get(0)).unwrap();
    assert_eq!(id, "a meeting");
}

#[test]
fn what_a_killed_process_left_is_removed_and_a_link_not_followed() {
    let test = Test::new();
    let path = test.path();
    let elsewhere = Test::new();
    fs::write(elsewhere.path(), "precious").unwrap();
    symlink(elsewhere.path(), beside(&path, ".new")).unwrap();
    for suffix in [".new-journal", ".new-wal", ".new-shm"] {
        fs::write(beside(&path, suffix), "half").unwrap();
    }
    // A reader does not mind: there is no ledger yet.
    assert_eq!(people(&test.look(IfLost::Refuse).unwrap()), 0);
    test.open(IfLost::Refuse).unwrap().keep();
    assert_eq!(test.names(), ["ledger.db"]);
    assert_eq!(fs::read(elsewhere.path()).unwrap(), b"precious");
}

#[test]
fn a_file_that_appears_meanwhile_is_not_replaced() {
    let test = Test::new();
    fs::write(test.path(), "restored from a backup").unwrap();
    let error = create(&test.path(), &meeting(), false).unwrap_err();
    assert!(matches!(error, LedgerError::Open { .. }), "{error:?}");
    assert_eq!(test.files(), [("ledger.db".to_owned(), b"restored from a backup".to_vec())]);
}

#[test]
fn a_failure_leaves_nothing() {
    let test = Test::new();
    // A folder cannot be removed like a file, so the new ledger cannot be moved into place.
    fs::create_dir_all(beside(&test.path(), "-wal").join("x")).unwrap();
    assert!(create(&test.path(), &meeting(), false).is_err());
    assert!(!test.path().exists() && !beside(&test.path(), ".new").exists());
}

#[test]
fn a_ledger_that_was_lost_is_replaced_only_if_that_is_asked_for() {
    let header = {
        let test = Test::new();
        let db = Connection::open(test.path()).unwrap();
        db.pragma_update(None, "user_version", 0).unwrap();
        db.execute_batch("CREATE TABLE x (y); DROP TABLE x; VACUUM").unwrap();
        fs::read(test.path()).unwrap()
    };
    assert!(!header.is_empty());
    // The file and its log.
    let losses = [
        (Some(Vec::new()), None),
        (Some(Vec::new()), Some(old_log())),
        (None, Some(old_log())),
        (Some(header), None),
    ];
    for (file, log) in losses {
        let test = Test::new();
        if let Some(file) = file {
            fs::write(test.path(), file).unwrap();
        }
        if let Some(log) = &log {
            fs::write(beside(&test.path(), "-wal"), log).unwrap();
        }
        let before = test.files();
        test.is_lost();
        assert_eq!(people(&test.look(IfLost::StartAnew).unwrap()), 0);
        assert_eq!(test.files(), before);
        // A run that was declined does not make the loss forgotten.
        drop(test.open(IfLost::StartAnew).unwrap());
        assert_eq!(test.names(), ["ledger.db"]);
        test.is_lost();
        // The new ledger has nothing of the old one, although SQLite would apply a log that it finds.
        if let Some(log) = &log {
            fs::write(beside(&test.path(), "-wal"), log).unwrap();
        }
        let mut ledger = test.open(IfLost::StartAnew).unwrap();
        assert_eq!(people(ledger.keep()), 0);
        drop(ledger);
        assert_eq!(people(&test.look(IfLost::Refuse).unwrap()), 0);
        assert_eq!(test.names(), ["ledger.db"]);
    }
}

#[test]
fn a_folder_in_its_place_is_refused() {
    let test = Test::new();
    fs::create_dir(test.path()).unwrap();
    for error in [test.look(IfLost::StartAnew).err(), test.open(IfLost::StartAnew).err()] {
        assert!(matches!(error, Some(LedgerError::Open { .. })), "{error:?}");
    }
}

#[test]
fn an_empty_log_without_a_ledger_is_no_loss() {
    let test = Test::new();
    fs::write(beside(&test.path(), "-wal"), "").unwrap();
    assert_eq!(people(&test.look(IfLost::Refuse).unwrap()), 0);
    test.open(IfLost::Refuse).unwrap().keep();
}

#[test]
fn a_reader_knows_whether_another_process_works_on_the_ledger() {
    let test = Test::new();
    symlink("ledger.db", test.folder.path().join("link.db")).unwrap();
    let by_link = || Ledger::look(&test.folder.path().join("link.db"), &meeting()).unwrap();
    // A ledger that is only in memory.
    assert!(!test.look(IfLost::Refuse).unwrap().is_in_use());
    let mut locked = test.open(IfLost::Refuse).unwrap();
    let reader = test.look(IfLost::Refuse).unwrap();
    assert!(reader.is_in_use() && by_link().is_in_use());
    // Its own lock does not count.
    assert!(!locked.is_in_use() && !locked.reader().unwrap().is_in_use());
    locked.keep();
    drop(locked);
    assert!(!reader.is_in_use() && !by_link().is_in_use());
    // The lock file stays when its process ends. Without it, nobody can be working.
    fs::remove_file(beside(&test.path(), ".lock")).unwrap();
    assert!(!reader.is_in_use());
    assert!(!beside(&test.path(), ".lock").exists());
}
