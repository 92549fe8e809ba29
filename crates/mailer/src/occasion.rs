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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ledger::testing::SNAPSHOT;

    fn sender() -> Sender {
        Sender::parse("Office <office@example.org>").unwrap()
    }

    /// A snapshot with another value at a path.
    fn with(path: &str, value: Value) -> Snapshot {
        let mut text: Value = serde_json::from_str(SNAPSHOT).unwrap();
        *text.pointer_mut(path).unwrap() = value;
        Snapshot::read(&text.to_string()).unwrap()
    }

    #[test]
    fn people_of_one_meeting_and_role_share_an_occasion() {
        let occasions = Occasions::default();
        let of = |path, value| occasions.of(&with(path, value), &sender()).unwrap();
        let first = of("/facts/name", json!("Ada"));
        for (path, value) in [
            ("/facts/name", json!("Grace")),
            ("/facts/language", json!("de")),
            ("/address", json!("grace@example.org")),
            ("/facts/server/key", json!("another")),
        ] {
            assert!(Arc::ptr_eq(&first, &of(path, value)), "{path}");
        }
        assert!(!Arc::ptr_eq(&first, &of("/facts/title", json!("Another"))));
        // Still known beside the other one.
        assert!(Arc::ptr_eq(&first, &of("/facts/name", json!("Jean"))));
    }

    #[test]
    fn only_the_last_occasions_are_remembered() {
        let occasions = Occasions::default();
        let of = |number: usize| {
            let snapshot = with("/facts/title", json!(format!("Meeting {number}")));
            occasions.of(&snapshot, &sender()).unwrap()
        };
        let first = of(0);
        for number in 1..=MOST {
            assert_eq!(of(number).meeting.title, format!("Meeting {number}"));
            assert_eq!(occasions.0.lock().unwrap().len(), MOST.min(number + 1));
        }
        let again = of(0);
        assert!(!Arc::ptr_eq(&first, &again));
        assert_eq!(again.meeting, first.meeting);
        // The one before it is among the last ones.
        assert!(Arc::ptr_eq(&again, &of(0)) && Arc::ptr_eq(&of(MOST), &of(MOST)));
    }

    #[test]
    fn an_occasion_has_the_organizer_of_its_event() {
        let occasions = Occasions::default();
        let of =
            |organizer: &str| occasions.of(&with("/facts/organizer", json!(organizer)), &sender());
        let [one, other] = ["A <a@example.org>", "B <b@example.org>"].map(|it| of(it).unwrap());
        assert_eq!([one.sender.organizer_name(), other.sender.organizer_name()], ["A", "B"]);
        assert_eq!(one.sender.from_email().as_str(), "office@example.org");
        assert!(of("nobody").is_none());
        // What is not valid is not remembered either.
        let never = with("/facts/closes", json!(0));
        assert!(
            occasions.of(&never, &sender()).is_none() && occasions.of(&never, &sender()).is_none()
        );
        assert_eq!(occasions.0.lock().unwrap().len(), 2);
    }
}
