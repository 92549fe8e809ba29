//! Folders of messages, for people to look at. mailcheck checks them, too.

use std::path::Path;

use meetmint_mailer::{Composer, FolderOutbox, MessageKind, Sender, Templates, file_name};

use crate::support::{Setup, id, meeting, person, town_hall};

#[test]
fn sixty_messages_are_written_once() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("town-hall");
    let _ = std::fs::remove_dir_all(&folder);
    let write = || {
        let mut setup = Setup::new();
        let outbox = FolderOutbox::open(&folder).unwrap();
        for (attendee, role) in town_hall() {
            setup.role = role;
            let message = setup.compose(&attendee).unwrap();
            let name = file_name(&message.to, setup.uid(&attendee), 0, MessageKind::Invite, 0);
            outbox.stage(&name, &message.bytes).unwrap();
            outbox.deliver(&name).unwrap();
        }
    };
    let modified = || {
        let files = std::fs::read_dir(&folder).unwrap().map(Result::unwrap);
        let mut files: Vec<_> = files
            .map(|file| (file.file_name(), file.metadata().unwrap().modified().unwrap()))
            .collect();
        files.sort();
        files
    };
    write();
    let files = modified();
    assert_eq!(files.len(), 60);
    // The same bytes: no file is written again.
    write();
    assert_eq!(modified(), files);
}

#[test]
fn variants_of_an_invitation_are_written_for_review() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("variants");
    let _ = std::fs::remove_dir_all(&folder);
    let outbox = FolderOutbox::open(&folder).unwrap();
    let stage = |setup: &Setup, name: &str, email: &str, person_name: &str| {
        let bytes = setup.compose(&person(email, person_name)).unwrap().bytes;
        let name = format!("{name}.eml");
        outbox.stage(&name, &bytes).unwrap();
        outbox.deliver(&name).unwrap();
    };
    let mut setup = Setup::new();
    stage(&setup, "organizer", "events@example.org", "Events team");
    setup.practice = true;
    setup.role = meetmint_core::Role::moderator();
    setup.zone = Some(meetmint_core::known_zone("Asia/Kathmandu").unwrap());
    stage(&setup, "practice-moderator-own-zone", "layla@example.org", "ليلى حدّاد");
    setup = Setup::new();
    setup.meeting =
        meeting(&"A very long title; ".repeat(16), "2031-10-14T22:15:00Z", 240, "Asia/Tokyo");
    stage(&setup, "long-title", "maria@example.org", &"Maria da Conceição ".repeat(6));
    let sender = Sender::parse("Office <office@example.org>")
        .and_then(|sender| sender.with_organizer("Dr \"No\", CEO", "boss@example.org"))
        .unwrap();
    setup.composer = Composer::new(Templates::built_in(), sender, id());
    stage(&setup, "on-behalf", "carl@example.org", "=?utf-8?q?x?= <b>");
    drop(outbox);
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 4);
}
