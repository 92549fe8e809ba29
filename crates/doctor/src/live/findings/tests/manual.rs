//! The transcripts in `docs/before-the-first-mail.md` are what `doctor` prints.

use std::fmt::Write as _;

use meetmint_core::RoleRule;

use super::super::super::http::Certificate;
use super::super::super::observed::{ClockSeen, Who};
use super::{NOW, Scene, joined, login, with_detail};

const MANUAL: &str = include_str!("../../../../../../docs/before-the-first-mail.md");

/// Compares a report with the transcript of this name, but for its first and last line, which `cli` writes.
#[track_caller]
fn case(name: &str, scene: Scene, clock: ClockSeen) {
    let scene = scene.seen(|observed| {
        observed.clock = Some(clock);
        observed.certificate = Some(Certificate {
            names: vec!["meet.example.org".to_owned()],
            expires: NOW + 61 * 86_400,
            issuer: "Let's Encrypt (R11)".to_owned(),
        });
    });
    let mut text = String::new();
    for (name, words) in scene.summary().rows() {
        writeln!(text, "  {name:<13}{words}").unwrap();
    }
    for finding in scene.findings() {
        let gap = if text.contains("problem: ") { "" } else { "\n" };
        writeln!(text, "{gap}problem: {}\n  to do: {}", finding.message, finding.cure).unwrap();
    }
    let (_, after) =
        MANUAL.split_once(&format!("<!-- transcript: {name} -->\n\n```text\n")).unwrap();
    let (transcript, _) = after.split_once("\n```\n").unwrap();
    let (_, transcript) = transcript.split_once('\n').unwrap();
    let (transcript, _) = transcript.rsplit_once("\n\n").unwrap();
    assert_eq!(text, format!("{transcript}\n"), "{name}");
}

fn with_default(scene: Scene, role: RoleRule) -> Scene {
    scene.accepting(|accepts, written| {
        accepts.roles = vec![role];
        written.roles = false;
    })
}

#[test]
fn the_manual_shows_what_is_printed() {
    let agrees = ClockSeen::Prosody { ahead: 0 };
    case("good", Scene::debian(), agrees);
    // The trial ends after the first refusal.
    let secret = [Who::Moderator, Who::Participant, Who::Expired, Who::ForeignKey, Who::OtherRoom]
        .iter()
        .fold(Scene::debian().come(Who::Alone, login("Invalid signature")), Scene::without);
    case("wrong secret", secret, ClockSeen::WebServer { ahead: 0 });
    let everybody = Scene::docker()
        .come(Who::Alone, joined(true))
        .come(Who::SecondModerator, joined(true))
        .come(Who::Participant, joined(true))
        .come(
            Who::OtherRoom,
            with_detail("Room does not match the room from token", "room-mismatch"),
        );
    case("everybody moderator", with_default(everybody, RoleRule::Everybody), agrees);
    let first = Scene::debian()
        .come(Who::Alone, joined(true))
        .come(Who::SecondModerator, joined(false))
        .come(Who::NoToken, joined(false));
    case("first moderates, open to guests", with_default(first, RoleRule::First), agrees);
}
