//! How far a long job is.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use meetmint_mailer::Tally;

use super::Report;

/// How often a line is said where there is no terminal.
const LINE: Duration = Duration::from_secs(10);

/// How far a job is: shown once it takes longer than a second.
pub(crate) struct Progress {
    what: &'static str,
    length: u64,
    done: u64,
    since: Instant,
    shown: bool,
    bar: Option<ProgressBar>,
}

impl Progress {
    pub(super) fn new(what: &'static str, length: usize, shown: bool) -> Progress {
        Progress { what, length: length as u64, done: 0, since: Instant::now(), shown, bar: None }
    }

    pub(crate) fn add(&mut self, count: usize) {
        self.done += count as u64;
        if !self.shown {
            return;
        }
        if self.bar.is_none() && self.since.elapsed() > Duration::from_secs(1) {
            let bar =
                ProgressBar::with_draw_target(Some(self.length), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}  {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(self.what);
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.done);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// How far a sending is: a bar on a terminal, elsewhere a line every ten seconds.
pub(crate) struct Sending {
    report: Report,
    delivered: &'static str,
    since: Instant,
    said: Instant,
    bar: Option<ProgressBar>,
}

impl Sending {
    /// `delivered` is what a message is when it is done.
    pub(crate) fn new(report: Report, delivered: &'static str) -> Sending {
        let now = Instant::now();
        Sending { report, delivered, since: now, said: now, bar: None }
    }

    pub(crate) fn show(&mut self, tally: Tally) {
        let elapsed = self.since.elapsed();
        if self.report.has_bars() {
            if elapsed < Duration::from_secs(1) {
                return;
            }
            let bar = self.bar.get_or_insert_with(|| {
                let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
                let style = ProgressStyle::with_template("{wide_bar} {pos}/{len}  {msg}");
                bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar
            });
            let done = done(tally) as u64;
            bar.set_length(done + tally.left as u64);
            bar.set_position(done);
            bar.set_message(words(tally, self.delivered, elapsed));
        } else if self.said.elapsed() >= LINE {
            self.said = Instant::now();
            let all = done(tally) + tally.left;
            let words = words(tally, self.delivered, elapsed);
            self.report.done(&format!("{} of {all}: {words}", done(tally)));
        }
    }

    /// Says something without breaking the bar.
    pub(crate) fn note(&self, words: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.report.note(words, None)),
            None => self.report.note(words, None),
        }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn done(tally: Tally) -> usize {
    tally.delivered + tally.refused + tally.deferred + tally.in_doubt
}

/// "398 accepted, 1 refused, 13.2 a second, 2 min left".
fn words(tally: Tally, delivered: &str, elapsed: Duration) -> String {
    let mut text = format!("{} {delivered}", tally.delivered);
    for (count, what) in
        [(tally.refused, "refused"), (tally.deferred, "deferred"), (tally.in_doubt, "in doubt")]
    {
        if count > 0 {
            write!(text, ", {count} {what}").expect("writing to a String");
        }
    }
    let seconds = elapsed.as_secs_f64();
    let done = done(tally);
    if done > 0 && seconds > 0.0 {
        #[expect(clippy::cast_precision_loss, reason = "it is shown with one digit")]
        let (rate, left) = (done as f64 / seconds, tally.left as f64 * seconds / done as f64);
        let left =
            if left < 90.0 { format!("{left:.0} s") } else { format!("{:.0} min", left / 60.0) };
        write!(text, ", {rate:.1} a second, {left} left").expect("writing to a String");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_said_in_words() {
        let tally = Tally { delivered: 398, refused: 1, deferred: 0, in_doubt: 1, left: 1600 };
        assert_eq!(
            words(tally, "accepted", Duration::from_secs(40)),
            "398 accepted, 1 refused, 1 in doubt, 10.0 a second, 3 min left"
        );
        assert_eq!(words(Tally::default(), "accepted", Duration::from_secs(4)), "0 accepted");
    }
}
