//! What a snapshot says, for people and programs.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::Snapshot;

/// What a person was told about a meeting, or will be.
// Without what only links and tokens are made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SnapshotRecord {
    /// The address, as it is written.
    pub address: String,
    /// The name.
    pub name: String,
    /// The name as people say it, where it is another one.
    pub greeting: Option<String>,
    /// The id by which Jitsi recognizes the person.
    pub id: String,
    /// The role.
    pub role: String,
    /// Whether the role moderates.
    pub moderator: bool,
    /// The person's language, if the roster names one.
    pub language: Option<String>,
    /// The person's own time zone.
    pub own_zone: Option<String>,
    /// The address of the person's picture.
    pub avatar: Option<String>,
    /// The roster's further columns.
    pub columns: BTreeMap<String, String>,
    /// The meeting's title.
    pub title: String,
    /// The room's name.
    pub room: String,
    /// When the meeting starts: RFC 3339 in UTC.
    pub start: Option<String>,
    /// When the meeting ends: RFC 3339 in UTC.
    pub end: Option<String>,
    /// The meeting's time zone.
    pub zone: String,
    /// Who invites: name and address.
    pub organizer: String,
    /// From when the link works: RFC 3339 in UTC.
    pub link_opens: Option<String>,
    /// Until when the link works: RFC 3339 in UTC.
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
