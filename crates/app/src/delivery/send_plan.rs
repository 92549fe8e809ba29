//! What a send does, decided once: for `send` itself, and for `plan`, which only shows it.

use meetmint_batch::Selection;
use meetmint_mailer::{
    DueList, Ledger, LeftOutPeople, PeopleSet, Plan, Reconciliation, RoundKind, copies,
    missing_files,
};

use crate::delivery::confirm::Titles;
use crate::delivery::round::RoundPlan;
use crate::delivery::session::DeliverySession;
use crate::error::Error;
use crate::plan_report::PlanReport;
use crate::plan_request::PlanRequest;
use crate::selection::{self, ChosenPeople};

/// A plan that cancels this many people or fewer needs no override.
const FEW_CANCELLATIONS: usize = 5;

/// A plan that cancels more than one in this many of those invited needs an override.
const MOST_CANCELLED_ONE_IN: usize = 5;

/// What a send does for those who are chosen.
pub(crate) struct SendPlan {
    /// What is due.
    pub(crate) plan: Plan,
    /// New copies for people for whom nothing is due: the rest of those that an earlier run began, and those that are
    /// wanted now.
    pub(crate) round: Option<RoundPlan>,
    /// The new copies, to be shown.
    copies: Option<DueList>,
    /// Among the due messages, files that are written once more.
    rewritten: Option<DueList>,
    /// People in the roster who are left out.
    left_out: LeftOutPeople,
    /// What the messages are about.
    pub(crate) titles: Titles,
    /// Why it is not carried out, if it needs an override.
    pub(crate) refusal: Option<Error>,
}

impl SendPlan {
    /// Decides what to send, and checks that every message can be made. If an override is missing, that is in `refusal`.
    pub(crate) fn new(
        session: &DeliverySession<'_>,
        ledger: &Ledger,
        reconciliation: &Reconciliation,
        request: &PlanRequest,
    ) -> Result<SendPlan, Error> {
        refuse_copies_for_everybody(session, request)?;
        let mut plan = Plan::new(ledger, reconciliation)?;
        // Counted before anybody is chosen: `--only` must not hide that half of the roster is missing.
        let refusal = (!request.overrides.cancel_many).then(|| too_many_removed(&plan)).flatten();
        let knows = |key: &str| Ok(reconciliation.knows(ledger, key)?);
        let chosen = ChosenPeople::new(session.folder, &request.selection, knows)?;
        // With `again`, the limit is one of copies.
        let limit = request.limit.filter(|_| !request.again);
        // It looks at each message that is due.
        if !chosen.is_everybody() || limit.is_some() {
            plan.keep(|person| chosen.contains(person), limit)?;
        }
        let mut round = None;
        let (mut copied, mut rewritten) = (None, None);
        if request.again && request.chooses() {
            let mut all = copies(reconciliation)?;
            let wanted = chosen_copies(session, &plan, &all, &chosen, request)?;
            let new = RoundPlan::new(session, ledger, RoundKind::NewCopies, &wanted, &all)?;
            let mailed = new.mailed()?;
            all.retain(|due| mailed.has_entry_of(due))?;
            copied = Some(all);
            round = Some(new);
            // Their exit code is that of the copy.
            plan.keep_unresolved(|one| Ok(!mailed.contains(one.entry)?))?;
        } else if request.again {
            let missing = missing_files(reconciliation)?;
            plan.due.append(&missing)?;
            rewritten = Some(missing);
        }
        let mut titles = Titles::default();
        if refusal.is_none() {
            titles = session.check_messages(ledger, &plan.due)?;
            if let Some(copied) = &copied {
                titles.merge(&session.check_messages(ledger, copied)?);
            }
        }
        let left_out = reconciliation.left_out().clone();
        Ok(SendPlan { plan, round, copies: copied, rewritten, left_out, titles, refusal })
    }

    /// The plan in a form for people and programs.
    pub(crate) fn report(
        &self,
        session: &DeliverySession<'_>,
        ledger: &Ledger,
    ) -> Result<PlanReport, Error> {
        let mut report = session.plan_report(ledger, &self.plan)?;
        report.set_left_out(&self.left_out);
        if let Some(copies) = &self.copies {
            report.add_copies(copies);
        }
        if let Some(rewritten) = &self.rewritten {
            report.set_rewritten(rewritten);
        }
        Ok(report)
    }
}

/// Without a choice, everybody would get a second invitation. Files that are missing in a folder reach nobody twice.
fn refuse_copies_for_everybody(
    session: &DeliverySession<'_>,
    request: &PlanRequest,
) -> Result<(), Error> {
    if !request.again || request.chooses() || !session.is_mailed() {
        return Ok(());
    }
    let message = "`--again` needs a selection of people";
    let hint = "choose them with `--only`, `--role` or `--limit`";
    Err(Error::usage("again", message).with_hint(hint))
}

/// So many cancellations at once suggest a truncated roster, or the wrong one. The minimum is for small meetings, where a
/// single person may be a fifth.
fn too_many_removed(plan: &Plan) -> Option<Error> {
    let Plan { removals, invited, .. } = *plan;
    let is_many = removals > FEW_CANCELLATIONS && removals * MOST_CANCELLED_ONE_IN > invited;
    is_many.then(|| {
        Error::invalid(
            "cancel-many",
            format!("this would cancel the meeting for {removals} of {invited} people"),
            "check that the roster is complete; if these people should get a cancellation, use `--cancel-many`",
        )
    })
}

/// The copies for those chosen, because nothing else is due for them.
fn chosen_copies(
    session: &DeliverySession<'_>,
    plan: &Plan,
    all: &DueList,
    chosen: &ChosenPeople,
    request: &PlanRequest,
) -> Result<DueList, Error> {
    let due = plan.due.by_entry()?;
    let first = match request.limit {
        // The limit counts people in the order of the roster.
        Some(_) => Some(first_people(session, request)?),
        None => None,
    };
    let mut copies = all.copied()?;
    copies.retain(|copy| {
        Ok(chosen.contains(&copy.person)?
            && copy.known_entry().is_some()
            && !due.has_entry_of(copy)?
            && first.as_ref().map_or(Ok(true), |first| first.contains(&copy.person))?)
    })?;
    Ok(copies)
}

/// The first people of those chosen, as many as the limit says.
fn first_people(session: &DeliverySession<'_>, request: &PlanRequest) -> Result<PeopleSet, Error> {
    // Bad rows were refused or listed when the folder was loaded.
    let mut selection = Selection { skip_bad: true, limit: request.limit, ..Selection::default() };
    if let Some(name) = &request.selection.role {
        selection.role = Some(selection::role(name, session.folder.roster.roles())?);
    }
    for address in &request.selection.only {
        selection.only.push(selection::email(address)?.key().into_owned());
    }
    session.folder.people_set(&selection)
}
