//! A roster whose rows were matched to the ledger's entries.

use std::collections::HashSet;
use std::sync::Arc;

use meetmint_core::{MeetingId, address_in_key, family_key};
use rusqlite::{OptionalExtension as _, params};

use super::erased::{ErasedEvents, LeftOutPeople};
use super::fate::Fate;
use super::organizer::Organizer;
use super::store::{Pair, Store};
use crate::content::MessageKind;
use crate::ledger::{EntryChange, Ledger, LedgerEntry, LedgerError, WantedRow, WhyLeftOut};
use crate::scratch::Scratch;

/// A roster whose rows were matched to the ledger's entries. People who have what they should have are only counted, unless
/// everybody was asked for ([`ReconcileSpec::only_due`](super::ReconcileSpec::only_due)).
#[derive(Debug)]
pub struct Reconciliation {
    store: Store,
    /// How many people have what they should have, and are not among rows and entries.
    settled: usize,
    /// People with an entry under another organizer that stays as it is.
    waiting: HashSet<Arc<str>>,
    organizer: Organizer,
    /// Whether the meeting is called off for everybody.
    called_off: bool,
    /// People for whom the meeting is called off by a mark of their own.
    people_called_off: HashSet<Arc<str>>,
    /// Addresses for which it is to be called off.
    addresses_called_off: HashSet<String>,
    /// People in the roster who are left out.
    left_out: LeftOutPeople,
    /// Events of people whose entries were erased.
    erased: ErasedEvents,
    /// The time that decides what is over, in seconds since 1970 UTC.
    now: i64,
}

/// Rows that cannot be read, when a run goes on without them.
#[derive(Clone, Debug, Default)]
pub struct BadRows {
    /// Addresses of people with a bad row, in lower case: their entries stay as they are.
    pub people: HashSet<String>,
    /// Whether a bad row has no readable address. It may be anybody's, so nobody is removed.
    pub anybody: bool,
}

/// A row whose meeting is over, and the entry that it leaves alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftAlone {
    /// The person's key.
    pub person: Arc<str>,
    /// The start that the row has, in seconds since 1970 UTC.
    pub row_start: i64,
    /// The start that the entry keeps, in seconds since 1970 UTC.
    pub start: i64,
}

impl Reconciliation {
    /// What becomes of the entries in `store`, whose rows have been found. `settled` people are not in it.
    pub(super) fn new(
        store: Store,
        organizer: Organizer,
        settled: usize,
        bad: &BadRows,
        now: i64,
    ) -> Result<Reconciliation, LedgerError> {
        let mut reconciliation = Reconciliation {
            store,
            settled,
            waiting: HashSet::new(),
            organizer,
            called_off: false,
            people_called_off: HashSet::new(),
            addresses_called_off: HashSet::new(),
            left_out: LeftOutPeople::default(),
            erased: ErasedEvents::default(),
            now,
        };
        reconciliation.take_new_keys()?;
        for entry in reconciliation.store.entries("e.called_off") {
            reconciliation.people_called_off.insert(entry?.0.person);
        }
        reconciliation.find_fates(bad)?;
        Ok(reconciliation)
    }

    /// As it is when the meeting is called off for everybody, or not.
    pub(super) fn with_mark(self, called_off: bool) -> Reconciliation {
        Reconciliation { called_off, ..self }
    }

    /// With what the ledger recognizes of people whose entries were erased.
    pub(super) fn without_erased(
        self,
        left_out: LeftOutPeople,
        erased: ErasedEvents,
    ) -> Reconciliation {
        Reconciliation { left_out, erased, ..self }
    }

    /// People in the roster who are left out, because their data was erased.
    pub fn left_out(&self) -> &LeftOutPeople {
        &self.left_out
    }

    /// Gives entries the keys of their rows, where a name was corrected: from here on, both are the same person.
    fn take_new_keys(&self) -> Result<(), LedgerError> {
        // A row that is over leaves its entry as it is.
        self.store.scratch.db().execute(
            "UPDATE known_entry SET person = r.person, has_new_key = 1 FROM roster_row AS r
             WHERE r.entry = known_entry.id AND NOT r.is_over AND r.person <> known_entry.person",
            [],
        )?;
        Ok(())
    }

    /// Decides what becomes of each entry.
    fn find_fates(&mut self, bad: &BadRows) -> Result<(), LedgerError> {
        let store = self.store.clone();
        let has_over = store.exists("SELECT 1 FROM roster_row WHERE is_over", [])?;
        // Only after a change of organizer.
        let is_replacing = store.exists("SELECT 1 FROM known_entry WHERE NOT own", [])?;
        if has_over || is_replacing {
            let sql = "CREATE INDEX row_of_person ON roster_row (person)";
            store.scratch.db().execute_batch(sql)?;
        }
        if has_over {
            let sql = "UPDATE known_entry SET fate = ?1, row_start = r.start FROM roster_row AS r
                       WHERE r.entry = known_entry.id AND r.is_over AND known_entry.end > ?2";
            let alone = Fate::LeftAlone { row_start: 0 }.number();
            store.scratch.db().execute(sql, [alone, self.now])?;
        }
        for entry in store.entries("e.row IS NULL") {
            let (entry, _) = entry?;
            let person = &entry.person;
            let fate = if bad.anybody || bad.people.contains(address_in_key(person)) {
                // Which of their entries a bad row means cannot be read from it, so all of them are kept.
                Fate::Kept
            } else if !self.organizer.has(&entry) && self.has_live_row(person)? {
                Fate::Replaced
            } else if has_over
                && may_have_row(&entry)
                && entry.end > self.now
                && let Some(row_start) = self.past_row(person)?
            {
                // It may be the row's entry, before its date was typed into the past. It is not wanted if the organizer was
                // changed since, and perhaps changed back.
                Fate::LeftAlone { row_start }
            } else {
                Fate::Removed
            };
            let row_start = match fate {
                Fate::LeftAlone { row_start } => row_start,
                _ => 0,
            };
            let sql = "UPDATE known_entry SET fate = ?2, row_start = ?3 WHERE id = ?1";
            let values = params![entry.id, fate.number(), row_start];
            store.scratch.db().prepare_cached(sql)?.execute(values)?;
            let is_waiting = fate == Fate::Kept && !self.organizer.has(&entry);
            if is_waiting && entry.end > self.now && entry.history.delivered.is_some() {
                self.waiting.insert(entry.person);
            }
        }
        Ok(())
    }

    fn has_live_row(&self, person: &str) -> Result<bool, LedgerError> {
        let live = "SELECT 1 FROM roster_row WHERE person = ?1 AND NOT is_over";
        self.store.exists(live, [person])
    }

    /// The start of the last row of a person that is over, and that may mean an entry that no row has.
    fn past_row(&self, person: &str) -> Result<Option<i64>, LedgerError> {
        // A row with an entry that was never delivered may have been moved from another one, for example under an earlier
        // organizer.
        let sql = "SELECT r.start FROM roster_row AS r LEFT JOIN known_entry AS e ON e.id = r.entry
                   WHERE r.person = ?1 AND r.is_over AND (r.entry IS NULL OR e.end > ?2 AND e.delivered IS NULL)
                   ORDER BY r.number DESC LIMIT 1";
        let db = self.store.scratch.db();
        let mut select = db.prepare_cached(sql)?;
        Ok(select.query_row(params![person, self.now], |row| row.get(0)).optional()?)
    }

    /// Decides as if the meeting were called off: for the people with these addresses, or for everybody. The ledger is
    /// not changed.
    pub fn call_off(&mut self, people: Option<&[String]>) {
        match people {
            None => self.called_off = true,
            Some(addresses) => self.addresses_called_off.extend(addresses.iter().cloned()),
        }
    }

    /// Whether the meeting is called off for everybody.
    pub fn is_called_off(&self) -> bool {
        self.called_off
    }

    /// Whether the meeting is called off for a person: for everybody, or by a mark of their own.
    pub(crate) fn is_called_off_for(&self, person: &str) -> bool {
        self.called_off
            || self.people_called_off.contains(person)
            || self.addresses_called_off.contains(address_in_key(person))
    }

    /// How many people have what they should have, and are neither among the rows nor among the entries.
    pub(crate) fn settled(&self) -> usize {
        self.settled
    }

    /// Where further lists about these people go.
    pub(crate) fn scratch(&self) -> &Scratch {
        &self.store.scratch
    }

    /// Rows whose meeting is over while that of their entry is not, so that the entry keeps what it had.
    pub(crate) fn left_alone(&self) -> Result<Vec<LeftAlone>, LedgerError> {
        // Without an invitation there is none that stays.
        let alone = self.store.entries("e.fate = 1 AND e.delivered IS NOT NULL");
        let alone = alone.map(|entry| {
            let (LedgerEntry { person, start, .. }, fate) = entry?;
            let Fate::LeftAlone { row_start } = fate else { return Ok(None) };
            Ok(Some(LeftAlone { person, row_start, start }))
        });
        alone.filter_map(Result::transpose).collect()
    }

    /// Whether anybody with this address has an entry, or will have one when the roster is applied: a row that is over
    /// gets none.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read.
    pub fn has_entry(&self, ledger: &Ledger, address: &str) -> Result<bool, LedgerError> {
        Ok(self.has_row(address, "NOT is_over")? || ledger.knows(address)?)
    }

    /// Whether anybody with this address has a row for which a condition is true.
    fn has_row(&self, address: &str, condition: &str) -> Result<bool, LedgerError> {
        // In a family, the key goes on after the address.
        let rows = format!(
            "SELECT 1 FROM roster_row WHERE (person = ?1 OR substr(person, 1, length(?2)) = ?2) AND {condition}"
        );
        self.store.exists(&rows, [address, &family_key(address, "")])
    }

    /// Whether this is the next event in the folder of the last one: everything that was delivered is over, no row is one
    /// of those entries, and a row lies ahead.
    pub(crate) fn is_next_event(&self) -> Result<bool, LedgerError> {
        let is_delivered = "SELECT 1 FROM known_entry WHERE delivered IS NOT NULL";
        let goes_on = format!("{is_delivered} AND (end > ?1 OR row IS NOT NULL)");
        let lies_ahead = "SELECT 1 FROM roster_row WHERE start > ?1";
        // Entries that were erased count like all others.
        let ErasedEvents { have_row, last_end } = self.erased;
        let goes_on_erased = have_row || last_end.is_some_and(|end| end > self.now);
        // Whoever has what they should have has a row.
        Ok(self.settled == 0
            && !goes_on_erased
            && (last_end.is_some() || self.store.exists(is_delivered, [])?)
            && !self.store.exists(&goes_on, [self.now])?
            && self.store.exists(lies_ahead, [self.now])?)
    }

    /// Whether a row has to wait: its person's event under an earlier organizer is not to be cancelled yet, and a second
    /// event beside it would be one too many.
    pub(crate) fn has_to_wait(&self, row: &WantedRow) -> bool {
        self.waiting.contains(&row.person)
    }

    /// Whether anybody with this address is in the roster or in the ledger.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger cannot be read.
    pub fn knows(&self, ledger: &Ledger, address: &str) -> Result<bool, LedgerError> {
        // Asked for the few people who are named on the command line: an index would cost more than these searches.
        let is_left_out = self.why_left_out(address)?.is_some();
        Ok(is_left_out || self.has_row(address, "1")? || ledger.knows(address)?)
    }

    /// Why somebody in the roster with this address, in lower case, is left out, if they are; also if they are only counted
    /// in [`Reconciliation::left_out`].
    ///
    /// # Errors
    /// [`LedgerError`] if the temporary file cannot be read.
    pub fn why_left_out(&self, address: &str) -> Result<Option<WhyLeftOut>, LedgerError> {
        self.store.why_left_out(address)
    }

    /// Each row with its entry, in the order of the roster, also rows that are over.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = Result<Pair, LedgerError>> + use<> {
        self.store.pairs()
    }

    /// Whether the meeting of a row is over.
    pub(crate) fn is_over(&self, row: &WantedRow) -> bool {
        row.end <= self.now
    }

    /// The time that decides what is over, in seconds since 1970 UTC.
    pub(crate) fn now(&self) -> i64 {
        self.now
    }

    /// Entries that nobody wants any more, or under another organizer: now, or since an earlier run.
    pub(crate) fn removed(&self) -> impl Iterator<Item = Result<LedgerEntry, LedgerError>> + use<> {
        self.with_fate(&[Fate::Removed, Fate::Replaced])
    }

    /// Entries that stay as they are: because a bad row may be theirs, or, if the second value says so, one that is over.
    pub(crate) fn kept(
        &self,
    ) -> impl Iterator<Item = Result<(LedgerEntry, bool), LedgerError>> + use<> {
        let (kept, alone) = (Fate::Kept, Fate::LeftAlone { row_start: 0 });
        let entries = self.store.entries(&among(&[kept, alone]));
        entries.map(|entry| entry.map(|(entry, fate)| (entry, fate != Fate::Kept)))
    }

    /// Entries under another organizer, whose person has a row.
    pub(crate) fn replaced(
        &self,
    ) -> impl Iterator<Item = Result<LedgerEntry, LedgerError>> + use<> {
        self.with_fate(&[Fate::Replaced])
    }

    fn with_fate(
        &self,
        meant: &[Fate],
    ) -> impl Iterator<Item = Result<LedgerEntry, LedgerError>> + use<> {
        self.store.entries(&among(meant)).map(|entry| Ok(entry?.0))
    }

    /// Writes what the roster wants into the ledger. From then on, new entries have ids.
    ///
    /// # Errors
    /// [`LedgerError`]: the ledger is as it was before.
    pub fn apply(&self, ledger: &mut Ledger, meeting: &MeetingId) -> Result<(), LedgerError> {
        ledger.apply(meeting, self.changes(), |number, id| self.store.note_entry(number, id))
    }

    pub(super) fn changes(&self) -> impl Iterator<Item = Result<EntryChange<'_>, LedgerError>> {
        let organizer = self.organizer.address();
        let now = self.now;
        let rows = self.pairs().filter_map(move |pair| {
            let Pair { number, row, entry } = match pair {
                Ok(pair) => pair,
                Err(error) => return Some(Err(error)),
            };
            match entry {
                _ if row.end <= now => None,
                None => Some(Ok(EntryChange::Insert { number, row, organizer })),
                // Nothing to write, and no temporary row was added for it.
                Some(entry) if entry.equals(&row) => None,
                Some(entry) => Some(Ok(EntryChange::Update { entry: entry.id, number, row })),
            }
        });
        let removed = self.removed().filter(|entry| !entry.as_ref().is_ok_and(|one| !one.wanted));
        rows.chain(removed.map(|entry| Ok(EntryChange::Remove { entry: entry?.id })))
    }
}

#[cfg(test)]
impl Reconciliation {
    /// What becomes of each entry, by its id.
    pub(super) fn fates(&self) -> Vec<(i64, Fate)> {
        let entries = self.store.entries("1").map(Result::unwrap);
        entries.map(|(entry, fate)| (entry.id, fate)).collect()
    }
}

/// Whether a row in the past may mean an entry that no row has.
fn may_have_row(entry: &LedgerEntry) -> bool {
    // What was not cancelled yet may be the event that a row in the past means.
    let last = &entry.history.last;
    let is_being_cancelled = last.is_some_and(|last| last.kind == MessageKind::Cancel);
    entry.wanted || entry.history.delivered.is_some() && !is_being_cancelled
}

/// The condition that an entry has one of these fates.
fn among(fates: &[Fate]) -> String {
    let numbers: Vec<String> = fates.iter().map(|fate| fate.number().to_string()).collect();
    format!("e.fate IN ({})", numbers.join(", "))
}
