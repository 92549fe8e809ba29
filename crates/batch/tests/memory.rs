//! How much memory it takes to survey a long list. A test of its own, because it counts what the process allocates.

#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use std::io::Write as _;

use jiff::Timestamp;
use meetmint_batch::{
    ColumnSettings, Duplicates, MeetingSpec, Reading, Roles, Roster, RosterSpec, Survey, zone,
};
use meetmint_core::{Room, Start};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The rows of each list.
const ROWS: usize = 25_000;

/// What a row may add, in octets: hashes, and what is decided about each person.
const EACH: usize = 48;

/// What batches on their way may take more or less from one time to the next.
const BATCHES: usize = 4 << 20;

fn spec() -> RosterSpec {
    RosterSpec {
        reading: Reading::default(),
        conditions: Vec::new(),
        family: None,
        columns: ColumnSettings::default(),
        roles: Roles::new(Vec::new()).unwrap(),
        duplicates: Duplicates::Refuse,
        meeting: MeetingSpec {
            title: "Trial".to_owned(),
            room: Room::parse("trial").unwrap(),
            start: Start::parse("2031-07-15 10:00").unwrap(),
            zone: zone("Europe/Berlin").unwrap(),
            duration: 90 * 60,
        },
        need_email: false,
        link_sizes: Vec::new(),
    }
}

/// Surveys a list, and tells how much memory that took, in octets.
fn survey(rows: impl Iterator<Item = String>) -> (Survey, usize) {
    let mut file = std::io::BufWriter::new(tempfile::NamedTempFile::new().unwrap());
    writeln!(file, "email,name,status").unwrap();
    rows.for_each(|row| writeln!(file, "{row}").unwrap());
    let file = file.into_inner().unwrap();
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let roster = Roster::open(file.path(), "people.csv", spec()).unwrap();
    let survey = roster.survey(Timestamp::UNIX_EPOCH);
    (survey, MEMORY.peak_usage() - before)
}

/// In one test, because the peak is that of the whole process.
#[test]
fn memory_does_not_grow_with_repeated_rows_or_empty_cells() {
    let of = |at: usize, rest: &str| format!("person.number.{at}@example.org,Ada Person{rest}");
    // The first time, tables are made that stay.
    let _ = survey((0..100).map(|at| of(at, ",accepted")));
    let (plain, alone) = survey((0..ROWS).map(|at| of(at, ",accepted")));
    assert_eq!(plain.people(), ROWS);

    let (twice, memory) = survey((0..ROWS).map(|at| of(at % (ROWS / 2), ",accepted")));
    assert_eq!((twice.people(), twice.repeated()), (ROWS / 2, ROWS / 2));
    assert!(memory < alone + EACH * ROWS + BATCHES, "repeated: {memory}, not {alone}");

    let (names, memory) = survey((0..ROWS).map(|_| ",Ada Person,accepted".to_owned()));
    assert_eq!(names.people(), ROWS);
    assert!(memory < alone + EACH * ROWS + BATCHES, "namesakes: {memory}, not {alone}");

    // Behind the rows by which the layout is found, where so many cells would be refused.
    let empty = format!(",accepted{}", ",".repeat(3000));
    let (wide, memory) =
        survey((0..6000).map(|at| of(at, if at < 2500 { ",accepted" } else { empty.as_str() })));
    assert_eq!(wide.people(), 6000);
    assert!(memory < 24 << 20, "wide: {memory}");
}
