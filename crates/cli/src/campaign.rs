//! A meeting against its ledger: what the roster wants, what people have been told, and what is due.

use std::cell::RefCell;
use std::time::Duration;

use jiff::Timestamp;
use meetmint_batch::{Problem, Selection, on_all_cores};
use meetmint_mailer::{
    BadRows, Delivery, DeliveryError, FolderOutbox, Ledger, LedgerError, LockedLedger, Medium,
    MessageKind, MessageSpec, Outbox, Plan, Reconciler, Reconciliation, Snapshot, Summary,
    is_next_event, recover_folder, try_compose,
};

use crate::cli::SelectionArgs;
use crate::failure::Failure;
use crate::mail::{self, Mail};
use crate::prepare::Prepared;
use crate::relay;
use crate::report::{Report, Sending};
use crate::settings::OutboxSettings;
use crate::world::World;

/// How many messages are tried together before anything is sent.
const TOGETHER: usize = 512;

/// What overrides the caution of a plan.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) postponed: bool,
    pub(crate) cancel_many: bool,
}

/// A meeting whose roster was read against its ledger.
pub(crate) struct Campaign<'p> {
    pub(crate) prepared: &'p Prepared,
    pub(crate) mail: Mail,
    pub(crate) medium: Medium,
    pub(crate) world: &'p World,
    pub(crate) report: Report,
}

/// When messages leave.
pub(crate) struct Forecast {
    /// The last one, in seconds since 1970 UTC.
    pub(crate) last: i64,
    /// How many leave after their meeting has begun.
    pub(crate) late: usize,
}

impl<'p> Campaign<'p> {
    pub(crate) fn new(
        prepared: &'p Prepared,
        world: &'p World,
        report: Report,
    ) -> Result<Campaign<'p>, Failure> {
        let mail = Mail::new(prepared)?;
        let medium = match prepared.settings.mail.outbox {
            OutboxSettings::Folder { .. } => Medium::Folder,
            OutboxSettings::Smtp { .. } => Medium::Smtp,
        };
        Ok(Campaign { prepared, mail, medium, world, report })
    }

    /// The ledger, for looking.
    pub(crate) fn look(&self) -> Result<Ledger, Failure> {
        let settings = &self.prepared.settings;
        Ok(Ledger::look(&settings.mail.ledger, &settings.id)?)
    }

    /// The ledger, for changing it; waits so long for whoever else is at it.
    pub(crate) fn hold(&self, wait: Option<Duration>) -> Result<LockedLedger, Failure> {
        let settings = &self.prepared.settings;
        let path = &settings.mail.ledger;
        self.refuse_practice()?;
        self.world.listen();
        let words = self.world.words();
        let mut waited = Duration::ZERO;
        let mut ledger = loop {
            match Ledger::open_locked(path, &settings.id, &words) {
                Ok(ledger) => break ledger,
                Err(error @ LedgerError::Locked(_)) => {
                    let message = error.to_string();
                    if wait.is_none_or(|wait| waited >= wait) {
                        let hint =
                            "wait until it is done, or say how long to wait for it: --wait 15m";
                        return Err(Failure::Busy { message, hint: hint.to_owned() });
                    }
                    if waited.is_zero() {
                        self.report.note(&format!("{message}; waiting for it"), None);
                    }
                    self.world.pause(Duration::from_millis(250));
                    waited += Duration::from_millis(250);
                    if self.world.is_interrupted() {
                        return Err(Failure::Interrupted {
                            message: "nothing was sent".to_owned(),
                        });
                    }
                }
                Err(error) => return Err(error.into()),
            }
        };
        let now = self.world.now.as_second();
        if let OutboxSettings::Folder { dir, .. } = &settings.mail.outbox {
            recover_folder(&mut ledger, dir, now)?;
        }
        let doubts = ledger.recover(now)?;
        if doubts > 0 {
            self.report.warning(
                &format!("a run before this one ended in the middle: it is not known whether {doubts} of its messages arrived"),
                None,
            );
        }
        Ok(ledger)
    }

    /// Nobody is mailed a link that no server will take.
    pub(crate) fn refuse_practice(&self) -> Result<(), Failure> {
        if self.medium == Medium::Folder || !self.prepared.mint.key().is_practice() {
            return Ok(());
        }
        let mut problem = self.prepared.settings.key.problem.clone();
        problem.code = "practice";
        "this is a practice secret: no server will take these links, so nobody is mailed"
            .clone_into(&mut problem.message);
        Err(Failure::problem(problem.hint("name the server's own secret here")))
    }

    /// Reads the roster against the ledger.
    pub(crate) fn stage(
        &self,
        ledger: &mut Ledger,
        overrides: Overrides,
    ) -> Result<Reconciliation, Failure> {
        let known = ledger.known(self.medium, &|name| self.is_there(name))?;
        let mut staging = Reconciler::new(ledger, known)?;
        let Prepared { roster, survey, .. } = self.prepared;
        let all = Selection { over: true, skip_bad: true, ..Selection::default() };
        roster.each(
            survey,
            &all,
            256,
            |people| {
                people
                    .iter()
                    .filter_map(|person| self.mail.sheet(self.prepared, person))
                    .collect::<Vec<_>>()
            },
            |some: Vec<_>| {
                some.into_iter()
                    .try_for_each(|(row, text)| staging.add(row, &text))
                    .map_err(Failure::from)
            },
        )?;
        let mut bad = BadRows::default();
        for key in survey.bad() {
            match key {
                Some(person) => {
                    bad.people.insert(person.clone());
                }
                None => bad.anybody = true,
            }
        }
        let staged = staging.finish(self.world.now, overrides.postponed, &bad)?;
        if !overrides.postponed && is_next_event(&staged, self.world.now) {
            return Err(Failure::wrong(
                "everybody was invited to a meeting that is over, and this one lies ahead: it is the next event",
                "`meetmint init DIR --like` makes a new meeting of it; say `--postponed` if it is really the same",
            ));
        }
        Ok(staged)
    }

    /// What is due, as far as it is chosen.
    pub(crate) fn plan(
        &self,
        ledger: &Ledger,
        staged: &Reconciliation,
        args: &SelectionArgs,
        limit: Option<u32>,
        overrides: Overrides,
    ) -> Result<Plan, Failure> {
        let mut plan = Plan::new(ledger, staged, self.world.now)?;
        let cancelled = plan.count(MessageKind::Cancel);
        if cancelled > 5 && cancelled * 5 > plan.invited && !overrides.cancel_many {
            return Err(Failure::wrong(
                format!(
                    "this would call the meeting off for {cancelled} of {} people",
                    plan.invited
                ),
                "look whether the list is whole; say `--cancel-many` if they are really to be cancelled",
            ));
        }
        let only = crate::commands::named(&args.only, |key| Ok(staged.knows(key)))?;
        let role = args.role.as_deref().map(|role| self.prepared.role(role)).transpose()?;
        let of_role = match role {
            Some(role) => Some(self.people_of(role)?),
            None => None,
        };
        let chosen = |person: &str| {
            (only.is_empty() || only.iter().any(|only| only == person))
                && of_role.as_ref().is_none_or(|people| people.contains(person))
        };
        plan.keep(chosen, limit.map(|limit| limit as usize));
        Ok(plan)
    }

    /// Keys of everybody who has a role.
    pub(crate) fn with_role(
        &self,
        role: &str,
    ) -> Result<std::collections::HashSet<String>, Failure> {
        self.people_of(self.prepared.role(role)?)
    }

    fn people_of(&self, role: usize) -> Result<std::collections::HashSet<String>, Failure> {
        let mut people = std::collections::HashSet::new();
        let choice = Selection { role: Some(role), skip_bad: true, ..Selection::default() };
        let keys = |some: &[meetmint_batch::RosterRow<'_>]| {
            some.iter().map(|person| person.entry.attendee.key().into_owned()).collect::<Vec<_>>()
        };
        self.prepared.roster.each(&self.prepared.survey, &choice, 256, keys, |some: Vec<_>| {
            people.extend(some);
            Ok::<(), Failure>(())
        })?;
        Ok(people)
    }

    /// Tries every message that is due: nothing is sent before all of them are right.
    pub(crate) fn try_all(
        &self,
        ledger: &Ledger,
        staged: &Reconciliation,
        plan: &Plan,
    ) -> Result<(), Failure> {
        let waiting: RefCell<Vec<(MessageKind, Snapshot)>> = RefCell::default();
        let problems: RefCell<Vec<Problem>> = RefCell::default();
        let progress = RefCell::new(self.report.progress("checked", plan.due.len()));
        let try_waiting = || {
            let some = std::mem::take(&mut *waiting.borrow_mut());
            progress.borrow_mut().add(some.len());
            let errors = on_all_cores(some, |(kind, sheet)| self.try_one(kind, &sheet).err());
            for error in errors.into_iter().flatten() {
                problems.borrow_mut().push(Problem::of_file(
                    "no-message",
                    self.prepared.roster.shown(),
                    error,
                ));
            }
        };
        for due in plan.snapshots(ledger, staged) {
            let (due, sheet) = due?;
            if !self.world.is_interrupted() {
                waiting.borrow_mut().push((due.kind, sheet));
                if waiting.borrow().len() >= TOGETHER {
                    try_waiting();
                }
            }
        }
        try_waiting();
        if self.world.is_interrupted() {
            return Err(Failure::Interrupted {
                message: "nothing was sent; run it again".to_owned(),
            });
        }
        let mut problems = problems.into_inner();
        if problems.is_empty() {
            return Ok(());
        }
        let more = problems.len().saturating_sub(100);
        problems.truncate(100);
        Err(Failure::Problems { problems, more })
    }

    fn try_one(&self, kind: MessageKind, sheet: &Snapshot) -> Result<(), String> {
        let uid = self.prepared.settings.id.uid(sheet.address(), "", Timestamp::UNIX_EPOCH);
        let before = (kind == MessageKind::Update).then(|| sheet.clone());
        let told = MessageSpec {
            uid,
            sequence: 1,
            copy: 0,
            kind,
            stamp: self.world.now.as_second(),
            before,
            test_copy: false,
        };
        try_compose(&self.mail.composer, &self.prepared.mint, sheet, &told)
            .map_err(|error| mail::with_causes(&error))
    }

    /// The outbox, open; to a mail server a run stays for so long if it has to.
    pub(crate) fn outbox(&self, patience: Duration) -> Result<Outbox, Failure> {
        Ok(match &self.prepared.settings.mail.outbox {
            OutboxSettings::Folder { dir, .. } => Outbox::Folder(FolderOutbox::open(dir)?),
            OutboxSettings::Smtp(smtp) => {
                let from = self.mail.composer.sender().from_email();
                Outbox::Smtp(Box::new(relay::make(smtp, from, patience, self.report)?))
            }
        })
    }

    /// Posts to some entries.
    pub(crate) fn post(
        &self,
        ledger: &mut Ledger,
        outbox: &Outbox,
        due: Vec<(i64, MessageKind)>,
        round: Option<i64>,
    ) -> Result<Summary, Failure> {
        self.with_poster(ledger, |poster| poster.send(outbox, due, round))
    }

    pub(crate) fn with_poster(
        &self,
        ledger: &mut Ledger,
        work: impl FnOnce(&mut Delivery<'_>) -> Result<Summary, DeliveryError>,
    ) -> Result<Summary, Failure> {
        let what = if self.medium == Medium::Smtp { "accepted" } else { "written" };
        let sending = RefCell::new(Sending::new(self.report, what));
        let outside = meetmint_mailer::DeliveryContext {
            now: &World::clock,
            stamp: self.world.fixed_stamp()?,
            interrupted: &|| self.world.is_interrupted(),
            progress: &|tally| sending.borrow_mut().show(tally),
            note: &|words| sending.borrow().note(words),
        };
        let mut poster = Delivery::new(ledger, &self.mail.composer, &self.prepared.mint, &outside);
        Ok(work(&mut poster)?)
    }

    /// When the last of what is due leaves, where a pace says that it takes a while.
    pub(crate) fn forecast(
        &self,
        ledger: &Ledger,
        plan: &Plan,
    ) -> Result<Option<Forecast>, Failure> {
        let Some(smtp) = self.prepared.settings.mail.outbox.smtp() else { return Ok(None) };
        if smtp.pace.rate.is_none() && smtp.pace.quota.is_none() || plan.due.is_empty() {
            return Ok(None);
        }
        let now = self.world.now.as_second();
        let sent = ledger.sent_since(now - 24 * 60 * 60)?;
        let times = smtp.pace.forecast(plan.due.len(), &sent, now);
        let late =
            plan.due.iter().zip(&times).filter(|(due, at)| due.start > now && **at > due.start);
        Ok(times.last().map(|last| Forecast { last: *last, late: late.count() }))
    }

    fn is_there(&self, name: &str) -> bool {
        match &self.prepared.settings.mail.outbox {
            OutboxSettings::Folder { dir, .. } => dir.join(name).is_file(),
            OutboxSettings::Smtp { .. } => true,
        }
    }
}
