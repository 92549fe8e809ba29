//! The progress of a long job: a bar on a terminal, elsewhere a line from time to time.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use meetmint_app::{Tally, Task};

/// How long a job runs before it gets a bar: a shorter one would only flash up.
const BAR_DELAY: Duration = Duration::from_secs(1);

/// How often a delivery reports its progress where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// How often the time is drawn again while nothing else changes.
const TICK: Duration = Duration::from_millis(500);

/// The progress of the current job.
pub(super) struct Progress {
    /// Whether bars are shown.
    bars: bool,
    job: Option<Job>,
}

struct Job {
    since: Instant,
    last_line: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new(bars: bool) -> Progress {
        Progress { bars, job: None }
    }

    /// Shows that `done` of `total` are done.
    pub(super) fn show(&mut self, task: Task, done: usize, total: usize) {
        let message = match task {
            Task::Links => "links",
            Task::Checks => "checked",
        };
        self.draw("{msg} {wide_bar} {pos}/{len}  {eta} left", done, total, |_| message.to_owned());
    }

    /// Shows the progress of a delivery. Returns a line to print, if there is no bar and a line is due.
    pub(super) fn deliver(&mut self, tally: Tally, mailed: bool) -> Option<String> {
        let total = finished(tally) + tally.left;
        if self.bars {
            let message = |elapsed| words(tally, mailed, elapsed);
            self.draw("{wide_bar} {pos}/{len}  {msg}", finished(tally), total, message);
            return None;
        }
        let job = self.job.get_or_insert_with(Job::begin);
        (job.last_line.elapsed() >= INTERVAL).then(|| {
            job.last_line = Instant::now();
            let words = words(tally, mailed, job.since.elapsed());
            format!("{} of {total}: {words}", finished(tally))
        })
    }

    /// Shows what is being waited for.
    pub(super) fn step(&mut self, words: &str) {
        if !self.bars {
            return;
        }
        let job = self.job.get_or_insert_with(Job::begin);
        // At once: it takes much longer than a second, whatever happens.
        let bar = job.bar.get_or_insert_with(|| {
            let bar = new_bar("{spinner} {msg} ({elapsed})");
            bar.enable_steady_tick(TICK);
            bar
        });
        bar.set_message(words.to_owned());
    }

    /// Ends the job, and removes its bar.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.job.take().and_then(|job| job.bar) {
            // Cleared, because the result is printed as a sentence.
            bar.finish_and_clear();
        }
    }

    /// Prints something without breaking the bar.
    pub(super) fn suspend(&self, print: impl FnOnce()) {
        match self.job.as_ref().and_then(|job| job.bar.as_ref()) {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
    }

    fn draw(
        &mut self,
        template: &str,
        done: usize,
        total: usize,
        message: impl FnOnce(Duration) -> String,
    ) {
        let job = self.job.get_or_insert_with(Job::begin);
        let elapsed = job.since.elapsed();
        if !self.bars || elapsed < BAR_DELAY {
            return;
        }
        let bar = job.bar.get_or_insert_with(|| new_bar(template));
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(message(elapsed));
    }
}

impl Job {
    fn begin() -> Job {
        let now = Instant::now();
        Job { since: now, last_line: now, bar: None }
    }
}

fn new_bar(template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template(template);
    // The templates are fixed, so they are valid. Progress is no reason to panic in any case.
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn finished(tally: Tally) -> usize {
    tally.delivered + tally.refused + tally.deferred + tally.in_doubt
}

/// "398 accepted, 1 refused, 13.2 a second, 2 min left".
fn words(tally: Tally, mailed: bool, elapsed: Duration) -> String {
    let delivered = if mailed { "accepted" } else { "written" };
    let mut text = format!("{} {delivered}", tally.delivered);
    for (count, what) in
        [(tally.refused, "refused"), (tally.deferred, "deferred"), (tally.in_doubt, "in doubt")]
    {
        if count > 0 {
            let _ = write!(text, ", {count} {what}");
        }
    }
    let seconds = elapsed.as_secs_f64();
    let finished = finished(tally);
    // Without a finished message there is no rate to estimate from.
    if finished > 0 && seconds > 0.0 {
        #[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
        let (rate, left) =
            (finished as f64 / seconds, tally.left as f64 * seconds / finished as f64);
        let left =
            // A longer estimate is not exact to the second.
            if left < 90.0 { format!("{left:.0} s") } else { format!("{:.0} min", left / 60.0) };
        let _ = write!(text, ", {rate:.1} a second, {left} left");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_described_in_words() {
        let tally = Tally { delivered: 398, refused: 1, deferred: 0, in_doubt: 1, left: 1600 };
        assert_eq!(
            words(tally, true, Duration::from_secs(40)),
            "398 accepted, 1 refused, 1 in doubt, 10.0 a second, 3 min left"
        );
        assert_eq!(words(Tally::default(), false, Duration::from_secs(4)), "0 written");
    }
}
