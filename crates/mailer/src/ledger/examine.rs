//! Whether a ledger is sound.

use std::path::Path;

use meetmint_core::MeetingId;
use serde::Serialize;

use super::Ledger;
use super::error::LedgerError;
use super::sqlite::Sqlite;

/// How many findings are named: the first ones tell what happened.
const NAMED: usize = 100;

/// Something about a ledger that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LedgerFinding {
    /// A name that does not change, such as `entry-damaged`: see docs/ledger.md.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z0-9-]+$")))]
    pub code: &'static str,
    /// Whether the ledger is damaged or cannot be used; false for a warning.
    pub damage: bool,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: String,
}

/// What was found in a ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Examination {
    /// The version of the tables in the file; 0 if it was not read.
    pub version: usize,
    /// How many entries: one for each person at each meeting.
    pub entries: usize,
    /// How many messages.
    pub messages: usize,
    /// How many entries were erased.
    pub erased: usize,
    /// The first hundred findings.
    pub findings: Vec<LedgerFinding>,
    /// How many more damaged records there are than the findings name.
    pub more_findings: usize,
}

impl Examination {
    /// Whether anything is damaged.
    pub fn is_damaged(&self) -> bool {
        self.more_findings > 0 || self.findings.iter().any(|finding| finding.damage)
    }
}

/// An examination while it goes on.
#[derive(Debug)]
pub(super) struct Examiner<'p> {
    /// What was found so far.
    pub(super) found: Examination,
    /// The ledger, as people name it: findings are about this file.
    pub(super) path: &'p Path,
}

impl<'p> Examiner<'p> {
    pub(super) fn new(path: &'p Path) -> Examiner<'p> {
        Examiner { found: Examination::default(), path }
    }

    /// Adds damage.
    pub(super) fn damage(&mut self, code: &'static str, message: impl Into<String>) {
        let hint = self.restore();
        self.add(LedgerFinding { code, damage: true, message: message.into(), hint });
    }

    /// What helps against every kind of damage.
    fn restore(&self) -> String {
        let ledger = self.path.display();
        format!(
            "restore `{ledger}` from a backup, and with it `{ledger}-wal` if the backup has one; until then, run no command that sends"
        )
    }

    pub(super) fn add(&mut self, finding: LedgerFinding) {
        let found = &mut self.found;
        if found.findings.len() < NAMED {
            found.findings.push(finding);
        } else {
            found.more_findings += usize::from(finding.damage);
        }
    }
}

/// Checking.
impl Ledger {
    /// Examines a ledger, and changes nothing. `None` if there is none.
    ///
    /// # Errors
    /// As [`look`](Ledger::look): what keeps a ledger from being read at all.
    pub fn examine(path: &Path, meeting: &MeetingId) -> Result<Option<Examination>, LedgerError> {
        Sqlite::examine(path, meeting)
    }
}
