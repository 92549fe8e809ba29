//! `meetmint plan`: what `send` would do, everything made and checked, nothing written.

use std::fmt::Write as _;
use std::path::Path;

use meetmint_mailer::{Ledger, Medium, MessageKind};
use serde_json::json;

use crate::campaign::{Campaign, Forecast, Overrides};
use crate::cli::{self, ReportFormat};
use crate::failure::{Exit, Failure};
use crate::prepare::{self, Prepared};
use crate::report::Report;
use crate::world::World;

/// How many people of a kind are listed.
const SHOWN: usize = 20;

pub(crate) fn run(
    args: &cli::Plan,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let prepared = prepared(args, meeting, report, world)?;
    let campaign = Campaign::new(&prepared, world, report)?;
    let mut ledger = campaign.look()?;
    let overrides = overrides(args);
    let staged = campaign.stage(&mut ledger, overrides)?;
    let plan = campaign.plan(&ledger, &staged, &args.choice, args.limit, overrides)?;
    campaign.try_all(&ledger, &staged, &plan)?;
    if args.format == ReportFormat::Json {
        report.data(&as_json(&plan, campaign.forecast(&ledger, &plan)?.as_ref()))?;
    } else {
        report.data(&in_words(&plan, &ledger, &campaign, report)?)?;
    }
    Ok(if prepared.bad_rows.is_empty() { Exit::Done } else { Exit::Partly })
}

/// A meeting folder that is right, bad rows aside if they are to be passed over.
pub(super) fn prepared(
    args: &cli::Plan,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Prepared, Failure> {
    let findings = prepare::find(meeting, true, world)?;
    let prepared =
        if args.skip_bad_rows { findings.sound_without_bad_rows()? } else { findings.sound()? };
    prepared.speak(report)?;
    for problem in &prepared.bad_rows {
        report.warning(&format!("passed over: {problem}"), problem.hint.as_deref());
    }
    Ok(prepared)
}

pub(super) fn overrides(args: &cli::Plan) -> Overrides {
    Overrides { postponed: args.overrides.postponed, cancel_many: args.overrides.cancel_many }
}

/// The plan as people read it.
pub(super) fn in_words(
    plan: &meetmint_mailer::Plan,
    ledger: &Ledger,
    campaign: &Campaign<'_>,
    report: Report,
) -> Result<String, Failure> {
    let mut text = String::new();
    let mut line = |words: &str| writeln!(text, "{words}").expect("writing to a String");
    for (sign, kind, what) in [
        ("+", MessageKind::Invite, "invitation"),
        ("~", MessageKind::Update, "update"),
        ("−", MessageKind::Cancel, "cancellation"),
    ] {
        let due: Vec<_> = plan.due.iter().filter(|due| due.kind == kind).collect();
        let shown = if report.verbose { due.len() } else { SHOWN };
        for due in due.iter().take(shown) {
            let changes: Vec<&str> = due.changes.iter().map(|change| change.word()).collect();
            let changes = if changes.is_empty() {
                String::new()
            } else {
                format!(": {}", changes.join(", "))
            };
            let again = if due.again { ", tried before" } else { "" };
            line(&format!("{sign} {}  {what}{changes}{again}", due.person));
        }
        if due.len() > shown {
            line(&format!("{sign} and {} more {what}s; -v shows all", due.len() - shown));
        }
    }
    if plan.same > 0 {
        let have = if plan.same == 1 { "has" } else { "have" };
        line(&format!("= {} {have} what is due", prepare::people(plan.same)));
    }
    if plan.over > 0 {
        line(&format!("  {} left alone: the meeting is over", prepare::people(plan.over)));
    }
    for person in plan.refused.iter().take(SHOWN) {
        line(&format!(
            "! {person}  was refused: tried again when something about them changes, or with send --again"
        ));
    }
    for person in plan.in_doubt.iter().take(SHOWN) {
        line(&format!(
            "? {person}  nobody knows whether the last message arrived: meetmint settle --sent, or --resend"
        ));
    }
    if plan.old_links > 0 {
        let until = prepare::moment(plan.old_links_until, &campaign.prepared.roster.meeting().zone);
        let links = if plan.old_links == 1 {
            "1 old link goes".to_owned()
        } else {
            format!("{} old links go", plan.old_links)
        };
        line(&format!(
            "  {links} on working until {until}: a new `room` would end that, and move everybody else in place"
        ));
    }
    if campaign.medium == Medium::Smtp && !ledger.has_accepted()? {
        let written = ledger.written()?;
        if written > 0 {
            line(&format!("  {written} written, none sent"));
        }
    }
    line(&summary(plan));
    if let Some(forecast) = campaign.forecast(ledger, plan)? {
        let zone = &campaign.prepared.roster.meeting().zone;
        line(&format!(
            "At this pace the last one leaves at {}.",
            prepare::moment(forecast.last, zone)
        ));
        if forecast.late > 0 {
            report.warning(
                &format!("{} would get theirs after the meeting has begun", prepare::people(forecast.late)),
                Some("begin earlier; or mail through a server that takes more, and write its `rate` and `quota` under [outbox]"),
            );
        }
    }
    Ok(text)
}

/// "398 invitations, 2 cancellations".
pub(super) fn summary(plan: &meetmint_mailer::Plan) -> String {
    let counts = [
        ("invitation", MessageKind::Invite),
        ("update", MessageKind::Update),
        ("cancellation", MessageKind::Cancel),
    ];
    let some: Vec<String> = counts
        .into_iter()
        .map(|(word, kind)| (word, plan.count(kind)))
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if some.is_empty() { "Nothing is due.".to_owned() } else { format!("{}.", some.join(", ")) }
}

fn as_json(plan: &meetmint_mailer::Plan, forecast: Option<&Forecast>) -> String {
    let due = plan.due.iter().map(|due| {
        let changes: Vec<&str> = due.changes.iter().map(|change| change.word()).collect();
        json!({ "email": &*due.person, "kind": due.kind.to_string(), "changes": changes, "again": due.again })
    });
    let object = json!({
        "invitations": plan.count(MessageKind::Invite),
        "updates": plan.count(MessageKind::Update),
        "cancellations": plan.count(MessageKind::Cancel),
        "same": plan.same,
        "over": plan.over,
        "refused": plan.refused,
        "in_doubt": plan.in_doubt,
        "last_leaves": forecast.map(|forecast| forecast.last),
        "late": forecast.map_or(0, |forecast| forecast.late),
        "due": due.collect::<Vec<_>>(),
    });
    format!("{object:#}\n")
}
