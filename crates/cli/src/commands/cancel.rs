//! `meetmint cancel`: the meeting is called off, for everybody or for some, and that is remembered.

use std::collections::HashSet;
use std::path::Path;

use meetmint_mailer::{Deferred, MessageKind, Plan};

use super::send;
use crate::campaign::{Campaign, Overrides};
use crate::cli::Cancel;
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::world::World;

pub(crate) fn run(
    args: &Cancel,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let wait = send::wait(&args.run)?;
    let prepared = prepare::find(meeting, true, world)?.sound()?;
    prepared.speak_of_key(report);
    let campaign = Campaign::new(&prepared, world, report)?;
    let mut held = campaign.hold(wait.for_others)?;
    let ledger = &mut *held;
    let staged = campaign.stage(ledger, Overrides { postponed: true, cancel_many: true })?;
    let only = super::named(&args.only, |key| Ok(staged.knows(key)))?;
    let people = (!only.is_empty()).then_some(only.as_slice());
    if args.undo {
        let ledger = held.keep();
        staged.apply(ledger, &prepared.settings.id)?;
        ledger.call_off(people, false)?;
        report.done("The meeting is on again: `meetmint send` invites.");
        return Ok(Exit::Done);
    }
    let chosen = |person: &str| only.is_empty() || only.iter().any(|only| only == person);
    let told = staged.delivered(world.now).filter(|person| chosen(person)).count();
    let what =
        if told == 1 { "1 cancellation".to_owned() } else { format!("{told} cancellations") };
    if told > 0 && !send::confirmed(&campaign, told, &what, &args.run, report)? {
        return Err(Failure::Interrupted { message: "nothing was mailed".to_owned() });
    }
    let ledger = held.keep();
    staged.apply(ledger, &prepared.settings.id)?;
    ledger.call_off(people, true)?;
    let staged = campaign.stage(ledger, Overrides { postponed: true, cancel_many: true })?;
    let mut plan = Plan::new(ledger, &staged, world.now)?;
    plan.keep(chosen, None);
    plan.due.retain(|due| due.kind == MessageKind::Cancel);
    let entries = staged.apply(ledger, &prepared.settings.id)?;
    let due: Vec<(i64, MessageKind)> =
        plan.entries(&entries).into_iter().map(|(entry, due)| (entry, due.kind)).collect();
    let outbox = campaign.outbox(wait.for_tries)?;
    let mut summary = campaign.post(ledger, &outbox, due, None)?;
    let ours: HashSet<i64> = plan.entries(&entries).into_iter().map(|(entry, _)| entry).collect();
    let ours = |one: &Deferred| one.kind == MessageKind::Cancel && ours.contains(&one.entry);
    send::stay(&campaign, ledger, &outbox, &mut summary, wait.for_tries, ours)?;
    summary.in_doubt.extend(plan.in_doubt.into_iter().map(send::left_in_doubt));
    if summary.delivered == 0 && summary.is_complete() {
        report.done("The meeting is called off; nobody is left who has to be told.");
    }
    send::outcome(&campaign, &summary, report)
}
