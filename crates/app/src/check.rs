//! `check`: reads everything, changes nothing, and reports all problems at once.

mod advice;
mod outbox;

use std::fmt::Display;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_batch::{Problem, Roster, Survey};
use meetmint_core::{Role, Window, shortened};
use serde::Serialize as DeriveSerialize;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::columns::ColumnReport;
use crate::composition;
use crate::context::Context;
use crate::error::{Error, first_problems};
use crate::folder::{self, LoadedFolder};
use crate::front_end::{Notice, Severity};
use crate::settings::Settings;

/// What `check` found.
#[derive(Debug, DeriveSerialize)]
pub struct CheckReport {
    /// Everything that has to be fixed.
    pub problems: Vec<Problem>,
    /// How many more problems there are: a roster with a mistake in every row must not fill the memory.
    pub more_problems: usize,
    /// What may be a mistake.
    pub warnings: Vec<Notice>,
    /// What is good to know.
    pub notes: Vec<Notice>,
    /// The meeting as it was understood.
    pub meeting: Option<MeetingReport>,
    /// How many invitations there would be: a person counts once for each meeting that is not over.
    pub people: Option<usize>,
    /// How many people have each role.
    pub roles: Option<RoleReports>,
    /// What each column was taken for.
    pub columns: Option<Vec<ColumnReport>>,
}

/// The meeting of a folder, and the claims that its tokens have in common.
#[derive(Debug, DeriveSerialize)]
pub struct MeetingReport {
    /// The meeting's id, as written or derived.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The room's name.
    pub room: String,
    /// When it starts. As JSON, RFC 3339 in UTC.
    #[serde(serialize_with = "as_text")]
    pub start: Timestamp,
    /// When it ends. As JSON, RFC 3339 in UTC.
    #[serde(serialize_with = "as_text")]
    pub end: Timestamp,
    /// Its zone. As JSON, the IANA name.
    // With its rules, which are those that the meeting was resolved with: the system's may be older, or absent.
    #[serde(serialize_with = "as_zone_name")]
    pub zone: TimeZone,
    /// The room's URL, without a token.
    pub address: String,
    /// The MUC node of the room, which the server compares with the `room` claim.
    pub node: String,
    /// How tokens are signed.
    pub algorithm: String,
    /// The `iss` claim.
    pub issuer: String,
    /// The `aud` claim.
    pub audience: String,
    /// The `sub` claim.
    pub subject: String,
    /// Who the mail is from, as written, and where it goes.
    #[serde(skip)]
    pub mail: Option<(String, String)>,
}

/// A role at the meeting.
#[derive(Debug)]
pub struct RoleReport {
    /// Its name.
    pub name: String,
    /// How many people have it.
    pub people: usize,
    /// When their links work; `None` where each row has a meeting of its own.
    pub window: Option<Window>,
}

/// The roles, in their order. As JSON, an object from name to number of people.
#[derive(Debug)]
pub struct RoleReports(pub Vec<RoleReport>);

impl Serialize for RoleReports {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Written by hand, because a `BTreeMap` would sort the roles by name.
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for role in &self.0 {
            map.serialize_entry(&role.name, &role.people)?;
        }
        map.end()
    }
}

fn as_text<S: Serializer>(value: &impl Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn as_zone_name<S: Serializer>(zone: &TimeZone, serializer: S) -> Result<S::Ok, S::Error> {
    zone.iana_name().serialize(serializer)
}

impl CheckReport {
    /// The error with which `send` would refuse the same folder; none if nothing has to be fixed.
    pub fn into_error(self) -> Option<Error> {
        let is_valid = self.is_valid();
        (!is_valid).then(|| Error::problems(self.problems, self.more_problems))
    }

    /// Whether nothing has to be fixed.
    pub fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }
}

/// Checks a meeting folder.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if there is no `meeting.toml`, or it is not UTF-8. What is wrong
/// in it is part of the report.
pub fn check(context: &Context) -> Result<CheckReport, Error> {
    // Addresses are optional here: a list of names is enough for `links`.
    let mut folder = folder::load(context, false)?;
    // Also in a folder that is only for `links` so far: what `send` would refuse, `check` reports in the same words.
    let of_mail = composition::problems(&folder.mail, &folder.shown, folder.roster.as_ref());
    // Before the notices, which say less about a folder with problems.
    folder.problems.extend(of_mail);
    let (warnings, notes) = advice::notices(&folder)
        .into_iter()
        .partition(|notice| notice.severity == Severity::Warning);
    let LoadedFolder { settings, roster, survey, problems, more_problems, .. } = folder;
    let (problems, more_problems) = first_problems(problems, more_problems);
    let roles = roster.as_ref().zip(survey.as_ref());
    Ok(CheckReport {
        problems,
        more_problems,
        warnings,
        notes,
        meeting: settings
            .as_ref()
            .zip(roster.as_ref())
            .map(|(settings, roster)| meeting(settings, roster)),
        people: survey.as_ref().map(Survey::people),
        roles: roles.map(|(roster, survey)| role_reports(settings.as_ref(), roster, survey)),
        columns: roster.map(|roster| roster.columns().iter().map(ColumnReport::of).collect()),
    })
}

fn meeting(settings: &Settings, roster: &Roster) -> MeetingReport {
    let (meeting, server) = (roster.meeting(), &settings.server);
    let mail = &settings.mail;
    MeetingReport {
        id: settings.id.as_str().to_owned(),
        title: meeting.title.clone(),
        room: meeting.room.name().to_owned(),
        start: meeting.start,
        end: meeting.end,
        zone: meeting.zone.clone(),
        address: server.address(&meeting.room),
        node: meeting.room.node().to_owned(),
        algorithm: server.algorithm().to_string(),
        issuer: server.issuer().to_owned(),
        audience: server.audience().to_owned(),
        subject: server.subject().to_owned(),
        mail: mail
            .from
            .as_ref()
            .map(|from| (shortened(from.clone()), shortened(mail.outbox.description()))),
    }
}

fn role_reports(settings: Option<&Settings>, roster: &Roster, survey: &Survey) -> RoleReports {
    let common = settings.filter(|_| !roster.has_own_meetings());
    let roles = roster.roles().all().iter().zip(survey.by_role());
    let report = |(role, people): (&Role, &usize)| RoleReport {
        name: role.name.clone(),
        people: *people,
        window: common.and_then(|settings| settings.windows.of(role, roster.meeting()).ok()),
    };
    RoleReports(roles.map(report).collect())
}
