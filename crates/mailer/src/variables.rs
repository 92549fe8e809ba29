//! What templates may name, and what it stands for.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::one_line;
use serde::Serialize;

use crate::moment::{self, Moment};
use crate::{Before, MessageContent, MessageKind, Sender};

/// The most characters of one value; the calendar cuts a title at 255 as well.
const LONGEST: usize = 255;

/// The most characters of a cell: room for a paragraph.
const LONGEST_CELL: usize = 10_000;

/// Every variable of a template, and what it stands for. All are texts of one line without control
/// characters, unless said otherwise.
pub const VARIABLES: &[(&str, &str)] = &[
    ("title", "what the meeting is called"),
    ("room", "the room's name, as it was typed"),
    ("name", "the person's name"),
    ("email", "the person's address"),
    ("id", "what Jitsi tells the person apart by"),
    ("role", "the name of the person's role"),
    ("moderator", "true or false: whether the person moderates"),
    (
        "organizing",
        "true or false: the message goes to the organizer, so there is nothing to answer",
    ),
    ("language", "the person's language, such as `en`"),
    ("link", "the personal link: for this person alone"),
    ("address", "the room's address without a token"),
    ("start", "when the meeting begins: a moment"),
    ("end", "when the meeting ends: a moment"),
    ("opens", "when the link begins to work: a moment"),
    ("closes", "when the link stops working: a moment"),
    ("start.date", "of each moment: `Thursday, 11 March 2027`"),
    ("start.short_date", "`Thu 11 Mar 2027`"),
    ("start.time", "`14:00`"),
    ("start.zone", "the meeting's zone, `Europe/Berlin`"),
    ("start.abbreviation", "`CET`, or `UTC+3` where a zone has no letters"),
    ("start.utc", "`13:00 UTC`, with the date where it is another one"),
    ("start.iso", "`2027-03-11T14:00:00+01:00`"),
    (
        "start.own",
        "null, or, where the person's own clock shows another time at the start: the same moment on it",
    ),
    ("start.own.date", "like `start.date`"),
    ("start.own.short_date", "like `start.short_date`"),
    ("start.own.time", "like `start.time`"),
    ("start.own.zone", "the person's zone"),
    ("duration", "`1 hour 30 minutes`"),
    ("organizer.name", "who invites; without a name the address"),
    ("organizer.email", "the organizer's address"),
    ("kind", "what the message is for: `invite`, `update`, `cancel` or `remind`"),
    ("before.title", "what the person was last told, in an update; elsewhere the same as `title`"),
    ("before.room", "likewise of `room`"),
    ("before.start", "likewise of `start`: a moment, in the zone that was told"),
    ("before.end", "likewise of `end`"),
    ("before.role", "likewise of `role`"),
    ("before.moderator", "likewise of `moderator`"),
    ("before.name", "likewise of `name`"),
    (
        "changed.title",
        "true or false: whether it is another one; in an update alone, as all of these",
    ),
    ("changed.time", "whether start, end or zone are"),
    ("changed.room", "whether the room is"),
    ("changed.role", "whether the role, or moderating, is"),
    ("changed.name", "whether the person's name is"),
    ("changed.link", "whether it is none of these: the link, or when it works"),
    ("practice", "true or false: no server takes the link"),
    (
        "rehearsal",
        "true or false: a copy for whoever sends; the subject says so whatever the template does",
    ),
    ("extra", "the roster's further columns, as `extra.column`"),
];

/// The values of one message.
#[derive(Clone, Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "templates ask for each by its name")]
pub(crate) struct Variables<'a> {
    pub(crate) title: String,
    room: String,
    name: &'a str,
    email: &'a str,
    id: String,
    role: String,
    moderator: bool,
    organizing: bool,
    language: String,
    link: Secret<'a>,
    address: &'a str,
    start: Moment,
    end: Moment,
    opens: Moment,
    pub(crate) closes: Moment,
    duration: String,
    organizer: Organizer<'a>,
    pub(crate) kind: MessageKind,
    before: Previous,
    changed: Changed,
    practice: bool,
    pub(crate) rehearsal: bool,
    extra: BTreeMap<&'a str, String>,
}

/// What a person was last told.
#[derive(Clone, Debug, Serialize)]
struct Previous {
    title: String,
    room: String,
    start: Moment,
    end: Moment,
    role: String,
    moderator: bool,
    name: String,
}

/// What is different from what a person was last told.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "templates ask for each by its name")]
struct Changed {
    title: bool,
    time: bool,
    room: bool,
    role: bool,
    name: bool,
    link: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Organizer<'a> {
    name: &'a str,
    email: &'a str,
}

/// A link on its way into a template; `{:?}` hides it.
#[derive(Clone, Copy, Serialize)]
#[serde(transparent)]
struct Secret<'a>(&'a str);

impl std::fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("hidden")
    }
}

impl<'a> Variables<'a> {
    /// What `letter` says, from `sender` to the person at `email`.
    pub(crate) fn new(
        letter: &MessageContent<'a>,
        sender: &'a Sender,
        email: &'a str,
        organizing: bool,
    ) -> Self {
        let MessageContent { invite, meeting, role, .. } = letter;
        let own =
            letter.zone.as_ref().filter(|own| moment::differ(own, &meeting.zone, meeting.start));
        let told = |at: Timestamp| Moment::new(at, &meeting.zone, own);
        let now = Before {
            title: &meeting.title,
            room: meeting.room.name(),
            start: meeting.start,
            end: meeting.end,
            zone: meeting.zone.clone(),
            role: &role.name,
            moderator: role.moderator,
            name: invite.attendee.name.as_str(),
        };
        let before = letter.before.as_ref().filter(|_| letter.kind == MessageKind::Update);
        let (start, end) = (told(meeting.start), told(meeting.end));
        let title = line(&meeting.title, LONGEST);
        let room = line(meeting.room.name(), LONGEST);
        let role_name = line(&role.name, LONGEST);
        Variables {
            before: match before {
                Some(before) => Previous::new(before, letter.zone.as_ref()),
                None => Previous {
                    title: title.clone(),
                    room: room.clone(),
                    start: start.clone(),
                    end: end.clone(),
                    role: role_name.clone(),
                    moderator: role.moderator,
                    name: line(now.name, LONGEST),
                },
            },
            changed: Changed::new(letter.kind, before.unwrap_or(&now), &now),
            title,
            room,
            name: invite.attendee.name.as_str(),
            email,
            id: line(&invite.attendee.id(), LONGEST),
            role: role_name,
            moderator: role.moderator,
            organizing,
            language: line(letter.language.unwrap_or("en"), LONGEST),
            link: Secret(invite.link.reveal()),
            address: letter.address,
            start,
            end,
            opens: told(invite.window.opens()),
            closes: told(invite.window.closes()),
            duration: moment::duration(meeting.end.duration_since(meeting.start)),
            organizer: Organizer {
                name: sender.organizer_name(),
                email: sender.organizer_email().as_str(),
            },
            kind: letter.kind,
            practice: letter.practice,
            rehearsal: letter.rehearsal,
            extra: letter
                .extra
                .iter()
                .map(|(column, cell)| (*column, line(cell, LONGEST_CELL)))
                .collect(),
        }
    }

    /// A made-up person's, to try templates with. Between the two variants everything that may be
    /// absent is there once, and absent once.
    pub(crate) fn sample(
        kind: MessageKind,
        link: &'a str,
        columns: &'a [String],
        everything: bool,
    ) -> Variables<'a> {
        let utc = TimeZone::UTC;
        let at = |hour: i64| {
            let berlin = TimeZone::fixed(jiff::tz::Offset::constant(1));
            let own = everything.then_some(&utc);
            // Noon UTC on 11 March 2027.
            let noon = 1_804_766_400;
            let at = Timestamp::from_second(noon + hour * 3600).unwrap_or_default();
            Moment::new(at, &berlin, own)
        };
        let changed = kind == MessageKind::Update && everything;
        Variables {
            title: "Autumn town hall".to_owned(),
            room: "autumn-town-hall".to_owned(),
            name: "Ada Lovelace",
            email: "ada@example.org",
            id: "ada@example.org".to_owned(),
            role: "moderator".to_owned(),
            moderator: everything,
            organizing: !everything,
            language: "en".to_owned(),
            link: Secret(link),
            address: "https://meet.example.org/autumn-town-hall",
            start: at(1),
            end: at(2),
            opens: at(0),
            closes: at(3),
            duration: "1 hour".to_owned(),
            organizer: Organizer { name: "Events team", email: "events@example.org" },
            kind,
            before: Previous {
                title: "Town hall".to_owned(),
                room: "town-hall".to_owned(),
                start: at(0),
                end: at(1),
                role: "participant".to_owned(),
                moderator: false,
                name: "A. Lovelace".to_owned(),
            },
            changed: Changed {
                title: changed,
                time: changed,
                room: changed,
                role: changed,
                name: changed,
                link: kind == MessageKind::Update && !everything,
            },
            practice: everything,
            rehearsal: everything,
            extra: columns
                .iter()
                .map(|column| (column.as_str(), if everything { "a cell" } else { "" }.to_owned()))
                .collect(),
        }
    }
}

impl Previous {
    fn new(before: &Before<'_>, own: Option<&TimeZone>) -> Previous {
        let own = own.filter(|own| moment::differ(own, &before.zone, before.start));
        let told = |at: Timestamp| Moment::new(at, &before.zone, own);
        Previous {
            title: line(before.title, LONGEST),
            room: line(before.room, LONGEST),
            start: told(before.start),
            end: told(before.end),
            role: line(before.role, LONGEST),
            moderator: before.moderator,
            name: line(before.name, LONGEST),
        }
    }
}

impl Changed {
    /// Goes by what a reader can see.
    fn new(kind: MessageKind, before: &Before<'_>, now: &Before<'_>) -> Changed {
        if kind != MessageKind::Update {
            return Changed::default();
        }
        let differ = |one: &str, other: &str| line(one, LONGEST) != line(other, LONGEST);
        let changed = Changed {
            title: differ(before.title, now.title),
            time: (before.start, before.end, &before.zone) != (now.start, now.end, &now.zone),
            room: differ(before.room, now.room),
            role: differ(before.role, now.role) || before.moderator != now.moderator,
            name: differ(before.name, now.name),
            link: false,
        };
        let Changed { title, time, room, role, name, .. } = changed;
        Changed { link: !(title || time || room || role || name), ..changed }
    }
}

/// A value can't end the line it stands on: in the text part it would start one of its own.
fn line(text: &str, longest: usize) -> String {
    one_line(text, longest).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_variables_is_what_templates_get() {
        let columns = ["column".to_owned()];
        let values =
            serde_json::to_value(Variables::sample(MessageKind::Update, "link", &columns, true))
                .unwrap();
        for (path, _) in VARIABLES {
            let pointer = format!("/{}", path.replace('.', "/"));
            assert!(values.pointer(&pointer).is_some(), "{path}");
        }
        let listed = |path: &str| VARIABLES.iter().any(|(listed, _)| *listed == path);
        for (name, value) in values.as_object().unwrap() {
            let field = |field: &String| listed(&format!("{name}.{field}"));
            let fields = value.as_object().is_some_and(|fields| fields.keys().all(field));
            let moment = ["end", "opens", "closes", "extra"].contains(&name.as_str());
            assert!(listed(name) || fields, "{name}");
            assert!(!value.is_object() || fields || moment, "{name}");
        }
    }

    #[test]
    fn a_value_is_one_line() {
        assert_eq!(line("a\r\nBcc: b\u{2028}c\0", 100), "a Bcc: b c");
        assert_eq!(line("\u{202e}", 100), "");
        assert_eq!(line(&"x".repeat(300), 255).len(), 255);
    }

    #[test]
    fn a_link_is_hidden_from_debug() {
        let text = format!(
            "{:?}",
            Variables::sample(MessageKind::Invite, "https://meet.example.org/x?jwt=y", &[], true)
        );
        assert!(!text.contains("jwt"), "{text}");
    }
}
