use std::path::PathBuf;

use meetmint_core::{Bypass, Role};

use crate::settings::read;
use crate::test_folder::{SERVER, meeting};

/// The roles of a folder with these lines, or what is wrong with them: line, message and hint.
fn roles(lines: &str) -> Result<Vec<Role>, Vec<String>> {
    let loaded = read(PathBuf::from("meeting.toml"), meeting(SERVER, lines)).unwrap();
    let problems = loaded.problems.iter().map(|problem| {
        format!(
            "{}: {} | {}",
            problem.line.unwrap(),
            problem.message,
            problem.hint.as_deref().unwrap()
        )
    });
    let problems: Vec<String> = problems.collect();
    if problems.is_empty() { Ok(loaded.roles.unwrap().all().to_vec()) } else { Err(problems) }
}

#[test]
fn a_role_can_watch_and_skip_the_lobby_and_the_password() {
    let found = roles(
        "[roles.audience]\nvisitor = true\n[roles.host]\nmoderator = true\nlobby_bypass = true\n[roles.participant]\nvisitor = false\nsecurity_bypass = true\n",
    );
    let found = found.unwrap();
    assert_eq!(found[0], Role { visitor: true, ..Role::named("audience") });
    let bypass = Bypass { lobby: true, security: false };
    assert_eq!(found[1], Role { moderator: true, bypass, ..Role::named("host") });
    let bypass = Bypass { lobby: false, security: true };
    assert_eq!(found[2], Role { bypass, ..Role::participant() });
}

#[test]
fn a_moderator_cannot_be_a_visitor() {
    let message = "cannot be moderator and visitor";
    assert_eq!(
        roles("[roles.host]\nmoderator = true\nvisitor = true\n").unwrap_err(),
        [format!(
            "19: the role `host` {message} | remove one of the two lines: moderators run the meeting, and visitors only watch"
        )]
    );
    assert_eq!(
        roles("[roles.moderator]\nvisitor = true\n").unwrap_err(),
        [format!(
            "18: the role `moderator` {message} | remove `visitor` here, and define a role of your own for people who only watch"
        )]
    );
    for cured in [
        "[roles.host]\nmoderator = true\n",
        "[roles.host]\nvisitor = true\n",
        "[roles.moderator]\n[roles.audience]\nvisitor = true\n",
    ] {
        assert!(roles(cured).is_ok());
    }
    // The claim has to be a boolean, so nothing else is taken for one.
    assert_eq!(
        roles("[roles.host]\nlobby_bypass = \"true\"\n").unwrap_err(),
        [
            "18: `lobby_bypass` must be true or false, not a string | write true or false, without quotes"
        ]
    );
}

#[test]
fn a_misspelled_feature_is_known_by_what_it_resembles() {
    for (written, meant) in [
        ("Recording", "recording"),
        ("screensharing", "screen-sharing"),
        ("screen_sharing", "screen-sharing"),
        ("live-streaming", "livestreaming"),
        ("transcriptions", "transcription"),
        ("fileupload", "file-upload"),
        ("name-read-only", "name-readonly"),
    ] {
        let problem = roles(&format!("[roles.host]\nfeatures = [\"{written}\"]\n")).unwrap_err();
        let expected =
            format!("18: `{written}` is not a feature of Jitsi | did you mean `{meant}`?");
        assert_eq!(problem, [expected]);
        assert!(roles(&format!("[roles.host]\nfeatures = [\"{meant}\"]\n")).is_ok());
    }
    let all = roles("[roles.host]\nfeatures = [\"chat\"]\n").unwrap_err();
    assert!(all[0].contains("use one of `branding`, `calendar`"), "{all:?}");
}
