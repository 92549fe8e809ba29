//! A meeting, a mint, and people to invite.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use meetmint_core::{
    Attendee, Deployment, DisplayName, Email, Invite, Meeting, MeetingId, Mint, Role, Room, Server,
    SigningKey, Uid, known_zone,
};
use meetmint_mailer::{
    Before, CancelReason, ComposeError, Composer, Message, MessageContent, MessageKind, Sender,
    Templates,
};

/// The end of every text part with a link.
pub(crate) const LINK_ADVICE: &str = "\
The link is for you only. Anyone who opens it joins the meeting under your
name, so please do not share it. If it does not open, copy the whole line into
your browser.";

const SECRET: &[u8] = b"town-hall-practice-secret-of-32-octets";

/// The content of a message. Each test changes the part that it is about.
#[expect(clippy::struct_excessive_bools, reason = "each test sets those that it is about")]
pub(crate) struct Setup {
    pub(crate) composer: Composer,
    pub(crate) meeting: Meeting,
    pub(crate) role: Role,
    pub(crate) zone: Option<TimeZone>,
    pub(crate) several_zones: bool,
    pub(crate) extra: Vec<(&'static str, String)>,
    pub(crate) practice: bool,
    pub(crate) test_copy: bool,
    pub(crate) back_on: bool,
    pub(crate) reason: CancelReason,
    /// Whether the update says that the link is another one.
    pub(crate) other_link: bool,
    pub(crate) other_place: bool,
    pub(crate) kind: MessageKind,
    pub(crate) sequence: u32,
    pub(crate) stamp: Timestamp,
    /// The meeting, role and name before the change.
    pub(crate) before: Option<(Meeting, Role, &'static str)>,
    /// The start that the UID is derived from, if it is not the meeting's.
    pub(crate) first_start: Option<Timestamp>,
    pub(crate) mint: Mint,
}

impl Setup {
    pub(crate) fn new() -> Setup {
        Setup {
            composer: composer(Templates::built_in(), "Events team <events@example.org>"),
            meeting: meeting("Autumn town hall", "2031-10-14T12:00:00Z", 90, "Europe/Berlin"),
            role: Role::participant(),
            zone: None,
            several_zones: false,
            extra: Vec::new(),
            practice: false,
            test_copy: false,
            back_on: false,
            reason: CancelReason::Meeting,
            other_link: false,
            other_place: false,
            kind: MessageKind::Invite,
            sequence: 0,
            stamp: "2026-11-24T09:00:00Z".parse().unwrap(),
            before: None,
            first_start: None,
            mint: mint(None),
        }
    }

    pub(crate) fn invite<'a>(&self, attendee: &'a Attendee) -> Invite<'a> {
        let window = self.meeting.window(1800, 7200).unwrap();
        self.mint.template(&self.role, &self.meeting.room, window).invite(attendee).unwrap()
    }

    pub(crate) fn uid(&self, attendee: &Attendee) -> Uid {
        let start = self.first_start.unwrap_or(self.meeting.start);
        id().uid(&attendee.key(), "autumn-town-hall", start)
    }

    pub(crate) fn compose(&self, attendee: &Attendee) -> Result<Message, ComposeError> {
        self.with_content(attendee, |content| self.composer.compose(content))
    }

    pub(crate) fn check(&self, attendee: &Attendee) -> Result<(), ComposeError> {
        self.with_content(attendee, |content| self.composer.check(content))
    }

    fn with_content<T>(
        &self,
        attendee: &Attendee,
        make: impl FnOnce(&MessageContent<'_>) -> T,
    ) -> T {
        let extra: Vec<_> = self.extra.iter().map(|(key, cell)| (*key, cell.as_str())).collect();
        let before = self.before.as_ref();
        let before = before.map(|(meeting, role, name)| Before {
            other_link: self.other_link,
            other_place: self.other_place,
            ..Before::new(meeting, role, name)
        });
        make(&MessageContent {
            invite: &self.invite(attendee),
            sender: self.composer.sender(),
            meeting: &self.meeting,
            role: &self.role,
            address: &self.mint.server().address(&self.meeting.room),
            uid: self.uid(attendee),
            sequence: self.sequence,
            copy: 0,
            kind: self.kind,
            before,
            back_on: self.back_on,
            reason: self.reason,
            stamp: self.stamp,
            language: None,
            zone: self.zone.clone(),
            extra: &extra,
            message: self.composer.message(),
            greeting: None,
            several_zones: self.several_zones,
            practice: self.practice,
            test_copy: self.test_copy,
        })
    }
}

pub(crate) fn composer(templates: Templates, from: &str) -> Composer {
    Composer::new(templates, Sender::parse(from).unwrap(), id())
}

pub(crate) fn id() -> MeetingId {
    MeetingId::written("d30c895fcb75e5d6d87ac1950b41233c").unwrap()
}

pub(crate) fn meeting(title: &str, start: &str, minutes: i64, zone: &str) -> Meeting {
    let start: Timestamp = start.parse().unwrap();
    Meeting {
        title: title.to_owned(),
        room: Room::parse("autumn-town-hall").unwrap(),
        start,
        end: start + SignedDuration::from_mins(minutes),
        zone: known_zone(zone).unwrap(),
    }
}

pub(crate) fn person(email: &str, name: &str) -> Attendee {
    Attendee {
        own_id: None,
        name: DisplayName::clean(name).unwrap(),
        email: Some(Email::parse(email).unwrap()),
        avatar: None,
        namesake: 1,
        family: None,
    }
}

/// The sixty people of `samples/town-hall`, with names in many scripts.
pub(crate) fn town_hall() -> Vec<(Attendee, Role)> {
    let roster = include_str!("../../../../samples/town-hall/people.csv");
    let rows = roster.lines().skip(1).map(|row| {
        let cells = cells(row);
        let role = match cells[2].to_lowercase().as_str() {
            "moderator" => Role::moderator(),
            "" => Role::participant(),
            other => Role::named(other),
        };
        (person(&cells[0], &cells[1]), role)
    });
    rows.collect()
}

/// The cells of a row without line breaks (RFC 4180).
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cells.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// Signs with an RSA key, or else with the secret.
pub(crate) fn mint(key: Option<&[u8]>) -> Mint {
    let deployment = Deployment {
        url: Some("https://meet.example.org"),
        key_id: key.map(|_| "one"),
        has_key: key.is_some(),
        ..Deployment::new(meetmint_core::ServerKind::Debian, "town-hall")
    };
    let server = Server::new(&deployment).unwrap();
    let key = SigningKey::read(key.unwrap_or(SECRET), server.algorithm()).unwrap();
    Mint::new(server, key).unwrap()
}
