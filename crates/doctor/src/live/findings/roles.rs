//! Who becomes a moderator, from what became of those who came.

use meetmint_core::{Moderation, ModerationRemedy, RoleRule, moderation_remedy};

use super::super::observed::Who;
use super::case::Case;
use super::finding::LiveFinding;

/// What the people who came tell about it.
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
/// or because everybody does; whoever comes later, only because everybody does.
pub(super) fn seen(case: Case<'_>) -> Seen {
    use Moderation::{ByRole, ByRoleOrFirst, Everybody, First, Nobody};
    let is = |who| case.joined(&who).map(|joined| joined.is_moderator);
    let (alone, second) = (is(Who::Alone), is(Who::SecondModerator));
    let (moderator, participant) = (is(Who::Moderator), is(Who::Participant));
    match (alone, second, moderator, participant) {
        (None, _, None, None) => Seen::Nothing,
        (Some(false), _, _, Some(true)) => Seen::Odd(
            "a participant became one when they came second, and not when they were alone",
        ),
        (Some(true), _, Some(false), _) => {
            Seen::Odd("a participant who came first became one, and a moderator who did so did not")
        }
        (Some(true), Some(false), _, Some(true)) => Seen::Odd(
            "a participant who came second became one, and a moderator who did so did not",
        ),
        (_, _, Some(false), Some(true)) => {
            Seen::Odd("a participant became one, and a moderator in the same room did not")
        }
        (_, _, Some(true), Some(true)) => Seen::Rule(Everybody),
        (Some(false), _, Some(true), _) => Seen::Rule(ByRole),
        // Neither being the first nor a claim helped.
        (_, _, Some(false), _) => Seen::Rule(Nobody),
        (Some(true), Some(true), Some(true), Some(false)) => Seen::Rule(ByRoleOrFirst),
        (Some(true), Some(false), Some(true), Some(false)) => Seen::Rule(First),
        (Some(true), None, Some(true), Some(false)) => {
            Seen::Part("whoever comes first becomes one; whether a role makes one too is not known")
        }
        (None, _, Some(true), Some(false)) => Seen::Part(
            "a moderator who comes first becomes one, and a participant who comes later does not; whether the role or the order decides is not known",
        ),
        (Some(true), ..) => Seen::Part(
            "a participant who is alone becomes one; whether everybody does is not known",
        ),
        (Some(false), ..) => Seen::Part(
            "a participant does not become one; whether people do whose role says so is not known",
        ),
        (None, _, Some(true), None) => {
            Seen::Part("a moderator who comes first becomes one; who else does is not known")
        }
        (None, _, None, Some(_)) => {
            Seen::Part("no moderator got in, so who becomes one is not known")
        }
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
    let again = "put right what keeps people out, if anything does, and run doctor again";
    let finding = match seen(case) {
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
                "run doctor again: the server may have been slow\nif it stays so, look for further plugins in {}",
                case.room_modules()
            ),
        )),
        Seen::Nothing => None,
    };
    finding.map(|finding| finding.about(&people))
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
        return Some(LiveFinding::note("moderators", clause, remedy.unwrap_or_default()));
    }
    let message = if agrees {
        clause.to_owned()
    } else if case.expected.written.roles {
        format!("{clause}; `roles` under [server.accepts] says that {}", expected.clause())
    } else {
        format!(
            "{clause}; without `roles` under [server.accepts], meetmint takes it that {}",
            expected.clause()
        )
    };
    let cure = match remedy {
        Some(remedy) => {
            format!("{remedy}\nor, if it is meant to be so, leave the server as it is, and {line}")
        }
        None => line,
    };
    let finding = LiveFinding::problem("moderators", message, cure);
    // Roles count, and nothing that is written says otherwise.
    let is_right = seen == Moderation::ByRole && !case.expected.written.roles;
    let finding = LiveFinding { is_problem: !is_right, ..finding };
    Some(finding.setting("server.accepts.roles", Some(value)))
}
