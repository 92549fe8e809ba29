//! What commands say, compared with the model and the calendars.

use std::collections::BTreeSet;

use serde_json::Value;

use super::reference::State;
use super::roster::Person;
use super::server::Attempt;
use super::steps::{Command, Weather};
use super::system::{Ran, System};

/// What `plan` says about people.
pub(super) struct Planned {
    pub(super) due: BTreeSet<Person>,
    pub(super) refused: BTreeSet<Person>,
    pub(super) in_doubt: BTreeSet<Person>,
    /// Who is left out, and why.
    pub(super) left_out: BTreeSet<(Person, String)>,
    /// Address and kind of each message that is due, in alphabetical order.
    pub(super) messages: Vec<(String, String)>,
    /// Whether one of them was tried before, and perhaps waits.
    pub(super) waits: bool,
}

impl System {
    /// Whether the exit code is one of those that the command may have.
    pub(super) fn check_exit(
        &mut self,
        command: Command,
        ran: &Ran,
        before: &State,
        state: &State,
        silent: bool,
    ) {
        let is_next_event = is_next_event(before, ran);
        let may_fail_to_render = state.updates_fail && ran.stderr.contains("update.txt");
        let is_refused = ran.code == Some(3);
        if is_refused && !silent {
            self.wrong.push(format!("{command:?} ended with 3, but sent something"));
        }
        let is_absent = |person: Person| {
            !before.known.contains(&person) && !before.live_rows().any(|row| row.person == person)
        };
        let may_be_refused = match command {
            Command::Send { only, .. } | Command::Remind { only, .. } => {
                may_fail_to_render
                    || is_next_event
                    || only.is_some_and(is_absent)
                    || !self.folder.exists("ledger.db")
            }
            Command::RemindBefore { .. } => is_next_event || !self.folder.exists("ledger.db"),
            _ => may_fail_to_render || is_next_event,
        };
        let expects = before.refuses(command);
        if expects != is_refused && !(is_refused && may_be_refused) {
            let expected = if expects { "3" } else { "not 3" };
            self.wrong.push(format!("{command:?} ended with {:?}, expected {expected}", ran.code));
        }
    }

    /// `send` sends what `plan` announces.
    pub(super) fn check_announced(&mut self, plan: &Planned, ran: &Ran, attempts: &[Attempt]) {
        if ran.code.is_none_or(|code| code == 3) {
            return;
        }
        let mut sent: Vec<String> = attempts.iter().map(|attempt| attempt.to.address()).collect();
        sent.sort();
        let planned: Vec<String> = plan.messages.iter().map(|(email, _)| email.clone()).collect();
        // Some of those that are tried again may have to wait.
        let is_as_announced = if plan.waits {
            sent.iter().all(|email| planned.contains(email))
        } else {
            sent == planned
        };
        if !is_as_announced {
            self.wrong.push(format!("planned for {planned:?}, sent to {sent:?}"));
        }
    }

    /// Whether what a command says about those chosen is true.
    pub(super) fn check_result(
        &mut self,
        command: Command,
        ran: &Ran,
        after: &Planned,
        is_calm: bool,
    ) {
        let open = after.due.iter().chain(&after.refused).chain(&after.in_doubt);
        let open: BTreeSet<Person> = open.copied().filter(|one| command.chooses(*one)).collect();
        match command {
            Command::Send { again: false, .. } if ran.code == Some(0) && !open.is_empty() => {
                self.wrong.push(format!("`send` ended with 0, but {open:?} lack something"));
            }
            Command::Send { again: false, skip_bad_rows: false, .. }
                if ran.code == Some(4) && is_calm && open.is_empty() =>
            {
                self.wrong.push("`send` ended with 4, and everybody has everything".to_owned());
            }
            Command::Cancel { .. } if ran.code == Some(0) => {
                let chosen = Person::ALL.iter().filter(|person| command.chooses(**person));
                let invited: Vec<&Person> =
                    chosen.filter(|person| !self.calendars.live(**person).is_empty()).collect();
                if !invited.is_empty() {
                    self.wrong.push(format!("`cancel` ended with 0, but {invited:?} are invited"));
                }
            }
            _ => {}
        }
    }

    /// `plan` and `status` against the calendars: nobody is forgotten, and nobody has too much.
    pub(super) fn check_people(&mut self, state: &State) -> Option<Planned> {
        // What was written to a folder, nobody has: the plan is about another record than the calendars.
        if state.writes_files {
            return None;
        }
        let plan = self.plan(state, None)?;
        let wanted = state.wanted();
        let has_reason = plan.refused.iter().all(|person| self.calendars.was_refused(*person))
            && plan.in_doubt.iter().all(|person| self.calendars.was_in_doubt(*person));
        if !has_reason {
            let Planned { refused, in_doubt, .. } = &plan;
            self.wrong.push(format!("{refused:?} were not refused, or {in_doubt:?} not in doubt"));
        }
        for person in Person::ALL {
            if ![&plan.in_doubt, &plan.due, &plan.refused].iter().any(|some| some.contains(&person))
            {
                self.calendars.forget_doubts(person);
            }
            let rows = || state.rows.iter().filter(|row| row.person == person);
            let is_open = plan.due.contains(&person)
                || plan.refused.contains(&person)
                || plan.in_doubt.contains(&person)
                || state.has_unreadable_address()
                || rows().any(|row| state.is_bad(row) || state.is_over(row));
            if !is_open && !self.calendars.is_exactly(person, wanted.get(&person)) {
                let has = self.calendars.live(person);
                let wants = wanted.get(&person);
                self.wrong.push(format!("{person:?} has {has:#?}\n and should have {wants:#?}"));
            }
        }
        self.check_left_out(state, &plan);
        self.check_status(state, &plan);
        Some(plan)
    }

    /// `status` says the same as `plan`.
    pub(super) fn check_status(&mut self, state: &State, plan: &Planned) {
        let ran = self.run(&["status", "--format", "json"], &Weather::default());
        let Ok(report) = serde_json::from_str::<Value>(&ran.stdout) else {
            self.wrong.push(format!("`status` ended with {:?}", ran.code));
            return;
        };
        if !state.is_clean() {
            return;
        }
        let people = report["people"].as_array().into_iter().flatten();
        let people: Vec<(Option<Person>, &str, &str)> = people
            .map(|person| {
                let text = |name: &str| person[name].as_str().unwrap_or_default();
                (Person::by_address(text("email")), text("kind"), text("state"))
            })
            .collect();
        let in_states = |states: &[&str]| -> BTreeSet<Person> {
            let some = people.iter().filter(|(_, _, state)| states.contains(state));
            some.filter_map(|(person, _, _)| *person).collect()
        };
        let waiting = in_states(&["due", "deferred", "sending"]);
        for (planned, shown, what) in [
            (&plan.due, &waiting, "due"),
            (&plan.refused, &in_states(&["refused"]), "refused"),
            (&plan.in_doubt, &in_states(&["in_doubt"]), "in doubt"),
        ] {
            if !planned.is_subset(shown) {
                self.wrong.push(format!("`status` shows {shown:?} as {what}, `plan` {planned:?}"));
            }
        }
        let waiting = people
            .iter()
            .filter(|(_, kind, state)| *kind != "remind" && ["due", "deferred"].contains(state));
        let waiting: BTreeSet<Person> = waiting.filter_map(|(person, _, _)| *person).collect();
        if !waiting.is_subset(&plan.due) {
            self.wrong.push(format!("`status` shows {waiting:?} as due, `plan` {:?}", plan.due));
        }
        let doubts = in_states(&["in_doubt"]);
        if !doubts.iter().all(|one| plan.in_doubt.contains(one) || plan.due.contains(one)) {
            self.wrong.push(format!("`status` shows {doubts:?} as in doubt, `plan` does not"));
        }
    }

    /// What `plan` says, for a choice or for everybody; `None` if it says nothing because something is wrong in the folder.
    pub(super) fn plan(&mut self, state: &State, choice: Option<Command>) -> Option<Planned> {
        let mut args = choice.map_or_else(|| vec!["send".to_owned()], Command::args);
        if choice.is_none() && !state.is_clean() {
            args.push("--skip-bad-rows".to_owned());
        }
        args.extend(["--dry-run", "--format", "json"].map(str::to_owned));
        let ran = self.run(&args, &Weather::default());
        if ran.code == Some(3) {
            let is_allowed = choice.is_some()
                || is_next_event(state, &ran)
                || state.has_nothing_ahead()
                || state.updates_fail && ran.stderr.contains("update.txt");
            if !is_allowed {
                self.wrong.push("`plan` ended with 3".to_owned());
            }
            return None;
        }
        let Ok(report) = serde_json::from_str::<Value>(&ran.stdout) else {
            self.wrong.push(format!("`plan` ended with {:?}", ran.code));
            return None;
        };
        let people = |name: &str| {
            let some = report[name].as_array().into_iter().flatten();
            some.filter_map(|email| Person::by_address(email.as_str()?)).collect()
        };
        let due: Vec<&Value> = report["due"].as_array().into_iter().flatten().collect();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut messages: Vec<(String, String)> =
            due.iter().map(|due| (text(&due["email"]), text(&due["kind"]))).collect();
        messages.sort();
        let left_out = report["left_out"].as_array().into_iter().flatten();
        let left_out = left_out
            .filter_map(|one| {
                Some((Person::by_address(one["email"].as_str()?)?, text(&one["reason"])))
            })
            .collect();
        Some(Planned {
            due: messages.iter().filter_map(|(email, _)| Person::by_address(email)).collect(),
            refused: people("refused"),
            in_doubt: people("in_doubt"),
            left_out,
            messages,
            waits: due.iter().any(|due| due["again"] == true || due["copy"] == true),
        })
    }
}

/// Whether a command was refused because all that was sent is over, and what the roster says is ahead.
pub(super) fn is_next_event(state: &State, ran: &Ran) -> bool {
    !state.held.is_empty() && ran.code == Some(3) && ran.stderr.contains("looks like a new meeting")
}
