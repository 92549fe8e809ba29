//! A meeting folder, what its messages are made with, and its ledger: what `plan` and everything that sends work with.

use std::time::Duration;

use meetmint_mailer::{
    Delivery, DeliveryContext, DeliveryError, FolderOutbox, Ledger, LockedLedger, Medium,
    MessageKind, Outbox, Summary, recover_folder,
};

use crate::composition::Composition;
use crate::context::Context;
use crate::delivery::lock::open_ledger;
use crate::error::Error;
use crate::folder::MeetingFolder;
use crate::front_end::{Event, Notice};
use crate::phrases::counted;
use crate::relay;
use crate::settings::{OutboxSettings, Settings};

/// Safety checks that are overridden. By default none is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Mail people with `yes` from a ledger that has never mailed anybody.
    pub first: bool,
    /// Cancel more than a fifth of those invited, and more than five.
    pub cancel_many: bool,
    /// Treat a meeting whose invitations are over as the same one, postponed.
    pub postponed: bool,
}

/// A meeting folder that messages are sent for.
pub(crate) struct DeliverySession<'m> {
    pub(crate) context: &'m Context,
    pub(crate) folder: &'m MeetingFolder,
    pub(crate) composition: Composition,
    pub(crate) medium: Medium,
}

impl<'m> DeliverySession<'m> {
    /// Reads and checks sender and templates.
    pub(crate) fn new(
        folder: &'m MeetingFolder,
        context: &'m Context,
    ) -> Result<DeliverySession<'m>, Error> {
        let composition = Composition::new(folder)?;
        let medium = folder.settings.mail.outbox.medium();
        Ok(DeliverySession { context, folder, composition, medium })
    }

    /// Whether messages go to a mail server.
    pub(crate) fn is_mailed(&self) -> bool {
        self.medium == Medium::Smtp
    }

    /// The ledger, for reading. One that does not exist yet is empty.
    pub(crate) fn ledger_for_reading(&self) -> Result<Ledger, Error> {
        let settings = &self.folder.settings;
        Ok(Ledger::look(&settings.mail.ledger, &settings.id)?)
    }

    /// The ledger, for changing it: see [`lock_ledger`].
    pub(crate) fn lock_ledger(&self, wait: Option<Duration>) -> Result<LockedLedger, Error> {
        // At once, not after waiting for another process.
        self.refuse_practice()?;
        lock_ledger(&self.folder.settings, wait, self.context)
    }

    /// Refuses to mail links that no server will accept.
    pub(crate) fn refuse_practice(&self) -> Result<(), Error> {
        if !self.is_mailed() || !self.folder.mint.key().is_practice() {
            return Ok(());
        }
        Err(Error::problem(self.folder.settings.key.location.problem(
            "practice",
            "this is a practice secret: no server will accept these links, so nothing is mailed",
            "enter your Jitsi server's own secret here",
        )))
    }

    /// The outbox, opened. `patience` is how long a run may wait for a mail server.
    pub(crate) fn outbox(&self, patience: Duration) -> Result<Outbox, Error> {
        Ok(match &self.folder.settings.mail.outbox {
            OutboxSettings::Folder { dir, .. } => Outbox::Folder(FolderOutbox::open(dir)?),
            OutboxSettings::Smtp(smtp) => {
                let from = self.composition.composer.sender().from_email();
                Outbox::Smtp(Box::new(relay::open(smtp, from, patience, self.context)?))
            }
        })
    }

    /// Sends what is due to entries of the ledger, in this order.
    pub(crate) fn deliver(
        &self,
        ledger: &mut Ledger,
        outbox: &Outbox,
        due: Vec<(i64, MessageKind)>,
        round: Option<i64>,
    ) -> Result<Summary, Error> {
        self.with_delivery(ledger, |delivery| delivery.send(outbox, due, round))
    }

    /// Sends, with progress and notes going to the front end.
    pub(crate) fn with_delivery(
        &self,
        ledger: &mut Ledger,
        work: impl FnOnce(&mut Delivery<'_>) -> Result<Summary, DeliveryError>,
    ) -> Result<Summary, Error> {
        let (context, mailed) = (self.context, self.is_mailed());
        let environment = &context.environment;
        let outside = DeliveryContext {
            now: &*environment.clock,
            stamp: environment.fixed_message_time()?,
            interrupted: &|| environment.is_interrupted(),
            progress: &|tally| context.event(&Event::Delivery { tally, mailed }),
            note: &|words| context.notice(&Notice::note("delivery", words)),
        };
        let mut delivery =
            Delivery::new(ledger, &self.composition.composer, &self.folder.mint, &outside);
        // Dropped after an error, too: it must not be printed into a progress bar.
        let _progress = context.begin_progress();
        Ok(work(&mut delivery)?)
    }

    /// Whether a message of this file name is in the folder outbox; over SMTP there are no files to miss.
    pub(crate) fn has_file(&self, name: &str) -> bool {
        match &self.folder.settings.mail.outbox {
            OutboxSettings::Folder { dir, .. } => dir.join(name).is_file(),
            OutboxSettings::Smtp(_) => true,
        }
    }
}

/// The ledger of a meeting, for changing it. Waits up to `wait` for another process that holds it. Messages that a
/// previous process was sending when it ended are found and marked.
pub(crate) fn lock_ledger(
    settings: &Settings,
    wait: Option<Duration>,
    context: &Context,
) -> Result<LockedLedger, Error> {
    // Before the ledger is opened, which may create it: an unused one has to be removed again.
    context.front_end.defer_interruptions();
    let mut ledger = open_ledger(settings, wait, context)?;
    let now = context.environment.now.as_second();
    // The files themselves tell what became of folder messages. Only mail can be in doubt.
    if let OutboxSettings::Folder { dir, .. } = &settings.mail.outbox {
        recover_folder(&mut ledger, dir, now)?;
    }
    // The lock is held, so the process that was sending these messages has ended.
    let doubts = ledger.recover(now)?;
    if doubts > 0 {
        let message = format!(
            "the previous run was interrupted: it is unknown whether {} arrived",
            counted(doubts, "message")
        );
        let hint = "`meetmint status` shows them as in doubt: find out whether they arrived, then run `meetmint settle`";
        context.notice(&Notice::warning("interrupted-run", message).hint(hint));
    }
    Ok(ledger)
}
