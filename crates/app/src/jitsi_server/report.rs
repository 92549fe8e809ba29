//! What was seen on a Jitsi server, for front ends and as JSON. Nothing in it is a token, a link or a secret.

use meetmint_doctor::live::{
    ConferenceFailure, LiveFinding, Observed, Outcome, Refusal, Step, Summary, Try, Unreached, Who,
};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::settings::{Location, ServerLines};

/// What a Jitsi server answered, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct JitsiServerReport {
    /// The base address of its links.
    pub server: String,
    /// What the server does, by what was seen.
    pub summary: Summary,
    /// What is wrong, the most important first.
    pub findings: Vec<JitsiFinding>,
    /// What was seen.
    pub observed: Observed,
}

/// What a trial comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JitsiOutcome {
    /// Nothing is wrong, and people with links get in or wait for whoever lets them in.
    Works,
    /// There are problems to solve.
    Problems,
    /// People with links did not get in, and it is not known why.
    NobodyGetsIn,
    /// There was no time for everything.
    Incomplete,
    /// The server was not reached, or not up to the end.
    NotReached,
}

/// Something about the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JitsiFinding {
    /// What it is, and what to do.
    #[serde(flatten)]
    pub finding: LiveFinding,
    /// The `meeting.toml` that says otherwise, if it does.
    pub file: Option<String>,
    /// The line.
    pub line: Option<u64>,
}

impl JitsiFinding {
    pub(super) fn new(finding: LiveFinding, lines: &ServerLines) -> JitsiFinding {
        let location = finding.setting.and_then(|setting| lines.of(setting));
        let (file, line) = location.map(Location::file_and_line).unzip();
        JitsiFinding { finding, file, line }
    }
}

impl JitsiServerReport {
    /// Whether everybody came who was to come.
    pub fn is_complete(&self) -> bool {
        let seen = &self.observed;
        seen.is_reached() && seen.unreached.is_none() && !seen.out_of_time && !seen.interrupted
    }

    /// How many findings should be acted on.
    pub fn problems(&self) -> usize {
        self.findings.iter().filter(|it| it.finding.is_problem).count()
    }

    /// What it all comes to.
    pub fn outcome(&self) -> JitsiOutcome {
        let comes = |who| {
            matches!(self.observed.outcome(&who), Some(Outcome::Joined(_) | Outcome::Waits(_)))
        };
        if !self.observed.is_reached() {
            JitsiOutcome::NotReached
        } else if self.problems() > 0 {
            JitsiOutcome::Problems
        } else if !self.is_complete() {
            JitsiOutcome::Incomplete
        } else if comes(Who::Moderator) && comes(Who::Participant) {
            JitsiOutcome::Works
        } else {
            JitsiOutcome::NobodyGetsIn
        }
    }
}

impl Serialize for JitsiServerReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Observed { site, tries, unreached, roles_left_out, .. } = &self.observed;
        let mut report = serializer.serialize_struct("JitsiServerReport", 10)?;
        report.serialize_field("server", &self.server)?;
        report.serialize_field("outcome", &self.outcome())?;
        report.serialize_field("complete", &self.is_complete())?;
        report.serialize_field("findings", &self.findings)?;
        report.serialize_field("summary", &self.summary)?;
        report.serialize_field("bosh", &site.bosh)?;
        report.serialize_field("conference_request", &site.conference_request)?;
        report.serialize_field("unreached", &unreached.as_ref().map(unreached_value))?;
        report.serialize_field("tries", &tries.iter().map(try_value).collect::<Vec<_>>())?;
        report.serialize_field("roles_left_out", roles_left_out)?;
        report.end()
    }
}

fn try_value(one: &Try) -> Value {
    let (who, role) = match &one.who {
        Who::Alone => ("alone", None),
        Who::SecondModerator => ("second_moderator", None),
        Who::Moderator => ("moderator", None),
        Who::Participant => ("participant", None),
        Who::Expired => ("expired", None),
        Who::ForeignKey => ("foreign_key", None),
        Who::OtherRoom => ("other_room", None),
        Who::NoToken => ("no_token", None),
        Who::OwnRole { name, .. } => ("own_role", Some(name)),
        Who::AnySubject => ("any_subject", None),
    };
    let mut value = json!({ "who": who, "role": role });
    if let (Value::Object(fields), Value::Object(outcome)) =
        (&mut value, outcome_value(&one.outcome))
    {
        fields.extend(outcome);
    }
    value
}

/// What became of somebody: `outcome`, and what there is to say about it.
fn outcome_value(outcome: &Outcome) -> Value {
    let refused = |outcome, refusal: &Refusal| {
        json!({
            "outcome": outcome,
            "condition": refusal.condition,
            "text": refusal.text,
            "details": refusal.details,
        })
    };
    match outcome {
        Outcome::Joined(joined) => json!({
            "outcome": "joined",
            "is_moderator": joined.is_moderator,
            "features": joined.features,
        }),
        Outcome::LoginRefused(refusal) => refused("login_refused", refusal),
        Outcome::JoinRefused(refusal) => refused("join_refused", refusal),
        Outcome::NoConference(failure) => {
            let (condition, text) = match failure {
                ConferenceFailure::NoFocus => ("no-focus", None),
                ConferenceFailure::NotReady => ("not-ready", None),
                ConferenceFailure::NotAuthorized => ("not-authorized", None),
                ConferenceFailure::Reservation(_, text) => ("reservation-error", Some(text)),
                ConferenceFailure::Other(condition) => (condition.as_str(), None),
                ConferenceFailure::Visitor => ("visitor", None),
            };
            json!({ "outcome": "no_conference", "condition": condition, "text": text })
        }
        Outcome::Waits(denial) => {
            json!({ "outcome": "waits", "lobby": denial.lobby, "for_host": denial.for_host })
        }
        Outcome::Silence(step) => json!({ "outcome": "silence", "step": step_name(*step) }),
        Outcome::Broken(step, why) => json!({
            "outcome": "broken",
            "step": step_name(*step),
            "unreached": unreached_value(why),
        }),
    }
}

fn step_name(step: Step) -> &'static str {
    match step {
        Step::Login => "login",
        Step::Conference => "conference",
        Step::Join => "join",
    }
}

fn unreached_value(unreached: &Unreached) -> Value {
    match unreached {
        Unreached::Http(error) => json!({ "reason": "http", "text": error.to_string() }),
        Unreached::NoBosh { status, is_html } => {
            json!({ "reason": "no_bosh", "status": status, "is_html": is_html })
        }
        Unreached::NotBosh => json!({ "reason": "not_bosh" }),
        Unreached::UnknownDomain(domain) => {
            json!({ "reason": "unknown_domain", "domain": domain })
        }
        Unreached::Terminated(condition) => {
            json!({ "reason": "terminated", "condition": condition })
        }
    }
}
