//! The rooms of a roster: who moderates there, and which meetings overlap.

use std::collections::BTreeMap;

use jiff::Timestamp;
use meetmint_core::Meeting;

/// The most rooms, and the most meetings of one room, that are kept: warnings are all that they are for, and
/// memory must not grow with the number of rows.
const MOST: usize = 50_000;

/// The rooms of a roster by their node, in which Jitsi ignores case.
#[derive(Debug, Default)]
pub(super) struct Rooms(BTreeMap<String, RoomUse>);

#[derive(Debug)]
struct RoomUse {
    /// The first spelling of its name.
    name: String,
    moderated: bool,
    /// Start and end of each of its meetings.
    times: Vec<(Timestamp, Timestamp)>,
}

impl Rooms {
    /// Adds a meeting that somebody is invited to.
    pub(super) fn add(&mut self, meeting: &Meeting, moderated: bool) {
        // Rooms that are known already are still updated: without that, they could be called unmoderated by mistake.
        if self.0.len() >= MOST && !self.0.contains_key(meeting.room.node()) {
            return;
        }
        let room = self.0.entry(meeting.room.node().to_owned()).or_insert_with(|| RoomUse {
            name: meeting.room.name().to_owned(),
            moderated: false,
            times: Vec::new(),
        });
        room.moderated |= moderated;
        let times = (meeting.start, meeting.end);
        // Rows of one meeting mostly follow each other.
        if room.times.last() != Some(&times) && room.times.len() < MOST {
            room.times.push(times);
        }
    }

    /// The names of rooms in which nobody moderates.
    pub(super) fn unmoderated(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter(|room| !room.moderated).map(|room| room.name.as_str())
    }

    /// Pairs of meetings in one room whose windows overlap: the room's name and the two starts.
    pub(super) fn overlaps(&self, opens: i64, closes: i64) -> Vec<(&str, Timestamp, Timestamp)> {
        let mut overlaps = Vec::new();
        for room in self.0.values() {
            let mut times = room.times.clone();
            times.sort_unstable();
            // The same meeting again, of rows that were not next to each other.
            times.dedup();
            // Of the meetings so far, the one that ends last: one long meeting can overlap many short ones.
            let mut longest: Option<(Timestamp, Timestamp)> = None;
            for (start, end) in times {
                if let Some((first, last)) = longest
                    // With the same start, only the durations differ: to the people in the room, it is one meeting.
                    && first != start
                    && last.as_second() + closes > start.as_second() - opens
                {
                    overlaps.push((room.name.as_str(), first, start));
                }
                if longest.is_none_or(|(_, last)| end > last) {
                    longest = Some((start, end));
                }
            }
        }
        overlaps
    }
}
