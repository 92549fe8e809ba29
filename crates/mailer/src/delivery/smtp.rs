//! Delivery over SMTP: starts the threads of a run and watches over it.

use std::time::Duration;

use super::context::DeliveryContext;
use super::error::DeliveryError;
use super::factory::MessageFactory;
use super::feed::Feed;
use super::relay::Relay;
use super::run::{Run, Task};
use super::summary::Summary;
use super::sync::{Scope, ScopedJoinHandle, catch_panic, scope, spawn};
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
    tasks: Feed<'_, Task>,
    round: Option<i64>,
) -> Result<Summary, DeliveryError> {
    let messages = u32::try_from(tasks.len()).unwrap_or(u32::MAX);
    // A connection without a message would only cost a handshake and a login.
    let connections = relay.pace.connections.max(1).min(messages);
    let run = Run::new(factory, relay, ledger, tasks, round)?;
    work(&run, context, connections);
    finish(run)
}

/// Sends the messages of a run, and returns when all of its threads have ended.
pub(super) fn work(run: &Run<'_>, context: &DeliveryContext<'_>, connections: u32) {
    // All of them are counted before the first thread starts: the run is over when none is left.
    let workers: Vec<_> =
        (0..connections).map(|number| ConnectionWorker::new(run, number)).collect();
    scope(|scope| {
        let mut threads = Vec::new();
        for (number, worker) in (1..).zip(workers) {
            threads.extend(start(scope, run, format!("connection {number}"), || worker.work()));
        }
        // On this thread, because the context's callbacks need not be `Sync`.
        if catch_panic(|| observe(run, context)).is_err() {
            // Nobody looks for an interrupt any more, so no connection may go on waiting for the server.
            run.halt();
            run.fail(DeliveryError::Panicked);
        }
        // All of them: the scope itself would panic for a thread that is not joined.
        if threads.into_iter().filter_map(|thread| thread.join().err()).count() > 0 {
            run.fail(DeliveryError::Panicked);
        }
    });
}

/// Reports progress and looks for an interrupt, until all connections have finished.
fn observe(run: &Run<'_>, context: &DeliveryContext<'_>) {
    while let Some((tally, notes)) = run.observe(POLL_INTERVAL) {
        for note in &notes {
            (context.note)(note);
        }
        (context.progress)(tally);
        if (context.interrupted)() {
            run.interrupt();
        }
    }
}

/// Records what is left to record, and says what the run did.
pub(super) fn finish(run: Run<'_>) -> Result<Summary, DeliveryError> {
    // Whatever crashed a thread may do so again here, when its results are recorded.
    catch_panic(|| run.finish()).unwrap_or(Err(DeliveryError::Panicked))
}

/// Starts a thread of a run. If the system has none left, the run fails.
fn start<'scope>(
    scope: &'scope Scope<'scope, '_>,
    run: &Run<'_>,
    name: String,
    work: impl FnOnce() + Send + 'scope,
) -> Option<ScopedJoinHandle<'scope, ()>> {
    spawn(scope, name, work).map_err(|error| run.fail(DeliveryError::Thread(error))).ok()
}
