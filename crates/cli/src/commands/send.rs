//! `meetmint send`: what is due goes out, and the ledger remembers.

mod rehearsal;

use std::collections::HashSet;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use meetmint_batch::{RosterRow, Selection, quoted, seconds};
use meetmint_mailer::{
    Deferred, Ledger, Medium, MessageKind, Outbox, Plan, Reconciliation, Stopped, Summary,
};
use serde_json::json;

use super::plan;
use super::round::Round;
use crate::campaign::Campaign;
use crate::cli::{ReportFormat, Run, Send};
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::settings::OutboxSettings;
use crate::world::World;

/// How long a run stays for a later try, unless it is told.
const STAY: Duration = Duration::from_secs(15 * 60);

pub(crate) fn run(
    args: &Send,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    if args.dry_run {
        return plan::run(&args.plan, meeting, report, world);
    }
    let wait = wait(&args.run)?;
    world.stamp()?;
    let prepared = plan::prepared(&args.plan, meeting, report, world)?;
    let campaign = Campaign::new(&prepared, world, report)?;
    if let Some(me) = &args.to {
        return rehearsal::rehearse(&campaign, me, args.as_.as_deref(), report, world);
    }
    let chosen = !args.plan.choice.only.is_empty()
        || args.plan.choice.role.is_some()
        || args.plan.limit.is_some();
    if args.again && !chosen {
        return Err(Failure::Usage {
            message: "`--again` needs somebody to send a fresh copy to".to_owned(),
            hint: Some("choose them with `--only`, `--role` or `--limit`".to_owned()),
        });
    }
    if campaign.medium == Medium::Smtp && world.fixed_stamp()?.is_some() {
        report.note("SOURCE_DATE_EPOCH is for the folder outbox: mail carries the real date", None);
    }
    let overrides = plan::overrides(&args.plan);
    let mut held = campaign.hold(wait.for_others)?;
    let ledger = &mut *held;
    let staged = campaign.stage(ledger, overrides)?;
    let choice = &args.plan.choice;
    let mut plan = campaign.plan(
        ledger,
        &staged,
        choice,
        if args.again { None } else { args.plan.limit },
        overrides,
    )?;
    campaign.try_all(ledger, &staged, &plan)?;
    refuse_without_memory(&campaign, ledger, args)?;

    let copies =
        if args.again { fresh_copies(&campaign, &staged, &plan, args)? } else { HashSet::new() };
    if !plan.due.is_empty() || copies.is_empty() {
        let words = plan::in_words(&plan, ledger, &campaign, report)?;
        report.done(words.trim_end());
    }
    let messages = plan.due.len() + copies.len();
    if messages == 0 {
        // The roster may still say something that changes nothing for anybody.
        staged.apply(held.keep(), &prepared.settings.id)?;
        let mut summary = Summary::default();
        let outbox = campaign.outbox(wait.for_tries)?;
        let all = |_: &Deferred| !chosen;
        stay(&campaign, held.keep(), &outbox, &mut summary, wait.for_tries, all)?;
        let exit = finish(args, &campaign, &summary, 0, report)?;
        return Ok(worst(exit, &prepared.bad_rows, &plan));
    }
    let mut what = Vec::new();
    if !plan.due.is_empty() {
        what.push(plan::summary(&plan).trim_end_matches('.').to_owned());
    }
    if !copies.is_empty() {
        what.push(fresh(copies.len()));
    }
    let outbox = campaign.outbox(wait.for_tries)?;
    if !confirmed(&campaign, messages, &what.join(", "), &args.run, report)? {
        return Err(Failure::Interrupted { message: "nothing was mailed".to_owned() });
    }
    let ledger = held.keep();
    let entries = staged.apply(ledger, &prepared.settings.id)?;
    let now = World::clock().as_second();
    let later = ledger
        .deferred(campaign.medium, now)?
        .into_iter()
        .filter(|deferred| deferred.next_try > now);
    let later: HashSet<i64> = later.map(|deferred| deferred.entry).collect();
    let ours: HashSet<i64> = plan
        .entries(&entries)
        .into_iter()
        .map(|(entry, _)| entry)
        .chain(
            staged
                .people(&entries)
                .filter(|(person, _)| copies.contains(*person))
                .map(|(_, entry)| entry),
        )
        .collect();
    // What is tried again waits for its time; what takes its place does not.
    let due = plan
        .entries(&entries)
        .into_iter()
        .filter(|(entry, due)| !(due.again && later.contains(entry)));
    let due: Vec<(i64, MessageKind)> = due.map(|(entry, due)| (entry, due.kind)).collect();
    // Who is due is known by now, and a long list takes room.
    plan.due = Vec::new();
    let mut summary = campaign.post(ledger, &outbox, due, None)?;
    if !copies.is_empty() && summary.can_continue() {
        merge(&mut summary, post_copies(&campaign, ledger, &outbox, &staged, &entries, &copies)?);
    }
    let ours = |one: &Deferred| !chosen || ours.contains(&one.entry);
    stay(&campaign, ledger, &outbox, &mut summary, wait.for_tries, ours)?;
    let exit = finish(args, &campaign, &summary, messages, report)?;
    Ok(worst(exit, &prepared.bad_rows, &plan))
}

/// Posts fresh copies, or the rest of those that an earlier run began.
fn post_copies(
    campaign: &Campaign<'_>,
    ledger: &mut Ledger,
    outbox: &Outbox,
    staged: &Reconciliation,
    entries: &[i64],
    copies: &HashSet<String>,
) -> Result<Summary, Failure> {
    let expected: HashSet<&str> = staged.expected().collect();
    let of = |people: &dyn Fn(&str) -> bool| -> HashSet<i64> {
        staged
            .people(entries)
            .filter(|(person, _)| people(person))
            .map(|(_, entry)| entry)
            .collect()
    };
    let round = Round {
        name: "again",
        kind: MessageKind::Invite,
        entries: &of(&|person| copies.contains(person)),
        still: &of(&|person| expected.contains(person)),
    };
    let unfinished = round.unfinished(campaign, ledger)?;
    if unfinished.is_some() {
        campaign.report.note(
            "fresh copies of an earlier run are finished first: run it again for others",
            None,
        );
    }
    round.post(campaign, ledger, outbox, unfinished.as_ref())
}

/// How long a run stays: for a later try, and for another run to end.
pub(super) struct Wait {
    pub(super) for_tries: Duration,
    pub(super) for_others: Option<Duration>,
}

pub(super) fn wait(run: &Run) -> Result<Wait, Failure> {
    let Some(text) = run.wait.as_deref() else {
        return Ok(Wait { for_tries: STAY, for_others: None });
    };
    let duration = match text {
        "0" => Some(Duration::ZERO),
        "forever" => Some(Duration::MAX),
        _ => seconds(text).ok().map(|seconds| Duration::from_secs(seconds.unsigned_abs())),
    };
    let duration = duration.ok_or_else(|| Failure::Usage {
        message: format!("{} is not a length of time", quoted(text)),
        hint: Some("write it like `--wait 15m`, `--wait 0` or `--wait forever`".to_owned()),
    })?;
    Ok(Wait { for_tries: duration, for_others: Some(duration) })
}

/// Asks before anything is mailed. The folder outbox mails nothing.
pub(super) fn confirmed(
    campaign: &Campaign<'_>,
    messages: usize,
    what: &str,
    run: &Run,
    report: Report,
) -> Result<bool, Failure> {
    if campaign.medium == Medium::Folder || run.yes {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err(Failure::Usage {
            message: "this would mail people, and there is nobody to ask".to_owned(),
            hint: Some("say `--yes`".to_owned()),
        });
    }
    let from = campaign.mail.composer.sender().from_email();
    let where_ = campaign.prepared.settings.mail.outbox.words();
    report.confirm(&format!("Mail {} {where_} as {from}: {what}?", prepare::people(messages)))
}

/// Without a memory, a fresh checkout would mail everybody once more.
fn refuse_without_memory(
    campaign: &Campaign<'_>,
    ledger: &Ledger,
    args: &Send,
) -> Result<(), Failure> {
    let remote = match &campaign.prepared.settings.mail.outbox {
        OutboxSettings::Smtp(smtp) => !smtp.address.is_loopback(),
        OutboxSettings::Folder { .. } => false,
    };
    if remote && args.run.yes && !args.plan.overrides.first && !ledger.has_accepted()? {
        return Err(Failure::wrong(
            "the ledger remembers nobody who was mailed: is it the one of this meeting?",
            "say `--first` if nobody has been invited yet; else put the ledger where the meeting looks for it",
        ));
    }
    Ok(())
}

/// Those chosen who get a fresh copy, because nothing else is due for them.
fn fresh_copies(
    campaign: &Campaign<'_>,
    staged: &meetmint_mailer::Reconciliation,
    plan: &meetmint_mailer::Plan,
    args: &Send,
) -> Result<HashSet<String>, Failure> {
    let due: HashSet<&str> = plan.due.iter().map(|due| due.person.as_ref()).collect();
    let mut choice = Selection {
        skip_bad: true,
        limit: args.plan.limit.map(|limit| limit as usize),
        ..Selection::default()
    };
    choice.role =
        args.plan.choice.role.as_deref().map(|role| campaign.prepared.role(role)).transpose()?;
    for only in &args.plan.choice.only {
        choice.only.push(prepare::email(only)?.key().into_owned());
    }
    let expected: HashSet<&str> = staged.expected().collect();
    let mut copies = HashSet::new();
    let keys = |people: &[RosterRow<'_>]| {
        people.iter().map(|person| person.entry.attendee.key().into_owned()).collect::<Vec<_>>()
    };
    campaign.prepared.roster.each(
        &campaign.prepared.survey,
        &choice,
        256,
        keys,
        |some: Vec<_>| {
            copies.extend(some.into_iter().filter(|person| {
                !due.contains(person.as_str()) && expected.contains(person.as_str())
            }));
            Ok::<(), Failure>(())
        },
    )?;
    Ok(copies)
}

fn fresh(copies: usize) -> String {
    if copies == 1 { "1 fresh copy".to_owned() } else { format!("{copies} fresh copies") }
}

/// Stays while the next try is near enough: for messages that this run is about, and no others.
pub(super) fn stay(
    campaign: &Campaign<'_>,
    ledger: &mut Ledger,
    outbox: &Outbox,
    summary: &mut Summary,
    wait: Duration,
    is_ours: impl Fn(&Deferred) -> bool,
) -> Result<(), Failure> {
    let (world, report) = (campaign.world, campaign.report);
    let until = World::clock()
        .as_second()
        .saturating_add(i64::try_from(wait.as_secs()).unwrap_or(i64::MAX));
    // What was tried, and is not a bit further: its own meeting may be over.
    let mut stuck: HashSet<i64> = HashSet::new();
    while summary.can_continue() {
        if world.is_interrupted() {
            summary.interrupted = true;
            return Ok(());
        }
        let mut deferred = ledger.deferred(campaign.medium, World::clock().as_second())?;
        deferred.retain(|one| is_ours(one) && !stuck.contains(&one.entry));
        let Some(first) = deferred.first().copied() else { return Ok(()) };
        let next = first.next_try;
        let now = World::clock().as_second();
        if next > now {
            if next > until {
                // What was deferred in this run is told one by one.
                let waiting = deferred.len().saturating_sub(summary.deferred.len());
                summary.left += waiting;
                if waiting > 0 {
                    let zone = &campaign.prepared.roster.meeting().zone;
                    let when = prepare::moment(next, zone);
                    report.trouble(
                        &format!("{waiting} still to be tried again: run it again from {when}"),
                        None,
                    );
                }
                return Ok(());
            }
            report.note(
                &format!("{} later: waiting for the next try", prepare::people(deferred.len())),
                None,
            );
            world.pause(Duration::from_secs((next - now).unsigned_abs()));
            if world.is_interrupted() {
                summary.interrupted = true;
                return Ok(());
            }
        }
        let now = World::clock().as_second();
        let ready = deferred.iter().filter(|one| one.next_try <= now && one.round == first.round);
        let due: Vec<(i64, MessageKind)> = ready.map(|one| (one.entry, one.kind)).collect();
        summary.deferred.clear();
        let tried: HashSet<i64> = due.iter().map(|(entry, _)| *entry).collect();
        merge(summary, campaign.post(ledger, outbox, due, first.round)?);
        let still = ledger.deferred(campaign.medium, now)?;
        let still = still.iter().filter(|one| one.next_try <= now && tried.contains(&one.entry));
        stuck.extend(still.map(|one| one.entry));
    }
    Ok(())
}

fn merge(summary: &mut Summary, other: Summary) {
    summary.delivered += other.delivered;
    summary.refused.extend(other.refused);
    summary.deferred.extend(other.deferred);
    summary.in_doubt.extend(other.in_doubt);
    summary.over += other.over;
    summary.left += other.left;
    summary.interrupted |= other.interrupted;
    summary.stopped = summary.stopped.take().or(other.stopped);
    summary.later = summary.later.or(other.later);
}

/// Says what was done, and what is left.
fn finish(
    args: &Send,
    campaign: &Campaign<'_>,
    summary: &Summary,
    messages: usize,
    report: Report,
) -> Result<Exit, Failure> {
    if args.plan.format == ReportFormat::Json {
        let pairs = |list: &[(String, String)]| {
            list.iter()
                .map(|(person, reply)| json!({ "email": person, "reply": reply }))
                .collect::<Vec<_>>()
        };
        let object = json!({
            "messages": messages, "delivered": summary.delivered,
            "refused": pairs(&summary.refused), "in_doubt": pairs(&summary.in_doubt),
            "deferred": summary.deferred.iter().map(|(person, reply, next)| json!({ "email": person, "reply": reply, "next_try": next })).collect::<Vec<_>>(),
            "over": summary.over,
            "left": summary.left,
            "stopped": summary.stopped.as_ref().map(|stopped| &stopped.why),
            "cure": summary.stopped.as_ref().and_then(|stopped| stopped.hint.as_ref()),
            "resumes": summary.stopped.as_ref().and_then(|stopped| stopped.resumes).or(summary.later),
        });
        report.data(&format!("{object:#}\n"))?;
    }
    outcome(campaign, summary, report)
}

/// Somebody whom an earlier run left in doubt, and no later one mails before `settle`.
pub(super) fn left_in_doubt(person: String) -> (String, String) {
    (person, "an earlier run never learned what came of it".to_owned())
}

/// The end of a run that sends, in words; `Err` if it ended early.
pub(super) fn outcome(
    campaign: &Campaign<'_>,
    summary: &Summary,
    report: Report,
) -> Result<Exit, Failure> {
    let zone = &campaign.prepared.roster.meeting().zone;
    for (person, reply) in &summary.refused {
        report.trouble(&format!("{person} was refused: {reply}"), None);
    }
    for (person, reply, next) in &summary.deferred {
        report.trouble(
            &format!("{person} later, from {}: {reply}", prepare::moment(*next, zone)),
            None,
        );
    }
    for (person, why) in &summary.in_doubt {
        report.trouble(
            &format!("nobody knows whether {person} has got the message: {why}"),
            Some(&format!("meetmint settle --sent --only {person}, or --resend")),
        );
    }
    let count = |count: usize| {
        if count == 1 { "1 message".to_owned() } else { format!("{count} messages") }
    };
    if summary.delivered > 0 {
        match &campaign.prepared.settings.mail.outbox {
            OutboxSettings::Folder { shown, .. } => {
                report.done(&format!("{} in {shown}.", count(summary.delivered)));
                report.done(
                    "Nothing was mailed: open an .eml file in a mail program to see what a person would get. \
                     To mail, write kind = \"smtp\" under [outbox].",
                );
            }
            OutboxSettings::Smtp(smtp) => {
                report.done(&format!(
                    "{} accepted by {}. Accepted is not delivered: look out for bounces.",
                    count(summary.delivered),
                    smtp.address.host
                ));
            }
        }
    }
    if summary.over > 0 {
        report.trouble(&format!("{} not sent: the meeting is over", count(summary.over)), None);
    }
    if let Some(Stopped { why, hint: cure, resumes }) = &summary.stopped {
        let cure = cure.as_deref().unwrap_or("run it again: it goes on where it stopped");
        let from = resumes.map(|at| format!(" (perhaps from {})", prepare::moment(at, zone)));
        return Err(Failure::Broken {
            message: format!(
                "stopped for everybody's sake, {} not sent: {why}",
                count(summary.left)
            ),
            cause: None,
            hint: Some(format!("{cure}{}", from.unwrap_or_default())),
        });
    }
    if let Some(until) = summary.later {
        report.trouble(
            &format!(
                "{} still to be sent, which the pace does not allow before {}",
                count(summary.left),
                prepare::moment(until, zone)
            ),
            Some("run it again from then on: it goes on where it stopped; --wait says how long to stay"),
        );
    }
    if summary.interrupted {
        return Err(Failure::Interrupted {
            message: format!(
                "{} not sent; run it again, and it goes on where it stopped",
                count(summary.left)
            ),
        });
    }
    Ok(if summary.is_complete() { Exit::Done } else { Exit::Partly })
}

fn worst(exit: Exit, bad_rows: &[meetmint_batch::Problem], plan: &Plan) -> Exit {
    let whole = bad_rows.is_empty() && plan.in_doubt.is_empty() && plan.refused.is_empty();
    if exit == Exit::Done && !whole { Exit::Partly } else { exit }
}
