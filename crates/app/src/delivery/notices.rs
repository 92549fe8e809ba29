//! The result of a run that sends, as notices and errors.

use super::outcome::DeliveryOutcome;
use super::report::DeliveryReport;
use crate::error::Error;
use crate::front_end::Notice;
use crate::phrases::{counted, time_in};

impl DeliveryReport {
    /// People who did not get their message: refused, deferred or in doubt.
    pub fn person_notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        for (at, refused) in self.refused.iter().enumerate() {
            let message =
                format!("the message to {} was refused: {}", refused.person(), refused.reply);
            let mut notice = Notice::action("refused", message);
            // Once: of many people, it is the same for each.
            if at + 1 == self.refused.len() {
                let command = if self.reminds { "remind" } else { "send --again" };
                let person = if at == 0 { &refused.email } else { "EMAIL" };
                let hint = format!("to try once more, run `meetmint {command} --only {person}`");
                notice = notice.hint(hint);
            }
            notices.push(notice);
        }
        for deferred in &self.deferred {
            let message = format!(
                "the message to {} is deferred; next try at {} or later: {}",
                deferred.person(),
                time_in(deferred.next_try, &self.zone),
                deferred.reply
            );
            notices.push(Notice::action("deferred", message));
        }
        for (at, doubt) in self.in_doubt.iter().enumerate() {
            let message = format!(
                "it is unknown whether the message to {} arrived: {}",
                doubt.person(),
                doubt.reply
            );
            let mut notice = Notice::action("in-doubt", message);
            // Once, as above.
            if at + 1 == self.in_doubt.len() {
                let person = if at == 0 { &doubt.email } else { "EMAIL" };
                notice = notice.hint(format!(
                    "if it arrived, or the meeting is over, run `meetmint settle --sent --only {person}`; otherwise, `meetmint settle --resend --only {person}`"
                ));
            }
            notices.push(notice);
        }
        notices
    }

    /// Messages that were not sent although nothing failed: their meeting is over, or the next one has to wait.
    pub fn run_notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        if self.over > 0 {
            let message =
                format!("{} not sent: the meeting is over", counted(self.over, "message"));
            notices.push(Notice::action("over", message));
        }
        // A run that stopped is an error, which says when to go on.
        if self.paced && self.outcome() != DeliveryOutcome::Stopped {
            let until = self.resumes.map(|at| time_in(at, &self.zone)).unwrap_or_default();
            let message = format!(
                "{} still to be sent; `rate` or `quota` allows the next one at {until}",
                counted(self.left, "message")
            );
            let hint =
                "run the command again after that time to continue, or set a longer `--wait`";
            notices.push(Notice::action("paced", message).hint(hint));
        }
        notices
    }

    /// Why the run ended early, if it did: it stopped, or was interrupted.
    pub fn error(&self) -> Option<Error> {
        let left = counted(self.left, "message");
        if let Some(why) = &self.stopped {
            let from =
                self.resumes.map(|at| format!(" (try again after {})", time_in(at, &self.zone)));
            let hint = self
                .hint
                .as_deref()
                .unwrap_or("run the command again: it continues where it stopped");
            let message = format!(
                "stopped with {left} not sent, because any further message would fail in the same way: {why}"
            );
            let hint = format!("{hint}{}", from.unwrap_or_default());
            return Some(Error::failed("stopped", message).with_hint(hint));
        }
        self.interrupted.then(|| {
            Error::interrupted(format!(
                "{left} not sent; run the command again, and it continues where it stopped"
            ))
        })
    }
}
