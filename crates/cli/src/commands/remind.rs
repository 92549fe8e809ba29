//! `meetmint remind`: the reminder, to those who are invited.

use std::collections::HashSet;
use std::path::Path;

use meetmint_batch::{quoted, seconds};
use meetmint_mailer::{Deferred, MessageKind};

use super::round::Round;
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
    let ledger = &mut *held;
    let staged = campaign.stage(ledger, Overrides { postponed: true, cancel_many: false })?;
    if let Some(before) = before {
        let Some(start) = staged.next_start(world.now) else { return Ok(Exit::Done) };
        let opens = start - before;
        let last = ledger.last_round("remind", campaign.medium)?;
        let done = last.is_some_and(|round| round.finished.is_some() && round.begun >= opens);
        if world.now.as_second() < opens || done {
            return Ok(Exit::Done);
        }
    }
    let only = super::named(&args.choice.only, |key| Ok(staged.knows(key)))?;
    let role = args.choice.role.as_deref().map(|role| campaign.with_role(role)).transpose()?;
    let chosen = |person: &str| {
        (only.is_empty() || only.iter().any(|only| only == person))
            && role.as_ref().is_none_or(|people| people.contains(person))
    };
    let entries: HashSet<i64> = staged
        .invited(world.now)
        .filter(|(person, _)| chosen(person))
        .map(|(_, entry)| entry)
        .collect();
    let still: HashSet<i64> = staged.invited(world.now).map(|(_, entry)| entry).collect();
    let round =
        Round { name: "remind", kind: MessageKind::Remind, entries: &entries, still: &still };
    let unfinished = round.unfinished(&campaign, ledger)?;
    let due = unfinished.as_ref().map_or(entries.len(), |unfinished| unfinished.left);
    let zone = &prepared.roster.meeting().zone;
    if due == 0 {
        let Some(over) = unfinished else {
            report.done("Nobody is to be reminded.");
            return Ok(Exit::Done);
        };
        // Its end is written down, and nothing is mailed.
        let mut summary =
            round.post(&campaign, held.keep(), &campaign.outbox(wait.for_tries)?, Some(&over))?;
        report.done(&format!(
            "The reminder of {} was interrupted, and has nobody left: nothing is mailed. For another one, run it again.",
            prepare::moment(over.begun, zone)
        ));
        summary.in_doubt.extend(over.doubts.into_iter().map(send::left_in_doubt));
        return send::outcome(&campaign, &summary, report);
    }
    let what = match (&unfinished, ledger.last_round("remind", campaign.medium)?) {
        (Some(unfinished), _) => {
            format!("the rest of the reminder of {}", prepare::moment(unfinished.begun, zone))
        }
        (None, Some(last)) => {
            format!("a reminder; the last one was on {}", prepare::moment(last.begun, zone))
        }
        (None, None) => "a reminder".to_owned(),
    };
    if !send::confirmed(&campaign, due, &what, &args.run, report)? {
        return Err(Failure::Interrupted { message: "nothing was mailed".to_owned() });
    }
    let ledger = held.keep();
    let outbox = campaign.outbox(wait.for_tries)?;
    let mut summary = round.post(&campaign, ledger, &outbox, unfinished.as_ref())?;
    let ours = |one: &Deferred| one.kind == MessageKind::Remind;
    send::stay(&campaign, ledger, &outbox, &mut summary, wait.for_tries, ours)?;
    let doubts = unfinished.map(|unfinished| unfinished.doubts).unwrap_or_default();
    summary.in_doubt.extend(doubts.into_iter().map(send::left_in_doubt));
    send::outcome(&campaign, &summary, report)
}

fn before(text: &str) -> Result<i64, Failure> {
    seconds(text).ok().filter(|seconds| *seconds > 0).ok_or_else(|| Failure::Usage {
        message: format!("{} is not a length of time", quoted(text)),
        hint: Some("write it like `--before 1h`".to_owned()),
    })
}
