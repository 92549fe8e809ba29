//! `doctor --meet`: asks the live Jitsi server what it accepts, and whom it makes a moderator.

mod fields;
mod memory;
mod report;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use meetmint_core::{Mint, Role, Room, ServerKind};
use meetmint_doctor::live::{Expected, Timing, Trial, WrittenSettings};

use crate::context::Context;
use crate::error::Error;
use crate::folder;
use crate::front_end::{Event, TrialQuestion};
use crate::jitsi_trust;
use crate::meeting_file::meeting_file;
use crate::notices;
use crate::random::random_hex;
use crate::secret;
use crate::settings::{self, Settings};

pub(crate) use memory::{reminder, was_reminded};
pub use report::{JitsiFinding, JitsiOutcome, JitsiServerReport};

/// How the names of throw-away rooms begin. Whoever finds one in the server's log sees where it comes from.
const ROOM: &str = "meetmint-doctor-";

/// How many random octets a room's name has: nobody can guess it.
const RANDOM_OCTETS: usize = 12;

/// The two devices that JaaS counts in a month, in hexadecimal digits: always the same ones, so that a second trial costs
/// nothing more. They are the octets of `meetmint-doctor1` and `meetmint-doctor2`.
const DEVICES: [&str; 2] = ["6d6565746d696e742d646f63746f7231", "6d6565746d696e742d646f63746f7232"];

/// How a Jitsi server is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct JitsiServerRequest {
    /// Do not ask before a server is tried that counts devices.
    pub yes: bool,
}

/// Which servers a meeting folder names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServersToAsk {
    /// Whether there is a mail server. The Jitsi server is always there.
    pub mail: bool,
}

/// Says which servers there are to ask.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in `meeting.toml` is wrong.
pub fn servers_to_ask(context: &Context) -> Result<ServersToAsk, Error> {
    let loaded = settings::load(meeting_file(context)?)?;
    if !loaded.problems.is_empty() {
        return Err(Error::problems(loaded.problems, 0));
    }
    Ok(ServersToAsk { mail: loaded.mail.outbox.smtp().is_some() })
}

/// Asks the Jitsi server of `[server]`, and remembers in the ledger that it was asked. Nobody else's room is entered, and
/// no roster is read. It takes up to a minute and a half; when it is interrupted, whoever is in a room leaves first.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if anything in `meeting.toml` is wrong, or the secret cannot be
/// used or is one for practice; [`Usage`](crate::ErrorClass::Usage) if a question is needed and nobody can be asked;
/// [`Declined`](crate::ErrorClass::Declined) and [`Interrupted`](crate::ErrorClass::Interrupted). What is wrong with the
/// server is part of the report.
pub fn jitsi_server(
    context: &Context,
    request: &JitsiServerRequest,
) -> Result<JitsiServerReport, Error> {
    // No roster: a server can be tried before there is one.
    let loaded = folder::load_settings(context)?;
    let (Some(settings), Some(roles), true) =
        (loaded.settings, loaded.roles, loaded.problems.is_empty())
    else {
        return Err(Error::problems(loaded.problems, 0));
    };
    let key = secret::signing_key(&settings.key, &context.environment).map_err(Error::problem)?;
    if key.is_practice() {
        return Err(Error::problem(settings.key.location.problem(
            "practice",
            "this is a practice secret: no server accepts it, so there is nothing to test",
            "put your Jitsi server's own secret where this line says",
        )));
    }
    let trust = jitsi_trust::trust(&settings).map_err(Error::problem)?;
    let mint = Mint::new(settings.server.clone(), key)?;
    context.notices(&notices::of_key(&mint));
    let counts_devices = settings.kind == ServerKind::Jaas;
    if counts_devices && !request.yes {
        confirm(context, &settings)?;
    }
    // From now on somebody may be in a room, and has to leave it.
    context.front_end.defer_interruptions();
    if context.environment.is_interrupted() {
        return Err(Error::interrupted("the Jitsi server was not tested"));
    }
    let own_roles = own_roles(roles.all());
    let trial = Trial {
        mint: &mint,
        own_roles: &own_roles,
        rooms: [room()?, room()?, room()?],
        machines: if counts_devices {
            DEVICES.map(str::to_owned)
        } else {
            [random_hex(16)?, random_hex(16)?]
        },
        trust,
        clock: &|| context.environment.seconds(),
        interrupted: Arc::clone(&context.environment.interrupted),
        timing: Timing::default(),
        progress: &|who| context.event(&Event::Joining(who)),
    };
    let progress = context.begin_progress();
    let observed = trial.run();
    drop(progress);
    if context.environment.is_interrupted() {
        // A report on half of it would look like one on all of it.
        return Err(Error::interrupted(if observed.left_unconfirmed {
            "the test of the Jitsi server did not finish, and the server did not confirm that the test users have left; it removes them by itself, usually after a minute"
        } else {
            "the test of the Jitsi server did not finish, and nobody is left in a room"
        }));
    }
    let report = report(&settings, &own_roles, observed, context);
    if report.is_complete() {
        memory::was_tried(&settings, context);
    }
    Ok(report)
}

/// Asks before the server is tested.
fn confirm(context: &Context, settings: &Settings) -> Result<(), Error> {
    let server = settings.server.base().to_owned();
    let question = TrialQuestion { server, devices: DEVICES.len() };
    if context.front_end.confirm_trial(&question)? { Ok(()) } else { Err(Error::trial_declined()) }
}

/// What was seen, and what is wrong with it.
fn report(
    settings: &Settings,
    own_roles: &[Role],
    observed: meetmint_doctor::live::Observed,
    context: &Context,
) -> JitsiServerReport {
    let is_written = |setting| settings.server_lines.of(setting).is_some();
    let written = WrittenSettings {
        roles: is_written("server.accepts.roles"),
        guests: is_written("server.accepts.guests"),
        room: is_written("server.accepts.room"),
        plugins: is_written("server.accepts.plugins"),
        subject: is_written("server.accepts.subject"),
    };
    let expected = Expected {
        server: &settings.server,
        accepts: &settings.accepts,
        written,
        own_roles,
        now: context.environment.seconds(),
    };
    let (findings, summary) = (observed.findings(&expected), observed.summary(&expected));
    let findings = findings.into_iter().map(|it| JitsiFinding::new(it, &settings.server_lines));
    JitsiServerReport {
        server: settings.server.base().to_owned(),
        findings: findings.collect(),
        observed,
        summary,
    }
}

/// The roles that differ from the built-in ones in their rights, whatever their names are: those are tried anyway.
fn own_roles(roles: &[Role]) -> Vec<Role> {
    let built_in = [Role::moderator(), Role::participant()];
    // These make no difference to the server.
    let rights =
        |role: &Role| Role { link_options: Vec::new(), opens: None, closes: None, ..role.clone() };
    roles.iter().filter(|role| !built_in.contains(&rights(role))).cloned().collect()
}

/// A room that nobody can guess.
fn room() -> Result<Room, Error> {
    let name = format!("{ROOM}{}", random_hex(RANDOM_OCTETS)?);
    Room::parse(&name)
        .map_err(|bad| Error::failed("room", "cannot make a room's name").caused_by(bad))
}
