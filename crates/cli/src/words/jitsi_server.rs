//! What a Jitsi server answered, in words.

use meetmint_app::live::{
    ClientConfigSeen, ClockSeen, ConferenceFailure, Joined, Observed, Outcome, Refusal, Step,
    Unreached, Who,
};
use meetmint_app::phrases::counted;
use meetmint_app::{JitsiFinding, JitsiServerReport};

/// Who is coming, while the server is asked.
pub(crate) fn visit(who: &Who) -> String {
    let who = match who {
        Who::Alone => "a participant joins an empty room",
        Who::SecondModerator => "a moderator joins the participant",
        Who::Moderator => "a moderator joins an empty room",
        Who::Participant => "a participant joins the moderator",
        Who::Expired => "somebody tries an expired link",
        Who::ForeignKey => "somebody tries a link with another secret",
        Who::OtherRoom => "somebody tries a link for another room",
        Who::NoToken => "somebody tries without a link",
        Who::OwnRole { name, .. } => return format!("asking the Jitsi server: a {name} joins"),
        Who::AnySubject => "a participant tries a link for every domain",
    };
    format!("asking the Jitsi server: {who}")
}

/// The report: what was seen, what is wrong with it, and what that means.
pub(crate) fn jitsi_server(report: &JitsiServerReport) -> String {
    let mut lines = vec![format!("Jitsi server {}", report.server)];
    lines.extend(answers(report));
    lines.extend(report.findings.iter().flat_map(finding));
    lines.push(closing(report));
    lines.into_iter().map(|line| line + "\n").collect()
}

/// One line per answer.
fn answers(report: &JitsiServerReport) -> Vec<String> {
    let seen = &report.observed;
    let mut lines = vec![field("reached", &reached(seen))];
    if let (Some(certificate), Some(days)) = (&seen.certificate, report.certificate_days()) {
        let names = certificate.names.join(", ");
        let left = counted(usize::try_from(days).unwrap_or(0), "day");
        lines.push(field("certificate", &format!("valid for {names}, {left} left")));
    }
    let people = [
        ("participant", Who::Participant),
        ("moderator", Who::Moderator),
        ("alone", Who::Alone),
        ("expired", Who::Expired),
        ("wrong secret", Who::ForeignKey),
        ("wrong room", Who::OtherRoom),
        ("no link", Who::NoToken),
    ];
    for (name, who) in people {
        lines.extend(seen.outcome(&who).map(|it| field(name, &outcome(it))));
    }
    for one in &seen.tries {
        if let Who::OwnRole { name, .. } = &one.who {
            lines.push(field(name, &outcome(&one.outcome)));
        }
    }
    lines.extend(seen.clock.map(|clock| field("clock", &clock_words(clock))));
    lines
}

fn reached(seen: &Observed) -> String {
    if let Some(why) = &seen.unreached {
        return format!("no: {}", unreached(why));
    }
    let from = match &seen.site.config {
        ClientConfigSeen::Read { .. } => "found in config.js",
        _ => "the usual place, because config.js does not say",
    };
    format!("yes, at {} ({from})", seen.site.bosh)
}

fn unreached(why: &Unreached) -> String {
    match why {
        Unreached::Http(error) => error.to_string(),
        Unreached::NoBosh { status, is_html: true } => {
            format!("there is a web page where BOSH should be (HTTP {status})")
        }
        Unreached::NoBosh { status, is_html: false } => {
            format!("there is nothing where BOSH should be (HTTP {status})")
        }
        Unreached::NotBosh => "something else than BOSH answers".to_owned(),
        Unreached::UnknownDomain(domain) => {
            format!("Prosody does not know the domain {}", plain(domain))
        }
        Unreached::Terminated(condition) => {
            format!("the server ended the connection: {}", plain(condition))
        }
    }
}

fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Joined(Joined { is_moderator, features }) => {
            let role = if *is_moderator { "joined as a moderator" } else { "joined" };
            let features = features.as_ref().filter(|features| !features.is_empty());
            features.map_or_else(
                || role.to_owned(),
                |features| format!("{role}; may use {}", plain(&features.join(", "))),
            )
        }
        Outcome::LoginRefused(refusal) => format!("refused at login{}", said(refusal)),
        Outcome::JoinRefused(refusal) => format!("refused at the room{}", said(refusal)),
        Outcome::NoConference(failure) => format!("no meeting: {}", no_conference(failure)),
        Outcome::Waits(denial) if denial.for_host => "waits for a moderator".to_owned(),
        Outcome::Waits(_) => "waits in the lobby".to_owned(),
        Outcome::Silence(step) => format!("no answer {}", at(*step)),
        Outcome::Broken(step, why) => format!("cut off {}: {}", at(*step), unreached(why)),
    }
}

/// The server's own text.
fn said(refusal: &Refusal) -> String {
    let text = if refusal.text.is_empty() { &refusal.condition } else { &refusal.text };
    if text.is_empty() { String::new() } else { format!(": {}", plain(text)) }
}

fn no_conference(failure: &ConferenceFailure) -> String {
    match failure {
        ConferenceFailure::NoFocus => "Jicofo does not answer".to_owned(),
        ConferenceFailure::NotReady => "Jicofo says that it is not ready".to_owned(),
        ConferenceFailure::NotAuthorized => "only some people may open rooms".to_owned(),
        ConferenceFailure::Reservation(code, text) => {
            format!("the reservation system says no ({} {})", plain(code), plain(text))
        }
        ConferenceFailure::Other(condition) => plain(condition),
        ConferenceFailure::Visitor => "sent to a server for visitors".to_owned(),
    }
}

fn at(step: Step) -> &'static str {
    match step {
        Step::Login => "to the login",
        Step::Conference => "from Jicofo",
        Step::Join => "from the room",
    }
}

fn clock_words(clock: ClockSeen) -> String {
    let (whose, ahead) = match clock {
        ClockSeen::Prosody { ahead } => ("the server's", ahead),
        ClockSeen::WebServer { ahead } => ("the web server's", ahead),
    };
    let seconds = counted(usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX), "second");
    match ahead {
        0 => format!("{whose} agrees with this machine's"),
        1.. => format!("{whose} is {seconds} ahead of this machine's"),
        _ => format!("{whose} is {seconds} behind this machine's"),
    }
}

/// What there is to know, and below it what to do.
fn finding(finding: &JitsiFinding) -> Vec<String> {
    let JitsiFinding { finding, place } = finding;
    let place = place.as_ref().map(|(file, line)| format!("{file}:{line}: ")).unwrap_or_default();
    let label = if finding.is_problem { "problem" } else { "note" };
    let mut lines = vec![format!("  {label}: {place}{}", finding.message)];
    if !finding.cure.is_empty() {
        lines.push(format!("    {}", finding.cure));
    }
    lines
}

/// What it all means.
fn closing(report: &JitsiServerReport) -> String {
    let seen = &report.observed;
    let lets_in = |who| matches!(seen.outcome(&who), Some(Outcome::Joined(_)));
    match report.problems() {
        _ if !report.is_reached() => {
            "The server could not be asked: whether the links of this folder work is unknown."
                .to_owned()
        }
        0 if !report.is_complete() => {
            "Not everything could be asked: run `meetmint doctor --meet` again.".to_owned()
        }
        0 if lets_in(Who::Moderator) && lets_in(Who::Participant) => {
            "Links of this folder work on this server.".to_owned()
        }
        0 => "Links of this folder do not work on this server.".to_owned(),
        1 => "1 problem: fix it before the first mail.".to_owned(),
        problems => format!("{problems} problems: fix them before the first mail."),
    }
}

fn field(name: &str, value: &str) -> String {
    format!("  {name:<13}{value}")
}

/// What a server says, on one line and not too long.
fn plain(text: &str) -> String {
    meetmint_app::quoted(text).trim_matches('`').to_owned()
}
