//! What was seen on a live server. Nothing here holds a token, a link or a secret.

use serde::Serialize;

use super::http::{Certificate, HttpError};

/// Everything that was seen.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// Where the server was asked.
    pub site: SiteSeen,
    /// The certificate of the web server; `None` without TLS, or if there was no connection.
    pub certificate: Option<Certificate>,
    /// Every test user, in the order in which they joined or tried to.
    pub tries: Vec<Try>,
    /// How far the server's clock is ahead of this machine's, in seconds; negative if it is behind.
    pub clock: Option<ClockSeen>,
    /// Why nothing, or nothing more, could be asked: the web server or BOSH was not reached.
    pub unreached: Option<Unreached>,
    /// Whether the time limit was reached before everybody had tried.
    pub out_of_time: bool,
    /// Whether the program was asked to stop before everybody had tried.
    pub interrupted: bool,
    /// Whether the server did not confirm that everybody has left. It notices by itself, after a minute as a rule.
    pub left_unconfirmed: bool,
    /// Own roles that did not take part, because ten logins are enough.
    pub roles_left_out: Vec<String>,
}

/// Which clock was compared with that of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockSeen {
    /// Prosody's own, which checks the tokens: from `N sec since expired`.
    Prosody {
        /// Seconds that it is ahead.
        ahead: i64,
    },
    /// The web server's, from the `Date` header. It may be another machine's.
    WebServer {
        /// Seconds that it is ahead.
        ahead: i64,
    },
}

/// Where the server was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteSeen {
    /// What became of `config.js`.
    pub config: ClientConfigSeen,
    /// The XMPP domain that people with a token log in to. `sub` is compared with it.
    pub domain: String,
    /// The XMPP domain for people without a token, if there is one (`hosts.anonymousdomain`).
    pub anonymous_domain: Option<String>,
    /// The XMPP domain of the rooms. Where there are tenants, that of the links is part of it.
    pub muc: String,
    /// The address of BOSH.
    pub bosh: String,
    /// The address for conference requests over HTTP, if the page uses one.
    pub conference_request: Option<String>,
    /// Settings of `config.js` that are not used, or that lead to another machine.
    pub oddities: Vec<SiteOddity>,
}

/// A setting of `config.js` that something should be said about. `setting` is its name there, such as `hosts.muc`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SiteOddity {
    /// Its value cannot be a domain, so the default was used.
    NotADomain {
        /// The setting.
        setting: &'static str,
        /// The value, cut.
        value: String,
    },
    /// Its value cannot be an address on the web, so the default was used.
    NotAnAddress {
        /// The setting.
        setting: &'static str,
        /// The value, cut, without user name, password and query.
        value: String,
    },
    /// Its address is `http`: tokens would travel in clear text, so it was not used.
    ClearText {
        /// The setting.
        setting: &'static str,
        /// The address, without user name, password and query.
        address: String,
    },
    /// Its address is another machine's than that of the links. It was used, as the page does.
    OtherMachine {
        /// The setting.
        setting: &'static str,
        /// The host, with a port if there is one.
        host: String,
    },
}

/// What became of `config.js`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ClientConfigSeen {
    /// Not asked for yet.
    #[default]
    Unasked,
    /// It was read. The settings that are no literals, and so are not known, by name.
    Read {
        /// Settings that are no literals.
        unread: Vec<String>,
    },
    /// The web server sends everybody on: to this address, without its query.
    Moved(String),
    /// There is none: the status of HTTP.
    Absent(u16),
    /// Something else was sent under that address, such as an HTML page.
    NotAConfig,
    /// The connection failed.
    Failed(HttpError),
}

/// Why the server could not be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// No connection, or no answer over HTTP.
    Http(HttpError),
    /// BOSH is not there: the status of HTTP, and whether the answer was an HTML page.
    NoBosh {
        /// The status of HTTP.
        status: u16,
        /// Whether an HTML page came back.
        is_html: bool,
    },
    /// The answer was no BOSH: not XML, or other XML.
    NotBosh,
    /// Prosody does not know the XMPP domain.
    UnknownDomain(String),
    /// The session was ended with a condition of BOSH (XEP-0124 §17).
    Terminated(String),
}

/// A test user, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// Who.
    pub who: Who,
    /// What became of them.
    pub outcome: Outcome,
}

/// Who joins the throw-away rooms, or tries to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// A participant, alone in a room.
    Alone,
    /// A moderator who joins the room where that participant has become one; or after both others, where the
    /// participant alone had to wait for a host.
    SecondModerator,
    /// A moderator, first in a room of their own.
    Moderator,
    /// A participant who joins the moderator's room.
    Participant,
    /// Somebody whose token expired 90 seconds ago.
    Expired,
    /// Somebody whose token was signed with another secret or key.
    ForeignKey,
    /// Somebody with a valid token for another room.
    OtherRoom,
    /// Somebody without a token.
    NoToken,
    /// Somebody with a role of the user's own.
    OwnRole {
        /// The role's name.
        name: String,
        /// Whether it has moderator rights.
        moderator: bool,
    },
    /// A participant whose `sub` is `*`, who joins after the server has answered `Room and token mismatched`.
    AnySubject,
}

/// A name for programs of a test user. It never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", schemars(description = "A test user."))]
pub enum WhoName {
    /// A participant, alone in a room.
    Alone,
    /// A moderator who joins a room in which somebody already is.
    SecondModerator,
    /// A moderator, first in a room.
    Moderator,
    /// A participant who joins the moderator's room.
    Participant,
    /// Somebody whose token expired 90 seconds ago.
    Expired,
    /// Somebody whose token was signed with another secret or key.
    ForeignKey,
    /// Somebody with a valid token for another room.
    OtherRoom,
    /// Somebody without a token.
    NoToken,
    /// Somebody with a role of the user's own.
    OwnRole,
    /// A participant whose `sub` is `*`, who joins after the server has answered `Room and token mismatched`.
    AnySubject,
}

impl Who {
    /// A name for programs, which never changes.
    pub fn name(&self) -> WhoName {
        match self {
            Who::Alone => WhoName::Alone,
            Who::SecondModerator => WhoName::SecondModerator,
            Who::Moderator => WhoName::Moderator,
            Who::Participant => WhoName::Participant,
            Who::Expired => WhoName::Expired,
            Who::ForeignKey => WhoName::ForeignKey,
            Who::OtherRoom => WhoName::OtherRoom,
            Who::NoToken => WhoName::NoToken,
            Who::OwnRole { .. } => WhoName::OwnRole,
            Who::AnySubject => WhoName::AnySubject,
        }
    }
}

/// What became of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They are in the room.
    Joined(Joined),
    /// The server refused the login.
    LoginRefused(Refusal),
    /// The focus did not open the room.
    NoConference(ConferenceFailure),
    /// The server refused to let them into the room.
    JoinRefused(Refusal),
    /// They wait outside of the room.
    Waits(Waiting),
    /// No answer in time.
    Silence(Step),
    /// The connection failed, or BOSH ended the session.
    Broken(Step, Unreached),
}

/// Somebody in the room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Whether they are a moderator, after no presence has changed it for some seconds.
    pub is_moderator: bool,
    /// What the server lets them do, as it told them (`permissions` in their own presence); `None` if it said nothing.
    pub features: Option<Vec<String>>,
}

/// What somebody waits for. If nothing is set, the server did not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// They are in a lobby, until a moderator lets them in.
    pub lobby: bool,
    /// They wait until a host joins.
    pub for_host: bool,
}

/// The server's refusal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The condition: `not-allowed`.
    pub condition: String,
    /// The server's own text; may be empty.
    pub text: String,
    /// Further elements of the error, such as `room-does-not-exist`.
    pub details: Vec<String>,
}

/// Why the focus did not open the room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConferenceFailure {
    /// There is no focus under its address: Jicofo does not run, or is not connected.
    NoFocus,
    /// It said four times that the room is not ready.
    NotReady,
    /// Only hosts may open rooms.
    NotAuthorized,
    /// A reservation system said no: code and text.
    Reservation(String, String),
    /// Another error: condition, or the status of HTTP.
    Other(String),
    /// It sent the person to a node for visitors.
    Visitor,
}

/// At which step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Opening the session and logging in.
    Login,
    /// Asking the focus to open the room.
    Conference,
    /// Entering the room.
    Join,
}

impl Observed {
    /// What became of somebody.
    pub fn outcome(&self, who: &Who) -> Option<&Outcome> {
        self.tries.iter().find(|one| one.who == *who).map(|one| &one.outcome)
    }
}
