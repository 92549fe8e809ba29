//! What differs between the people of a meeting: a few values that the built-in templates show as they are.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::previous::Previous;
use super::value::HiddenLink;
use super::{Organizer, Variables};

/// How many values of a person the built-in templates show.
pub(crate) const PERSONAL: usize = 4;

/// What stands for these values in texts that are the same for several people: characters without a meaning (Unicode
/// Standard, §23.7), which are not escaped. Values are cleaned of them; a frame is compared with a rendered text all the same.
pub(crate) const MARKS: [char; PERSONAL] = ['\u{fdd0}', '\u{fdd1}', '\u{fdd2}', '\u{fdd3}'];

impl Variables<'_> {
    /// The values of the person, in the order of [`MARKS`].
    pub(crate) fn personal(&self) -> [&str; PERSONAL] {
        [self.greeting, self.name, self.email, self.link.0]
    }

    /// The same values for nobody: with marks in place of the person's.
    pub(crate) fn marked(&self) -> Variables<'static> {
        // Without `..`: whoever adds a variable has to decide whether it is the person's.
        let Variables {
            title,
            room,
            name: _,
            greeting: _,
            email: _,
            id: _,
            role,
            moderator,
            organizing,
            back_on,
            reason,
            language,
            link: _,
            address,
            start,
            end,
            opens,
            closes,
            when,
            link_works,
            when_there,
            soon,
            duration,
            message,
            organizer,
            contact,
            kind,
            before,
            changed,
            new_link,
            practice,
            test_copy,
            extra: _,
        } = self;
        Variables {
            greeting: "\u{fdd0}",
            name: "\u{fdd1}",
            email: "\u{fdd2}",
            link: HiddenLink("\u{fdd3}"),
            // The built-in templates do not show these.
            id: String::new(),
            extra: BTreeMap::new(),
            before: Previous { name: String::new(), ..before.clone() },
            title: title.clone(),
            room: room.clone(),
            role: role.clone(),
            moderator: *moderator,
            organizing: *organizing,
            back_on: *back_on,
            reason: *reason,
            language: language.clone(),
            address: Cow::Owned(address.to_string()),
            start: start.clone(),
            end: end.clone(),
            opens: opens.clone(),
            closes: closes.clone(),
            when: when.clone(),
            link_works: link_works.clone(),
            when_there: when_there.clone(),
            soon: soon.clone(),
            duration: duration.clone(),
            message: Cow::Owned(message.to_vec()),
            organizer: organizer.owned(),
            contact: contact.owned(),
            kind: *kind,
            changed: *changed,
            new_link: *new_link,
            practice: *practice,
            test_copy: *test_copy,
        }
    }

    /// Whether everything is the same but the values of the person.
    pub(crate) fn is_like(&self, other: &Variables<'_>) -> bool {
        // Without `..`, for the same reason. What differs most often comes first.
        let Variables {
            name: _,
            greeting: _,
            email: _,
            id: _,
            link: _,
            extra: _,
            when,
            link_works,
            room,
            title,
            role,
            moderator,
            organizing,
            back_on,
            reason,
            language,
            address,
            start,
            end,
            opens,
            closes,
            when_there,
            soon,
            duration,
            message,
            organizer,
            contact,
            kind,
            before,
            changed,
            new_link,
            practice,
            test_copy,
        } = self;
        *when == other.when
            && *link_works == other.link_works
            && *room == other.room
            && *title == other.title
            && *role == other.role
            && (*moderator, *organizing, *back_on)
                == (other.moderator, other.organizing, other.back_on)
            && (*kind, *reason, *changed) == (other.kind, other.reason, other.changed)
            && (*new_link, *practice, *test_copy)
                == (other.new_link, other.practice, other.test_copy)
            && *language == other.language
            && *address == other.address
            && (when_there, soon, duration) == (&other.when_there, &other.soon, &other.duration)
            && *message == other.message
            && *organizer == other.organizer
            && *contact == other.contact
            && before.is_like(&other.before)
            && (start, end, opens, closes)
                == (&other.start, &other.end, &other.opens, &other.closes)
    }
}

impl Organizer<'_> {
    fn owned(&self) -> Organizer<'static> {
        Organizer {
            name: Cow::Owned(self.name.to_string()),
            email: Cow::Owned(self.email.to_string()),
        }
    }
}

impl Previous {
    /// Whether everything is the same but the name of the person.
    fn is_like(&self, other: &Previous) -> bool {
        let Previous { title, room, when, start, end, role, moderator, name: _ } = self;
        (title, room, when, role, moderator)
            == (&other.title, &other.room, &other.when, &other.role, &other.moderator)
            && (start, end) == (&other.start, &other.end)
    }
}

#[cfg(test)]
mod tests;
