//! Those who have a good link and do not get in, and why.

use super::super::observed::{ConferenceFailure, Outcome, Who};
use super::LiveFinding;
use super::case::{Case, GOOD};
use super::join;
use super::login::{self, Cause};
use super::words::listed;

/// One finding for all who fail for the same reason.
pub(super) fn findings(case: Case<'_>) -> Vec<LiveFinding> {
    let mut causes: Vec<(Cause, Vec<Who>)> = Vec::new();
    for who in GOOD {
        let Some(cause) = case.outcome(&who).and_then(|outcome| cause(case, outcome)) else {
            continue;
        };
        match causes.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, people)) => people.push(who),
            None => causes.push((cause, vec![who])),
        }
    }
    causes.into_iter().map(|(cause, people)| finding(case, cause, &people)).collect()
}

/// Why somebody with a good link is not in the room; `None` if they are.
pub(super) fn cause(case: Case<'_>, outcome: &Outcome) -> Option<Cause> {
    match outcome {
        Outcome::Joined(_) => None,
        Outcome::LoginRefused(refusal) => Some(login::refused(case, refusal)),
        Outcome::NoConference(failure) => Some(join::not_opened(case, failure)),
        Outcome::JoinRefused(refusal) => Some(join::refused(case, refusal)),
        Outcome::Waits(denial) => Some(join::waits(case, *denial)),
        Outcome::Silence(step) => Some(join::silent(case, *step)),
        Outcome::Broken(step, unreached) => Some(join::broken(case, *step, unreached)),
    }
}

fn finding(case: Case<'_>, cause: Cause, people: &[Who]) -> LiveFinding {
    let names: Vec<String> = people.iter().map(|who| case.who(who)).collect();
    let tried = GOOD.iter().filter(|who| case.outcome(who).is_some()).count();
    let waits = matches!(cause.code, "lobby" | "wait-for-host");
    let is_all = people.len() == tried;
    let subject = match (is_all && people.len() > 1, waits) {
        (true, true) => "nobody gets in at once, not even moderators".to_owned(),
        (true, false) => "nobody with a link gets in".to_owned(),
        (false, true) => {
            let verb = if people.len() == 1 { "does" } else { "do" };
            format!("{} {verb} not get in at once", listed(&names))
        }
        (false, false) => {
            let verb = if people.len() == 1 { "does" } else { "do" };
            format!("{} {verb} not get in", listed(&names))
        }
    };
    let mut finding =
        LiveFinding::problem(cause.code, format!("{subject}: {}", cause.because), cause.cure)
            .about(people);
    if let Some((setting, value)) = cause.setting {
        finding = finding.setting(setting, value);
    }
    // Whoever comes before the first moderator waits, and that is what such a server is for.
    if people == [Who::Alone]
        && matches!(cause.code, "wait-for-host" | "hosts-only")
        && case.joined(&Who::Moderator).is_some()
        && case.joined(&Who::Participant).is_some()
    {
        finding.is_problem = false;
    }
    finding
}

/// Whether somebody with a good link waits before the room, or cannot open it.
pub(super) fn waits_for_host(case: Case<'_>) -> bool {
    GOOD.iter().any(|who| match case.outcome(who) {
        Some(Outcome::Waits(denial)) => denial.for_host,
        Some(Outcome::NoConference(failure)) => *failure == ConferenceFailure::NotAuthorized,
        _ => false,
    })
}

/// Whether somebody waits in a lobby.
pub(super) fn lobby(case: Case<'_>) -> bool {
    let tries = case.observed.tries.iter();
    tries.map(|one| &one.outcome).any(|outcome| match outcome {
        Outcome::Waits(denial) => denial.lobby,
        _ => false,
    })
}
