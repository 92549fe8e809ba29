//! Erasing what the ledger knows about people: those who ask for it, and those whose meeting is long over. What stays are
//! UIDs, SEQUENCE and counts, so that nobody is mailed a second time because something was erased.

use meetmint_core::{Email, MeetingId, address_in_key};
use serde::Serialize;

use super::Ledger;
use super::entry::WantedRow;
use super::error::LedgerError;
use super::state::Medium;

/// Whose data is to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasable<'a> {
    /// All entries of everybody with this address, in lower case.
    Person(&'a str),
    /// All entries whose meeting had ended by then, in seconds since 1970 UTC, except for those with a message in doubt.
    EndedBy(i64),
}

/// Entries that were chosen to be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChosenEntries {
    /// How many there are.
    pub entries: usize,
    /// How many people they are of.
    pub people: usize,
    /// How many messages were sent to them, or tried.
    pub messages: usize,
    /// Addresses, each once, with a message that is in doubt or on its way. With [`Erasable::EndedBy`] their entries are
    /// not among those chosen.
    pub in_doubt: Vec<String>,
}

/// Why somebody in the roster is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum WhyLeftOut {
    /// The person asked to be forgotten.
    Forgotten,
    /// The meeting was called off for this person alone, before the entry was erased.
    CalledOff,
    /// The person was invited to exactly this meeting, which was long over when the entry was erased.
    Pruned,
}

impl WhyLeftOut {
    const ALL: [WhyLeftOut; 3] = [WhyLeftOut::Forgotten, WhyLeftOut::CalledOff, WhyLeftOut::Pruned];

    /// The name in the ledger. Released names never change.
    pub fn name(self) -> &'static str {
        match self {
            WhyLeftOut::Forgotten => "forgotten",
            WhyLeftOut::CalledOff => "called_off",
            WhyLeftOut::Pruned => "pruned",
        }
    }

    pub(crate) fn named(name: &str) -> Option<WhyLeftOut> {
        WhyLeftOut::ALL.into_iter().find(|why| why.name() == name)
    }
}

/// Why an entry was erased.
#[cfg(feature = "schema")]
pub(super) fn why_erased(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    names([WhyLeftOut::Forgotten, WhyLeftOut::Pruned])
}

/// Why an address is left out of later rosters.
#[cfg(feature = "schema")]
pub(super) fn why_left_out(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    names([WhyLeftOut::Forgotten, WhyLeftOut::CalledOff])
}

#[cfg(feature = "schema")]
fn names(whys: [WhyLeftOut; 2]) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": whys.map(WhyLeftOut::name) })
}

/// How many entries were erased so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErasedCounts {
    /// Of people who asked for it.
    pub forgotten: usize,
    /// Because their meeting was long over.
    pub pruned: usize,
}

/// Recognizes people whose data was erased. There is none in a ledger from which nothing was erased.
#[derive(Clone, Debug)]
pub(crate) struct Recognizer {
    pub(super) meeting: MeetingId,
    /// The mark of the present organizer.
    organizer: [u8; 16],
}

impl Recognizer {
    /// Why a row of the roster is to be left out, if it is; and whether the roster had it when its entry under the present
    /// organizer was pruned. None if there was no such entry.
    pub(crate) fn find(
        &self,
        ledger: &Ledger,
        row: &WantedRow,
    ) -> Result<Option<(WhyLeftOut, Option<bool>)>, LedgerError> {
        let address = address_in_key(&row.person);
        let person = self.meeting.person_mark(&row.person, address);
        let address = self.meeting.address_mark(address);
        ledger.engine.recognize([&address, &person], &self.place(row), &self.organizer)
    }

    /// Whether a row of the roster is the entry of somebody who was invited through a medium, under the present organizer, and
    /// then pruned.
    pub(crate) fn was_invited(
        &self,
        ledger: &Ledger,
        row: &WantedRow,
        medium: Medium,
    ) -> Result<bool, LedgerError> {
        ledger.engine.was_invited(&self.place(row), &self.organizer, medium)
    }

    fn place(&self, row: &WantedRow) -> [u8; 16] {
        place(&self.meeting, &row.person, &row.room, row.start)
    }
}

/// What is kept of person, room and start.
pub(super) fn place(meeting: &MeetingId, person: &str, room: &str, start: i64) -> [u8; 16] {
    let start = jiff::Timestamp::from_second(start).unwrap_or_default();
    meeting.uid(person, room, start).octets()
}

/// What is kept of somebody who asked for it, in place of [`place`]: with the organizer, because nobody else may go on with
/// the event.
pub(super) fn place_under(
    meeting: &MeetingId,
    person: &str,
    room: &str,
    start: i64,
    organizer: &str,
) -> [u8; 16] {
    place(meeting, person, &format!("{room}\0{}", organizer_key(organizer)), start)
}

/// The address of an organizer as it is compared.
pub(super) fn organizer_key(address: &str) -> String {
    Email::parse(address).map_or_else(|_| address.to_owned(), |email| email.key().into_owned())
}

/// Erasing.
impl Ledger {
    /// Chooses entries: the next calls are about them.
    pub fn choose(&mut self, erasable: &Erasable<'_>) -> Result<ChosenEntries, LedgerError> {
        self.engine.choose(erasable)
    }

    /// Whether anybody chosen has an invitation by mail to a meeting that is not over at `now` (seconds since 1970 UTC), as
    /// far as the ledger knows.
    pub fn chosen_are_invited(&self, now: i64) -> Result<bool, LedgerError> {
        self.engine.chosen_are_invited(now)
    }

    /// The names of the files in the folder outbox that were written for those chosen. They may not exist any more.
    pub fn chosen_files(&self) -> impl Iterator<Item = Result<String, LedgerError>> {
        self.engine.chosen_files()
    }

    /// Erases the chosen entries with all of their messages, in one transaction, and then rewrites the file, so that
    /// nothing of them is left in it. `forgotten` is the address of a person who asked for it, in lower case: later
    /// rosters with this person leave them out. `now` is in seconds since 1970 UTC.
    ///
    /// # Errors
    /// [`LedgerError::Unclean`] if the entries are erased, but what they said is still in the file. Any other error:
    /// nothing is erased.
    pub fn erase_chosen(
        &mut self,
        meeting: &MeetingId,
        forgotten: Option<&str>,
        now: i64,
    ) -> Result<(), LedgerError> {
        self.engine.erase_chosen(meeting, forgotten, now)?;
        self.engine.clean()
    }

    /// Rewrites the file if a process that erased something was ended before it had done that.
    ///
    /// # Errors
    /// [`LedgerError::Unclean`] if that is not possible now.
    pub fn finish_erasing(&mut self) -> Result<(), LedgerError> {
        if self.engine.is_unclean()? { self.engine.clean() } else { Ok(()) }
    }

    /// Why people with this address, in lower case, are left out of rosters, if anybody with it is.
    pub fn why_left_out(
        &self,
        meeting: &MeetingId,
        address: &str,
    ) -> Result<Option<WhyLeftOut>, LedgerError> {
        self.engine.why_left_out(&meeting.address_mark(address))
    }

    /// No longer leaves people with this address, in lower case, out of rosters for this reason.
    pub fn include(
        &mut self,
        meeting: &MeetingId,
        address: &str,
        why: WhyLeftOut,
    ) -> Result<(), LedgerError> {
        self.engine.include(&meeting.address_mark(address), why)
    }

    /// How many entries were erased so far.
    pub fn erased(&self) -> Result<ErasedCounts, LedgerError> {
        self.engine.erased()
    }

    /// When the last meeting ends to which somebody was invited whose entry was erased, in seconds since 1970 UTC.
    pub(crate) fn last_erased_end(&self, medium: Medium) -> Result<Option<i64>, LedgerError> {
        self.engine.last_erased_end(medium)
    }

    /// What recognizes people whose data was erased, if there are any. `organizer` is the address of the present one.
    pub(crate) fn recognizer(&self, organizer: &str) -> Result<Option<Recognizer>, LedgerError> {
        let meeting = self.engine.erasing_meeting()?;
        Ok(meeting.map(|meeting| {
            let organizer = meeting.address_mark(&organizer_key(organizer));
            Recognizer { meeting, organizer }
        }))
    }
}
