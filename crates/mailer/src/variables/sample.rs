//! The values of a sample person, to check templates with.

use std::borrow::Cow;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::previous::{Changed, Previous};
use super::value::HiddenLink;
use super::{Organizer, Variables};
use crate::content::{CancelReason, MessageKind};
use crate::moment::{Span, SpanKey};

/// The lines of a sample text.
static MESSAGE: LazyLock<Vec<String>> =
    LazyLock::new(|| ["Agenda:", "", "Budget"].map(str::to_owned).to_vec());

impl<'a> Variables<'a> {
    /// The values of a sample person. `with_optional`: whether the values that may be absent are present.
    pub(crate) fn sample(
        kind: MessageKind,
        link: &'a str,
        columns: &'a [String],
        with_optional: bool,
    ) -> Variables<'a> {
        let own = TimeZone::UTC;
        let own = with_optional.then_some(&own);
        // A fixed offset cannot fail, unlike a name that is looked up in the time zone database.
        let zone = TimeZone::fixed(Offset::constant(1));
        let at = |hour: i64| {
            // 11 March 2027, 12:00 UTC.
            let noon = 1_804_766_400;
            Timestamp::from_second(noon + hour * 3600).unwrap_or_default()
        };
        let span = |start, end| {
            let (start, end) = (at(start), at(end));
            Span::new(SpanKey { start, end, zone: &zone, own, with_offset: with_optional })
        };
        let (time, window, time_before) = (span(1, 2), span(0, 3), span(0, 1));
        let cell = if with_optional { "a cell" } else { "" };
        let changed = kind == MessageKind::Update && with_optional;
        Variables {
            title: "Autumn town hall".to_owned(),
            room: "autumn-town-hall".to_owned(),
            name: "Ada Lovelace",
            greeting: "Ada Lovelace",
            email: "ada@example.org",
            id: "ada@example.org".to_owned(),
            role: "moderator".to_owned(),
            moderator: with_optional,
            // The opposite of `moderator`, so that the two samples take different branches.
            organizing: !with_optional,
            back_on: with_optional,
            // Known to all templates, so that they can be checked for each kind.
            reason: Some(if with_optional { CancelReason::Meeting } else { CancelReason::Removed }),
            language: "en".to_owned(),
            link: HiddenLink(link),
            address: "https://meet.example.org/autumn-town-hall".into(),
            when: time.in_words.clone(),
            when_there: time.there,
            soon: with_optional.then(|| "in 1 hour".to_owned()),
            start: time.start,
            end: time.end,
            link_works: window.in_words,
            opens: window.start,
            closes: window.end,
            duration: time.duration,
            message: if with_optional && kind != MessageKind::Cancel {
                Cow::Borrowed(&**MESSAGE)
            } else {
                Cow::default()
            },
            organizer: Organizer::new("Events team", "events@example.org"),
            contact: Organizer::new("The office", "office@example.org"),
            kind,
            before: Previous {
                title: "Town hall".to_owned(),
                room: "town-hall".to_owned(),
                when: time.in_words,
                start: time_before.start,
                end: time_before.end,
                role: "participant".to_owned(),
                moderator: false,
                name: "A. Lovelace".to_owned(),
            },
            new_link: changed,
            changed: Changed {
                title: changed,
                time: changed,
                zone: changed,
                room: changed,
                role: changed,
                name: changed,
                link: changed,
            },
            practice: with_optional,
            test_copy: with_optional,
            extra: columns.iter().map(|column| (column.as_str(), cell.to_owned())).collect(),
        }
    }
}
