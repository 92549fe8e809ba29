//! One row for each thing in which a server may differ from what the folder says: the codes of what is said.

use meetmint_core::{Plugins, Role, RoleRule, ServerKind};

use super::super::super::http::{Certificate, HttpError};
use super::super::super::observed::{
    ClientConfigSeen, ClockSeen, ConferenceFailure, Joined, Outcome, SiteOddity, Step, Who,
};
use super::{NOW, Scene, case, joined, lobby, login, mismatch, with_detail};

#[test]
fn what_is_written_is_known() {
    let known = |scene: Scene| {
        scene.accepting(|accepts, written| {
            accepts.guests = true;
            accepts.room = false;
            (written.guests, written.room) = (true, true);
        })
    };
    let open =
        Scene::debian().come(Who::NoToken, joined(false)).come(Who::OtherRoom, joined(false));
    case(&open, &["room-not-checked!", "guests!"]);
    case(&known(open), &["room-not-checked", "guests"]);
    // It is stricter than that.
    case(&known(Scene::debian()), &["room-checked!", "no-guests!"]);
}

#[test]
fn who_moderates_is_compared_with_what_is_written() {
    use RoleRule::{Everybody, First, Jaas, TokenAffiliation, TokenModeration};

    let first = |scene: Scene| {
        scene.come(Who::Alone, joined(true)).come(Who::SecondModerator, joined(false))
    };
    let everybody = |scene: Scene| {
        let scene = scene.come(Who::Alone, joined(true)).come(Who::SecondModerator, joined(true));
        scene.come(Who::Participant, joined(true))
    };
    let both = |scene: Scene| {
        scene.come(Who::Alone, joined(true)).come(Who::SecondModerator, joined(true))
    };
    let nobody = |scene: Scene| scene.come(Who::Moderator, joined(false));
    let written = |scene: Scene, roles: &[RoleRule]| {
        scene.accepting(|accepts, written| {
            accepts.roles = roles.to_vec();
            written.roles = true;
        })
    };
    let unwritten = |scene: Scene, role| {
        scene.accepting(|accepts, written| {
            accepts.roles = vec![role];
            written.roles = false;
        })
    };
    let (debian, docker) = (Scene::debian, Scene::docker);
    for scene in [first(debian()), everybody(debian()), both(debian()), nobody(debian())] {
        case(&scene, &["moderators!"]);
    }
    case(&written(first(debian()), &[First]), &["moderators"]);
    case(&written(everybody(docker()), &[Everybody]), &["moderators"]);
    case(&written(everybody(docker()), &[Everybody, TokenAffiliation]), &["moderators"]);
    case(&written(both(debian()), &[First, TokenAffiliation]), &["moderators"]);
    case(&written(nobody(debian()), &[]), &["moderators"]);
    case(&written(debian(), &[TokenModeration]), &[]);
    // Defaults are what servers of this kind do; they are right only if nobody expects anything else.
    case(&unwritten(first(debian()), First), &["moderators!"]);
    case(&unwritten(everybody(docker()), Everybody), &["moderators!"]);
    // Roles count, which nobody has to mend; it is only worth writing.
    case(&unwritten(debian(), First), &["moderators"]);
    case(&written(debian(), &[First]), &["moderators!"]);
    case(&everybody(Scene::of(ServerKind::Jaas)), &["moderators!"]);
    case(&unwritten(Scene::of(ServerKind::Jaas), Jaas), &[]);
    // What fits no rule.
    case(&debian().come(Who::Participant, joined(true)), &["moderators-unclear!"]);
    case(&first(debian()).come(Who::Participant, joined(true)), &["moderators-unclear!"]);
    case(&debian().come(Who::Alone, joined(true)), &["moderators-unknown!"]);
}

#[test]
fn own_roles_get_what_they_say() {
    let role = |moderator, features: &[&str]| Role {
        moderator,
        features: Some(features.iter().map(|&name| name.to_owned()).collect()),
        ..Role::named("speaker")
    };
    let with = |role: Role, outcome: Outcome| {
        let who = Who::OwnRole { name: role.name.clone(), moderator: role.moderator };
        let mut scene = Scene::debian().come(who, outcome);
        scene.own_roles.push(role);
        scene
    };
    let granted = |is_moderator, features: &[&str]| {
        let features = Some(features.iter().map(|&name| name.to_owned()).collect());
        Outcome::Joined(Joined { is_moderator, features })
    };
    let recorder = || role(false, &["recording", "screen-sharing"]);
    case(&with(recorder(), granted(false, &["recording"])), &[]);
    case(&with(recorder(), granted(false, &[])), &["features!"]);
    case(&with(recorder(), joined(false)), &["features-unknown"]);
    case(&with(role(true, &[]), joined(true)), &[]);
    case(&with(role(true, &[]), joined(false)), &["own-role!"]);
    case(&with(role(false, &[]), joined(true)), &["own-role!"]);
    case(&with(role(false, &[]), lobby()), &["own-role!"]);
    case(&with(role(false, &[]), Outcome::Silence(Step::Join)), &["own-role!"]);
    let visitor = Outcome::NoConference(ConferenceFailure::Visitor);
    case(&with(role(false, &[]), visitor.clone()), &["own-role!"]);
    case(&with(Role { visitor: true, ..role(false, &[]) }, visitor), &[]);
    // Everybody is a moderator: that is said once.
    let everybody = with(role(false, &[]), joined(true))
        .come(Who::Alone, joined(true))
        .come(Who::Participant, joined(true));
    case(&everybody, &["moderators!"]);
    let mut scene = Scene::debian();
    scene.own_roles.push(recorder());
    case(&scene, &["own-role-not-tried"]);
}

#[test]
fn the_page_needs_its_configuration() {
    let config = |config| Scene::debian().seen(|observed| observed.site.config = config);
    let moved = || ClientConfigSeen::Moved("https://meet.example.com/config.js".to_owned());
    // People got in, so the page may have its settings elsewhere.
    case(&config(ClientConfigSeen::Absent(404)), &["no-config"]);
    case(&config(ClientConfigSeen::NotAConfig), &["no-config"]);
    case(&config(ClientConfigSeen::Failed(HttpError::TimedOut)), &["no-config"]);
    case(&config(moved()), &["no-config"]);
    let nobody = Scene::debian().good(&mismatch()).seen(|it| it.site.config = moved());
    assert!(nobody.codes().contains(&"no-config!".to_owned()), "{:?}", nobody.codes());
    let oddity = |oddity| Scene::debian().seen(|observed| observed.site.oddities = vec![oddity]);
    let clear_text = SiteOddity::ClearText {
        setting: "bosh",
        address: "http://meet.local/http-bind".to_owned(),
    };
    case(&oddity(clear_text), &["config-address!"]);
    let elsewhere = SiteOddity::OtherMachine { setting: "bosh", host: "xmpp.local".to_owned() };
    case(&oddity(elsewhere), &["config-address"]);
    let unread = ClientConfigSeen::Read { unread: vec!["hosts.muc".to_owned()] };
    case(&config(unread), &["config-unread"]);
    // It names another domain, and the server does not mind.
    let other =
        |scene: Scene| scene.seen(|observed| observed.site.domain = "meet.local".to_owned());
    case(&other(Scene::debian()), &["domain"]);
    case(&other(Scene::docker()), &["domain"]);
}

#[test]
fn clocks_and_certificates_have_limits() {
    let clock = |clock| Scene::debian().seen(|observed| observed.clock = Some(clock));
    let prosody = |ahead| clock(ClockSeen::Prosody { ahead });
    case(&prosody(29), &[]);
    case(&prosody(-29), &[]);
    case(&prosody(30), &["clock"]);
    case(&prosody(-119), &["clock"]);
    case(&prosody(120), &["clock!"]);
    case(&prosody(-120), &["clock!"]);
    case(&prosody(i64::MIN), &["clock!"]);
    case(&clock(ClockSeen::WebServer { ahead: 3_600 }), &["clock"]);
    // Everybody is kept out by it, which is said once.
    let late = login("Not acceptable by exp (400.0 sec since expired)");
    let late = prosody(700).good(&late);
    assert_eq!(late.codes().iter().filter(|code| code.starts_with("clock")).count(), 1);
    let certificate = |days: i64| {
        let expires = NOW + days * 86_400;
        let certificate = Certificate { names: Vec::new(), expires, issuer: String::new() };
        Scene::debian().seen(|observed| observed.certificate = Some(certificate))
    };
    case(&certificate(22), &[]);
    case(&certificate(21), &["certificate"]);
    case(&certificate(7), &["certificate"]);
    case(&certificate(6), &["certificate!"]);
    case(&certificate(-1), &["certificate!"]);
}

#[test]
fn the_age_of_plugins_is_read_from_their_texts() {
    let of = |scene: Scene, plugins, known| {
        scene.accepting(|accepts, written| {
            accepts.plugins = plugins;
            written.plugins = known;
        })
    };
    let old = || Scene::debian().come(Who::Expired, login("Not acceptable by exp"));
    case(&old(), &["plugins"]);
    case(&of(old(), Plugins::Since2026, true), &["plugins!"]);
    case(&of(old(), Plugins::Since2022, true), &[]);
    case(&of(Scene::debian(), Plugins::Since2024, true), &[]);
    case(&of(Scene::debian(), Plugins::Since2022, false), &["plugins"]);
    let separate = || {
        let text = "Room does not match the room from token";
        Scene::docker().come(Who::OtherRoom, with_detail(text, "room-mismatch"))
    };
    case(&separate(), &[]);
    case(&of(separate(), Plugins::Since2024, true), &["plugins!"]);
    // It does not verify the domain, or it would use other words.
    let verified = |known| {
        separate().accepting(move |accepts, written| {
            accepts.subject = true;
            written.subject = known;
        })
    };
    case(&verified(true), &["subject-verification!"]);
    case(&verified(false), &["subject-verification"]);
    // And here it does.
    let detail = Scene::docker().come(Who::NoToken, with_detail("", "authentication-required"));
    case(&detail, &["subject-verification"]);
}
