//! Who becomes a moderator, judged by what became of the test users.

use meetmint_core::{Moderation, ModerationRemedy, RoleRule, moderation_remedy};

use super::super::observed::Who;
use super::case::Case;
use super::finding::LiveFinding;
use super::good;
use super::unauthorized::{self, Admission};

/// What the test users show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// This is the rule.
    Rule(Moderation),
    /// Only this much.
    Part(&'static str),
    /// No rule fits.
    Odd(&'static str),
    /// Nobody got in.
    Nothing,
}

/// The rule by which people become moderators. Whoever is alone, and has no claim, becomes one only for being the first
/// or because everybody does; whoever joins later, only because everybody does.
pub(super) fn seen(case: Case<'_>) -> Seen {
    use Moderation::{ByRole, ByRoleOrFirst, Everybody, First, Nobody};
    let is = |who| case.joined(&who).map(|joined| joined.is_moderator);
    let (alone, second) = (is(Who::Alone), is(Who::SecondModerator));
    let (moderator, participant) = (is(Who::Moderator), is(Who::Participant));
    match (alone, second, moderator, participant) {
        (None, _, None, None) => Seen::Nothing,
        (Some(false), _, _, Some(true)) => Seen::Odd(
            "a participant became a moderator when they joined second, but not when they were alone",
        ),
        (Some(true), _, Some(false), _) => Seen::Odd(
            "a participant who joined first became a moderator, but somebody with the role moderator who joined first did not",
        ),
        (Some(true), Some(false), _, Some(true)) => Seen::Odd(
            "a participant who joined second became a moderator, but somebody with the role moderator did not",
        ),
        (_, _, Some(false), Some(true)) => Seen::Odd(
            "a participant became a moderator, but somebody with the role moderator in the same room did not",
        ),
        (_, _, Some(true), Some(true)) => Seen::Rule(Everybody),
        // Where whoever is alone has to wait, a second moderator shows whether the first became one by the role.
        (Some(false), _, Some(true), _) | (None, Some(true), Some(true), Some(false)) => {
            Seen::Rule(ByRole)
        }
        // Neither being the first nor a claim helped.
        (_, _, Some(false), _) => Seen::Rule(Nobody),
        (Some(true), Some(true), Some(true), Some(false)) => Seen::Rule(ByRoleOrFirst),
        (Some(true) | None, Some(false), Some(true), Some(false)) => Seen::Rule(First),
        (Some(true), None, Some(true), Some(false)) => Seen::Part(
            "whoever joins first becomes a moderator; whether roles count as well is not known",
        ),
        (None, _, Some(true), Some(false)) => Seen::Part(
            "somebody with the role moderator who joined first became a moderator, and a participant who joined later did not; whether the role or the order decides is not known",
        ),
        (Some(true), ..) => Seen::Part(
            "a participant who was alone became a moderator; whether everybody does is not known",
        ),
        (Some(false), ..) => Seen::Part(
            "a participant did not become a moderator; whether the role moderator makes somebody one is not known",
        ),
        (None, _, Some(true), None) => Seen::Part(
            "somebody with the role moderator who joined first became a moderator; who else does is not known",
        ),
        (None, _, None, Some(_)) => Seen::Part(
            "nobody with the role moderator got in, so it is not known who becomes a moderator",
        ),
    }
}

/// The rules to write under `[server.accepts]`. The tokens say it in all the ways that plugins read, so which of the
/// plugins decides cannot be seen.
pub(super) fn rules(case: Case<'_>, moderation: Moderation) -> Vec<RoleRule> {
    let written = &case.accepts().roles;
    let by_role = if case.is_jaas() {
        RoleRule::Jaas
    } else if written.contains(&RoleRule::TokenModeration) && moderation == Moderation::ByRole {
        RoleRule::TokenModeration
    } else {
        RoleRule::TokenAffiliation
    };
    match moderation {
        Moderation::Nobody => Vec::new(),
        Moderation::First => vec![RoleRule::First],
        Moderation::Everybody => vec![RoleRule::Everybody],
        Moderation::ByRole => vec![by_role],
        Moderation::ByRoleOrFirst => vec![RoleRule::First, by_role],
    }
}

/// Rules as a value in `meeting.toml`.
fn value(rules: &[RoleRule]) -> String {
    let names: Vec<String> = rules.iter().map(|rule| format!("\"{rule}\"")).collect();
    format!("[{}]", names.join(", "))
}

/// How to have roles count.
fn steps(case: Case<'_>, remedy: &ModerationRemedy) -> String {
    let restart = if case.is_docker() {
        case.apply()
    } else {
        "restart Prosody, then Jicofo (`systemctl restart prosody`, `systemctl restart jicofo`)"
    };
    format!(
        "so that roles count, {}\n{restart}\nwrite roles = [\"{}\"] under [server.accepts] in meeting.toml, and run doctor again",
        remedy.steps.join("\n"),
        remedy.rule
    )
}

/// What is wrong with it.
pub(super) fn finding(case: Case<'_>) -> Option<LiveFinding> {
    let people: Vec<Who> = [Who::Alone, Who::SecondModerator, Who::Moderator, Who::Participant]
        .into_iter()
        .filter(|who| case.joined(who).is_some())
        .collect();
    let again = if good::lobby(case) && case.joined(&Who::Moderator).is_some() {
        "open a participant's link in a browser, let them in from the lobby, and look whether they are a moderator"
    } else {
        "fix the other problems, and run doctor again"
    };
    let finding = match seen(case) {
        // No claim counts before it is checked, so plugins that would read it make no difference.
        Seen::Rule(moderation @ (Moderation::Nobody | Moderation::First))
            if are_claims_unread(case) =>
        {
            Some(LiveFinding::note(
                "moderators",
                moderation.clause(),
                "have the server check links first: until it does, no role counts",
            ))
        }
        Seen::Rule(moderation) => rule(case, moderation),
        Seen::Part(words) => Some(LiveFinding::problem(
            "moderators-unknown",
            format!("who becomes a moderator is known only in part: {words}"),
            again,
        )),
        Seen::Odd(words) => Some(LiveFinding::problem(
            "moderators-unclear",
            format!("who becomes a moderator is not clear: {words}"),
            format!(
                "run doctor again: the server may have been slow\nif it happens again, look for further plugins in {}",
                case.room_modules()
            ),
        )),
        Seen::Nothing => None,
    };
    finding.map(|finding| finding.about(&people))
}

/// Whether the server takes any link for a good one.
fn are_claims_unread(case: Case<'_>) -> bool {
    unauthorized::admission(case, &Who::ForeignKey) == Admission::Admitted
}

fn rule(case: Case<'_>, seen: Moderation) -> Option<LiveFinding> {
    let expected = Moderation::of(&case.accepts().roles);
    let agrees = seen == expected;
    if agrees && seen == Moderation::ByRole {
        return None;
    }
    let rules = if agrees { case.accepts().roles.clone() } else { self::rules(case, seen) };
    let value = value(&rules);
    let line = format!("write roles = {value} under [server.accepts] in meeting.toml");
    let remedy = moderation_remedy(case.kind(), &rules, &case.room_modules())
        .map(|remedy| steps(case, &remedy));
    let clause = seen.clause();
    if agrees && case.expected.written.roles {
        // It is meant to be so: there is nothing to do.
        let message = format!("{clause}, as `roles` under [server.accepts] says");
        return Some(LiveFinding::note("moderators", message, ""));
    }
    let message = if agrees {
        clause.to_owned()
    } else if case.expected.written.roles {
        format!("{clause}; `roles` under [server.accepts] says that {}", expected.clause())
    } else {
        format!(
            "{clause}; without `roles` under [server.accepts], meetmint assumes that {}",
            expected.clause()
        )
    };
    let cure = match remedy {
        Some(remedy) => {
            format!("{remedy}\nor, if this is intended, leave the server as it is, and {line}")
        }
        None => line,
    };
    let finding = LiveFinding::problem("moderators", message, cure);
    // Roles count, and nothing that is written says otherwise.
    let is_right = seen == Moderation::ByRole && !case.expected.written.roles;
    let finding = LiveFinding { is_problem: !is_right, ..finding };
    Some(finding.setting("server.accepts.roles", Some(value)))
}
