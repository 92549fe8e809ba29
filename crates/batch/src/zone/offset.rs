//! Offsets from UTC as people write them.

/// The offset in seconds, if a text is one: `GMT+1`, `UTC +05:30`, `CET+1`, `+0100`, or `(UTC+01:00) Berlin`, as Windows
/// shows it. Nobody who writes such a text means the sign of POSIX, which is the other way round.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = match text.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((inner, _)) => inner,
        None => text,
    };
    if ["utc", "gmt"].iter().any(|utc| text.trim().eq_ignore_ascii_case(utc)) {
        return Some(0);
    }
    let at = text.find(['+', '-', '\u{2212}'])?;
    let (prefix, rest) = text.split_at(at);
    if prefix.len() > 5 || !prefix.trim_end().bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let sign = if rest.starts_with('+') { 1 } else { -1 };
    let digits = rest.trim_start_matches(['+', '-', '\u{2212}']).trim();
    if rest.chars().count() > 8 || digits.is_empty() {
        return None;
    }
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 && digits.is_ascii() => digits.split_at(digits.len() - 2),
        None => (digits, "0"),
    };
    let number = |text: &str| {
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        // More than two digits are no hours.
        if is_number && (1..=2).contains(&text.len()) { text.parse::<i32>().ok() } else { None }
    };
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    Some(sign * (number(hours)? * 3600 + minutes * 60))
}

/// The IANA name of a fixed offset that is written as one of UTC: `Etc/GMT-2` for `UTC+2`, `GMT+02:00` and `+2`. The database
/// has whole hours only, and their signs are the other way round.
pub(super) fn fixed(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
    let prefix = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let prefix = &text[..text.len() - prefix.len()];
    if text.contains('(') || !["", "utc", "gmt"].contains(&prefix.to_ascii_lowercase().as_str()) {
        return None;
    }
    let seconds = offset(text)?;
    match (seconds / 3600, seconds % 3600) {
        (0, 0) => Some("UTC".to_owned()),
        // From Baker Island to the Line Islands.
        (hours @ -12..=14, 0) => Some(format!("Etc/GMT{:+}", -hours)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_hours_are_zones() {
        for (text, name) in [
            ("UTC+2", "Etc/GMT-2"),
            ("GMT+02:00", "Etc/GMT-2"),
            ("utc +2", "Etc/GMT-2"),
            ("(GMT+02:00)", "Etc/GMT-2"),
            ("+0200", "Etc/GMT-2"),
            ("UTC-5", "Etc/GMT+5"),
            ("GMT\u{2212}05", "Etc/GMT+5"),
            ("UTC+14", "Etc/GMT-14"),
            ("UTC+0", "UTC"),
            ("UTC", "UTC"),
        ] {
            assert_eq!(fixed(text).as_deref(), Some(name), "{text}");
            assert!(meetmint_core::known_zone(name).is_ok());
        }
        for text in [
            "UTC+5:30",
            "CET+1",
            "UTC+15",
            "UTC-13",
            "(UTC+01:00) Berlin",
            "2",
            "",
            "UTC+",
            "+999999:",
            "UTC+1:60",
        ] {
            assert_eq!(fixed(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_an_offset_never_panics(text in "(\\(|\\)|UTC|GMT|[+-]|\u{2212}|[0-9]{1,8}|:|ü|.){0,6}") {
            let _ = offset(&text);
            if let Some(name) = fixed(&text) {
                proptest::prop_assert!(meetmint_core::known_zone(&name).is_ok(), "{name}");
            }
        }
    }
}
