//! What `check` found out about a meeting, in words.

use meetmint_app::phrases::{counted, people, time_in, window_in, zone_name};
use meetmint_app::{CheckReport, MeetingReport, MeetingUseReport, SendNeed, quoted};

use super::columns::columns;

/// How many meetings are listed, unless all are wanted.
const SHOWN: usize = 20;

/// The meeting as it was understood, or at least the columns of its roster. `all` is whether all meetings are listed.
pub(crate) fn overview(report: &CheckReport, all: bool) -> String {
    let columns = report.columns.as_deref().map(columns).unwrap_or_default();
    let (Some(meeting), Some(roles)) = (&report.meeting, &report.roles) else { return columns };
    let mut rows = Vec::new();
    let mut row = |label: &str, words: &str| rows.push(format!("{label:<11} {words}\n"));
    row("meeting", &meeting.title);
    row("time", &time(meeting));
    row("room", &meeting.address);
    let MeetingReport { algorithm, issuer, audience, subject, node, .. } = meeting;
    row(
        "tokens",
        &format!("{algorithm}, iss {issuer}, aud {audience}, sub {subject}, room {node}"),
    );
    for role in roles.0.iter().filter(|role| role.people > 0) {
        let when = match role.window {
            Some(window) => window_in((window.not_before(), window.expires()), &meeting.zone),
            None => "around the time of each row's meeting".to_owned(),
        };
        row(&role.name, &format!("{}; links work {when}", people(role.people)));
    }
    row(
        "mail",
        &match &meeting.mail {
            Some((from, outbox)) => format!("from {from}, {outbox}"),
            None => "none: `from` under [mail] is not set".to_owned(),
        },
    );
    if let Some(meetings) = report.meetings.as_deref().filter(|_| report.has_own_meetings) {
        for (at, line) in meeting_lines(meetings, &meeting.title, all).iter().enumerate() {
            row(if at == 0 { "meetings" } else { "" }, line);
        }
    }
    rows.concat() + &columns
}

/// One line per meeting. `common` is the title of those without one of their own.
fn meeting_lines(meetings: &[MeetingUseReport], common: &str, all: bool) -> Vec<String> {
    let shown = if all { meetings.len() } else { SHOWN };
    let line = |meeting: &MeetingUseReport| {
        let MeetingUseReport { title, room, start, zone, moderators, .. } = meeting;
        let moderators = match moderators {
            0 => "no moderator".to_owned(),
            count => counted(*count, "moderator"),
        };
        let title = if title == common { String::new() } else { format!(" ({title})") };
        let when = time_in(start.as_second(), zone);
        format!("{when}  {}{title}: {}, {moderators}", quoted(room), people(meeting.people))
    };
    let mut lines: Vec<String> = meetings.iter().take(shown).map(line).collect();
    if meetings.len() > shown {
        lines.push(format!("and {} more; -v shows all", meetings.len() - shown));
    }
    lines
}

/// What the folder is ready for, if that is less than all.
pub(crate) fn ready(report: &CheckReport) -> Option<String> {
    let missing: Vec<&str> = report
        .send_needs
        .iter()
        .map(|what| match what {
            SendNeed::From => "`from` under [mail]",
            SendNeed::Addresses => "addresses",
        })
        .collect();
    (!missing.is_empty())
        .then(|| format!("Ready for `links`; `send` needs {}.", missing.join(" and ")))
}

/// A day and a time of day.
const WITH_DAY: &str = "%A, %-d %B %Y %H:%M";

/// "Thursday, 11 March 2027 14:00 to 15:30 (Europe/Berlin)".
fn time(meeting: &MeetingReport) -> String {
    let zone = &meeting.zone;
    let (start, end) = (zone.to_datetime(meeting.start), zone.to_datetime(meeting.end));
    let until = if start.date() == end.date() { "%H:%M" } else { WITH_DAY };
    format!("{} to {} ({})", start.strftime(WITH_DAY), end.strftime(until), zone_name(zone))
}
