//! The calendar event of one person (RFC 5545): as an invitation, as the end of one, or as a plain entry
//! ([`Method`]). Which client wants what: `invitation-email` facts, §1.
//!
//! Model, folding and the escaping of texts are calcard's. Of parameters it escapes what RFC 5545 §3.2
//! has no escape for, so names are cleaned before; and a name has to stand in double quotes always,
//! which calcard does for URIs only: [`quoted`] hands it names as such.

use calcard::common::{CalendarScale, PartialDateTime};
use calcard::icalendar::{
    ICalendar, ICalendarClassification, ICalendarComponent, ICalendarComponentType,
    ICalendarFeatureType, ICalendarMethod, ICalendarParameter, ICalendarParameterName,
    ICalendarParameterValue, ICalendarParticipationRole, ICalendarParticipationStatus,
    ICalendarProperty, ICalendarStatus, ICalendarTransparency, ICalendarUserTypes,
    ICalendarValueType, Uri,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{Email, one_line};

use crate::{MessageContent, MessageKind, Sender};

/// Outlook and Exchange cut SUMMARY here, in UTF-16 units (MS-OXCICAL 2.1.3.1.1.20.24).
const LONGEST_SUMMARY: usize = 255;

/// What an event wants of the program that reads it (RFC 5546 §1.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// To be answered, and to take the place of what the same UID had before.
    Request,
    /// To be taken out.
    Cancel,
    /// To be put in, without an answer.
    Publish,
}

impl Method {
    /// The method of a message's event, if it has one. A reminder asks nothing anew: as a REQUEST it would reset
    /// the answer. The organizer is asked nothing ever (§1.3), and an entry that was no invitation is not
    /// one that a CANCEL finds.
    pub(crate) fn of(kind: MessageKind, organizing: bool) -> Option<Method> {
        match (kind, organizing) {
            (MessageKind::Invite | MessageKind::Update, false) => Some(Method::Request),
            (MessageKind::Cancel, false) => Some(Method::Cancel),
            (MessageKind::Cancel, true) => None,
            (MessageKind::Remind, _) | (MessageKind::Invite | MessageKind::Update, true) => {
                Some(Method::Publish)
            }
        }
    }

    /// As RFC 5546 spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
            Method::Publish => "PUBLISH",
        }
    }
}

/// An event, written, and what it wants.
#[derive(Clone, Debug)]
pub(crate) struct Calendar {
    pub(crate) method: Method,
    /// CRLF, lines of at most 75 octets, nothing behind `END:VCALENDAR`.
    pub(crate) text: String,
}

/// The event of the person at `to`. `until` says in words when the link stops working.
pub(crate) fn write(
    letter: &MessageContent<'_>,
    sender: &Sender,
    method: Method,
    to: &Email,
    until: &str,
) -> Calendar {
    let told = match method {
        Method::Request => ICalendarMethod::Request,
        Method::Cancel => ICalendarMethod::Cancel,
        Method::Publish => ICalendarMethod::Publish,
    };
    let mut calendar = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    calendar.add_property(ICalendarProperty::Prodid, "-//meetmint//1.0//EN");
    calendar.add_property(ICalendarProperty::Version, "2.0");
    calendar.add_property(ICalendarProperty::Calscale, CalendarScale::Gregorian);
    calendar.add_property(ICalendarProperty::Method, told);
    calendar.component_ids.push(1);
    let event = event(letter, sender, method, to, until);
    Calendar { method, text: ICalendar { components: vec![calendar, event] }.to_string() }
}

fn event(
    letter: &MessageContent<'_>,
    sender: &Sender,
    method: Method,
    to: &Email,
    until: &str,
) -> ICalendarComponent {
    let cancelled = method == Method::Cancel;
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(&format!("{}@{}", letter.uid, sender.organizer_email().domain()));
    event.add_sequence(letter.sequence.into());
    event.add_dtstamp(utc(letter.stamp));
    // One meeting is sent in UTC: no zone, nothing to misread (§1.6).
    event.add_property(ICalendarProperty::Dtstart, utc(letter.meeting.start));
    event.add_property(ICalendarProperty::Dtend, utc(letter.meeting.end));
    event.add_property(ICalendarProperty::Summary, summary(&letter.meeting.title));
    event.add_property_with_params(
        ICalendarProperty::Organizer,
        organizer(sender),
        mailto(sender.organizer_email()),
    );
    // Nobody is asked in a PUBLISH (RFC 5546 §3.2.1); a CANCEL names whom it uninvites (§3.2.5).
    if method != Method::Publish {
        event.add_property_with_params(ICalendarProperty::Attendee, attendee(letter), mailto(to));
    }
    // The link is longer than Outlook keeps of a location, and a location is what lock screens show (§1.5).
    event.add_property(ICalendarProperty::Location, "Online (Jitsi Meet)");
    if !cancelled {
        add_link(&mut event, letter.invite.link.reveal());
    }
    let description = if cancelled { called_off(letter) } else { description(letter, until) };
    event.add_property(ICalendarProperty::Description, description);
    let status = if cancelled { ICalendarStatus::Cancelled } else { ICalendarStatus::Confirmed };
    event.add_property(ICalendarProperty::Status, status);
    event.add_property(ICalendarProperty::Transp, ICalendarTransparency::Opaque);
    // Whoever merely shares the calendar must not read the link (§1.5).
    event.add_property(ICalendarProperty::Class, ICalendarClassification::Private);
    event.add_property(ICalendarProperty::Other("X-MICROSOFT-DISALLOW-COUNTER".to_owned()), "TRUE");
    event
}

fn add_link(event: &mut ICalendarComponent, link: &str) {
    let link = || Uri::Location(link.to_owned());
    event.add_property(ICalendarProperty::Url, link());
    event.add_property_with_params(
        ICalendarProperty::Conference,
        [
            ICalendarParameter::value(ICalendarValueType::Uri),
            ICalendarParameter::feature(ICalendarFeatureType::Audio),
            ICalendarParameter::feature(ICalendarFeatureType::Video),
            ICalendarParameter::label("Join".to_owned()),
        ],
        link(),
    );
}

fn organizer(sender: &Sender) -> Vec<ICalendarParameter> {
    let mut parameters = vec![common_name(sender.organizer_name())];
    if sender.on_behalf() {
        parameters.push(ICalendarParameter::sent_by(mailto(sender.from_email())));
    }
    parameters
}

fn attendee(letter: &MessageContent<'_>) -> Vec<ICalendarParameter> {
    let role = if letter.role.moderator {
        ICalendarParticipationRole::Chair
    } else {
        ICalendarParticipationRole::ReqParticipant
    };
    vec![
        ICalendarParameter::cutype(ICalendarUserTypes::Individual),
        ICalendarParameter::role(role),
        ICalendarParameter::partstat(ICalendarParticipationStatus::NeedsAction),
        ICalendarParameter::rsvp(true),
        common_name(letter.invite.attendee.name.as_str()),
    ]
}

/// What every client shows, so the link stands in it, alone on its line.
fn description(letter: &MessageContent<'_>, until: &str) -> String {
    let title = one_line(&letter.meeting.title, usize::MAX).unwrap_or_default();
    let link = letter.invite.link.reveal();
    let practice =
        if letter.practice { "\n\nFor practice only: no server takes this link." } else { "" };
    let rehearsal = rehearsal(letter);
    format!(
        "{title}\n\nJoin with this link:\n{link}\n\nIt works until {until}. It is personal: it opens the \
         meeting in your name, so keep it to yourself.{practice}{rehearsal}"
    )
}

fn called_off(letter: &MessageContent<'_>) -> String {
    let title = one_line(&letter.meeting.title, usize::MAX).unwrap_or_default();
    format!("{title}\n\nThis meeting has been called off for you.{}", rehearsal(letter))
}

fn rehearsal(letter: &MessageContent<'_>) -> &'static str {
    if letter.rehearsal { "\n\nThis is a rehearsal copy." } else { "" }
}

fn summary(title: &str) -> String {
    let mut left = LONGEST_SUMMARY;
    let title = one_line(title, usize::MAX).unwrap_or_default();
    let fits = |c: &char| {
        let size = c.len_utf16();
        let fits = size <= left;
        left = left.saturating_sub(size);
        fits
    };
    title.chars().take_while(fits).collect()
}

fn common_name(name: &str) -> ICalendarParameter {
    ICalendarParameter::new(ICalendarParameterName::Cn, quoted(name))
}

/// A parameter value that is written in double quotes whatever it holds. RFC 5545 §3.2 knows no escape
/// inside them, and RFC 6868's `^` is one that half the clients show as it is.
fn quoted(text: &str) -> ICalendarParameterValue {
    let kept = |c: &char| !c.is_control() && !matches!(c, '\\' | '^');
    let plain = text.chars().filter(kept).map(|c| if c == '"' { '\'' } else { c });
    ICalendarParameterValue::Uri(Uri::Location(plain.collect()))
}

/// A `mailto:` URI (RFC 6068 §2): what can't stand in one is percent-encoded.
fn mailto(email: &Email) -> Uri {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"!$'*+-._~".contains(&byte);
    let local = email
        .local_part()
        .bytes()
        .map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    Uri::Location(format!("mailto:{}@{}", local.collect::<String>(), email.domain()))
}

/// RFC 5545 §3.3.5, form 2: `20270311T130000Z`.
fn utc(at: Timestamp) -> PartialDateTime {
    let civil = TimeZone::UTC.to_datetime(at);
    PartialDateTime {
        year: u16::try_from(civil.year()).ok(),
        month: u8::try_from(civil.month()).ok(),
        day: u8::try_from(civil.day()).ok(),
        hour: u8::try_from(civil.hour()).ok(),
        minute: u8::try_from(civil.minute()).ok(),
        second: u8::try_from(civil.second()).ok(),
        tz_hour: Some(0),
        tz_minute: Some(0),
        tz_minus: false,
    }
}

#[cfg(test)]
mod tests;
