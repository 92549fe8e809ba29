//! How long the requests are that carry a token, without signing it: servers do not answer a request that is too long.

use std::fmt;

use crate::claims::{Claims, User, room_claim};
use crate::role::Rights;
use crate::room::LONGEST_NODE;
use crate::{Attendee, Mint, Role, Room, Window};

/// The longest request line that nginx accepts in its default configuration, in octets without the line end
/// (`large_client_header_buffers`; `jitsi-tokens` facts, §4).
pub(crate) const LONGEST_REQUEST_LINE: usize = 8190;

/// `GET ` and ` HTTP/1.1`.
pub(crate) const METHOD_AND_VERSION: usize = 13;

/// No octet of a value takes more than six in JSON: a control character is written as `\u0001`.
const ESCAPED: usize = 6;

/// More than the names of the user's claims take, with their quotes and commas.
const USER: usize = 200;

/// `,"jti":"…"}`, with 22 characters between the quotes.
const JTI: usize = 32;

/// What the links of a role have in common, measured once.
#[derive(Clone, Debug)]
pub struct LinkSize {
    /// The tenant in octets; 0 without one.
    tenant: usize,
    /// The header of the token, in base64url.
    header: usize,
    /// The claims that all attendees with the role have, the room's name left out.
    claims: usize,
    /// The signature, in base64url.
    signature: usize,
    features: usize,
    /// What the settings of the server add.
    server: usize,
    rights: Rights,
    any_room: bool,
}

/// A part of a link whose length the user decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkPart {
    /// The room's name, percent-encoded.
    Room,
    /// The features of the role.
    Features,
    /// What the settings of the server add: issuer, audience, subject and key id.
    Server,
    /// The address of the picture.
    Avatar,
    /// The name.
    Name,
    /// The email address.
    Email,
    /// The id.
    Id,
}

/// Why a link would not work: it is too long for the server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkTooLong {
    /// The web server refuses the request, or Prosody never answers it.
    #[error(
        "the link is too long for the server: {octets} octets in a request, and at most {LONGEST_REQUEST_LINE} are accepted; {}",
        Parts(parts)
    )]
    Request {
        /// How long the request line is.
        octets: usize,
        /// What takes most of it, the longest part first.
        parts: Vec<(LinkPart, usize)>,
    },
    /// Together with the tenant, the room's name is longer than a JID's local part may be (RFC 7622 §3.3).
    #[error(
        "the room's name is too long: {octets} octets together with the tenant, and at most {LONGEST_NODE} are accepted"
    )]
    Room {
        /// How long it is.
        octets: usize,
    },
}

/// The parts of a link in words.
struct Parts<'a>(&'a [(LinkPart, usize)]);

impl LinkPart {
    /// What it is called in messages.
    pub fn name(self) -> &'static str {
        match self {
            LinkPart::Room => "room",
            LinkPart::Features => "list of features",
            LinkPart::Server => "[server] section",
            LinkPart::Avatar => "avatar",
            LinkPart::Name => "name",
            LinkPart::Email => "email address",
            LinkPart::Id => "id",
        }
    }
}

impl LinkTooLong {
    /// The part that takes most.
    pub fn longest(&self) -> LinkPart {
        match self {
            LinkTooLong::Request { parts, .. } => {
                parts.first().map_or(LinkPart::Room, |(part, _)| *part)
            }
            LinkTooLong::Room { .. } => LinkPart::Room,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self.longest() {
            LinkPart::Features => "list fewer features".to_owned(),
            LinkPart::Avatar => {
                "write a shorter address of the picture, or leave the cell empty".to_owned()
            }
            LinkPart::Email => "leave this person out, or use a shorter address".to_owned(),
            LinkPart::Server => {
                "use a shorter issuer, audience, subject or key id, on the server as well"
                    .to_owned()
            }
            part => format!("shorten the {}", part.name()),
        }
    }
}

impl LinkSize {
    /// Measures what the links of `role` have in common.
    pub fn new(mint: &Mint, role: &Role) -> LinkSize {
        LinkSize::measured(mint, role, false)
    }

    /// The same for links whose token opens every room.
    pub fn for_any_room(mint: &Mint, role: &Role) -> LinkSize {
        LinkSize::measured(mint, role, true)
    }

    fn measured(mint: &Mint, role: &Role, any_room: bool) -> LinkSize {
        let server = mint.server();
        let claims = Claims::new(server, role, "", window(), ());
        let claims = serde_json::to_vec(&claims).expect("claims are plain data");
        let features = role.features.iter().flatten();
        LinkSize {
            tenant: server.tenant().map_or(0, str::len),
            header: base64url(mint.header().len()),
            // `null` takes the place of the user.
            claims: claims.len() - "null}}".len(),
            signature: base64url(mint.key().signature_length()),
            // Each as `"name":true,`.
            features: features.map(|feature| feature.len() + 8).sum(),
            server: server.settings_length(),
            rights: role.rights(),
            any_room,
        }
    }

    /// Checks the link of a person in a room.
    ///
    /// # Errors
    /// [`LinkTooLong`] if a server in its default configuration would not accept a request that the link leads to.
    pub fn check(&self, room: &Room, attendee: &Attendee) -> Result<(), LinkTooLong> {
        let values = parts(attendee);
        let octets: usize = values.iter().map(|(_, octets)| octets).sum();
        // Nearly all links are far below the limit, and need no exact measure.
        if self.request_line(room, octets * ESCAPED + USER) <= LONGEST_REQUEST_LINE {
            return self.check_node(room);
        }
        self.check_request(room, self.user(attendee), &values)
    }

    /// Checks what all links of the role in a room have in common.
    ///
    /// # Errors
    /// As [`check`](LinkSize::check), if that alone is too long.
    pub fn check_common(&self, room: &Room) -> Result<(), LinkTooLong> {
        self.check_request(room, 0, &[])
    }

    fn check_node(&self, room: &Room) -> Result<(), LinkTooLong> {
        // The node is `[tenant]room`. Without a tenant, `Room::parse` has refused what is too long.
        let octets = room.node().len() + self.tenant + 2;
        if self.tenant > 0 && octets > LONGEST_NODE {
            return Err(LinkTooLong::Room { octets });
        }
        Ok(())
    }

    /// `user` is the length of `context.user`, and `values` are those in it.
    fn check_request(
        &self,
        room: &Room,
        user: usize,
        values: &[(LinkPart, usize)],
    ) -> Result<(), LinkTooLong> {
        self.check_node(room)?;
        let octets = self.request_line(room, user);
        if octets <= LONGEST_REQUEST_LINE {
            return Ok(());
        }
        let mut parts = vec![
            (LinkPart::Room, room.segment().len()),
            (LinkPart::Features, self.features),
            (LinkPart::Server, self.server),
        ];
        parts.extend_from_slice(values);
        parts.sort_by_key(|(_, octets)| std::cmp::Reverse(*octets));
        let longest = parts.first().map_or(0, |(_, octets)| *octets);
        // A part that is far shorter than the longest is not worth mentioning.
        parts.retain(|(_, octets)| octets * 4 >= longest);
        Err(LinkTooLong::Request { octets, parts })
    }

    /// The length of `context.user`.
    fn user(&self, attendee: &Attendee) -> usize {
        let user = User::new(attendee, self.rights);
        serde_json::to_vec(&user).expect("a user is plain data").len()
    }

    /// The longer one of two request lines: that of the page, and that of the connection which the page opens then
    /// (`jitsi-tokens` facts, §4 and §8). `user` is the length of `context.user`.
    fn request_line(&self, room: &Room, user: usize) -> usize {
        let payload = self.claims + room_claim(room, self.any_room).len() + user + 1 + JTI;
        let token = self.header + base64url(payload) + self.signature + 2;
        let page = room.segment().len() + "?jwt=".len();
        let connection = "xmpp-websocket?room=&token=".len() + room.node().len();
        let tenant = if self.tenant > 0 { self.tenant + 1 } else { 0 };
        METHOD_AND_VERSION + 1 + tenant + page.max(connection) + token
    }
}

/// The length in base64url without padding.
fn base64url(octets: usize) -> usize {
    (octets * 4).div_ceil(3)
}

/// A window whose times have ten digits, as all have until the year 2286.
fn window() -> Window {
    Window::new(1_000_000_000, 9_000_000_000).expect("it does not close before it opens")
}

/// The values in the token that are the person's own.
fn parts(attendee: &Attendee) -> [(LinkPart, usize); 4] {
    [
        (LinkPart::Avatar, attendee.avatar.as_ref().map_or(0, |avatar| avatar.as_str().len())),
        (LinkPart::Name, attendee.name.as_str().len()),
        (LinkPart::Email, attendee.email.as_ref().map_or(0, |email| email.as_str().len())),
        (LinkPart::Id, attendee.id().len()),
    ]
}

impl fmt::Display for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (part, octets)) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            write!(f, "the {} takes {octets}", part.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
