//! Why somebody with a good link does not get from the login into the room (`jitsi-tokens` facts, §1.4 and §8).

use meetmint_core::quoted;

use super::super::observed::{ConferenceFailure, Outcome, Refusal, Step, Unreached, Waiting, Who};
use super::case::Case;
use super::login::Cause;
use super::places::writable;
use super::words::{at, before_what, conference, said, unreached_words};

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
                "Jicofo has to join each room before anybody else: look at {}, and restart it after Prosody",
                case.jicofo()
            ),
        );
    }
    if refusal.says("Authentication required", "authentication-required") {
        return Cause::new(
            "token-lost",
            format!("{said}: the room does not know of a token"),
            format!(
                "`hosts.domain` in config.js has to be the host that checks the tokens: {}",
                case.check_tokens()
            ),
        );
    }
    if refusal.text.starts_with("The destination address is invalid") {
        return tenant(case, &said);
    }
    let (code, meaning, cure) = match refusal.condition.as_str() {
        "registration-required" => (
            "members-only",
            "the room is for members only",
            "look for a lobby or another plugin among the modules of rooms that makes every new room one for members"
                .to_owned(),
        ),
        "service-unavailable" => (
            "room-full",
            "the room is full, although nobody else is in it",
            "raise `muc_max_occupants` in Prosody's configuration".to_owned(),
        ),
        "conflict" => (
            "name-taken",
            "somebody with the same name is in the room already",
            "run doctor again".to_owned(),
        ),
        "not-authorized" => (
            "password",
            "the room has a password",
            "look for a plugin among the modules of rooms that gives each new room a password"
                .to_owned(),
        ),
        "removed" => {
            let cure =
                format!("look in {} for the plugin that does so", case.prosody_log());
            return Cause::new("removed", "the server removed them from the room again", cure);
        }
        "forbidden" => (
            "banned",
            "it keeps these people out of the room",
            format!("look in {} for the plugin that does so", case.prosody_log()),
        ),
        _ if refusal.text.starts_with("Invalid resource") => (
            "resource",
            "it wants another name in the room than the page would use",
            format!("look in {}, and for changed plugins on the server", case.prosody_log()),
        ),
        _ => {
            let cure = format!("look in {} for what the server says about it", case.prosody_log());
            return Cause::new("join-refused", said, cure);
        }
    };
    Cause::new(code, format!("{said}, because {meaning}"), cure)
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
            format!(
                "{said}, and so it does with any `sub`: the room of the token is not the one that the page enters"
            ),
            format!(
                "look for a web server or a plugin that changes the names of rooms, and in {}: the links name the room as Jitsi's page does",
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
    let because = format!("{said}: {probably}it compares `sub` with something else than {sent}");
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

/// Jicofo did not open the room.
pub(super) fn not_opened(case: Case<'_>, failure: &ConferenceFailure) -> Cause {
    let words = conference(failure);
    let look = case.jicofo();
    let (code, cure) = match failure {
        ConferenceFailure::NoFocus => (
            "no-focus",
            format!(
                "it does not run, or is not connected to Prosody: look at {look}, and restart it"
            ),
        ),
        ConferenceFailure::NotReady => (
            "not-ready",
            format!("it cannot join the room: look at {look}, and restart it after Prosody"),
        ),
        ConferenceFailure::NotAuthorized => ("hosts-only", hosts_only_cure(case)),
        ConferenceFailure::Reservation(..) => (
            "reservation",
            format!(
                "reserve the room there, or switch the system off ({})",
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
            "look for limits on visitors in jicofo.conf: whoever is above them only watches"
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

/// Somebody with a good link has to wait.
pub(super) fn waits(case: Case<'_>, waiting: Waiting) -> Cause {
    let because = format!("they wait {}", before_what(waiting));
    if case.is_jaas() {
        let cure = "look up the lobby in the settings of the JaaS console; until then, a moderator has to let people in";
        return Cause::new("lobby", because, cure);
    }
    let modules = case.room_modules();
    if waiting.for_host && !waiting.lobby {
        let cure = format!(
            "if nobody should wait, remove muc_wait_for_host from {modules}; otherwise, the first moderator should come early"
        );
        return Cause::new("wait-for-host", because, cure);
    }
    let cure = format!(
        "if nobody should wait, remove what switches the lobby on in new rooms from {modules} (lobby_autostart, for example)\nor let people past the lobby: add the plugin token_lobby_bypass to the same list, and write lobby_bypass = true in their role in meeting.toml\nafter a change on the server, {}",
        case.apply()
    );
    Cause::new("lobby", because, cure)
}

/// No answer after the login.
pub(super) fn silent(case: Case<'_>, step: Step) -> Cause {
    match step {
        Step::Login => super::login::silent(case),
        Step::Conference => Cause::new(
            "focus-silent",
            "Jicofo, which opens rooms, never answers",
            format!(
                "it hangs, or is not connected to Prosody: look at {}, and restart it",
                case.jicofo()
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
        format!("run doctor again\nif it stays so, look in {}", case.prosody_log()),
    )
}
