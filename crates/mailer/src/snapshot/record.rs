//! What a snapshot says, for people and programs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::Snapshot;

/// What a snapshot says about a person and a meeting, without what only links and tokens are made from. Times are in UTC, as RFC 3339 has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SnapshotRecord {
    /// The address in the spelling that mail goes to.
    pub address: String,
    /// The display name.
    pub name: String,
    /// The name as people say it, where it is another one.
    pub greeting: Option<String>,
    /// The person's id in the token.
    pub id: String,
    /// The role.
    pub role: String,
    /// Whether the role moderates.
    pub moderator: bool,
    /// The person's language.
    pub language: Option<String>,
    /// The person's own time zone.
    pub own_zone: Option<String>,
    /// The address of the person's picture.
    pub avatar: Option<String>,
    /// The roster's further columns.
    pub columns: BTreeMap<String, String>,
    /// The meeting's title.
    pub title: String,
    /// The room.
    pub room: String,
    /// When the meeting starts.
    pub start: Option<String>,
    /// When it ends.
    pub end: Option<String>,
    /// The meeting's time zone.
    pub zone: String,
    /// The organizer.
    pub organizer: String,
    /// From when on the link works.
    pub link_opens: Option<String>,
    /// When the link stops working.
    pub link_closes: Option<String>,
}

impl Snapshot {
    /// What it says.
    pub(crate) fn record(&self) -> SnapshotRecord {
        let facts = &self.facts;
        let time = |seconds| Timestamp::from_second(seconds).ok().map(|at| at.to_string());
        SnapshotRecord {
            address: self.address.clone(),
            name: facts.name.clone(),
            greeting: self.greeting.clone(),
            id: facts.id.clone(),
            role: facts.role.name.clone(),
            moderator: facts.role.moderator,
            language: facts.language.clone(),
            own_zone: self.zone.clone(),
            avatar: self.avatar.clone(),
            columns: self.extra.iter().cloned().collect(),
            title: facts.title.clone(),
            room: facts.room.clone(),
            start: time(facts.start),
            end: time(facts.end),
            zone: facts.zone.clone(),
            organizer: facts.organizer.clone(),
            link_opens: time(facts.opens),
            link_closes: time(facts.closes),
        }
    }
}
