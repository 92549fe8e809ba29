//! Why somebody is no longer in the list although the roster has a row about them.

use std::collections::{HashMap, HashSet};

use meetmint_batch::LeftOut;
use meetmint_core::address_in_key;
use meetmint_mailer::{Due, MessageKind};

use crate::delivery::session::DeliverySession;
use crate::error::Error;
use crate::plan_report::{Because, PlanReport};

impl DeliverySession<'_> {
    /// Adds to cancellations which cell of the roster left the person out. `due` are the first messages of the report.
    ///
    /// # Errors
    /// If the roster can no longer be read.
    pub(crate) fn explain_removals(
        &self,
        due: &[Due],
        report: &mut PlanReport,
    ) -> Result<(), Error> {
        let roster = &self.folder.roster;
        // Called off is called off, whatever the roster says.
        let called_off: HashSet<&str> =
            report.people_called_off.iter().map(String::as_str).collect();
        let is_removed = |due: &Due| {
            due.kind == MessageKind::Cancel && !called_off.contains(address_in_key(&due.person))
        };
        if self.folder.survey.left_out() == 0 || report.called_off {
            return Ok(());
        }
        let removed: HashSet<&str> =
            due.iter().filter(|due| is_removed(due)).map(|due| due.person.as_ref()).collect();
        if removed.is_empty() {
            return Ok(());
        }
        let mut rows: HashMap<String, Vec<LeftOut>> = HashMap::new();
        for row in roster.left_out_rows(&removed)? {
            rows.entry(row.person.clone()).or_default().push(row);
        }
        let mut cancellations: HashMap<&str, usize> = HashMap::new();
        for due in due.iter().filter(|due| is_removed(due)) {
            *cancellations.entry(due.person.as_ref()).or_default() += 1;
        }
        for (due, planned) in due.iter().zip(&mut report.due) {
            let Some(rows) = rows.get(due.person.as_ref()).filter(|_| is_removed(due)) else {
                continue;
            };
            let same_start = rows.iter().find(|row| row.start == Some(due.start));
            // A row may have been moved and left out at once. With several, nobody knows which of them it was.
            let only = || match (rows.as_slice(), cancellations[due.person.as_ref()]) {
                ([row], 1) => Some(row),
                _ => None,
            };
            planned.because = same_start.or_else(only).map(|row| Box::new(Because::of(row)));
        }
        Ok(())
    }
}
