//! What was seen, as parts of sentences. Whatever a server sent is cut, is on one line, and has no token.

use meetmint_core::{counted, printable, quoted, shortened};

use super::super::observed::{ConferenceFailure, Outcome, Refusal, Step, Unreached, Waiting};

/// A text that is no value of the server's but may have one in it, such as an error of the connection.
pub(super) fn plain(text: &str) -> String {
    printable(&shortened(text.to_owned()))
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

/// A time in the largest unit of which there are two.
pub(super) fn lasting(seconds: u64) -> String {
    match seconds {
        ..120 => counted(seconds, "second"),
        120..7_200 => counted(seconds / 60, "minute"),
        7_200..172_800 => counted(seconds / 3_600, "hour"),
        _ => counted(seconds / 86_400, "day"),
    }
}

/// What became of somebody, to follow a colon.
pub(super) fn happened(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Joined(_) => "they got into the room".to_owned(),
        Outcome::LoginRefused(refusal) => format!("at login, {}", said(refusal)),
        Outcome::JoinRefused(refusal) => format!("at the room, {}", said(refusal)),
        Outcome::NoConference(failure) => conference(failure),
        Outcome::Waits(waiting) => format!("they wait {}", until_when(*waiting)),
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

/// Where or until when somebody waits, to follow `they wait`.
pub(super) fn until_when(waiting: Waiting) -> &'static str {
    match (waiting.lobby, waiting.for_host) {
        (true, false) => "in the lobby until a moderator lets them in",
        (false, true) => "until a host joins",
        (true, true) => "in the lobby until a host joins or lets them in",
        (false, false) => "until somebody lets them in",
    }
}

/// When it was.
pub(super) fn at(step: Step) -> &'static str {
    match step {
        Step::Login => "at login",
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
        // Jitsi's plugin says so where it had no answer.
        ConferenceFailure::Reservation(code, _) if code == "0" => {
            "the server's reservation system does not answer".to_owned()
        }
        ConferenceFailure::Reservation(code, text) => format!(
            "the server's reservation system did not allow the room: {} {}",
            quoted(code),
            quoted(text)
        ),
        ConferenceFailure::Other(error) => {
            format!("Jicofo, which opens rooms, answered {}", quoted(error))
        }
        ConferenceFailure::Visitor => "Jicofo made them visitors, who can only watch".to_owned(),
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
