//! What a send would do: the result of `plan`, and what is shown before the question of `send`.

use std::sync::Arc;

use jiff::tz::TimeZone;
use meetmint_mailer::{MessageKind, Plan};
use serde::{Serialize, Serializer};

use crate::delivery::outcome::DeliveryOutcome;
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
    /// People who have what they should have.
    pub same: usize,
    /// People left out because their meeting is over.
    pub over: usize,
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

/// A message that is due.
#[derive(Debug, Serialize)]
pub struct PlannedMessage {
    /// The person's address, lower-cased.
    #[serde(serialize_with = "as_text")]
    pub email: Arc<str>,
    /// What the message is for.
    pub kind: MessageKind,
    /// What has changed, for an update.
    pub changes: Vec<&'static str>,
    /// Whether it was tried before.
    pub again: bool,
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
        let due = plan.due.iter().map(|due| PlannedMessage {
            email: Arc::clone(&due.person),
            kind: due.kind,
            changes: due.changes.iter().map(|change| change.word()).collect(),
            again: due.again,
        });
        PlanReport {
            invitations: plan.count(MessageKind::Invite),
            updates: plan.count(MessageKind::Update),
            cancellations: plan.count(MessageKind::Cancel),
            same: plan.same,
            over: plan.over,
            refused: plan.refused.clone(),
            in_doubt: plan.in_doubt.clone(),
            last_leaves: forecast.map(|forecast| forecast.last),
            late: forecast.map_or(0, |forecast| forecast.late),
            due: due.collect(),
            old_links: plan.old_links,
            old_links_until: plan.old_links_until,
            only_written: 0,
            bad_rows: 0,
            zone,
        }
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
        let some: Vec<String> = counts
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(word, count)| counted(count, word))
            .collect();
        (!some.is_empty()).then(|| some.join(", "))
    }
}

fn as_text<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    // serde serializes an `Arc` only with its feature `rc`.
    serializer.serialize_str(text)
}
