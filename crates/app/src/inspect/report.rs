//! What is reported of one link or token. No part of a token is in it.

use meetmint_core::{
    Damage, Finding, Found, Judgement, RoleRule, Stage, Standing, Verdict, shown_claims,
};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// A link or token, and what the server would answer to it.
#[derive(Clone, Debug, Serialize)]
pub struct InspectedToken {
    /// The line of the input where it begins, from 1.
    pub line: u64,
    #[serde(flatten, serialize_with = "judgement")]
    /// The server's answer to it as it is written. Names and addresses are hidden in its claims, unless the front end is
    /// verbose.
    pub judgement: Judgement,
    /// The line where the same link was before, if no other one was in between: a mail has its link several times.
    #[serde(skip)]
    pub same_as: Option<u64>,
    /// What the server would answer if the damage were undone; `None` if there is none that can be.
    pub mended: Option<Mended>,
}

/// The server's answer to a link whose damage is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mended {
    /// What would become of whoever opens it.
    pub verdict: Verdict,
    /// Where it would be refused.
    pub stage: Option<Stage>,
    /// The server's own text.
    pub error: Option<String>,
    /// Why, and what to do about it.
    pub findings: Vec<Finding>,
}

/// Whether somebody moderates, for each way in which a server may decide it. As JSON, an object.
pub struct RoleStandings<'r>(pub &'r [(RoleRule, Standing)]);

impl InspectedToken {
    pub(super) fn new(
        found: &Found,
        mut judgement: Judgement,
        mended: Option<Judgement>,
        is_verbose: bool,
    ) -> InspectedToken {
        judgement.claims = judgement.claims.map(|claims| shown_claims(&claims, is_verbose));
        let is_hidden = found.damage.iter().any(|damage| matches!(damage, Damage::Hidden(_)));
        let is_damaged = found.damage.iter().any(|damage| !damage.is_clicked_through());
        judgement.findings.retain(|finding| {
            !(is_hidden || is_damaged && is_of_the_remains(finding, mended.is_some()))
        });
        let is_accepted = judgement.verdict == Verdict::Accepted;
        let mut findings: Vec<Finding> =
            found.damage.iter().map(|damage| of_damage(damage, mended.as_ref())).collect();
        // Why a link is refused comes first, and damage is a better reason than what the server says of the remains. A
        // redirect that works is none.
        if is_accepted || !(is_damaged || is_hidden) {
            judgement.findings.append(&mut findings);
        } else {
            findings.append(&mut judgement.findings);
            judgement.findings = findings;
        }
        let mended = mended.map(|judgement| Mended {
            verdict: judgement.verdict,
            stage: judgement.stage,
            error: judgement.error,
            findings: judgement.findings,
        });
        InspectedToken { line: found.line, judgement, same_as: None, mended }
    }
}

/// Whether a finding is about what damage has left of a token. What to do about it is not what to do about the damage,
/// such as to compare secrets.
fn is_of_the_remains(finding: &Finding, is_mended: bool) -> bool {
    match finding.code {
        "signature" | "not-a-token" | "bad-header" | "bad-body" | "bad-signature" => true,
        "no-token" | "second-query" | "token-in-path" => is_mended,
        _ => false,
    }
}

fn of_damage(damage: &Damage, mended: Option<&Judgement>) -> Finding {
    let mut message = damage.message();
    if let Some(mended) = mended {
        message.push_str(match mended.verdict {
            Verdict::Accepted => "; with that undone, the server accepts it",
            Verdict::Refused => "; with that undone, the server refuses it for another reason",
            Verdict::Hangs => "; with that undone, the server never answers",
        });
    }
    Finding { code: damage.code(), claim: None, message, cure: damage.cure().into() }
}

/// The fields of a judgement, beside the line.
fn judgement<S: Serializer>(judgement: &Judgement, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("verdict", &judgement.verdict)?;
    map.serialize_entry("stage", &judgement.stage)?;
    map.serialize_entry("error", &judgement.error)?;
    map.serialize_entry("room", &judgement.room)?;
    map.serialize_entry("role", &judgement.role)?;
    map.serialize_entry("roles", &RoleStandings(&judgement.roles))?;
    map.serialize_entry("claims", judgement.claims.as_ref().unwrap_or(&Value::Null))?;
    map.serialize_entry("seconds_left", &judgement.seconds_left)?;
    map.serialize_entry("findings", &judgement.findings)?;
    map.end()
}

impl Serialize for RoleStandings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (rule, standing) in self.0 {
            map.serialize_entry(&rule.to_string(), standing)?;
        }
        map.end()
    }
}
