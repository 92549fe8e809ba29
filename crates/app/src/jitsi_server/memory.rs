//! What the ledger remembers: that a server was tried, and that somebody was told that it was not.

use jiff::tz::TimeZone;
use meetmint_mailer::{IfLost, Ledger, LedgerError, ServerNote};

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Notice;
use crate::settings::Settings;

/// Remembers that the server was tried. If that is not possible, the trial was a good one all the same: it is only said.
pub(super) fn was_tried(settings: &Settings, context: &Context) {
    // The first mail has not been sent yet, as a rule: then a ledger is created.
    let result = Ledger::open_locked_with(
        &settings.mail.ledger,
        &settings.id,
        &context.environment.lock_holder(),
        // A ledger that was lost has to be noticed by `send`.
        IfLost::Refuse,
    )
    .and_then(|mut ledger| {
        ledger.keep().note_server(ServerNote::Tried, settings.server.base(), &date(context))
    });
    if let Err(error) = result {
        let why = match &error {
            LedgerError::Locked(_) => "another meetmint is working on this meeting".to_owned(),
            error => error.to_string(),
        };
        let message = format!(
            "could not record in the ledger that this server was tested: {why}; `meetmint send` may say that it was never tested"
        );
        context.notice(&Notice::note("not-noted", message));
    }
}

/// Says that the server was never tried, if the ledger does not know that it was, and that was not said before.
///
/// # Errors
/// If the ledger cannot be read.
pub(crate) fn reminder(settings: &Settings, ledger: &Ledger) -> Result<Option<Notice>, Error> {
    let server = settings.server.base();
    for note in [ServerNote::Tried, ServerNote::Reminded] {
        if ledger.has_noted(note, server)? {
            return Ok(None);
        }
    }
    let message = format!(
        "{server} was never tested: `meetmint doctor` finds out within a minute who gets in and who moderates, and mails nobody"
    );
    Ok(Some(Notice::note("never-tried", message)))
}

/// Remembers that the reminder was shown.
///
/// # Errors
/// If the ledger cannot be written.
pub(crate) fn was_reminded(
    settings: &Settings,
    ledger: &mut Ledger,
    context: &Context,
) -> Result<(), Error> {
    Ok(ledger.note_server(ServerNote::Reminded, settings.server.base(), &date(context))?)
}

/// Today, in UTC.
fn date(context: &Context) -> String {
    TimeZone::UTC.to_datetime(context.environment.now).date().to_string()
}

#[cfg(test)]
mod tests;
