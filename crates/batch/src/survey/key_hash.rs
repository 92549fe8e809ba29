//! Hashes that find rows about the same person at the same meeting, and people who share an id.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use meetmint_core::{Attendee, Meeting};

use crate::roster::RosterEntry;

/// A hash of person, room and start. Two rows can have the same hash by chance, so rows with the same hash
/// are compared afterwards.
pub(super) fn key_hash(entry: &RosterEntry, meeting: &Meeting) -> u64 {
    // `DefaultHasher::new` has fixed keys, unlike `RandomState`: the second reading has to find the same hashes.
    let mut hasher = DefaultHasher::new();
    entry.attendee.key().hash(&mut hasher);
    meeting.room.node().hash(&mut hasher);
    meeting.start.as_second().hash(&mut hasher);
    hasher.finish()
}

/// The hashes that occur more than once. Sorted in place, so that finding duplicates takes eight octets per row.
pub(super) fn repeated(mut hashes: Vec<u64>) -> HashSet<u64> {
    hashes.sort_unstable();
    hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect()
}

/// Hashes of a person's id, and of the person. Sorted, the people with one id follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct IdHash {
    id: u64,
    person: u64,
}

impl IdHash {
    pub(super) fn of(attendee: &Attendee) -> IdHash {
        IdHash { id: hash(&attendee.id()), person: hash(&attendee.key()) }
    }

    /// The hash of the id.
    pub(super) fn id(self) -> u64 {
        self.id
    }
}

/// The hashes of ids that more than one person has.
pub(super) fn shared(mut ids: Vec<IdHash>) -> HashSet<u64> {
    ids.sort_unstable();
    // The same person may have several rows: in two rooms, for example.
    ids.dedup();
    ids.windows(2).filter(|pair| pair[0].id == pair[1].id).map(|pair| pair[0].id).collect()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
