//! Why somebody with a valid link does not get from the login into the room (`jitsi-tokens` facts, §1.4 and §8).

use meetmint_core::quoted;

use super::super::observed::{ConferenceFailure, Outcome, Refusal, Step, Unreached, Waiting, Who};
use super::case::Case;
use super::login::{Cause, Meaning};
use super::places::writable;
use super::words::{at, conference, said, unreached_words, until_when};

/// The cause of a refusal at the room.
pub(super) fn refused(case: Case<'_>, refusal: &Refusal) -> Cause {
    let said = said(refusal);
    if refusal.is_mismatch() {
        return mismatch(case, refusal);
    }
    if refusal.is_no_room() {
        return Cause::new(
            "no-room",
            format!("{said}: Jicofo did not open the room"),
            format!(
                "Jicofo has to join each room before anybody else: look at {}, and restart Jicofo after Prosody",
                case.jicofo()
            ),
        );
    }
    if refusal.says("Authentication required", "authentication-required") {
        return Cause::new(
            "token-lost",
            format!("{said}: the token did not reach the room"),
            format!(
                "`hosts.domain` in config.js has to be the host that checks the tokens: {}",
                case.check_tokens()
            ),
        );
    }
    if refusal.text.starts_with("The destination address is invalid") {
        return tenant(case, &said);
    }
    if refusal.condition == "removed" {
        let cure = format!("look in {} for the plugin that does so", case.prosody_log());
        return Cause::new("removed", "the server removed them from the room again", cure);
    }
    match of_condition(case, refusal) {
        Some(meaning) => meaning.cause(&said),
        None => {
            let cure = format!("look in {} for what the server says about it", case.prosody_log());
            Cause::new("join-refused", said, cure)
        }
    }
}

/// A code, what the condition means (XEP-0045 §7.2), and what to do about it.
fn of_condition(case: Case<'_>, refusal: &Refusal) -> Option<Meaning> {
    Some(match refusal.condition.as_str() {
        "service-unavailable" => Meaning::new(
            "room-full",
            "the room is full, although only test users are in it",
            "raise `muc_max_occupants` in Prosody's configuration",
        ),
        "conflict" => Meaning::new(
            "name-taken",
            "somebody with the same name is in the room already",
            "run doctor again",
        ),
        "not-authorized" => Meaning::new(
            "password",
            "the room has a password",
            "look for a plugin among the modules of rooms that gives each new room a password",
        ),
        "forbidden" => Meaning::new(
            "banned",
            "it keeps these people out of the room",
            format!("look in {} for the plugin that does so", case.prosody_log()),
        ),
        _ if refusal.text.starts_with("Invalid resource") => Meaning::new(
            "resource",
            "it expects another nickname than the one that Jitsi's page uses",
            format!("look in {}, and for changed plugins on the server", case.prosody_log()),
        ),
        _ => return None,
    })
}

/// Prosody 13 and tenants (`jitsi-tokens` facts, §7).
fn tenant(case: Case<'_>, said: &str) -> Cause {
    let cure = match case.server().plainer_tenant() {
        Some(plainer) => format!(
            "use a tenant without `_` and `.`, such as {}, in `url` under [server]: Prosody 13 accepts no other",
            quoted(&plainer)
        ),
        None => format!("look in {}", case.prosody_log()),
    };
    Cause::new("tenant", said, cure)
}

/// The token names another room or another domain, by the server's judgement.
fn mismatch(case: Case<'_>, refusal: &Refusal) -> Cause {
    let said = said(refusal);
    let room = || {
        Cause::new(
            "room-claim",
            format!("{said}: the room in the token is not the room that Jitsi's page joins"),
            format!(
                "look for a rule of the web server or a plugin that changes room names, and in {}: the links name the room as Jitsi's page does",
                case.prosody_log()
            ),
        )
    };
    // With verification of the domain off, it compares only the room.
    if refusal.text != "Room and token mismatched" {
        return room();
    }
    match case.outcome(&Who::AnySubject) {
        Some(Outcome::Joined(_) | Outcome::Waits(_)) => subject(case, &said, true),
        Some(Outcome::JoinRefused(second)) if second.is_mismatch() => room(),
        _ => subject(case, &said, false),
    }
}

/// `sub` is not what the server compares it with. `certain`: with `*`, people get in.
fn subject(case: Case<'_>, said: &str, certain: bool) -> Cause {
    let server = case.server();
    let probably = if certain { "" } else { "most likely " };
    let sent = quoted(server.subject());
    if has_no_tenants(case) && !case.is_jaas() {
        let because = format!(
            "{said}: it compares `sub` with its domain, because its config.js (`hosts.muc`) knows of no tenants"
        );
        let cure = "remove the tenant from `url` under [server] in meeting.toml: with and without it, links lead to the same room\nto have tenants, write `hosts.muc` and `bosh` in config.js with `subdomain` and `subdir`, as Jitsi's packages now come";
        return Cause {
            setting: Some(("server.url", None)),
            ..Cause::new("no-tenants", because, cure)
        };
    }
    let because = format!("{said}: {probably}it expects another `sub` than {sent}");
    let domain = case.observed.site.domain.as_str();
    let expected = server.expected_subject();
    // The tenant's, if links have one; else the domain that config.js names.
    let candidates = match server.tenant() {
        Some(_) => [expected.as_str(), domain],
        None => [domain, expected.as_str()],
    };
    let value = candidates
        .into_iter()
        .find(|value| writable(value) && !value.eq_ignore_ascii_case(server.subject()));
    let name = if case.is_docker() {
        "look up XMPP_DOMAIN in the server's .env (`meet.jitsi` if it is not there), and write its value".to_owned()
    } else {
        format!(
            "look up `muc_mapper_domain_base` or the name after VirtualHost in {}, and write it",
            case.prosody_file()
        )
    };
    if case.is_jaas() {
        let cure = "compare `app_id` under [server] with the AppID in the JaaS console, and remove `subject`";
        return Cause::new("subject", because, cure);
    }
    let cure = match value {
        Some(value) => format!(
            "write subject = \"{value}\" under [server] in meeting.toml, and run doctor again\nif that is refused as well, {name} there"
        ),
        None => format!("{name} as `subject` under [server] in meeting.toml"),
    };
    let setting = Some(("server.subject", value.map(|value| format!("\"{value}\""))));
    Cause { setting, ..Cause::new("subject", because, cure) }
}

/// Whether links have a tenant, and config.js leads to the same rooms without it.
fn has_no_tenants(case: Case<'_>) -> bool {
    let server = case.server();
    let label = format!(".{}.", server.expected_subject());
    let muc = case.observed.site.muc.to_ascii_lowercase();
    server.tenant().is_some() && !muc.is_empty() && !muc.contains(&label)
}

/// Jicofo did not open the room.
pub(super) fn not_opened(case: Case<'_>, failure: &ConferenceFailure) -> Cause {
    let words = conference(failure);
    let look = case.jicofo();
    let (code, cure) = match failure {
        ConferenceFailure::NoFocus => (
            "no-focus",
            format!(
                "Jicofo is not running, or not connected to Prosody: look at {look}\n{}",
                case.restart_jicofo()
            ),
        ),
        ConferenceFailure::NotReady => (
            "not-ready",
            format!(
                "Jicofo cannot join the room: look at {look}, and for a plugin that fails in {}\n{}, after Prosody",
                case.prosody_log(),
                case.restart_jicofo()
            ),
        ),
        ConferenceFailure::NotAuthorized => ("hosts-only", hosts_only_cure(case)),
        ConferenceFailure::Reservation(code, _) => (
            "reservation",
            format!(
                "{}, or switch the system off ({})",
                if code == "0" {
                    "look whether it runs, and whether Prosody has its right address"
                } else {
                    "reserve the room there"
                },
                if case.is_docker() {
                    "PROSODY_RESERVATION_ENABLED=0 in the server's .env"
                } else {
                    "remove the plugin reservations from Prosody's modules_enabled, or `reservation` from /etc/jitsi/jicofo/jicofo.conf"
                }
            ),
        ),
        ConferenceFailure::Other(_) => ("conference", format!("look at {look}")),
        ConferenceFailure::Visitor => (
            "visitor",
            "look at the limits on visitors in jicofo.conf: people beyond them can only watch"
                .to_owned(),
        ),
    };
    Cause::new(code, words, cure)
}

/// Jicofo authenticates people by another way than their token.
fn hosts_only_cure(case: Case<'_>) -> String {
    let how = if case.is_docker() {
        "set JICOFO_ENABLE_AUTH=0 in the server's .env, and recreate the containers (`docker compose up -d`)"
    } else {
        "remove the block `authentication` from /etc/jitsi/jicofo/jicofo.conf, and restart Jicofo (`systemctl restart jicofo`)"
    };
    format!(
        "so that people with links can open rooms, {how}\nuntil then, links work only after a host has logged in and opened the room"
    )
}

/// Somebody with a valid link has to wait.
pub(super) fn waits(case: Case<'_>, waiting: Waiting) -> Cause {
    let because = format!("they wait {}", until_when(waiting));
    if case.is_jaas() {
        let cure = "check the lobby setting in the JaaS console; until it is off, a moderator has to let people in";
        return Cause::new("lobby", because, cure);
    }
    let modules = case.room_modules();
    // Jitsi's plugin keeps those who wait for a host in a lobby.
    if waiting.for_host {
        let moderators = [Who::Moderator, Who::SecondModerator];
        let otherwise = if moderators.iter().any(|who| waits_for_host(case, who)) {
            "links work only after somebody has joined whom the server considers a host"
        } else {
            "the first moderator should join early"
        };
        let cure = format!(
            "if nobody should wait, remove muc_wait_for_host from {modules}\notherwise, {otherwise}"
        );
        return Cause::new("wait-for-host", because, cure);
    }
    let cure = format!(
        "if nobody should wait, remove what switches the lobby on in new rooms from {modules} (lobby_autostart, for example)\nor let people past the lobby: add the plugin token_lobby_bypass, from github.com/jitsi-contrib/prosody-plugins, to the same list, and write lobby_bypass = true in meeting.toml for each role that should not wait, for example under [roles.moderator]\nafter a change on the server, {}",
        case.apply()
    );
    Cause::new("lobby", because, cure)
}

fn waits_for_host(case: Case<'_>, who: &Who) -> bool {
    matches!(case.outcome(who), Some(Outcome::Waits(waiting)) if waiting.for_host)
}

/// No answer after the login.
pub(super) fn silent(case: Case<'_>, step: Step) -> Cause {
    match step {
        Step::Login => super::login::silent(case),
        Step::Conference => Cause::new(
            "focus-silent",
            "Jicofo, which opens rooms, never answers",
            format!(
                "Jicofo hangs, or is not connected to Prosody: look at {}, and for a plugin that fails in {}\n{}",
                case.jicofo(),
                case.prosody_log(),
                case.restart_jicofo()
            ),
        ),
        Step::Join => Cause::new(
            "join-silent",
            "the server never answers when they enter the room",
            format!(
                "look in {} for an error at that time: a plugin that fails never answers. Plugins of jitsi-contrib/prosody-plugins that are newer than the server's Jitsi do so",
                case.prosody_log()
            ),
        ),
    }
}

/// The connection ended.
pub(super) fn broken(case: Case<'_>, step: Step, unreached: &Unreached) -> Cause {
    Cause::new(
        "broken",
        format!("the connection ended {}: {}", at(step), unreached_words(unreached)),
        format!("run doctor again\nif it happens again, look in {}", case.prosody_log()),
    )
}
