//! The roster's rows against the ledger's entries: who is who, whatever was edited.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use jiff::Timestamp;
use meetmint_core::{MeetingId, Uid};

use crate::ledger::{Ledger, LedgerError, MessageState};
use crate::{MessageKind, Snapshot};

/// A row of the roster, as far as it has to be known to tell whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The person's key.
    pub person: Arc<str>,
    /// The room's node.
    pub room: Arc<str>,
    /// Seconds since 1970 UTC.
    pub start: i64,
    /// Likewise.
    pub end: i64,
    /// Whether the person moderates: moderators are told first.
    pub moderator: bool,
    /// The facts' fingerprint.
    pub fingerprint: [u8; 16],
    sheet: u64,
}

impl Row {
    /// The row of a sheet.
    pub fn new(person: &str, room: &str, sheet: &Snapshot, text: &str) -> Row {
        let facts = sheet.facts();
        Row {
            person: person.into(),
            room: room.into(),
            start: facts.start(),
            end: facts.end(),
            moderator: facts.moderator(),
            fingerprint: sheet.fingerprint(),
            sheet: snapshot_hash(text),
        }
    }
}

/// An entry of the ledger.
#[derive(Clone, Debug)]
pub struct LedgerEntry {
    pub(crate) id: i64,
    pub(crate) uid: Uid,
    pub(crate) person: Arc<str>,
    pub(crate) room: Arc<str>,
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) wanted: bool,
    pub(crate) called_off: bool,
    pub(crate) fingerprint: [u8; 16],
    pub(crate) sheet: u64,
    pub(crate) standing: History,
}

impl LedgerEntry {
    /// Whether nothing has to be written down for a row that is this entry.
    pub(crate) fn is_as(&self, row: &Row) -> bool {
        self.wanted
            && (&self.room, self.start, self.end, self.fingerprint, self.sheet)
                == (&row.room, row.start, row.end, row.fingerprint, row.sheet)
    }
}

/// What a person has been told through one medium.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// The message that told them last that they are invited, and its facts; none after a cancellation.
    pub(crate) told: Option<(i64, [u8; 16])>,
    /// Whether it is not known if the last message arrived.
    pub(crate) doubt: bool,
    /// The last invitation, update or cancellation that was tried.
    pub(crate) last: Option<Last>,
}

/// The last message that was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Last {
    pub(crate) kind: MessageKind,
    pub(crate) state: MessageState,
    pub(crate) fingerprint: [u8; 16],
}

impl History {
    /// Adds a message, in the order of their writing.
    pub(crate) fn add(
        &mut self,
        id: i64,
        kind: MessageKind,
        state: MessageState,
        fingerprint: [u8; 16],
    ) {
        if kind == MessageKind::Remind {
            self.doubt |= state == MessageState::InDoubt;
            return;
        }
        self.last = Some(Last { kind, state, fingerprint });
        if state.may_be_known() {
            self.doubt = state == MessageState::InDoubt;
            self.told = (kind != MessageKind::Cancel).then_some((id, fingerprint));
        }
    }
}

/// What tells one sheet's text from another.
pub(crate) fn snapshot_hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A roster being read against a ledger. Sheets that are new or changed go to the disk at once, so that only
/// keys are in memory.
#[derive(Debug)]
pub struct Reconciler<'l> {
    ledger: &'l mut Ledger,
    known: Vec<LedgerEntry>,
    exact: HashMap<u64, usize>,
    rows: Vec<Row>,
}

/// A roster that was read against a ledger.
#[derive(Debug)]
pub struct Reconciliation {
    known: Vec<LedgerEntry>,
    rows: Vec<Row>,
    /// For each row, the entry that it is.
    partner: Vec<Option<u32>>,
    /// For each entry, whether some row is it.
    met: Vec<bool>,
    /// Whether entries that no row is are removed.
    removes: bool,
}

/// What goes on beside the rows that can be read.
#[derive(Clone, Debug, Default)]
pub struct BadRows {
    /// People whose row is bad: they stay as they are.
    pub people: HashSet<String>,
    /// Whether a bad row may be anybody's: nobody is removed then.
    pub anybody: bool,
}

impl<'l> Reconciler<'l> {
    /// Begins with what the ledger knows.
    ///
    /// # Errors
    /// [`LedgerError`] if it does not answer.
    pub fn new(
        ledger: &'l mut Ledger,
        known: Vec<LedgerEntry>,
    ) -> Result<Reconciler<'l>, LedgerError> {
        ledger.begin_temporary_rows()?;
        let exact = known.iter().enumerate();
        let exact =
            exact.map(|(at, known)| (key(&known.person, &known.room, known.start), at)).collect();
        Ok(Reconciler { ledger, known, exact, rows: Vec::new() })
    }

    /// The next row of the roster, with its sheet.
    ///
    /// # Errors
    /// [`LedgerError`] if the disk takes no more.
    pub fn add(&mut self, mut row: Row, sheet: &str) -> Result<(), LedgerError> {
        let same =
            self.exact.get(&key(&row.person, &row.room, row.start)).map(|at| &self.known[*at]);
        if let Some(known) =
            same.filter(|known| known.person == row.person && known.room == row.room)
        {
            // One copy of each text is enough.
            row.person = Arc::clone(&known.person);
            row.room = Arc::clone(&known.room);
            if !known.is_as(&row) {
                self.ledger.add_temporary_row(self.rows.len(), sheet)?;
            }
        } else {
            self.ledger.add_temporary_row(self.rows.len(), sheet)?;
            // Most people are in one room: its name is kept once.
            if let Some(last) = self.rows.last().filter(|last| last.room == row.room) {
                row.room = Arc::clone(&last.room);
            }
        }
        self.rows.push(row);
        Ok(())
    }

    /// Tells whose each row is. Entries that are over at `now` are only met by their very row, unless the
    /// meeting was `postponed`.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer.
    pub fn finish(
        mut self,
        now: Timestamp,
        postponed: bool,
        bad: &BadRows,
    ) -> Result<Reconciliation, LedgerError> {
        self.ledger.finish_temporary_rows()?;
        self.rows.shrink_to_fit();
        let now = now.as_second();
        let partner =
            meet(&self.known, &self.rows, &self.exact, |known| postponed || known.end > now);
        let mut met = vec![false; self.known.len()];
        for at in partner.iter().flatten() {
            met[*at as usize] = true;
        }
        for (known, met) in self.known.iter().zip(&mut met) {
            *met |= bad.people.contains(known.person.as_ref());
        }
        Ok(Reconciliation {
            known: self.known,
            rows: self.rows,
            partner,
            met,
            removes: !bad.anybody,
        })
    }
}

impl Reconciliation {
    /// The roster's rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The people of the rows, with the entries that [`apply`](Reconciliation::apply) gave.
    pub fn people<'a>(&'a self, entries: &'a [i64]) -> impl Iterator<Item = (&'a str, i64)> {
        self.rows.iter().map(|row| row.person.as_ref()).zip(entries.iter().copied())
    }

    /// Entries of those who have been told that they are invited, and still are, before the end of their meeting.
    pub fn invited(&self, now: Timestamp) -> impl Iterator<Item = (&str, i64)> {
        let now = now.as_second();
        self.pairs().filter_map(move |(row, known)| {
            let known = known?;
            let invited = known.standing.told.is_some() && !known.called_off && row.end > now;
            invited.then_some((row.person.as_ref(), known.id))
        })
    }

    /// Everybody who has been told that they are invited, in the list or not, before the end of their meeting.
    pub fn told(&self, now: Timestamp) -> impl Iterator<Item = &str> {
        let now = now.as_second();
        let told =
            self.known.iter().filter(move |known| known.standing.told.is_some() && known.end > now);
        told.map(|known| known.person.as_ref())
    }

    /// People of the list whom the ledger knows, and for whom the meeting is not called off.
    pub fn expected(&self) -> impl Iterator<Item = &str> {
        let known = self.pairs().filter(|(_, known)| known.is_some_and(|known| !known.called_off));
        known.map(|(row, _)| row.person.as_ref())
    }

    /// The earliest start that lies ahead of those who have been told.
    pub fn next_start(&self, now: Timestamp) -> Option<i64> {
        let now = now.as_second();
        let starts = self.pairs().filter(|(row, known)| {
            row.start > now && known.is_some_and(|known| known.standing.told.is_some())
        });
        starts.map(|(row, _)| row.start).min()
    }

    /// Whether anybody of this key is in the roster or in the ledger.
    pub fn knows(&self, person: &str) -> bool {
        self.rows.iter().any(|row| *row.person == *person)
            || self.known.iter().any(|known| *known.person == *person)
    }

    /// The ledger's entries.
    pub(crate) fn known(&self) -> &[LedgerEntry] {
        &self.known
    }

    /// Each row with the entry that it is.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Row, Option<&LedgerEntry>)> {
        self.rows
            .iter()
            .zip(&self.partner)
            .map(|(row, at)| (row, at.map(|at| &self.known[at as usize])))
    }

    /// Entries that no row is any more.
    pub(crate) fn removed(&self) -> impl Iterator<Item = &LedgerEntry> {
        let all = self.known.iter().zip(&self.met);
        all.filter(|(known, met)| self.removes && !**met && known.wanted).map(|(known, _)| known)
    }

    /// Entries that no row is, and that nobody removes in this run: they were removed before, or a bad row
    /// may be theirs.
    pub(crate) fn left(&self) -> impl Iterator<Item = &LedgerEntry> {
        let paired: HashSet<usize> = self.partner.iter().flatten().map(|at| *at as usize).collect();
        let all = self.known.iter().enumerate().zip(&self.met);
        all.filter(move |((at, known), met)| {
            !paired.contains(at) && (**met || !self.removes || !known.wanted)
        })
        .map(|((_, known), _)| known)
    }

    /// Writes down what the roster wants. Gives the entry of each row.
    ///
    /// # Errors
    /// [`LedgerError`] if the ledger does not answer; it is then as it was.
    pub fn apply(&self, ledger: &mut Ledger, id: &MeetingId) -> Result<Vec<i64>, LedgerError> {
        ledger.apply(self, id)
    }
}

fn key(person: &str, room: &str, start: i64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (person, room, start).hash(&mut hasher);
    hasher.finish()
}

/// For each row the entry that it is: by address, room and start; what is left by address and room, by address and
/// start, then by address alone, each only if exactly one is left on either side. First among entries that
/// stand, then among removed ones. An entry that does not move is met by its very row only.
fn meet(
    known: &[LedgerEntry],
    rows: &[Row],
    exact: &HashMap<u64, usize>,
    moves: impl Fn(&LedgerEntry) -> bool,
) -> Vec<Option<u32>> {
    let mut partner: Vec<Option<u32>> = vec![None; rows.len()];
    let mut free: Vec<bool> = vec![true; known.len()];
    for standing in [true, false] {
        for (at, row) in rows.iter().enumerate() {
            let very = exact.get(&key(&row.person, &row.room, row.start)).copied();
            let very = very.filter(|entry| {
                let known = &known[*entry];
                free[*entry] && known.wanted == standing && known.person == row.person
            });
            if let (None, Some(entry)) = (partner[at], very) {
                partner[at] = index(entry);
                free[entry] = false;
            }
        }
        for level in 1..4 {
            if partner.iter().all(Option::is_some) || !free.contains(&true) {
                return partner;
            }
            // Of everything that is left, grouped by what this level looks at: the only row and the only entry.
            let key = |person: &str, room: &str, start: i64| match level {
                1 => key(person, room, 0),
                2 => key(person, "", start),
                _ => key(person, "", 0),
            };
            let mut groups: HashMap<u64, (Alone, Alone)> = HashMap::new();
            for (at, row) in rows.iter().enumerate().filter(|(at, _)| partner[*at].is_none()) {
                groups.entry(key(&row.person, &row.room, row.start)).or_default().0.add(at);
            }
            for (at, known) in known.iter().enumerate() {
                if free[at] && known.wanted == standing && moves(known) {
                    groups
                        .entry(key(&known.person, &known.room, known.start))
                        .or_default()
                        .1
                        .add(at);
                }
            }
            for (row, entry) in
                groups.into_values().filter_map(|(row, entry)| row.only().zip(entry.only()))
            {
                if rows[row].person == known[entry].person {
                    partner[row] = index(entry);
                    free[entry] = false;
                }
            }
        }
    }
    partner
}

/// The place of an entry, in few octets: there is one for each row.
fn index(entry: usize) -> Option<u32> {
    u32::try_from(entry).ok()
}

/// None, one, or several of something.
#[derive(Clone, Copy, Default)]
enum Alone {
    #[default]
    None,
    One(usize),
    Several,
}

impl Alone {
    fn add(&mut self, at: usize) {
        *self = match self {
            Alone::None => Alone::One(at),
            _ => Alone::Several,
        };
    }

    fn only(self) -> Option<usize> {
        match self {
            Alone::One(at) => Some(at),
            _ => None,
        }
    }
}
