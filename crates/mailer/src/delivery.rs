//! Delivery: messages that are due are composed, committed as intents, sent, and their results recorded.
//!
//! Into a folder, messages are written one after the other. To a mail server they are sent over several connections at
//! once, each with a thread of its own ([`worker`]). The connections share a [`run`], and the [`ledger_writer`]
//! commits for all of them.

mod compose;
mod context;
mod error;
mod factory;
mod feed;
mod folder;
mod ledger_writer;
mod rate;
mod relay;
mod run;
mod session;
mod smtp;
mod summary;
mod sync;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod worker;

use meetmint_core::{Mint, address_in_key};

pub use compose::{MessageSpec, compose, is_ordinary_occasion, is_ordinary_person, try_compose};
pub use context::DeliveryContext;
pub use error::DeliveryError;
use factory::MessageFactory;
pub use feed::{DueMessages, Feed};
use folder::deliver_to_folder;
pub use folder::recover_folder;
pub use rate::{Pace, Rate};
pub use relay::Relay;
use run::Task;
pub use summary::{DeferredMessage, FailedMessage, Stopped, Summary, Tally};

use crate::ledger::{Doubt, Ledger};
use crate::message::Composer;
use crate::outbox::FolderOutbox;

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

    /// Sends the messages that are due, in this order. `round` is the round of reminders or new copies that they belong to.
    ///
    /// # Errors
    /// [`DeliveryError`]; what was sent before is in the ledger.
    pub fn send(
        &mut self,
        outbox: &Outbox,
        due: DueMessages<'_>,
        round: Option<i64>,
    ) -> Result<Summary, DeliveryError> {
        match outbox {
            Outbox::Folder(folder) => {
                deliver_to_folder(self.ledger, &self.factory, self.context, folder, due, round)
            }
            Outbox::Smtp(relay) => {
                let tasks = due.map(|(entry, kind)| Task::Due { entry, kind });
                smtp::send(self.ledger, self.factory, self.context, relay, tasks, round)
            }
        }
    }

    /// Checks that messages in doubt can be sent once more with the same bytes: only these are harmless when they arrive
    /// twice.
    ///
    /// # Errors
    /// [`DeliveryError::Changed`] if the bytes of one would no longer be the same.
    pub fn check_resend(&self, doubts: &[Doubt]) -> Result<(), DeliveryError> {
        let entries: Vec<i64> = doubts.iter().map(Doubt::entry).collect();
        for (doubt, entry) in doubts.iter().zip(self.ledger.outlines(&entries)?) {
            let outline = MessageFactory::outline_again(entry, &doubt.message)?;
            if self.factory.compose(outline)?.record.hash != doubt.message.hash {
                return Err(DeliveryError::Changed(address_in_key(&doubt.person).to_owned()));
            }
        }
        Ok(())
    }

    /// Sends messages in doubt once more, which [`check_resend`](Delivery::check_resend) has found unchanged.
    ///
    /// # Errors
    /// [`DeliveryError`]; what was sent before is in the ledger.
    pub fn resend(&mut self, relay: &Relay, doubts: Vec<Doubt>) -> Result<Summary, DeliveryError> {
        // Composed again when it is sent: only what identifies a message stays in memory for all of them.
        let tasks = Feed::from(doubts).map(|doubt| Task::Resend(Box::new(doubt.message)));
        smtp::send(self.ledger, self.factory, self.context, relay, tasks, None)
    }
}
