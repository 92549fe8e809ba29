//! What is wrong with what was seen, and what to do about it.
//!
//! Everything here is computed from [`Observed`] and from what the folder says, and nothing is asked any more. A report
//! without a problem means that everything was tried, and was right: whatever was not tried is a finding itself.

mod age;
mod case;
mod clock;
mod finding;
mod good;
mod join;
mod login;
mod own_roles;
mod places;
mod roles;
mod rows;
mod site;
mod summary;
mod unauthorized;
mod words;

use case::Case;
pub use case::{Expected, WrittenSettings};
pub use finding::LiveFinding;
pub use summary::{
    CertificateAnswer, ClockAnswer, ClockOwner, ConfigAnswer, LoginAnswer, ModeratorRule,
    ModeratorsAnswer, OwnRoleAnswer, PluginsAnswer, Summary, UnauthorizedAnswer,
};
pub use unauthorized::Admission;

use super::http::HttpError;
use super::observed::{Observed, Outcome, Unreached, Who};

/// What is said because something else went wrong before.
const CONSEQUENCES: [&str; 3] = ["not-tried", "inconclusive", "moderators-unknown"];

impl Observed {
    /// What is wrong, the most important first, and then what is only good to know.
    pub fn findings(&self, expected: &Expected<'_>) -> Vec<LiveFinding> {
        let case = Case { observed: self, expected };
        let mut findings: Vec<LiveFinding> = site::unreached(case).into_iter().collect();
        findings.extend(site::config(case));
        findings.extend(good::findings(case));
        findings.extend(unauthorized::findings(case));
        findings.extend(roles::finding(case));
        findings.extend(own_roles::findings(case));
        // Where a wrong clock keeps everybody out, that is said already.
        if !findings.iter().any(|finding| finding.code == clock::CODE) {
            findings.extend(clock::finding(case));
        }
        findings.extend(site::certificate(case));
        findings.extend(age::findings(case));
        // Last of the problems: it follows from the others.
        findings.extend(not_tried(case));
        // What a named cause kept from being tried is no problem of its own.
        let is_consequence = |finding: &LiveFinding| CONSEQUENCES.contains(&finding.code);
        if findings.iter().any(|finding| finding.is_problem && !is_consequence(finding)) {
            for finding in findings.iter_mut().filter(|finding| is_consequence(finding)) {
                finding.is_problem = false;
            }
        }
        // Stable, so that each half stays in this order.
        findings.sort_by_key(|finding| !finding.is_problem);
        findings
    }

    /// The same as answers to what the report asks.
    pub fn summary(&self, expected: &Expected<'_>) -> Summary {
        summary::summary(Case { observed: self, expected })
    }
}

/// Who did not try, and why.
fn not_tried(case: Case<'_>) -> Option<LiveFinding> {
    let people = unauthorized::not_tried(case);
    if people.is_empty() {
        return None;
    }
    let is_reached = case.observed.is_reached();
    let is_held = case.joined(&Who::Moderator).or(case.joined(&Who::Participant)).is_some();
    let reason = if !is_reached {
        "the server was not reached"
    } else if was_interrupted(case) {
        "the run was interrupted"
    } else if case.observed.out_of_time {
        "the server answered too slowly"
    } else if case.observed.unreached.is_some() {
        "the server stopped answering"
    } else if !is_held {
        "people with a valid link do not get in"
    } else {
        "the run ended early"
    };
    let message = if !is_reached {
        format!("nothing was tested, because {reason}")
    } else if people.len() > 3 {
        // Of many, their names say less than the reason.
        format!("the rest was not tested, because {reason}")
    } else {
        format!("not tested, because {reason}: {}", case.people(&people))
    };
    let cure = if case.observed.out_of_time {
        "run doctor again when the server is less busy"
    } else if is_held {
        "run doctor again"
    } else {
        "fix the other problems, and run doctor again"
    };
    let finding = LiveFinding::problem("not-tried", message, cure).about(&people);
    // Nothing at all was tried, and that is said.
    Some(LiveFinding { is_problem: is_reached || case.observed.unreached.is_none(), ..finding })
}

fn was_interrupted(case: Case<'_>) -> bool {
    let interrupted = Unreached::Http(HttpError::Interrupted);
    case.observed.interrupted
        || case.observed.unreached.as_ref() == Some(&interrupted)
        || case.observed.tries.iter().any(
            |one| matches!(&one.outcome, Outcome::Broken(_, unreached) if *unreached == interrupted),
        )
}

#[cfg(test)]
mod tests;
