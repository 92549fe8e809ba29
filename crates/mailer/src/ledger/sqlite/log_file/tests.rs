use rusqlite::Connection;

use super::*;

/// A log with several changes, of which the last one has replaced an earlier use of the file, and the lengths at which a
/// change is complete.
fn log(folder: &Path) -> (Vec<u8>, Vec<usize>) {
    let db = Connection::open(folder.join("x.db")).unwrap();
    let name = folder.join("x.db-wal");
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (a)",
    )
    .unwrap();
    let insert = "INSERT INTO t SELECT hex(randomblob(100)) FROM json_each('[1,2,3,4,5,6,7,8,9]')";
    for _ in 0..20 {
        db.execute(insert, []).unwrap();
    }
    // From here on, the log is written from its beginning again.
    db.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap();
    let mut ends = vec![0, HEADER];
    for count in 1..4 {
        let sql = format!("{insert} LIMIT {}", 3 * count);
        db.execute(&sql, []).unwrap();
        let octets = std::fs::read(&name).unwrap();
        let salts = octets[16..24].to_owned();
        let frames = octets[HEADER..].chunks(FRAME_HEADER + 4096);
        let own = frames.take_while(|frame| frame[8..16] == salts).count();
        ends.push(HEADER + own * (FRAME_HEADER + 4096));
    }
    (std::fs::read(name).unwrap(), ends)
}

#[test]
fn a_log_is_complete_only_at_the_end_of_a_change() {
    let folder = tempfile::tempdir().unwrap();
    let (octets, ends) = log(folder.path());
    let copy = folder.path().join("copy");
    let state = |octets: &[u8]| {
        std::fs::write(&copy, octets).unwrap();
        examine(&copy).unwrap()
    };
    let last = *ends.last().unwrap();
    assert!(octets.len() > last, "what an earlier use has left follows");
    assert_eq!(state(&octets), LogState::Complete);
    for length in (0..last).step_by(61).chain(ends.iter().copied()) {
        // Of the header that was begun before, and of a frame whose salts are cut off, nothing is known.
        let expected =
            if ends.contains(&length) { LogState::Complete } else { LogState::Unfinished };
        assert_eq!(state(&octets[..length]), expected, "{length}");
    }
    for at in 0..HEADER {
        let mut damaged = octets.clone();
        damaged[at] ^= 0x10;
        assert_eq!(state(&damaged), LogState::Unreadable, "octet {at}");
    }
    for at in (HEADER..last).step_by(97) {
        let mut damaged = octets.clone();
        damaged[at] ^= 0x10;
        assert_ne!(state(&damaged), LogState::Unreadable, "octet {at}");
    }
    assert_eq!(examine(&folder.path().join("none")).unwrap(), LogState::Complete);
}
