//! `check`: reads everything, changes nothing, and reports all problems at once.

mod advice;
mod json;
mod meetings;
mod messages;
mod outbox;
mod roles;
mod send_need;
mod server;

use jiff::Timestamp;
use jiff::tz::TimeZone;
pub use meetings::MeetingUseReport;
use meetmint_batch::{Meetings, Problem, Roster, Survey};
use meetmint_core::{Role, Window, shortened};
pub use send_need::SendNeed;
use serde::Serialize as DeriveSerialize;
use serde::ser::{Serialize, SerializeMap, Serializer};

use self::json::{as_text, as_zone_name};
use crate::columns::ColumnReport;
use crate::context::Context;
use crate::error::{Error, first_problems};
use crate::folder::{self, Addresses, LoadedFolder};
use crate::front_end::{Notice, Severity};
use crate::mailing::{LoadedMailFolder, Purpose};
use crate::settings::Settings;

/// What is wrong with a meeting folder, and how it was understood.
#[derive(Debug, DeriveSerialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckReport {
    /// Everything that has to be fixed; at most 100.
    pub problems: Vec<Problem>,
    /// How many more problems there are.
    // A roster with a mistake in every row must not fill the memory.
    pub more_problems: usize,
    /// What may be a mistake.
    pub warnings: Vec<Notice>,
    /// What is good to know.
    pub notes: Vec<Notice>,
    /// The meeting as it was understood; `None` if the settings are wrong or the roster cannot be read.
    pub meeting: Option<MeetingReport>,
    /// How many people there are, each once for every meeting of theirs that is not over; `None` if the roster cannot be read.
    pub people: Option<usize>,
    /// How many people have each role, by the role's name.
    #[cfg_attr(
        feature = "schema",
        schemars(with = "Option<std::collections::BTreeMap<String, usize>>")
    )]
    pub roles: Option<RoleReports>,
    /// The meetings that people are invited to, in the order of their start; at most 50,000. A single one if rows
    /// override nothing; `None` if something has to be fixed.
    pub meetings: Option<Vec<MeetingUseReport>>,
    /// Whether rows can have meetings of their own.
    #[serde(skip)]
    pub has_own_meetings: bool,
    /// What each column of the roster was taken for.
    pub columns: Option<Vec<ColumnReport>>,
    /// What is missing before mail can be sent, if the folder was checked for links alone. Empty if it was checked for
    /// `send` as well.
    pub send_needs: Vec<SendNeed>,
}

/// The meeting of the folder, and the claims that its tokens have in common.
#[derive(Debug, DeriveSerialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeetingReport {
    /// The id that identifies the meeting, as written or derived.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// The room's name.
    pub room: String,
    /// When it starts: RFC 3339 in UTC.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub start: Timestamp,
    /// When it ends: RFC 3339 in UTC.
    #[serde(serialize_with = "as_text")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub end: Timestamp,
    /// Its time zone: an IANA name.
    // With its rules, which are those that the meeting was resolved with: the system's may be older, or absent.
    #[serde(serialize_with = "as_zone_name")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub zone: TimeZone,
    /// The room's address, without a token.
    pub address: String,
    /// What the server compares with the claim `room`: the node of the room's XMPP address.
    pub node: String,
    /// How tokens are signed.
    #[cfg_attr(feature = "schema", schemars(with = "meetmint_core::Algorithm"))]
    pub algorithm: String,
    /// The claim `iss`.
    pub issuer: String,
    /// The claim `aud`.
    pub audience: String,
    /// The claim `sub`.
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

impl CheckReport {
    /// The report on a file whose problems allow no further reading.
    fn of(error: &Error) -> CheckReport {
        CheckReport {
            problems: error.all_problems().to_vec(),
            more_problems: error.more_problems(),
            warnings: Vec::new(),
            notes: Vec::new(),
            meeting: None,
            people: None,
            roles: None,
            meetings: None,
            has_own_meetings: false,
            columns: None,
            send_needs: Vec::new(),
        }
    }

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
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if there is no `meeting.toml`, or if the roster changes in the
/// meantime. What is wrong in them is part of the report.
pub fn check(context: &Context) -> Result<CheckReport, Error> {
    let loaded = match folder::load_settings(context) {
        Err(error) if !error.all_problems().is_empty() => return Ok(CheckReport::of(&error)),
        loaded => loaded?,
    };
    // Without any settings for mail, the folder is for `links`, which also takes people without an address.
    let for_mail = loaded.mail.is_configured;
    let addresses = if for_mail { Addresses::RequiredIfAny } else { Addresses::Optional };
    let mut folder = folder::read(loaded, context, addresses)?;
    let all = context.front_end.is_verbose();
    let send_needs = send_needs(&folder, for_mail);
    if !send_needs.is_empty() {
        folder.refuse_over();
        return examined(&folder, send_needs, all);
    }
    let mut loaded = LoadedMailFolder::examine(folder, context, Purpose::Send);
    loaded.folder.refuse_over();
    let mut report = examined(&loaded.folder, send_needs, all)?;
    // Only of a valid folder: of any other mistake, each message might have the consequences.
    if report.is_valid() {
        let mail = loaded.into_valid()?;
        (report.problems, report.more_problems) = messages::problems(&mail, context)?;
        if !report.is_valid() {
            // What the server does is worth saying once, and not above errors.
            let is_of_server = |notice: &Notice| notice.code != roles::MODERATION;
            report.warnings.retain(is_of_server);
            report.notes.retain(is_of_server);
        }
    }
    Ok(report)
}

/// The report on a folder whose settings and roster have been read.
fn examined(
    folder: &LoadedFolder,
    send_needs: Vec<SendNeed>,
    all: bool,
) -> Result<CheckReport, Error> {
    let meetings = meetings::meetings(folder)?;
    let notices = advice::notices(folder, meetings.as_ref(), &send_needs, all);
    Ok(report(folder, meetings.as_ref(), notices, send_needs))
}

fn report(
    folder: &LoadedFolder,
    meetings: Option<&Meetings>,
    notices: Vec<Notice>,
    send_needs: Vec<SendNeed>,
) -> CheckReport {
    let (warnings, notes) =
        notices.into_iter().partition(|notice| notice.severity == Severity::Warning);
    let LoadedFolder { settings, roster, survey, problems, more_problems, .. } = folder;
    let (problems, more_problems) = first_problems(problems.clone(), *more_problems);
    let roster = roster.as_ref();
    let settings = settings.as_ref();
    CheckReport {
        problems,
        more_problems,
        warnings,
        notes,
        meeting: settings.zip(roster).map(|(settings, roster)| meeting(settings, roster)),
        people: survey.as_ref().map(Survey::people),
        roles: roster
            .zip(survey.as_ref())
            .map(|(roster, survey)| role_reports(settings, roster, survey)),
        meetings: meetings
            .map(|meetings| meetings.all().iter().map(MeetingUseReport::of).collect()),
        has_own_meetings: roster.is_some_and(Roster::has_own_meetings),
        columns: roster.map(|roster| roster.columns().iter().map(ColumnReport::of).collect()),
        send_needs,
    }
}

/// What a folder lacks that is for `links` alone.
fn send_needs(folder: &LoadedFolder, for_mail: bool) -> Vec<SendNeed> {
    // A list whose people all lack an address.
    let survey = folder.survey.as_ref().filter(|_| !for_mail);
    let is_list_of_names = survey
        .is_some_and(|survey| !survey.has_addresses() && !survey.without_address().is_empty());
    let addresses = (folder.names_alone || is_list_of_names).then_some(SendNeed::Addresses);
    addresses.into_iter().chain((!for_mail).then_some(SendNeed::From)).collect()
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

#[cfg(test)]
mod tests;
