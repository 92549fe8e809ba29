//! Values of properties and parameters.

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendarParameter, ICalendarParameterName, ICalendarParameterValue, Uri,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::Email;

/// The parameter with a person's name.
pub(super) fn common_name(name: &str) -> ICalendarParameter {
    ICalendarParameter::new(ICalendarParameterName::Cn, quoted(name))
}

/// A parameter value in double quotes. Unquoted, a `:`, `;` or `,` in a name would end it, and calendars would read a
/// wrong address (`invitation-email` facts, §1.3).
///
/// calcard quotes URIs always and texts only sometimes, so the text is passed as a URI. It also writes escapes, which
/// RFC 5545 §3.2 does not have inside quotes; and many calendars show those of RFC 6868 (`^`) as they are. So the
/// characters that need an escape are removed or replaced.
fn quoted(text: &str) -> ICalendarParameterValue {
    let kept = |c: &char| !c.is_control() && !matches!(c, '\\' | '^');
    let plain = text.chars().filter(kept).map(|c| if c == '"' { '\'' } else { c });
    ICalendarParameterValue::Uri(Uri::Location(plain.collect()))
}

/// A `mailto:` URI. Characters that cannot stand in one are percent-encoded (RFC 6068 §2).
pub(super) fn mailto(email: &Email) -> Uri {
    // Domains need no encoding: `Email` has them as A-labels.
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"!$'*+-._~".contains(&byte);
    let local = email
        .local_part()
        .bytes()
        .map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    Uri::Location(format!("mailto:{}@{}", local.collect::<String>(), email.domain()))
}

/// A time in UTC, such as `20270311T130000Z` (RFC 5545 §3.3.5, form 2).
pub(super) fn utc(at: Timestamp) -> PartialDateTime {
    let civil = TimeZone::UTC.to_datetime(at);
    PartialDateTime {
        year: u16::try_from(civil.year()).ok(),
        month: u8::try_from(civil.month()).ok(),
        day: u8::try_from(civil.day()).ok(),
        hour: u8::try_from(civil.hour()).ok(),
        minute: u8::try_from(civil.minute()).ok(),
        second: u8::try_from(civil.second()).ok(),
        // calcard writes `Z` for an offset of zero.
        tz_hour: Some(0),
        tz_minute: Some(0),
        tz_minus: false,
    }
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
            assert_eq!(mailto(&Email::parse(address).unwrap()), Uri::Location(uri.to_owned()));
        }
    }
}
