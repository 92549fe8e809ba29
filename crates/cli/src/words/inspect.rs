//! What the server would answer to a link, in words.

use jiff::Timestamp;
use meetmint_app::phrases::counted;
use meetmint_app::{Finding, InspectTally, InspectedToken, Judgement, Stage, Standing, Verdict};
use serde_json::Value;

/// Where a link comes from.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// An argument: there is only one.
    Argument,
    /// A line of the input.
    Line,
}

/// The report on one link. `now` is the time of this machine.
pub(crate) fn report(token: &InspectedToken, place: Place, now: Timestamp) -> String {
    let judgement = &token.judgement;
    let start = match place {
        Place::Argument => String::new(),
        Place::Line => format!("line {}: ", token.line),
    };
    if let Some(line) = token.same_as {
        return format!("{start}{}: the same as in line {line}\n", judgement.verdict);
    }
    let mut lines = vec![format!("{start}{}", verdict(judgement))];
    if judgement.is_only_early && matches!(place, Place::Line) {
        // Whoever looks at all links of a meeting to come has enough with one line each.
        lines.extend(judgement.claims.as_ref().and_then(|claims| times(claims, judgement, now)));
        return lines.into_iter().map(|line| line + "\n").collect();
    }
    if let Some(claims) = &judgement.claims {
        lines.extend(said(claims, judgement, now));
    }
    if judgement.verdict == Verdict::Accepted {
        lines.extend(judgement.role.map(|role| field("role", &role_words(role, judgement))));
    }
    lines.extend(judgement.findings.iter().flat_map(finding));
    if let Some(mended) = token.mended.as_ref().filter(|it| it.verdict != Verdict::Accepted)
        && let Some(first) = mended.findings.first()
    {
        lines.push(format!(
            "  with the damage undone, {}:",
            answer(mended.verdict, mended.stage, mended.error.as_deref())
        ));
        lines.extend(finding(first));
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// How many there were, after all reports.
pub(crate) fn total(tally: InspectTally) -> String {
    let all = match tally.accepted + tally.refused + tally.hanging {
        1 => "1 link or token".to_owned(),
        several => format!("{several} links and tokens"),
    };
    let mut parts =
        vec![format!("{} accepted", tally.accepted), format!("{} refused", tally.refused)];
    if tally.hanging > 0 {
        parts.push(format!("{} without an answer", tally.hanging));
    }
    format!("{all}: {}", parts.join(", "))
}

fn verdict(judgement: &Judgement) -> String {
    if judgement.is_only_early {
        return "refused until it opens, and right otherwise: Not acceptable by nbf".to_owned();
    }
    // Without a secret, or without any server.
    let is_unchecked =
        judgement.findings.iter().any(|it| it.code == "signature-unchecked" && it.claim.is_none());
    if judgement.verdict == Verdict::Accepted && is_unchecked {
        return "accepted, as far as it was checked".to_owned();
    }
    answer(judgement.verdict, judgement.stage, judgement.error.as_deref())
}

fn answer(verdict: Verdict, stage: Option<Stage>, error: Option<&str>) -> String {
    let stage = match stage {
        Some(Stage::Url) => " before the page opens",
        Some(Stage::Login) => " when the page connects to the server",
        Some(Stage::Join) => " when the person enters the room",
        None => "",
    };
    match (verdict, error) {
        (Verdict::Accepted, _) => "accepted".to_owned(),
        (Verdict::Refused, Some(error)) => format!("refused{stage}: {error}"),
        (Verdict::Refused, None) => format!("refused{stage}"),
        (Verdict::Hangs, _) => {
            format!("no answer{stage}: the server fails, and the page waits forever")
        }
    }
}

/// What the token says.
fn said(claims: &Value, judgement: &Judgement, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(room) = &judgement.room {
        lines.push(field("room", &plain(room)));
    }
    let names = ["iss", "aud", "sub", "room", "moderator"];
    let values =
        names.iter().filter_map(|name| Some(format!("{name} {}", shown(claims.get(name)?))));
    let values: Vec<String> = values.collect();
    if !values.is_empty() {
        lines.push(field("claims", &values.join(", ")));
    }
    let user =
        claims.get("context").and_then(|context| context.get("user")).and_then(Value::as_object);
    let user =
        user.into_iter().flatten().map(|(name, value)| format!("{} {}", plain(name), shown(value)));
    let user: Vec<String> = user.collect();
    if !user.is_empty() {
        lines.push(field("user", &user.join(", ")));
    }
    lines.extend(times(claims, judgement, now));
    lines
}

/// When it works, by which clock.
fn times(claims: &Value, judgement: &Judgement, now: Timestamp) -> Option<String> {
    let time = |name: &str| {
        let seconds = claims.get(name)?.as_f64()?;
        #[expect(clippy::cast_possible_truncation, reason = "times far away are no timestamps")]
        Timestamp::from_second(seconds.floor() as i64).ok()
    };
    let shown = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
    let from = time("nbf").map(|at| format!("from {} ", shown(at))).unwrap_or_default();
    let until = match (time("exp"), judgement.seconds_left) {
        (Some(at), _) => format!("until {}", shown(at)),
        (None, None) if claims.get("exp").is_some() => "until an `exp` that is no time".to_owned(),
        (None, None) => "without end".to_owned(),
        (None, Some(_)) => "until a time beyond the year 9999".to_owned(),
    };
    let left = judgement.seconds_left.filter(|_| time("exp").is_some()).map(|left| {
        let words = if left < 0 {
            format!("over since {}", length(left.unsigned_abs()))
        } else {
            format!("{} left", length(left.unsigned_abs()))
        };
        format!("; {words} (clock of this machine: {})", shown(now))
    });
    if time("nbf").is_none() && judgement.seconds_left.is_none() {
        return None;
    }
    Some(field("valid", &format!("{from}{until}{}", left.unwrap_or_default())))
}

/// A time in words, cut to its two largest units.
fn length(seconds: u64) -> String {
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (name, length) in units {
        let count = usize::try_from(rest / length).unwrap_or(usize::MAX);
        rest %= length;
        if !parts.is_empty() {
            parts.extend((count > 0).then(|| counted(count, name)));
            break;
        }
        if count > 0 || name == "second" {
            parts.push(counted(count, name));
        }
    }
    parts.join(" ")
}

fn role_words(role: Standing, judgement: &Judgement) -> String {
    let has = |code| judgement.findings.iter().any(|finding| finding.code == code);
    if has("first-moderates") || has("role-ignored") {
        return format!("{role}, if they are the first in the room");
    }
    role.to_string()
}

fn field(name: &str, value: &str) -> String {
    format!("  {name:<8}{value}")
}

/// What there is to know, and below it what to do.
fn finding(finding: &Finding) -> Vec<String> {
    let mut lines = vec![format!("  - {}", finding.message)];
    if !finding.cure.is_empty() {
        lines.push(format!("    {}", finding.cure));
    }
    lines
}

/// A value on one line, not too long.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Object(_) => "{…}".to_owned(),
        other => plain(&other.to_string()),
    }
}

fn plain(text: &str) -> String {
    meetmint_app::quoted(text).trim_matches('`').to_owned()
}
