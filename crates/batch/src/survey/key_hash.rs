//! Hashes that find rows about the same person at the same meeting, and people who share an id.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use meetmint_core::{Attendee, Meeting, family_key};

use super::name_order::family_name_last;
use crate::roster::{BadPerson, RosterEntry};

/// What two rows about the same person have in common. Of several people with one address it is also the name, in any case:
/// `Ada` and `ADA` are two spellings of one name, and never two people.
pub(super) fn identity(attendee: &Attendee) -> Cow<'_, str> {
    // Names without an address are put in order later: `Lovelace, Ada` and `Lovelace,Ada` are then the same.
    if attendee.email.is_none()
        && let Some(name) = family_name_last(attendee.name.as_str())
    {
        return Cow::Owned(name);
    }
    let key = attendee.key();
    if attendee.family.is_some() { Cow::Owned(key.to_lowercase()) } else { key }
}

/// A hash of person, room and start. Two rows can have the same hash by chance, so rows with the same hash
/// are compared afterwards.
pub(super) fn key_hash(entry: &RosterEntry, meeting: &Meeting) -> u64 {
    // `DefaultHasher::new` has fixed keys, unlike `RandomState`: the second reading has to find the same hashes.
    let mut hasher = DefaultHasher::new();
    identity(&entry.attendee).hash(&mut hasher);
    meeting.room.node().hash(&mut hasher);
    meeting.start.as_second().hash(&mut hasher);
    hasher.finish()
}

/// The hashes that occur more than once, sorted. `hashes` are: finding duplicates takes eight octets per row.
pub(super) fn repeated(hashes: &[u64]) -> Vec<u64> {
    let runs = hashes.chunk_by(|one, other| one == other);
    runs.filter(|run| run.len() > 1).map(|run| run[0]).collect()
}

/// The hashes that are in both, sorted. Both are.
pub(super) fn in_both(hashes: &[u64], others: &[u64]) -> Vec<u64> {
    let runs = hashes.chunk_by(|one, other| one == other).map(|run| run[0]);
    runs.filter(|hash| others.binary_search(hash).is_ok()).collect()
}

/// Hashes of a person's id, and of the person. Sorted, the people with one id follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdHash {
    id: u64,
    person: u64,
}

impl IdHash {
    pub(super) fn of(attendee: &Attendee) -> IdHash {
        IdHash::new(&written_id(attendee), &identity(attendee))
    }

    /// Somebody with this id; `person` is [`identity`].
    pub(super) fn new(id: &str, person: &str) -> IdHash {
        IdHash { id: hash(id), person: hash(person) }
    }

    /// The hash of the id.
    pub(super) fn id(self) -> u64 {
        self.id
    }
}

/// The id before it is known who shares an address: then it is still the address for all of them.
pub(super) fn written_id(attendee: &Attendee) -> Cow<'_, str> {
    match (&attendee.own_id, &attendee.email) {
        (Some(id), _) => Cow::Borrowed(id),
        (None, Some(email)) => email.key(),
        (None, None) => attendee.key(),
    }
}

/// Address and identity of somebody in a bad row, if the address is their id.
pub(super) fn of_bad(person: &BadPerson) -> Option<(&str, String)> {
    let address = person.address.as_deref().filter(|_| !person.has_own_id)?;
    // Without a name it is unknown who it is: somebody else than all others is the safe assumption, because then nobody
    // gets another id when the row is corrected.
    let name = person.name.as_ref().map_or("", |name| name.as_str());
    Some((address, family_key(address, name).to_lowercase()))
}

/// The hashes of ids that more than one person has.
pub(super) fn shared(mut ids: Vec<IdHash>) -> HashSet<u64> {
    ids.sort_unstable();
    // The same person may have several rows: in two rooms, for example.
    ids.dedup();
    ids.windows(2).filter(|pair| pair[0].id == pair[1].id).map(|pair| pair[0].id).collect()
}

/// A hash of a text, the same at each reading.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
