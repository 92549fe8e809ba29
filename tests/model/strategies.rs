//! How the steps of a history are drawn.

use proptest::prelude::*;
use proptest::sample::select;
use proptest_state_machine::ReferenceStateMachine;

use super::reference::State;
use super::roster::{Flaw, Organizer, Person, Room, Start};
use super::steps::{Command, Edit, Fate, Offers, Part, Step, Weather};

/// Generates histories.
pub(super) struct Reference;

impl ReferenceStateMachine for Reference {
    type State = State;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<State> {
        Just(State::new()).boxed()
    }

    fn transitions(state: &State) -> BoxedStrategy<Step> {
        steps(state)
    }

    fn apply(mut state: State, step: &Step) -> State {
        match step {
            Step::Edit(edit) => edit.apply(&mut state),
            Step::PassTime { .. } => {}
            Step::TakePlace(start) => _ = state.held.insert(*start),
            Step::Run(command, _) => state.run(*command),
        }
        state
    }
}

/// The steps from here, the usual ones more often.
fn steps(state: &State) -> BoxedStrategy<Step> {
    if state.known.is_empty() {
        let send = Command::Send { only: None, again: false, skip_bad_rows: false };
        let send = weather(state).prop_map(move |weather| Step::Run(send, weather));
        return prop_oneof![2 => send, 1 => edits(state).prop_map(Step::Edit)].boxed();
    }
    prop_oneof![
        24 => edits(state).prop_map(Step::Edit),
        4 => any::<bool>().prop_map(|hours| Step::PassTime { hours }),
        3 => select(vec![Start::March, Start::March, Start::April, Start::Soon]).prop_map(Step::TakePlace),
        26 => (commands(state), weather(state)).prop_map(|(command, weather)| Step::Run(command, weather)),
    ]
    .boxed()
}

fn commands(state: &State) -> impl Strategy<Value = Command> + use<> {
    let one = involved(state);
    let choice = prop::option::weighted(0.35, one.clone());
    let send = |again| move |(only, skip_bad_rows)| Command::Send { only, again, skip_bad_rows };
    // With a bad row, only `send --skip-bad-rows` does anything.
    let (skip, sends) = if state.is_clean() { (0.02, 12) } else { (0.85, 40) };
    let marked: Vec<Person> = state.marked.iter().copied().collect();
    // Most commands that would be refused tell nothing new.
    let undo = |is_set: bool| if is_set { 6 } else { 1 };
    let undo_one =
        (undo(!marked.is_empty()), if marked.is_empty() { Person::ALL.to_vec() } else { marked });
    // Only those can be forgotten who are in the ledger, and no longer in the roster.
    let is_gone = |person: &&Person| !state.rows.iter().any(|row| row.person == **person);
    let gone: Vec<Person> = state.known.iter().filter(is_gone).copied().collect();
    let forgets =
        if gone.is_empty() { (1, select(Person::ALL.to_vec())) } else { (20, select(gone)) };
    let forgotten: Vec<Person> = state.forgotten.iter().copied().collect();
    let includes = select(if forgotten.is_empty() { Person::ALL.to_vec() } else { forgotten });
    let comes_back = if state.forgotten.is_empty() { 1 } else { 8 };
    let prunes = if state.held == state.pruned { 1 } else { 30 };
    prop_oneof![
        sends => (choice.clone(), prop::bool::weighted(skip)).prop_map(send(false)),
        4 => (one.clone().prop_map(Some), prop::bool::weighted(0.1)).prop_map(send(true)),
        3 => (parts(), any::<bool>()).prop_map(|(part, again)| Command::SendPart { part, again }),
        5 => (choice, any::<bool>()).prop_map(|(only, again)| Command::Remind { only, again }),
        2 => prop::bool::weighted(0.2).prop_map(|again| Command::RemindBefore { again }),
        1 => Just(Command::Cancel { only: None }),
        2 => one.prop_map(|person| Command::Cancel { only: Some(person) }),
        undo(state.called_off) => Just(Command::Undo { only: None }),
        undo_one.0 => select(undo_one.1).prop_map(|person| Command::Undo { only: Some(person) }),
        3 => Just(Command::Settle),
        forgets.0 => (forgets.1, prop::bool::weighted(0.5))
            .prop_map(|(person, no_cancellation)| Command::Forget { person, no_cancellation }),
        comes_back => includes.prop_map(|person| Command::Include { person }),
        prunes => Just(Command::Prune),
    ]
}

fn parts() -> impl Strategy<Value = Part> {
    select(vec![Part::Moderators, Part::Participants, Part::Participants, Part::First])
}

fn weather(state: &State) -> impl Strategy<Value = Weather> + use<> {
    let fates = prop::collection::vec((involved(state), fates()), 1..=2);
    let fates = prop_oneof![2 => Just(Vec::new()), 3 => fates];
    let offers = select(vec![Offers::Nothing, Offers::Pipelining, Offers::Chunking]);
    (fates, offers).prop_map(|(fates, offers)| Weather { fates, offers })
}

/// People who may be sent something.
fn involved(state: &State) -> BoxedStrategy<Person> {
    let mut people: Vec<Person> = state.rows.iter().map(|row| row.person).collect();
    people.extend(&state.known);
    people.sort();
    people.dedup();
    if people.is_empty() {
        return anybody().boxed();
    }
    prop_oneof![9 => select(people), 1 => anybody()].boxed()
}

fn fates() -> impl Strategy<Value = Fate> {
    select(vec![
        Fate::RefuseRecipient,
        Fate::RefuseByPolicy,
        Fate::RefuseMessage,
        Fate::DeferRecipient,
        Fate::DeferMessage,
        Fate::DeferMessage,
        Fate::CloseAndKeep,
        Fate::CloseAndLose,
        Fate::KillBeforeMessage,
        Fate::KillAndKeep,
        Fate::KillAndLose,
        Fate::Terminate,
    ])
}

fn edits(state: &State) -> impl Strategy<Value = Edit> + use<> {
    let one = involved(state);
    let row = || (one.clone(), 0..2_usize);
    let is_over = state.rows.iter().any(|row| state.is_over(row));
    let (mends, spoils) = if state.is_clean() && !is_over { (1, 4) } else { (6, 1) };
    let comes_back = if state.forgotten.is_empty() {
        Person::ALL.to_vec()
    } else {
        state.forgotten.iter().copied().collect()
    };
    let comes = if state.forgotten.is_empty() { 1 } else { 8 };
    let other_organizer = match state.organizer {
        Organizer::Events => Organizer::Office,
        Organizer::Office => Organizer::Events,
    };
    let (fail, write_files) = (!state.updates_fail, !state.writes_files);
    let start = || {
        prop::option::weighted(
            0.7,
            select(vec![Start::March, Start::April, Start::May, Start::Soon]),
        )
    };
    let ahead: Vec<Start> =
        Start::AHEAD.into_iter().filter(|start| !state.is_past(*start)).collect();
    let room = || select(vec![Room::Main, Room::Other]);
    prop_oneof![
        6 => anybody().prop_map(Edit::Add),
        comes => select(comes_back).prop_map(Edit::Add),
        3 => (one.clone(), room(), start()).prop_map(|(person, room, start)| Edit::AddRow(person, room, start)),
        5 => one.clone().prop_map(Edit::Remove),
        2 => row().prop_map(|(person, at)| Edit::RemoveRow(person, at)),
        4 => (row(), 0..2_u8).prop_map(|((person, at), name)| Edit::Rename(person, at, name)),
        2 => (row(), any::<bool>()).prop_map(|((person, at), is)| Edit::SetModerator(person, at, is)),
        2 => (row(), room()).prop_map(|((person, at), room)| Edit::SetRoom(person, at, room)),
        2 => (row(), start()).prop_map(|((person, at), start)| Edit::SetStart(person, at, start)),
        spoils => row().prop_map(|(person, at)| Edit::SetStart(person, at, Some(Start::Past))),
        2 => (one.clone(), anybody()).prop_map(|(from, to)| Edit::ChangeAddress(from, to)),
        1 => (one.clone(), any::<bool>()).prop_map(|(person, is)| Edit::Capitalize(person, is)),
        spoils => (row(), select(vec![Flaw::Role, Flaw::Address]))
            .prop_map(|((person, at), flaw)| Edit::Spoil(person, at, flaw)),
        mends => Just(Edit::Mend),
        2 => Just(Edit::SetTitle(1 - state.title)),
        2 => select(ahead).prop_map(Edit::MoveMeeting),
        2 => Just(Edit::SetOrganizer(other_organizer)),
        1 => (1..=3_u8).prop_map(Edit::SetConnections),
        if fail { 1 } else { 3 } => Just(Edit::FailUpdates(fail)),
        if write_files { 1 } else { 4 } => Just(Edit::WriteFiles(write_files)),
    ]
}

/// The first people more often, so that edits and commands meet.
fn anybody() -> impl Strategy<Value = Person> {
    prop_oneof![
        4 => Just(Person::Ada),
        3 => Just(Person::Bob),
        2 => Just(Person::Cy),
        2 => Just(Person::Dee),
    ]
}
