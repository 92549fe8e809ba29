//! The meetings of a roster: where and when they are, how many people are invited, and who would have to be in two of
//! them at once.

mod busy;
mod meeting_use;

use std::collections::HashMap;

use jiff::Timestamp;
use meetmint_core::Meeting;

use crate::parallel::CHUNK_ROWS;
use crate::roster::Roster;
use crate::selection::{EachError, RosterRow, Selection};
use crate::survey::Survey;
use busy::Busy;
pub use busy::TwoAtOnce;
pub use meeting_use::MeetingUse;

/// The most meetings, and the most rooms, that are told apart: memory must not grow with the number of rows.
// Few in tests, which would take long otherwise.
const MOST: usize = if cfg!(test) { 100 } else { 50_000 };

/// The meetings of a roster that are not over, as far as people are invited to them.
#[derive(Debug, Default)]
pub struct Meetings {
    list: Vec<MeetingUse>,
    rooms: Vec<RoomUse>,
    /// How many invitations are to further meetings.
    uncounted: usize,
    two_at_once: Vec<TwoAtOnce>,
    more_at_once: usize,
}

/// A room by its node, in which Jitsi ignores case.
#[derive(Debug)]
struct RoomUse {
    name: String,
    is_moderated: bool,
    /// The indexes of its meetings by their start, in seconds since 1970 UTC.
    by_start: HashMap<i64, u32>,
}

/// What one row adds.
struct Invited {
    /// `None`: that of the roster.
    meeting: Option<Box<Meeting>>,
    moderates: bool,
    /// A hash of the person, and the line; `None` without an address, because equal names are different people.
    person: Option<(u64, u64)>,
}

impl Roster {
    /// The meetings of everybody who is invited. A roster with one common meeting is not read for that.
    ///
    /// # Errors
    /// [`EachError::Roster`] if the roster has changed since the survey, or if a row has a problem.
    pub fn meetings(&self, survey: &Survey) -> Result<Meetings, EachError<()>> {
        let mut meetings = Meetings::default();
        if !self.has_own_meetings() {
            let by_role = self.roles().all().iter().zip(survey.by_role());
            let moderators = by_role.filter(|(role, _)| role.moderator).map(|(_, people)| people);
            meetings.add_many(self.meeting(), survey.people(), moderators.sum());
            return Ok(meetings);
        }
        let mut rooms = HashMap::new();
        let mut busy = Busy::default();
        let of_row = |row: &RosterRow<'_>| {
            let entry = &row.entry;
            let has_address = entry.attendee.email.is_some();
            Invited {
                moderates: self.roles().all()[entry.role].moderator,
                person: has_address
                    .then(|| (busy::hash(&entry.attendee.key()), row.line().unwrap_or_default())),
                meeting: entry.own_meeting.clone(),
            }
        };
        self.each(
            survey,
            &Selection::default(),
            CHUNK_ROWS,
            |rows| rows.iter().map(of_row).collect::<Vec<_>>(),
            |invited: Vec<Invited>| {
                for one in invited {
                    let meeting = one.meeting.as_deref().unwrap_or(self.meeting());
                    let at = meetings.add(&mut rooms, meeting, one.moderates);
                    if let (Some(at), Some((person, line))) = (at, one.person) {
                        busy.add(person, at, meeting.end, line);
                    }
                }
                Ok(())
            },
        )?;
        (meetings.two_at_once, meetings.more_at_once) = busy.find(self, survey, &meetings.list)?;
        meetings.list.sort_by(|a, b| (a.start, &a.room).cmp(&(b.start, &b.room)));
        Ok(meetings)
    }
}

impl Meetings {
    /// The meetings in the order of their start; at most 50,000.
    pub fn all(&self) -> &[MeetingUse] {
        &self.list
    }

    /// How many invitations are to meetings that are not in the list, because it is full.
    pub fn uncounted(&self) -> usize {
        self.uncounted
    }

    /// People who are invited to two meetings that overlap, one pair for each of them in the order of the roster; at
    /// most a thousand.
    pub fn two_at_once(&self) -> &[TwoAtOnce] {
        &self.two_at_once
    }

    /// How many more people are.
    pub fn more_at_once(&self) -> usize {
        self.more_at_once
    }

    /// The names of rooms in which nobody moderates.
    pub fn unmoderated(&self) -> Vec<&str> {
        let rooms = self.rooms.iter().filter(|room| !room.is_moderated);
        let mut names: Vec<&str> = rooms.map(|room| room.name.as_str()).collect();
        names.sort_unstable();
        names
    }

    /// Pairs of meetings in one room whose windows overlap: the room's name and the two starts. A window is
    /// from `opens` seconds before the start until `closes` seconds after the end.
    pub fn overlaps(&self, opens: i64, closes: i64) -> Vec<(&str, Timestamp, Timestamp)> {
        let mut by_room: Vec<&MeetingUse> = self.list.iter().collect();
        by_room.sort_by_key(|meeting| (meeting.room_at, meeting.start));
        let mut overlaps = Vec::new();
        for meetings in by_room.chunk_by(|a, b| a.room_at == b.room_at) {
            // Of the meetings so far, the one that ends last: one long meeting can overlap many short ones.
            let mut longest: Option<&MeetingUse> = None;
            for meeting in meetings {
                if let Some(first) = longest
                    && first.end.as_second() + closes > meeting.start.as_second() - opens
                {
                    overlaps.push((first.room.as_str(), first.start, meeting.start));
                }
                if longest.is_none_or(|first| meeting.end > first.end) {
                    longest = Some(meeting);
                }
            }
        }
        overlaps.sort_unstable();
        overlaps
    }

    /// Adds people who are invited to one meeting.
    fn add_many(&mut self, meeting: &Meeting, people: usize, moderators: usize) {
        if people > 0 {
            let rooms = &mut HashMap::new();
            if let Some(at) = self.add(rooms, meeting, moderators > 0) {
                self.list[at as usize].people = people;
                self.list[at as usize].moderators = moderators;
            }
        }
    }

    /// Adds somebody who is invited to a meeting, and returns its index; none if the list is full. `rooms` has the
    /// indexes of rooms by their node.
    fn add(
        &mut self,
        rooms: &mut HashMap<String, usize>,
        meeting: &Meeting,
        moderates: bool,
    ) -> Option<u32> {
        let node = meeting.room.node();
        let room_at = match rooms.get(node) {
            Some(at) => *at,
            None if self.rooms.len() < MOST => {
                let name = meeting.room.name().to_owned();
                self.rooms.push(RoomUse { name, is_moderated: false, by_start: HashMap::new() });
                rooms.insert(node.to_owned(), self.rooms.len() - 1);
                self.rooms.len() - 1
            }
            None => {
                self.uncounted += 1;
                return None;
            }
        };
        let room = &mut self.rooms[room_at];
        // Even if the meeting finds no place: without that, the room could be called unmoderated by mistake.
        room.is_moderated |= moderates;
        let is_full = self.list.len() >= MOST;
        let at = match room.by_start.get(&meeting.start.as_second()) {
            Some(at) => *at,
            None if is_full => {
                self.uncounted += 1;
                return None;
            }
            None => {
                let at = u32::try_from(self.list.len()).ok()?;
                room.by_start.insert(meeting.start.as_second(), at);
                self.list.push(MeetingUse {
                    title: meeting.title.clone(),
                    room: room.name.clone(),
                    start: meeting.start,
                    end: meeting.end,
                    zone: meeting.zone.clone(),
                    people: 0,
                    moderators: 0,
                    room_at,
                });
                at
            }
        };
        let known = &mut self.list[at as usize];
        known.people += 1;
        known.moderators += usize::from(moderates);
        known.end = known.end.max(meeting.end);
        Some(at)
    }
}

#[cfg(test)]
mod tests;
