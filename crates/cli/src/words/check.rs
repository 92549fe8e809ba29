//! What `check` found out about a meeting, in words.

use meetmint_app::phrases::{people, window_in, zone_name};
use meetmint_app::{CheckReport, MeetingReport};

use super::columns::columns;

/// The meeting as it was understood, or at least the columns of its roster.
pub(crate) fn overview(report: &CheckReport) -> String {
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
    rows.concat() + &columns
}

/// What the folder is ready for, if that is less than all.
pub(crate) fn ready(report: &CheckReport) -> Option<String> {
    let missing: Vec<&str> = report
        .send_needs
        .iter()
        .map(|what| if *what == "from" { "`from` under [mail]" } else { *what })
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
