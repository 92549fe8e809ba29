//! What was seen, as parts of sentences. Whatever a server sent is cut, is on one line, and has no token.

use meetmint_core::{is_invisible, quoted, shortened};

use super::super::observed::{ConferenceFailure, Denial, Outcome, Refusal, Step, Unreached};

/// A text that is no value of the server's but may have one in it, such as an error of the connection.
pub(super) fn plain(text: &str) -> String {
    let moves = |c: char| c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}');
    shortened(text.to_owned()).chars().map(|c| if moves(c) { '\u{fffd}' } else { c }).collect()
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed<T: AsRef<str>>(items: &[T]) -> String {
    let items: Vec<&str> = items.iter().map(AsRef::as_ref).collect();
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// A number of things: `1 day`, `2 days`.
pub(super) fn count(number: u64, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// A time in the largest unit of which there are two.
pub(super) fn lasting(seconds: u64) -> String {
    match seconds {
        ..120 => count(seconds, "second"),
        120..7_200 => count(seconds / 60, "minute"),
        7_200..172_800 => count(seconds / 3_600, "hour"),
        _ => count(seconds / 86_400, "day"),
    }
}

/// What became of somebody, to follow a colon.
pub(super) fn happened(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Joined(_) => "they got into the room".to_owned(),
        Outcome::LoginRefused(refusal) => format!("at the login, {}", said(refusal)),
        Outcome::JoinRefused(refusal) => format!("at the room, {}", said(refusal)),
        Outcome::NoConference(failure) => conference(failure),
        Outcome::Waits(denial) => format!("they wait {}", before_what(*denial)),
        Outcome::Silence(step) => format!("there was no answer {}", at(*step)),
        Outcome::Broken(step, unreached) => {
            format!("the connection ended {}: {}", at(*step), unreached_words(unreached))
        }
    }
}

/// The server's answer, quoted.
pub(super) fn said(refusal: &Refusal) -> String {
    if !refusal.text.is_empty() {
        format!("the server said {}", quoted(&refusal.text))
    } else if let Some(detail) = refusal.details.iter().find(|detail| !detail.is_empty()) {
        format!("the server said {}, {}", quoted(&refusal.condition), quoted(detail))
    } else if refusal.condition.is_empty() {
        "the server gave no reason".to_owned()
    } else {
        format!("the server said {}", quoted(&refusal.condition))
    }
}

/// Before what somebody waits.
pub(super) fn before_what(denial: Denial) -> &'static str {
    match (denial.lobby, denial.for_host) {
        (true, false) => "in the lobby until a moderator lets them in",
        (false, true) => "until a host comes",
        (true, true) => "in the lobby until a host comes or lets them in",
        (false, false) => "before the room until somebody lets them in",
    }
}

/// When it was.
pub(super) fn at(step: Step) -> &'static str {
    match step {
        Step::Login => "at the login",
        Step::Conference => "when Jicofo was asked to open the room",
        Step::Join => "when they entered the room",
    }
}

/// Why the room was not opened.
pub(super) fn conference(failure: &ConferenceFailure) -> String {
    match failure {
        ConferenceFailure::NoFocus => {
            "there is no Jicofo, the part of Jitsi that opens rooms".to_owned()
        }
        ConferenceFailure::NotReady => {
            "Jicofo, which opens rooms, said every time that the room is not ready".to_owned()
        }
        ConferenceFailure::NotAuthorized => {
            "Jicofo, which opens rooms, said that only hosts may open one".to_owned()
        }
        ConferenceFailure::Reservation(code, text) => format!(
            "the server's reservation system did not allow the room: {} {}",
            quoted(code),
            quoted(text)
        ),
        ConferenceFailure::Other(error) => {
            format!("Jicofo, which opens rooms, answered {}", quoted(error))
        }
        ConferenceFailure::Visitor => "Jicofo sent them to a room for visitors".to_owned(),
    }
}

/// Why there was no answer of Jitsi's.
pub(super) fn unreached_words(unreached: &Unreached) -> String {
    match unreached {
        Unreached::Http(error) => plain(&error.to_string()),
        Unreached::NoBosh { status, is_html } => {
            let page = if *is_html { " and a web page" } else { "" };
            format!("the web server answered with HTTP status {status}{page}")
        }
        Unreached::NotBosh => "the answer is not BOSH".to_owned(),
        Unreached::UnknownDomain(domain) => {
            format!("Prosody does not know the domain {}", quoted(domain))
        }
        Unreached::Terminated(condition) if condition.is_empty() => {
            "Prosody ended the session without a reason".to_owned()
        }
        Unreached::Terminated(condition) => {
            format!("Prosody ended the session: {}", quoted(condition))
        }
    }
}
