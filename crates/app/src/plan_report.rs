//! What a send would do: the result of `plan`, and what is shown before the question of `send`.

use std::sync::Arc;

use jiff::tz::TimeZone;
use meetmint_batch::LeftOut;
use meetmint_core::{address_in_key, name_in_key, shortened};
use meetmint_mailer::{Due, MessageKind, Plan, Unresolved};
use serde::{Serialize, Serializer};

use crate::delivery::outcome::DeliveryOutcome;
use crate::error::Error;
use crate::phrases::counted;

/// What a send would do.
#[derive(Debug, Serialize)]
pub struct PlanReport {
    /// People who would be invited.
    pub invitations: usize,
    /// People whose invitation would be updated.
    pub updates: usize,
    /// People whose invitation would be cancelled.
    pub cancellations: usize,
    /// People who would be sent a new copy of what they have.
    pub copies: usize,
    /// People who have what they should have.
    pub same: usize,
    /// People left out because their meeting is over.
    pub over: usize,
    /// Rows that are over although the invitation of their person is not: it stays as it is.
    pub left_alone: Vec<RowLeftAlone>,
    /// Whether the meeting is called off for everybody.
    pub called_off: bool,
    /// People for whom the meeting is called off by a mark of their own.
    pub people_called_off: Vec<String>,
    /// People whose invitation under an earlier organizer would be cancelled, because they are invited under the present one.
    pub replaced: usize,
    /// People who have what they should have, but whose file is no longer in the folder outbox.
    pub missing: usize,
    /// People whose latest message was refused.
    pub refused: Vec<String>,
    /// People whose latest message is in doubt.
    pub in_doubt: Vec<String>,
    /// When the last message would leave at the configured pace, in seconds since 1970 UTC.
    pub last_leaves: Option<i64>,
    /// How many messages would leave after their meeting has begun.
    pub late: usize,
    /// Every message that is due, moderators first.
    pub due: Vec<PlannedMessage>,
    /// Why `send` would not carry it out, if it needs an override.
    pub refusal: Option<Error>,
    /// The addresses of earlier organizers, of those who are replaced.
    #[serde(skip)]
    pub earlier_organizers: Vec<String>,
    /// The present organizer's address.
    #[serde(skip)]
    pub organizer: String,
    /// How many of the due messages are files that are written once more.
    #[serde(skip)]
    pub rewritten: usize,
    /// Links that keep working though their person or role was removed.
    #[serde(skip)]
    pub old_links: usize,
    /// When the last of them expires, in seconds since 1970 UTC.
    #[serde(skip)]
    pub old_links_until: i64,
    /// People whose messages are in the folder outbox, where mail is configured and nothing was mailed yet.
    #[serde(skip)]
    pub only_written: usize,
    /// How many bad rows were skipped.
    #[serde(skip)]
    pub bad_rows: usize,
    /// The meeting's zone.
    #[serde(skip)]
    pub zone: TimeZone,
}

/// A row that is over although the invitation of its person is not.
#[derive(Debug, Serialize)]
pub struct RowLeftAlone {
    /// The person's address, lower-cased.
    pub email: String,
    /// The start that the row has, in seconds since 1970 UTC.
    pub row_start: i64,
    /// The start that the invitation keeps, in seconds since 1970 UTC.
    pub start: i64,
}

/// A message that is due.
#[derive(Debug, Serialize)]
pub struct PlannedMessage {
    /// The person's address, lower-cased.
    #[serde(serialize_with = "as_text")]
    pub email: Arc<str>,
    /// The person's name, in a roster in which several people may share an address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The person's key.
    #[serde(skip)]
    pub(crate) person: Arc<str>,
    /// What the message is for.
    pub kind: MessageKind,
    /// What has changed, for an update.
    pub changes: Vec<&'static str>,
    /// Whether it was tried before.
    pub again: bool,
    /// Whether it is a new copy of what the person has.
    pub copy: bool,
    /// For a cancellation: which cell of the roster leaves the person out. Absent if there is none, because no row is
    /// about the person any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    // Boxed, because there may be a million messages and few of these.
    pub because: Option<Box<Because>>,
}

/// The cell of the roster that leaves somebody out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The heading of the column.
    pub column: String,
    /// What the cell says.
    pub value: String,
    /// The line of the row.
    pub line: u64,
}

impl Because {
    pub(crate) fn of(row: &LeftOut) -> Because {
        let LeftOut { column, value, line, .. } = row;
        Because { column: column.clone(), value: shortened(value.clone()), line: *line }
    }
}

impl PlannedMessage {
    /// Messages that are due.
    pub(crate) fn all(due: &[Due]) -> Vec<PlannedMessage> {
        due.iter().map(|due| PlannedMessage::new(due, false)).collect()
    }

    /// A message to `person` that is sent once more.
    pub(crate) fn again(person: &str, kind: MessageKind) -> PlannedMessage {
        PlannedMessage::of(&person.into(), kind, true)
    }

    fn new(due: &Due, copy: bool) -> PlannedMessage {
        let changes = due.changes.iter().map(|change| change.word()).collect();
        PlannedMessage { changes, copy, ..PlannedMessage::of(&due.person, due.kind, due.again) }
    }

    fn of(person: &Arc<str>, kind: MessageKind, again: bool) -> PlannedMessage {
        let name = name_in_key(person).map(str::to_owned);
        // Shared where it can be: there may be a million of them.
        let email = match name {
            Some(_) => address_in_key(person).into(),
            None => Arc::clone(person),
        };
        let person = Arc::clone(person);
        PlannedMessage {
            email,
            name,
            person,
            kind,
            changes: Vec::new(),
            again,
            copy: false,
            because: None,
        }
    }
}

/// When messages would leave.
pub(crate) struct Forecast {
    /// The last one, in seconds since 1970 UTC.
    pub(crate) last: i64,
    /// How many leave after their meeting has begun.
    pub(crate) late: usize,
}

impl PlanReport {
    pub(crate) fn new(plan: &Plan, forecast: Option<&Forecast>, zone: TimeZone) -> PlanReport {
        let left_alone = plan.left_alone.iter().map(|row| RowLeftAlone {
            email: address_in_key(&row.person).to_owned(),
            row_start: row.row_start,
            start: row.start,
        });
        PlanReport {
            invitations: plan.count(MessageKind::Invite),
            updates: plan.count(MessageKind::Update),
            cancellations: plan.count(MessageKind::Cancel),
            copies: 0,
            same: plan.same,
            over: plan.over,
            left_alone: left_alone.collect(),
            called_off: plan.called_off,
            people_called_off: Vec::new(),
            replaced: plan.replaced,
            missing: plan.missing,
            earlier_organizers: plan.earlier_organizers.iter().cloned().collect(),
            organizer: String::new(),
            rewritten: 0,
            refused: addresses(&plan.refused),
            in_doubt: addresses(&plan.in_doubt),
            last_leaves: forecast.map(|forecast| forecast.last),
            late: forecast.map_or(0, |forecast| forecast.late),
            due: PlannedMessage::all(&plan.due),
            refusal: None,
            old_links: plan.old_links,
            old_links_until: plan.old_links_until,
            only_written: 0,
            bad_rows: 0,
            zone,
        }
    }

    /// Adds new copies.
    pub(crate) fn add_copies(&mut self, copies: &[Due]) {
        self.copies += copies.len();
        self.due.extend(copies.iter().map(|due| PlannedMessage::new(due, true)));
    }

    /// The last `count` of the due messages are files that are written once more: copies of what people have.
    pub(crate) fn set_rewritten(&mut self, count: usize) {
        let first = self.due.len() - count;
        for due in &mut self.due[first..] {
            due.copy = true;
            let counter = match due.kind {
                MessageKind::Update => &mut self.updates,
                MessageKind::Cancel => &mut self.cancellations,
                _ => &mut self.invitations,
            };
            *counter -= 1;
        }
        self.copies += count;
        self.rewritten = count;
    }

    /// Whether people are left out: because of a bad row, or an earlier message that was refused or is in doubt.
    pub fn leaves_people_out(&self) -> bool {
        self.bad_rows > 0 || !self.refused.is_empty() || !self.in_doubt.is_empty()
    }

    /// How a send would end if every message were accepted.
    pub fn outcome(&self) -> DeliveryOutcome {
        // Rows that are skipped leave people out; what was refused or is in doubt is not part of what would be sent.
        if self.bad_rows == 0 { DeliveryOutcome::Complete } else { DeliveryOutcome::Partial }
    }

    /// "398 invitations, 2 cancellations"; nothing if nothing is due.
    pub fn summary(&self) -> Option<String> {
        let counts = [
            ("invitation", self.invitations),
            ("update", self.updates),
            ("cancellation", self.cancellations),
        ];
        let mut some: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| counted(count, word))
            .collect();
        match self.copies {
            0 => {}
            1 => some.push("1 new copy".to_owned()),
            copies => some.push(format!("{copies} new copies")),
        }
        (!some.is_empty()).then(|| some.join(", "))
    }
}

fn addresses(people: &[Unresolved]) -> Vec<String> {
    people.iter().map(|one| address_in_key(&one.person).to_owned()).collect()
}

fn as_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    // serde serializes an `Arc` only with its feature `rc`.
    serializer.serialize_str(text)
}
