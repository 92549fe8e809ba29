//! One row for each thing that a server may do: the codes of what is said.

use meetmint_core::{Deployment, ServerKind};

use super::super::super::http::HttpError;
use super::super::super::observed::{
    ClientConfigSeen, ConferenceFailure, Outcome, Step, Unreached, Waiting, Who, WhoName,
};
use super::{
    Scene, case, for_host, joined, lobby, login, mismatch, not_allowed, refusal, with_detail,
};

fn join(condition: &str) -> Outcome {
    Outcome::JoinRefused(refusal(condition, ""))
}

/// Everybody's link is refused, so that nothing is known of those who must not get in.
#[track_caller]
fn refused(outcome: &Outcome, code: &str) {
    case(&Scene::debian().good(outcome), &[&format!("{code}!"), "inconclusive"]);
}

#[test]
fn a_good_server_has_no_finding() {
    case(&Scene::debian(), &[]);
    case(&Scene::docker(), &[]);
    case(&Scene::of(ServerKind::Jaas), &[]);
    let tenant = Some("https://meet.example.org/Sales.EU");
    let tenant = Deployment { url: tenant, ..Deployment::new(ServerKind::Debian, "acme") };
    case(&Scene::with(&tenant), &[]);
    // They may also be refused in other words.
    case(&Scene::debian().come(Who::NoToken, login("")), &[]);
    case(&Scene::debian().come(Who::NoToken, join("not-allowed")), &[]);
    case(&Scene::debian().come(Who::OtherRoom, join("not-allowed")), &[]);
    case(
        &Scene::debian().come(
            Who::Expired,
            login("Not acceptable by exp (90 sec since expired, valid for:300 sec)"),
        ),
        &[],
    );
}

#[test]
fn each_refusal_of_a_good_login_has_its_cause() {
    let texts = [
        ("Invalid signature", "signature"),
        ("Invalid or incorrect alg", "algorithm"),
        ("'kid' claim is missing", "key-needed"),
        ("'kid' claim only support with RS family", "key-needed"),
        ("could not obtain public key", "unknown-key"),
        ("invalid 'iss' claim", "issuer"),
        ("invalid 'aud' claim", "audience"),
        ("token required", "token-lost"),
        ("Not acceptable by nbf", "clock"),
        ("Not acceptable by exp", "clock"),
        ("Not acceptable by exp (12.0 sec since expired)", "clock"),
        ("Invalid token", "token-changed"),
        ("bad token format", "token-changed"),
        ("room claim is missing", "token-changed"),
        ("sub claim is missing", "token-changed"),
        ("exp must be number", "token-changed"),
        ("Invalid typ", "token-changed"),
        ("We are closed", "login-refused"),
        ("", "login-refused"),
    ];
    for (text, code) in texts {
        // `room claim is missing` comes from newer plugins than the other texts.
        refused(&login(text), code);
    }
    refused(&Outcome::LoginRefused(refusal("no-anonymous-login", "")), "no-token-login");
    refused(&Outcome::Silence(Step::Login), "login-silent");
}

#[test]
fn each_way_not_to_get_into_the_room_has_its_cause() {
    let outcomes = [
        (Outcome::NoConference(ConferenceFailure::NoFocus), "no-focus"),
        (Outcome::NoConference(ConferenceFailure::NotReady), "not-ready"),
        (Outcome::NoConference(ConferenceFailure::NotAuthorized), "hosts-only"),
        (
            Outcome::NoConference(ConferenceFailure::Reservation("5".into(), "no".into())),
            "reservation",
        ),
        (Outcome::NoConference(ConferenceFailure::Other("HTTP 500".into())), "conference"),
        (Outcome::NoConference(ConferenceFailure::Visitor), "visitor"),
        (Outcome::Silence(Step::Conference), "focus-silent"),
        (Outcome::Silence(Step::Join), "join-silent"),
        (with_detail("Room does not exist", "room-does-not-exist"), "no-room"),
        (Outcome::JoinRefused(not_allowed("Room creation is restricted")), "no-room"),
        (Outcome::JoinRefused(not_allowed("Authentication required")), "token-lost"),
        (Outcome::JoinRefused(not_allowed("Invalid resource")), "resource"),
        (join("service-unavailable"), "room-full"),
        (join("conflict"), "name-taken"),
        (join("not-authorized"), "password"),
        (join("forbidden"), "banned"),
        (join("removed"), "removed"),
        (join("not-allowed"), "join-refused"),
        (Outcome::JoinRefused(not_allowed("Not today")), "join-refused"),
        (mismatch(), "subject"),
        (lobby(), "lobby"),
        (for_host(), "wait-for-host"),
    ];
    for (outcome, code) in outcomes {
        let scene = Scene::debian().good(&outcome);
        // The room of the link is compared only with those who enter it.
        case(&scene, &[&format!("{code}!"), "inconclusive"]);
        let tested: Vec<_> = scene.findings().remove(1).people;
        assert_eq!(tested, [WhoName::OtherRoom]);
    }
}

#[test]
fn a_wrong_subject_is_told_from_a_wrong_room() {
    let all = || Scene::debian().good(&mismatch());
    let inconclusive = "inconclusive";
    case(&all().come(Who::AnySubject, joined(false)), &["subject!", inconclusive]);
    case(&all().come(Who::AnySubject, mismatch()), &["room-claim!", inconclusive]);
    let wildcard = Outcome::JoinRefused(not_allowed("Wildcard sub in token not allowed"));
    case(&all().come(Who::AnySubject, wildcard), &["subject!", inconclusive]);
    let room = with_detail("Room does not match the room from token", "room-mismatch");
    case(&Scene::debian().good(&room), &["room-claim!", inconclusive, "subject-verification"]);
    let invalid =
        not_allowed("The destination address is invalid: x@conference.sales_eu.meet.example.org");
    case(&Scene::debian().good(&Outcome::JoinRefused(invalid)), &["tenant!", inconclusive]);
}

#[test]
fn some_with_a_good_link_may_stay_out() {
    let debian = Scene::debian;
    case(&debian().come(Who::Moderator, lobby()), &["lobby!", "moderators-unknown"]);
    // A moderator is past the lobby, and lets participants in: such a server is meant to be so.
    case(&debian().come(Who::Participant, lobby()), &["lobby"]);
    case(
        &debian().come(Who::Alone, lobby()).come(Who::Participant, lobby()),
        &["moderators-unknown!", "lobby"],
    );
    // Without a lobby, nobody can let them in.
    let unnamed = Outcome::Waits(Waiting { lobby: false, for_host: false });
    case(&debian().come(Who::Participant, unnamed), &["lobby!"]);
    // Whoever comes before the host waits: so is such a server.
    let closed = || Outcome::NoConference(ConferenceFailure::NotAuthorized);
    let in_lobby = || Outcome::Waits(Waiting { lobby: true, for_host: true });
    for (waits, code) in
        [(for_host(), "wait-for-host"), (in_lobby(), "wait-for-host"), (closed(), "hosts-only")]
    {
        let scene = || debian().come(Who::Alone, waits.clone());
        case(&scene(), &["moderators-unknown!", code]);
        case(&scene().come(Who::SecondModerator, joined(true)), &[code]);
        case(&scene().come(Who::SecondModerator, joined(false)), &["moderators!", code]);
        // Who is inside gets in no better.
        let problem = format!("{code}!");
        let scene = scene().come(Who::Participant, waits.clone());
        case(&scene, &[&problem, "moderators-unknown"]);
    }
    let broken = Outcome::Broken(Step::Join, Unreached::Terminated("undefined-condition".into()));
    case(&debian().come(Who::Participant, broken), &["broken!"]);
    case(
        &debian()
            .come(Who::Alone, Outcome::Silence(Step::Join))
            .come(Who::Participant, Outcome::Silence(Step::Join)),
        &["join-silent!", "moderators-unknown"],
    );
}

#[test]
fn whoever_gets_in_and_must_not_is_a_problem() {
    let debian = Scene::debian;
    let expired = || debian().come(Who::Expired, joined(false));
    case(&expired(), &["expired-accepted!"]);
    // Getting past the login is enough: the rest is about the room.
    case(&debian().come(Who::Expired, lobby()), &["expired-accepted!"]);
    case(&debian().come(Who::Expired, join("conflict")), &["expired-accepted!"]);
    case(&debian().come(Who::ForeignKey, joined(false)), &["tokens-not-checked!"]);
    case(&debian().come(Who::ForeignKey, Outcome::Silence(Step::Join)), &["tokens-not-checked!"]);
    case(&debian().come(Who::OtherRoom, joined(false)), &["room-not-checked!"]);
    case(&debian().come(Who::OtherRoom, lobby()), &["room-not-checked!"]);
    case(&debian().come(Who::NoToken, joined(false)), &["guests!"]);
    case(&debian().come(Who::NoToken, lobby()), &["guests!"]);
    // One cause, one finding.
    let all = expired()
        .come(Who::ForeignKey, joined(false))
        .come(Who::OtherRoom, joined(false))
        .come(Who::NoToken, joined(false));
    case(&all, &["tokens-not-checked!"]);
    // Then no role counts, whatever else the server may have for it.
    let nobody = Scene::debian().come(Who::ForeignKey, joined(false));
    case(&nobody.come(Who::Moderator, joined(false)), &["tokens-not-checked!", "moderators"]);
    // Guests have a domain of their own.
    let guests = all.seen(|observed| {
        observed.site.anonymous_domain = Some("guest.meet.example.org".to_owned());
    });
    case(&guests, &["tokens-not-checked!", "guests!"]);
}

#[test]
fn whoever_must_not_get_in_is_named_if_nothing_is_known() {
    let debian = Scene::debian;
    let no_room = || with_detail("Room does not exist", "room-does-not-exist");
    let broken = || Outcome::Broken(Step::Login, Unreached::NotBosh);
    case(&debian().come(Who::OtherRoom, no_room()), &["inconclusive!"]);
    case(&debian().come(Who::OtherRoom, login("Invalid signature")), &["inconclusive!"]);
    case(&debian().come(Who::OtherRoom, join("service-unavailable")), &["inconclusive!"]);
    case(&debian().come(Who::NoToken, no_room()), &["inconclusive!"]);
    case(&debian().come(Who::NoToken, Outcome::Silence(Step::Join)), &["inconclusive!"]);
    case(&debian().come(Who::Expired, broken()), &["inconclusive!"]);
    case(&debian().come(Who::ForeignKey, Outcome::Silence(Step::Login)), &["inconclusive!"]);
    let later = Outcome::LoginRefused(refusal("temporary-auth-failure", ""));
    case(&debian().come(Who::ForeignKey, later), &["inconclusive!"]);
    // The server asks for a token, whatever it thinks of ours.
    let people = Scene::debian().good(&login("Invalid signature")).findings().remove(1).people;
    assert_eq!(people, [WhoName::Expired, WhoName::ForeignKey, WhoName::OtherRoom]);
}

#[test]
fn what_was_not_tried_is_said() {
    let late = Scene::debian().without(&Who::OtherRoom).without(&Who::NoToken);
    let late = late.seen(|observed| observed.out_of_time = true);
    case(&late, &["not-tried!"]);
    assert_eq!(late.findings()[0].people, [WhoName::OtherRoom, WhoName::NoToken]);
    let stopped = Scene::debian().without(&Who::NoToken).seen(|observed| {
        observed.unreached = Some(Unreached::Http(HttpError::TimedOut));
    });
    case(&stopped, &["stopped!", "not-tried"]);
    // The trial ends after the first refusal.
    let only = [Who::Moderator, Who::Participant, Who::Expired, Who::ForeignKey, Who::OtherRoom]
        .iter()
        .fold(Scene::debian().come(Who::Alone, login("Invalid signature")), Scene::without);
    case(&only, &["signature!", "not-tried"]);
    assert!(only.findings()[0].message.starts_with("nobody with a link gets in: "));
}

#[test]
fn what_was_not_reached_is_said_once() {
    let none = |unreached: Unreached| {
        Scene::debian().seen(|observed| {
            observed.tries.clear();
            observed.unreached = Some(unreached);
        })
    };
    let html = |status| Unreached::NoBosh { status, is_html: true };
    case(&none(Unreached::Http(HttpError::TimedOut)), &["not-reached!", "not-tried"]);
    case(&none(html(404)), &["no-bosh!", "not-tried"]);
    case(&none(html(502)), &["no-bosh!", "not-tried"]);
    case(&none(Unreached::NotBosh), &["no-bosh!", "not-tried"]);
    case(&none(Unreached::UnknownDomain("x".to_owned())), &["unknown-domain!", "not-tried"]);
    case(&none(Unreached::Terminated("other-request".to_owned())), &["no-session!", "not-tried"]);
    // As the trial leaves it: the first one who came met it.
    let met =
        none(Unreached::NotBosh).come(Who::Alone, Outcome::Broken(Step::Login, Unreached::NotBosh));
    case(&met, &["no-bosh!", "not-tried"]);
    assert_eq!(met.findings()[0].people, [WhoName::Alone]);
    let dead = none(Unreached::Http(HttpError::TimedOut)).seen(|observed| {
        observed.site.config = ClientConfigSeen::Failed(HttpError::TimedOut);
    });
    case(&dead, &["not-reached!", "not-tried"]);
    // Nothing is wrong, and nothing is right.
    case(&none(Unreached::NotBosh).seen(|observed| observed.unreached = None), &["not-tried!"]);
}
