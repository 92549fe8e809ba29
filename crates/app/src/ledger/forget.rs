//! `ledger forget`: erases everything about a person who asks for it.

use meetmint_mailer::{Erasable, IfLost, Ledger, WhyLeftOut};

use super::erasure::{EraseRequest, Erasure, erase};
use super::mentions::mentions;
use super::roster::refuse_listed;
use crate::context::Context;
use crate::delivery::session::lock_ledger;
use crate::error::Error;
use crate::folder;
use crate::selection;
use crate::settings::Settings;

/// Who is forgotten.
#[derive(Clone, Debug, Default)]
pub struct ForgetRequest {
    /// The address.
    pub email: String,
    /// Whether to no longer leave the person out of rosters, instead.
    pub undo: bool,
    /// Whether somebody about whom the ledger knows nothing is left out of rosters all the same.
    pub unknown: bool,
    /// Whether somebody who is invited is forgotten without a cancellation.
    pub no_cancellation: bool,
    /// Whether to ask, and how long to wait for another process.
    pub erase: EraseRequest,
}

/// What became of the data of a person who asked to be erased.
#[derive(Debug, serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ForgetReport {
    /// Everything about the person was erased.
    Forgotten {
        /// How many entries were erased: one for each person at each meeting; none with `--unknown`.
        entries: usize,
        /// How many messages.
        messages: usize,
        /// How many files were removed from the folder outbox.
        files: usize,
        /// Files in the meeting folder that still have the address.
        mentioned_in: Vec<String>,
    },
    /// The person had been forgotten before.
    Already {
        /// Files in the meeting folder that still have the address.
        mentioned_in: Vec<String>,
    },
    /// With `--undo`: the person is no longer left out of rosters.
    Undone,
}

/// Erases everything about a person, or takes back that the person is left out of rosters.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the roster still has the person, or may have them; if the ledger
/// does not know the person; if a message to them is in doubt, or they are still invited.
/// [`Busy`](crate::ErrorClass::Busy) if another process has the ledger, [`Declined`](crate::ErrorClass::Declined) if the
/// answer is no, [`Failed`](crate::ErrorClass::Failed) if the disk fails.
pub fn forget(context: &Context, request: &ForgetRequest) -> Result<ForgetReport, Error> {
    let address = selection::email(&request.email)?.key().into_owned();
    let loaded = folder::load_settings(context)?;
    if request.undo {
        return undo(context, &loaded.into_settings()?, &address, request);
    }
    let settings = refuse_listed(loaded, &address, context)?;
    let mut ledger = lock_ledger(&settings, request.erase.wait, IfLost::Refuse, context)?;
    if !ledger.knows(&address)? {
        if ledger.why_left_out(&settings.id, &address)? == Some(WhyLeftOut::Forgotten) {
            // The process that erased it may have been ended before it was done.
            ledger.finish_erasing()?;
            return Ok(ForgetReport::Already {
                mentioned_in: mentions(&settings.folder, &address),
            });
        }
        // A typing error would leave the person's data where it is.
        if !request.unknown {
            return Err(Error::invalid(
                "unknown-person",
                format!("the ledger knows nobody with the address `{address}`"),
                "write the address that the person was invited under: `meetmint status` shows all of them. If the person was never invited, or is erased already, `--unknown` leaves them out of later rosters all the same",
            ));
        }
    }
    let chosen = ledger.choose(&Erasable::Person(&address))?;
    if !chosen.in_doubt.is_empty() {
        return Err(Error::invalid(
            "in-doubt",
            format!("it is unknown whether the last message to {address} arrived"),
            format!(
                "ask the person, run `meetmint settle --sent --only {address}`, then run this command again"
            ),
        ));
    }
    let now = context.environment.now.as_second();
    if !request.no_cancellation && ledger.chosen_are_invited(now)? {
        return Err(Error::invalid(
            "still-invited",
            format!("{address} is still invited to a meeting that is not over"),
            "`meetmint send` sends the cancellation; to erase the person without one, use `--no-cancellation`: the event then stays in their calendar",
        ));
    }
    let erasure = Erasure {
        what: &format!("everything about {address}"),
        chosen: &chosen,
        forgotten: Some(&address),
        request: &request.erase,
    };
    let files = erase(context, &settings, &mut ledger, &erasure)?;
    Ok(ForgetReport::Forgotten {
        entries: chosen.entries,
        messages: chosen.messages,
        files,
        mentioned_in: mentions(&settings.folder, &address),
    })
}

fn undo(
    context: &Context,
    settings: &Settings,
    address: &str,
    request: &ForgetRequest,
) -> Result<ForgetReport, Error> {
    let mut ledger = lock_ledger(settings, request.erase.wait, IfLost::Refuse, context)?;
    let why = WhyLeftOut::Forgotten;
    if ledger.why_left_out(&settings.id, address)? != Some(why) {
        return Err(Error::invalid(
            "not-forgotten",
            format!("{address} was not forgotten"),
            "write the address that was forgotten: the ledger has no list of them",
        ));
    }
    let ledger: &mut Ledger = &mut ledger;
    ledger.include(&settings.id, address, why)?;
    Ok(ForgetReport::Undone)
}
