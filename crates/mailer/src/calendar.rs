//! The calendar event of one person (RFC 5545): an invitation, its cancellation, or an event without a reply
//! ([`Method`]). What calendars need: `invitation-email` facts, §1, which the section numbers below refer to.
//!
//! A generic writer takes a dozen times as long for what is mostly the same in every event. So the lines are written here,
//! and tests compare them with what calcard writes.

mod description;
mod lines;
mod method;
mod value;

use jiff::Timestamp;
use meetmint_core::{Email, one_line};

use crate::content::MessageContent;
use crate::sender::Sender;
use lines::Lines;
use value::{mailto, quotable, utc};

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
    let sender = content.sender;
    let cancelled = method == Method::Cancel;
    let title = one_line(&content.meeting.title, usize::MAX).unwrap_or_default();
    let description = if cancelled {
        description::cancellation(content, &title)
    } else {
        description::invitation(content, &title, works)
    };
    // The link is in the description and in URL, the title in SUMMARY; the rest needs less than 1 KiB.
    let mut lines = Lines::with_capacity(2 * description.len() + 1024);
    // PRODID and VERSION are required (RFC 5545 §3.7.3). The version is fixed, so that every release writes the same
    // bytes for a repeat.
    lines.fixed(
        "BEGIN:VCALENDAR\r\nPRODID:-//meetmint//1.0//EN\r\nVERSION:2.0\r\nCALSCALE:GREGORIAN\r\n",
    );
    lines.line("METHOD:", method.name());
    lines.fixed("BEGIN:VEVENT\r\n");
    lines.line("UID:", &format!("{}@{}", content.uid, sender.organizer_email().domain()));
    lines.line("SEQUENCE:", &content.sequence.to_string());
    time(&mut lines, "DTSTAMP:", content.stamp);
    // UTC, because calendars misread time zones. Only a series would need one (§1.6).
    time(&mut lines, "DTSTART:", content.meeting.start);
    // DTEND rather than DURATION, which some calendars ignore (§1.6).
    time(&mut lines, "DTEND:", content.meeting.end);
    lines.line("SUMMARY:", description::summary(&title));
    organizer(&mut lines, sender);
    // A PUBLISH must not have an attendee (RFC 5546 §3.2.1); a CANCEL needs the one it uninvites (RFC 5546 §3.2.5).
    if method != Method::Publish {
        attendee(&mut lines, content, to);
    }
    // Not the link: Outlook cuts off long locations, and lock screens show them (§1.5).
    lines.fixed("LOCATION:Online (Jitsi Meet)\r\n");
    if !cancelled {
        // Apple, Google and Thunderbird show URL. CONFERENCE (RFC 7986 §5.11) would be a third copy of the longest value, for
        // the few programs that know it.
        lines.line("URL:", content.invite.link.reveal());
    }
    lines.line("DESCRIPTION:", &description);
    lines.line("STATUS:", if cancelled { "CANCELLED" } else { "CONFIRMED" });
    // CLASS: people with access to the calendar must not see the link (§1.5). The X- property hides `Propose new time` in
    // Outlook, because meetmint cannot process a proposal (§1.8).
    lines.fixed(
        "TRANSP:OPAQUE\r\nCLASS:PRIVATE\r\nX-MICROSOFT-DISALLOW-COUNTER:TRUE\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    Calendar { method, text: lines.into_text() }
}

fn time(lines: &mut Lines, name: &str, at: Timestamp) {
    lines.text(name);
    lines.text(&utc(at));
    lines.end();
}

fn organizer(lines: &mut Lines, sender: &Sender) {
    let address = mailto(sender.organizer_email());
    lines.text("ORGANIZER;CN=");
    lines.quoted(&quotable(sender.organizer_name()));
    if sender.on_behalf() {
        // Gmail and Exchange distrust an organizer who is not the sender, unless SENT-BY names the sender (§1.3).
        lines.whole(";");
        lines.whole("SENT-BY");
        lines.whole("=");
        lines.quoted(&mailto(sender.from_email()));
    }
    lines.whole(":");
    lines.text(&address);
    lines.end();
}

fn attendee(lines: &mut Lines, content: &MessageContent<'_>, to: &Email) {
    let role = if content.role.moderator { "CHAIR" } else { "REQ-PARTICIPANT" };
    lines.text("ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=");
    lines.text(role);
    lines.text(";PARTSTAT=NEEDS-ACTION");
    // Without RSVP=TRUE, desktop Outlook shows no buttons to reply (§1.3).
    for token in [";", "RSVP", "=", "TRUE", ";", "CN", "="] {
        lines.whole(token);
    }
    lines.quoted(&quotable(content.invite.attendee.name.as_str()));
    lines.whole(":");
    lines.text(&mailto(to));
    lines.end();
}

#[cfg(test)]
mod tests;
