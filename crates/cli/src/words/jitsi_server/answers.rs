//! One line for each question that the server answered.

use meetmint_app::live::{
    Admission, CertificateAnswer, ClockAnswer, ConferenceFailure, ConfigAnswer, Denial, Joined,
    ModeratorsAnswer, Observed, Outcome, PluginsAnswer, Refusal, Step, StrangersAnswer, Summary,
    Unreached, Who,
};
use meetmint_app::phrases::counted;
use meetmint_app::{JitsiServerReport, quoted};

/// How many names or features are listed.
const LISTED: usize = 20;

/// The lines, aligned. What is not known has none.
pub(super) fn answers(report: &JitsiServerReport) -> Vec<String> {
    let (seen, answers) = (&report.observed, &report.summary);
    let mut lines = vec![field("reached", &reached(seen, answers))];
    let mut add = |name: &str, value: Option<String>| {
        lines.extend(value.map(|value| field(name, &value)));
    };
    add("certificate", answers.certificate.as_ref().map(certificate));
    if answers.reached {
        add("login", login(seen));
        add("refused", strangers(answers.strangers, Admission::Refused));
        add("not refused", strangers(answers.strangers, Admission::LetIn));
        add("moderators", moderators(&answers.moderators));
        add("waiting", waiting(seen, answers));
        add("features", features("moderators", answers.moderator_features.as_deref()));
        add("features", features("participants", answers.participant_features.as_deref()));
        for one in &seen.tries {
            if let Who::OwnRole { name, .. } = &one.who {
                add("role", Some(format!("{}: {}", plain(name), what_became(&one.outcome))));
            }
        }
    }
    add("clock", answers.clock.map(clock));
    add("plugins", answers.plugins.as_ref().map(plugins));
    lines
}

fn reached(seen: &Observed, answers: &Summary) -> String {
    if let Some(why) = seen.unreached.as_ref().filter(|_| !answers.reached) {
        return format!("no: {}", unreached(why));
    }
    if !answers.reached {
        return "no".to_owned();
    }
    let from = match answers.config {
        ConfigAnswer::Read => "as config.js says",
        _ => "the usual address, because config.js could not be read",
    };
    format!("yes, at {} ({from})", seen.site.bosh)
}

fn certificate(certificate: &CertificateAnswer) -> String {
    let left = match usize::try_from(certificate.days_left) {
        Ok(days) => format!("{} left", counted(days, "day")),
        Err(_) => "expired".to_owned(),
    };
    format!("valid for {}, {left}, issued by {}", listed(&certificate.names), certificate.issuer)
}

/// What becomes of people with good links before they reach their room.
fn login(seen: &Observed) -> Option<String> {
    let good = [Who::Alone, Who::Moderator, Who::Participant];
    let mut outcomes = good.iter().filter_map(|who| seen.outcome(who)).peekable();
    outcomes.peek()?;
    // If there is one that failed, that is what people would meet.
    let failed =
        outcomes.find(|outcome| !matches!(outcome, Outcome::Joined(_) | Outcome::Waits(_)));
    Some(failed.map_or_else(|| "people with a personal link get in".to_owned(), what_became))
}

/// Those who should not get in, and to whom this happened.
fn strangers(answer: StrangersAnswer, what: Admission) -> Option<String> {
    let StrangersAnswer { expired, foreign_key, other_room, no_token } = answer;
    let names: Vec<&str> = [
        (no_token, "people without a personal link"),
        (expired, "expired links"),
        (foreign_key, "links made with another secret"),
        (other_room, "links for another room"),
    ]
    .into_iter()
    .filter_map(|(happened, name)| (happened == what).then_some(name))
    .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn moderators(answer: &ModeratorsAnswer) -> Option<String> {
    let words = match answer.rule {
        "nobody" => "nobody, whatever their role here says",
        "first" => "whoever joins first, whatever their role here says",
        "everybody" => "everybody who joins, whatever their role here says",
        "by_role" => "people whose role here says so, and nobody else",
        "by_role_or_first" => "people whose role here says so, and whoever joins first",
        _ => &answer.words,
    };
    (!words.is_empty()).then(|| words.to_owned())
}

/// Who has to wait before the room; said also if nobody has to.
fn waiting(seen: &Observed, answers: &Summary) -> Option<String> {
    let waits = |who: &Who| match seen.outcome(who)? {
        Outcome::Waits(denial) => Some(*denial),
        _ => None,
    };
    if let Some(denial) = waits(&Who::Participant).or_else(|| waits(&Who::Alone)) {
        return Some(format!("participants {}", before_the_room(denial)));
    }
    if let Some(denial) = waits(&Who::Moderator) {
        return Some(format!("moderators {}", before_the_room(denial)));
    }
    let came_in = |who| matches!(seen.outcome(&who), Some(Outcome::Joined(_)));
    let nobody = !answers.lobby && !answers.wait_for_host && came_in(Who::Participant);
    nobody.then(|| "nobody has to wait before the room".to_owned())
}

fn before_the_room(denial: Denial) -> &'static str {
    if denial.for_host {
        "wait until a host comes"
    } else {
        "wait in the lobby until they are let in"
    }
}

/// What people may do.
fn features(whose: &str, features: Option<&[String]>) -> Option<String> {
    let features = features?;
    let names = if features.is_empty() { "none".to_owned() } else { listed(features) };
    Some(format!("{whose}: {names}"))
}

fn what_became(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Joined(Joined { is_moderator: true, .. }) => "joined as a moderator".to_owned(),
        Outcome::Joined(_) => "joined without moderator rights".to_owned(),
        Outcome::LoginRefused(refusal) => {
            format!("refused when the page connects{}", said(refusal))
        }
        Outcome::JoinRefused(refusal) => format!("refused at the room{}", said(refusal)),
        Outcome::NoConference(failure) => {
            format!("the meeting does not start: {}", no_conference(failure))
        }
        Outcome::Waits(denial) => format!("had to {}", before_the_room(*denial)),
        Outcome::Silence(step) => format!("no answer {}", at(*step)),
        Outcome::Broken(step, why) => format!("cut off {}: {}", at(*step), unreached(why)),
    }
}

fn at(step: Step) -> &'static str {
    match step {
        Step::Login => "when the page connects",
        Step::Conference => "when the meeting should start",
        Step::Join => "when the person enters the room",
    }
}

/// The server's own words, to follow what it did.
fn said(refusal: &Refusal) -> String {
    let text = if refusal.text.is_empty() { &refusal.condition } else { &refusal.text };
    if text.is_empty() { String::new() } else { format!(": {}", quoted(text)) }
}

fn no_conference(failure: &ConferenceFailure) -> String {
    match failure {
        ConferenceFailure::NoFocus => "Jicofo does not run, or is not connected".to_owned(),
        ConferenceFailure::NotReady => "Jicofo says that it is not ready".to_owned(),
        ConferenceFailure::NotAuthorized => "only hosts may open rooms".to_owned(),
        ConferenceFailure::Reservation(code, text) => {
            format!("the reservation system refuses the room ({} {})", plain(code), quoted(text))
        }
        ConferenceFailure::Other(condition) => format!("Jicofo says {}", quoted(condition)),
        ConferenceFailure::Visitor => "Jicofo sends people to a server for visitors".to_owned(),
    }
}

fn unreached(why: &Unreached) -> String {
    match why {
        Unreached::Http(error) => error.to_string(),
        Unreached::NoBosh { status, is_html: true } => {
            format!("a web page came back where the server should answer (HTTP {status})")
        }
        Unreached::NoBosh { status, is_html: false } => {
            format!("there is nothing at the address for BOSH (HTTP {status})")
        }
        Unreached::NotBosh => "what answers at the address for BOSH is no Prosody".to_owned(),
        Unreached::UnknownDomain(domain) => {
            format!("Prosody does not know the domain {}", quoted(domain))
        }
        Unreached::Terminated(condition) => {
            format!("Prosody ended the connection: {}", quoted(condition))
        }
    }
}

fn clock(clock: ClockAnswer) -> String {
    let whose = if clock.of == "prosody" { "Prosody's" } else { "the web server's" };
    let seconds = usize::try_from(clock.ahead.unsigned_abs()).unwrap_or(usize::MAX);
    let seconds = counted(seconds, "second");
    match clock.ahead {
        0 => format!("{whose} agrees with the one of this machine"),
        1.. => format!("{whose} is {seconds} ahead of this machine's"),
        _ => format!("{whose} is {seconds} behind this machine's"),
    }
}

/// How old the plugins are, as `plugins` under `[server.accepts]` names it.
fn plugins(plugins: &PluginsAnswer) -> String {
    let PluginsAnswer { at_least, at_most } = plugins;
    let age = match at_least.as_str() {
        _ if at_least == at_most && at_least == "2022-07" => "from before June 2024".to_owned(),
        "2024-06" => "from June 2024 or later".to_owned(),
        "2025-09" => "from September 2025 or later".to_owned(),
        "2026-08" => "from August 2026 or later".to_owned(),
        other => format!("from {other} or later"),
    };
    format!("those that check links are {age}")
}

/// Names from the server, as a list.
fn listed(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(LISTED).map(|name| plain(name)).collect();
    if names.len() > LISTED {
        shown.push(format!("{} more", names.len() - LISTED));
    }
    shown.join(", ")
}

fn field(name: &str, value: &str) -> String {
    format!("  {name:<13}{value}")
}

/// What a server says, on one line and not too long.
fn plain(text: &str) -> String {
    quoted(text).trim_matches('`').to_owned()
}
