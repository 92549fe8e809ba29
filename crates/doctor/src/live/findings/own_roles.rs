//! Roles of the user's own: what becomes of the people who have them.

use meetmint_core::{Becomes, Role, ServerKind, quoted};

use super::super::observed::{ConferenceFailure, Joined, Outcome, Who};
use super::case::Case;
use super::finding::LiveFinding;
use super::good;
use super::roles::{self, Seen};
use super::words::listed;

/// No list of features switches it off, so the server need not name it (`jitsi-tokens` facts, §2).
const ALWAYS_ON: &str = "screen-sharing";

/// What is wrong with each role that was tried, and which ones were not.
pub(super) fn findings(case: Case<'_>) -> Vec<LiveFinding> {
    let mut findings = Vec::new();
    for one in &case.observed.tries {
        let Who::OwnRole { name, moderator } = &one.who else { continue };
        let role = case.expected.own_roles.iter().find(|role| role.name == *name);
        match &one.outcome {
            Outcome::Joined(joined) => {
                findings.extend(rights(case, &one.who, *moderator, joined));
                findings.extend(role.and_then(|role| features(case, role, joined)));
            }
            Outcome::NoConference(ConferenceFailure::Visitor)
                if role.is_some_and(|role| role.visitor) => {}
            outcome => findings.extend(stays_out(case, &one.who, outcome)),
        }
    }
    findings.extend(untried(case));
    findings
}

/// Others get in, and they do not, or wait.
fn stays_out(case: Case<'_>, who: &Who, outcome: &Outcome) -> Option<LiveFinding> {
    let cause = good::cause(case, outcome)?;
    let does = if matches!(outcome, Outcome::Waits(_)) { "has to wait" } else { "does not get in" };
    let message = format!("{} {does}: {}", case.who(who), cause.because);
    let people = [who.clone()];
    // What keeps out everybody is said already.
    if !case.good_joined() {
        return Some(LiveFinding::note("own-role", message, "").about(&people));
    }
    let cure = if matches!(outcome, Outcome::Waits(_)) {
        cause.cure
    } else {
        format!(
            "others get in, so check what else this role sets: `features`, `visitor`, `lobby_bypass` and `security_bypass`, under [roles] in meeting.toml\n{}",
            cause.cure
        )
    };
    Some(LiveFinding::problem("own-role", message, cure).about(&people))
}

/// They join while a moderator is in the room.
fn rights(case: Case<'_>, who: &Who, moderator: bool, joined: &Joined) -> Option<LiveFinding> {
    let (should, why) = match roles::seen(case) {
        Seen::Rule(moderation) => (
            moderation.includes(moderator) == Becomes::Yes,
            "unlike other people with the same rights",
        ),
        _ if moderator => (true, "although the role has moderator rights"),
        _ => (false, "although the role has no moderator rights"),
    };
    if joined.is_moderator == should {
        return None;
    }
    let becomes = if joined.is_moderator { "becomes" } else { "does not become" };
    let cure = format!(
        "run doctor again: the server may have been slow\nif it happens again, look for further plugins in {}",
        case.room_modules()
    );
    let message = format!("{} {becomes} a moderator, {why}", case.who(who));
    Some(LiveFinding::problem("own-role", message, cure).about(std::slice::from_ref(who)))
}

/// Features that the role lists, and that the server does not grant.
fn features(case: Case<'_>, role: &Role, joined: &Joined) -> Option<LiveFinding> {
    let listed_features = role.features.as_ref()?;
    // JaaS gives them to moderators only, and `check` says so.
    if listed_features.is_empty() || case.kind() == ServerKind::Jaas && !role.moderator {
        return None;
    }
    let people = [Who::OwnRole { name: role.name.clone(), moderator: role.moderator }];
    let name = quoted(&role.name);
    let Some(granted) = &joined.features else {
        let message = format!(
            "the server does not say what somebody with the role {name} may use, so it is not known whether the list of features has an effect"
        );
        let cure = "open a link with this role in a browser, and look for the buttons";
        return Some(LiveFinding::note("features-unknown", message, cure).about(&people));
    };
    let missing: Vec<String> = listed_features
        .iter()
        .filter(|feature| *feature != ALWAYS_ON && !granted.contains(feature))
        .map(|feature| quoted(feature))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let it = if missing.len() == 1 { "it" } else { "them" };
    let message = format!(
        "the server does not allow somebody with the role {name} to use {}, although the role lists {it}",
        listed(&missing)
    );
    let cure = if case.kind() == ServerKind::Jaas {
        "check which features your JaaS subscription includes".to_owned()
    } else {
        format!(
            "look in {} for custom plugins that control features\nolder servers do not know all of them: update Jitsi, or do without",
            case.option("modules_enabled", "XMPP_MUC_MODULES and XMPP_MODULES")
        )
    };
    Some(LiveFinding::problem("features", message, cure).about(&people))
}

/// Roles for which no login was left.
fn untried(case: Case<'_>) -> Option<LiveFinding> {
    let came = |name: &str| {
        case.observed
            .tries
            .iter()
            .any(|one| matches!(&one.who, Who::OwnRole { name: found, .. } if found == name))
    };
    let names: Vec<String> = case
        .expected
        .own_roles
        .iter()
        .filter(|role| !came(&role.name))
        .map(|role| quoted(&role.name))
        .collect();
    if names.is_empty() {
        return None;
    }
    let (noun, verb) = if names.len() == 1 { ("role", "was") } else { ("roles", "were") };
    let is_held = case.joined(&Who::Moderator).is_some();
    let because = if is_held && !case.observed.roles_left_out.is_empty() {
        ", because one test logs in at most ten times"
    } else {
        ""
    };
    let message = format!("the {noun} {} {verb} not tested{because}", listed(&names));
    let cure = "open a link with such a role in a browser, and see what it can do";
    Some(LiveFinding::note("own-role-not-tried", message, cure))
}
