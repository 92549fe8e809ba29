//! A ledger from which entries that are over were erased gives the same plan as before.

use crate::ledger::{Erasable, WhyLeftOut};

use super::*;

/// What is due, without what only the ledger's numbers say; and whether this is the next event.
fn planned(ledger: &mut Ledger, rows: &[Row], spec: ReconcileSpec<'_>, bad: &BadRows) -> Planned {
    let reconciliation = reconciled(ledger, rows, spec, bad);
    let plan = Plan::new(ledger, &reconciliation).unwrap();
    let due = plan.due.iter().map(|due| {
        let Due { person, start, kind, changes, .. } = due.unwrap();
        format!("{person} {start} {kind:?} {changes:?}")
    });
    let mut due: Vec<String> = due.collect();
    due.sort();
    let left_out = reconciliation.left_out().people.clone();
    Planned { due, left_out, is_next_event: is_next_event(&reconciliation).unwrap() }
}

#[derive(Debug, PartialEq)]
struct Planned {
    due: Vec<String>,
    left_out: Vec<LeftOutPerson>,
    is_next_event: bool,
}

#[test]
fn erasing_what_is_over_changes_no_message() {
    let meeting = MeetingId::written("a meeting").unwrap();
    let organizers = ["a@example.org", "b@example.org"].map(|it| Email::parse(it).unwrap());
    let (mut erased, mut with_marks, mut next_events) = (0, 0, 0);
    for seed in 0..40 {
        let random = &mut Random(seed);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger.db");
        let mut ledger = Ledger::open_locked(&path, &meeting, "a test").unwrap();
        ledger.keep();
        let people = 1 + random.below(14);
        let medium = if random.one_in(4) { Medium::Folder } else { Medium::Smtp };
        let files = FolderFiles::default();
        for round in 0..6 {
            // The next rounds are later: what lay ahead in the first ones is over by then.
            let now = NOW / 3 * (1 + round);
            let rows = roster(random, people, seed % 2 == 1);
            let mut bad = BadRows { anybody: random.one_in(12), ..BadRows::default() };
            if random.one_in(5) {
                bad.people.insert(format!("p{}@example.org", random.below(6)));
            }
            // In families, names decide which entry a row that is over means, and those of erased entries are not known.
            let changes_organizer = seed % 2 == 0 && random.one_in(4);
            let spec = ReconcileSpec {
                organizer: &organizers[usize::from(changes_organizer)],
                medium,
                files: &files,
                now: at(now),
                postponed: false,
                only_due: random.one_in(2),
            };
            let before = planned(&mut ledger, &rows, spec, &bad);
            let chosen = ledger.choose(&Erasable::EndedBy(now)).unwrap();
            if chosen.entries > 0 {
                ledger.erase_chosen(&meeting, None, 9).unwrap();
                erased += chosen.entries;
                let mut after = planned(&mut ledger, &rows, spec, &bad);
                // Whoever is left out got nothing before either: the mark was on an entry.
                with_marks += after.left_out.len();
                after.left_out = before.left_out.clone();
                assert_eq!(after, before, "seed {seed}, round {round}");
            }
            next_events += usize::from(before.is_next_event);
            let reconciliation = reconciled(&mut ledger, &rows, spec, &bad);
            let due = Plan::new(&ledger, &reconciliation).unwrap().due;
            reconciliation.apply(&mut ledger, &meeting).unwrap();
            send(random, &mut ledger, medium, &due);
            if random.one_in(6) {
                let people = [format!("p{}@example.org", random.below(6))];
                ledger.call_off(Some(&people), random.one_in(2)).unwrap();
            }
        }
        let sound = Ledger::examine(&path, &meeting).unwrap().unwrap();
        let broken = sound.findings.iter().find(|one| one.code == "reference-broken");
        assert_eq!(broken, None, "seed {seed}");
    }
    assert!(
        erased > 50 && with_marks > 3 && next_events > 0,
        "{erased} {with_marks} {next_events}"
    );
}

/// A mark is the person's: whoever shares the address keeps their own, and has none of the others.
#[test]
fn marks_of_people_who_share_an_address_outlive_their_entries() {
    let meeting = MeetingId::written("a meeting").unwrap();
    let organizer = Email::parse("a@example.org").unwrap();
    let row = |name: &str, start| {
        new_row(&family_key("p@example.org", name), name, "room", start, "Title")
    };
    let bad = BadRows::default();
    let files = FolderFiles::default();
    let later = [
        [row("Anna", 7000), row("Ben", 5000)],
        [row("Cleo", 7000), row("Ben", 5000)],
        [row("Anna", 7000), row("Cleo", 5000)],
    ];
    // Of the two, the first ones are over by then.
    for now in [4000, 6000] {
        for rows in &later {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("ledger.db");
            let mut ledger = Ledger::open_locked(&path, &meeting, "a test").unwrap();
            ledger.keep();
            let spec = |now| ReconcileSpec {
                organizer: &organizer,
                medium: Medium::Smtp,
                files: &files,
                now: at(now),
                postponed: false,
                only_due: false,
            };
            let first = [row("Anna", 3000), row("Ben", 5000)];
            let reconciliation = reconciled(&mut ledger, &first, spec(1000), &bad);
            reconciliation.apply(&mut ledger, &meeting).unwrap();
            ledger.call_off(Some(&["p@example.org".to_owned()]), true).unwrap();
            let before = planned(&mut ledger, rows, spec(now), &bad).due;
            let chosen = ledger.choose(&Erasable::EndedBy(now)).unwrap();
            assert_eq!(chosen.entries, if now == 4000 { 1 } else { 2 });
            ledger.erase_chosen(&meeting, None, 9).unwrap();
            let after = planned(&mut ledger, rows, spec(now), &bad);
            assert_eq!(after.due, before, "{now} {rows:?}");
            assert!(after.left_out.iter().all(|one| one.address == "p@example.org"));
            // The address alone is enough to take it back.
            ledger.call_off(Some(&["p@example.org".to_owned()]), false).unwrap();
            ledger.include(&meeting, "p@example.org", WhyLeftOut::CalledOff).unwrap();
            assert_eq!(ledger.why_left_out(&meeting, "p@example.org").unwrap(), None);
            let due = planned(&mut ledger, rows, spec(now), &bad).due;
            let ahead = rows.iter().filter(|(row, _)| row.end > now).count();
            assert_eq!(due.len(), ahead, "{due:?}");
        }
    }
}

/// Somebody who is not named must not be taken for a typing error.
#[test]
fn everybody_who_is_left_out_is_known_although_not_everybody_is_named() {
    const PRUNED: usize = 1005;
    let person = |number: usize| format!("p{number}@example.org");
    let rows = |end: i64| -> Vec<Row> {
        let row = |number| {
            let (mut row, text) = new_row(&person(number), "Anna", "room", 1000, "Title");
            row.end = end;
            (row, text)
        };
        (0..=PRUNED).map(row).collect()
    };
    let meeting = MeetingId::written("a meeting").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut ledger =
        Ledger::open_locked(&folder.path().join("ledger.db"), &meeting, "a test").unwrap();
    ledger.keep();
    let (organizer, bad) = (Email::parse("a@example.org").unwrap(), BadRows::default());
    let spec = ReconcileSpec {
        organizer: &organizer,
        medium: Medium::Smtp,
        files: &FolderFiles::default(),
        now: at(900),
        postponed: false,
        only_due: true,
    };
    let before = reconciled(&mut ledger, &rows(1500), spec, &bad);
    before.apply(&mut ledger, &meeting).unwrap();
    let forgotten = person(PRUNED);
    for (erasable, name) in
        [(Erasable::Person(&forgotten), Some(&*forgotten)), (Erasable::EndedBy(1500), None)]
    {
        ledger.choose(&erasable).unwrap();
        ledger.erase_chosen(&meeting, name, 9).unwrap();
    }
    // The same meeting takes longer. The last person has another one, too, but is one person.
    let mut now = rows(2500);
    now.push(new_row(&forgotten, "Anna", "room", 3000, "Title"));
    let after = reconciled(&mut ledger, &now, ReconcileSpec { now: at(NOW), ..spec }, &bad);
    let LeftOutPeople { people, more } = after.left_out();
    let (last, pruned) = people.split_last().unwrap();
    assert_eq!((&*last.address, last.why), (&*forgotten, WhyLeftOut::Forgotten));
    assert!(pruned.iter().all(|person| person.why == WhyLeftOut::Pruned));
    assert_eq!((pruned.len(), *more), (1000, PRUNED - 1000));
    for number in [0, 999, 1000, PRUNED - 1, PRUNED] {
        let address = person(number);
        let why = if number == PRUNED { WhyLeftOut::Forgotten } else { WhyLeftOut::Pruned };
        assert_eq!(after.why_left_out(&address).unwrap(), Some(why), "{address}");
        assert!(after.knows(&ledger, &address).unwrap(), "{address}");
    }
    let nobody = person(PRUNED + 1);
    assert_eq!(after.why_left_out(&nobody).unwrap(), None);
    assert!(!after.knows(&ledger, &nobody).unwrap());
}
