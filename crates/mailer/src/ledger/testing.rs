//! Ledgers for tests of other modules.

use std::cell::Cell;

use meetmint_core::{MeetingId, Uid};

use super::Ledger;
use super::entry::{EntryChange, History, LedgerEntry, WantedRow};
use super::error::LedgerError;
use super::message::{Intent, MessageRecord, SnapshotId};
use super::state::{Medium, MessageState};
use crate::content::MessageKind;
use crate::outbox::FolderFiles;
use crate::snapshot::Snapshot;

/// The snapshot of an attendee, as a released version wrote it.
pub(crate) const SNAPSHOT: &str = include_str!("testing/snapshot.json");

/// Runs `work` with a ledger of `count` entries, whose ids begin with 1.
pub(crate) fn with_entries(count: usize, work: impl FnOnce(&mut Ledger)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    let meeting = MeetingId::written("a meeting").unwrap();
    let mut ledger = Ledger::open_locked(&path, &meeting, "a test").unwrap();
    let rows: Vec<WantedRow> = (0..count).map(row).collect();
    add(&mut ledger, &meeting, &rows);
    work(&mut ledger);
}

/// Adds an entry for each row.
pub(crate) fn add(ledger: &mut Ledger, meeting: &MeetingId, rows: &[WantedRow]) -> Vec<i64> {
    add_with(ledger, meeting, rows, |_| SNAPSHOT.trim_end().to_owned())
}

/// Adds an entry for each row, with the snapshot that belongs to its number.
pub(crate) fn add_with(
    ledger: &mut Ledger,
    meeting: &MeetingId,
    rows: &[WantedRow],
    snapshot: impl Fn(usize) -> String,
) -> Vec<i64> {
    ledger.begin_temporary_rows().unwrap();
    for number in 0..rows.len() {
        ledger.add_temporary_row(number, &snapshot(number)).unwrap();
    }
    ledger.finish_temporary_rows().unwrap();
    let changes = rows.iter().cloned().enumerate();
    let organizer = "events@example.org";
    let changes = changes.map(|(number, row)| Ok(EntryChange::Insert { number, row, organizer }));
    let mut ids = Vec::new();
    let inserted = |_, id| {
        ids.push(id);
        Ok(())
    };
    ledger.apply(meeting, changes, inserted).unwrap();
    ids
}

/// The row of a person with a number.
pub(crate) fn row(number: usize) -> WantedRow {
    let text = SNAPSHOT.trim_end();
    let snapshot = Snapshot::read(text).unwrap();
    WantedRow::new(&format!("p{number}@example.org"), "town-hall", &snapshot, text)
}

/// The entry of the person of `row(1)`, in a room and at a start.
pub(crate) fn entry(id: i64, room: &str, start: i64) -> LedgerEntry {
    let row = row(1);
    LedgerEntry {
        id,
        uid: Uid::from_octets([0; 16]),
        person: row.person,
        room: room.into(),
        start,
        end: row.end,
        wanted: true,
        called_off: false,
        organizer: "events@example.org".into(),
        fingerprint: row.fingerprint,
        snapshot: row.snapshot,
        has_new_key: false,
        history: History::default(),
    }
}

/// The first message to an entry of [`with_entries`]: its snapshot has the same number.
pub(crate) fn intent(entry: i64) -> Intent {
    let record = MessageRecord {
        id: None,
        entry,
        entry_sequence: -1,
        address: format!("p{entry}@example.org"),
        medium: Medium::Smtp,
        kind: MessageKind::Invite,
        sequence: 0,
        copy: 0,
        round: None,
        stamp: 0,
        fingerprint: [0; 16],
        snapshot: SnapshotId(entry),
        reason: None,
        hash: [0; 32],
    };
    Intent { record, outcome: None }
}

/// How many people's latest message is in a state.
pub(crate) fn count(ledger: &Ledger, state: MessageState) -> usize {
    let files = FolderFiles::default();
    let people = ledger.status(Medium::Smtp, &files).map(Result::unwrap);
    let latest = people.filter_map(|person| person.messages.into_iter().next());
    latest.filter(|message| message.state == state).count()
}

/// What somebody is doing with a ledger.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    LookUp,
    /// Before it.
    Commit,
    /// After it.
    Committed,
}

thread_local! {
    static ON_LEDGER: Cell<Option<fn(Operation)>> = const { Cell::new(None) };
}

/// Calls `step` at each operation of this thread on a ledger, from now on.
pub(crate) fn on_ledger(step: fn(Operation)) {
    ON_LEDGER.set(Some(step));
}

/// Somebody is doing this.
pub(super) fn notice(operation: Operation) {
    if let Some(step) = ON_LEDGER.get() {
        step(operation);
    }
}

impl Ledger {
    /// All entries.
    pub(crate) fn known(
        &self,
        medium: Medium,
        files: &FolderFiles,
    ) -> Result<Vec<LedgerEntry>, LedgerError> {
        self.entries_after(i64::MIN, usize::MAX, medium, files)
    }

    /// Makes every write fail, as that to a full disk would, or stops doing so.
    pub(crate) fn refuse_writes(&self, refuse: bool) {
        self.engine.refuse_writes(refuse);
    }
}
