//! `plan`: what `send` would do. Every message is made and checked; nothing is written.

use crate::context::Context;
use crate::delivery::session::{DeliverySession, Overrides};
use crate::error::Error;
use crate::folder::{self, MeetingFolder};
use crate::front_end::Notice;
use crate::plan_report::PlanReport;
use crate::selection::SelectionRequest;

/// Who and what a plan is about.
#[derive(Clone, Debug, Default)]
pub struct PlanRequest {
    /// Who is chosen.
    pub selection: SelectionRequest,
    /// At most this many messages, from the first on.
    pub limit: Option<usize>,
    /// Whether rows with problems are skipped.
    pub skip_bad_rows: bool,
    /// Which safety checks are overridden.
    pub overrides: Overrides,
}

/// Plans a send.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong, a message cannot be made, or
/// the plan needs an override.
pub fn plan(context: &Context, request: &PlanRequest) -> Result<PlanReport, Error> {
    let folder = load(context, request)?;
    let session = DeliverySession::new(&folder, context)?;
    // Without the lock, so that a plan can be made while another process sends: reconciling writes only temporary
    // rows.
    let mut ledger = session.ledger_for_reading(request.overrides.if_lost())?;
    let reconciliation = session.reconcile(&mut ledger, request.overrides)?;
    let plan = session.plan(
        &ledger,
        &reconciliation,
        &request.selection,
        request.limit,
        request.overrides,
    )?;
    session.check_messages(&ledger, &reconciliation, &plan)?;
    session.plan_report(&ledger, &plan)
}

/// A folder in which everything is valid, rows aside if they may be skipped.
pub(crate) fn load(context: &Context, request: &PlanRequest) -> Result<MeetingFolder, Error> {
    let loaded = folder::load(context, true)?;
    let folder = if request.skip_bad_rows {
        loaded.into_valid_without_bad_rows()?
    } else {
        loaded.into_valid()?
    };
    folder.report_notices(context)?;
    // One by one, because nobody must be missing unnoticed.
    for problem in &folder.bad_rows {
        let notice = Notice::warning(problem.code, format!("skipped: {problem}"));
        context.notice(&Notice { hint: problem.hint.clone(), ..notice });
    }
    Ok(folder)
}
