//! What was seen, for the report: one answer to each question.

use meetmint_core::{Moderation, quoted};
use serde::Serialize;

use super::super::observed::{
    ClientConfigSeen, ClockSeen, Joined, Outcome, Refusal, Step, Who, WhoName,
};
use super::age;
use super::case::{Case, GOOD};
use super::good;
use super::roles::{self, Seen};
use super::unauthorized::{self, Admission};
use super::words::{happened, plain, unreached_words};

/// The lines of the report. Texts of the server's are cut, on one line, and have no token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// Whether Prosody answered anybody.
    pub reached: bool,
    /// Why nothing, or nothing more, could be asked.
    pub unreached: Option<String>,
    /// The address of BOSH.
    pub bosh: String,
    /// The XMPP domain that people with a token log in to.
    pub domain: String,
    /// The domain for people without one, if there is one.
    pub guest_domain: Option<String>,
    /// What became of `config.js`.
    pub config: ConfigAnswer,
    /// The certificate of the web server; `None` without TLS.
    pub certificate: Option<CertificateAnswer>,
    /// Whether a valid token is accepted.
    pub login: LoginAnswer,
    /// What became of the first who had a valid token and neither got in nor waits; `None` if there is nobody.
    pub login_because: Option<String>,
    /// Whether those get in who must not.
    pub unauthorized: UnauthorizedAnswer,
    /// Who becomes a moderator.
    pub moderators: ModeratorsAnswer,
    /// Whether somebody was sent to a lobby.
    pub lobby: bool,
    /// Whether somebody had to wait for a host, or only hosts may open rooms.
    pub wait_for_host: bool,
    /// What a moderator may use; `None` if the server does not tell.
    pub moderator_features: Option<Vec<String>>,
    /// What a participant may use; `None` if the server does not tell.
    pub participant_features: Option<Vec<String>>,
    /// The server's clock; `None` if it does not tell.
    pub clock: Option<ClockAnswer>,
    /// How old its token plugins are; `None` if their texts do not tell.
    pub plugins: Option<PluginsAnswer>,
    /// Whether `sub` is compared with the domain; `None` if that is not known.
    pub verifies_domain: Option<bool>,
    /// The user's own roles that were tried.
    pub own_roles: Vec<OwnRoleAnswer>,
    /// Who did not try to join, although they should have.
    pub not_tried: Vec<WhoName>,
}

/// What became of `config.js`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ConfigAnswer {
    /// It was not asked for.
    NotTried,
    /// It was read.
    Read,
    /// The web server sends everybody on to another address.
    Moved,
    /// There is none.
    Absent,
    /// Something else was sent under that address.
    NotAConfig,
    /// The connection failed.
    Failed,
}

/// The certificate of the web server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CertificateAnswer {
    /// The names that it is valid for.
    pub names: Vec<String>,
    /// Who issued it.
    pub issuer: String,
    /// When it expires, in seconds since 1970 UTC.
    pub expires: i64,
    /// Whole days until then.
    pub days_left: i64,
}

/// Whether people with a valid link get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoginAnswer {
    /// All of them get into the room.
    Accepted,
    /// The server accepts the token, but somebody does not get into the room, or waits.
    NotInRoom,
    /// The server refuses the token.
    Refused,
    /// The server does not answer.
    Silent,
    /// Nobody tried, or the connection failed.
    NotTried,
}

/// Whether those get in who must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnauthorizedAnswer {
    /// With an expired token.
    pub expired: Admission,
    /// With a token that was signed with another secret or key.
    pub foreign_key: Admission,
    /// With a token for another room.
    pub other_room: Admission,
    /// Without a token.
    pub no_token: Admission,
}

/// Who becomes a moderator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModeratorsAnswer {
    /// The rule.
    pub rule: ModeratorRule,
    /// The rule in words: whom it makes moderators.
    pub words: String,
    /// What to write as `roles` under `[server.accepts]`; `None` if the rule is not known.
    pub roles: Option<Vec<String>>,
}

/// By which rule people become moderators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ModeratorRule {
    /// Nobody does.
    Nobody,
    /// Whoever joins while there is no moderator.
    First,
    /// Everybody who joins.
    Everybody,
    /// Those whose token says so.
    ByRole,
    /// Those whose token says so, and whoever joins while there is no moderator.
    ByRoleOrFirst,
    /// The rule is not known.
    Unknown,
}

/// A clock beside that of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClockAnswer {
    /// Whose clock it is.
    pub of: ClockOwner,
    /// How many seconds it is ahead; negative if it is behind.
    pub ahead: i64,
}

/// Whose clock was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ClockOwner {
    /// Prosody, which checks the tokens.
    Prosody,
    /// The web server, which may be another machine.
    WebServer,
}

/// The age of the token plugins, as `plugins` under `[server.accepts]` has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PluginsAnswer {
    /// They are at least as new as this: a year and a month.
    pub at_least: String,
    /// They are at most as new as this: a year and a month.
    pub at_most: String,
}

/// Somebody with a role of the user's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnRoleAnswer {
    /// The role.
    pub role: String,
    /// Whether they got into the room.
    pub joined: bool,
    /// What became of them if not.
    pub because: Option<String>,
    /// Whether they became a moderator; `None` if they did not get in.
    pub moderator: Option<bool>,
    /// What they may use; `None` if the server does not tell.
    pub features: Option<Vec<String>>,
}

/// More features than Jitsi has, from a server that is none, would fill the screen.
const MOST: usize = 40;

pub(super) fn summary(case: Case<'_>) -> Summary {
    let observed = case.observed;
    let admission = |who| unauthorized::admission(case, &who);
    let moderator = [Who::Moderator, Who::SecondModerator];
    // Whoever moderates only because nobody else was there says nothing about participants.
    let alone = case.joined(&Who::Alone).filter(|alone| !alone.is_moderator);
    let participants = [case.joined(&Who::Participant), alone];
    Summary {
        reached: observed.is_reached(),
        unreached: observed.unreached.as_ref().map(unreached_words),
        bosh: plain(&observed.site.bosh),
        domain: plain(&observed.site.domain),
        guest_domain: observed.site.anonymous_domain.as_deref().map(plain),
        config: match observed.site.config {
            ClientConfigSeen::Unasked => ConfigAnswer::NotTried,
            ClientConfigSeen::Read { .. } => ConfigAnswer::Read,
            ClientConfigSeen::Moved(_) => ConfigAnswer::Moved,
            ClientConfigSeen::Absent(_) => ConfigAnswer::Absent,
            ClientConfigSeen::NotAConfig => ConfigAnswer::NotAConfig,
            ClientConfigSeen::Failed(_) => ConfigAnswer::Failed,
        },
        certificate: observed.certificate.as_ref().map(|certificate| CertificateAnswer {
            names: texts(&certificate.names),
            issuer: plain(&certificate.issuer),
            expires: certificate.expires,
            days_left: certificate.days_left(case.expected.now),
        }),
        login: login(case),
        login_because: login_because(case),
        unauthorized: UnauthorizedAnswer {
            expired: admission(Who::Expired),
            foreign_key: admission(Who::ForeignKey),
            other_room: admission(Who::OtherRoom),
            no_token: admission(Who::NoToken),
        },
        moderators: moderators(case),
        lobby: good::lobby(case),
        wait_for_host: good::waits_for_host(case),
        moderator_features: moderator.iter().find_map(|who| features(case.joined(who))),
        participant_features: participants.into_iter().find_map(features),
        clock: observed.clock.map(|clock| match clock {
            ClockSeen::Prosody { ahead } => ClockAnswer { of: ClockOwner::Prosody, ahead },
            ClockSeen::WebServer { ahead } => ClockAnswer { of: ClockOwner::WebServer, ahead },
        }),
        plugins: age::seen(case).map(|(oldest, newest)| PluginsAnswer {
            at_least: oldest.to_string(),
            at_most: newest.to_string(),
        }),
        verifies_domain: age::verifies_domain(case),
        own_roles: own_roles(case),
        not_tried: unauthorized::not_tried(case).iter().map(Who::name).collect(),
    }
}

fn texts(items: &[String]) -> Vec<String> {
    items.iter().take(MOST).map(|item| plain(item)).collect()
}

fn features(joined: Option<&Joined>) -> Option<Vec<String>> {
    joined?.features.as_deref().map(texts)
}

fn login(case: Case<'_>) -> LoginAnswer {
    let outcomes: Vec<&Outcome> = GOOD.iter().filter_map(|who| case.outcome(who)).collect();
    let any = |is: fn(&Outcome) -> bool| outcomes.iter().any(|outcome| is(outcome));
    if any(|outcome| matches!(outcome, Outcome::LoginRefused(_))) {
        LoginAnswer::Refused
    } else if any(|outcome| matches!(outcome, Outcome::Silence(Step::Login))) {
        LoginAnswer::Silent
    } else if !case.good_passed_login() {
        LoginAnswer::NotTried
    } else if outcomes.iter().all(|outcome| matches!(outcome, Outcome::Joined(_))) {
        LoginAnswer::Accepted
    } else {
        LoginAnswer::NotInRoom
    }
}

fn login_because(case: Case<'_>) -> Option<String> {
    let outcomes: Vec<&Outcome> = GOOD.iter().filter_map(|who| case.outcome(who)).collect();
    let all_wait = outcomes.iter().all(|outcome| matches!(outcome, Outcome::Waits(_)));
    if all_wait && !outcomes.is_empty() {
        return Some("people with a personal link wait, and nobody gets in at once".to_owned());
    }
    outcomes.into_iter().find_map(|outcome| match outcome {
        Outcome::Joined(_) | Outcome::Waits(_) => None,
        Outcome::LoginRefused(refusal) => Some(refused("at login", refusal)),
        Outcome::JoinRefused(refusal) => Some(refused("at the room", refusal)),
        other => Some(happened(other)),
    })
}

fn refused(at: &str, refusal: &Refusal) -> String {
    let text = if refusal.text.is_empty() { &refusal.condition } else { &refusal.text };
    if text.is_empty() {
        format!("refused {at}")
    } else {
        format!("refused {at}: {}", quoted(text))
    }
}

fn moderators(case: Case<'_>) -> ModeratorsAnswer {
    let unknown = |words: &str| ModeratorsAnswer {
        rule: ModeratorRule::Unknown,
        words: words.to_owned(),
        roles: None,
    };
    match roles::seen(case) {
        Seen::Nothing => unknown("not known, because nobody got in"),
        Seen::Part(words) | Seen::Odd(words) => unknown(words),
        Seen::Rule(moderation) => ModeratorsAnswer {
            rule: match moderation {
                Moderation::Nobody => ModeratorRule::Nobody,
                Moderation::First => ModeratorRule::First,
                Moderation::Everybody => ModeratorRule::Everybody,
                Moderation::ByRole => ModeratorRule::ByRole,
                Moderation::ByRoleOrFirst => ModeratorRule::ByRoleOrFirst,
            },
            words: moderation.who().to_owned(),
            roles: Some(roles::rules(case, moderation).iter().map(ToString::to_string).collect()),
        },
    }
}

fn own_roles(case: Case<'_>) -> Vec<OwnRoleAnswer> {
    let answer = |one: &super::super::observed::Try| {
        let Who::OwnRole { name, .. } = &one.who else { return None };
        let joined = match &one.outcome {
            Outcome::Joined(joined) => Some(joined),
            _ => None,
        };
        Some(OwnRoleAnswer {
            role: plain(name),
            joined: joined.is_some(),
            because: joined.is_none().then(|| happened(&one.outcome)),
            moderator: joined.map(|joined| joined.is_moderator),
            features: features(joined),
        })
    };
    case.observed.tries.iter().filter_map(answer).collect()
}
