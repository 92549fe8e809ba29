//! Servers as `meeting.toml` describes them, and tokens.

use std::time::{SystemTime, UNIX_EPOCH};

use meetmint_core::{
    Attendee, Deployment, DisplayName, HmacAlgorithm, Mint, Role, Room, Server, ServerKind,
    SigningKey, Window,
};

/// A mint for the server under this address, whose virtual host is `domain`.
pub(crate) fn mint(url: &str, domain: &str, secret: &str) -> Mint {
    let deployment = Deployment {
        url: Some(url),
        subject: Some(domain),
        ..Deployment::new(ServerKind::Debian, "acme")
    };
    let key = SigningKey::from_secret(secret.as_bytes(), HmacAlgorithm::Hs256).unwrap();
    Mint::new(Server::new(&deployment).unwrap(), key).unwrap()
}

/// A token that is good for this room.
pub(crate) fn token(mint: &Mint, role: &Role, room: &str) -> String {
    let room = Room::parse(room).unwrap();
    let window = Window::new(now() - 300, now() + 300).unwrap();
    let attendee = Attendee {
        own_id: Some("ada".to_owned()),
        email: None,
        name: DisplayName::clean("Ada").unwrap(),
        avatar: None,
        namesake: 1,
        family: None,
    };
    let template = mint.template(role, &room, window);
    template.invite(&attendee).unwrap().link.reveal_token().to_owned()
}

/// The time in seconds since 1970 UTC.
#[expect(clippy::disallowed_methods, reason = "the servers of this test read the clock")]
pub(crate) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}
