//! `plan`: what `send` would do. Every message is checked; nothing is written.

use crate::context::Context;
use crate::delivery::send_plan::SendPlan;
use crate::delivery::session::DeliverySession;
use crate::error::Error;
use crate::front_end::Notice;
use crate::mailing::{self, MailFolder, Purpose};
use crate::plan_report::PlanReport;
use crate::plan_request::PlanRequest;

/// Plans a send. A plan that needs an override says so in [`PlanReport::refusal`].
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in the folder is wrong, or a message cannot be made.
/// [`Usage`](crate::ErrorClass::Usage) for `again` over SMTP without a choice of people.
pub fn plan(context: &Context, request: &PlanRequest) -> Result<PlanReport, Error> {
    let mail = load(context, request)?;
    let session = DeliverySession::new(&mail, context);
    // Without the lock, so that a plan can be made while another process sends: reconciling writes only temporary
    // rows.
    let mut ledger = session.ledger_for_reading(request.overrides.if_lost())?;
    let reconciliation = session.reconcile(&mut ledger, request.overrides, !request.again)?;
    let mut plan = SendPlan::new(&session, &ledger, &reconciliation, request)?;
    let mut report = plan.report(&session, &ledger)?;
    report.refusal = plan.refusal.take();
    Ok(report)
}

/// A folder in which everything is valid, rows aside if they may be skipped, and that is not over.
pub(crate) fn load(context: &Context, request: &PlanRequest) -> Result<MailFolder, Error> {
    let mut loaded = mailing::load(context, Purpose::Send)?;
    loaded.folder.refuse_over();
    let mail = if request.skip_bad_rows {
        loaded.into_valid_without_bad_rows()?
    } else {
        loaded.into_valid()?
    };
    mail.folder.report_notices(context);
    // One by one, because nobody must be missing unnoticed.
    for problem in &mail.folder.bad_rows {
        let notice = Notice::warning(problem.code, format!("skipped: {problem}"));
        context.notice(&Notice { hint: problem.hint.clone(), ..notice });
    }
    Ok(mail)
}
