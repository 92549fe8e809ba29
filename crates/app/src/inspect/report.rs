//! What is reported of one link or token. No part of a token is in it.

use meetmint_core::{
    Damage, Finding, Found, Judgement, RoleRule, Stage, Standing, Verdict, shown_claims,
};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::Value;

/// What a link or token says, and what the server answers to it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InspectedToken {
    /// The line of the input where it begins, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    pub line: u64,
    #[serde(flatten, serialize_with = "judgement")]
    #[cfg_attr(feature = "schema", schemars(with = "JudgementFields<'static>"))]
    /// The server's answer to it as it is written. Names and addresses are hidden in its claims, unless the front end is
    /// verbose.
    pub judgement: Judgement,
    /// The line where the same link was before, if no other one was in between: a mail has its link several times.
    #[serde(skip)]
    pub same_as: Option<u64>,
    /// What the server would answer if the damage of the link were undone; `None` if it is not damaged, or cannot be
    /// mended.
    pub mended: Option<Mended>,
}

/// The server's answer to a link whose damage is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mended {
    /// What the server would do.
    pub verdict: Verdict,
    /// Where it would do so; `None` if it would accept it.
    pub stage: Option<Stage>,
    /// The server's own words.
    pub error: Option<String>,
    /// What was found.
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
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct JudgementFields<'j> {
    /// What the server does.
    verdict: Verdict,
    /// Where it does so; null if it accepts the link.
    stage: Option<Stage>,
    /// The server's own words; null if it accepts the link, or never answers.
    error: Option<&'j str>,
    /// The room for which the link was judged, as the server compares it; null if there is none.
    room: Option<&'j str>,
    /// The role on this server; null if the person does not get in, or no server is configured.
    role: Option<Standing>,
    /// The role for each way of becoming a moderator.
    roles: RoleStandings<'j>,
    /// The claims; null if they cannot be read. Names and addresses are hidden without `-v`.
    claims: Option<&'j Value>,
    /// How many seconds the link still works; negative if it has expired, null without an expiry.
    seconds_left: Option<i64>,
    /// What was found, the deciding one first.
    findings: &'j [Finding],
}

fn judgement<S: Serializer>(judgement: &Judgement, serializer: S) -> Result<S::Ok, S::Error> {
    let fields = JudgementFields {
        verdict: judgement.verdict,
        stage: judgement.stage,
        error: judgement.error.as_deref(),
        room: judgement.room.as_deref(),
        role: judgement.role,
        roles: RoleStandings(&judgement.roles),
        claims: judgement.claims.as_ref(),
        seconds_left: judgement.seconds_left,
        findings: &judgement.findings,
    };
    fields.serialize(serializer)
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

#[cfg(feature = "schema")]
impl schemars::JsonSchema for RoleStandings<'_> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "RoleStandings".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let standing = generator.subschema_for::<Standing>();
        let rules = RoleRule::ALL.into_iter();
        let rules: serde_json::Map<String, Value> =
            rules.map(|rule| (rule.to_string(), standing.clone().to_value())).collect();
        schemars::json_schema!({
            "description": "For each way of becoming a moderator, whether the person is one; for `first`, if they arrive first.",
            "type": "object",
            "properties": rules,
        })
    }
}
