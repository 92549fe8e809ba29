//! Those who have a valid link and do not get in, and why.

use super::super::observed::{ConferenceFailure, Outcome, Who};
use super::case::{Case, GOOD, passed_login};
use super::finding::LiveFinding;
use super::join;
use super::login::{self, Cause};
use super::places::JAAS;

/// One finding for all who fail for the same reason.
pub(super) fn findings(case: Case<'_>) -> Vec<LiveFinding> {
    let mut causes: Vec<(Cause, Vec<Who>)> = Vec::new();
    for who in GOOD {
        let outcome = case.outcome(&who).filter(|outcome| !is_unreached(case, outcome));
        let Some(cause) = outcome.and_then(|outcome| cause(case, outcome)) else { continue };
        match causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, people)) => people.push(who),
            None => causes.push((cause, vec![who])),
        }
    }
    causes.into_iter().map(|(cause, people)| finding(case, cause, &people)).collect()
}

/// Whether it was the end of everything, which is said by itself.
pub(super) fn is_unreached(case: Case<'_>, outcome: &Outcome) -> bool {
    match (outcome, &case.observed.unreached) {
        (Outcome::Broken(_, here), Some(at_all)) => here == at_all,
        _ => false,
    }
}

/// Why somebody with a valid link is not in the room; `None` if they are.
pub(super) fn cause(case: Case<'_>, outcome: &Outcome) -> Option<Cause> {
    let mut cause = match outcome {
        Outcome::Joined(_) => return None,
        Outcome::LoginRefused(refusal) => login::refused(case, refusal),
        Outcome::NoConference(failure) => join::not_opened(case, failure),
        Outcome::JoinRefused(refusal) => join::refused(case, refusal),
        Outcome::Waits(waiting) => join::waits(case, *waiting),
        Outcome::Silence(step) => join::silent(case, *step),
        Outcome::Broken(step, unreached) => join::broken(case, *step, unreached),
    };
    if case.is_jaas() && !OF_FOLDER.contains(&cause.code) {
        cause.cure = format!("try again; if it happens again, {JAAS}");
    }
    Some(cause)
}

/// What can be put right in the folder or in the JaaS console: the server's own files are out of reach.
const OF_FOLDER: [&str; 9] = [
    "signature",
    "algorithm",
    "key-needed",
    "unknown-key",
    "issuer",
    "audience",
    "clock",
    "subject",
    "lobby",
];

fn finding(case: Case<'_>, cause: Cause, people: &[Who]) -> LiveFinding {
    let tried = GOOD.iter().filter(|who| case.outcome(who).is_some()).count();
    let waits = matches!(cause.code, "lobby" | "wait-for-host");
    // What a server has against one token, it has against all.
    let at_login = people.iter().all(|who| !case.outcome(who).is_some_and(passed_login));
    let is_all = people.len() == tried && (at_login || tried > 1);
    let does = if people.len() == 1 { "does" } else { "do" };
    let subject = match (is_all, waits) {
        (true, true) => "nobody gets in at once, not even moderators".to_owned(),
        (true, false) => "nobody with a link gets in".to_owned(),
        (false, true) => format!("{} {does} not get in at once", case.people(people)),
        (false, false) => format!("{} {does} not get in", case.people(people)),
    };
    let code = cause.code;
    let mut finding =
        LiveFinding::problem(code, format!("{subject}: {}", cause.because), cause.cure)
            .about(people);
    if let Some((setting, value)) = cause.setting {
        finding = finding.setting(setting, value);
    }
    finding.is_problem = !is_meant(case, code, people);
    finding
}

/// Whether that is what such a server is for: whoever comes before the first moderator waits for them, or participants
/// wait in the lobby until a moderator, who does not wait, lets them in. A room that admits only its members and has no
/// lobby is not meant so: nobody can let them in.
fn is_meant(case: Case<'_>, code: &str, people: &[Who]) -> bool {
    let has_host = case.joined(&Who::Moderator).is_some();
    let is_in_lobby =
        |who: &Who| matches!(case.outcome(who), Some(Outcome::Waits(waiting)) if waiting.lobby);
    match code {
        "wait-for-host" | "hosts-only" => {
            has_host && people == [Who::Alone] && case.joined(&Who::Participant).is_some()
        }
        "lobby" => {
            let is_meant = |who| [Who::Alone, Who::Participant].contains(who) && is_in_lobby(who);
            has_host && people.iter().all(is_meant)
        }
        _ => false,
    }
}

/// Whether somebody with a valid link waits before the room, or cannot open it.
pub(super) fn waits_for_host(case: Case<'_>) -> bool {
    GOOD.iter().any(|who| match case.outcome(who) {
        Some(Outcome::Waits(waiting)) => waiting.for_host,
        Some(Outcome::NoConference(failure)) => *failure == ConferenceFailure::NotAuthorized,
        _ => false,
    })
}

/// Whether somebody waits in a lobby.
pub(super) fn lobby(case: Case<'_>) -> bool {
    let tries = case.observed.tries.iter();
    tries.map(|one| &one.outcome).any(|outcome| match outcome {
        Outcome::Waits(waiting) => waiting.lobby,
        _ => false,
    })
}
