//! One line for each question that the server answered.

use meetmint_app::live::{
    ClientConfigSeen, ClockSeen, ConferenceFailure, Denial, Joined, Observed, Outcome, Refusal,
    Step, Unreached, Who,
};
use meetmint_app::phrases::counted;
use meetmint_app::{JitsiServerReport, quoted};

/// How many names or features are listed.
const LISTED: usize = 20;

/// Those with good links, as people call them.
const GUESTS: [(Who, &str); 2] =
    [(Who::Moderator, "moderators"), (Who::Participant, "participants")];

/// Those whom the server should refuse.
const STRANGERS: [(Who, &str); 4] = [
    (Who::NoToken, "people without a personal link"),
    (Who::Expired, "expired links"),
    (Who::ForeignKey, "links made with another secret"),
    (Who::OtherRoom, "links for another room"),
];

/// The lines, aligned.
pub(super) fn answers(report: &JitsiServerReport) -> Vec<String> {
    let seen = &report.observed;
    let mut lines = vec![field("reached", &reached(seen))];
    let mut add = |name: &str, value: Option<String>| {
        lines.extend(value.map(|value| field(name, &value)));
    };
    add("certificate", certificate(report));
    add("login", login(seen));
    add("refused", strangers(seen, |outcome| refusal(outcome).is_some()));
    add("not refused", strangers(seen, |outcome| matches!(outcome, Outcome::Joined(_))));
    add("moderators", moderators(seen));
    add("waiting", waiting(seen));
    for (who, name) in GUESTS {
        add("features", features(seen.outcome(&who), name));
    }
    for one in &seen.tries {
        if let Who::OwnRole { name, .. } = &one.who {
            add("role", Some(format!("{}: {}", plain(name), what_became(&one.outcome))));
        }
    }
    add("clock", seen.clock.map(clock));
    add("plugins", plugins(seen));
    lines
}

fn reached(seen: &Observed) -> String {
    if let Some(why) = &seen.unreached {
        return format!("no: {}", unreached(why));
    }
    let from = match &seen.site.config {
        ClientConfigSeen::Read { .. } => "as config.js says",
        _ => "the usual address, because config.js could not be read",
    };
    format!("yes, at {} ({from})", seen.site.bosh)
}

fn certificate(report: &JitsiServerReport) -> Option<String> {
    let certificate = report.observed.certificate.as_ref()?;
    let left = match report.certificate_days()? {
        days @ 0.. => {
            format!("{} left", counted(usize::try_from(days).unwrap_or(usize::MAX), "day"))
        }
        _ => "expired".to_owned(),
    };
    Some(format!(
        "valid for {}, {left}, issued by {}",
        listed(&certificate.names),
        plain(&certificate.issuer)
    ))
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

/// Those who should be refused, and to whom this happened.
fn strangers(seen: &Observed, happened: impl Fn(&Outcome) -> bool) -> Option<String> {
    let names = STRANGERS.iter().filter(|(who, _)| seen.outcome(who).is_some_and(&happened));
    let names: Vec<&str> = names.map(|(_, name)| *name).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn refusal(outcome: &Outcome) -> Option<&Refusal> {
    match outcome {
        Outcome::LoginRefused(refusal) | Outcome::JoinRefused(refusal) => Some(refusal),
        _ => None,
    }
}

/// Who becomes a moderator, if enough people came in to say so.
fn moderators(seen: &Observed) -> Option<String> {
    let becomes = |who: &Who| match seen.outcome(who)? {
        Outcome::Joined(Joined { is_moderator, .. }) => Some(*is_moderator),
        _ => None,
    };
    let (alone, moderator) = (becomes(&Who::Alone), becomes(&Who::Moderator)?);
    let participant = becomes(&Who::Participant)?;
    // The moderator was first in their room: where that is enough, only the second one tells whether the role counts.
    let by_role = match alone {
        Some(true) => becomes(&Who::SecondModerator),
        Some(false) => Some(moderator),
        None => None,
    };
    let words = match (participant, alone, by_role) {
        (true, _, _) => "everybody who joins, whatever their role here says",
        (false, Some(true), Some(true)) => {
            "people whose role here says so, and whoever joins first"
        }
        (false, Some(true), Some(false)) => "whoever joins first, whatever their role here says",
        (false, Some(false), Some(true)) => "people whose role here says so, and nobody else",
        (false, Some(false), Some(false)) => "nobody, whatever their role here says",
        (false, _, None) if moderator => "participants who join later do not become moderators",
        (false, ..) => "neither the moderator nor the participant became one",
    };
    Some(words.to_owned())
}

/// Who has to wait before the room; said also if nobody has to.
fn waiting(seen: &Observed) -> Option<String> {
    let mut came_in = false;
    for who in [Who::Participant, Who::Moderator, Who::Alone] {
        match seen.outcome(&who) {
            Some(Outcome::Waits(denial)) => {
                let who = if who == Who::Moderator { "moderators" } else { "participants" };
                return Some(format!("{who} {}", before_the_room(*denial)));
            }
            Some(Outcome::Joined(_)) => came_in = true,
            _ => {}
        }
    }
    came_in.then(|| "nobody has to wait before the room".to_owned())
}

fn before_the_room(denial: Denial) -> &'static str {
    if denial.for_host {
        "wait until a host comes"
    } else {
        "wait in the lobby until they are let in"
    }
}

/// What people may do.
fn features(outcome: Option<&Outcome>, name: &str) -> Option<String> {
    let Some(Outcome::Joined(Joined { features: Some(features), .. })) = outcome else {
        return None;
    };
    let features = if features.is_empty() { "none".to_owned() } else { listed(features) };
    Some(format!("{name}: {features}"))
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

fn clock(clock: ClockSeen) -> String {
    let (whose, ahead) = match clock {
        ClockSeen::Prosody { ahead } => ("Prosody's", ahead),
        ClockSeen::WebServer { ahead } => ("the web server's", ahead),
    };
    let seconds = counted(usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX), "second");
    match ahead {
        0 => format!("{whose} agrees with the one of this machine"),
        1.. => format!("{whose} is {seconds} ahead of this machine's"),
        _ => format!("{whose} is {seconds} behind this machine's"),
    }
}

/// How old the plugins are, by the texts with which they refuse (`jitsi-tokens` facts, §1.4 and §7).
fn plugins(seen: &Observed) -> Option<String> {
    let of = |who| seen.outcome(&who).and_then(refusal);
    let names_mismatch = of(Who::OtherRoom).is_some_and(|refusal| {
        refusal.details.iter().any(|detail| detail == "room-mismatch")
            || refusal.text == "Room does not match the room from token"
    });
    let age = match of(Who::Expired) {
        _ if names_mismatch => "from September 2025 or later",
        Some(refusal) if refusal.text.starts_with("Not acceptable by exp (") => {
            "from June 2024 or later"
        }
        Some(refusal) if refusal.text == "Not acceptable by exp" => "from before June 2024",
        _ => return None,
    };
    Some(format!("those that check links are {age}"))
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
