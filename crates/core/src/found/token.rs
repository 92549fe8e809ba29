//! What the text of a token looks like, without a check of anything it says.

use std::cmp::Ordering;

use base64::Engine as _;
use serde_json::Value;

use super::transfer::BASE64URL;

/// How much of a token a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// All of it, or the first part of a token whose signature is longer.
    WholeOrBeginning,
    /// Only a part: parts are missing, or the signature is too short for its algorithm.
    Beginning,
    /// More than a token: the signature is too long for its algorithm.
    Longer,
    /// The header was written in lower case.
    LowerCase,
    /// It does not look like a token.
    Other,
}

/// Whether a character can stand in a token.
pub(super) fn is_token_octet(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_' | b'.')
}

/// Whether a text begins as tokens do: with `{` and a quotation mark or white space, in base64url. In lower case too.
pub(super) fn begins(text: &[u8]) -> bool {
    matches!(
        text,
        [b'e', b'y', b'J' | b'j' | b'I' | b'A' | b'a', ..] | [b'e', b'w', b'o' | b'0' | b'k', ..]
    )
}

/// What there is of a token. Padding, `%2E` for dots, and dots at the end are ignored, as servers do.
pub(super) fn extent(text: &str) -> Extent {
    if !begins(text.as_bytes()) {
        return Extent::Other;
    }
    let dots;
    let text = if text.contains('%') {
        dots = text.replace("%2E", ".").replace("%2e", ".");
        &dots
    } else {
        text
    };
    let mut parts = text.split('.');
    let header = part(parts.next());
    let Some(payload) = parts.next() else { return Extent::Beginning };
    let Some(header) = decoded(header) else {
        let lower = !header.bytes().any(|octet| octet.is_ascii_uppercase());
        return if lower && header.len() >= 16 { Extent::LowerCase } else { Extent::Other };
    };
    let Some(signature) = parts.next().map(|signature| part(Some(signature))) else {
        return Extent::Beginning;
    };
    if parts.any(|more| !more.is_empty()) || payload.is_empty() {
        return Extent::Other;
    }
    let length = signature.len();
    match header.alg.as_ref().and_then(Value::as_str) {
        Some(alg) => of_signature(alg, length),
        None if length == 0 => Extent::Beginning,
        None => Extent::WholeOrBeginning,
    }
}

/// Whether header and payload are JSON objects. Pieces that do not belong together are not.
pub(super) fn has_claims(text: &str) -> bool {
    let mut parts = text.split('.');
    decoded(part(parts.next())).is_some() && decoded(part(parts.next())).is_some()
}

/// How many octets of a text, from its beginning, are a whole token whose signature has one possible length.
pub(super) fn whole_length(text: &str) -> Option<usize> {
    let mut dots = text.match_indices('.').map(|(at, _)| at);
    let (first, second) = (dots.next()?, dots.next()?);
    let length = fixed_length(decoded(&text[..first])?.alg?.as_str()?)?;
    (text.len() >= second + 1 + length).then_some(second + 1 + length)
}

/// Whether a text is as long as a whole signature of any of Jitsi's algorithms.
pub(super) fn is_signature(text: &str) -> bool {
    matches!(text.trim_end_matches(['.', '=']).len(), 43 | 64 | 86 | 342 | 512 | 683)
}

fn part(text: Option<&str>) -> &str {
    text.unwrap_or_default().trim_end_matches('=')
}

/// The object in a part of a token.
fn decoded(part: &str) -> Option<Object> {
    let decoded = BASE64URL.decode(part).ok()?;
    // A structure is read from an array too.
    decoded.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(&decoded).ok())?
}

/// An object of which only the algorithm matters.
#[derive(serde::Deserialize)]
struct Object {
    alg: Option<Value>,
}

/// The length of a signature in base64url, if the algorithm alone decides it.
fn fixed_length(alg: &str) -> Option<usize> {
    match alg {
        "HS256" => Some(43),
        "HS384" => Some(64),
        "HS512" | "ES256" | "EdDSA" => Some(86),
        "ES384" => Some(128),
        "ES512" => Some(176),
        _ => None,
    }
}

fn of_signature(alg: &str, length: usize) -> Extent {
    if let Some(whole) = fixed_length(alg) {
        return match length.cmp(&whole) {
            Ordering::Less => Extent::Beginning,
            Ordering::Equal => Extent::Whole,
            Ordering::Greater => Extent::Longer,
        };
    }
    match alg {
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => {
            // Keys of 1024, 1536, 2048, … 8192 bits.
            let mut lengths = (2..=16).map(|n| (n * 64_usize * 8).div_ceil(6));
            match lengths.find(|whole| length <= *whole) {
                Some(whole) if whole == length => Extent::WholeOrBeginning,
                Some(_) => Extent::Beginning,
                None => Extent::Longer,
            }
        }
        "none" => Extent::WholeOrBeginning,
        _ if length == 0 => Extent::Beginning,
        _ => Extent::WholeOrBeginning,
    }
}
