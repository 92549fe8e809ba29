//! Rows about people whose data was erased: recognized, and left out.

use meetmint_core::address_in_key;

use super::store::Store;
use crate::ledger::{Ledger, LedgerError, Medium, Recognizer, WantedRow, WhyLeftOut};

/// How many people are named who are left out because they were pruned, and how many for other reasons: the rest is
/// counted. Two limits, because everybody may be pruned, and somebody who asked to be forgotten must not be lost among them.
const NAMED: usize = 1000;

/// Somebody in the roster who is left out, because of what was kept when their data was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOutPerson {
    /// The address, in lower case.
    pub address: String,
    /// Why.
    pub why: WhyLeftOut,
}

/// Everybody in the roster who is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOutPeople {
    /// The first thousand who were pruned and the first thousand others, each address once, in the order of the roster.
    pub people: Vec<LeftOutPerson>,
    /// How many more people are left out.
    pub more: usize,
}

/// Events of people whose entries were erased, as far as it matters for those who are still there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ErasedEvents {
    /// Whether a row of the roster is one of those that were delivered.
    pub(super) have_row: bool,
    /// When the last of those ends that were delivered, in seconds since 1970 UTC.
    pub(super) last_end: Option<i64>,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recognized {
    /// Nobody was erased whom it is about.
    No,
    /// It is left out.
    LeftOut,
    /// Its meeting is over, and it had an entry, which was erased: no other entry is its own. `false` if the roster had not
    /// had the person any more: then entries of people who are in it come first, as with an entry that is still there.
    Over(bool),
}

/// Looks at each row of a roster.
#[derive(Debug)]
pub(super) struct Erased {
    /// None if nothing was erased from the ledger, as in most.
    recognizer: Option<Recognizer>,
    left_out: LeftOutPeople,
    /// How many of them were pruned.
    pruned: usize,
    have_row: bool,
}

impl Erased {
    /// `organizer` is the address of the present one.
    pub(super) fn new(ledger: &Ledger, organizer: &str) -> Result<Erased, LedgerError> {
        let recognizer = ledger.recognizer(organizer)?;
        Ok(Erased { recognizer, left_out: LeftOutPeople::default(), pruned: 0, have_row: false })
    }

    /// Whether a row is about somebody who was erased. `now` is in seconds since 1970 UTC. Whoever is left out is noted in
    /// `store`.
    pub(super) fn recognize(
        &mut self,
        ledger: &Ledger,
        store: &Store,
        row: &WantedRow,
        medium: Medium,
        now: i64,
    ) -> Result<Recognized, LedgerError> {
        let Some(recognizer) = &self.recognizer else { return Ok(Recognized::No) };
        let Some((why, wanted)) = recognizer.find(ledger, row)? else { return Ok(Recognized::No) };
        if why == WhyLeftOut::Pruned && !self.have_row {
            self.have_row = recognizer.was_invited(ledger, row, medium)?;
        }
        // That a meeting is over is said of a row with an entry as of one without.
        if why == WhyLeftOut::Pruned && row.end <= now {
            // Nor has a row an entry that is under another organizer.
            return Ok(wanted.map_or(Recognized::No, Recognized::Over));
        }
        let address = address_in_key(&row.person);
        if store.add_left_out(address, why)? {
            self.name(address, why);
        }
        Ok(Recognized::LeftOut)
    }

    /// Names one more person who is left out, or counts them.
    fn name(&mut self, address: &str, why: WhyLeftOut) {
        let LeftOutPeople { people, more } = &mut self.left_out;
        let is_pruned = why == WhyLeftOut::Pruned;
        let named = if is_pruned { self.pruned } else { people.len() - self.pruned };
        if named < NAMED {
            people.push(LeftOutPerson { address: address.to_owned(), why });
            self.pruned += usize::from(is_pruned);
        } else {
            *more += 1;
        }
    }

    pub(super) fn finish(
        self,
        ledger: &Ledger,
        medium: Medium,
    ) -> Result<(LeftOutPeople, ErasedEvents), LedgerError> {
        let last_end = match self.recognizer {
            Some(_) => ledger.last_erased_end(medium)?,
            None => None,
        };
        Ok((self.left_out, ErasedEvents { have_row: self.have_row, last_end }))
    }
}
