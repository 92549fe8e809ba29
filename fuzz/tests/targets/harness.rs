//! What fuzz targets do with an input: whatever comes from others, a list, a template, a server's reply or a link, is read
//! without a panic, and what has to hold for any input is asserted.

#![expect(clippy::unwrap_used, reason = "without a temporary folder, nothing can be tested")]

use std::fs;

use jiff::Timestamp;
use meetmint_batch::{
    ColumnSettings, Duplicates, EachError, MeetingSpec, Reading, Roles, Roster, RosterSpec,
    Selection, zone,
};
use meetmint_core::{Finder, Found, Inspector, Room, Start};
use meetmint_mailer::Templates;

/// 2026-11-01, before the meeting.
const NOW: i64 = 1_793_491_200;

/// A file with a list. Opening it, the survey and reading everybody see the same people.
pub(crate) fn roster(octets: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    fs::write(&path, octets).unwrap();
    // A list that is refused has problems, which is all right.
    let Ok(roster) = Roster::open(&path, "list.csv", spec()) else { return };
    let survey = roster.survey(Timestamp::from_second(NOW).unwrap());
    if !survey.problems().is_empty() {
        return;
    }
    let mut people = 0;
    let each = roster.each(
        &survey,
        &Selection::default(),
        256,
        |rows| rows.len(),
        |rows| {
            people += rows;
            Ok::<(), ()>(())
        },
    );
    match each {
        Ok(()) => assert_eq!(people, survey.people(), "both readings see the same people"),
        Err(EachError::Roster(problem)) => panic!("the survey did not see this: {problem}"),
        Err(EachError::Taken(())) => unreachable!("nothing is refused above"),
    }
}

/// The heading of a column beside that of the address.
pub(crate) fn heading(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets).replace('"', "\"\"");
    let list = format!("Email,\"{text}\"\nada@example.org,Ada Lovelace\ngrace@example.org,yes\n");
    roster(list.as_bytes());
}

/// `meeting.toml`.
pub(crate) fn settings(octets: &[u8]) {
    meetmint_app::fuzzing::settings(&String::from_utf8_lossy(octets));
}

/// The text of an invitation.
pub(crate) fn template(octets: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    for file in ["invite.txt", "invite.html", "invite.subject"] {
        fs::write(folder.path().join(file), octets).unwrap();
    }
    let Ok(templates) = Templates::from_folder(folder.path()) else { return };
    for problem in templates.check(None, "meet.example.org") {
        assert!(!problem.to_string().is_empty());
    }
}

/// What a mail server answers.
pub(crate) fn reply(octets: &[u8]) {
    meetmint_mailer::fuzzing::smtp_reply(octets);
}

/// A text of a message.
pub(crate) fn leak(octets: &[u8]) {
    meetmint_mailer::fuzzing::leak_check(octets);
}

/// A text with links and tokens. It makes no difference in which pieces it arrives, and each can be judged.
pub(crate) fn token(octets: &[u8]) {
    let found = find(&[octets]);
    let (first, rest) = octets.split_at(octets.len() / 3);
    assert!(found == find(&[first, rest]), "other links in two pieces");
    let inspector = Inspector::unknown();
    for found in found {
        let _ = inspector.judge(&found.written, NOW);
        if let Some(mended) = &found.mended {
            let _ = inspector.judge(mended, NOW);
        }
    }
}

fn find(pieces: &[&[u8]]) -> Vec<Found> {
    let mut all = Vec::new();
    let mut finder = Finder::new();
    for piece in pieces {
        finder.read(piece, &mut |found| all.push(found));
    }
    finder.finish(&mut |found| all.push(found));
    all
}

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
