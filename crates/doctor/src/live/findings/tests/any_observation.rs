//! Whatever is seen: no panic, nothing that a server could smuggle into a message, and nobody passed over.

use meetmint_core::{Plugins, Role, RoleRule, ServerKind};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::super::super::http::Certificate;
use super::super::super::http::HttpError;
use super::super::super::observed::{
    ClientConfigSeen, ClockSeen, ConferenceFailure, Joined, Outcome, Refusal, Step, Unreached,
    Waiting, Who,
};
use super::super::case::NEEDED;
use super::super::unauthorized::Admission;
use super::Scene;

const TOKEN: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb29tIjoiYSJ9.c2lnbmF0dXJl";

/// What a server says: texts that count, and anything else.
fn text() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "",
        "token required",
        "Invalid signature",
        "Invalid or incorrect alg",
        "could not obtain public key",
        "invalid 'iss' claim",
        "Not acceptable by exp",
        "Not acceptable by exp (90 sec since expired)",
        "Not acceptable by nbf",
        "room claim is missing",
        "Room and token mismatched",
        "Room does not match the room from token",
        "Room does not exist",
        "Room creation is restricted",
        "Authentication required",
        "The destination address is invalid: x@y",
        "not-allowed",
        "forbidden",
        "conflict",
        "service-unavailable",
        "room-mismatch",
        "room-does-not-exist",
        "authentication-required",
    ]);
    prop_oneof![
        8 => known.prop_map(str::to_owned),
        1 => any::<String>(),
        1 => any::<String>().prop_map(|text| format!("{text}\u{1b}[2J\n{TOKEN}\u{202e}{}", "x".repeat(5_000))),
    ]
}

fn refusal() -> impl Strategy<Value = Refusal> {
    (text(), text(), vec(text(), 0..3)).prop_map(|(condition, text, details)| Refusal {
        condition,
        text,
        details,
    })
}

fn unreached() -> impl Strategy<Value = Unreached> {
    prop_oneof![
        Just(Unreached::Http(HttpError::TimedOut)),
        Just(Unreached::Http(HttpError::Interrupted)),
        text().prop_map(|text| Unreached::Http(HttpError::Failed(text))),
        (any::<u16>(), any::<bool>())
            .prop_map(|(status, is_html)| Unreached::NoBosh { status, is_html }),
        Just(Unreached::NotBosh),
        text().prop_map(Unreached::UnknownDomain),
        text().prop_map(Unreached::Terminated),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    proptest::sample::select(vec![Step::Login, Step::Conference, Step::Join])
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        4 => (any::<bool>(), option::of(vec(text(), 0..4))).prop_map(|(is_moderator, features)| {
            Outcome::Joined(Joined { is_moderator, features })
        }),
        3 => refusal().prop_map(Outcome::LoginRefused),
        3 => refusal().prop_map(Outcome::JoinRefused),
        1 => (any::<bool>(), any::<bool>())
            .prop_map(|(lobby, for_host)| Outcome::Waits(Waiting { lobby, for_host })),
        1 => step().prop_map(Outcome::Silence),
        1 => (step(), unreached()).prop_map(|(step, unreached)| Outcome::Broken(step, unreached)),
        1 => prop_oneof![
            Just(ConferenceFailure::NoFocus),
            Just(ConferenceFailure::NotReady),
            Just(ConferenceFailure::NotAuthorized),
            Just(ConferenceFailure::Visitor),
            (text(), text()).prop_map(|(code, text)| ConferenceFailure::Reservation(code, text)),
            text().prop_map(ConferenceFailure::Other),
        ]
        .prop_map(Outcome::NoConference),
    ]
}

fn scene() -> impl Strategy<Value = Scene> {
    let kind =
        proptest::sample::select(vec![ServerKind::Debian, ServerKind::Docker, ServerKind::Jaas]);
    // Half of the people meet what they do on a good server.
    let people = vec(option::weighted(0.4, option::weighted(0.8, outcome())), 10);
    let site = (
        option::of(text()),
        text(),
        option::of(unreached()),
        option::of(any::<i64>()),
        option::of((vec(text(), 0..3), any::<i64>())),
    );
    let accepts = (
        any::<[bool; 8]>(),
        proptest::sample::subsequence(RoleRule::ALL.to_vec(), 0..=5),
        proptest::sample::select(vec![Plugins::Since2022, Plugins::Since2025, Plugins::Since2026]),
    );
    (kind, people, site, accepts).prop_map(|(kind, people, site, accepts)| {
        let mut scene = Scene::of(kind);
        let own = Who::OwnRole { name: "speaker".to_owned(), moderator: true };
        let who = NEEDED.into_iter().chain([Who::SecondModerator, Who::AnySubject, own]);
        for (who, change) in who.zip(people) {
            match change {
                None => {}
                Some(None) => scene = scene.without(&who),
                Some(Some(outcome)) => scene = scene.come(who, outcome),
            }
        }
        let (guest, domain, unreached, clock, certificate) = site;
        let (flags, roles, plugins) = accepts;
        let [has_domain, late, flags @ ..] = flags;
        scene
            .own_roles
            .push(Role { features: Some(vec!["recording".to_owned()]), ..Role::named("speaker") });
        let observed = &mut scene.observed;
        observed.site.anonymous_domain = guest;
        if has_domain {
            observed.site.config =
                ClientConfigSeen::Read { unread: vec![domain.clone(), "hosts.domain".to_owned()] };
            observed.site.domain = domain;
        }
        observed.unreached = unreached;
        observed.clock = clock.map(|ahead| ClockSeen::Prosody { ahead });
        observed.certificate = certificate.map(|(names, expires)| Certificate {
            issuer: names.concat(),
            names,
            expires,
        });
        observed.out_of_time = late;
        (scene.accepts.guests, scene.accepts.room, scene.accepts.subject) =
            (flags[0], flags[1], flags[2]);
        (scene.written.guests, scene.written.room, scene.written.roles) =
            (flags[3], flags[4], flags[5]);
        scene.accepts.roles = roles;
        scene.accepts.plugins = plugins;
        scene
    })
}

/// Whether somebody met what they do on a good server, by a rule of the test's own.
fn is_good(scene: &Scene, who: &Who) -> bool {
    let Some(outcome) = scene.observed.outcome(who) else { return false };
    match who {
        Who::Alone | Who::Moderator | Who::Participant => matches!(outcome, Outcome::Joined(_)),
        Who::OtherRoom => matches!(outcome, Outcome::JoinRefused(_)),
        Who::NoToken => matches!(outcome, Outcome::LoginRefused(_) | Outcome::JoinRefused(_)),
        _ => matches!(outcome, Outcome::LoginRefused(_)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nobody_is_passed_over_and_nothing_gets_through(scene in scene()) {
        let findings = scene.findings();
        for who in NEEDED.iter().filter(|who| !is_good(&scene, who)) {
            let is_named =
                findings.iter().any(|finding| finding.people.contains(&who.name()));
            prop_assert!(is_named, "{who:?}: {findings:#?}");
        }
        for finding in &findings {
            let all = format!("{}{}", finding.message, finding.cure);
            // Steps are lines, and no step is empty.
            let shown = format!("{}{}", finding.message, finding.cure.replace('\n', ""));
            prop_assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202e}'), "{all:?}");
            prop_assert!(finding.cure.lines().all(|step| step.trim() == step && !step.is_empty()));
            prop_assert!(!all.contains("eyJ"), "{all:?}");
            prop_assert!(all.len() < 4_000, "{}", all.len());
            prop_assert!(!finding.message.is_empty());
            prop_assert!(!finding.is_problem || !finding.cure.is_empty(), "{all}");
        }
        // A report without a problem means that everything was tried.
        if findings.iter().all(|finding| !finding.is_problem) {
            prop_assert!(scene.summary().not_tried.is_empty() && scene.summary().reached);
            let outcome = |who| scene.observed.outcome(&who);
            let is_in_lobby =
                |outcome: &Outcome| matches!(outcome, Outcome::Waits(waiting) if waiting.lobby);
            let has_joined = |outcome: &Outcome| matches!(outcome, Outcome::Joined(_));
            prop_assert!(outcome(Who::Moderator).is_some_and(has_joined));
            // A moderator lets them in: a note says so.
            let may_get_in = |outcome: &Outcome| has_joined(outcome) || is_in_lobby(outcome);
            prop_assert!(outcome(Who::Participant).is_some_and(may_get_in));
        }
        // Problems come first.
        prop_assert!(findings.is_sorted_by_key(|finding| !finding.is_problem));
        let summary = scene.summary();
        let json = serde_json::to_string(&summary).unwrap();
        prop_assert!(!json.contains("eyJ") && !json.contains("\\u001b"), "{json}");
        // With something in between: `public key` and `Jicofo` would look like the beginning of a token.
        let rows: Vec<String> = summary.rows().into_iter().map(|(_, words)| words).collect();
        let rows = rows.join(" ");
        prop_assert!(!rows.contains(|c: char| c.is_control()) && !rows.contains("eyJ"), "{rows:?}");
        // Report and summary say the same.
        let unauthorized = [
            (Who::Expired, summary.unauthorized.expired),
            (Who::ForeignKey, summary.unauthorized.foreign_key),
            (Who::OtherRoom, summary.unauthorized.other_room),
            (Who::NoToken, summary.unauthorized.no_token),
        ];
        for (who, admission) in unauthorized {
            let is_named =
                findings.iter().any(|finding| finding.people.contains(&who.name()));
            prop_assert!(admission == Admission::Refused || is_named, "{who:?} {admission:?}");
        }
    }
}
