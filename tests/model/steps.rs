//! The steps of a history.

use super::roster::{Flaw, Organizer, Person, Room, Start};

/// One step.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Edit(Edit),
    /// It is time for the next try of deferred messages; and if `hours`, the last reminder is hours ago.
    PassTime {
        hours: bool,
    },
    /// The meetings that begin at this time take place, and are long over from here on.
    TakePlace(Start),
    Run(Command, Weather),
}

/// An edit of the roster, of `meeting.toml` or of the templates. A row is named by its person and its number among that
/// person's rows; too large a number wraps around.
#[derive(Clone, Copy, Debug)]
pub(super) enum Edit {
    /// Adds a row, unless the person has one.
    Add(Person),
    /// Adds a row for another room or start: perhaps one that the person has already.
    AddRow(Person, Room, Option<Start>),
    /// Removes all rows of a person.
    Remove(Person),
    RemoveRow(Person, usize),
    Rename(Person, usize, u8),
    SetModerator(Person, usize, bool),
    SetRoom(Person, usize, Room),
    /// Sets a row's own start, or removes it.
    SetStart(Person, usize, Option<Start>),
    /// Gives all rows of the first person the address of the second.
    ChangeAddress(Person, Person),
    /// Writes a person's address in capitals, or not.
    Capitalize(Person, bool),
    /// Makes a row unreadable.
    Spoil(Person, usize, Flaw),
    /// Corrects every row that is bad, over or one too many.
    Mend,
    SetTitle(u8),
    MoveMeeting(Start),
    SetOrganizer(Organizer),
    SetConnections(u8),
    /// Whether updates to people with the name number 1 cannot be made.
    FailUpdates(bool),
    /// Whether messages are written to a folder instead of being sent.
    WriteFiles(bool),
}

/// A command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Command {
    Send {
        only: Option<Person>,
        again: bool,
        skip_bad_rows: bool,
    },
    /// Only to people with a role, or only the first message.
    SendPart {
        part: Part,
        again: bool,
    },
    Remind {
        only: Option<Person>,
        again: bool,
    },
    /// `remind --before 2h`.
    RemindBefore {
        again: bool,
    },
    Cancel {
        only: Option<Person>,
    },
    Undo {
        only: Option<Person>,
    },
    /// `settle --sent` or `--resend` for each person in doubt, whichever is true.
    Settle,
    /// `ledger forget`.
    Forget {
        person: Person,
        no_cancellation: bool,
    },
    /// `ledger forget --undo`.
    Include {
        person: Person,
    },
    /// `ledger prune`.
    Prune,
}

/// Whom a command chooses.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Moderators,
    Participants,
    First,
}

/// How the mail server treats the messages of one command: those to the people who are named, in this way.
#[derive(Clone, Debug, Default)]
pub(super) struct Weather {
    pub(super) fates: Vec<(Person, Fate)>,
    pub(super) offers: Offers,
}

/// What the mail server offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Offers {
    Nothing,
    #[default]
    Pipelining,
    /// And PIPELINING.
    Chunking,
}

/// What becomes of messages to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    RefuseRecipient,
    /// A reply that may concern everybody.
    RefuseByPolicy,
    RefuseMessage,
    DeferRecipient,
    DeferMessage,
    /// The connection is closed after the final dot, and the message is delivered.
    CloseAndKeep,
    /// The same, but the message is lost.
    CloseAndLose,
    /// `meetmint` is killed before the server replies to RCPT: without PIPELINING, before the intent is written.
    KillBeforeMessage,
    /// `meetmint` is killed after the final dot, and the message is delivered.
    KillAndKeep,
    KillAndLose,
    /// `meetmint` is asked to stop while the server works on the message, which is accepted.
    Terminate,
}

impl Command {
    /// Its arguments, those of `settle` aside.
    pub(super) fn args(self) -> Vec<String> {
        let ledger =
            |args: &[&str]| ["ledger"].iter().chain(args).map(|arg| (*arg).to_owned()).collect();
        let (name, only, flags) = match self {
            Command::Forget { person, no_cancellation } => {
                let flag: &[&str] = if no_cancellation { &["--no-cancellation"] } else { &[] };
                return ledger(&[&["forget", &person.address()], flag].concat());
            }
            Command::Include { person } => return ledger(&["forget", "--undo", &person.address()]),
            Command::Prune => return ledger(&["prune"]),
            Command::Send { only, again, skip_bad_rows } => {
                ("send", only, vec![(again, "--again"), (skip_bad_rows, "--skip-bad-rows")])
            }
            Command::Remind { only, again } => ("remind", only, vec![(again, "--again")]),
            Command::SendPart { part, again } => {
                let part = match part {
                    Part::Moderators => "--role=moderator",
                    Part::Participants => "--role=participant",
                    Part::First => "--limit=1",
                };
                ("send", None, vec![(true, part), (again, "--again")])
            }
            Command::RemindBefore { again } => {
                ("remind", None, vec![(true, "--before=2h"), (again, "--again")])
            }
            Command::Cancel { only } => ("cancel", only, Vec::new()),
            Command::Undo { only } => ("cancel", only, vec![(true, "--undo")]),
            Command::Settle => ("settle", None, Vec::new()),
        };
        let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag);
        let mut args: Vec<String> = [name].into_iter().chain(flags).map(str::to_owned).collect();
        if let Some(person) = only {
            args.extend(["--only".to_owned(), person.address()]);
        }
        args
    }

    /// For whom it is.
    pub(super) fn chooses(self, person: Person) -> bool {
        let (Command::Send { only, .. }
        | Command::Remind { only, .. }
        | Command::Cancel { only }
        | Command::Undo { only }) = self
        else {
            return true;
        };
        only.is_none_or(|only| only == person)
    }
}
