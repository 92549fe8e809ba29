//! Servers whose settings decide who gets in, and as what.

use std::time::Duration;

use meetmint_core::{Bypass, Role};
use meetmint_doctor::live::{ClockSeen, Timing, Who};

use super::config;
use crate::jitsi::{Jitsi, Script};
use crate::scenario::Scenario;

/// The modules of rooms where no claim makes a moderator.
const NO_CLAIMS: &[&str] = &["token_verification"];

/// A lobby in which people wait for a moderator.
const HOSTS: &[&str] = &["lobby_reason = \"waiting-for-host\"", "lobby_has_hosts = true"];

/// `config.js` with a virtual host for guests.
fn guest_host(domain: &str) -> Vec<Script> {
    let hosts = format!(
        "hosts: {{ domain: '{domain}', anonymousdomain: 'guest.{domain}', muc: 'conference.{domain}' }}"
    );
    vec![Script::config(format!("var config = {{ {hosts}, bosh: '/http-bind' }};"))]
}

/// Who is let in.
pub(super) fn tokens() -> Vec<Scenario> {
    let own = Role { moderator: true, ..Role::named("speaker") };
    let own_roles: Vec<Role> =
        ["a", "b", "c", "d", "e"].map(|name| Role { moderator: false, ..Role::named(name) }).into();
    let own_who = |name: &str, moderator| Who::OwnRole { name: name.to_owned(), moderator };
    vec![
        Scenario {
            own_roles: vec![own],
            also: |observed, _| {
                let Some(ClockSeen::Prosody { ahead }) = observed.clock else { return false };
                // Of a clock that runs the same, some time may pass before it is compared.
                observed.unreached.is_none() && (-60..=0).contains(&ahead)
            },
            ..server!(
                "good.test",
                room_modules: &["token_verification", "token_affiliation", "permissions", "strict_nick"],
            )
        }
        .but(&[
            (Who::Moderator, "moderates with livestreaming recording send-groupchat transcription"),
            (
                own_who("speaker", true),
                "moderates with livestreaming recording send-groupchat transcription",
            ),
        ]),
        Scenario {
            own_roles,
            also: |observed, front| {
                observed.roles_left_out == ["d", "e"] && front.seen().logins == 10
            },
            ..server!("roles.test")
        }
        .but(&[(own_who("a", false), "in"), (own_who("b", false), "in"), (own_who("c", false), "in")]),
        Scenario { secret: "another secret of the trials, 0123456789abcdef", ..server!("secret.test") }
            .only(&[
                (Who::Alone, "login refused: not-allowed: Invalid signature"),
                (Who::NoToken, "login refused: not-allowed: token required"),
            ]),
        server!("audience.test", host: &["asap_accepted_audiences = { \"other\" }"]).only(&[
            (Who::Alone, "login refused: not-allowed: invalid 'aud' claim"),
            (Who::NoToken, "login refused: not-allowed: token required"),
        ]),
        server!("guests.test", host: &["allow_empty_token = true"]).but(&[(Who::NoToken, "in")]),
        Scenario {
            scripts: |_| config("guestdomain.test", "anonymousdomain: 'guest.guestdomain.test',"),
            ..server!("guestdomain.test", guest_domain: true)
        }
        .but(&[(Who::NoToken, "login refused: not-allowed: token required")]),
        // With the check of domains, guests are refused at the room.
        Scenario {
            scripts: |_| guest_host("guests-refused.test"),
            ..server!("guests-refused.test", guest_domain: true)
        }
        .but(&[(
            Who::NoToken,
            "join refused: not-allowed: Room name cannot be matched to the one from token.",
        )]),
        Scenario {
            scripts: |_| guest_host("guesthost.test"),
            ..server!(
                "guesthost.test",
                guest_domain: true,
                host: &["enable_domain_verification = false"],
            )
        }
        .but(&[
            (
                Who::OtherRoom,
                "join refused: not-allowed: Room does not match the room from token",
            ),
            (Who::NoToken, "in"),
        ]),
        Scenario { subject: Some("elsewhere.test"), ..server!("subject.test") }.but(&[
            (Who::Alone, "join refused: not-allowed: Room and token mismatched"),
            (Who::AnySubject, "in"),
            (Who::Moderator, "join refused: not-allowed: Room and token mismatched"),
        ])
        .without(&[Who::Participant, Who::OtherRoom]),
        server!("login-rate.test", host_modules: &["login_rate"]),
    ]
}

/// Who becomes a moderator.
pub(super) fn moderators() -> Vec<Scenario> {
    let everybody = [
        (Who::Alone, "moderates"),
        (Who::SecondModerator, "moderates"),
        (Who::Moderator, "moderates"),
        (Who::Participant, "moderates"),
    ];
    let first = [
        (Who::Alone, "moderates"),
        (Who::SecondModerator, "in"),
        (Who::Moderator, "moderates"),
        (Who::Participant, "in"),
    ];
    vec![
        server!("all.test", focus: Some(&["focus_grants = \"all\""]), room_modules: NO_CLAIMS)
            .but(&everybody),
        server!(
            "authenticated.test",
            focus: Some(&["focus_grants = \"authenticated\"", "focus_authenticates = true"]),
            room_modules: NO_CLAIMS,
        )
        .but(&everybody),
        server!("first.test", focus: Some(&["focus_grants = \"first\""]), room_modules: NO_CLAIMS)
            .but(&first),
        server!("first-and-claims.test", focus: Some(&["focus_grants = \"first\""]))
            .but(&[(Who::Alone, "moderates"), (Who::SecondModerator, "moderates")]),
        // It takes longer than a role has to be unchanged.
        server!(
            "longer.test",
            focus: Some(&["focus_grants = \"first\"", "focus_delay = 1.5"]),
            room_modules: NO_CLAIMS,
        )
        .but(&first),
        Scenario {
            timing: Timing {
                total: Duration::from_secs(15),
                ..Scenario::new(Jitsi::new("")).timing
            },
            ..server!("again.test", room_modules: &["token_verification", "token_affiliation", "presence_again"])
        },
        server!("nobody.test", room_modules: NO_CLAIMS).but(&[(Who::Moderator, "in")]),
        server!("moderation.test", room_modules: &["token_verification", "token_moderation"]),
        // The focus takes its time: the real limit.
        Scenario {
            timing: Timing::default(),
            stops_before: Some(Who::SecondModerator),
            also: |observed, _| observed.interrupted,
            ..server!(
                "late.test",
                focus: Some(&["focus_grants = \"first\"", "focus_delay = 2"]),
                room_modules: NO_CLAIMS,
            )
        }
        .only(&[(Who::Alone, "moderates")]),
        Scenario {
            stops_before: Some(Who::OtherRoom),
            also: |observed, _| observed.interrupted,
            ..server!("interrupted.test")
        }
        .without(&[Who::OtherRoom, Who::NoToken]),
    ]
}

/// What keeps people out of rooms.
pub(super) fn rooms() -> Vec<Scenario> {
    let waiting = |told| [(Who::Alone, told), (Who::Moderator, told)];
    let nobody_there = &[Who::Participant, Who::OtherRoom];
    let bypass = Bypass { lobby: true, security: false };
    let moderator = Role { bypass, ..Role::moderator() };
    vec![
        server!("any-room.test", room_modules: &["token_affiliation"])
            .but(&[(Who::OtherRoom, "in")]),
        Scenario {
            tenant: "/sales",
            subject: Some("sales"),
            scripts: |_| {
                vec![Script::config(
                    "var subdomain = \"sales.\";\nvar subdir = \"sales/\";\nvar config = {\n    hosts: { domain: 'tenant.test', muc: \
                     'conference.' + subdomain + 'tenant.test' },\n    bosh: '/' + subdir + 'http-bind',\n};\n",
                )]
            },
            also: |observed, front| {
                let requests = front.seen().requests;
                observed.unreached.is_none()
                    && requests.iter().any(|request| request == "POST /sales/http-bind")
            },
            ..server!("tenant.test")
        },
        server!("lobby.test", room_modules: &["token_verification", "lobby"])
            .but(&waiting("waits: lobby true, host false"))
            .without(nobody_there),
        server!(
            "host.test",
            room_modules: &["token_verification", "lobby"],
            rooms: &["lobby_reason = \"waiting-for-host\""],
        )
        .but(&waiting("waits: lobby true, host true"))
        .without(nobody_there),
        // The user lets moderators skip the lobby.
        Scenario {
            own_roles: vec![moderator.clone()],
            ..server!(
                "bypass.test",
                room_modules: &["token_verification", "lobby", "token_affiliation"],
            )
        }
        .but(&[
            (Who::Alone, "waits: lobby true, host false"),
            (Who::Participant, "waits: lobby true, host false"),
            (Who::OwnRole { name: moderator.name, moderator: true }, "moderates"),
        ]),
        // The first moderator opens the room.
        server!(
            "moderators-first.test",
            room_modules: &["token_verification", "lobby", "token_affiliation"],
            rooms: HOSTS,
        )
        .but(&[(Who::Alone, "waits: lobby true, host true"), (Who::SecondModerator, "moderates")]),
        server!(
            "first-moderator.test",
            focus: Some(&["focus_grants = \"first\""]),
            room_modules: &["token_verification", "lobby"],
            rooms: HOSTS,
        )
        .but(&[(Who::Alone, "waits: lobby true, host true"), (Who::SecondModerator, "in")]),
    ]
}
