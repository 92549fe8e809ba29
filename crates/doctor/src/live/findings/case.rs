//! What was seen, beside what the folder says; and questions about it that several findings ask.

use meetmint_core::{Accepts, Role, Server, ServerKind};

use super::super::observed::{Joined, Observed, Outcome, Refusal, Step, Who};
use super::words::listed;

/// Which settings are written in `meeting.toml`. The others are only what servers of this kind usually do, so a server
/// that differs from those contradicts nobody.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a line that may be written")]
pub struct WrittenSettings {
    /// `roles` under `[server.accepts]`.
    pub roles: bool,
    /// `guests` under `[server.accepts]`.
    pub guests: bool,
    /// `room` under `[server.accepts]`.
    pub room: bool,
    /// `plugins` under `[server.accepts]`.
    pub plugins: bool,
    /// `subject` under `[server.accepts]`.
    pub subject: bool,
}

/// What the meeting folder says about the server, and when it was asked.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The server that was asked.
    pub server: &'e Server,
    /// What it is said to accept.
    pub accepts: &'e Accepts,
    /// Which of that is written in `meeting.toml`, and is not a default.
    pub written: WrittenSettings,
    /// The user's own roles, as the trial had them.
    pub own_roles: &'e [Role],
    /// When it was asked, in seconds since 1970 UTC.
    pub now: i64,
}

/// Who must come before the server is known to be right.
pub(super) const NEEDED: [Who; 7] = [
    Who::Alone,
    Who::Moderator,
    Who::Participant,
    Who::Expired,
    Who::ForeignKey,
    Who::OtherRoom,
    Who::NoToken,
];

/// Those of them who have a valid link for the room that they enter.
pub(super) const GOOD: [Who; 4] =
    [Who::Alone, Who::SecondModerator, Who::Moderator, Who::Participant];

/// Those who must not get in.
pub(super) const UNAUTHORIZED: [Who; 4] =
    [Who::Expired, Who::ForeignKey, Who::OtherRoom, Who::NoToken];

/// What was seen, beside what was expected.
#[derive(Clone, Copy)]
pub(super) struct Case<'c> {
    pub(super) observed: &'c Observed,
    pub(super) expected: &'c Expected<'c>,
}

impl<'c> Case<'c> {
    pub(super) fn kind(&self) -> ServerKind {
        self.expected.server.kind()
    }

    pub(super) fn is_docker(&self) -> bool {
        self.kind() == ServerKind::Docker
    }

    pub(super) fn is_jaas(&self) -> bool {
        self.kind() == ServerKind::Jaas
    }

    pub(super) fn server(&self) -> &'c Server {
        self.expected.server
    }

    pub(super) fn accepts(&self) -> &'c Accepts {
        self.expected.accepts
    }

    pub(super) fn outcome(&self, who: &Who) -> Option<&'c Outcome> {
        self.observed.outcome(who)
    }

    /// Somebody in the room, if they got there.
    pub(super) fn joined(&self, who: &Who) -> Option<&'c Joined> {
        match self.outcome(who) {
            Some(Outcome::Joined(joined)) => Some(joined),
            _ => None,
        }
    }

    /// Whether somebody with a valid token got as far as that the server had accepted it.
    pub(super) fn good_passed_login(&self) -> bool {
        GOOD.iter().chain(&[Who::AnySubject]).any(|who| self.outcome(who).is_some_and(passed_login))
    }

    /// Whether somebody with a valid token got into a room.
    pub(super) fn good_joined(&self) -> bool {
        GOOD.iter().any(|who| self.joined(who).is_some())
    }

    /// Somebody for a message.
    pub(super) fn who(&self, who: &Who) -> String {
        match who {
            Who::Alone => "a participant alone in a room".to_owned(),
            Who::SecondModerator => "a moderator who joins after a participant".to_owned(),
            Who::Moderator => "a moderator who joins first".to_owned(),
            Who::Participant => "a participant who joins after a moderator".to_owned(),
            Who::Expired => "somebody with an expired link".to_owned(),
            Who::ForeignKey => {
                format!("somebody with a link signed with another {}", self.key())
            }
            Who::OtherRoom => "somebody with a link for another room".to_owned(),
            Who::NoToken => "somebody without a link".to_owned(),
            Who::OwnRole { name, .. } => {
                format!("somebody with the role {}", meetmint_core::quoted(name))
            }
            Who::AnySubject => "a participant whose token has `*` as `sub`".to_owned(),
        }
    }

    /// Several people for a message.
    pub(super) fn people(&self, people: &[Who]) -> String {
        let names: Vec<String> = people.iter().map(|who| self.who(who)).collect();
        match people {
            [Who::Alone, Who::Participant] => "participants".to_owned(),
            [Who::SecondModerator, Who::Moderator] => "moderators".to_owned(),
            _ => listed(&names),
        }
    }

    /// What signs the tokens.
    pub(super) fn key(&self) -> &'static str {
        if self.server().algorithm().is_rsa() { "key" } else { "secret" }
    }
}

/// Whether the server had accepted the token, or that there was none, whatever came then.
pub(super) fn passed_login(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::LoginRefused(_) => false,
        Outcome::Silence(step) | Outcome::Broken(step, _) => *step != Step::Login,
        Outcome::Joined(_)
        | Outcome::NoConference(_)
        | Outcome::JoinRefused(_)
        | Outcome::Waits(_) => true,
    }
}

impl Refusal {
    /// Whether its text, or one of its details, is one of these.
    pub(super) fn says(&self, text: &str, detail: &str) -> bool {
        self.text == text || self.details.iter().any(|found| found == detail)
    }

    /// Whether the server compared the token with the room or the domain, and they differ.
    pub(super) fn is_mismatch(&self) -> bool {
        self.text == "Room and token mismatched"
            || self.says("Room does not match the room from token", "room-mismatch")
            || self.says(
                "Room name cannot be matched to the one from token.",
                "room-name-does-not-match",
            )
    }

    /// Whether the room was not there: then it says nothing about the person.
    pub(super) fn is_no_room(&self) -> bool {
        self.says("Room does not exist", "room-does-not-exist")
            || self.text == "Room creation is restricted"
    }
}
