//! `ledger check`: whether the ledger is sound.

use meetmint_batch::Problem;
use meetmint_mailer::{Examination, Ledger, LedgerError, LedgerFinding};
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::folder;
use crate::front_end::Notice;

/// Whether a ledger is sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LedgerState {
    /// There is no ledger yet: nothing was sent.
    Absent,
    /// Nothing is damaged.
    Sound,
    /// Something is damaged.
    Damaged,
    /// The file cannot be used as this meeting's ledger: it is none, that of another meeting, or of a newer version.
    Unusable,
}

/// Whether the ledger is sound, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LedgerCheckReport {
    /// The ledger's file.
    pub ledger: String,
    /// Whether it is sound.
    pub state: LedgerState,
    /// What is in it, and what was found.
    #[serde(flatten)]
    pub examination: Examination,
}

impl LedgerCheckReport {
    /// Everything that is damaged.
    pub fn error(&self) -> Option<Error> {
        let damage = self.examination.findings.iter().filter(|finding| finding.damage);
        let problems = damage.map(|finding| {
            Problem::of_file(finding.code, &self.ledger, &finding.message).hint(&finding.hint)
        });
        let problems: Vec<Problem> = problems.collect();
        let more = self.examination.more_findings;
        (!problems.is_empty()).then(|| Error::problems(problems, more))
    }

    /// What is no damage.
    pub fn notices(&self) -> Vec<Notice> {
        let others = self.examination.findings.iter().filter(|finding| !finding.damage);
        let notice = |finding: &LedgerFinding| {
            Notice::warning(finding.code, &finding.message).hint(&finding.hint)
        };
        others.map(notice).collect()
    }
}

/// Checks the ledger. Changes nothing.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the settings are wrong, [`Failed`](crate::ErrorClass::Failed) if
/// the file cannot be read.
pub fn check_ledger(context: &Context) -> Result<LedgerCheckReport, Error> {
    let settings = folder::load_settings(context)?.into_settings()?;
    let path = &settings.mail.ledger;
    let report = |state, examination| LedgerCheckReport {
        ledger: path.display().to_string(),
        state,
        examination,
    };
    Ok(match Ledger::examine(path, &settings.id) {
        Ok(None) => report(LedgerState::Absent, Examination::default()),
        Ok(Some(examination)) if examination.is_damaged() => {
            report(LedgerState::Damaged, examination)
        }
        Ok(Some(examination)) => report(LedgerState::Sound, examination),
        Err(error) => {
            let (state, code) = match &error {
                LedgerError::NotALedger => (LedgerState::Unusable, "not-a-ledger"),
                LedgerError::Newer => (LedgerState::Unusable, "ledger-newer"),
                LedgerError::OtherMeeting(_) => (LedgerState::Unusable, "ledger-other-meeting"),
                LedgerError::Lost { .. } => (LedgerState::Unusable, "ledger-lost"),
                LedgerError::Damaged | LedgerError::Unreadable(_) => {
                    (LedgerState::Damaged, "file-damaged")
                }
                // The disk or the system: the ledger was not even looked at.
                _ => return Err(error.into()),
            };
            let (message, hint) = (error.to_string(), error.hint().to_owned());
            let finding = LedgerFinding { code, damage: true, message, hint };
            report(state, Examination { findings: vec![finding], ..Examination::default() })
        }
    })
}
