//! What an update shows: the state before the change, and what has changed.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::value::line;
use crate::content::{Before, MessageKind};
use crate::moment::{self, Moment};

/// The state before the change.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Previous {
    pub(super) title: String,
    pub(super) room: String,
    pub(super) start: Moment,
    pub(super) end: Moment,
    pub(super) role: String,
    pub(super) moderator: bool,
    pub(super) name: String,
}

/// What has changed.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "templates use each by its name")]
pub(super) struct Changed {
    pub(super) title: bool,
    pub(super) time: bool,
    pub(super) room: bool,
    pub(super) role: bool,
    pub(super) name: bool,
    pub(super) link: bool,
}

impl Previous {
    /// `own` is the person's own zone.
    pub(super) fn new(before: &Before<'_>, own: Option<&TimeZone>) -> Previous {
        // The person's zone can equal the old zone of the meeting but not the new one, or the other way round.
        let own = own.filter(|own| moment::differ(own, &before.zone, before.start));
        let moment = |at: Timestamp| Moment::new(at, &before.zone, own);
        Previous {
            title: line(before.title),
            room: line(before.room),
            start: moment(before.start),
            end: moment(before.end),
            role: line(before.role),
            moderator: before.moderator,
            name: line(before.name),
        }
    }
}

impl Changed {
    /// Compares what a reader can see: an invisible character in a title is not a change.
    pub(super) fn new(kind: MessageKind, before: &Before<'_>, now: &Before<'_>) -> Changed {
        if kind != MessageKind::Update {
            return Changed::default();
        }
        let differ = |one: &str, other: &str| line(one) != line(other);
        let changed = Changed {
            title: differ(before.title, now.title),
            // The same instant in another zone is another time of day for the reader.
            time: (before.start, before.end, &before.zone) != (now.start, now.end, &now.zone),
            room: differ(before.room, now.room),
            role: differ(before.role, now.role) || before.moderator != now.moderator,
            name: differ(before.name, now.name),
            link: false,
        };
        // An update is sent because something has changed. If nothing visible has, it is the link.
        let Changed { title, time, room, role, name, .. } = changed;
        Changed { link: !(title || time || room || role || name), ..changed }
    }
}
