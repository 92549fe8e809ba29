//! What an update shows: the state before the change, and what has changed.

use serde::Serialize;
use tera::Value;

use super::value::line;
use crate::content::{Before, MessageKind};
use crate::moment::Span;

/// The state before the change.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Previous {
    pub(super) title: String,
    pub(super) room: String,
    pub(super) when: String,
    pub(super) start: Value,
    pub(super) end: Value,
    pub(super) role: String,
    pub(super) moderator: bool,
    pub(super) name: String,
}

/// What has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "templates use each by its name")]
pub(super) struct Changed {
    pub(super) title: bool,
    pub(super) time: bool,
    pub(super) zone: bool,
    pub(super) room: bool,
    pub(super) role: bool,
    pub(super) name: bool,
    pub(super) link: bool,
}

impl Previous {
    /// `time` is that of the meeting.
    pub(super) fn new(before: &Before<'_>, time: &Span) -> Previous {
        Previous {
            title: line(before.title),
            room: line(before.room),
            when: time.in_words.clone(),
            start: time.start.clone(),
            end: time.end.clone(),
            role: line(before.role),
            moderator: before.moderator,
            name: line(before.name),
        }
    }
}

impl Changed {
    /// Compares what a reader can see: an invisible character in a title is not a change.
    /// `before` is what an update compares with; without it, nothing is known but that something has changed.
    /// `is_read_differently`: whether the person reads another time for the start than before.
    pub(super) fn new(
        kind: MessageKind,
        before: Option<&Before<'_>>,
        now: &Before<'_>,
        is_read_differently: bool,
    ) -> Changed {
        if kind != MessageKind::Update {
            return Changed::default();
        }
        let Some(before) = before else { return Changed::default() };
        let differ = |one: &str, other: &str| line(one) != line(other);
        let changed = Changed {
            title: differ(before.title, now.title),
            time: (before.start, before.end) != (now.start, now.end),
            zone: false,
            room: differ(before.room, now.room),
            role: differ(before.role, now.role) || before.moderator != now.moderator,
            name: differ(before.name, now.name),
            link: false,
        };
        let Changed { title, time, role, name, .. } = changed;
        Changed {
            // Berlin and Paris are the same for a reader; Berlin and London are not.
            zone: !time && is_read_differently,
            // A new time or name brings a new link with it. It is only worth a word if the link is what has changed.
            link: before.other_place || before.other_link && !(title || time || role || name),
            ..changed
        }
    }
}
