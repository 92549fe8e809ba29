//! Delivery over SMTP: starts the threads of a run and watches over it.

use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::Duration;

use super::context::DeliveryContext;
use super::error::DeliveryError;
use super::factory::MessageFactory;
use super::relay::Relay;
use super::run::{Run, Task};
use super::summary::Summary;
use super::worker::ConnectionWorker;
use crate::ledger::Ledger;

/// How often progress is reported and an interrupt looked for.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Sends messages over as many connections as the relay allows.
pub(super) fn send(
    ledger: &mut Ledger,
    factory: MessageFactory<'_>,
    context: &DeliveryContext<'_>,
    relay: &Relay,
    tasks: Vec<Task>,
    round: Option<i64>,
) -> Result<Summary, DeliveryError> {
    let messages = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
    // A connection without a message would only cost a handshake and a login.
    let connections = relay.pace.connections.max(1).min(messages);
    let run = Run::new(factory, relay, ledger, tasks, round)?;
    // All of them are counted before the first thread starts: the run is over when none is left.
    let workers: Vec<_> =
        (0..connections).map(|number| ConnectionWorker::new(&run, number)).collect();
    let panicked = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (number, worker) in (1..).zip(workers) {
            threads.extend(start(scope, &run, format!("connection {number}"), || worker.work()));
        }
        threads.extend(start(scope, &run, "prefetch".to_owned(), || run.prefetch()));
        // On this thread, because the context's callbacks need not be `Sync`.
        while let Some((tally, notes)) = run.observe(POLL_INTERVAL) {
            for note in &notes {
                (context.note)(note);
            }
            (context.progress)(tally);
            if (context.interrupted)() {
                run.interrupt();
            }
        }
        // All of them: the scope itself would panic for a thread that is not joined.
        threads.into_iter().filter_map(|thread| thread.join().err()).count()
    });
    // Also records what the others have done.
    let summary = run.finish()?;
    if panicked > 0 { Err(DeliveryError::Panicked) } else { Ok(summary) }
}

/// Starts a thread of a run. If the system has none left, the run fails.
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    run: &Run<'_>,
    name: String,
    work: impl FnOnce() + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, ()>> {
    // The name is part of the message of a panic.
    let started = thread::Builder::new().name(name).spawn_scoped(scope, work);
    started.map_err(|error| run.fail(DeliveryError::Thread(error))).ok()
}
