//! A meeting folder, what its messages are made with, and its ledger: what `plan` and everything that sends work with.

use std::time::Duration;

use meetmint_mailer::{
    Delivery, DeliveryContext, DeliveryError, DueMessages, FolderFiles, FolderOutbox, IfLost,
    Ledger, LockedLedger, Medium, Outbox, Summary, recover_folder,
};

use crate::composition::Composition;
use crate::context::Context;
use crate::delivery::lock::open_ledger;
use crate::error::Error;
use crate::folder::MeetingFolder;
use crate::front_end::{Event, Notice};
use crate::mailing::MailFolder;
use crate::phrases::counted;
use crate::relay::{self, Access};
use crate::settings::{OutboxSettings, Settings};

/// Safety checks that are overridden. By default none is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Mail people with `yes` from a ledger that has never mailed anybody, and begin a new ledger if it was lost.
    pub first: bool,
    /// Cancel more than a fifth of those invited, and more than five.
    pub cancel_many: bool,
    /// Treat a meeting whose invitations are over as the same one, postponed.
    pub postponed: bool,
}

/// The ledger, for changing it. Waits up to `wait` for another process that holds it. Messages that a previous process was
/// sending when it ended are found and marked.
pub(crate) fn lock_ledger(
    settings: &Settings,
    wait: Option<Duration>,
    if_lost: IfLost,
    context: &Context,
) -> Result<LockedLedger, Error> {
    // Before the ledger is opened, which may create it: an unused one has to be removed again.
    context.front_end.defer_interruptions();
    let mut ledger = open_ledger(settings, wait, if_lost, context)?;
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

impl Overrides {
    /// Those of a command that invites nobody: whether the roster needs an override is a question for `send`.
    pub(crate) const LEFT_TO_SEND: Overrides =
        Overrides { first: false, cancel_many: true, postponed: true };

    /// What a ledger that was lost means.
    pub(crate) fn if_lost(self) -> IfLost {
        if self.first { IfLost::StartAnew } else { IfLost::Refuse }
    }
}

/// A meeting folder that messages are sent for.
pub(crate) struct DeliverySession<'m> {
    pub(crate) context: &'m Context,
    pub(crate) folder: &'m MeetingFolder,
    pub(crate) composition: &'m Composition,
    pub(crate) medium: Medium,
    access: Option<&'m Access>,
}

impl<'m> DeliverySession<'m> {
    /// A session with a folder in which everything is valid.
    pub(crate) fn new(mail: &'m MailFolder, context: &'m Context) -> DeliverySession<'m> {
        let MailFolder { folder, composition, access } = mail;
        let medium = folder.settings.mail.outbox.medium();
        DeliverySession { context, folder, composition, medium, access: access.as_ref() }
    }

    /// Whether messages go to a mail server.
    pub(crate) fn is_mailed(&self) -> bool {
        self.medium == Medium::Smtp
    }

    /// The ledger, for reading. One that does not exist yet is empty.
    pub(crate) fn ledger_for_reading(&self, if_lost: IfLost) -> Result<Ledger, Error> {
        let settings = &self.folder.settings;
        Ok(Ledger::look_with(&settings.mail.ledger, &settings.id, if_lost)?)
    }

    /// The ledger, for changing it: see [`lock_ledger`].
    pub(crate) fn lock_ledger(&self, wait: Option<Duration>) -> Result<LockedLedger, Error> {
        self.lock_ledger_with(wait, IfLost::Refuse)
    }

    /// As [`lock_ledger`](DeliverySession::lock_ledger); a ledger that was lost may be replaced.
    pub(crate) fn lock_ledger_with(
        &self,
        wait: Option<Duration>,
        if_lost: IfLost,
    ) -> Result<LockedLedger, Error> {
        lock_ledger(&self.folder.settings, wait, if_lost, self.context)
    }

    /// The outbox, opened. `patience` is how long a run may wait for a mail server.
    pub(crate) fn outbox(&self, patience: Duration) -> Result<Outbox, Error> {
        Ok(match &self.folder.settings.mail.outbox {
            OutboxSettings::Folder { dir, .. } => Outbox::Folder(FolderOutbox::open(dir)?),
            OutboxSettings::Smtp(smtp) => {
                // Only commands that send nothing do without it.
                let access = self.access.cloned().ok_or_else(|| {
                    Error::failed("access", "the password for the mail server was not read")
                })?;
                Outbox::Smtp(Box::new(relay::open(smtp, access, patience, self.context)))
            }
        })
    }

    /// Sends what is due to entries of the ledger, in this order.
    pub(crate) fn deliver(
        &self,
        ledger: &mut Ledger,
        outbox: &Outbox,
        due: DueMessages<'_>,
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

    /// The files of the folder outbox; over SMTP there are no files to miss.
    pub(crate) fn files(&self) -> FolderFiles {
        self.folder.settings.mail.outbox.files()
    }
}
