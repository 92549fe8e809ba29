//! The roster against the ledger: who is who, what is due, and when it would leave.

use meetmint_batch::{Problem, Selection, on_all_cores};
use meetmint_core::EmptyWindow;
use meetmint_mailer::{
    BadRows, Contents, DueList, Ledger, Plan, ReconcileSpec, Reconciler, Reconciliation, contents,
    is_next_event,
};

use crate::delivery::confirm::Titles;
use crate::delivery::left_out;
use crate::delivery::session::{DeliverySession, Overrides};
use crate::error::Error;
use crate::folder::MeetingFolder;
use crate::front_end::{Event, Notice, Task};
use crate::phrases::people;
use crate::plan_report::{Forecast, PlanReport};

/// How many messages are checked together before anything is sent.
// Enough work for all cores, and few enough that the snapshots of a large roster are never in memory at once.
const CHECKED_TOGETHER: usize = 512;

/// How many rows a core compares with the ledger at a time: few, because each has its snapshot with it, and small chunks make
/// small batches.
const ROWS_COMPARED: usize = 8;

const DAY: i64 = 24 * 60 * 60;

impl DeliverySession<'_> {
    /// Reads the roster against the ledger. With `only_due`, people for whom nothing is due are only counted.
    pub(crate) fn reconcile(
        &self,
        ledger: &mut Ledger,
        overrides: Overrides,
        only_due: bool,
    ) -> Result<Reconciliation, Error> {
        let spec = ReconcileSpec {
            organizer: self.composition.composer.sender().organizer_email(),
            medium: self.medium,
            files: &self.files(),
            now: self.context.environment.now,
            postponed: overrides.postponed,
            only_due,
        };
        let mut reconciler = Reconciler::new(ledger, spec)?;
        let MeetingFolder { roster, survey, .. } = self.folder;
        // Also people whose meeting is over: without a row, their entries would look like those of removed people.
        // Bad rows are added below.
        let everybody = Selection { over: true, skip_bad: true, ..Selection::default() };
        let wanted_rows = self.composition.wanted_rows(self.folder);
        roster.each(
            survey,
            &everybody,
            ROWS_COMPARED,
            |rows| {
                let wanted = rows.iter().map(|row| wanted_rows.of(row));
                wanted.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()
            },
            |some: Result<Vec<_>, EmptyWindow>| {
                let mut some = some?.into_iter();
                some.try_for_each(|(row, text)| reconciler.add(&row, &text)).map_err(Error::from)
            },
        )?;
        // A bad row still says that its person belongs to the meeting: nobody is cancelled because of a typing error.
        let mut bad = BadRows::default();
        for key in survey.bad() {
            match key {
                Some(person) => {
                    bad.people.insert(person.clone());
                }
                // It may be anybody's row, so nobody counts as removed.
                None => bad.anybody = true,
            }
        }
        let reconciliation = reconciler.finish(&bad)?;
        self.context.notices(&left_out::notices(reconciliation.left_out()));
        if !overrides.postponed && is_next_event(&reconciliation)? {
            return Err(Error::invalid(
                "next-event",
                "the meeting that people were invited to is over, and this one is in the future: this looks like a new meeting",
                "create a new meeting like this one with `meetmint init NEW_FOLDER --like THIS_FOLDER`; if it is the same meeting, postponed, use `--postponed`",
            ));
        }
        Ok(reconciliation)
    }

    /// The plan in a form for people and programs.
    pub(crate) fn plan_report(&self, ledger: &Ledger, plan: &Plan) -> Result<PlanReport, Error> {
        let forecast = self.forecast(ledger, plan)?;
        let zone = self.folder.roster.meeting().zone.clone();
        let mut report = PlanReport::new(plan, forecast.as_ref(), zone);
        report.bad_rows = self.folder.bad_rows.len();
        report.people_called_off = ledger.people_called_off()?;
        self.explain_removals(&plan.due, &mut report)?;
        report.organizer = self.composition.composer.sender().organizer_email().to_string();
        // After the first accepted message, files of an earlier rehearsal no longer explain why everybody is due.
        if self.is_mailed() && !ledger.has_accepted()? {
            report.only_written = ledger.written()?;
        }
        if report.late > 0 {
            let message = format!(
                "{} would get their message after the meeting has begun",
                people(report.late)
            );
            let hint = "send earlier, or use a server that accepts more, and set its `rate` and `quota` under [outbox]";
            self.context.notice(&Notice::warning("late", message).hint(hint));
        }
        Ok(report)
    }

    /// When messages would leave, if a pace is configured.
    fn forecast(&self, ledger: &Ledger, plan: &Plan) -> Result<Option<Forecast>, Error> {
        let Some(smtp) = self.folder.settings.mail.outbox.smtp() else { return Ok(None) };
        if smtp.pace.rate.is_none() && smtp.pace.quota.is_none() || plan.due.is_empty() {
            return Ok(None);
        }
        let now = self.context.environment.now.as_second();
        // Providers count a quota over any 24 hours, so the messages of earlier runs count, too.
        let sent = match smtp.pace.quota {
            Some(_) => ledger.sent_since(now - DAY)?,
            None => Vec::new(),
        };
        let (mut last, mut late) = (None, 0);
        for (due, at) in plan.due.iter().zip(smtp.pace.forecast(sent, now)) {
            let start = due?.start;
            // A meeting that has begun already is no reason to warn: no pace would be fast enough.
            late += usize::from(start > now && at > start);
            last = Some(at);
        }
        Ok(last.map(|last| Forecast { last, late }))
    }

    /// Makes and checks messages: nothing is sent before all of them can be. Invitations that cannot fail are skipped.
    /// Returns what all of them are about.
    pub(crate) fn check_messages(&self, ledger: &Ledger, due: &DueList) -> Result<Titles, Error> {
        let environment = &self.context.environment;
        let total = due.count_to_check()?;
        let mut done = 0;
        let mut titles = Titles::default();
        if total < due.len() {
            // The others are at the roster's meeting.
            titles.add(&self.folder.roster.meeting().title);
        }
        let mut problems: Vec<Problem> = Vec::new();
        let mut all = contents(due.to_check(), ledger);
        // Nothing has been sent yet, so an interrupted check can simply end.
        let progress = self.context.begin_progress();
        while !environment.is_interrupted() {
            let some = all.by_ref().take(CHECKED_TOGETHER).collect::<Result<Vec<_>, _>>()?;
            if some.is_empty() {
                break;
            }
            done += some.len();
            for contents in &some {
                titles.add(contents.snapshot.facts().title());
            }
            let check = |contents: Contents| {
                self.composition.check(self.folder, contents, environment.now).err()
            };
            for error in on_all_cores(some, check).into_iter().flatten() {
                problems.push(Problem::of_file("no-message", self.folder.roster.shown(), error));
            }
            self.context.event(&Event::Progress { task: Task::Checks, done, total });
        }
        // Before any error is returned: it must not be printed into a progress bar.
        drop(progress);
        if environment.is_interrupted() {
            return Err(Error::interrupted("nothing was sent; run the command again"));
        }
        if problems.is_empty() {
            return Ok(titles);
        }
        Err(Error::problems(problems, 0))
    }
}
