//! The way to a server, and the time that is left.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::http::{Certificate, Http, HttpError, Reply, Request};
use super::observed::Unreached;

/// How long a farewell may take: the server needs no more than to read it.
const FAREWELL: Duration = Duration::from_secs(3);

/// How long all farewells may take after the time for everything else is over.
const FAREWELLS: Duration = Duration::from_secs(8);

/// How long they may take when the program was asked to stop: somebody waits for it.
const LAST_FAREWELLS: Duration = Duration::from_secs(2);

/// How often a wait looks whether it is over.
const INTERVAL: Duration = Duration::from_millis(10);

/// Why a session does not go on.
#[derive(Debug)]
pub(super) enum Trouble {
    Unreached(Unreached),
    /// The server answers, but not to what it was asked.
    Silence,
    /// The time for everything is over, or the program was asked to stop.
    Stop(Stop),
}

/// Why everything ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    OutOfTime,
    Interrupted,
    /// The server is no longer there.
    Gone,
}

/// The way to a server, and the time that is left.
pub(super) struct Connection {
    http: Http,
    answer: Duration,
    end: Instant,
    /// Whatever is not said yet to leave has one of these as well.
    leaving: Arc<()>,
    /// Whether the server did not confirm that somebody has left.
    is_unconfirmed: Arc<AtomicBool>,
}

impl Connection {
    /// `answer` is how long an answer may take, `total` how long everything may.
    pub(super) fn new(http: Http, answer: Duration, total: Duration) -> Connection {
        let (leaving, is_unconfirmed) = (Arc::default(), Arc::default());
        Connection { http, answer, end: Instant::now() + total, leaving, is_unconfirmed }
    }

    /// When an answer to what is asked now has to be there.
    pub(super) fn answer_due(&self) -> Instant {
        (Instant::now() + self.answer).min(self.end)
    }

    /// Why there is no time for anything more.
    pub(super) fn stop(&self) -> Option<Stop> {
        if self.http.is_interrupted() {
            return Some(Stop::Interrupted);
        }
        (Instant::now() >= self.end).then_some(Stop::OutOfTime)
    }

    /// Waits, but not beyond the end.
    pub(super) fn pause(&self, duration: Duration) -> Result<(), Stop> {
        let until = Instant::now() + duration;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.stop() {
                Some(Stop::Interrupted) => return Err(Stop::Interrupted),
                _ if left.is_zero() => return Ok(()),
                Some(stop) => return Err(stop),
                None => thread::sleep(left.min(INTERVAL)),
            }
        }
    }

    /// Sends a request.
    pub(super) fn send(&self, request: Request) -> Result<Reply, Trouble> {
        self.send_by(|limit| self.http.send(request, limit))
    }

    /// Sends a request that opens something. `close` makes what closes it of an answer that comes too late, or after the
    /// program was asked to stop.
    pub(super) fn open(
        &self,
        request: Request,
        close: impl FnOnce(&Reply) -> Option<Request> + Send + 'static,
    ) -> Result<Reply, Trouble> {
        let (http, leaving) = (self.http.clone(), Arc::clone(&self.leaving));
        let late = move |reply: Reply| {
            if let Some(request) = close(&reply) {
                let _ = http.send_uninterruptible(request, FAREWELL);
            }
            drop(leaving);
        };
        self.send_by(|limit| self.http.open(request, limit, FAREWELL, late))
    }

    /// The certificate of a server, if there is one to look at and time is left.
    pub(super) fn certificate(&self, url: &Url, limit: Duration) -> Option<Certificate> {
        let left = self.end.saturating_duration_since(Instant::now());
        self.http.certificate(url, limit.min(left)).ok().flatten()
    }

    fn send_by(
        &self,
        send: impl FnOnce(Duration) -> Result<Reply, HttpError>,
    ) -> Result<Reply, Trouble> {
        if let Some(stop) = self.stop() {
            return Err(Trouble::Stop(stop));
        }
        let left = self.end.saturating_duration_since(Instant::now());
        match send(left.min(self.answer)) {
            Ok(reply) => Ok(reply),
            Err(HttpError::Interrupted) => Err(Trouble::Stop(Stop::Interrupted)),
            Err(HttpError::TimedOut) if left < self.answer => Err(Trouble::Stop(Stop::OutOfTime)),
            Err(error) => Err(Trouble::Unreached(Unreached::Http(error))),
        }
    }

    /// Sends requests, one after the other, whose answers make no difference. Everybody else waits for that, unless there
    /// is no time for anything more: then everybody leaves at once.
    pub(super) fn farewell(&self, requests: Vec<Request>) {
        let (http, leaving) = (self.http.clone(), Arc::clone(&self.leaving));
        let is_unconfirmed = Arc::clone(&self.is_unconfirmed);
        let thread = thread::Builder::new().spawn(move || {
            let mut is_confirmed = false;
            for request in requests {
                is_confirmed |= http.send_uninterruptible(request, FAREWELL).is_ok();
            }
            if !is_confirmed {
                is_unconfirmed.store(true, Ordering::Relaxed);
            }
            drop(leaving);
        });
        let Ok(thread) = thread else { return };
        while !thread.is_finished() && self.stop().is_none() {
            thread::sleep(INTERVAL);
        }
    }

    /// Waits until all farewells are said, and late answers have come, but not for long. Whether everybody has left, as far
    /// as the server tells.
    pub(super) fn close(self) -> bool {
        let start = Instant::now();
        let limit = || if self.http.is_interrupted() { LAST_FAREWELLS } else { FAREWELLS };
        while Arc::strong_count(&self.leaving) > 1 {
            if start.elapsed() >= limit() {
                return false;
            }
            thread::sleep(INTERVAL);
        }
        !self.is_unconfirmed.load(Ordering::Relaxed)
    }
}
