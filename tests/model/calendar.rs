//! Everybody's calendar, and what must never be in anybody's mailbox.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::message::{Message, Method};
use super::reference::State;
use super::roster::{Event, Person};
use super::server::{Attempt, Outcome};
use super::steps::Command;

/// What everybody received, and what a calendar program makes of it.
#[derive(Default)]
pub(super) struct Calendars {
    events: HashMap<(Person, String), Entry>,
    identities: HashMap<String, Identity>,
    /// Message-IDs of messages that may have arrived.
    ids: HashSet<(Person, String)>,
    /// Whether what may be in doubt did arrive, by person and UID. Without a UID: an attempt that a kill interrupted before
    /// the message.
    doubts: BTreeMap<Person, BTreeMap<String, bool>>,
    /// People to whom `settle --resend` sent the same message once more, and it was not accepted: it is due again.
    resent: HashSet<Person>,
    /// People to whom the ledger may have a message in doubt that the server does not have.
    interrupted: HashSet<Person>,
    /// People to whom the server has refused something.
    refused: HashSet<Person>,
    /// People of whom `meetmint` may not know whether something arrived.
    doubted: HashSet<Person>,
    /// UIDs of events that took place, as the ledger knows them.
    held: HashSet<String>,
    /// Those that were pruned from it.
    pruned: HashSet<String>,
    /// UIDs of reminders within the last hour.
    reminded: HashSet<String>,
}

/// An event in somebody's calendar.
struct Entry {
    sequence: u32,
    stamp: String,
    is_cancelled: bool,
    /// Whether its person was forgotten since, so that it is left as it is.
    is_left: bool,
    event: Event,
}

/// What was said under a UID, by messages that may have arrived.
struct Identity {
    person: Person,
    organizer: String,
    sequence: u32,
    stamp: String,
    /// The last REQUEST or CANCEL: its method, SEQUENCE and event.
    last: Option<(Method, u32, Event)>,
}

/// The command that sent something.
pub(super) struct Cause<'a> {
    pub(super) command: Command,
    /// Whether it is `settle --resend`.
    pub(super) resends: bool,
    pub(super) was_killed: bool,
    pub(super) state: &'a State,
}

impl Calendars {
    /// The events in a person's calendar that were neither cancelled nor held, and that belong to somebody in the ledger.
    pub(super) fn live(&self, person: Person) -> Vec<&Event> {
        let events = self.events.iter().filter(|((whose, _), _)| *whose == person);
        let live = events.filter(|((_, uid), entry)| {
            !entry.is_cancelled && !entry.is_left && !self.is_held(uid)
        });
        let mut live: Vec<&Event> = live.map(|(_, entry)| &entry.event).collect();
        live.sort();
        live
    }

    /// Whether a person's calendar is exactly this.
    pub(super) fn is_exactly(&self, person: Person, wanted: Option<&BTreeSet<Event>>) -> bool {
        self.live(person).into_iter().eq(wanted.into_iter().flatten())
    }

    /// Whether something to a person was ever refused.
    pub(super) fn was_refused(&self, person: Person) -> bool {
        self.refused.contains(&person)
    }

    /// Whether it was ever unknown whether something to a person arrived.
    pub(super) fn was_in_doubt(&self, person: Person) -> bool {
        self.doubted.contains(&person)
    }

    /// Whether the messages in doubt arrived: all, none, or only some of them. `None` if there are none.
    pub(super) fn truth(&self, person: Person) -> Option<BTreeSet<bool>> {
        let doubts = self.doubts.get(&person)?;
        (!doubts.is_empty()).then(|| doubts.values().copied().collect())
    }

    /// `meetmint` says that nothing to a person is in doubt.
    pub(super) fn forget_doubts(&mut self, person: Person) {
        self.doubts.remove(&person);
    }

    pub(super) fn forget_reminders(&mut self) {
        self.reminded.clear();
    }

    /// `meetmint` knows nothing of a person any more.
    pub(super) fn forget(&mut self, person: Person) {
        self.doubts.remove(&person);
        self.resent.remove(&person);
        for ((whose, _), entry) in &mut self.events {
            entry.is_left |= *whose == person && !entry.is_cancelled;
        }
        // An invitation may say the same once more.
        for identity in self.identities.values_mut().filter(|one| one.person == person) {
            identity.last = None;
        }
    }

    /// How many events in the ledger took place.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// The events in the ledger that took place.
    pub(super) fn set_held(&mut self, held: HashSet<String>) {
        self.held = held;
    }

    /// Those that took place, and are no longer in the ledger.
    pub(super) fn prune(&mut self, held: HashSet<String>) {
        let gone = self.held.difference(&held).cloned();
        self.pruned.extend(gone);
        self.held = held;
    }

    fn is_held(&self, uid: &str) -> bool {
        self.held.contains(without_host(uid)) || self.is_pruned(uid)
    }

    fn is_pruned(&self, uid: &str) -> bool {
        self.pruned.contains(without_host(uid))
    }

    /// Records what the server got during a command. Returns what is wrong with it.
    pub(super) fn record(&mut self, attempts: &[Attempt], cause: &Cause<'_>) -> Vec<String> {
        let mut wrong = Vec::new();
        // A UID gets at most one message in one run.
        let mut mailed = HashSet::new();
        for attempt in attempts {
            let to = attempt.to;
            let may_have_arrived =
                matches!(attempt.outcome, Outcome::Accepted | Outcome::Unknown { .. });
            if attempt.outcome == Outcome::Refused {
                self.refused.insert(to);
            }
            if cause.was_killed || matches!(attempt.outcome, Outcome::Unknown { .. }) {
                self.doubted.insert(to);
            }
            if cause.resends && attempt.outcome != Outcome::Accepted {
                self.resent.insert(to);
            }
            if cause.was_killed && attempt.outcome != Outcome::Accepted {
                // The ledger may have it in doubt, even if the server refused it or has never seen it.
                self.interrupted.insert(to);
                for identity in self.identities.values_mut().filter(|one| one.person == to) {
                    identity.last = None;
                }
            }
            let Some(bytes) = &attempt.message else {
                if cause.was_killed {
                    self.doubts.entry(to).or_default().insert(String::new(), false);
                }
                continue;
            };
            let message = match Message::read(bytes) {
                Ok(message) => message,
                Err(reason) => {
                    wrong.push(format!("{to:?} got a message with {reason}"));
                    continue;
                }
            };
            let mut check = |holds: bool, what: &str| {
                if !holds {
                    let Message { method, sequence, uid, .. } = &message;
                    let uid = &uid[..6];
                    wrong.push(format!("{to:?} got {method:?} {uid} {sequence}: {what}"));
                }
            };
            check_contents(&message, to, cause, &mut check);
            if may_have_arrived {
                let is_new = mailed.insert(message.uid.clone());
                check(is_new || cause.resends, "the second message about one event in one run");
                self.check_history(&message, to, cause, &mut check);
            }
            self.note(message, attempt, cause);
        }
        wrong
    }

    fn check_history(
        &self,
        message: &Message,
        to: Person,
        cause: &Cause<'_>,
        check: &mut impl FnMut(bool, &str),
    ) {
        let is_repeat = cause.resends || self.resent.contains(&to);
        let id = (to, message.id.clone());
        check(!self.ids.contains(&id) || is_repeat, "a Message-ID that was used already");
        if message.method == Method::Publish {
            let may_repeat = matches!(
                cause.command,
                Command::Remind { again: true, .. } | Command::RemindBefore { again: true }
            );
            let is_first = !self.reminded.contains(&message.uid);
            check(is_first || may_repeat || is_repeat, "a second reminder within the hour");
            let event = self.events.get(&(to, message.uid.clone()));
            let in_doubt = self.doubts.contains_key(&to);
            let is_invited = event.is_some_and(|event| !event.is_cancelled);
            check(is_invited || in_doubt || is_repeat, "a reminder without an invitation");
            let is_same = event.is_some_and(|event| {
                event.event == message.event && event.sequence == message.sequence
            });
            check(is_same || in_doubt || is_repeat, "a reminder of something else");
        }
        // `remind` goes by the time in the message that was sent, and that one the test cannot change.
        let is_over = if message.method == Method::Publish {
            self.is_pruned(&message.uid)
        } else {
            self.is_held(&message.uid)
        };
        check(!is_over, "a message about an event that took place");
        if message.method == Method::Request {
            let place =
                |event: &Event| (event.room.clone(), event.start.clone(), event.organizer.clone());
            let is_beside = |((whose, uid), entry): (&(Person, String), &Entry)| {
                *whose == to
                    && *uid != message.uid
                    && entry.is_left
                    && !self.is_held(uid)
                    && place(&entry.event) == place(&message.event)
            };
            let has_left = self.events.iter().any(is_beside);
            check(!has_left, "a second event beside the one that stayed in the calendar");
        }
        let Some(identity) = self.identities.get(&message.uid) else {
            let may_be_unseen = self.interrupted.contains(&to);
            check(message.method != Method::Cancel || may_be_unseen, "a cancellation of nothing");
            return;
        };
        check(identity.person == to, "a UID of somebody else");
        check(identity.organizer == message.event.organizer, "another ORGANIZER");
        if cause.resends {
            return;
        }
        check(message.stamp > identity.stamp, "a DTSTAMP that is not later");
        if message.method == Method::Publish {
            return;
        }
        check(message.sequence >= identity.sequence, "a lower SEQUENCE");
        let Some((method, sequence, event)) = &identity.last else { return };
        let says_same =
            *method == message.method && (*method == Method::Cancel || *event == message.event);
        check(says_same || message.sequence > *sequence, "the SEQUENCE of something else");
        let may_repeat = matches!(
            cause.command,
            Command::Send { again: true, .. } | Command::SendPart { again: true, .. }
        );
        check(!says_same || may_repeat || is_repeat, "the same once more");
    }

    /// Adds a message to what is known.
    fn note(&mut self, message: Message, attempt: &Attempt, cause: &Cause<'_>) {
        let to = attempt.to;
        let arrived = match attempt.outcome {
            Outcome::Accepted => true,
            Outcome::Unknown { arrived } => arrived,
            Outcome::Refused | Outcome::Deferred => false,
        };
        let is_certain = !matches!(attempt.outcome, Outcome::Unknown { .. });
        let doubts = self.doubts.entry(to).or_default();
        if cause.was_killed || !is_certain {
            doubts.insert(message.uid.clone(), arrived);
        } else if arrived {
            doubts.remove(&message.uid);
            self.resent.remove(&to);
        }
        if doubts.is_empty() {
            self.doubts.remove(&to);
        }
        if !arrived && is_certain {
            return;
        }
        self.ids.insert((to, message.id));
        let identity = self.identities.entry(message.uid.clone()).or_insert_with(|| Identity {
            person: to,
            organizer: message.event.organizer.clone(),
            sequence: 0,
            stamp: String::new(),
            last: None,
        });
        identity.sequence = identity.sequence.max(message.sequence);
        identity.stamp = identity.stamp.clone().max(message.stamp.clone());
        if message.method == Method::Publish {
            self.reminded.insert(message.uid.clone());
        } else {
            identity.last = Some((message.method, message.sequence, message.event.clone()));
        }
        if !arrived {
            return;
        }
        // RFC 5546 §2.1.5: the higher SEQUENCE counts, and with the same one the later DTSTAMP.
        let key = (to, message.uid);
        let is_newer = self.events.get(&key).is_none_or(|event| {
            (event.sequence, &event.stamp) <= (message.sequence, &message.stamp)
        });
        if is_newer {
            let (sequence, stamp, event) = (message.sequence, message.stamp, message.event);
            let is_cancelled = message.method == Method::Cancel;
            let entry = Entry { sequence, stamp, is_cancelled, is_left: false, event };
            self.events.insert(key, entry);
        }
    }
}

/// What can be told from the message, the command and the roster alone.
fn check_contents(
    message: &Message,
    to: Person,
    cause: &Cause<'_>,
    check: &mut impl FnMut(bool, &str),
) {
    let address = to.address();
    let is_own = |value: &Option<String>| value.as_ref().is_none_or(|value| *value == address);
    check(is_own(&message.attendee), "another ATTENDEE");
    let link_email = message.link_email.as_ref().map(|email| email.to_lowercase());
    check(is_own(&link_email), "somebody else's link");
    let is_room = |room: &String| *room == message.event.room;
    check(message.link_room.as_ref().is_none_or(is_room), "a link for another room");
    let method = message.method;
    let (is_possible, what) = match cause.command {
        Command::Send { .. } | Command::SendPart { .. } => {
            (method != Method::Publish, "a reminder by `send`")
        }
        Command::Remind { .. } | Command::RemindBefore { .. } => {
            (method == Method::Publish, "something else by `remind`")
        }
        Command::Cancel { .. } => (method == Method::Cancel, "something else by `cancel`"),
        Command::Undo { .. } => (false, "mail by `cancel --undo`"),
        Command::Settle => (cause.resends, "mail by `settle --sent`"),
        Command::Forget { .. } | Command::Include { .. } | Command::Prune => {
            (false, "mail by `ledger`")
        }
    };
    check(is_possible, what);
    let state = cause.state;
    check(!state.forgotten.contains(&to), "mail to somebody who is forgotten");
    if method != Method::Cancel {
        check(!state.is_called_off_for(to), "not a cancellation, though called off");
    } else if !state.is_called_off_for(to) && !cause.resends {
        let has_bad = state.rows.iter().any(|row| row.person == to && state.is_bad(row));
        check(!has_bad, "a cancellation because of a bad row");
        check(!state.has_unreadable_address(), "a cancellation though a row may be anybody's");
        let has_over = state.rows.iter().any(|row| row.person == to && state.is_over(row));
        let has_live = state.live_rows().any(|row| row.person == to);
        let is_replaced = has_live && message.event.organizer != state.organizer.address();
        check(!has_over || is_replaced, "a cancellation because of a row that is over");
    }
}

/// What the ledger has of a UID.
fn without_host(uid: &str) -> &str {
    uid.split('@').next().unwrap_or_default()
}
