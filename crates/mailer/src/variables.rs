//! The variables that templates can use, and their values for one message.

mod list;
mod personal;
mod previous;
mod sample;
mod value;

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, Value};

use crate::content::{Before, CancelReason, MessageContent, MessageKind};
use crate::moment::{self, SpanKey, Spans};
use previous::{Changed, Previous};
use value::{HiddenLink, cell, line};

pub use list::VARIABLES;
pub(crate) use personal::{MARKS, PERSONAL};

/// The values of the variables for one message. The names of the fields are the names in templates.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "templates use each by its name")]
pub(crate) struct Variables<'a> {
    pub(crate) title: String,
    room: String,
    name: &'a str,
    greeting: &'a str,
    email: &'a str,
    id: String,
    role: String,
    moderator: bool,
    organizing: bool,
    back_on: bool,
    reason: Option<CancelReason>,
    language: String,
    link: HiddenLink<'a>,
    address: Cow<'a, str>,
    start: Value,
    end: Value,
    opens: Value,
    closes: Value,
    when: String,
    pub(crate) link_works: String,
    when_there: Option<String>,
    soon: Option<String>,
    duration: String,
    message: Cow<'a, [String]>,
    organizer: Organizer<'a>,
    contact: Organizer<'a>,
    pub(crate) kind: MessageKind,
    before: Previous,
    changed: Changed,
    new_link: bool,
    practice: bool,
    // Templates that people have written use the former name.
    #[serde(rename = "rehearsal")]
    pub(crate) test_copy: bool,
    // Sorted, so that a template that lists all columns always gives the same text.
    extra: BTreeMap<&'a str, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Organizer<'a> {
    name: Cow<'a, str>,
    email: Cow<'a, str>,
}

impl<'a> Organizer<'a> {
    fn new(name: &'a str, email: &'a str) -> Organizer<'a> {
        Organizer { name: Cow::Borrowed(name), email: Cow::Borrowed(email) }
    }
}

impl<'a> Variables<'a> {
    /// The values for a message to `email`. `organizing`: whether that is the organizer. `spans`: where times are remembered.
    pub(crate) fn new(
        content: &MessageContent<'a>,
        email: &'a str,
        organizing: bool,
        spans: &Spans,
    ) -> Self {
        let MessageContent { invite, meeting, role, sender, .. } = content;
        let own =
            content.zone.as_ref().filter(|own| moment::differ(own, &meeting.zone, meeting.start));
        // Who has no zone in a roster that names several may be anywhere.
        let with_offset = content.several_zones && content.zone.is_none();
        let span =
            |start, end| spans.get(SpanKey { start, end, zone: &meeting.zone, own, with_offset });
        let now = Before::new(meeting, role, invite.attendee.name.as_str());
        let before = content.before.as_ref().filter(|_| content.kind == MessageKind::Update);
        let time = span(meeting.start, meeting.end);
        let window = span(invite.window.opens(), invite.window.closes());
        let title = line(&meeting.title);
        let room = line(meeting.room.name());
        let role_name = line(&role.name);
        let time_before = before.map(|before| {
            // The person's zone can equal the old zone of the meeting but not the new one, or the other way round.
            let own = content.zone.as_ref();
            let own = own.filter(|own| moment::differ(own, &before.zone, before.start));
            let (start, end, zone) = (before.start, before.end, &before.zone);
            spans.get(SpanKey { start, end, zone, own, with_offset })
        });
        let time_before = time_before.as_ref().unwrap_or(&time);
        Variables {
            changed: Changed::new(content.kind, before, &now, time.starts_differently(time_before)),
            before: Previous::new(before.unwrap_or(&now), time_before),
            // Without a message to compare with, the link may be another one.
            new_link: content.kind == MessageKind::Update
                && before.is_none_or(|before| before.other_link),
            when: time.in_words.clone(),
            link_works: window.in_words.clone(),
            when_there: time.there.clone(),
            soon: (content.kind == MessageKind::Remind)
                .then(|| moment::soon(meeting.start, content.stamp, own.unwrap_or(&meeting.zone)))
                .flatten(),
            title,
            room,
            name: invite.attendee.name.as_str(),
            greeting: content.greeting.unwrap_or(invite.attendee.name.as_str()),
            email,
            id: line(&invite.attendee.id()),
            role: role_name,
            moderator: role.moderator,
            organizing,
            back_on: content.back_on && content.kind == MessageKind::Invite,
            reason: (content.kind == MessageKind::Cancel).then_some(content.reason),
            // The built-in templates are in English.
            language: line(content.language.unwrap_or("en")),
            link: HiddenLink(invite.link.reveal()),
            address: Cow::Borrowed(content.address),
            start: time.start.clone(),
            end: time.end.clone(),
            opens: window.start.clone(),
            closes: window.end.clone(),
            duration: time.duration.clone(),
            message: Cow::Borrowed(match content.kind {
                MessageKind::Cancel => &[],
                _ => content.message,
            }),
            organizer: Organizer::new(sender.organizer_name(), sender.organizer_email().as_str()),
            contact: Organizer::new(sender.contact_name(), sender.contact_email().as_str()),
            kind: content.kind,
            practice: content.practice,
            test_copy: content.test_copy,
            extra: content.extra.iter().map(|(column, text)| (*column, cell(text))).collect(),
        }
    }

    /// The same values with another reason.
    pub(crate) fn because(self, reason: Option<CancelReason>) -> Self {
        Variables { reason, ..self }
    }

    /// The values as templates get them.
    pub(crate) fn context(&self) -> Context {
        let mut context = Context::new();
        // Without serialization, names need neither copies nor hashes.
        macro_rules! insert {
            ($($name:ident)*) => {
                // Without `..`, so that a field that is added has to be named here.
                let Variables { test_copy, $($name),* } = self;
                context.insert("rehearsal", test_copy);
                $(context.insert(stringify!($name), $name);)*
            };
        }
        insert!(title room name greeting email id role moderator organizing back_on reason language link address start end opens closes when link_works when_there soon duration message organizer contact kind before changed new_link practice extra);
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_variables_are_the_ones_that_templates_get() {
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
            // The fields of a time are listed for `start` only; `extra` depends on the roster.
            let described = ["end", "opens", "closes", "extra"].contains(&name.as_str());
            assert!(listed(name) || fields, "{name}");
            assert!(!value.is_object() || fields || described, "{name}");
        }
    }

    #[test]
    fn templates_get_what_is_serialized() {
        for kind in MessageKind::ALL {
            let sample = Variables::sample(kind, "link", &[], true);
            assert_eq!(sample.context(), Context::from_serialize(&sample).unwrap());
        }
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
