//! `meetmint settle`: decides messages of which nobody knows whether they arrived.

use std::path::Path;

use meetmint_mailer::{Doubt, Medium, Outbox};

use super::send;
use crate::campaign::Campaign;
use crate::cli::Settle;
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::world::World;

pub(crate) fn run(
    args: &Settle,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let wait = send::wait(&args.run)?;
    let prepared = prepare::find(meeting, true, world)?.sound()?;
    let campaign = Campaign::new(&prepared, world, report)?;
    let mut held = campaign.hold(wait.for_others)?;
    let ledger = &mut *held;
    let only = super::named(&args.only, |key| Ok(ledger.knows(key)?))?;
    let doubts = ledger.doubts(Medium::Smtp)?;
    let chosen: Vec<&Doubt> =
        doubts.iter().filter(|doubt| only.is_empty() || only.contains(&doubt.person)).collect();
    if chosen.is_empty() {
        report.done("No message is in doubt.");
        return Ok(Exit::Done);
    }
    let over = chosen.iter().all(|doubt| doubt.end <= world.now.as_second());
    if args.sent || over {
        let settled = ledger.settle_sent(&only, world.now.as_second())?;
        let count = if settled == 1 { "counts" } else { "count" };
        let why =
            if args.sent { "" } else { ": the meeting is over, and nobody is mailed any more" };
        let messages =
            if settled == 1 { "1 message".to_owned() } else { format!("{settled} messages") };
        report.done(&format!("{messages} {count} as sent{why}."));
        return Ok(Exit::Done);
    }
    let what = if chosen.len() == 1 {
        "the same message once more".to_owned()
    } else {
        "the same messages once more".to_owned()
    };
    if !send::confirmed(&campaign, chosen.len(), &what, &args.run, report)? {
        return Err(Failure::Interrupted { message: "nothing was mailed".to_owned() });
    }
    let Outbox::Smtp(relay) = campaign.outbox(wait.for_tries)? else {
        return Err(Failure::wrong(
            "the outbox is a folder: nothing can be sent once more",
            "write kind = \"smtp\" under [outbox], or settle it with `--sent`",
        ));
    };
    let summary = campaign.with_poster(ledger, |poster| poster.resend(&relay, &only))?;
    send::outcome(&campaign, &summary, report)
}
