//! Durations as they are typed.

use std::time::Duration;

use meetmint_app::seconds;

/// A duration of at least a second, in seconds: `90m`, `1h 30m`.
pub(super) fn duration(text: &str) -> Result<i64, String> {
    // Zero would make a link that never works, or a reminder that is never due.
    let seconds = seconds(text).ok().filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| "not a duration; write it like 1h or 30m".to_owned())
}

/// How long to wait: a duration, `0` or `forever`.
pub(super) fn wait(text: &str) -> Result<Duration, String> {
    match text {
        "0" => Ok(Duration::ZERO),
        "forever" => Ok(Duration::MAX),
        _ => seconds(text)
            .map(|seconds| Duration::from_secs(seconds.unsigned_abs()))
            .map_err(|_| "not a duration; write it like 15m, 0 or forever".to_owned()),
    }
}
