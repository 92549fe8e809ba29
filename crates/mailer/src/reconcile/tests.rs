//! Reconciliation beside a simpler one, which holds all rows and entries in memory, over random histories.

mod full_keys;
mod in_memory;
mod pruned;

use std::fmt::Debug;

use meetmint_core::{MeetingId, family_key};

use super::fate::Fate;
use super::matching::key;
use super::*;
use crate::ledger::testing::SNAPSHOT;
use crate::ledger::{EntryChange, Intent, MessageState, Outcome};
use crate::plan::{
    Due, DueList, DueTask, Plan, contents, copies, is_next_event, missing_files, reminders,
};
use crate::snapshot::Snapshot;
use full_keys::FullKeys;
use in_memory::{Matching, fates, take_new_keys};

/// Numbers that look random, and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // Numerical Recipes' constants; the low bits repeat soon.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }
}

/// A row with its snapshot's text.
type Row = (WantedRow, String);

/// A row whose meeting lasts 500 seconds.
fn new_row(person: &str, name: &str, room: &str, start: i64, title: &str) -> Row {
    let mut facts: serde_json::Value = serde_json::from_str(SNAPSHOT).unwrap();
    let moderator = name.starts_with('M');
    for (key, value) in [
        ("title", title.into()),
        ("room", room.into()),
        ("start", start.into()),
        ("end", (start + 500).into()),
        ("name", name.into()),
    ] {
        facts["facts"][key] = value;
    }
    facts["facts"]["role"]["moderator"] = moderator.into();
    facts["address"] = meetmint_core::address_in_key(person).into();
    let snapshot = Snapshot::read(&facts.to_string()).unwrap();
    let text = snapshot.text();
    (WantedRow::new(person, room, &snapshot, &text), text)
}

/// A roster that looks somewhat like the last one.
fn roster(random: &mut Random, people: usize, families: bool) -> Vec<Row> {
    let title = if random.one_in(5) { "Other" } else { "Title" };
    let moved = if random.one_in(5) { 1000 } else { 0 };
    let mut rows: Vec<Row> = Vec::new();
    for number in 0..people {
        if random.one_in(8) {
            continue;
        }
        let address = format!("p{}@example.org", if families { number / 2 } else { number });
        let name = if random.one_in(12) { "Corrected" } else { ["Anna", "Max"][number % 2] };
        let person = if families { family_key(&address, name) } else { address };
        for day in 0..=usize::from(number % 4 == 0) {
            let room = if random.one_in(10) { "other-room" } else { "room" };
            let start = if random.one_in(8) { 1000 } else { [2000, 3000][day] + moved };
            rows.push(new_row(&person, name, room, start, title));
        }
    }
    for _ in 0..random.below(3) {
        let (one, other) = (random.below(rows.len().max(1)), random.below(rows.len().max(1)));
        if !rows.is_empty() {
            rows.swap(one, other);
        }
    }
    // The survey leaves out rows that are about the same person and meeting.
    let mut seen = std::collections::HashSet::new();
    rows.retain(|(row, _)| seen.insert((row.person.clone(), row.room.clone(), row.start)));
    rows
}

/// What is compared. Numbers of rows are left out: settled people have none.
fn outcome(ledger: &Ledger, reconciliation: &Reconciliation) -> Vec<String> {
    fn lines<T: Debug>(
        what: &str,
        items: impl IntoIterator<Item = T>,
    ) -> impl Iterator<Item = String> {
        items.into_iter().map(move |item| format!("{what} {item:?}"))
    }
    let plan = Plan::new(ledger, reconciliation).unwrap();
    let Plan { due, same, refused, in_doubt, over, left_alone, invited, .. } = &plan;
    let Plan { removals, replaced, earlier_organizers, missing, old_links, .. } = &plan;
    let mut all =
        vec![format!("{same} {over} {invited} {removals} {replaced} {missing} {old_links}")];
    all.extend(lines("due", described(due)));
    let made = contents(due.iter(), ledger).map(|made| {
        let made = made.unwrap();
        (made.kind, made.snapshot.text(), made.before.map(|before| before.text()), made.back_on)
    });
    all.extend(lines("made", made));
    all.extend(lines("refused", refused));
    all.extend(lines("in doubt", in_doubt));
    all.extend(lines("left alone", left_alone));
    all.extend(lines("earlier", earlier_organizers));
    all.push(is_next_event(reconciliation).unwrap().to_string());
    let changes = reconciliation.changes().map(|change| match change.unwrap() {
        EntryChange::Insert { row, organizer, .. } => format!("insert {row:?} {organizer}"),
        EntryChange::Update { entry, row, .. } => format!("update {entry} {row:?}"),
        EntryChange::Remove { entry } => format!("remove {entry}"),
    });
    all.extend(changes);
    all
}

/// What can be asked for if people for whom nothing is due are not only counted.
fn more(ledger: &Ledger, reconciliation: &Reconciliation) -> Vec<String> {
    let lists = [
        copies(reconciliation).unwrap(),
        missing_files(reconciliation).unwrap(),
        reminders(ledger, reconciliation).unwrap(),
    ];
    lists.iter().map(|list| format!("{:?}", described(list))).collect()
}

/// Each message of a list. By its entry, the same one is found.
fn described(list: &DueList) -> Vec<String> {
    let by_entry = list.by_entry().unwrap();
    let due = list.iter().map(|due| {
        let due = due.unwrap();
        if let Some(entry) = due.known_entry() {
            assert_eq!(by_entry.get(entry).unwrap().as_ref(), Some(&due));
            assert!(by_entry.contains(entry).unwrap());
        }
        let Due { person, start, kind, changes, moderator, again, in_doubt, .. } = &due;
        let entry = due.known_entry();
        format!("{person} {start} {kind:?} {changes:?} {moderator} {again} {in_doubt} {entry:?}")
    });
    let due = due.collect();
    // Nobody has this id; but rows that are new have none, and are not taken for each other.
    assert!(!by_entry.contains(0).unwrap() && by_entry.get(0).unwrap().is_none());
    due
}

const NOW: i64 = 1800;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// Matches all rows and all entries with everything in memory. Also what becomes of each entry.
fn in_memory(
    ledger: &mut Ledger,
    rows: &[Row],
    spec: &ReconcileSpec<'_>,
    bad: &BadRows,
) -> (Reconciliation, Vec<(i64, Fate)>) {
    ledger.begin_temporary_rows().unwrap();
    for (number, (_, text)) in rows.iter().enumerate() {
        ledger.add_temporary_row(number, text).unwrap();
    }
    ledger.finish_temporary_rows().unwrap();
    let mut entries = ledger.known(spec.medium, spec.files).unwrap();
    let rows: Vec<WantedRow> = rows.iter().map(|(row, _)| row.clone()).collect();
    let organizer = Organizer::new(spec.organizer);
    let now = spec.now.as_second();
    let may_move =
        |entry: &LedgerEntry| (spec.postponed || entry.end > now) && organizer.has(entry);
    let mut matching = Matching::new(&entries, &rows, may_move, |row| row.end <= now);
    let own = entries.iter().enumerate().filter(|(_, entry)| organizer.has(entry));
    let own = own.map(|(at, entry)| (key(&entry.person, &entry.room, entry.start), at));
    matching.by_person(&own.collect());
    let mut people =
        rows.iter().map(|row| &row.person).chain(entries.iter().map(|entry| &entry.person));
    if people.any(|person| name_in_key(person).is_some()) && !matching.are_complete() {
        let keys = FullKeys::read(ledger, matching.rows_left(), matching.entries_left()).unwrap();
        let is_bad = |address: &str| bad.people.contains(address);
        matching.by_name_and_address(&keys, |entry| organizer.has(entry), is_bad);
    }
    let entry_of = matching.finish();
    let store = Store::new().unwrap();
    for (number, (row, at)) in rows.iter().zip(&entry_of).enumerate() {
        store.add_row(number, row, row.end <= now, at.map(|at| entries[at].id)).unwrap();
    }
    for (at, entry) in entries.iter().enumerate() {
        let row = entry_of.iter().position(|other| *other == Some(at));
        store.add_entry(entry, organizer.has(entry), false, row).unwrap();
    }
    take_new_keys(&mut entries, &rows, &entry_of, now);
    let fates = fates(&entries, &rows, &entry_of, &organizer, bad, now);
    let fates = entries.iter().map(|entry| entry.id).zip(fates).collect();
    let reconciliation = Reconciliation::new(store, organizer, 0, bad, now).unwrap();
    (reconciliation.with_mark(ledger.is_called_off().unwrap()), fates)
}

fn reconciled(
    ledger: &mut Ledger,
    rows: &[Row],
    spec: ReconcileSpec<'_>,
    bad: &BadRows,
) -> Reconciliation {
    let mut reconciler = Reconciler::new(ledger, spec).unwrap();
    for (row, text) in rows {
        reconciler.add(row, text).unwrap();
        let held = reconciler.window.held();
        assert!(held <= 2 * window::CHUNK, "{held} entries are in memory");
    }
    reconciler.finish(bad).unwrap()
}

/// Sends what is due, with all kinds of outcomes.
fn send(random: &mut Random, ledger: &mut Ledger, medium: Medium, due: &DueList) {
    use MessageState::{Deferred, InDoubt, Refused, Sending};
    for task in due.tasks() {
        let DueTask { entry, kind, .. } = task.unwrap();
        if random.one_in(8) {
            continue;
        }
        let outline = ledger.outlines(&[entry]).unwrap().remove(0);
        let mut intent = crate::ledger::testing::intent(entry);
        let record = &mut intent.record;
        record.kind = kind;
        record.entry_sequence = outline.sequence;
        record.sequence = u32::try_from(outline.sequence + 1).unwrap();
        record.fingerprint = ledger.snapshot_of_entry(entry).unwrap().fingerprint();
        record.snapshot = outline.snapshot;
        record.medium = medium;
        let state = match random.below(12) {
            0 => Deferred,
            1 => InDoubt,
            2 => Refused,
            3 => Sending,
            _ => medium.delivered(),
        };
        let outcome = Some(Outcome::from(state)).filter(|_| state != Sending);
        ledger.commit(&[], &[Intent { outcome, ..intent }], 7).unwrap();
    }
    // As the next run does.
    ledger.recover(8).unwrap();
}

#[test]
fn people_are_matched_as_if_all_were_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let meeting = MeetingId::written("a meeting").unwrap();
    let organizers = ["a@example.org", "b@example.org"].map(|email| Email::parse(email).unwrap());
    let mut settled = 0;
    for seed in 0..20 {
        let random = &mut Random(seed);
        let mut ledger = Ledger::look(&folder.path().join("none"), &meeting).unwrap();
        let mut organizer = &organizers[0];
        let families = random.one_in(3);
        let people = 1 + random.below(14);
        // No file is in the folder: all that were written are missing.
        let (medium, files) = match random.below(4) {
            0 => (Medium::Folder, FolderFiles::in_folder(folder.path().to_owned())),
            _ => (Medium::Smtp, FolderFiles::default()),
        };
        for round in 0..5 {
            let is_of_families = families && !random.one_in(5);
            let rows = roster(random, people, is_of_families);
            if random.one_in(12) {
                organizer = &organizers[random.below(2)];
            }
            let mut bad = BadRows { anybody: random.one_in(12), ..BadRows::default() };
            if random.one_in(5) {
                bad.people.insert(format!("p{}@example.org", random.below(6)));
            }
            let spec = ReconcileSpec {
                organizer,
                medium,
                files: &files,
                now: at(NOW),
                postponed: random.one_in(3),
                only_due: true,
            };
            let (expected, fates) = in_memory(&mut ledger, &rows, &spec, &bad);
            let (all, others) = (outcome(&ledger, &expected), more(&ledger, &expected));
            let only_due = reconciled(&mut ledger, &rows, spec, &bad);
            settled += only_due.settled();
            assert_eq!(outcome(&ledger, &only_due), all, "seed {seed}, round {round}");
            let spec = ReconcileSpec { only_due: false, ..spec };
            let everybody = reconciled(&mut ledger, &rows, spec, &bad);
            assert_eq!(outcome(&ledger, &everybody), all, "seed {seed}, round {round}");
            assert_eq!(more(&ledger, &everybody), others, "seed {seed}, round {round}");
            assert_eq!(everybody.fates(), fates, "seed {seed}, round {round}");
            let due = Plan::new(&ledger, &everybody).unwrap().due;
            everybody.apply(&mut ledger, &meeting).unwrap();
            send(random, &mut ledger, medium, &due);
            if random.one_in(12) {
                let people = [format!("p{}@example.org", random.below(6))];
                ledger
                    .call_off(
                        Some(&people).filter(|_| !random.one_in(4)).map(|some| &some[..]),
                        random.one_in(2),
                    )
                    .unwrap();
            }
        }
    }
    assert!(settled > 20, "{settled}");
}
