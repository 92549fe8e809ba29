//! The tokens of a trial. They end up in the web server's log, so they live for five minutes.

use meetmint_core::{
    Algorithm, Attendee, DisplayName, Mint, Role, Room, SigningKey, TokenTemplate, Window,
};

/// How long a token works, in seconds.
const LIFE: i64 = 5 * 60;

/// How long before now it begins to work, in seconds: servers compare it with their clock, without leeway
/// (`jitsi-tokens` facts, §0).
const EARLIER: i64 = 5 * 60;

/// How long ago an expired one has expired, in seconds.
const EXPIRED: i64 = 90;

/// Which of the two test users: JaaS bills for each id, so they are the same ones in every trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    Host,
    Guest,
}

/// What a token is to be like.
pub(super) struct Wanted<'w> {
    pub(super) which: Which,
    pub(super) role: &'w Role,
    pub(super) room: &'w Room,
    pub(super) fault: Option<Fault>,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Expired,
    /// Signed with another secret or key.
    ForeignKey,
    /// `*` as `sub`: right where only that claim is wrong.
    AnySubject,
}

/// A token, and when it expires in seconds since 1970 UTC. `{:?}` hides it.
pub(super) struct Token {
    pub(super) text: String,
    pub(super) expires: i64,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Makes a token; `None` if it cannot be signed. `foreign` is a secret that is not the server's.
pub(super) fn token(mint: &Mint, wanted: &Wanted<'_>, foreign: &str, now: i64) -> Option<Token> {
    let window = match wanted.fault {
        Some(Fault::Expired) => Window::new(now - EXPIRED - LIFE, now - EXPIRED),
        _ => Window::new(now - EARLIER, now + LIFE),
    };
    let window = window.ok()?;
    let Wanted { role, room, .. } = wanted;
    let template = match wanted.fault {
        Some(Fault::AnySubject) => mint.template_for_subject(role, room, window, "*"),
        _ => mint.template(role, room, window),
    };
    let person = person(wanted.which)?;
    let text = match wanted.fault {
        Some(Fault::ForeignKey) => signed_by_another(mint, wanted, window, &person, foreign)?,
        _ => text(&template, &person)?,
    };
    Some(Token { text, expires: window.expires() })
}

fn text(template: &TokenTemplate<'_>, person: &Attendee) -> Option<String> {
    Some(template.invite(person).ok()?.link.reveal_token().to_owned())
}

fn signed_by_another(
    mint: &Mint,
    wanted: &Wanted<'_>,
    window: Window,
    person: &Attendee,
    foreign: &str,
) -> Option<String> {
    match mint.server().algorithm() {
        Algorithm::Hmac(algorithm) => {
            let key = SigningKey::from_secret(foreign.as_bytes(), algorithm).ok()?;
            let mint = Mint::new(mint.server().clone(), key).ok()?;
            text(&mint.template(wanted.role, wanted.room, window), person)
        }
        // No other RSA key is at hand, and to make one takes long. A signature with another first octet is none of
        // this key either.
        Algorithm::Rsa(_) => {
            let mut text = text(&mint.template(wanted.role, wanted.room, window), person)?;
            let at = text.rfind('.')? + 1;
            let other = if text[at..].starts_with('A') { "B" } else { "A" };
            text.replace_range(at..=at, other);
            Some(text)
        }
    }
}

fn person(which: Which) -> Option<Attendee> {
    let (id, name) = match which {
        Which::Host => ("meetmint-doctor-1", "meetmint doctor 1"),
        Which::Guest => ("meetmint-doctor-2", "meetmint doctor 2"),
    };
    Some(Attendee {
        own_id: Some(id.to_owned()),
        email: None,
        name: DisplayName::clean(name)?,
        avatar: None,
        namesake: 1,
        family: None,
    })
}

#[cfg(test)]
mod tests;
