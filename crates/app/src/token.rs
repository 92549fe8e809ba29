//! `token`: one personal link.

use meetmint_batch::{CHUNK_ROWS, RosterRow, RosterTokens, Selection, quoted};
use meetmint_core::{
    Attendee, DisplayName, EmptyWindow, Invite, JoinLink, LinkSize, Mint, Room, Window, name_in_key,
};
use serde::ser::{Serialize, Serializer};
use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::folder::{self, Addresses, MeetingFolder};
use crate::front_end::Notice;
use crate::meeting_file::meeting_file;
use crate::notices;
use crate::phrases::time_in;
use crate::secret;
use crate::selection;
use crate::settings;

/// How long before now a link for anybody begins to work, in seconds: servers' clocks differ, and Jitsi allows no
/// leeway (`jitsi-tokens` facts, §0).
const CLOCK_DIFFERENCE: i64 = 5 * 60;

/// Whose link is wanted.
#[derive(Clone, Debug)]
pub enum TokenRequest {
    /// Somebody in the roster: the same link as everywhere.
    Attendee {
        /// Their address.
        email: String,
        /// Which of their rooms, if there are several.
        room: Option<String>,
    },
    /// Anybody: a link that works now. No roster is read.
    Anybody(AnybodyRequest),
}

/// A link for somebody who need not be in the roster.
#[derive(Clone, Debug)]
pub struct AnybodyRequest {
    /// The name shown in the meeting.
    pub name: String,
    /// The address in the token.
    pub email: Option<String>,
    /// The role; the roster's default role if there is none.
    pub role: Option<String>,
    /// The room; the meeting's if there is none.
    pub room: Option<String>,
    /// How long from now the link works, in seconds; more than 0.
    pub lasts: i64,
    /// Whether the token opens every room of the server.
    pub any_room: bool,
}

/// One personal link. Serializing it reveals the link; `{:?}` does not.
#[derive(Debug)]
pub struct TokenReport {
    /// The address, if the token has one.
    pub email: Option<String>,
    /// The name shown in the meeting.
    pub name: String,
    /// The role's name.
    pub role: String,
    /// The room's name.
    pub room: String,
    /// When the link works.
    pub window: Window,
    /// The link.
    pub link: JoinLink,
}

impl Serialize for TokenReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = TokenFields {
            email: self.email.as_deref(),
            name: &self.name,
            role: &self.role,
            room: &self.room,
            valid_from: self.window.opens().to_string(),
            valid_until: self.window.closes().to_string(),
            link: self.link.reveal(),
            token: self.link.reveal_token(),
            claims: self.link.claims(),
        };
        fields.serialize(serializer)
    }
}

/// A personal link.
// No `Debug`: it would show the link.
#[derive(serde::Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
struct TokenFields<'t> {
    /// The address; null for somebody without one.
    email: Option<&'t str>,
    /// The name.
    name: &'t str,
    /// The role.
    role: &'t str,
    /// The name of the room that the link leads to.
    room: &'t str,
    /// From when the link works: RFC 3339 in UTC.
    valid_from: String,
    /// Until when the link works: RFC 3339 in UTC.
    valid_until: String,
    /// The personal link.
    link: &'t str,
    /// The token alone.
    token: &'t str,
    /// The claims of the token.
    #[cfg_attr(feature = "schema", schemars(with = "serde_json::Map<String, Value>"))]
    claims: Value,
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TokenReport {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "TokenReport".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        TokenFields::json_schema(generator)
    }
}

/// Mints one link; for an address that several people of the roster share, one for each of them.
///
/// # Errors
/// [`ErrorClass::Invalid`](crate::ErrorClass::Invalid) if the configuration is wrong, or the person, room, role or name
/// cannot be used.
pub fn token(context: &Context, request: &TokenRequest) -> Result<Vec<TokenReport>, Error> {
    match request {
        TokenRequest::Attendee { email, room } => of_attendee(context, email, room.as_deref()),
        TokenRequest::Anybody(request) => Ok(vec![of_anybody(context, request)?]),
    }
}

fn of_attendee(
    context: &Context,
    address: &str,
    room: Option<&str>,
) -> Result<Vec<TokenReport>, Error> {
    let folder = folder::load(context, Addresses::Optional)?.into_valid()?;
    let key = selection::email(address)?.key().into_owned();
    let wanted_room = room.map(parse_room).transpose()?;
    let tokens = RosterTokens::new(&folder.mint, &folder.roster, folder.settings.windows)?;
    let selection = Selection { only: vec![key], ..Selection::default() };
    let is_wanted = |row: &&RosterRow<'_>| {
        let room = &folder.roster.meeting_of(&row.entry).room;
        // Servers compare nodes: names with the same node are the same room.
        wanted_room.as_ref().is_none_or(|wanted| wanted.node() == room.node())
    };
    let mut found: Vec<(String, TokenReport)> = Vec::new();
    folder.roster.each(
        &folder.survey,
        &selection,
        CHUNK_ROWS,
        |rows| {
            let rows = rows.iter().filter(is_wanted);
            let key = |row: &RosterRow<'_>| row.entry.attendee.key().into_owned();
            rows.map(|row| Ok((key(row), report(&folder, &tokens, row)?)))
                .collect::<Result<Vec<_>, Error>>()
        },
        |reports: Result<Vec<_>, Error>| {
            found.extend(reports?);
            Ok(())
        },
    )?;
    // Only notices about the key: those about other rows do not matter for one link.
    folder.report_key_notices(context);
    if found.is_empty() {
        // Looked up once more in all rooms, to say whether the person or the room is wrong.
        let everywhere = Selection { skip_bad: true, ..selection };
        if room.is_some() && !folder.keys(&everywhere)?.is_empty() {
            let message = format!("{} has no meeting in that room", quoted(address));
            return Err(Error::invalid("no-such-meeting", message, "leave out `--room`"));
        }
        return Err(folder.absent(&everywhere.only[0], address)?);
    }
    refuse_several_meetings(address, &found)?;
    let reports: Vec<TokenReport> = found.into_iter().map(|(_, report)| report).collect();
    if reports.len() > 1 {
        // Several lines are printed: which of them is whose?
        let names: Vec<String> = reports.iter().map(|report| quoted(&report.name)).collect();
        let message = format!(
            "{} people share this address, in this order: {}",
            names.len(),
            names.join(", ")
        );
        context.notice(&Notice::note("family", message));
    }
    let opens = reports.iter().map(|report| report.window.not_before()).max();
    if let Some(opens) = opens
        .filter(|_| reports.iter().any(|report| report.window.opens() > context.environment.now))
    {
        let opens = time_in(opens, &folder.roster.meeting().zone);
        let message = format!(
            "this link only works from {opens}; `meetmint token --name NAME --for 1h` makes one that works now"
        );
        context.notice(&Notice::note("early", message));
    }
    Ok(reports)
}

/// Refuses to choose among several meetings of one person. Several people with one address are no choice.
fn refuse_several_meetings(address: &str, found: &[(String, TokenReport)]) -> Result<(), Error> {
    let count = |key: &str| found.iter().filter(|(other, _)| other == key).count();
    let Some((key, count)) =
        found.iter().map(|(key, _)| (key, count(key))).find(|(_, count)| *count > 1)
    else {
        return Ok(());
    };
    let all = format!("`meetmint links --only {address}` writes all of them");
    let mut rooms = found.iter().filter(|(other, _)| other == key).map(|(_, report)| &report.room);
    // With the same room at two times, `--room` would not help.
    let last = rooms.next_back();
    let hint = match last.filter(|last| rooms.any(|other| other != *last)) {
        Some(room) => format!("choose one, for example with `--room {room}`; {all}"),
        None => all,
    };
    let whose = match name_in_key(key) {
        Some(name) => format!("{} ({name})", quoted(address)),
        None => quoted(address),
    };
    Err(Error::invalid("several-meetings", format!("{whose} has {count} meetings"), hint))
}

fn report(
    folder: &MeetingFolder,
    tokens: &RosterTokens<'_>,
    row: &RosterRow<'_>,
) -> Result<TokenReport, Error> {
    let Invite { attendee, window, link } = tokens.invite(&row.entry)?;
    Ok(TokenReport {
        email: attendee.email.as_ref().map(ToString::to_string),
        name: attendee.name.to_string(),
        role: folder.role_name(row.entry.role).to_owned(),
        room: folder.roster.meeting_of(&row.entry).room.name().to_owned(),
        window,
        link,
    })
}

fn of_anybody(context: &Context, request: &AnybodyRequest) -> Result<TokenReport, Error> {
    let AnybodyRequest { name, email, role, room, lasts, any_room } = request;
    // The roster is not read: a link for somebody else must not depend on it.
    let loaded = settings::load(meeting_file(context)?)?;
    let (Some(settings), Some(roles), true) =
        (loaded.settings, loaded.roles, loaded.problems.is_empty())
    else {
        return Err(Error::problems(loaded.problems, 0));
    };
    if *any_room && !settings.accepts.wildcards {
        let message =
            "the server refuses tokens for every room: `wildcards` is false under [server.accepts]";
        let hint = "leave out `--any-room`; with `--room ROOM`, the link is for another room than the meeting's";
        return Err(Error::invalid("no-wildcards", message, hint));
    }
    let name = DisplayName::clean(name).ok_or_else(|| {
        let message = "the name has no visible characters";
        Error::invalid("bad-name", message, "write the name that the meeting should show")
    })?;
    let email = email.as_deref().map(selection::email).transpose()?;
    let room = match room {
        Some(text) => parse_room(text)?,
        None => settings.room.clone(),
    };
    let role = match role {
        Some(name) => selection::role(name, &roles)?,
        None => roles.default(),
    };
    let role = &roles.all()[role];
    let key = secret::signing_key(&settings.key, &context.environment).map_err(Error::problem)?;
    let mint = Mint::new(settings.server, key)?;
    let now = context.environment.now.as_second();
    // `lasts` comes from the user and may be as large as the type allows.
    let window = Window::new(now - CLOCK_DIFFERENCE, now.saturating_add(*lasts)).map_err(
        |empty: EmptyWindow| Error::failed("window", "cannot make a link").caused_by(empty),
    )?;
    // There is no list in which somebody else could have this name.
    let attendee = Attendee { own_id: None, email, name, avatar: None, namesake: 1, family: None };
    let size =
        if *any_room { LinkSize::for_any_room(&mint, role) } else { LinkSize::new(&mint, role) };
    size.check(&room, &attendee).map_err(|too_long| {
        Error::invalid("link-too-long", too_long.to_string(), too_long.hint())
    })?;
    let template = if *any_room {
        mint.template_for_any_room(role, &room, window)
    } else {
        mint.template(role, &room, window)
    };
    let link = template.invite(&attendee)?.link;
    context.notices(&notices::of_key(&mint));
    if *any_room {
        // The only place that makes such a claim: every other token is for one room.
        let notice = Notice::warning("any-room", "this link opens every room of the server");
        context.notice(&notice.hint("do not pass it on"));
    }
    Ok(TokenReport {
        email: attendee.email.as_ref().map(ToString::to_string),
        name: attendee.name.to_string(),
        role: role.name.clone(),
        room: room.name().to_owned(),
        window,
        link,
    })
}

fn parse_room(text: &str) -> Result<Room, Error> {
    Room::parse(text).map_err(|bad| {
        let hint = format!("use `{}` instead, for example", bad.suggestion);
        Error::invalid("bad-room", bad.to_string(), hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;
    use crate::test_folder::{PEOPLE, SERVER, TestFolder};

    #[test]
    fn no_token_is_made_for_every_room_if_the_server_refuses_it() {
        let request = |any_room| {
            let anybody = AnybodyRequest {
                name: "Ada".to_owned(),
                email: None,
                role: None,
                room: None,
                lasts: 60,
                any_room,
            };
            TokenRequest::Anybody(anybody)
        };
        let accepts = |lines: &str| format!("{SERVER}[server.accepts]\n{lines}\n");
        let strict = TestFolder::new(&accepts("wildcards = false"), "", PEOPLE);
        let error = token(&strict.context(), &request(true)).unwrap_err();
        assert_eq!((error.class(), error.code()), (ErrorClass::Invalid, "no-wildcards"));
        // The hint.
        assert_eq!(token(&strict.context(), &request(false)).unwrap().len(), 1);
        let open = TestFolder::new(&accepts("wildcards = true"), "", PEOPLE);
        let report = token(&open.context(), &request(true)).unwrap();
        assert_eq!(report[0].link.claims()["room"], "*");
    }
}
