//! What the messages to several people are about: meeting, role and window. It is the same for nearly everybody, so it is
//! made from the ledger's records once.

use std::sync::{Arc, Mutex, PoisonError};

use meetmint_core::{Meeting, Role, Window};

use crate::sender::Sender;
use crate::snapshot::{Facts, Snapshot};

/// The most occasions that are remembered: the roles of a few meetings.
const MOST: usize = 12;

/// What a message is about, besides the person.
#[derive(Debug)]
pub(crate) struct Occasion {
    pub(crate) meeting: Meeting,
    pub(crate) window: Window,
    pub(crate) role: Role,
    /// With the event's own organizer, which calendars know its UID with: the meeting may have another one by now.
    pub(crate) sender: Sender,
}

/// The occasions of the last messages from one sender.
#[derive(Debug, Default)]
pub(crate) struct Occasions(Mutex<Vec<(Facts, Arc<Occasion>)>>);

impl Occasions {
    /// The occasion of a snapshot; `None` if a value is no longer valid. `sender` is the same in each call.
    pub(crate) fn of(&self, snapshot: &Snapshot, sender: &Sender) -> Option<Arc<Occasion>> {
        let facts = snapshot.facts();
        // A panic leaves whole pairs behind.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = known.iter().position(|(known, _)| known.is_same_occasion(facts)) {
            known[..=at].rotate_right(1);
            return Some(Arc::clone(&known[0].1));
        }
        let occasion = Arc::new(Occasion {
            meeting: snapshot.meeting()?,
            window: snapshot.window()?,
            role: snapshot.role(),
            sender: sender.on_behalf_of(facts.organizer())?,
        });
        known.truncate(MOST - 1);
        known.insert(0, (facts.clone(), Arc::clone(&occasion)));
        Some(occasion)
    }
}
