//! What edits do to the model. Each can be made in any state, so that a failed case can be
//! shortened by leaving out any of its steps.

use super::reference::State;
use super::roster::{Row, Start};
use super::steps::Edit;

impl Edit {
    pub(super) fn apply(self, state: &mut State) {
        match self {
            Edit::Add(person) => {
                if !state.rows.iter().any(|row| row.person == person) {
                    state.rows.push(Row::new(person));
                }
            }
            Edit::AddRow(person, room, start) => {
                state.rows.push(Row { room, start, ..Row::new(person) });
            }
            Edit::Remove(person) => state.rows.retain(|row| row.person != person),
            Edit::RemoveRow(person, at) => {
                if let Some(at) = state.row_index(person, at) {
                    state.rows.remove(at);
                }
            }
            Edit::Rename(person, at, name) => state.edit_row(person, at, |row| row.name = name),
            Edit::SetModerator(person, at, moderator) => {
                state.edit_row(person, at, |row| row.moderator = moderator);
            }
            Edit::SetRoom(person, at, room) => state.edit_row(person, at, |row| row.room = room),
            Edit::SetStart(person, at, start) => {
                state.edit_row(person, at, |row| row.start = start);
            }
            Edit::ChangeAddress(from, to) => {
                for row in state.rows.iter_mut().filter(|row| row.person == from) {
                    row.person = to;
                }
            }
            Edit::Capitalize(person, capitals) => {
                for row in state.rows.iter_mut().filter(|row| row.person == person) {
                    row.capitals = capitals;
                }
            }
            Edit::Spoil(person, at, flaw) => {
                state.edit_row(person, at, |row| row.flaw = Some(flaw));
            }
            Edit::Mend => mend(state),
            Edit::SetTitle(title) => state.title = title,
            Edit::MoveMeeting(start) => state.start = start,
            Edit::SetOrganizer(organizer) => state.organizer = organizer,
            Edit::SetConnections(connections) => state.connections = connections,
            Edit::FailUpdates(fail) => state.updates_fail = fail,
            Edit::WriteFiles(writes) => state.writes_files = writes,
        }
    }
}

/// Leaves only the first of several rows for the same person, room and start. A meeting that was held gets a new start.
fn mend(state: &mut State) {
    if let Some(ahead) = Start::AHEAD.into_iter().find(|start| !state.is_past(*start))
        && state.is_past(state.start)
    {
        state.start = ahead;
    }
    let mut kept: Vec<Row> = Vec::new();
    for row in std::mem::take(&mut state.rows) {
        let start = row.start.filter(|start| !state.is_past(*start));
        let row = Row { flaw: None, start, ..row };
        if !kept.iter().any(|other| state.key(other) == state.key(&row)) {
            kept.push(row);
        }
    }
    state.rows = kept;
}
