//! The people of a report, on disk: there may be a million of them.

use std::collections::BTreeMap;

use meetmint_mailer::{MessageKind, MessageState, PeopleRecords, PersonRecord};
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::person::PersonReport;
use crate::error::Error;

/// A person as they are stored, as an array in JSON: address, name, room, start, kind, state, whether called off, revision,
/// reply, when, whether in the roster.
type Stored<T> = (T, T, T, Option<T>, T, T, bool, Option<i64>, Option<T>, Option<T>, bool);

/// People who are added to a report.
#[derive(Debug)]
pub(super) struct People {
    records: PeopleRecords,
    // Sorted, so that the same states give the same JSON.
    totals: BTreeMap<&'static str, usize>,
    longest_address: usize,
}

impl People {
    pub(super) fn new() -> Result<People, Error> {
        Ok(People { records: PeopleRecords::new()?, totals: BTreeMap::new(), longest_address: 0 })
    }

    /// Adds a person whom the ledger knows.
    pub(super) fn push(&mut self, person: &PersonReport) -> Result<(), Error> {
        self.count(person);
        Ok(self.records.push(&person.email, &person.name, &stored(person)?)?)
    }

    /// Adds a person whom the ledger does not know: they come last.
    pub(super) fn push_new(&mut self, person: &PersonReport) -> Result<(), Error> {
        self.count(person);
        Ok(self.records.push_later(&person.email, &person.name, &stored(person)?)?)
    }

    fn count(&mut self, person: &PersonReport) {
        *self.totals.entry(person.state.name()).or_default() += 1;
        self.longest_address = self.longest_address.max(person.email.chars().count());
    }

    /// Nobody else is added.
    pub(super) fn finish(self) -> Result<Finished, Error> {
        let People { mut records, totals, longest_address } = self;
        records.note_shared_addresses()?;
        let people = PeopleReport { records, len: totals.values().sum() };
        Ok(Finished { people, totals, longest_address })
    }
}

/// Everybody, and what is known of all of them.
pub(super) struct Finished {
    pub(super) people: PeopleReport,
    pub(super) totals: BTreeMap<&'static str, usize>,
    pub(super) longest_address: usize,
}

/// The people of a report: read from a temporary file whenever they are gone through.
#[derive(Debug)]
pub struct PeopleReport {
    records: PeopleRecords,
    len: usize,
}

impl PeopleReport {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All people, in their order. An item is an error if the temporary file cannot be read.
    pub fn iter(&self) -> impl Iterator<Item = Result<PersonReport, Error>> + use<> {
        self.records.iter().map(|record| read(&record?).map_err(unreadable))
    }
}

impl Serialize for PeopleReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut people = serializer.serialize_seq(Some(self.len))?;
        for person in self.iter() {
            people.serialize_element(&person.map_err(S::Error::custom)?)?;
        }
        people.end()
    }
}

/// How many people are in each state.
#[cfg(feature = "schema")]
pub(super) fn by_state(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    let state = generator.subschema_for::<MessageState>();
    schemars::json_schema!({
        "type": "object",
        "propertyNames": state,
        "additionalProperties": { "type": "integer", "minimum": 1 },
    })
}

fn stored(person: &PersonReport) -> Result<String, Error> {
    let PersonReport { email, name, room, kind, state, called_off, revision, in_roster, .. } =
        person;
    let (start, reply) = (person.start.as_deref(), person.reply.as_deref());
    let updated = person.updated.as_deref();
    let stored: Stored<&str> = (
        email,
        name,
        room,
        start,
        kind.name(),
        state.name(),
        *called_off,
        *revision,
        reply,
        updated,
        *in_roster,
    );
    serde_json::to_string(&stored).map_err(unreadable)
}

fn read(record: &PersonRecord) -> Result<PersonReport, serde_json::Error> {
    let stored: Stored<String> = serde_json::from_str(&record.text)?;
    let (email, name, room, start, kind, state, called_off, revision, reply, updated, in_roster) =
        stored;
    // Only names of this version are stored.
    let unknown = |name: &str| serde::de::Error::custom(format!("unknown name {name}"));
    let kind = MessageKind::named(&kind).ok_or_else(|| unknown(&kind))?;
    let state = MessageState::named(&state).ok_or_else(|| unknown(&state))?;
    Ok(PersonReport {
        email,
        name,
        room,
        start,
        kind,
        state,
        called_off,
        revision,
        reply,
        updated,
        in_roster,
        shares_address: record.shares_address,
    })
}

fn unreadable(error: serde_json::Error) -> Error {
    Error::failed("temporary-file", "cannot read back the report").caused_by(error)
}
