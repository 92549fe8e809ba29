//! Any text, for fuzzing.

use super::decoded_text::{DecodedText, Parameters, unfolded};
use super::quick::is_clean;

const OWN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQWRhIn0.c2lnbmF0dXJlLW9mLWFkYQ";
const FOREIGN: &str =
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJuYW1lIjoiQm9iIn0.c2lnbmF0dXJlLW9mLWJvYg";
const HOST: &str = "meet.example.org";

/// Checks a text alone, with the person's own link before it, and with another person's behind it.
pub(crate) fn read(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    let with_own = format!("https://{HOST}/room?jwt={OWN}\n{text}");
    for text in [&*text, &with_own, &unfolded(&text)] {
        for own in ["", OWN] {
            readings_agree(text, own);
        }
    }
    // A line of its own: nothing before it can be a part of it.
    let with_foreign = format!("{with_own}\n\nhttps://{HOST}/room?jwt={FOREIGN}\n");
    let found = DecodedText::of(&with_foreign).survey(OWN, Parameters::OfHost(HOST));
    assert!(found.foreign.is_some() && !is_clean(&with_foreign, OWN), "{text:?}");
}

/// What the quick reading calls clean, the full reading calls clean.
fn readings_agree(text: &str, own: &str) {
    if !is_clean(text, own) {
        return;
    }
    let decoded = DecodedText::of(text);
    for parameters in [Parameters::Any, Parameters::OfHost(HOST)] {
        let found = decoded.survey(own, parameters);
        assert_eq!((found.foreign, found.own), (None, !own.is_empty()), "{text:?}");
        let shown = decoded.without_tags();
        assert_eq!(shown.token_other_than(own, parameters), None, "{text:?}");
    }
}
