//! Ledgers of every version of the schema. A failure means that people who were invited by an earlier version of
//! meetmint would be mailed again: a migration is missing, or the facts are no longer compared as they were.

use crate::support::{Folder, SECRET};

const VERSIONS: [&str; 7] = [
    include_str!("released/version-1.sql"),
    include_str!("released/version-2.sql"),
    include_str!("released/version-3.sql"),
    include_str!("released/version-4.sql"),
    include_str!("released/version-5.sql"),
    include_str!("released/version-6.sql"),
    include_str!("released/version-7.sql"),
];

#[test]
fn nobody_is_due_after_an_upgrade() {
    for (number, sql) in VERSIONS.into_iter().enumerate() {
        let folder = Folder::empty();
        folder
            .write("meeting.toml", include_str!("released/meeting.toml"))
            .write("people.csv", include_str!("released/people.csv"))
            .write_private("app-secret", SECRET)
            .write_private("ledger.db", "");
        folder.ledger().execute_batch(sql).unwrap();
        let version = || -> i64 {
            folder.ledger().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
        };
        assert_eq!(version(), i64::try_from(number).unwrap() + 1);
        let plan = "= 3 people are up to date\nNothing is due.\n";
        folder.run(["plan"]).exits(0).stdout(plan).stderr("");
        // Nobody is mailed, so no server is needed.
        folder.run(["send", "--yes", "--wait", "0", "-q"]).exits(0).stderr("");
        assert_eq!(version(), 7, "the ledger is brought up to date");
        folder.run(["plan"]).exits(0).stdout(plan);
        for person in folder.status() {
            assert_eq!((person.kind.as_str(), person.state.as_str()), ("invite", "accepted"));
        }
        let check = folder.run(["ledger", "check"]).exits(0);
        assert!(check.stderr.starts_with("No damage found in ledger.db: 3 entries"), "{check:?}");
        // What the ledger knows is really compared.
        folder.edit_meeting("90m", "91m");
        let run = folder.run(["plan"]).exits(0);
        assert!(run.stdout.ends_with("3 updates.\n"), "{}", run.stdout);
    }
}
