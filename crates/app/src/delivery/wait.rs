//! How long a run waits: for deferred messages to be tried again, and for another process to finish.

use std::collections::HashSet;
use std::time::Duration;

use meetmint_mailer::{
    Deferred, DueList, DueMessages, DueTask, Ledger, LedgerError, MessageKind, Outbox, Summary,
};

use crate::delivery::round::RoundPlan;
use crate::delivery::session::DeliverySession;
use crate::error::Error;
use crate::front_end::Notice;
use crate::phrases::{counted, people, time_in};

/// How long a run waits for its next try, unless the request says otherwise.
// Long enough for greylisting, which accepts a message at the second try some minutes later.
const DEFAULT_RETRY_WAIT: Duration = Duration::from_secs(15 * 60);

/// Messages whose next tries are within so many seconds are tried together: each try has to log in anew, and servers count
/// logins per minute.
const TOGETHER: i64 = 10;

/// When to try again, if these are the times of the next tries and the run waits until `until` at the latest: the last of
/// those that come soon after the first one.
fn wake_at(first: i64, next_tries: impl Iterator<Item = i64>, until: i64) -> i64 {
    let soon = first.saturating_add(TOGETHER).min(until);
    next_tries.filter(|next_try| *next_try <= soon).max().unwrap_or(first)
}

/// Whether a run that sends asks first, and how long it waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct RunRequest {
    /// Whether to send without asking.
    pub yes: bool,
    /// How long to wait for retries, and for another process: [`Duration::MAX`] forever. By default 15 minutes for
    /// retries, and not at all for another process.
    pub wait: Option<Duration>,
}

impl RunRequest {
    /// How long to wait until a deferred message is tried again.
    pub(crate) fn for_retries(&self) -> Duration {
        self.wait.unwrap_or(DEFAULT_RETRY_WAIT)
    }
}

/// What a run sends.
pub(crate) struct ToSend<'r> {
    /// Messages that are due by themselves.
    pub(crate) due: Option<&'r DueList>,
    /// Reminders or new copies.
    pub(crate) round: Option<&'r mut RoundPlan>,
}

impl DeliverySession<'_> {
    /// Sends what is due, and then a round; tries again what is deferred, as long as the request says. A message that has
    /// to wait for its next try waits here, too.
    pub(crate) fn deliver_with_retries(
        &self,
        ledger: &mut Ledger,
        outbox: &Outbox,
        messages: ToSend<'_>,
        run: &RunRequest,
    ) -> Result<Summary, Error> {
        let ToSend { due, mut round } = messages;
        let wait = run.for_retries();
        let waiting = self.waiting(ledger)?.into_iter().filter(|one| one.round.is_none());
        let waiting: HashSet<(i64, MessageKind)> =
            waiting.map(|one| (one.entry, one.kind)).collect();
        let now = due_now(due, &waiting)?;
        let mut summary = self.deliver(ledger, outbox, now, None)?;
        if let Some(round) = &mut round {
            if summary.can_continue() {
                summary.merge(round.deliver(self, ledger, outbox)?);
            } else {
                summary.left += round.messages();
            }
        }
        loop {
            // What is due was compared with the roster by this run. Whatever else is deferred may be out of date.
            let keep_ours = |deferred: &mut Vec<Deferred>| {
                let due = among_due(due, deferred)?;
                let mut ours = Vec::new();
                for one in deferred.drain(..) {
                    let is_ours = match (one.round, &round) {
                        (None, _) => due.contains(&(one.entry, one.kind)),
                        (Some(_), None) => false,
                        (Some(_), Some(round)) => round.is_ours(&one)?,
                    };
                    if is_ours {
                        ours.push(one);
                    }
                }
                *deferred = ours;
                Ok(())
            };
            self.retry(ledger, outbox, &mut summary, wait, keep_ours)?;
            let Some(round) = &mut round else { break };
            if !round.begin_new(self, ledger, outbox, &mut summary)? {
                round.finish_all(self, ledger)?;
                break;
            }
        }
        Ok(summary)
    }

    /// Deferred messages whose next try is not due yet.
    pub(crate) fn waiting(&self, ledger: &Ledger) -> Result<Vec<Deferred>, Error> {
        let now = self.context.environment.seconds();
        let mut deferred = ledger.deferred(self.medium, now)?;
        deferred.retain(|one| one.next_try > now);
        Ok(deferred)
    }

    /// Tries deferred messages again while their time comes within `wait`: those that this run is about, and no others.
    fn retry(
        &self,
        ledger: &mut Ledger,
        outbox: &Outbox,
        summary: &mut Summary,
        wait: Duration,
        keep_ours: impl Fn(&mut Vec<Deferred>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let environment = &self.context.environment;
        // `Duration::MAX` stands for no limit.
        let wait = i64::try_from(wait.as_secs()).unwrap_or(i64::MAX);
        let until = environment.seconds().saturating_add(wait);
        // Entries that were tried and are still as they were, for example because their meeting has ended.
        let mut stuck: HashSet<i64> = HashSet::new();
        while summary.can_continue() {
            if environment.is_interrupted() {
                summary.interrupted = true;
                return Ok(());
            }
            let mut deferred = ledger.deferred(self.medium, environment.seconds())?;
            keep_ours(&mut deferred)?;
            deferred.retain(|one| !stuck.contains(&one.entry));
            let Some(first) = deferred.first().copied() else { return Ok(()) };
            let now = environment.seconds();
            if first.next_try > now {
                if first.next_try > until {
                    // Messages that this run deferred are reported one by one.
                    let waiting = deferred.len().saturating_sub(summary.deferred.len());
                    self.leave_for_later(summary, waiting, first.next_try);
                    return Ok(());
                }
                let message =
                    format!("{} deferred: waiting for the next try", people(deferred.len()));
                self.context.notice(&Notice::note("waiting", message));
                let at = wake_at(first.next_try, deferred.iter().map(|one| one.next_try), until);
                environment.pause(Duration::from_secs((at - now).unsigned_abs()));
                if environment.is_interrupted() {
                    summary.interrupted = true;
                    return Ok(());
                }
            }
            let now = environment.seconds();
            // One round at a time: a reminder and an update to the same person are different messages.
            let ready =
                deferred.iter().filter(|one| one.next_try <= now && one.round == first.round);
            let due: Vec<(i64, MessageKind)> = ready.map(|one| (one.entry, one.kind)).collect();
            let tried: HashSet<i64> = due.iter().map(|(entry, _)| *entry).collect();
            // These are about to be tried again; `merge` adds those that are deferred once more.
            summary.deferred.clear();
            summary.merge(self.deliver(ledger, outbox, due.into(), first.round)?);
            let still = ledger.deferred(self.medium, now)?;
            let still =
                still.iter().filter(|one| one.next_try <= now && tried.contains(&one.entry));
            stuck.extend(still.map(|one| one.entry));
        }
        Ok(())
    }

    fn leave_for_later(&self, summary: &mut Summary, waiting: usize, next_try: i64) {
        summary.left += waiting;
        if waiting > 0 {
            let when = time_in(next_try, &self.folder.roster.meeting().zone);
            let messages = counted(waiting, "message");
            let message =
                format!("{messages} not sent yet: run the command again at {when} or later");
            // Shown even with `-q`: a run from cron has to say that it must be repeated.
            self.context.notice(&Notice::action("deferred", message));
        }
    }
}

/// The messages that are due, without those that were tried before and are `waiting` for their next try.
fn due_now<'d>(
    due: Option<&'d DueList>,
    waiting: &'d HashSet<(i64, MessageKind)>,
) -> Result<DueMessages<'d>, LedgerError> {
    let is_waiting = |task: &DueTask| task.again && waiting.contains(&(task.entry, task.kind));
    let tasks = move || {
        let tasks = due.into_iter().flat_map(DueList::tasks);
        tasks.filter(move |task| !task.as_ref().is_ok_and(is_waiting))
    };
    // Counted first, because a run has to know how many messages are left.
    let count = tasks().try_fold(0, |count, task| task.map(|_| count + 1))?;
    Ok(DueMessages::new(count, tasks().map(|task| task.map(|task| (task.entry, task.kind)))))
}

/// Which of these messages, that do not belong to a round, are among those that are due.
fn among_due(
    due: Option<&DueList>,
    deferred: &[Deferred],
) -> Result<HashSet<(i64, MessageKind)>, Error> {
    let without_round = deferred.iter().filter(|one| one.round.is_none());
    let mut asked: HashSet<_> = without_round.map(|one| (one.entry, one.kind)).collect();
    let mut found = HashSet::new();
    if asked.is_empty() {
        return Ok(found);
    }
    for task in due.iter().flat_map(|due| due.tasks()) {
        let task = task?;
        found.extend(asked.take(&(task.entry, task.kind)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_that_come_soon_after_the_first_wait_for_each_other() {
        let at =
            |next_tries: &[i64], until| wake_at(next_tries[0], next_tries.iter().copied(), until);
        assert_eq!(at(&[100], 200), 100);
        assert_eq!(at(&[100, 103, 110, 111, 400], 200), 110);
        // A run does not wait longer than it may.
        assert_eq!(at(&[100, 103, 110], 105), 103);
        assert_eq!(at(&[100, 103], 100), 100);
        assert_eq!(at(&[i64::MAX - 1], i64::MAX), i64::MAX - 1);
    }
}
