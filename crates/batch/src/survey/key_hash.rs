//! Hashes that find rows about the same person at the same meeting.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use meetmint_core::Meeting;

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
