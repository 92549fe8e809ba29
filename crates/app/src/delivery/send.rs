//! `send`: invites, updates and cancels what is due, and records it.

use std::collections::HashSet;

use meetmint_batch::Selection;
use meetmint_mailer::{
    Deferred, Ledger, MessageKind, Outbox, Plan, Reconciliation, RoundKind, Summary,
};

use crate::context::Context;
use crate::delivery::report::DeliveryReport;
use crate::delivery::round::Round;
use crate::delivery::session::DeliverySession;
use crate::delivery::wait::RunRequest;
use crate::error::Error;
use crate::front_end::{Event, Notice};
use crate::plan::{self, PlanRequest};
use crate::selection;

/// What is sent, and how.
#[derive(Clone, Debug, Default)]
pub struct SendRequest {
    /// Who is chosen.
    pub plan: PlanRequest,
    /// Whether those chosen get a new copy of their invitation.
    pub again: bool,
    /// Whether to ask, and how long to wait.
    pub run: RunRequest,
}

impl SendRequest {
    /// Whether some people are chosen, and not everybody.
    fn chooses(&self) -> bool {
        let PlanRequest { selection, limit, .. } = &self.plan;
        !selection.only.is_empty() || selection.role.is_some() || limit.is_some()
    }
}

/// Sends what is due.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong, a message cannot be made, or
/// the plan needs an override, [`Usage`](crate::ErrorClass::Usage) for `again` without a choice of people,
/// [`Busy`](crate::ErrorClass::Busy) if another process has the ledger, [`Declined`](crate::ErrorClass::Declined) if
/// the answer is no, and [`Failed`](crate::ErrorClass::Failed) if the ledger or the outbox fails. What could not be
/// sent is part of the report.
pub fn send(context: &Context, request: &SendRequest) -> Result<DeliveryReport, Error> {
    // Called only for its error, also over SMTP, which does not use the value: a wrong one should not end a run
    // halfway.
    context.environment.message_time()?;
    let folder = plan::load(context, &request.plan)?;
    let session = DeliverySession::new(&folder, context)?;
    let chooses = request.chooses();
    // Without a choice, everybody would get a second invitation.
    if request.again && !chooses {
        let message = "`--again` needs a selection of people";
        let hint = "choose them with `--only`, `--role` or `--limit`";
        return Err(Error::usage("again", message).with_hint(hint));
    }
    if session.is_mailed() && context.environment.fixed_message_time()?.is_some() {
        let message =
            "SOURCE_DATE_EPOCH applies to the folder outbox only: mail carries the real date";
        context.notice(&Notice::note("source-date-epoch", message));
    }
    let PlanRequest { selection, limit, overrides, .. } = &request.plan;
    let mut ledger = session.lock_ledger_with(request.run.wait, overrides.if_lost())?;
    let reconciliation = session.reconcile(&mut ledger, *overrides)?;
    // With `--again`, the limit is one of copies.
    let limit = if request.again { None } else { *limit };
    let mut plan = session.plan(&ledger, &reconciliation, selection, limit, *overrides)?;
    session.check_messages(&ledger, &reconciliation, &plan)?;
    refuse_empty_ledger(&session, &ledger, request)?;

    let copies = if request.again {
        people_to_copy(&session, &reconciliation, &plan, request)?
    } else {
        HashSet::new()
    };
    let plan_report = session.plan_report(&ledger, &plan)?;
    let leaves_people_out = plan_report.leaves_people_out();
    // With copies alone, an empty plan would say that there is nothing to do.
    if !plan.due.is_empty() || copies.is_empty() {
        context.event(&Event::Plan(&plan_report));
    }
    let messages = plan.due.len() + copies.len();
    // Before the question: whoever says yes should not learn afterwards that the password is missing.
    let outbox = session.outbox(request.run.for_retries())?;
    if messages > 0 {
        let copies = (!copies.is_empty()).then(|| new_copies(copies.len()));
        let words: Vec<String> = plan_report.summary().into_iter().chain(copies).collect();
        session.confirm(messages, words.join(", "), &request.run)?;
    }
    // It has an item for every message: memory that the delivery can use.
    drop(plan_report);

    // Not before the answer: after a No, a ledger that was created for this run is removed again.
    let ledger = ledger.keep();
    // Even if nothing is due, the roster may say something new that changes no message.
    let entries = reconciliation.apply(ledger, &folder.settings.id)?;
    let mut summary = Summary::default();
    let mut ours = HashSet::new();
    if messages > 0 {
        let due = due_now(&session, ledger, &plan, &entries)?;
        ours = plan.entries(&entries).into_iter().map(|(entry, _)| entry).collect();
        ours.extend(entries_of(&reconciliation, &entries, |person| copies.contains(person)));
        // A long plan takes memory that nobody needs any more.
        plan.due = Vec::new();
        summary = session.deliver(ledger, &outbox, due, None)?;
        // Two deliveries: copies form a round, and what is due does not belong to it.
        if !copies.is_empty() && summary.can_continue() {
            let copied =
                deliver_copies(&session, ledger, &outbox, &reconciliation, &entries, &copies)?;
            summary.merge(copied);
        }
    }
    // A run for everybody also retries what earlier runs deferred; a run for some leaves the others alone.
    let is_ours = |one: &Deferred| !chooses || ours.contains(&one.entry);
    session.retry(ledger, &outbox, &mut summary, request.run.for_retries(), is_ours)?;
    if !copies.is_empty() {
        let expected: HashSet<&str> = reconciliation.expected().collect();
        let still_invited =
            entries_of(&reconciliation, &entries, |person| expected.contains(person));
        let (kind, nobody) = (RoundKind::NewCopies, HashSet::new());
        let round = Round { kind, entries: &nobody, still_invited: &still_invited };
        round.finish_if_done(&session, ledger)?;
    }
    let mut report = session.report(summary, messages);
    report.leaves_people_out = leaves_people_out;
    Ok(report)
}

/// What is due now. A deferred message waits for its time, unless another one takes its place.
fn due_now(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    plan: &Plan,
    entries: &[i64],
) -> Result<Vec<(i64, MessageKind)>, Error> {
    let now = session.context.environment.seconds();
    let deferred = ledger.deferred(session.medium, now)?.into_iter();
    let waiting: HashSet<i64> =
        deferred.filter(|one| one.next_try > now).map(|one| one.entry).collect();
    let due = plan.entries(entries).into_iter();
    let due = due.filter(|(entry, due)| !(due.again && waiting.contains(entry)));
    Ok(due.map(|(entry, due)| (entry, due.kind)).collect())
}

/// The entries of the roster's people who are wanted.
fn entries_of(
    reconciliation: &Reconciliation,
    entries: &[i64],
    is_wanted: impl Fn(&str) -> bool,
) -> HashSet<i64> {
    let people = reconciliation.people(entries);
    people.filter(|(person, _)| is_wanted(person)).map(|(_, entry)| entry).collect()
}

/// Sends new copies, or the rest of those that an earlier run began.
fn deliver_copies(
    session: &DeliverySession<'_>,
    ledger: &mut Ledger,
    outbox: &Outbox,
    reconciliation: &Reconciliation,
    entries: &[i64],
    copies: &HashSet<String>,
) -> Result<Summary, Error> {
    let expected: HashSet<&str> = reconciliation.expected().collect();
    let round = Round {
        kind: RoundKind::NewCopies,
        entries: &entries_of(reconciliation, entries, |person| copies.contains(person)),
        still_invited: &entries_of(reconciliation, entries, |person| expected.contains(person)),
    };
    let unfinished = round.unfinished(session, ledger)?;
    if unfinished.is_some() {
        let message = "the new copies of an interrupted run are sent first: run the command again to send others";
        session.context.notice(&Notice::note("unfinished-round", message));
    }
    round.deliver(session, ledger, outbox, unfinished.as_ref())
}

/// Without its ledger, for example in a new checkout, a meeting would mail everybody once more.
fn refuse_empty_ledger(
    session: &DeliverySession<'_>,
    ledger: &Ledger,
    request: &SendRequest,
) -> Result<(), Error> {
    let smtp = session.folder.settings.mail.outbox.smtp();
    let is_remote = smtp.is_some_and(|smtp| !smtp.address.is_loopback());
    // Without `--yes`, the question says how many people would be invited. A server on this machine is usually a
    // test.
    if !is_remote || !request.run.yes || request.plan.overrides.first || ledger.has_accepted()? {
        return Ok(());
    }
    Err(Error::invalid(
        "first",
        "nobody has been mailed from this ledger yet: is it the ledger of this meeting?",
        "if nobody has been invited yet, use `--first`; otherwise restore the meeting's ledger",
    ))
}

/// Those chosen who get a new copy, because nothing else is due for them.
fn people_to_copy(
    session: &DeliverySession<'_>,
    reconciliation: &Reconciliation,
    plan: &Plan,
    request: &SendRequest,
) -> Result<HashSet<String>, Error> {
    let due: HashSet<&str> = plan.due.iter().map(|due| due.person.as_ref()).collect();
    let expected: HashSet<&str> = reconciliation.expected().collect();
    let PlanRequest { selection: chosen, limit, .. } = &request.plan;
    // Bad rows were refused or listed when the folder was loaded.
    let mut selection = Selection { skip_bad: true, limit: *limit, ..Selection::default() };
    if let Some(name) = &chosen.role {
        selection.role = Some(selection::role(name, session.folder.roster.roles())?);
    }
    for address in &chosen.only {
        selection.only.push(selection::email(address)?.key().into_owned());
    }
    let mut copies: HashSet<String> = session.folder.keys(&selection)?.into_iter().collect();
    // No copies for people without an invitation, or for whom the meeting is called off.
    copies.retain(|person| !due.contains(person.as_str()) && expected.contains(person.as_str()));
    Ok(copies)
}

fn new_copies(count: usize) -> String {
    if count == 1 { "1 new copy".to_owned() } else { format!("{count} new copies") }
}
