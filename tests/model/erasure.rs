//! `ledger forget` and `ledger prune`: what they refuse, what they leave, and that nothing else changes.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;

use super::calendar::Cause;
use super::checks::Planned;
use super::reference::State;
use super::roster::{HELD_AGO, Person, Start};
use super::steps::{Command, Weather};
use super::system::{Ran, System};

/// What the ledger has of a person.
struct Known {
    /// States of messages that went by mail.
    states: Vec<String>,
}

/// What is due, refused and in doubt.
type Outlook = (Vec<(String, String)>, BTreeSet<Person>, BTreeSet<Person>);

impl System {
    /// Forgets a person, or is refused: then the model is as it was `before`.
    pub(super) fn forget(
        &mut self,
        person: Person,
        no_cancellation: bool,
        before: &State,
        state: &mut State,
    ) {
        let command = Command::Forget { person, no_cancellation };
        let known = self.known(person);
        let is_invited = !self.calendars.live(person).is_empty();
        let outlook = self.outlook(before);
        let ran = self.run_erasing(command, state);
        let is_new = known.is_some();
        let in_doubt = |state: &String| ["in_doubt", "sending"].contains(&state.as_str());
        let states = known.map(|known| known.states).unwrap_or_default();
        // Whether a doubt was ended by a later message is not told here.
        let may_be_in_doubt = states.iter().any(in_doubt);
        let is_in_doubt = states.last().is_some_and(in_doubt);
        let is_refused = before.refuses(command)
            || !is_new && !before.forgotten.contains(&person)
            || is_in_doubt
            || is_new && is_invited && !no_cancellation;
        let expected = if is_refused { Some(3) } else { Some(0) };
        let may_be_refused = may_be_in_doubt && ran.code == Some(3);
        if ran.code != expected && !may_be_refused {
            self.wrong.push(format!("{command:?} ended with {:?}, not {expected:?}", ran.code));
        }
        if ran.code != Some(0) {
            *state = before.clone();
        } else if is_new {
            self.forgotten += 1;
            self.calendars.forget(person);
            self.check_no_trace(person);
        }
        // Nobody else is affected.
        let after = self.outlook(state);
        let others = |outlook: Outlook| {
            let (mut messages, mut refused, mut in_doubt) = outlook;
            messages.retain(|(email, _)| *email != person.address());
            refused.remove(&person);
            in_doubt.remove(&person);
            (messages, refused, in_doubt)
        };
        self.compare(command, outlook.map(others).as_ref(), after.map(others).as_ref());
        self.check_people(state);
    }

    /// Erases what is long over, and nothing else.
    pub(super) fn prune(&mut self, state: &mut State) {
        let outlook = self.outlook(state);
        let live = |system: &System| {
            let live = |person: &Person| !system.calendars.live(*person).is_empty();
            Person::ALL.into_iter().filter(live).collect::<BTreeSet<_>>()
        };
        let invited = live(self);
        let ran = self.run_erasing(Command::Prune, state);
        if !matches!(ran.code, Some(0 | 4)) {
            self.wrong.push(format!("`ledger prune` ended with {:?}", ran.code));
        }
        let (before, held) = (self.calendars.held(), self.held());
        self.pruned += usize::from(before > held.len());
        if ran.code == Some(0) && !held.is_empty() {
            self.wrong.push(format!("`ledger prune` ended with 0, and {held:?} are still there"));
        }
        self.calendars.prune(held);
        state.known.retain(|person| self.known(*person).is_some());
        let forgotten: Vec<_> =
            invited.iter().filter(|person| self.known(**person).is_none()).collect();
        if !forgotten.is_empty() {
            self.wrong.push(format!("{forgotten:?} are invited, and not in the ledger any more"));
        }
        let after = self.outlook(state);
        self.compare(Command::Prune, outlook.as_ref(), after.as_ref());
        self.check_people(state);
    }

    /// Meetings that begin at this time take place: nobody has to be mailed about them any more. By then everything is known
    /// about messages in doubt; otherwise they do not take place, and the model is as it was `before`.
    pub(super) fn take_place(&mut self, start: Start, before: &State, state: &mut State) {
        if before.held.contains(&start) {
            return;
        }
        self.settle(&Weather::default(), before);
        if Person::ALL.into_iter().any(|person| self.calendars.truth(person).is_some()) {
            *state = before.clone();
            return;
        }
        self.write_files(state);
        if self.folder.exists("ledger.db") {
            let (_, announced, _) = start.times(false);
            let announced = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", announced).unwrap();
            let announced = announced.in_tz("UTC").unwrap().timestamp().as_second();
            let ago = HELD_AGO.as_secs();
            let sql = "UPDATE entry SET start = start - ?2, end = end - ?2
                       WHERE start BETWEEN ?1 AND ?1 + 59";
            self.folder.ledger().execute(sql, [announced, ago]).unwrap();
            let held = self.held();
            self.calendars.set_held(held);
        }
        self.check_people(state);
    }

    /// The UIDs of events in the ledger that took place.
    pub(super) fn held(&self) -> HashSet<String> {
        if !self.folder.exists("ledger.db") {
            return HashSet::new();
        }
        let ledger = self.folder.ledger();
        let sql = "SELECT lower(hex(uid)) FROM entry WHERE end < unixepoch() - 90 * 24 * 3600";
        let mut select = ledger.prepare(sql).unwrap();
        let uids = select.query_map([], |row| row.get(0)).unwrap();
        uids.collect::<Result<_, _>>().unwrap()
    }

    fn run_erasing(&mut self, command: Command, state: &State) -> Ran {
        let args = [command.args(), vec!["--yes".to_owned()]].concat();
        let ran = self.run(&args, &Weather::default());
        let attempts = self.server.take_attempts();
        self.record(&attempts, &Cause { command, resends: false, was_killed: false, state });
        ran
    }

    /// What the ledger has of a person; `None` if it knows nobody with the address.
    fn known(&mut self, person: Person) -> Option<Known> {
        if !self.folder.exists("ledger.db") {
            return None;
        }
        let ran = self.run(&["ledger", "export", "--only", &person.address()], &Weather::default());
        if ran.code != Some(0) {
            return None;
        }
        let records = ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mailed =
            records.filter(|record| record["type"] == "message" && record["medium"] == "smtp");
        let states = mailed.map(|record| record["state"].as_str().unwrap_or_default().to_owned());
        Some(Known { states: states.collect() })
    }

    /// What `plan` says; `None` if it says nothing.
    fn outlook(&mut self, state: &State) -> Option<Outlook> {
        let Planned { messages, refused, in_doubt, .. } = self.plan(state, None)?;
        Some((messages, refused, in_doubt))
    }

    fn compare(&mut self, command: Command, before: Option<&Outlook>, after: Option<&Outlook>) {
        if before != after {
            self.wrong.push(format!("{command:?}: `plan` said {before:?}, and now {after:?}"));
        }
    }

    /// Nothing in the ledger and the folder outbox has the address of a person.
    fn check_no_trace(&mut self, person: Person) {
        let address = person.address();
        let has = |octets: &[u8]| {
            let octets = octets.to_ascii_lowercase();
            octets.windows(address.len()).any(|some| some == address.as_bytes())
        };
        for name in ["ledger.db", "ledger.db-wal"] {
            let octets = std::fs::read(self.folder.path().join(name)).unwrap_or_default();
            if has(&octets) {
                self.wrong.push(format!("{address} is still in {name}"));
            }
        }
        if self.folder.exists("outbox")
            && self.folder.file_names("outbox").iter().any(|name| has(name.as_bytes()))
        {
            self.wrong.push(format!("{address} is still in the folder outbox"));
        }
    }

    /// `plan` names everybody who is left out, and nobody else.
    pub(super) fn check_left_out(&mut self, state: &State, plan: &Planned) {
        let rows = state.rows.iter().filter(|row| !state.is_bad(row));
        let left_out = rows.filter(|row| state.is_left_out(row.person)).map(|row| {
            let reason =
                if state.forgotten.contains(&row.person) { "forgotten" } else { "called_off" };
            (row.person, reason.to_owned())
        });
        let left_out: BTreeSet<(Person, String)> = left_out.collect();
        if plan.left_out != left_out {
            self.wrong.push(format!("`plan` leaves out {:?}, not {left_out:?}", plan.left_out));
        }
    }
}
