//! Tokens and links for the tests are made up: nothing verifies them here.

mod arguments;
mod damage;
mod files;
mod limits;
mod mangled;
mod text;
mod wrappers;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;

use super::*;
use crate::percent::RESERVED;

/// A token with that algorithm. `seed` decides its claims and its signature.
pub(super) fn token(alg: &str, seed: u64) -> String {
    let octets = match alg {
        "HS256" => 32,
        "HS384" => 48,
        "HS512" => 64,
        "RS256" => 256,
        "RS512" => 512,
        _ => panic!("{alg}"),
    };
    let header = match alg {
        "RS256" => {
            format!(r#"{{"alg":"{alg}","kid":"vpaas-magic-cookie-1f2e3d/{seed}","typ":"JWT"}}"#)
        }
        _ => format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#),
    };
    let claims = format!(
        r#"{{"context":{{"user":{{"name":"Ada {seed} Ünal","email":"ada{seed}@example.org"}}}},"aud":"jitsi","iss":"app","room":"town-hall","exp":{}}}"#,
        2_000_000_000 + seed % 1000
    );
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let signature: Vec<u8> = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24 & 0xff) as u8
    })
    .take(octets)
    .collect();
    format!(
        "{}.{}.{}",
        BASE64URL.encode(header),
        BASE64URL.encode(claims),
        BASE64URL.encode(signature)
    )
}

/// A link with such a token.
pub(super) fn link(alg: &str, seed: u64) -> String {
    format!("https://meet.example.org/town-hall?jwt={}", token(alg, seed))
}

/// All that is in a text.
pub(super) fn all(text: impl AsRef<[u8]>) -> Vec<Found> {
    let mut all = Vec::new();
    let mut finder = Finder::new();
    finder.read(text.as_ref(), &mut |found| all.push(found));
    finder.finish(&mut |found| all.push(found));
    all
}

/// The one thing that is in a text.
#[track_caller]
pub(super) fn one(text: impl AsRef<[u8]>) -> Found {
    let mut all = all(text);
    assert_eq!(
        all.len(),
        1,
        "{:?}",
        all.iter().map(|found| found.written.reveal()).collect::<Vec<_>>()
    );
    all.remove(0)
}

pub(super) fn codes(found: &Found) -> Vec<&'static str> {
    found.damage.iter().map(Damage::code).collect()
}

/// Asserts that a text has this link or token, whole and undamaged, and nothing else.
#[track_caller]
pub(super) fn sound(text: impl AsRef<[u8]>, expected: &str) {
    let found = one(text);
    assert_eq!(found.written.reveal(), expected);
    assert_eq!(codes(&found), [""; 0]);
    assert_eq!(found.mended, None);
}

/// Asserts that a text has only this link or token, damaged like that, and that it can be mended.
#[track_caller]
pub(super) fn mended(text: impl AsRef<[u8]>, damage: &[&str], expected: &str) -> Found {
    let found = one(text);
    assert_eq!(codes(&found), damage);
    assert_eq!(found.mended.as_ref().map(Written::reveal), Some(expected));
    assert_ne!(found.written.reveal(), expected);
    found
}

/// A text in percent-encoding.
pub(super) fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, RESERVED).to_string()
}
