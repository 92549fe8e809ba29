//! What a server answers to a token, and what is to be said about it.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::RoleRule;

/// What the server does with somebody who opens the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The server lets them in.
    Accepted,
    /// The server refuses them.
    Refused,
    /// The server never answers: an error in its code ends the request.
    Hangs,
}

/// Where a token is refused, or where no answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The link does not lead to the meeting's page.
    Url,
    /// When the client connects: the token itself.
    Login,
    /// When the client enters the room: token and room.
    Join,
}

/// Whether somebody is a moderator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// With moderator rights.
    // By `RoleRule::First`: if they arrive first.
    Moderator,
    /// Without moderator rights.
    Participant,
}

/// One thing to know about a token: why it is refused, or what is wrong with it although it is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// A name that does not change: see docs/errors.md.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z0-9-]+$")))]
    pub code: &'static str,
    /// The claim or member of the header that it is about, such as `exp` or `context.features`.
    pub claim: Option<&'static str>,
    /// What was found. It has no part of a token, and neither name nor address.
    pub message: String,
    /// What to do about it; may be empty.
    pub cure: String,
}

impl Finding {
    pub(super) fn new(
        code: &'static str,
        claim: Option<&'static str>,
        message: impl Into<String>,
        cure: impl Into<String>,
    ) -> Finding {
        Finding { code, claim, message: message.into(), cure: cure.into() }
    }
}

/// A server's answer to a token. `{:?}` does not show the claims.
#[derive(Clone, PartialEq)]
pub struct Judgement {
    /// What becomes of whoever opens it.
    pub verdict: Verdict,
    /// Where it is refused, or where no answer comes; `None` if it is accepted.
    pub stage: Option<Stage>,
    /// The server's own text, if it has one.
    pub error: Option<String>,
    /// The node of the room that it was judged for.
    pub room: Option<String>,
    /// Whether this person moderates on this server; `None` if they do not get in.
    pub role: Option<Standing>,
    /// The same for each way in which a server may decide it.
    pub roles: Vec<(RoleRule, Standing)>,
    /// The claims, as far as they could be decoded.
    pub claims: Option<Value>,
    /// In how many seconds it expires; negative if it has expired. `None` without an expiry.
    pub seconds_left: Option<i64>,
    /// Whether it is only too early: nothing else keeps the server from accepting it.
    pub is_only_early: bool,
    /// First the one that decides, if the token is not accepted.
    pub findings: Vec<Finding>,
}

impl Judgement {
    /// One of which nothing is known yet.
    pub(super) fn empty() -> Judgement {
        Judgement {
            verdict: Verdict::Accepted,
            stage: None,
            error: None,
            room: None,
            role: None,
            roles: Vec::new(),
            claims: None,
            seconds_left: None,
            is_only_early: false,
            findings: Vec::new(),
        }
    }
}

impl fmt::Debug for Judgement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Judgement")
            .field("verdict", &self.verdict)
            .field("stage", &self.stage)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Accepted => "accepted",
            Verdict::Refused => "refused",
            Verdict::Hangs => "hangs",
        })
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Standing::Moderator => "moderator",
            Standing::Participant => "participant",
        })
    }
}

/// A reason why a token is not accepted. Of several, the first in the server's order decides.
pub(super) struct Fault {
    pub(super) verdict: Verdict,
    pub(super) stage: Stage,
    pub(super) error: Option<String>,
    pub(super) finding: Finding,
}

impl Fault {
    /// The server refuses with a text.
    pub(super) fn refused(stage: Stage, error: impl Into<String>, finding: Finding) -> Fault {
        Fault { verdict: Verdict::Refused, stage, error: Some(error.into()), finding }
    }

    /// No answer comes.
    pub(super) fn hangs(stage: Stage, finding: Finding) -> Fault {
        Fault { verdict: Verdict::Hangs, stage, error: None, finding }
    }
}
