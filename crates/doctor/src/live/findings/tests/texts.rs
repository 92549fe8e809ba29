//! What is said, word for word.

use meetmint_core::{Deployment, RoleRule, ServerKind};

use super::super::super::http::{Certificate, HttpError};
use super::super::super::observed::{
    ClockSeen, ConferenceFailure, Joined, Outcome, Refusal, Step, Unreached, Who,
};
use super::super::{Admission, LoginAnswer};
use super::{NOW, Scene, joined, lobby, login, mismatch, not_allowed};

/// Compares the finding with this code.
#[track_caller]
pub(super) fn case(scene: &Scene, code: &str, message: &str, cure: &str) {
    let findings = scene.findings();
    let finding = findings.iter().find(|finding| finding.code == code);
    let finding = finding.unwrap_or_else(|| panic!("no {code}: {findings:#?}"));
    assert_eq!(finding.message, message);
    assert_eq!(finding.cure, cure);
}

pub(super) fn setting(scene: &Scene) -> Vec<(&'static str, Option<String>)> {
    let findings = scene.findings().into_iter();
    findings.filter_map(|it| Some((it.setting?, it.value))).collect()
}

pub(super) fn first(scene: Scene) -> Scene {
    scene.come(Who::Alone, joined(true)).come(Who::SecondModerator, joined(false))
}

pub(super) fn everybody(scene: Scene) -> Scene {
    let scene = scene.come(Who::Alone, joined(true)).come(Who::SecondModerator, joined(true));
    scene.come(Who::Participant, joined(true))
}

#[test]
fn a_refused_login_says_what_to_compare() {
    case(
        &Scene::debian().good(&login("Invalid signature")),
        "signature",
        "nobody with a link gets in: the server said `Invalid signature`, because the links are not signed with its secret",
        "compare the secret of this folder (`secret` under [server] in meeting.toml says where it is) with `app_secret` in /etc/prosody/conf.avail/meet.example.org.cfg.lua: every character has to be the same. Jitsi does not decode base64 or hexadecimal, and Debian's installer may have changed `&`, `/`, `\\` and quotes there\nif they differ, put the server's in the place of this folder's\nif they are the same, the server may not have read its file since it was changed: restart Prosody (`systemctl restart prosody`)",
    );
    case(
        &Scene::docker().good(&login("Invalid signature")),
        "signature",
        "nobody with a link gets in: the server said `Invalid signature`, because the links are not signed with its secret",
        "compare the secret of this folder (`secret` under [server] in meeting.toml says where it is) with JWT_APP_SECRET in the server's .env: every character has to be the same. Jitsi does not decode base64 or hexadecimal, and Docker Compose changes `$` unless the value is in single quotes\nif they differ, put the server's in the place of this folder's\nif they are the same, the server may not have read its file since it was changed: recreate the containers (`docker compose up -d`)",
    );
    case(
        &Scene::of(ServerKind::Jaas).good(&login("could not obtain public key")),
        "unknown-key",
        "nobody with a link gets in: the server said `could not obtain public key`, because it finds no public key by the `key_id` of the links",
        "compare `key_id` under [server], `vpaas-magic-cookie-1/4f21`, with the id that the JaaS console shows beside the key\nif the key is not there, upload what `meetmint token --public-key` prints",
    );
    case(
        &Scene::debian().good(&login("invalid 'aud' claim")),
        "audience",
        "nobody with a link gets in: the server said `invalid 'aud' claim`, because it does not accept `jitsi` as the audience (`aud`)",
        "look up `asap_accepted_audiences` in /etc/prosody/conf.avail/meet.example.org.cfg.lua, and write one of its values as `audience` under [server] in meeting.toml",
    );
    case(
        &Scene::debian().good(&login("Not acceptable by nbf")),
        "clock",
        "nobody with a link gets in: the server said `Not acceptable by nbf`, because the link is not valid yet by its clock, which is more than 5 minutes behind this machine's",
        "compare the clocks of the server and of this machine with the right time: `timedatectl` shows them\nset the wrong one: `timedatectl set-ntp true` keeps it right",
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
        "inconclusive",
        "whether the server refuses these people is not known, because people with a valid link do not get in either: somebody with an expired link, somebody with a link signed with another secret and somebody with a link for another room",
        "first fix what keeps out people with a valid link, then run doctor again",
    );
    let unauthorized = Scene::debian().good(&login("Invalid signature")).summary().unauthorized;
    assert_eq!(unauthorized.foreign_key, Admission::Unknown);
    assert_eq!(unauthorized.no_token, Admission::Refused);
}

#[test]
fn a_wrong_subject_has_the_line_to_write() {
    let refused = |scene: Scene| scene.good(&mismatch()).come(Who::AnySubject, joined(false));
    let renamed = refused(Scene::debian())
        .seen(|observed| observed.site.domain = "xmpp.example.org".to_owned());
    case(
        &renamed,
        "subject",
        "nobody with a link gets in: the server said `Room and token mismatched`: it expects another `sub` than `meet.example.org`",
        "write subject = \"xmpp.example.org\" under [server] in meeting.toml, and run doctor again\nif that is refused as well, look up `muc_mapper_domain_base` or the name after VirtualHost in /etc/prosody/conf.avail/meet.example.org.cfg.lua, and write it there",
    );
    assert_eq!(setting(&renamed), [("server.subject", Some("\"xmpp.example.org\"".to_owned()))]);
    // It is refused where the public host was written, which Docker's images do not know.
    let public = Deployment {
        url: Some("https://meet.example.org"),
        subject: Some("meet.example.org"),
        ..Deployment::new(ServerKind::Docker, "acme")
    };
    let public = refused(Scene::with(&public))
        .seen(|observed| observed.site.domain = "meet.jitsi".to_owned())
        .accepting(|accepts, _| accepts.subject = true);
    assert_eq!(setting(&public), [("server.subject", Some("\"meet.jitsi\"".to_owned()))]);
    // With a tenant it is the tenant's.
    let tenant = Deployment {
        url: Some("https://meet.example.org/sales"),
        subject: Some("acme"),
        ..Deployment::new(ServerKind::Debian, "acme")
    };
    let tenant = refused(Scene::with(&tenant));
    assert_eq!(setting(&tenant), [("server.subject", Some("\"sales\"".to_owned()))]);
    // Nothing that the server says is written into the file unless it is a name.
    let hostile = refused(Scene::debian())
        .seen(|observed| observed.site.domain = "x\"\nsecret = { command = [\"sh\"] }".to_owned());
    assert_eq!(setting(&hostile), [("server.subject", None)]);
}

#[test]
fn a_room_that_is_not_opened_says_where_to_look() {
    let not_opened = |failure| Scene::debian().good(&Outcome::NoConference(failure));
    case(
        &not_opened(ConferenceFailure::NoFocus),
        "no-focus",
        "nobody with a link gets in: there is no Jicofo, the part of Jitsi that opens rooms",
        "Jicofo is not running, or not connected to Prosody: look at `systemctl status jicofo` and /var/log/jitsi/jicofo.log\nrestart Jicofo (`systemctl restart jicofo`)",
    );
    case(
        &not_opened(ConferenceFailure::NotAuthorized),
        "hosts-only",
        "nobody with a link gets in: Jicofo, which opens rooms, said that only hosts may open one",
        "so that people with links can open rooms, remove the block `authentication` from /etc/jitsi/jicofo/jicofo.conf, and restart Jicofo (`systemctl restart jicofo`)\nuntil then, links work only after a host has logged in and opened the room",
    );
    case(
        &Scene::docker().good(&Outcome::Silence(Step::Conference)),
        "focus-silent",
        "nobody with a link gets in: Jicofo, which opens rooms, never answers",
        "Jicofo hangs, or is not connected to Prosody: look at `docker compose ps` and `docker compose logs jicofo`, and for a plugin that fails in `docker compose logs prosody`\nrestart Jicofo (`docker compose restart jicofo`)",
    );
    case(
        &Scene::debian().come(Who::Participant, lobby()),
        "lobby",
        "a participant who joins after a moderator does not get in at once: they wait in the lobby until a moderator lets them in",
        "if nobody should wait, remove what switches the lobby on in new rooms from modules_enabled under Component \"conference.meet.example.org\" in /etc/prosody/conf.avail/meet.example.org.cfg.lua (lobby_autostart, for example)\nor let people past the lobby: add the plugin token_lobby_bypass, from github.com/jitsi-contrib/prosody-plugins, to the same list, and write lobby_bypass = true in meeting.toml for each role that should not wait, for example under [roles.moderator]\nafter a change on the server, restart Prosody (`systemctl restart prosody`)",
    );
}

#[test]
fn unauthorized_who_get_in_have_a_remedy() {
    case(
        &Scene::debian().come(Who::NoToken, joined(false)),
        "guests",
        "people without a link get in",
        "to keep out people without a link, set allow_empty_token = false under VirtualHost `meet.example.org` in /etc/prosody/conf.avail/meet.example.org.cfg.lua\nrestart Prosody (`systemctl restart prosody`)\nor, if this is intended, leave the server as it is, and write guests = true under [server.accepts] in meeting.toml",
    );
    case(
        &Scene::docker().come(Who::NoToken, joined(false)),
        "guests",
        "people without a link get in",
        "to keep out people without a link, set JWT_ALLOW_EMPTY=0 in the server's .env\nrecreate the containers (`docker compose up -d`)\nor, if this is intended, leave the server as it is, and write guests = true under [server.accepts] in meeting.toml",
    );
    case(
        &Scene::debian().come(Who::OtherRoom, joined(false)),
        "room-not-checked",
        "each link opens every room: people with a link for another room get in",
        "add token_verification to modules_enabled under Component \"conference.meet.example.org\" in /etc/prosody/conf.avail/meet.example.org.cfg.lua; if it is there after `--`, remove the `--`\nrestart Prosody (`systemctl restart prosody`)\nor, if this is intended, leave the server as it is, and write room = false under [server.accepts] in meeting.toml",
    );
    case(
        &Scene::debian().come(Who::ForeignKey, joined(false)).come(Who::Expired, joined(false)),
        "tokens-not-checked",
        "the server does not check links at all: it lets in somebody with a link signed with another secret and somebody with an expired link",
        "set authentication = \"token\" under VirtualHost `meet.example.org` in /etc/prosody/conf.avail/meet.example.org.cfg.lua\nrestart Prosody (`systemctl restart prosody`)",
    );
}

#[test]
fn who_moderates_has_a_remedy_and_a_line_to_write() {
    case(
        &first(Scene::debian()),
        "moderators",
        "whoever joins first becomes a moderator, whatever their role here says; `roles` under [server.accepts] says that moderators are the people whose role here says so, and nobody else",
        "so that roles count, add token_affiliation to modules_enabled under Component \"conference.meet.example.org\" in /etc/prosody/conf.avail/meet.example.org.cfg.lua (Jitsi has this plugin since mid-2026; before, it was at github.com/jitsi-contrib/prosody-plugins)\nadd the line `jicofo.conference.enable-auto-owner = false` at the end of /etc/jitsi/jicofo/jicofo.conf, after the last `}`\nrestart Prosody, then Jicofo (`systemctl restart prosody`, `systemctl restart jicofo`)\nwrite roles = [\"token_affiliation\"] under [server.accepts] in meeting.toml, and run doctor again\nor, if this is intended, leave the server as it is, and write roles = [\"first\"] under [server.accepts] in meeting.toml",
    );
    let unwritten = everybody(Scene::docker()).accepting(|accepts, written| {
        accepts.roles = vec![RoleRule::Everybody];
        written.roles = false;
    });
    case(
        &unwritten,
        "moderators",
        "everybody who joins with a link becomes a moderator, whatever their role here says",
        "so that roles count, add token_affiliation to XMPP_MUC_MODULES in the server's .env (Jitsi has this plugin since mid-2026; before, it was at github.com/jitsi-contrib/prosody-plugins)\nremove muc_allowners from XMPP_MUC_MODULES in the server's .env, if it is there\nset JICOFO_ENABLE_AUTH=0 and ENABLE_AUTO_OWNER=0 in the server's .env\nif XMPP_MUC_MODULES has muc_wait_for_host, set WAIT_FOR_HOST_DISABLE_AUTO_OWNERS=1 as well\nrecreate the containers (`docker compose up -d`)\nwrite roles = [\"token_affiliation\"] under [server.accepts] in meeting.toml, and run doctor again\nor, if this is intended, leave the server as it is, and write roles = [\"everybody\"] under [server.accepts] in meeting.toml",
    );
    assert_eq!(setting(&unwritten), [("server.accepts.roles", Some("[\"everybody\"]".to_owned()))]);
    // Better than the default of its kind.
    let better = Scene::debian().accepting(|accepts, written| {
        accepts.roles = vec![RoleRule::First];
        written.roles = false;
    });
    case(
        &better,
        "moderators",
        "moderators are the people whose role here says so, and nobody else; without `roles` under [server.accepts], meetmint assumes that whoever joins first becomes a moderator, whatever their role here says",
        "write roles = [\"token_affiliation\"] under [server.accepts] in meeting.toml",
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
        "`https://meet.example.org/http-bind` answers with HTTP status 404 and a web page, so the server cannot be tested over BOSH",
        "open a link in a browser, press F12, choose the tab Network, load the page again, and look for `http-bind` and `xmpp-websocket`\nif only the second is there, the server has no BOSH, and doctor cannot test it: to try by hand, make links with `meetmint token --name Test --for 1h`, one with `--role moderator` and one without, and open each in a private window\nif neither works, look at nginx's location of /http-bind and at `systemctl status prosody`",
    );
    let late = Scene::debian().without(&Who::NoToken).seen(|observed| observed.out_of_time = true);
    case(
        &late,
        "not-tried",
        "not tested, because the server answered too slowly: somebody without a link",
        "run doctor again when the server is less busy",
    );
    let behind = ClockSeen::Prosody { ahead: -300 };
    case(
        &Scene::debian().seen(|observed| observed.clock = Some(behind)),
        "clock",
        "the server's clock is 5 minutes behind this machine's, so links start and stop working 5 minutes later",
        "compare the clocks of the server and of this machine with the right time: `timedatectl` shows them\nset the wrong one: `timedatectl set-ntp true` keeps it right",
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
            "unauthorized": {
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
            "refused: people without a personal link, expired links, links with a wrong signature, links for another room",
            "moderators: people whose role here says so, and nobody else",
            "waiting: nobody has to wait",
            "clock: the server's is 1 second ahead of this machine's",
            "plugins: the server's part that checks links is from June 2024 or later",
        ]
    );
    // What everybody meets is no proof that the right people are kept out.
    assert_eq!(
        rows(&Scene::debian().good(&login("Invalid signature")))[1..],
        [
            "login: refused at login: `Invalid signature`",
            "refused: people without a personal link",
            "not tested: expired links, links with a wrong signature, links for another room",
            "moderators: not known, because nobody got in",
            "plugins: the server's part that checks links is from June 2024 or later",
        ]
    );
    let all_wait = rows(&Scene::debian().good(&lobby()));
    assert_eq!(all_wait[1], "login: people with a personal link wait, and nobody gets in at once");
    let dead = Scene::debian().seen(|observed| {
        observed.tries.clear();
        observed.unreached = Some(Unreached::Http(HttpError::TimedOut));
    });
    assert_eq!(rows(&dead), ["reached: no: no answer in time"]);
    // Neither a host nor an issuer has to be named in a certificate.
    let nameless = Scene::debian().seen(|observed| {
        let certificate =
            Certificate { names: Vec::new(), expires: NOW + 86_400, issuer: String::new() };
        observed.certificate = Some(certificate);
    });
    assert_eq!(rows(&nameless)[1], "certificate: 1 day left; it names no host");
    let who = Who::OwnRole { name: "speaker".to_owned(), moderator: false };
    let features = Some(vec!["recording".to_owned()]);
    let own = Outcome::Joined(Joined { is_moderator: false, features });
    let own = rows(&Scene::debian().come(who, own));
    let expected = "role: speaker: joined without moderator rights, features: recording";
    assert!(own.contains(&expected.to_owned()), "{own:?}");
}
