//! What is said, word for word.

use meetmint_core::{Deployment, RoleRule, ServerKind};

use super::super::super::http::HttpError;
use super::super::super::observed::{
    ClockSeen, ConferenceFailure, Outcome, Refusal, Step, Unreached, Who,
};
use super::super::{Admission, LoginAnswer};
use super::{Scene, joined, lobby, login, mismatch, not_allowed};

/// Compares the finding with this code.
#[track_caller]
fn case(scene: &Scene, code: &str, message: &str, cure: &str) {
    let findings = scene.findings();
    let finding = findings.iter().find(|finding| finding.code == code);
    let finding = finding.unwrap_or_else(|| panic!("no {code}: {findings:#?}"));
    assert_eq!(finding.message, message);
    assert_eq!(finding.cure, cure);
}

fn setting(scene: &Scene) -> Vec<(&'static str, Option<String>)> {
    let findings = scene.findings().into_iter();
    findings.filter_map(|it| Some((it.setting?, it.value))).collect()
}

fn first(scene: Scene) -> Scene {
    scene.come(Who::Alone, joined(true)).come(Who::SecondModerator, joined(false))
}

fn everybody(scene: Scene) -> Scene {
    let scene = scene.come(Who::Alone, joined(true)).come(Who::SecondModerator, joined(true));
    scene.come(Who::Participant, joined(true))
}

#[test]
fn a_refused_login_says_what_to_compare() {
    case(
        &Scene::debian().good(&login("Invalid signature")),
        "signature",
        "nobody with a link gets in: the server said `Invalid signature`, because the links are not signed with its secret",
        "compare `secret` under [server] with `app_secret` in the server's Prosody file, character by character: Jitsi does not decode base64 or hexadecimal, and Debian's installer may have changed `&`, `/`, `\\` and quotes there; if they are the same, restart Prosody so that it reads the file again",
    );
    case(
        &Scene::docker().good(&login("Invalid signature")),
        "signature",
        "nobody with a link gets in: the server said `Invalid signature`, because the links are not signed with its secret",
        "compare `secret` under [server] with JWT_APP_SECRET in the server's .env, character by character: Jitsi does not decode base64 or hexadecimal, and Docker Compose changes `$` unless the value is in single quotes; if they are the same, recreate the containers so that it reads the file again",
    );
    case(
        &Scene::of(ServerKind::Jaas).good(&login("could not obtain public key")),
        "unknown-key",
        "nobody with a link gets in: the server said `could not obtain public key`, because it finds no public key by the `key_id` of the links",
        "compare `key_id` under [server], `vpaas-magic-cookie-1/4f21`, with the id that the JaaS console shows beside the key, and upload the key that `meetmint token --public-key` prints if it is not there",
    );
    case(
        &Scene::debian().good(&login("invalid 'aud' claim")),
        "audience",
        "nobody with a link gets in: the server said `invalid 'aud' claim`, because it does not accept `jitsi` as the audience (`aud`)",
        "look up `asap_accepted_audiences` in Prosody's file, and write one of its values as `audience` under [server]",
    );
    case(
        &Scene::debian().good(&login("Not acceptable by nbf")),
        "clock",
        "nobody with a link gets in: the server said `Not acceptable by nbf`, because the link is not valid yet by its clock, which is more than 5 minutes behind this machine's",
        "compare the clocks of the server and of this machine with the right time (`timedatectl` on each), and set the wrong one: Jitsi allows no difference",
    );
    case(
        &Scene::debian().good(&login("We are closed")),
        "login-refused",
        "nobody with a link gets in: the server said `We are closed`",
        "look in /var/log/prosody/prosody.log for what the server says about it",
    );
}

#[test]
fn nothing_is_concluded_from_refusals_of_everybody() {
    case(
        &Scene::debian().good(&login("Invalid signature")),
        "not-tested",
        "it is not known who is refused, because people with a good link do not get in either: somebody with an expired link, somebody with a link that another secret has signed and somebody with a link to another room",
        "put right first what keeps out people with a good link, and run doctor again",
    );
    let strangers = Scene::debian().good(&login("Invalid signature")).summary().strangers;
    assert_eq!(strangers.foreign_key, Admission::NotTried);
    assert_eq!(strangers.no_token, Admission::Refused);
}

#[test]
fn a_wrong_subject_has_the_line_to_write() {
    let refused = |scene: Scene| scene.good(&mismatch()).come(Who::AnySubject, joined(false));
    let renamed = refused(Scene::debian())
        .seen(|observed| observed.site.domain = "xmpp.example.org".to_owned());
    case(
        &renamed,
        "subject",
        "nobody with a link gets in: the server said `Room and token mismatched`: it compares `sub` with something else than `meet.example.org`",
        "write subject = \"xmpp.example.org\" under [server]; if that is refused as well, look up `muc_mapper_domain_base` or the name after VirtualHost in Prosody's file, and write it there",
    );
    assert_eq!(setting(&renamed), [("subject", Some("\"xmpp.example.org\"".to_owned()))]);
    // It is refused where the public host was written, which Docker's images do not know.
    let public = Deployment {
        url: Some("https://meet.example.org"),
        subject: Some("meet.example.org"),
        ..Deployment::new(ServerKind::Docker, "acme")
    };
    let public = refused(Scene::with(&public))
        .seen(|observed| observed.site.domain = "meet.jitsi".to_owned())
        .accepting(|accepts, _| accepts.subject = true);
    assert_eq!(setting(&public), [("subject", Some("\"meet.jitsi\"".to_owned()))]);
    // With a tenant it is the tenant's.
    let tenant = Deployment {
        url: Some("https://meet.example.org/sales"),
        subject: Some("acme"),
        ..Deployment::new(ServerKind::Debian, "acme")
    };
    let tenant = refused(Scene::with(&tenant));
    assert_eq!(setting(&tenant), [("subject", Some("\"sales\"".to_owned()))]);
    // Nothing that the server says is written into the file unless it is a name.
    let hostile = refused(Scene::debian())
        .seen(|observed| observed.site.domain = "x\"\nsecret = { command = [\"sh\"] }".to_owned());
    assert_eq!(setting(&hostile), [("subject", None)]);
}

#[test]
fn a_room_that_is_not_opened_says_where_to_look() {
    let not_opened = |failure| Scene::debian().good(&Outcome::NoConference(failure));
    case(
        &not_opened(ConferenceFailure::NoFocus),
        "no-focus",
        "nobody with a link gets in: there is no Jicofo, the part of Jitsi that opens rooms",
        "it does not run, or is not connected to Prosody: look at `systemctl status jicofo` and /var/log/jitsi/jicofo.log, and restart it",
    );
    case(
        &not_opened(ConferenceFailure::NotAuthorized),
        "hosts-only",
        "nobody with a link gets in: Jicofo, which opens rooms, said that only hosts may open one",
        "so that people with links can open rooms, remove `authentication` from jicofo.conf, and restart Jicofo; while it is so, links work only after a host has logged in and opened the room",
    );
    case(
        &Scene::docker().good(&Outcome::Silence(Step::Conference)),
        "focus-silent",
        "nobody with a link gets in: Jicofo, which opens rooms, never answers",
        "it hangs, or is not connected to Prosody: look at `docker compose ps` and `docker compose logs jicofo`, and restart it",
    );
    case(
        &Scene::debian().come(Who::Participant, lobby()),
        "lobby",
        "a participant who comes after a moderator does not get in at once: they wait in the lobby until a moderator lets them in",
        "if nobody should wait, remove what switches the lobby on in new rooms from modules_enabled of the MUC component in Prosody's file (lobby_autostart, for example); or let people past it with the plugin token_lobby_bypass and lobby_bypass = true in their role",
    );
}

#[test]
fn strangers_who_get_in_have_a_remedy() {
    case(
        &Scene::debian().come(Who::NoToken, joined(false)),
        "guests",
        "people without a link get in",
        "to let in only people with links, set allow_empty_token = false in Prosody's file, and restart Prosody; if it is meant to be so, write guests = true under [server.accepts]",
    );
    case(
        &Scene::docker().come(Who::NoToken, joined(false)),
        "guests",
        "people without a link get in",
        "to let in only people with links, set JWT_ALLOW_EMPTY=0 in the server's .env, and recreate the containers; if it is meant to be so, write guests = true under [server.accepts]",
    );
    case(
        &Scene::debian().come(Who::OtherRoom, joined(false)),
        "room-not-checked",
        "each link opens every room: the server lets in somebody with a link to another room",
        "add token_verification to modules_enabled of the MUC component in Prosody's file (Debian's file has it there as a comment, after `--`), and restart Prosody; if it is meant to be so, write room = false under [server.accepts]",
    );
    case(
        &Scene::debian().come(Who::ForeignKey, joined(false)).come(Who::Expired, joined(false)),
        "tokens-not-checked",
        "the server does not check links at all: it lets in somebody with a link that another secret has signed and somebody with an expired link",
        "set authentication = \"token\" under VirtualHost `meet.example.org` in Prosody's file, and restart Prosody",
    );
}

#[test]
fn who_moderates_has_a_remedy_and_a_line_to_write() {
    case(
        &first(Scene::debian()),
        "moderators",
        "whoever joins first becomes a moderator, whatever their role here says; `roles` under [server.accepts] says that moderators are the people whose role here says so, and nobody else",
        "so that roles count: add token_affiliation to modules_enabled of the MUC component in Prosody's file; set jicofo.conference.enable-auto-owner = false in jicofo.conf; then write roles = [\"token_affiliation\"] under [server.accepts]; if it is meant to be as it is, write roles = [\"first\"] under [server.accepts]",
    );
    let unwritten = everybody(Scene::docker()).accepting(|accepts, known| {
        accepts.roles = vec![RoleRule::Everybody];
        known.roles = false;
    });
    case(
        &unwritten,
        "moderators",
        "everybody who joins with a link becomes a moderator, whatever their role here says",
        "so that roles count: in the server's .env, add token_affiliation to XMPP_MUC_MODULES; remove muc_allowners from XMPP_MUC_MODULES, if it is there; set JICOFO_ENABLE_AUTH=0, ENABLE_AUTO_OWNER=0 (with muc_wait_for_host, also WAIT_FOR_HOST_DISABLE_AUTO_OWNERS=1); then write roles = [\"token_affiliation\"] under [server.accepts]; if it is meant to be as it is, write roles = [\"everybody\"] under [server.accepts]",
    );
    assert_eq!(setting(&unwritten), [("roles", Some("[\"everybody\"]".to_owned()))]);
    // Better than the default of its kind.
    let better = Scene::debian().accepting(|accepts, known| {
        accepts.roles = vec![RoleRule::First];
        known.roles = false;
    });
    case(
        &better,
        "moderators",
        "moderators are the people whose role here says so, and nobody else; without `roles` under [server.accepts], meetmint takes it that whoever joins first becomes a moderator, whatever their role here says",
        "write roles = [\"token_affiliation\"] under [server.accepts]",
    );
}

#[test]
fn what_was_not_reached_says_what_to_try() {
    let none = |unreached| {
        Scene::debian().seen(|observed| {
            observed.tries.clear();
            observed.unreached = Some(unreached);
        })
    };
    case(
        &none(Unreached::NoBosh { status: 404, is_html: true }),
        "no-bosh",
        "`https://meet.example.org/http-bind` answers with HTTP status 404 and a web page, so the server cannot be asked over BOSH",
        "in a browser, press F12, choose the tab Network, open a link, and look for `http-bind` and `xmpp-websocket`. If only the second is there, the server has no BOSH: to try by hand, make links with `meetmint token --name Test --for 1h`, one with `--role moderator` and one without, and open each in a private window. If neither works, look at nginx's location of /http-bind and at `systemctl status prosody`",
    );
    let late = Scene::debian().without(&Who::NoToken).seen(|observed| observed.out_of_time = true);
    case(
        &late,
        "not-tried",
        "not tried, because the server answers so slowly that the time was over: somebody without a link",
        "run doctor again when the server is less busy",
    );
    let behind = ClockSeen::Prosody { ahead: -300 };
    case(
        &Scene::debian().seen(|observed| observed.clock = Some(behind)),
        "clock",
        "the server's clock is 5 minutes behind this machine's, so links begin and end 5 minutes later",
        "compare the clocks of the server and of this machine with the right time (`timedatectl` on each), and set the wrong one: Jitsi allows no difference",
    );
}

#[test]
fn clocks_that_are_far_off_are_counted_in_larger_units() {
    for (ahead, words) in [
        (7_199, "119 minutes ahead"),
        (-7_200, "2 hours behind"),
        (172_800, "2 days ahead"),
        (i64::MIN, "106751991167300 days behind"),
    ] {
        let scene =
            Scene::debian().seen(|observed| observed.clock = Some(ClockSeen::WebServer { ahead }));
        let findings = scene.findings();
        assert!(findings.iter().any(|it| it.message.contains(words)), "{words}: {findings:?}");
    }
}

#[test]
fn a_hostile_server_cannot_write_on_the_screen() {
    let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb29tIjoiYSJ9.c2lnbmF0dXJl";
    let text = format!("\u{1b}[2Jno\n{token} {}", "x".repeat(1_000_000));
    let scene = Scene::debian().good(&login(&text));
    case(
        &scene,
        "login-refused",
        &format!(
            "nobody with a link gets in: the server said `\u{fffd}[2Jno\u{fffd}(token) {}…`",
            "x".repeat(45)
        ),
        "look in /var/log/prosody/prosody.log for what the server says about it",
    );
    let failed = HttpError::Failed(text.clone());
    let scene = Scene::debian()
        .come(Who::Participant, Outcome::Broken(Step::Join, Unreached::Http(failed)));
    assert!(scene.findings()[0].message.len() < 3_000);
    let details = Refusal { details: vec![text], ..not_allowed("") };
    let scene = Scene::debian().come(Who::OtherRoom, Outcome::JoinRefused(details));
    assert_eq!(scene.codes(), Vec::<String>::new());
}

#[test]
fn the_summary_answers_each_question() {
    let summary = Scene::debian().summary();
    assert!(summary.reached);
    assert_eq!(summary.login, LoginAnswer::Accepted);
    let value = serde_json::to_value(&summary).unwrap();
    assert_eq!(
        value,
        serde_json::json!({
            "reached": true,
            "unreached": null,
            "bosh": "https://meet.example.org/http-bind",
            "domain": "meet.example.org",
            "guest_domain": null,
            "config": "read",
            "certificate": null,
            "login": "accepted",
            "login_because": null,
            "strangers": {
                "expired": "refused",
                "foreign_key": "refused",
                "other_room": "refused",
                "no_token": "refused",
            },
            "moderators": {
                "rule": "by_role",
                "words": "people whose role here says so, and nobody else",
                "roles": ["token_affiliation"],
            },
            "lobby": false,
            "wait_for_host": false,
            "moderator_features": null,
            "participant_features": null,
            "clock": null,
            "plugins": { "at_least": "2024-06", "at_most": "2026-08" },
            "verifies_domain": null,
            "own_roles": [],
            "not_tried": [],
        })
    );
}

/// The summary as a report prints it.
fn rows(scene: &Scene) -> Vec<String> {
    let rows = scene.summary().rows().into_iter();
    rows.map(|(name, words)| format!("{name}: {words}")).collect()
}

#[test]
fn the_summary_has_a_line_for_each_answer() {
    let good = Scene::debian().seen(|observed| {
        observed.clock = Some(ClockSeen::Prosody { ahead: 1 });
    });
    assert_eq!(
        rows(&good),
        [
            "reached: yes, at https://meet.example.org/http-bind (as config.js says)",
            "login: people with a personal link get in",
            "refused: people without a personal link, expired links, links made with another secret, links for another room",
            "moderators: people whose role here says so, and nobody else",
            "waiting: nobody has to wait before the room",
            "clock: Prosody's is 1 second ahead of this machine's",
            "plugins: those that check links are from June 2024 or later",
        ]
    );
    // What everybody meets is no proof that strangers are kept out.
    assert_eq!(
        rows(&Scene::debian().good(&login("Invalid signature")))[1..],
        [
            "login: refused when the page connects: `Invalid signature`",
            "refused: people without a personal link",
            "not tested: expired links, links made with another secret, links for another room",
            "moderators: not known, because nobody got in",
            "plugins: those that check links are from June 2024 or later",
        ]
    );
    let dead = Scene::debian().seen(|observed| {
        observed.tries.clear();
        observed.unreached = Some(Unreached::Http(HttpError::TimedOut));
    });
    assert_eq!(rows(&dead), ["reached: no: no answer in time"]);
}

/// What the trial leaves of a server with another secret: it asks no further. `docs/before-the-first-mail.md` shows it.
#[test]
fn a_wrong_secret_ends_the_trial() {
    let left = [Who::Moderator, Who::Participant, Who::Expired, Who::ForeignKey, Who::OtherRoom]
        .iter()
        .fold(Scene::debian().come(Who::Alone, login("Invalid signature")), Scene::without);
    let mut lines = rows(&left);
    for finding in left.findings() {
        lines.push(format!("problem: {}\n  to do: {}", finding.message, finding.cure));
    }
    let manual = include_str!("../../../../../../docs/before-the-first-mail.md");
    for line in &lines[1..] {
        let line = match line.split_once(": ") {
            Some((name, words)) if name != "problem" => format!("\n  {name:<13}{words}\n"),
            _ => format!("\n{line}\n"),
        };
        assert!(manual.contains(&line), "{line}");
    }
}
