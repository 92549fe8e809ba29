//! Delivery: messages that are due are composed, committed as intents, sent, and their results recorded.
//!
//! Into a folder, messages are written one after the other. To a mail server they are sent over several connections at
//! once, each with a thread of its own ([`worker`]). The connections share a [`run`], and the [`ledger_writer`]
//! commits for all of them.

mod context;
mod error;
mod factory;
mod ledger_writer;
mod rate;
mod relay;
mod run;
mod smtp;
mod summary;
mod worker;

use std::path::Path;

use meetmint_core::{Email, Mint};

pub use context::DeliveryContext;
pub use error::DeliveryError;
use factory::{Draft, MessageFactory};
pub use factory::{MessageSpec, compose, try_compose};
pub use rate::{Pace, Rate};
pub use relay::Relay;
use run::Task;
pub use summary::{Stopped, Summary, Tally};

use crate::content::MessageKind;
use crate::ledger::{Intent, Ledger, LedgerError, Medium, MessageState, Recorded};
use crate::message::Composer;
use crate::outbox::{FolderOutbox, file_name, holds};

/// Messages whose intents share a commit in the folder outbox, which can tell afterwards what became of each.
const TOGETHER: usize = 64;

/// Where messages go.
pub enum Outbox {
    /// Files in a folder.
    Folder(FolderOutbox),
    /// A mail server.
    Smtp(Box<Relay>),
}

/// Delivers messages of one meeting.
pub struct Delivery<'d> {
    ledger: &'d mut Ledger,
    factory: MessageFactory<'d>,
    context: &'d DeliveryContext<'d>,
}

impl<'d> Delivery<'d> {
    /// A delivery of messages that `composer` makes, with links by `mint`.
    pub fn new(
        ledger: &'d mut Ledger,
        composer: &'d Composer,
        mint: &'d Mint,
        context: &'d DeliveryContext<'d>,
    ) -> Delivery<'d> {
        let factory = MessageFactory { composer, mint, now: context.now, stamp: context.stamp };
        Delivery { ledger, factory, context }
    }

    /// Sends the messages that are due, each given by its ledger entry and its kind, in this order. `round` is the round
    /// of reminders or fresh copies that they belong to.
    ///
    /// # Errors
    /// [`DeliveryError`]; what was sent before is in the ledger.
    pub fn send(
        &mut self,
        outbox: &Outbox,
        due: Vec<(i64, MessageKind)>,
        round: Option<i64>,
    ) -> Result<Summary, DeliveryError> {
        match outbox {
            Outbox::Folder(folder) => self.post_to_folder(folder, &due, round),
            Outbox::Smtp(relay) => {
                let tasks = due.into_iter().map(|(entry, kind)| Task::Due(entry, kind)).collect();
                smtp::send(self.ledger, self.factory, self.context, relay, tasks, round)
            }
        }
    }

    /// Sends messages in doubt once more, with the same bytes: those to `people`, or all if it is empty.
    ///
    /// # Errors
    /// [`DeliveryError::Changed`] before anything is sent, if the bytes of one would no longer be the same.
    pub fn resend(&mut self, relay: &Relay, people: &[String]) -> Result<Summary, DeliveryError> {
        let mut tasks = Vec::new();
        for tried in self.ledger.doubtful(Medium::Smtp)? {
            let person = self.ledger.person_of(tried.entry)?;
            if people.is_empty() || people.contains(&person) {
                let outline = MessageFactory::outline_again(self.ledger, &tried)?;
                if self.factory.write(outline)?.record.hash != tried.hash {
                    return Err(DeliveryError::Changed(person));
                }
                tasks.push(Task::Resend(Box::new(tried)));
            }
        }
        smtp::send(self.ledger, self.factory, self.context, relay, tasks, None)
    }

    fn post_to_folder(
        &mut self,
        folder: &FolderOutbox,
        due: &[(i64, MessageKind)],
        round: Option<i64>,
    ) -> Result<Summary, DeliveryError> {
        let mut summary = Summary { left: due.len(), ..Summary::default() };
        let mut results: Vec<Recorded> = Vec::new();
        for some in due.chunks(TOGETHER) {
            if (self.context.interrupted)() {
                summary.interrupted = true;
                break;
            }
            let mut drafts: Vec<Draft> = Vec::with_capacity(some.len());
            for (entry, kind) in some {
                let ledger = &*self.ledger;
                let outline = self.factory.outline(ledger, *entry, *kind, Medium::Folder, round)?;
                let draft = self.factory.write(outline)?;
                if draft.end <= self.factory.second() {
                    summary.left -= 1;
                    summary.over += 1;
                    continue;
                }
                folder.stage(&draft.name, &draft.message.bytes)?;
                drafts.push(draft);
            }
            let record = |draft: &Draft| Intent { record: draft.record.clone(), outcome: None };
            let intents: Vec<Intent> = drafts.iter().map(record).collect();
            let now = self.factory.second();
            let ids = self.ledger.intend(&std::mem::take(&mut results), &intents, now)?;
            for (draft, id) in drafts.iter().zip(ids) {
                folder.deliver(&draft.name)?;
                results.push(Recorded {
                    id,
                    state: MessageState::Written,
                    reply: None,
                    next_try: 0,
                });
                summary.delivered += 1;
                summary.left -= 1;
            }
            (self.context.progress)(summary.tally());
        }
        self.ledger.conclude(&results, self.factory.second())?;
        Ok(summary)
    }
}

/// Tells of each folder message that a dead process left behind whether it is there, byte for byte.
///
/// # Errors
/// [`LedgerError`] if the ledger does not answer.
pub fn recover_folder(ledger: &mut Ledger, folder: &Path, now: i64) -> Result<(), LedgerError> {
    let mut results = Vec::new();
    for tried in ledger.in_state(Medium::Folder, MessageState::Sending)? {
        let sheet = ledger.sheet_of_message(tried.id)?;
        let uid = ledger.uid_of(tried.entry)?;
        let there = Email::parse(sheet.address()).is_ok_and(|email| {
            let name = file_name(&email, uid, tried.sequence, tried.kind, tried.copy);
            holds(&folder.join(name), &tried.hash)
        });
        let state = if there { MessageState::Written } else { MessageState::Due };
        results.push(Recorded { id: tried.id, state, reply: None, next_try: 0 });
    }
    ledger.conclude(&results, now)
}

/// Decides messages in doubt as sent, for all or for some people.
///
/// # Errors
/// [`LedgerError`] if the ledger does not answer.
pub fn settle_sent(ledger: &mut Ledger, people: &[String], now: i64) -> Result<usize, LedgerError> {
    let mut settled = 0;
    for tried in ledger.doubtful(Medium::Smtp)? {
        let person = ledger.person_of(tried.entry)?;
        if people.is_empty() || people.contains(&person) {
            ledger.settle(tried.id, MessageState::Accepted, now)?;
            settled += 1;
        }
    }
    Ok(settled)
}
