//! `meetmint remind`: the reminder, to those who are invited.

use std::path::Path;

use meetmint_batch::{quoted, seconds};
use meetmint_mailer::Kind;

use super::send;
use crate::campaign::{Campaign, Overrides};
use crate::cli::Remind;
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::world::World;

pub(crate) fn run(
    args: &Remind,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let wait = send::wait(&args.run)?;
    let before = args.before.as_deref().map(before).transpose()?;
    let prepared = prepare::find(meeting, true, world)?.sound()?;
    let campaign = Campaign::new(&prepared, world, report)?;
    let mut held = campaign.hold(wait.for_others)?;
    let ledger = &mut held.ledger;
    let staged = campaign.stage(ledger, Overrides { postponed: true, cancel_many: false })?;
    let last = ledger.last_round("remind", campaign.medium)?;
    let unfinished = last.as_ref().is_some_and(|round| round.finished.is_none());
    if let Some(before) = before {
        let Some(start) = staged.next_start(world.now) else { return Ok(Exit::Done) };
        let opens = start - before;
        let done =
            last.as_ref().is_some_and(|round| round.finished.is_some() && round.begun >= opens);
        if world.now.as_second() < opens || done {
            return Ok(Exit::Done);
        }
    }
    let only: Vec<String> = args
        .choice
        .only
        .iter()
        .map(|only| Ok(prepare::email(only)?.key().into_owned()))
        .collect::<Result<_, Failure>>()?;
    let role = args.choice.role.as_deref().map(|role| campaign.with_role(role)).transpose()?;
    let chosen = |person: &str| {
        (only.is_empty() || only.iter().any(|only| only == person))
            && role.as_ref().is_none_or(|people| people.contains(person))
    };
    let entries: Vec<i64> = staged
        .invited(world.now)
        .filter(|(person, _)| chosen(person))
        .map(|(_, entry)| entry)
        .collect();
    let due = match &last {
        Some(round) if unfinished => ledger.round_left(round.id)?.len(),
        _ => entries.len(),
    };
    if due == 0 {
        report.done("Nobody is to be reminded.");
        return Ok(Exit::Done);
    }
    let what = match &last {
        Some(round) if unfinished => format!(
            "the rest of the reminder of {}",
            prepare::moment(round.begun, &prepared.roster.meeting().zone)
        ),
        Some(round) => format!(
            "a reminder; the last one was on {}",
            prepare::moment(round.begun, &prepared.roster.meeting().zone)
        ),
        None => "a reminder".to_owned(),
    };
    if !send::confirmed(&campaign, due, &what, &args.run, report)? {
        return Err(Failure::Interrupted { message: "nothing was mailed".to_owned() });
    }
    let ledger = held.keep();
    let mut outbox = campaign.outbox()?;
    let mut summary =
        send::in_round(&campaign, ledger, &mut outbox, "remind", Kind::Remind, &entries)?;
    send::stay(&campaign, ledger, &mut outbox, &mut summary, wait.for_tries)?;
    send::outcome(&campaign, &summary, report)
}

fn before(text: &str) -> Result<i64, Failure> {
    seconds(text).ok().filter(|seconds| *seconds > 0).ok_or_else(|| Failure::Usage {
        message: format!("{} is not a length of time", quoted(text)),
        hint: Some("write it like `--before 1h`".to_owned()),
    })
}
