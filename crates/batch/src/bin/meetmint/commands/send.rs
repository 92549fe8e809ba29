//! `meetmint send`: everybody's invitation, in the folder outbox.

use std::path::Path;

use meetmint_batch::{Passes, Person, Problem};
use meetmint_mailer::{Delivered, FolderOutbox, OutboxError};
use serde_json::json;

use crate::cli::{ReportFormat, Send};
use crate::failure::{Exit, Failure};
use crate::mail::Mail;
use crate::prepare::{self, Prepared};
use crate::report::Report;
use crate::world::World;

/// The messages of some people.
#[derive(Default)]
struct Made {
    messages: usize,
    problems: Vec<Problem>,
}

pub(crate) fn run(
    args: &Send,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let prepared = prepare::find(meeting, true, world)?.sound()?;
    let passes = Passes::new(&prepared.mint, &prepared.roster, prepared.settings.windows);
    let mail = Mail::new(&prepared, &passes, world.stamp()?)
        .map_err(|problems| Failure::Problems { problems, more: 0 })?;
    let choice = prepared.choose(&args.choice, args.limit)?;
    prepared.speak(report)?;

    let outbox =
        (!args.dry_run).then(|| FolderOutbox::open(&prepared.settings.mail.outbox)).transpose()?;
    let mut made = Made::default();
    let mut progress = report.progress("messages", prepared.survey.people());
    // All messages are made and checked before the first one shows up in the outbox.
    prepared.roster.each(
        &prepared.survey,
        &choice,
        passes.piece().min(32),
        |people| {
            if world.is_interrupted() {
                return Err(Failure::Interrupted {
                    message: "no message was written; run it again".to_owned(),
                });
            }
            Ok(some(&mail, outbox.as_ref(), people)?)
        },
        |some: Result<Made, Failure>| {
            let some = some?;
            progress.add(some.messages);
            made.messages += some.messages;
            made.problems.extend(some.problems);
            Ok(())
        },
    )?;
    drop(progress);
    if !made.problems.is_empty() {
        let more = made.problems.len().saturating_sub(100);
        made.problems.truncate(100);
        return Err(Failure::Problems { problems: made.problems, more });
    }
    if made.messages == 0 {
        return Err(Failure::wrong("nobody is chosen", "leave out `--role` or `--only`"));
    }
    let delivered = outbox.map(FolderOutbox::commit).transpose()?;
    tell(args, &prepared, made.messages, delivered, report)?;
    Ok(Exit::Done)
}

/// Makes the messages of some people, and lays them ready.
fn some(
    mail: &Mail<'_>,
    outbox: Option<&FolderOutbox>,
    people: &[Person<'_>],
) -> Result<Made, OutboxError> {
    let mut made = Made::default();
    for person in people {
        match mail.message(person) {
            Ok((name, message)) => {
                if let Some(outbox) = outbox {
                    outbox.stage(&name, &message.bytes)?;
                }
                made.messages += 1;
            }
            Err(problem) => made.problems.push(problem),
        }
    }
    Ok(made)
}

fn tell(
    args: &Send,
    prepared: &Prepared,
    messages: usize,
    delivered: Option<Delivered>,
    report: Report,
) -> Result<(), Failure> {
    let folder = &prepared.settings.mail.outbox_shown;
    if args.format == ReportFormat::Json {
        let Delivered { written, unchanged, replaced } = delivered.unwrap_or_default();
        let object = json!({
            "dry_run": args.dry_run, "outbox": folder, "messages": messages,
            "written": written, "unchanged": unchanged, "replaced": replaced,
        });
        return report.data(&format!("{object:#}\n"));
    }
    let count = if messages == 1 { "1 message".to_owned() } else { format!("{messages} messages") };
    match delivered {
        None => report.done(&format!(
            "{count} made and checked, none written. `meetmint send` writes into {folder}"
        )),
        Some(Delivered { unchanged, replaced, .. }) => {
            let there = if unchanged > 0 {
                format!(", {unchanged} of them were there already")
            } else {
                String::new()
            };
            let older = if replaced > 0 {
                format!(", {replaced} in the place of older ones")
            } else {
                String::new()
            };
            let words = format!(
                "{count} in {folder}{there}{older}.\nNothing was mailed: open an .eml file in a mail program to see \
                 what a person would get."
            );
            report.done(&words);
        }
    }
    Ok(())
}
