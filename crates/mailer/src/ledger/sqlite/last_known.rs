//! What somebody was told last, as far as the ledger knows.

use crate::ledger::state::MessageState;

/// The kind of the last message that may have arrived, reminders aside; none if there is none. `table` has the messages,
/// which the condition `of` calls `m`.
///
/// That is what [`History::add`](crate::ledger::History) decides of the messages of an entry, whose comments say why. Here a
/// message on its way counts as well: only `History` asks what became of it, and whoever may have an invitation must not be
/// taken for somebody who has none.
pub(super) fn last_known_kind(table: &str, of: &str) -> String {
    let states = MessageState::all()
        .filter(|state| state.may_be_known() || *state == MessageState::Sending)
        .map(|state| format!("'{}'", state.name()));
    let states = states.collect::<Vec<_>>().join(", ");
    format!(
        "(SELECT kind FROM {table} AS m WHERE {of} AND m.kind <> 'remind' AND m.state IN ({states})
          ORDER BY m.id DESC LIMIT 1)"
    )
}

#[cfg(test)]
mod tests {
    use meetmint_core::MeetingId;
    use rusqlite::params;

    use super::super::left_out::is_invited;
    use crate::content::MessageKind;
    use crate::ledger::state::{Medium, MessageState};
    use crate::ledger::testing::with_entries;
    use crate::outbox::FolderFiles;

    /// Each history of one or two messages.
    fn histories() -> Vec<Vec<(MessageKind, MessageState)>> {
        use MessageKind::{Cancel, Invite, Remind, Update};
        let all = || {
            let kinds = [Invite, Update, Cancel, Remind].into_iter();
            kinds.flat_map(|kind| MessageState::all().map(move |state| (kind, state)))
        };
        let mut histories: Vec<_> = all().map(|one| vec![one]).collect();
        for first in all() {
            histories.extend(all().map(|second| vec![first, second]));
        }
        histories
    }

    /// The plan, `ledger forget` and what is kept of those who were erased agree on who has an invitation.
    #[test]
    fn whoever_has_an_invitation_has_it_everywhere() {
        let histories = histories();
        let meeting = MeetingId::written("a meeting").unwrap();
        with_entries(histories.len(), |ledger| {
            let db = &ledger.engine.db;
            for (entry, history) in (1_i64..).zip(&histories) {
                for (at, (kind, state)) in (0_i64..).zip(history) {
                    let sql = "INSERT INTO message (entry, address, medium, kind, sequence, copy, stamp, fingerprint,
                                   snapshot, hash, state, updated)
                               SELECT id, 'x', 'smtp', ?2, 0, ?3, 0, zeroblob(16), snapshot, zeroblob(32), ?4, 0
                               FROM entry WHERE id = ?1";
                    let values = params![entry, kind.name(), at, state.name()];
                    assert_eq!(db.execute(sql, values).unwrap(), 1);
                }
            }
            let entries = ledger.known(Medium::Smtp, &FolderFiles::default()).unwrap();
            let mut by_plan = Vec::new();
            let mut by_erasing = Vec::new();
            let db = &ledger.engine.db;
            db.execute_batch("CREATE TEMP TABLE chosen (entry INTEGER PRIMARY KEY)").unwrap();
            for entry in &entries {
                by_plan.push(entry.history.delivered.is_some());
                db.execute("DELETE FROM chosen", []).unwrap();
                db.execute("INSERT INTO chosen VALUES (?1)", [entry.id]).unwrap();
                by_erasing.push(ledger.engine.chosen_are_invited(entry.end - 1).unwrap());
            }
            db.execute_batch("INSERT OR IGNORE INTO chosen SELECT id FROM entry").unwrap();
            let uids: Vec<_> = entries.iter().map(|entry| entry.uid.octets()).collect();
            ledger.engine.erase_chosen(&meeting, Some("nobody@example.org"), 0).unwrap();
            let sql = format!("SELECT {} FROM erased WHERE uid = ?2", is_invited());
            let mut select = ledger.engine.db.prepare(&sql).unwrap();
            let medium = Medium::Smtp.name();
            let by_rest: Vec<bool> = uids
                .iter()
                .map(|uid| {
                    let invited: Option<bool> =
                        select.query_row(params![medium, uid], |row| row.get(0)).unwrap();
                    invited == Some(true)
                })
                .collect();
            assert_eq!(by_rest.len(), histories.len());
            for (at, history) in histories.iter().enumerate() {
                let all = [by_plan[at], by_erasing[at], by_rest[at]];
                assert!(all == [true; 3] || all == [false; 3], "{history:?}: {all:?}");
            }
            assert!(by_plan.contains(&true) && by_plan.contains(&false));
        });
    }
}
