//! Why somebody is no longer in the list although the roster has a row about them.

use std::collections::{HashMap, HashSet};

use meetmint_batch::LeftOut;
use meetmint_core::address_in_key;
use meetmint_mailer::{Due, DueList, MessageKind};

use crate::delivery::session::DeliverySession;
use crate::error::Error;
use crate::plan_report::PlanReport;
use crate::planned::Because;

impl DeliverySession<'_> {
    /// Adds to cancellations which cell of the roster left the person out. `due` are the messages of the report.
    ///
    /// # Errors
    /// If the roster can no longer be read.
    pub(crate) fn explain_removals(
        &self,
        due: &DueList,
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
        let mut cancellations: HashMap<String, usize> = HashMap::new();
        for due in due.listed(Some(MessageKind::Cancel)) {
            let due = due?.due;
            if is_removed(&due) {
                *cancellations.entry(due.person.to_string()).or_default() += 1;
            }
        }
        if cancellations.is_empty() {
            return Ok(());
        }
        let removed: HashSet<&str> = cancellations.keys().map(String::as_str).collect();
        let mut rows: HashMap<String, Vec<LeftOut>> = HashMap::new();
        for row in roster.left_out_rows(&removed)? {
            rows.entry(row.person.clone()).or_default().push(row);
        }
        let mut because = HashMap::new();
        for listed in due.listed(Some(MessageKind::Cancel)) {
            let listed = listed?;
            let due = &listed.due;
            let Some(rows) = rows.get(due.person.as_ref()).filter(|_| is_removed(due)) else {
                continue;
            };
            let same_start = rows.iter().find(|row| row.start == Some(due.start));
            // A row may have been moved and left out at once. With several, nobody knows which of them it was.
            let only = || match (rows.as_slice(), cancellations[due.person.as_ref()]) {
                ([row], 1) => Some(row),
                _ => None,
            };
            because.extend(same_start.or_else(only).map(|row| (listed.position, Because::of(row))));
        }
        report.due.set_because(because);
        Ok(())
    }
}
