//! The same event, written by calcard.

use calcard::common::{CalendarScale, PartialDateTime};
use calcard::icalendar::{
    ICalendar, ICalendarClassification, ICalendarComponent, ICalendarComponentType,
    ICalendarMethod, ICalendarParameter, ICalendarParameterName, ICalendarParameterValue,
    ICalendarParticipationRole, ICalendarParticipationStatus, ICalendarProperty, ICalendarStatus,
    ICalendarTransparency, ICalendarUserTypes, Uri,
};
use jiff::tz::TimeZone;

use super::*;

pub(super) fn written(
    content: &MessageContent<'_>,
    method: Method,
    to: &Email,
    works: &str,
) -> String {
    let value = match method {
        Method::Request => ICalendarMethod::Request,
        Method::Cancel => ICalendarMethod::Cancel,
        Method::Publish => ICalendarMethod::Publish,
    };
    let mut calendar = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    calendar.add_property(ICalendarProperty::Prodid, "-//meetmint//1.0//EN");
    calendar.add_property(ICalendarProperty::Version, "2.0");
    calendar.add_property(ICalendarProperty::Calscale, CalendarScale::Gregorian);
    calendar.add_property(ICalendarProperty::Method, value);
    // calcard refers to components by index: 1 is the event below.
    calendar.component_ids.push(1);
    let event = event(content, method, to, works);
    ICalendar { components: vec![calendar, event] }.to_string()
}

fn event(
    content: &MessageContent<'_>,
    method: Method,
    to: &Email,
    works: &str,
) -> ICalendarComponent {
    let sender = content.sender;
    let title = one_line(&content.meeting.title, usize::MAX).unwrap();
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(&format!("{}@{}", content.uid, sender.organizer_email().domain()));
    event.add_sequence(content.sequence.into());
    event.add_dtstamp(utc(content.stamp));
    event.add_property(ICalendarProperty::Dtstart, utc(content.meeting.start));
    event.add_property(ICalendarProperty::Dtend, utc(content.meeting.end));
    event.add_property(ICalendarProperty::Summary, summary(&title));
    let mut parameters = vec![common_name(sender.organizer_name())];
    if sender.on_behalf() {
        parameters.push(ICalendarParameter::sent_by(uri(sender.from_email())));
    }
    let organizer = uri(sender.organizer_email());
    event.add_property_with_params(ICalendarProperty::Organizer, parameters, organizer);
    if method != Method::Publish {
        event.add_property_with_params(ICalendarProperty::Attendee, attendee(content), uri(to));
    }
    event.add_property(ICalendarProperty::Location, "Online (Jitsi Meet)");
    let (description, status) = if method == Method::Cancel {
        (description::cancellation(content, &title), ICalendarStatus::Cancelled)
    } else {
        let link = content.invite.link.reveal().to_owned();
        event.add_property(ICalendarProperty::Url, Uri::Location(link));
        (description::invitation(content, &title, works), ICalendarStatus::Confirmed)
    };
    event.add_property(ICalendarProperty::Description, description);
    event.add_property(ICalendarProperty::Status, status);
    event.add_property(ICalendarProperty::Transp, ICalendarTransparency::Opaque);
    event.add_property(ICalendarProperty::Class, ICalendarClassification::Private);
    event.add_property(ICalendarProperty::Other("X-MICROSOFT-DISALLOW-COUNTER".to_owned()), "TRUE");
    event
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
        ICalendarParameter::rsvp(true),
        common_name(content.invite.attendee.name.as_str()),
    ]
}

fn common_name(name: &str) -> ICalendarParameter {
    let name = name.replace(['\\', '^'], "").replace('"', "'");
    let name = name.replace(char::is_control, "");
    // calcard quotes URIs always and texts only sometimes.
    let value = ICalendarParameterValue::Uri(Uri::Location(name));
    ICalendarParameter::new(ICalendarParameterName::Cn, value)
}

fn uri(email: &Email) -> Uri {
    Uri::Location(mailto(email))
}

fn utc(at: Timestamp) -> PartialDateTime {
    let civil = TimeZone::UTC.to_datetime(at);
    PartialDateTime {
        year: u16::try_from(civil.year()).ok(),
        month: u8::try_from(civil.month()).ok(),
        day: u8::try_from(civil.day()).ok(),
        hour: u8::try_from(civil.hour()).ok(),
        minute: u8::try_from(civil.minute()).ok(),
        second: u8::try_from(civil.second()).ok(),
        // calcard writes `Z` for an offset of zero.
        tz_hour: Some(0),
        tz_minute: Some(0),
        tz_minus: false,
    }
}
