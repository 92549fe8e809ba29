//! What is said of servers that are set up in a less common way, word for word.

use meetmint_core::{Deployment, ServerKind};

use super::super::super::http::HttpError;
use super::super::super::observed::{
    ClientConfigSeen, ConferenceFailure, Joined, Outcome, Refusal, Unreached, Waiting, Who,
};
use super::texts::{case, everybody, first, setting};
use super::{Scene, joined, lobby, mismatch};

#[test]
fn somebody_who_waits_learns_for_whom() {
    let waits = || Outcome::Waits(Waiting { lobby: true, for_host: true });
    case(
        &Scene::debian().come(Who::Alone, waits()),
        "wait-for-host",
        "a participant alone in a room does not get in at once: they wait in the lobby until a host joins or lets them in",
        "if nobody should wait, remove muc_wait_for_host from modules_enabled under Component \"conference.meet.example.org\" in /etc/prosody/conf.avail/meet.example.org.cfg.lua\notherwise, the first moderator should join early",
    );
    case(
        &Scene::docker().good(&waits()),
        "wait-for-host",
        "nobody gets in at once, not even moderators: they wait in the lobby until a host joins or lets them in",
        "if nobody should wait, remove muc_wait_for_host from XMPP_MUC_MODULES in the server's .env\notherwise, links work only after somebody has joined whom the server considers a host",
    );
    case(
        &Scene::debian().come(Who::Alone, lobby()).come(Who::Participant, lobby()),
        "moderators-unknown",
        "who becomes a moderator is known only in part: somebody with the role moderator who joined first became a moderator; who else does is not known",
        "open a participant's link in a browser, let them in from the lobby, and look whether they are a moderator",
    );
}

#[test]
fn a_room_for_one_is_full() {
    let full = Refusal { condition: "service-unavailable".to_owned(), ..Refusal::default() };
    case(
        &Scene::debian().come(Who::Participant, Outcome::JoinRefused(full)),
        "room-full",
        "a participant who joins after a moderator does not get in: the server said `service-unavailable`, because the room is full, although only test users are in it",
        "raise `muc_max_occupants` in Prosody's configuration",
    );
}

#[test]
fn no_role_counts_where_links_are_not_checked() {
    let scene = Scene::debian().come(Who::ForeignKey, joined(false));
    let scene = scene.come(Who::Moderator, joined(false));
    case(
        &scene,
        "moderators",
        "nobody becomes a moderator, whatever their role here says",
        "have the server check links first: until it does, no role counts",
    );
    assert_eq!(setting(&scene), []);
}

#[test]
fn a_web_server_without_bosh_may_have_another_address() {
    let missing = |scene: Scene, status, config: ClientConfigSeen| {
        let unreached = Unreached::NoBosh { status, is_html: true };
        scene.seen(|observed| {
            observed.tries.clear();
            observed.unreached = Some(unreached);
            observed.site.config = config;
        })
    };
    let moved = ClientConfigSeen::Moved("https://meet.example.com/config.js".to_owned());
    let cure = |scene: &Scene| {
        let findings = scene.findings();
        findings.into_iter().find(|finding| finding.code == "no-bosh").unwrap().cure
    };
    assert_eq!(cure(&missing(Scene::debian(), 301, moved)), "correct `url` under [server] first");
    for (status, start) in [
        (401, "the web server asks for a password"),
        (403, "the web server, or a firewall in front of it, keeps this machine out"),
        (429, "the web server, or a firewall in front of it, limits requests"),
        (
            502,
            "the web server does not reach Prosody, the part of Jitsi that lets people in: look at",
        ),
        (
            503,
            "the web server does not reach Prosody, the part of Jitsi that lets people in, or limits",
        ),
        (404, "open a link in a browser, "),
    ] {
        let cure = cure(&missing(Scene::debian(), status, ClientConfigSeen::Absent(status)));
        assert!(cure.starts_with(start), "{cure}");
    }
    let tenant = |kind| {
        let url = Some("https://meet.example.org/sales");
        Scene::with(&Deployment { url, ..Deployment::new(kind, "acme") })
    };
    for (kind, start) in [
        (
            ServerKind::Docker,
            "if rooms open without `/sales` in the address, the server has no tenants (ENABLE_SUBDOMAINS=0 in its .env): remove it from `url` under [server] in meeting.toml\notherwise, open a link in a browser, ",
        ),
        (
            ServerKind::Debian,
            "if rooms open without `/sales` in the address, the server has no tenants: remove it from `url` under [server] in meeting.toml\notherwise, open a link in a browser, ",
        ),
    ] {
        let cure = cure(&missing(tenant(kind), 404, ClientConfigSeen::Absent(404)));
        assert!(cure.starts_with(start), "{cure}");
    }
}

#[test]
fn whoever_moderates_for_being_alone_shows_no_features_of_participants() {
    let with = |is_moderator, feature: &str| {
        Outcome::Joined(Joined { is_moderator, features: Some(vec![feature.to_owned()]) })
    };
    let features = |scene: &Scene| scene.summary().participant_features;
    let alone = first(Scene::debian()).come(Who::Alone, with(true, "recording"));
    assert_eq!(features(&alone), None);
    let all = everybody(Scene::debian()).come(Who::Participant, with(true, "recording"));
    assert_eq!(features(&all), Some(vec!["recording".to_owned()]));
    let plain = Scene::debian().come(Who::Alone, with(false, "flip"));
    assert_eq!(features(&plain), Some(vec!["flip".to_owned()]));
}

#[test]
fn another_place_in_config_js_is_corrected_there() {
    let refused = |bosh: &str| {
        Scene::debian().seen(|observed| {
            let error = HttpError::Refused { address: "bosh.example.org:443".to_owned() };
            observed.tries.clear();
            observed.unreached = Some(Unreached::Http(error));
            observed.site.bosh = bosh.to_owned();
        })
    };
    case(
        &refused("https://bosh.example.org/http-bind"),
        "not-reached",
        "the server was not reached: bosh.example.org:443 refuses connections",
        "config.js sends browsers to `https://bosh.example.org/http-bind`: correct `bosh` there; if it is right, check that a web server with a valid certificate answers at that address",
    );
    case(
        &refused("https://meet.example.org/http-bind"),
        "not-reached",
        "the server was not reached: bosh.example.org:443 refuses connections",
        "check `url` under [server] in meeting.toml; if it is right, check that the web server runs",
    );
}

#[test]
fn a_tenant_that_config_js_does_not_know_is_removed() {
    let tenant = |muc: &str| {
        let url = Some("https://meet.example.org/Sales.EU");
        let scene = Scene::with(&Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") });
        let scene = scene.good(&mismatch()).come(Who::AnySubject, joined(false));
        scene.seen(|observed| observed.site.muc = muc.to_owned())
    };
    let scene = tenant("conference.meet.example.org");
    case(
        &scene,
        "no-tenants",
        "nobody with a link gets in: the server said `Room and token mismatched`: it compares `sub` with its domain, because its config.js (`hosts.muc`) knows of no tenants",
        "remove the tenant from `url` under [server] in meeting.toml: with and without it, links lead to the same room\nto have tenants, write `hosts.muc` and `bosh` in config.js with `subdomain` and `subdir`, as Jitsi's packages now come",
    );
    assert_eq!(setting(&scene), [("server.url", None)]);
    assert_eq!(tenant("conference.sales_eu.meet.example.org").findings()[0].code, "subject");
}

#[test]
fn a_reservation_system_without_an_answer_is_no_refusal() {
    let failure = |code: &str| {
        let failure = ConferenceFailure::Reservation(code.to_owned(), "Rejected".to_owned());
        Scene::docker().good(&Outcome::NoConference(failure))
    };
    case(
        &failure("0"),
        "reservation",
        "nobody with a link gets in: the server's reservation system does not answer",
        "look whether it runs, and whether Prosody has its right address, or switch the system off (PROSODY_RESERVATION_ENABLED=0 in the server's .env)",
    );
    case(
        &failure("409"),
        "reservation",
        "nobody with a link gets in: the server's reservation system did not allow the room: `409` `Rejected`",
        "reserve the room there, or switch the system off (PROSODY_RESERVATION_ENABLED=0 in the server's .env)",
    );
}
