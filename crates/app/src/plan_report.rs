//! What a send would do: the result of `plan`, and what is shown before the question of `send`.

use jiff::tz::TimeZone;
use meetmint_core::address_in_key;
use meetmint_mailer::{DueList, LeftOutPeople, MessageKind, Plan, Unresolved, WhyLeftOut};
use serde::Serialize;

use crate::delivery::outcome::DeliveryOutcome;
use crate::error::Error;
use crate::phrases::counted;
use crate::planned::PlannedMessages;

/// What `send` would do.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// The addresses of people for whom alone the meeting is called off, by `cancel --only`.
    pub people_called_off: Vec<String>,
    /// People who would get a cancellation from an earlier organizer and an invitation from the present one.
    pub replaced: usize,
    /// People who have what they should have, but whose message is no longer in the folder outbox.
    pub missing: usize,
    /// The addresses of people whose latest message was refused.
    pub refused: Vec<String>,
    /// The addresses of people of whom it is unknown whether their latest message arrived.
    pub in_doubt: Vec<String>,
    /// When the last message would be sent at the configured rate, in seconds since 1970 UTC.
    pub last_leaves: Option<i64>,
    /// People whose message would be sent after the start of their meeting, which has not begun yet.
    pub late: usize,
    /// People in the roster who are left out because of what was erased from the ledger: see docs/ledger.md. A thousand
    /// who were pruned and a thousand others at most.
    pub left_out: Vec<LeftOutReport>,
    /// How many more people are left out than are in `left_out`.
    pub more_left_out: usize,
    /// Every message that is due, moderators first.
    #[cfg_attr(feature = "schema", schemars(with = "Vec<crate::planned::PlannedMessage>"))]
    pub due: PlannedMessages,
    /// Why `send` would stop; `None` if it would not.
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::error::ErrorFields<'static>>"))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RowLeftAlone {
    /// The person's address, in lower case.
    pub email: String,
    /// The start in the row, in seconds since 1970 UTC.
    pub row_start: i64,
    /// The start of the invitation, which stays as it is, in seconds since 1970 UTC.
    pub start: i64,
}

/// Somebody in the roster who is left out.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LeftOutReport {
    /// The person's address, in lower case.
    pub email: String,
    /// Why.
    pub reason: WhyLeftOut,
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
            left_out: Vec::new(),
            more_left_out: 0,
            due: PlannedMessages::new(&plan.due),
            refusal: None,
            old_links: plan.old_links,
            old_links_until: plan.old_links_until,
            only_written: 0,
            bad_rows: 0,
            zone,
        }
    }

    /// Names people who are left out, and counts the others.
    pub(crate) fn set_left_out(&mut self, left_out: &LeftOutPeople) {
        let people = left_out.people.iter();
        let people = people
            .map(|person| LeftOutReport { email: person.address.clone(), reason: person.why });
        self.left_out = people.collect();
        self.more_left_out = left_out.more;
    }

    /// Adds new copies.
    pub(crate) fn add_copies(&mut self, copies: &DueList) {
        self.copies += copies.len();
        self.due.add_copies(copies);
    }

    /// Among the due messages are those of `rewritten`, files that are written once more: copies of what people have.
    pub(crate) fn set_rewritten(&mut self, rewritten: &DueList) {
        self.updates -= rewritten.count(MessageKind::Update);
        self.cancellations -= rewritten.count(MessageKind::Cancel);
        self.invitations -= rewritten.count(MessageKind::Invite);
        self.copies += rewritten.len();
        self.rewritten = rewritten.len();
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
