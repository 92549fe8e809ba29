//! Opening the ledger for changing it, and waiting for another process that has it.

use std::time::Duration;

use meetmint_mailer::{IfLost, Ledger, LedgerError, LockedLedger};

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Notice;
use crate::settings::Settings;

/// How often a process that waits for the ledger tries again.
// A try costs little: the lock is taken before the database is opened. There is no way to be told that it is free.
const RETRY: Duration = Duration::from_millis(250);

/// Opens and locks the ledger. Waits up to `wait` for another process that has it; without `wait`, not at all.
pub(crate) fn open_ledger(
    settings: &Settings,
    wait: Option<Duration>,
    if_lost: IfLost,
    context: &Context,
) -> Result<LockedLedger, Error> {
    let holder = context.environment.lock_holder();
    let mut waited = Duration::ZERO;
    loop {
        let (path, id) = (&settings.mail.ledger, &settings.id);
        let error = match Ledger::open_locked_with(path, id, &holder, if_lost) {
            Ok(ledger) => return Ok(ledger),
            Err(error @ LedgerError::Locked(_)) => error,
            // No other error goes away by waiting.
            Err(error) => return Err(error.into()),
        };
        if wait.is_none_or(|wait| waited >= wait) {
            return Err(error.into());
        }
        // Once, and not four times a second.
        if waited.is_zero() {
            context.notice(&Notice::note("busy", format!("{error}; waiting for it")));
        }
        context.environment.pause(RETRY);
        waited += RETRY;
        if context.environment.is_interrupted() {
            return Err(Error::interrupted("nothing was sent"));
        }
    }
}
