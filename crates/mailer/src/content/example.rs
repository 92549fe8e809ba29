//! The content of an example message, for unit tests.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{
    Attendee, Deployment, DisplayName, Email, HmacAlgorithm, Invite, Meeting, MeetingId, Mint,
    Role, Room, Server, ServerKind, SigningKey,
};

use super::{CancelReason, MessageContent, MessageKind};
use crate::sender::Sender;

/// What the content of a message borrows.
pub(crate) struct Example {
    pub(crate) meeting: Meeting,
    pub(crate) attendee: Attendee,
    pub(crate) email: Email,
    pub(crate) id: MeetingId,
    pub(crate) sender: Sender,
    pub(crate) role: Role,
    mint: Mint,
}

impl Example {
    pub(crate) fn new(title: &str, name: &str, email: &str) -> Example {
        let deployment = Deployment {
            url: Some("https://meet.example.org"),
            ..Deployment::new(ServerKind::Debian, "acme")
        };
        let key = SigningKey::from_secret(&[b'x'; 32], HmacAlgorithm::Hs256).unwrap();
        // Fixed, because the tests compare texts with dates in them.
        let start: Timestamp = "2027-03-11T13:00:00Z".parse().unwrap();
        let email = Email::parse(email).unwrap();
        Example {
            meeting: Meeting {
                title: title.to_owned(),
                room: Room::parse("x").unwrap(),
                start,
                end: start + jiff::SignedDuration::from_mins(90),
                zone: TimeZone::UTC,
            },
            attendee: Attendee {
                own_id: None,
                email: Some(email.clone()),
                name: DisplayName::clean(name).unwrap(),
                avatar: None,
                namesake: 1,
                family: None,
            },
            email,
            id: MeetingId::written("x").unwrap(),
            sender: Sender::parse("e@example.org").unwrap(),
            role: Role::participant(),
            mint: Mint::new(Server::new(&deployment).unwrap(), key).unwrap(),
        }
    }

    pub(crate) fn invite(&self) -> Invite<'_> {
        let window = self.meeting.window(0, 0).unwrap();
        let template = self.mint.template(&self.role, &self.meeting.room, window);
        template.invite(&self.attendee).unwrap()
    }

    pub(crate) fn content<'a>(
        &'a self,
        invite: &'a Invite<'a>,
        kind: MessageKind,
    ) -> MessageContent<'a> {
        MessageContent {
            invite,
            sender: &self.sender,
            meeting: &self.meeting,
            role: &self.role,
            address: "https://meet.example.org/x",
            uid: self.id.uid("x", "x", self.meeting.start),
            sequence: 3,
            copy: 0,
            kind,
            before: None,
            back_on: false,
            reason: CancelReason::Meeting,
            stamp: self.meeting.start,
            language: None,
            zone: None,
            extra: &[],
            message: &[],
            greeting: None,
            several_zones: false,
            practice: false,
            test_copy: false,
        }
    }
}
