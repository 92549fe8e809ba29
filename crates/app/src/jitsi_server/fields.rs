//! What was seen on a Jitsi server, as JSON. Nothing in it is a token, a link or a secret.

use meetmint_doctor::live::{
    ClientConfigSeen, ConferenceFailure, LiveFinding, Observed, Outcome, Refusal, SiteOddity,
    SiteSeen, Step, Summary, Try, Unreached, Who, WhoName,
};
use serde::{Serialize, Serializer};

use super::report::{JitsiFinding, JitsiOutcome, JitsiServerReport};

/// What the Jitsi server answered, and what is wrong with it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(super) struct ReportFields<'r> {
    /// The address that links begin with.
    server: &'r str,
    /// The result.
    outcome: JitsiOutcome,
    /// Whether the test ran to its end.
    complete: bool,
    /// Why the server was not reached, or stopped answering; null if it answered to the end.
    unreached: Option<UnreachedFields<'r>>,
    /// Where the test connected.
    asked: AskedFields<'r>,
    /// What the report says, in answers that programs can read.
    summary: &'r Summary,
    /// What became of each test user.
    tries: Vec<TryFields<'r>>,
    /// Roles of the user's own that were not tested.
    roles_left_out: &'r [String],
    /// What was found, problems first.
    findings: Vec<FindingFields<'r>>,
}

/// Why the server was not reached, or stopped answering.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Unreached"))]
#[serde(tag = "reason", rename_all = "snake_case")]
enum UnreachedFields<'r> {
    /// No connection, or no answer over HTTP.
    Http {
        /// The error.
        text: String,
    },
    /// BOSH is not there.
    NoBosh {
        /// The HTTP status.
        status: u16,
        /// Whether the answer was a web page.
        is_html: bool,
    },
    /// The answer did not come from BOSH.
    NotBosh,
    /// Prosody does not know the XMPP domain.
    UnknownDomain {
        /// The domain.
        domain: &'r str,
    },
    /// The session was ended.
    Terminated {
        /// The server's condition.
        condition: &'r str,
    },
}

/// Where the test connected.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Asked"))]
struct AskedFields<'r> {
    /// The HTTP status of `config.js`, if it is not there.
    config_status: Option<u16>,
    /// Where `config.js` moved to.
    config_moved_to: Option<&'r str>,
    /// Settings of `config.js` that are computed, and so are not known.
    config_unread: &'r [String],
    /// A sentence about each setting of `config.js` that is not used, or that leads to another host.
    config_not_used: Vec<String>,
    /// The XMPP domain.
    domain: &'r str,
    /// The domain for guests.
    anonymous_domain: Option<&'r str>,
    /// The address of BOSH.
    bosh: &'r str,
    /// The address that opens rooms.
    conference_request: Option<&'r str>,
}

/// A test user, and what became of them.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Try"))]
struct TryFields<'r> {
    /// The test user.
    who: WhoName,
    /// The role of your own with which this test user joined; null for the other test users.
    role: Option<&'r str>,
    /// What became of them.
    #[serde(flatten)]
    outcome: OutcomeFields<'r>,
}

/// What became of a test user.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum OutcomeFields<'r> {
    /// They are in the room.
    Joined {
        /// Whether the user became a moderator.
        is_moderator: bool,
        /// What the server lets them do; null if it does not tell.
        features: Option<&'r [String]>,
    },
    /// The server refused the login.
    LoginRefused(RefusalFields<'r>),
    /// The server refused to let them into the room.
    JoinRefused(RefusalFields<'r>),
    /// The room was not opened.
    NoConference {
        /// Why the room was not opened.
        condition: &'r str,
        /// The server's words.
        text: Option<&'r str>,
    },
    /// They wait outside of the room. If neither is true, the server did not say for what.
    Waits {
        /// Whether they wait in a lobby.
        lobby: bool,
        /// Whether they wait for a host.
        for_host: bool,
    },
    /// No answer came in time.
    Silence {
        /// At which step.
        step: Step,
    },
    /// The connection failed, or the session was ended.
    Broken {
        /// At which step.
        step: Step,
        /// Why.
        unreached: UnreachedFields<'r>,
    },
}

/// The server's refusal.
#[derive(Serialize)]
// In place, because the enum adds a field to it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
struct RefusalFields<'r> {
    /// The server's condition, such as `not-allowed`.
    condition: &'r str,
    /// The server's words; may be empty.
    text: &'r str,
    /// Further elements of the error.
    details: &'r [String],
}

/// Something about the server.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "JitsiFinding"))]
struct FindingFields<'r> {
    /// A name that does not change: see docs/errors.md.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[a-z0-9-]+$")))]
    code: &'r str,
    /// Whether something should be done.
    problem: bool,
    /// What was seen.
    message: &'r str,
    /// What to do, a line for each step; may be empty.
    cure: &'r str,
    /// Whom it is about.
    people: &'r [WhoName],
    /// The key to change in `meeting.toml`.
    setting: Option<&'r str>,
    /// The value to write there, as TOML.
    value: Option<&'r str>,
    /// The file where the setting is written.
    file: Option<&'r str>,
    /// The line where the setting is written, from 1.
    #[cfg_attr(feature = "schema", schemars(range(min = 1)))]
    line: Option<u64>,
}

impl<'r> ReportFields<'r> {
    pub(super) fn of(report: &'r JitsiServerReport) -> ReportFields<'r> {
        let Observed { site, tries, unreached, roles_left_out, .. } = &report.observed;
        ReportFields {
            server: &report.server,
            outcome: report.outcome(),
            complete: report.is_complete(),
            unreached: unreached.as_ref().map(UnreachedFields::of),
            asked: AskedFields::of(site),
            summary: &report.summary,
            tries: tries.iter().map(TryFields::of).collect(),
            roles_left_out,
            findings: report.findings.iter().map(FindingFields::of).collect(),
        }
    }
}

impl<'r> UnreachedFields<'r> {
    fn of(unreached: &'r Unreached) -> UnreachedFields<'r> {
        match unreached {
            Unreached::Http(error) => UnreachedFields::Http { text: error.to_string() },
            Unreached::NoBosh { status, is_html } => {
                UnreachedFields::NoBosh { status: *status, is_html: *is_html }
            }
            Unreached::NotBosh => UnreachedFields::NotBosh,
            Unreached::UnknownDomain(domain) => UnreachedFields::UnknownDomain { domain },
            Unreached::Terminated(condition) => UnreachedFields::Terminated { condition },
        }
    }
}

impl<'r> AskedFields<'r> {
    fn of(site: &'r SiteSeen) -> AskedFields<'r> {
        let (unread, status, moved_to) = match &site.config {
            ClientConfigSeen::Read { unread } => (unread.as_slice(), None, None),
            ClientConfigSeen::Absent(status) => (&[][..], Some(*status), None),
            ClientConfigSeen::Moved(to) => (&[][..], None, Some(to.as_str())),
            _ => (&[][..], None, None),
        };
        AskedFields {
            config_status: status,
            config_moved_to: moved_to,
            config_unread: unread,
            config_not_used: site.oddities.iter().map(SiteOddity::message).collect(),
            domain: &site.domain,
            anonymous_domain: site.anonymous_domain.as_deref(),
            bosh: &site.bosh,
            conference_request: site.conference_request.as_deref(),
        }
    }
}

impl<'r> TryFields<'r> {
    fn of(one: &'r Try) -> TryFields<'r> {
        let role = match &one.who {
            Who::OwnRole { name, .. } => Some(name.as_str()),
            _ => None,
        };
        TryFields { who: one.who.name(), role, outcome: OutcomeFields::of(&one.outcome) }
    }
}

impl<'r> OutcomeFields<'r> {
    fn of(outcome: &'r Outcome) -> OutcomeFields<'r> {
        match outcome {
            Outcome::Joined(joined) => OutcomeFields::Joined {
                is_moderator: joined.is_moderator,
                features: joined.features.as_deref(),
            },
            Outcome::LoginRefused(refusal) => {
                OutcomeFields::LoginRefused(RefusalFields::of(refusal))
            }
            Outcome::JoinRefused(refusal) => OutcomeFields::JoinRefused(RefusalFields::of(refusal)),
            Outcome::NoConference(failure) => {
                let (condition, text) = match failure {
                    ConferenceFailure::NoFocus => ("no-focus", None),
                    ConferenceFailure::NotReady => ("not-ready", None),
                    ConferenceFailure::NotAuthorized => ("not-authorized", None),
                    ConferenceFailure::Reservation(_, text) => {
                        ("reservation-error", Some(text.as_str()))
                    }
                    ConferenceFailure::Other(condition) => (condition.as_str(), None),
                    ConferenceFailure::Visitor => ("visitor", None),
                };
                OutcomeFields::NoConference { condition, text }
            }
            Outcome::Waits(waiting) => {
                OutcomeFields::Waits { lobby: waiting.lobby, for_host: waiting.for_host }
            }
            Outcome::Silence(step) => OutcomeFields::Silence { step: *step },
            Outcome::Broken(step, why) => {
                OutcomeFields::Broken { step: *step, unreached: UnreachedFields::of(why) }
            }
        }
    }
}

impl<'r> RefusalFields<'r> {
    fn of(refusal: &'r Refusal) -> RefusalFields<'r> {
        let Refusal { condition, text, details } = refusal;
        RefusalFields { condition, text, details }
    }
}

impl<'r> FindingFields<'r> {
    fn of(finding: &'r JitsiFinding) -> FindingFields<'r> {
        let LiveFinding { code, is_problem, message, cure, people, setting, value } =
            &finding.finding;
        FindingFields {
            code,
            problem: *is_problem,
            message,
            cure,
            people,
            setting: *setting,
            value: value.as_deref(),
            file: finding.place.as_ref().map(|(file, _)| file.as_str()),
            line: finding.place.as_ref().map(|(_, line)| *line),
        }
    }
}

impl Serialize for JitsiServerReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ReportFields::of(self).serialize(serializer)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for JitsiServerReport {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "JitsiServerReport".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        ReportFields::json_schema(generator)
    }
}
