//! What was seen on a Jitsi server, for front ends and as JSON. Nothing in it is a token, a link or a secret.

use meetmint_doctor::live::{
    ClientConfigSeen, ConferenceFailure, LiveFinding, Observed, Outcome, SiteOddity, SiteSeen,
    Step, Summary, Try, Unreached, Who,
};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::settings::ServerLines;

/// What a Jitsi server answered, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct JitsiServerReport {
    /// The base address of its links.
    pub server: String,
    /// What was seen.
    pub observed: Observed,
    /// The same as answers to the questions that people have.
    pub summary: Summary,
    /// What is wrong, the most important first.
    pub findings: Vec<JitsiFinding>,
}

/// The result of a trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JitsiOutcome {
    /// Nothing is wrong: people with links get in, and others do not.
    Works,
    /// There are problems to solve.
    Problems,
    /// There was no time for everything.
    Incomplete,
    /// The server was not reached, or stopped answering.
    NotReached,
}

/// Something about the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JitsiFinding {
    /// What it is, and what to do.
    pub finding: LiveFinding,
    /// File and line of `meeting.toml` that say otherwise, if they do.
    pub place: Option<(String, u64)>,
}

impl JitsiFinding {
    pub(super) fn new(finding: LiveFinding, lines: &ServerLines) -> JitsiFinding {
        let location = finding.setting.and_then(|setting| lines.of(setting));
        JitsiFinding { place: location.map(crate::settings::Location::file_and_line), finding }
    }
}

impl JitsiServerReport {
    /// Whether the server was reached, and answered to the end.
    pub fn is_reached(&self) -> bool {
        self.observed.unreached.is_none()
    }

    /// Whether the trial ran to its end. It ends early where the first refusal leaves nothing more to ask.
    pub fn is_complete(&self) -> bool {
        self.is_reached() && !self.observed.out_of_time && !self.observed.tries.is_empty()
    }

    /// How many findings should be acted on.
    pub fn problems(&self) -> usize {
        self.findings.iter().filter(|it| it.finding.is_problem).count()
    }

    /// The result.
    pub fn outcome(&self) -> JitsiOutcome {
        if !self.is_reached() {
            JitsiOutcome::NotReached
        } else if self.problems() > 0 {
            JitsiOutcome::Problems
        } else if !self.is_complete() {
            JitsiOutcome::Incomplete
        } else {
            // Whoever did not get in, or did not come, is a problem.
            JitsiOutcome::Works
        }
    }
}

impl Serialize for JitsiServerReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Observed { site, tries, unreached, roles_left_out, .. } = &self.observed;
        let mut report = serializer.serialize_struct("JitsiServerReport", 9)?;
        report.serialize_field("server", &self.server)?;
        report.serialize_field("outcome", &self.outcome())?;
        report.serialize_field("complete", &self.is_complete())?;
        report.serialize_field("unreached", &unreached.as_ref().map(unreached_value))?;
        report.serialize_field("asked", &asked(site))?;
        report.serialize_field("summary", &self.summary)?;
        report.serialize_field("tries", &tries.iter().map(try_value).collect::<Vec<_>>())?;
        report.serialize_field("roles_left_out", roles_left_out)?;
        report.serialize_field("findings", &self.findings)?;
        report.end()
    }
}

impl Serialize for JitsiFinding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let LiveFinding { code, is_problem, message, cure, people, setting, value } = &self.finding;
        let mut finding = serializer.serialize_struct("JitsiFinding", 9)?;
        finding.serialize_field("code", code)?;
        finding.serialize_field("problem", is_problem)?;
        finding.serialize_field("message", message)?;
        finding.serialize_field("cure", cure)?;
        finding.serialize_field("people", people)?;
        finding.serialize_field("setting", setting)?;
        finding.serialize_field("value", value)?;
        finding.serialize_field("file", &self.place.as_ref().map(|(file, _)| file))?;
        finding.serialize_field("line", &self.place.as_ref().map(|(_, line)| line))?;
        finding.end()
    }
}

/// Where it was asked.
fn asked(site: &SiteSeen) -> Value {
    let SiteSeen { config, domain, anonymous_domain, muc: _, bosh, conference_request, oddities } =
        site;
    let (unread, status, moved_to) = match config {
        ClientConfigSeen::Read { unread } => (unread.as_slice(), None, None),
        ClientConfigSeen::Absent(status) => (&[][..], Some(status), None),
        ClientConfigSeen::Moved(to) => (&[][..], None, Some(to)),
        _ => (&[][..], None, None),
    };
    json!({
        "config_status": status,
        "config_moved_to": moved_to,
        "config_unread": unread,
        "config_not_used": oddities.iter().map(SiteOddity::message).collect::<Vec<_>>(),
        "domain": domain,
        "anonymous_domain": anonymous_domain,
        "bosh": bosh,
        "conference_request": conference_request,
    })
}

fn try_value(one: &Try) -> Value {
    let role = match &one.who {
        Who::OwnRole { name, .. } => Some(name),
        _ => None,
    };
    let mut value = json!({ "who": one.who.name(), "role": role });
    if let (Value::Object(fields), Value::Object(outcome)) =
        (&mut value, outcome_value(&one.outcome))
    {
        fields.extend(outcome);
    }
    value
}

/// What became of somebody: `outcome`, and what there is to say about it.
fn outcome_value(outcome: &Outcome) -> Value {
    let refused = |outcome, refusal: &meetmint_doctor::live::Refusal| {
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
        Outcome::Waits(waiting) => {
            json!({ "outcome": "waits", "lobby": waiting.lobby, "for_host": waiting.for_host })
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
