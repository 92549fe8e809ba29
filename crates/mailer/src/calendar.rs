//! The calendar event of one person (RFC 5545): an invitation, its cancellation, or an event without a reply
//! ([`Method`]). What calendars need: `invitation-email` facts, §1, which the section numbers below refer to.
//!
//! calcard folds lines and escapes texts. Its parameters need some help: see `calendar/value.rs`.

mod description;
mod method;
mod value;

use calcard::common::CalendarScale;
use calcard::icalendar::{
    ICalendar, ICalendarClassification, ICalendarComponent, ICalendarComponentType,
    ICalendarMethod, ICalendarParameter, ICalendarParticipationRole, ICalendarParticipationStatus,
    ICalendarProperty, ICalendarStatus, ICalendarTransparency, ICalendarUserTypes, Uri,
};
use meetmint_core::Email;

use crate::content::MessageContent;
use crate::sender::Sender;
use value::{common_name, mailto, utc};

pub(crate) use method::Method;

/// A calendar with one event.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) method: Method,
    /// Lines have at most 75 octets and end in CRLF. Nothing follows `END:VCALENDAR`, because Gmail would add a
    /// second event (§1.4).
    pub(crate) text: String,
}

/// Writes the event of the person at `to`. `works` says in words when the link works.
pub(crate) fn write(
    content: &MessageContent<'_>,
    method: Method,
    to: &Email,
    works: &str,
) -> Calendar {
    let value = match method {
        Method::Request => ICalendarMethod::Request,
        Method::Cancel => ICalendarMethod::Cancel,
        Method::Publish => ICalendarMethod::Publish,
    };
    let mut calendar = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    // Required (RFC 5545 §3.7.3). The version is fixed, so that every release writes the same bytes for a repeat.
    calendar.add_property(ICalendarProperty::Prodid, "-//meetmint//1.0//EN");
    calendar.add_property(ICalendarProperty::Version, "2.0");
    calendar.add_property(ICalendarProperty::Calscale, CalendarScale::Gregorian);
    calendar.add_property(ICalendarProperty::Method, value);
    // calcard refers to components by index: 1 is the event below.
    calendar.component_ids.push(1);
    let event = event(content, method, to, works);
    Calendar { method, text: ICalendar { components: vec![calendar, event] }.to_string() }
}

fn event(
    content: &MessageContent<'_>,
    method: Method,
    to: &Email,
    works: &str,
) -> ICalendarComponent {
    let sender = content.sender;
    let cancelled = method == Method::Cancel;
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(&format!("{}@{}", content.uid, sender.organizer_email().domain()));
    event.add_sequence(content.sequence.into());
    event.add_dtstamp(utc(content.stamp));
    // UTC, because calendars misread time zones. Only a series would need one (§1.6).
    event.add_property(ICalendarProperty::Dtstart, utc(content.meeting.start));
    // DTEND rather than DURATION, which some calendars ignore (§1.6).
    event.add_property(ICalendarProperty::Dtend, utc(content.meeting.end));
    event.add_property(ICalendarProperty::Summary, description::summary(&content.meeting.title));
    event.add_property_with_params(
        ICalendarProperty::Organizer,
        organizer(sender),
        mailto(sender.organizer_email()),
    );
    // A PUBLISH must not have an attendee (RFC 5546 §3.2.1); a CANCEL needs the one it uninvites (RFC 5546 §3.2.5).
    if method != Method::Publish {
        event.add_property_with_params(ICalendarProperty::Attendee, attendee(content), mailto(to));
    }
    // Not the link: Outlook cuts off long locations, and lock screens show them (§1.5).
    event.add_property(ICalendarProperty::Location, "Online (Jitsi Meet)");
    if !cancelled {
        // Apple, Google and Thunderbird show URL. CONFERENCE (RFC 7986 §5.11) would be a third copy of the longest value, for
        // the few programs that know it.
        event.add_property(
            ICalendarProperty::Url,
            Uri::Location(content.invite.link.reveal().to_owned()),
        );
    }
    let description = if cancelled {
        description::cancellation(content)
    } else {
        description::invitation(content, works)
    };
    event.add_property(ICalendarProperty::Description, description);
    let status = if cancelled { ICalendarStatus::Cancelled } else { ICalendarStatus::Confirmed };
    event.add_property(ICalendarProperty::Status, status);
    event.add_property(ICalendarProperty::Transp, ICalendarTransparency::Opaque);
    // People with access to the calendar must not see the link (§1.5).
    event.add_property(ICalendarProperty::Class, ICalendarClassification::Private);
    // Hides `Propose new time` in Outlook, because meetmint cannot process a proposal (§1.8).
    event.add_property(ICalendarProperty::Other("X-MICROSOFT-DISALLOW-COUNTER".to_owned()), "TRUE");
    event
}

fn organizer(sender: &Sender) -> Vec<ICalendarParameter> {
    let mut parameters = vec![common_name(sender.organizer_name())];
    if sender.on_behalf() {
        // Gmail and Exchange distrust an organizer who is not the sender, unless SENT-BY names the sender (§1.3).
        parameters.push(ICalendarParameter::sent_by(mailto(sender.from_email())));
    }
    parameters
}

fn attendee(content: &MessageContent<'_>) -> Vec<ICalendarParameter> {
    let role = if content.role.moderator {
        ICalendarParticipationRole::Chair
    } else {
        ICalendarParticipationRole::ReqParticipant
    };
    vec![
        ICalendarParameter::cutype(ICalendarUserTypes::Individual),
        ICalendarParameter::role(role),
        ICalendarParameter::partstat(ICalendarParticipationStatus::NeedsAction),
        // Without RSVP=TRUE, desktop Outlook shows no buttons to reply (§1.3).
        ICalendarParameter::rsvp(true),
        common_name(content.invite.attendee.name.as_str()),
    ]
}

#[cfg(test)]
mod tests;
