//! Which address somebody meant whose cell has a damaged one.

use meetmint_core::Email;

use super::form::{in_form, percent_decoded, unquoted};
use crate::roster::encoded::entities_decoded;

/// The longest text that is corrected, in octets: one address.
const LONGEST: usize = 400;

/// The address that was meant, and whether that is certain: an encoded one is, one with a typing error is not.
pub(super) fn likely(text: &str) -> Option<(Email, bool)> {
    if text.len() > LONGEST {
        return None;
    }
    let text = unquoted(text);
    let decoded = entities_decoded(&percent_decoded(text)).into_owned();
    if decoded != text
        && let Some(found) = in_form(&decoded)
    {
        return Some((found.email, true));
    }
    let spelled = spelled_out(&decoded);
    let compact: String = spelled.chars().filter(|c| !c.is_whitespace()).collect();
    // Two words before the sign may be a name and an address.
    let may_join = spelled.split('@').next().is_some_and(|local| {
        local.split_whitespace().count() < 2 || local.trim_end().ends_with(['.', '_', '-'])
    });
    let candidates = [spelled.clone(), if may_join { compact } else { String::new() }];
    candidates.iter().find_map(|candidate| repaired(candidate)).map(|email| (email, false))
}

/// `ada at example dot org` and `ada(at)example.org` with signs.
fn spelled_out(text: &str) -> String {
    let lower = text.to_lowercase();
    // Positions in both texts are the same only if no letter has another length in lower case.
    let mut text = if lower.len() == text.len() { lower } else { text.to_owned() };
    if !text.contains('@') {
        for at in ["(at)", "[at]", "{at}", " at ", "(a)", "[a]", "(ät)"] {
            if text.contains(at) {
                text = text.replacen(at, "@", 1);
                break;
            }
        }
    }
    for dot in ["(dot)", "[dot]", "{dot}", " dot ", "(punkt)", "[punkt]"] {
        text = text.replace(dot, ".");
    }
    text
}

/// The text as an address, after what is often mistyped around the sign and the dots is corrected.
fn repaired(text: &str) -> Option<Email> {
    let mut text = text.trim().to_owned();
    for (wrong, right) in [("@@", "@"), (".@", "@"), ("@.", "@"), ("..", ".")] {
        // A row of dots may stand for something that was left out.
        if text.matches(wrong).count() == 1 && !text.contains("...") {
            text = text.replace(wrong, right);
        }
    }
    if text.matches('@').count() != 1 {
        return None;
    }
    let (local, domain) = text.split_once('@')?;
    let domain = domain.replace([',', ';'], ".");
    Email::parse(&format!("{local}@{domain}")).ok()
}
