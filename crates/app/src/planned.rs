//! The messages that a run would send, as they are shown.

use std::collections::{HashMap, HashSet};

use meetmint_batch::LeftOut;
use meetmint_core::{address_in_key, name_in_key, shortened};
use meetmint_mailer::{Change, Due, DueList, Listed, MessageKind};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use crate::error::Error;

/// A message that is due.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlannedMessage {
    /// The person's address, in lower case.
    pub email: String,
    /// The person's name, with `family = "each"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub name: Option<String>,
    /// What the message is for.
    pub kind: MessageKind,
    /// What has changed, for an update.
    pub changes: Vec<Change>,
    /// Whether it was tried before.
    pub again: bool,
    /// Whether it is a new copy of what the person has.
    pub copy: bool,
    /// For a cancellation: the cell of the roster that leaves the person out. Absent if no row is about the person any
    /// more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Because"))]
    pub because: Option<Because>,
}

/// The cell of the roster that leaves somebody out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Because {
    /// The heading of the column.
    pub column: String,
    /// What the cell says.
    pub value: String,
    /// The line of the row.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub line: u64,
}

impl Because {
    pub(crate) fn of(row: &LeftOut) -> Because {
        let LeftOut { column, value, line, .. } = row;
        Because { column: column.clone(), value: shortened(value.clone()), line: *line }
    }
}

impl PlannedMessage {
    /// A message to `person` that is sent once more.
    pub(crate) fn again(person: &str, kind: MessageKind) -> PlannedMessage {
        PlannedMessage {
            email: address_in_key(person).to_owned(),
            name: name_in_key(person).map(str::to_owned),
            kind,
            changes: Vec::new(),
            again: true,
            copy: false,
            because: None,
        }
    }

    fn of(due: &Due) -> PlannedMessage {
        PlannedMessage {
            changes: due.changes.clone(),
            again: due.again,
            ..PlannedMessage::again(&due.person, due.kind)
        }
    }
}

/// Messages that are due: read from a temporary file whenever they are gone through, because there may be a million.
#[derive(Debug, Default)]
pub struct PlannedMessages {
    due: Option<DueList>,
    copies: Option<DueList>,
    /// Messages that are sent once more.
    again: Vec<PlannedMessage>,
    /// Why people are removed, by the places of their messages.
    because: HashMap<i64, Because>,
}

impl PlannedMessages {
    /// Messages that are due.
    pub(crate) fn new(due: &DueList) -> PlannedMessages {
        PlannedMessages { due: Some(due.shared()), ..PlannedMessages::default() }
    }

    /// Messages that are sent once more.
    pub(crate) fn again(again: Vec<PlannedMessage>) -> PlannedMessages {
        PlannedMessages { again, ..PlannedMessages::default() }
    }

    /// Adds new copies.
    pub(crate) fn add_copies(&mut self, copies: &DueList) {
        self.copies = Some(copies.shared());
    }

    /// Adds why people are removed, by the places of their messages.
    pub(crate) fn set_because(&mut self, because: HashMap<i64, Because>) {
        self.because = because;
    }

    fn lists(&self) -> impl Iterator<Item = &DueList> {
        self.due.iter().chain(&self.copies)
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.lists().map(DueList::len).sum::<usize>() + self.again.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many messages of a kind there are.
    pub fn count(&self, kind: MessageKind) -> usize {
        let again = self.again.iter().filter(|message| message.kind == kind).count();
        self.lists().map(|list| list.count(kind)).sum::<usize>() + again
    }

    /// How many people get them.
    pub(crate) fn people(&self) -> Result<usize, Error> {
        let again = self.again.iter().map(|message| (&message.email, &message.name));
        let again: HashSet<_> = again.collect();
        // There are either lists, or messages that are sent once more.
        Ok(DueList::people(&self.lists().collect::<Vec<_>>())? + again.len())
    }

    /// All messages, in their order. An item is an error if the temporary file cannot be read.
    pub fn iter(&self) -> impl Iterator<Item = Result<PlannedMessage, Error>> {
        self.select(None)
    }

    /// The messages of a kind, in their order. An item is an error if the temporary file cannot be read.
    pub fn of_kind(
        &self,
        kind: MessageKind,
    ) -> impl Iterator<Item = Result<PlannedMessage, Error>> {
        self.select(Some(kind))
    }

    fn select(
        &self,
        kind: Option<MessageKind>,
    ) -> impl Iterator<Item = Result<PlannedMessage, Error>> {
        let due = self.due.iter().flat_map(move |list| list.listed(kind));
        let due = due.map(|listed| {
            let listed: Listed = listed?;
            let because = self.because.get(&listed.position).cloned();
            // What was appended are files that are written once more.
            Ok(PlannedMessage {
                because,
                copy: listed.is_appended(),
                ..PlannedMessage::of(&listed.due)
            })
        });
        let copies = self.copies.iter().flat_map(move |list| list.listed(kind));
        let copies =
            copies.map(|copy| Ok(PlannedMessage { copy: true, ..PlannedMessage::of(&copy?.due) }));
        let again = self.again.iter().filter(move |one| kind.is_none_or(|kind| one.kind == kind));
        due.chain(copies).chain(again.map(|message| Ok(message.clone())))
    }
}

impl Serialize for PlannedMessages {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut messages = serializer.serialize_seq(Some(self.len()))?;
        for message in self.iter() {
            messages.serialize_element(&message.map_err(S::Error::custom)?)?;
        }
        messages.end()
    }
}
