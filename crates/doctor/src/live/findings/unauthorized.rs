//! Those who must not get in: with an expired link, a wrong signature, a link for another room, or none.

use serde::Serialize;

use super::super::observed::{ClockSeen, Outcome, Refusal, Who};
use super::case::{Case, NEEDED, UNAUTHORIZED, passed_login};
use super::clock;
use super::finding::LiveFinding;
use super::places::JAAS;
use super::words::happened;

/// Whether somebody gets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    /// The server keeps them out.
    Refused,
    /// They get into the room, or the server accepts their token at the login.
    Admitted,
    /// They wait in the lobby or for a host.
    Waits,
    /// Nobody tried, or what became of them proves nothing.
    Unknown,
}

/// Whether somebody gets in who must not. A refusal proves something only if people with a valid link get in.
pub(super) fn admission(case: Case<'_>, who: &Who) -> Admission {
    let Some(outcome) = case.outcome(who) else { return Admission::Unknown };
    let refused_if =
        |is_proof: bool| if is_proof { Admission::Refused } else { Admission::Unknown };
    match (who, outcome) {
        (_, Outcome::Joined(_)) => Admission::Admitted,
        (_, Outcome::Waits(_)) => Admission::Waits,
        // The room is compared only when they enter it.
        (Who::OtherRoom, Outcome::JoinRefused(refusal)) => refused_if(
            case.good_joined() && (refusal.is_mismatch() || is_about_person(case, refusal)),
        ),
        (Who::NoToken, Outcome::JoinRefused(refusal)) => {
            refused_if(case.good_joined() && is_about_person(case, refusal))
        }
        (Who::OtherRoom, _) => Admission::Unknown,
        // It asks for one.
        (Who::NoToken, Outcome::LoginRefused(refusal)) if refusal.text == "token required" => {
            Admission::Refused
        }
        (_, Outcome::LoginRefused(refusal)) => {
            refused_if(case.good_passed_login() && !is_temporary(refusal))
        }
        (Who::Expired | Who::ForeignKey, outcome) if passed_login(outcome) => Admission::Admitted,
        _ => Admission::Unknown,
    }
}

/// Whether the server keeps this person out, and not everybody: others are in the room.
fn is_about_person(case: Case<'_>, refusal: &Refusal) -> bool {
    !refusal.is_no_room()
        && case.joined(&Who::Moderator).or(case.joined(&Who::Participant)).is_some()
        && (matches!(refusal.condition.as_str(), "not-allowed" | "not-authorized" | "forbidden")
            || refusal.says("Authentication required", "authentication-required"))
}

/// Whether it says nothing about the token.
fn is_temporary(refusal: &Refusal) -> bool {
    matches!(
        refusal.condition.as_str(),
        "temporary-auth-failure"
            | "policy-violation"
            | "resource-constraint"
            | "internal-server-error"
            | "service-unavailable"
            | "aborted"
    )
}

/// What is wrong with that.
pub(super) fn findings(case: Case<'_>) -> Vec<LiveFinding> {
    let gets_in =
        |who: &Who| matches!(admission(case, who), Admission::Admitted | Admission::Waits);
    let mut findings = Vec::new();
    let unchecked = gets_in(&Who::ForeignKey);
    if unchecked {
        findings.push(no_check(case, &gets_in));
    } else if gets_in(&Who::Expired) {
        findings.push(expired(case));
    }
    let without_host = case.observed.site.anonymous_domain.is_none();
    if gets_in(&Who::OtherRoom) && !unchecked {
        findings.push(other_room(case));
    }
    if gets_in(&Who::NoToken) && !(unchecked && without_host) {
        findings.push(guests(case));
    }
    findings.extend(stricter(case));
    findings.extend(proves_nothing(case));
    findings
}

/// Nothing is checked at all.
fn no_check(case: Case<'_>, gets_in: &dyn Fn(&Who) -> bool) -> LiveFinding {
    let has_guests = case.observed.site.anonymous_domain.is_some();
    let people: Vec<Who> = [Who::ForeignKey, Who::Expired, Who::OtherRoom, Who::NoToken]
        .into_iter()
        .filter(|who| gets_in(who) && !(*who == Who::NoToken && has_guests))
        .collect();
    let message =
        format!("the server does not check links at all: it lets in {}", case.people(&people));
    let mut cure = case.check_tokens();
    if people.contains(&Who::OtherRoom) && !case.is_jaas() {
        cure += "\nrun doctor again";
    }
    LiveFinding::problem("tokens-not-checked", message, cure).about(&people)
}

/// Jitsi's plugins always compare the end with the server's clock.
fn expired(case: Case<'_>) -> LiveFinding {
    let clock = match case.observed.clock {
        Some(ClockSeen::WebServer { ahead } | ClockSeen::Prosody { ahead }) if ahead <= -60 => {
            "the server's clock is behind this machine's"
        }
        _ => {
            "either the server's clock is more than 90 seconds behind this machine's, or it does not check when links end"
        }
    };
    let message = format!("the server accepts a link that expired 90 seconds ago: {clock}");
    let cure = if case.is_jaas() {
        clock::cure(case).to_owned()
    } else {
        format!("{}\nif both are right, {}", clock::cure(case), case.check_tokens())
    };
    LiveFinding::problem("expired-accepted", message, cure).about(&[Who::Expired])
}

/// Each link opens every room.
fn other_room(case: Case<'_>) -> LiveFinding {
    let waits = admission(case, &Who::OtherRoom) == Admission::Waits;
    let message = if waits {
        "each link opens every room: with a link for another room, people get as far as the lobby"
    } else {
        "each link opens every room: people with a link for another room get in"
    };
    let people = [Who::OtherRoom];
    if case.is_jaas() {
        return LiveFinding::problem("room-not-checked", message, JAAS).about(&people);
    }
    let commented =
        if case.is_docker() { "" } else { "; if it is there after `--`, remove the `--`" };
    if case.expected.written.room && !case.accepts().room {
        // It is meant to be so: there is nothing to do.
        let message = format!("{message}, as `room` under [server.accepts] says");
        return LiveFinding::note("room-not-checked", message, "").about(&people);
    }
    let cure =
        format!("add token_verification to {}{commented}\n{}", case.room_modules(), case.apply());
    let cure = format!(
        "{cure}\nor, if this is intended, leave the server as it is, and write room = false under [server.accepts] in meeting.toml"
    );
    LiveFinding::problem("room-not-checked", message, cure)
        .about(&people)
        .setting("server.accepts.room", Some("false".to_owned()))
}

/// People come in without a link.
fn guests(case: Case<'_>) -> LiveFinding {
    let has_host = case.observed.site.anonymous_domain.is_some();
    let message = if admission(case, &Who::NoToken) == Admission::Waits {
        "people without a link are not refused: they wait until somebody lets them in"
    } else {
        "people without a link get in"
    };
    let people = [Who::NoToken];
    if case.is_jaas() {
        return LiveFinding::problem("guests", message, JAAS).about(&people);
    }
    if case.expected.written.guests && case.accepts().guests {
        let message = format!("{message}, as `guests` under [server.accepts] says");
        return LiveFinding::note("guests", message, "").about(&people);
    }
    let cure = match (case.is_docker(), has_host) {
        (true, true) => "set ENABLE_GUESTS=0 and JWT_ALLOW_EMPTY=0 in the server's .env".to_owned(),
        (true, false) => "set JWT_ALLOW_EMPTY=0 in the server's .env".to_owned(),
        (false, true) => format!(
            "remove `anonymousdomain` from the server's config.js\nin {}, remove the VirtualHost of that name, and set allow_empty_token = false",
            case.prosody_file()
        ),
        (false, false) => format!(
            "set allow_empty_token = false under {} in {}",
            case.virtual_host(),
            case.prosody_file()
        ),
    };
    let cure = format!("to keep out people without a link, {cure}\n{}", case.apply());
    let cure = format!(
        "{cure}\nor, if this is intended, leave the server as it is, and write guests = true under [server.accepts] in meeting.toml"
    );
    LiveFinding::problem("guests", message, cure)
        .about(&people)
        .setting("server.accepts.guests", Some("true".to_owned()))
}

/// Where the server lets in fewer people than the folder says.
fn stricter(case: Case<'_>) -> Vec<LiveFinding> {
    let is_refused = |who| admission(case, &who) == Admission::Refused;
    let mut findings = Vec::new();
    if !case.accepts().room && is_refused(Who::OtherRoom) {
        let finding = LiveFinding::problem(
            "room-checked",
            "the server compares the room with the token, but room = false under [server.accepts] says otherwise",
            "write room = true under [server.accepts] in meeting.toml",
        );
        let finding = finding.about(&[Who::OtherRoom]);
        findings.push(finding.setting("server.accepts.room", Some("true".to_owned())));
    }
    if case.accepts().guests && is_refused(Who::NoToken) {
        let finding = LiveFinding::problem(
            "no-guests",
            "people without a link are refused, but guests = true under [server.accepts] says otherwise",
            "write guests = false under [server.accepts] in meeting.toml",
        );
        let finding = finding.about(&[Who::NoToken]);
        findings.push(finding.setting("server.accepts.guests", Some("false".to_owned())));
    }
    findings
}

/// Those who tried, and about whom nothing is known all the same.
fn proves_nothing(case: Case<'_>) -> Vec<LiveFinding> {
    let unclear: Vec<Who> = UNAUTHORIZED
        .into_iter()
        .filter(|who| case.outcome(who).is_some() && admission(case, who) == Admission::Unknown)
        .collect();
    if unclear.is_empty() {
        return Vec::new();
    }
    let nobody = !case.good_passed_login();
    let (all, others): (Vec<Who>, Vec<Who>) = unclear.into_iter().partition(|who| {
        nobody || !case.good_joined() && (*who == Who::OtherRoom || *who == Who::NoToken)
    });
    let mut findings = Vec::new();
    if !all.is_empty() {
        let message = format!(
            "whether the server refuses these people is not known, because people with a valid link do not get in either: {}",
            case.people(&all)
        );
        let cure = "first fix what keeps out people with a valid link, then run doctor again";
        findings.push(LiveFinding::problem("inconclusive", message, cure).about(&all));
    }
    findings.extend(others.into_iter().filter_map(|who| {
        let message = format!(
            "whether the server refuses {} is not known: {}",
            case.who(&who),
            happened(case.outcome(&who)?)
        );
        let cure = "run doctor again\nif it happens again, try it in a browser";
        Some(LiveFinding::problem("inconclusive", message, cure).about(&[who]))
    }));
    findings
}

/// Those who did not try at all.
pub(super) fn not_tried(case: Case<'_>) -> Vec<Who> {
    NEEDED.into_iter().filter(|who| case.outcome(who).is_none()).collect()
}
