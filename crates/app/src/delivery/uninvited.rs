//! Why nobody can be reminded.

use std::collections::HashSet;

use meetmint_core::address_in_key;
use meetmint_mailer::{Ledger, MessageKind};

use crate::delivery::session::DeliverySession;
use crate::error::Error;
use crate::selection::ChosenPeople;

/// Why nobody who is chosen is invited at the moment.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Uninvited {
    /// The meeting is called off for everybody.
    CalledOff,
    /// It is called off for these people alone, and nobody else who is chosen is invited.
    CalledOffFor(Vec<String>),
    /// So many invitations were cancelled, and that was taken back since: `send` invites them again.
    NotInvitedAgain(usize),
    /// Some had been invited; they were removed from the roster, or their meeting is over.
    NotNow,
    /// None of them has ever been invited.
    Never,
}

impl Uninvited {
    /// Looks up why, for those who are chosen. Nobody among them can be reminded.
    ///
    /// # Errors
    /// If the ledger cannot be read.
    pub(crate) fn find(
        session: &DeliverySession<'_>,
        ledger: &Ledger,
        chosen: &ChosenPeople,
    ) -> Result<Uninvited, Error> {
        if ledger.is_called_off()? {
            return Ok(Uninvited::CalledOff);
        }
        let mut invited = false;
        let (mut marked, mut seen, mut cancelled) = (Vec::new(), HashSet::new(), 0);
        for person in ledger.status(session.medium, &session.files()) {
            let person = person?;
            if !chosen.contains(&person.person)? {
                continue;
            }
            let key = address_in_key(&person.person).to_owned();
            if person.called_off {
                // Somebody may have several meetings.
                if seen.insert(key.clone()) {
                    marked.push(key);
                }
                continue;
            }
            // A reminder says nothing about whether somebody is invited.
            let mut known = person.messages.iter().filter(|message| {
                message.kind != MessageKind::Remind && message.state.may_be_known()
            });
            let Some(last) = known.next() else { continue };
            invited = true;
            if last.kind == MessageKind::Cancel && person.wanted {
                cancelled += 1;
            }
        }
        Ok(if cancelled > 0 {
            Uninvited::NotInvitedAgain(cancelled)
        } else if !marked.is_empty() {
            Uninvited::CalledOffFor(marked)
        } else if invited {
            Uninvited::NotNow
        } else {
            Uninvited::Never
        })
    }
}
