//! What a browser makes of a link, and Jitsi's client in it (`jitsi-tokens` facts, §1.3 and §4).

use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};
use unicode_normalization::UnicodeNormalization as _;

/// What the client asks Prosody for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Visit {
    /// In lower case; empty without one.
    pub(crate) tenant: String,
    /// The room's node, without the tenant.
    pub(crate) room: String,
    /// The token, as it stands in the address of the connection.
    pub(crate) token: Option<String>,
}

/// Characters that the client takes out of a room as it is typed.
const REMOVED: &str = ":?#[]@!$&'()*+,;=></\"";

/// What `encodeURIComponent` leaves alone besides letters and digits (ECMA-262, §19.2.6.4).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What browsers encode in the query of an address (WHATWG URL, §1.3).
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\'');

/// Opens a link.
pub(crate) fn open(link: &str) -> Visit {
    // Tabs and line breaks are taken out of every address, and spaces from its ends (WHATWG URL, §4.4).
    let link: String = link.trim().chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    let (address, hash) = link.split_once('#').unwrap_or((&link, ""));
    let (address, query) = address.split_once('?').unwrap_or((address, ""));
    let (_, path) = address.split_once("://").unwrap().1.split_once('/').unwrap_or(("", ""));
    let (tenant, room) = path.rsplit_once('/').unwrap_or(("", path));
    let in_hash = last(hash, "jwt").and_then(|value| {
        let value = percent_decode_str(value).decode_utf8().ok()?;
        serde_json::from_str::<String>(&value).ok()
    });
    let in_query = last(query, "jwt").map(str::to_owned);
    let token = in_hash.or(in_query).filter(|token| !token.is_empty());
    Visit {
        tenant: tenant.replace('.', "_").to_lowercase(),
        room: node(room),
        token: token.map(|token| utf8_percent_encode(&token, QUERY).to_string()),
    }
}

/// The last value of a parameter. It ends at a second `=`.
fn last<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| value);
    values.next_back().map(|value| value.split('=').next().unwrap())
}

fn node(segment: &str) -> String {
    let kept: String = segment.chars().filter(|c| !REMOVED.contains(*c)).collect();
    let decoded = percent_decode_str(&kept).decode_utf8().map_or(kept.clone(), String::from);
    let folded = decoded.nfkc().collect::<String>().to_lowercase();
    utf8_percent_encode(&folded, COMPONENT).to_string().to_lowercase()
}
