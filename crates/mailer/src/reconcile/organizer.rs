//! Which entries are under the organizer that the meeting has now.

use meetmint_core::Email;

use crate::ledger::LedgerEntry;

/// The organizer of a meeting. Only the address counts: another name is a change like any other.
#[derive(Clone, Debug)]
pub(super) struct Organizer {
    address: String,
    key: String,
}

impl Organizer {
    pub(super) fn new(email: &Email) -> Organizer {
        Organizer { address: email.to_string(), key: email.key().into_owned() }
    }

    /// The address as it is written.
    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// Whether an entry is under this organizer.
    pub(super) fn has(&self, entry: &LedgerEntry) -> bool {
        self.is(&entry.organizer)
    }

    /// Whether this is the organizer's address.
    pub(super) fn is(&self, address: &str) -> bool {
        // Nearly all entries have it in the same spelling, so that nothing has to be parsed.
        *address == *self.address
            || Email::parse(address).is_ok_and(|email| email.key() == self.key)
    }
}
