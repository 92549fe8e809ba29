//! Values of properties and parameters.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::Email;

/// A name as it can stand in double quotes. Unquoted, a `:`, `;` or `,` would end it, and calendars would read a wrong
/// address (`invitation-email` facts, §1.3).
///
/// RFC 5545 §3.2 has no escapes inside quotes, and many calendars show those of RFC 6868 (`^`) as they are. So the
/// characters that need an escape are removed or replaced.
pub(super) fn quotable(name: &str) -> Cow<'_, str> {
    let is_kept = |c: char| !c.is_control() && !matches!(c, '\\' | '^');
    if name.chars().all(|c| is_kept(c) && c != '"') {
        return Cow::Borrowed(name);
    }
    let kept = name.chars().filter(|c| is_kept(*c));
    kept.map(|c| if c == '"' { '\'' } else { c }).collect()
}

/// A `mailto:` URI. Characters that cannot stand in one are percent-encoded (RFC 6068 §2).
pub(super) fn mailto(email: &Email) -> String {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || b"!$'*+-._~".contains(&byte);
    let mut uri = String::with_capacity("mailto:".len() + email.as_str().len());
    uri.push_str("mailto:");
    for byte in email.local_part().bytes() {
        if is_kept(byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    // Domains need no encoding: `Email` has them as A-labels.
    uri.push('@');
    uri.push_str(email.domain());
    uri
}

/// A time in UTC, such as `20270311T130000Z` (RFC 5545 §3.3.5, form 2).
pub(super) fn utc(at: Timestamp) -> String {
    let civil = TimeZone::UTC.to_datetime(at);
    let year = civil.year().max(0);
    let date = [year / 100, year % 100, civil.month().into(), civil.day().into()];
    let time = [civil.hour().into(), civil.minute().into(), civil.second().into()];
    let mut text = String::with_capacity("20270311T130000Z".len());
    // Not `format!`, which takes ten times as long.
    let digit = |number: i16| char::from_digit(number.unsigned_abs().into(), 10);
    let two_digits = |number: i16| [number / 10, number % 10].into_iter().filter_map(digit);
    text.extend(date.into_iter().flat_map(two_digits));
    text.push('T');
    text.extend(time.into_iter().flat_map(two_digits));
    text.push('Z');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_becomes_a_uri() {
        for (address, uri) in [
            ("Ada.L+x@Example.org", "mailto:Ada.L+x@Example.org"),
            ("/a/b?c#d@example.org", "mailto:%2Fa%2Fb%3Fc%23d@example.org"),
            ("a%b&c=d@example.org", "mailto:a%25b%26c%3Dd@example.org"),
            ("zoé@example.org", "mailto:zo%C3%A9@example.org"),
        ] {
            assert_eq!(mailto(&Email::parse(address).unwrap()), uri);
        }
    }
}
