//! One line for each question that the server answered.

use meetmint_app::live::{
    Admission, ClockAnswer, ConfigAnswer, LoginAnswer, OwnRoleAnswer, PluginsAnswer,
    StrangersAnswer, Summary,
};
use meetmint_app::phrases::counted;
use meetmint_app::{JitsiServerReport, quoted};

/// How many names or features are listed.
const LISTED: usize = 20;

/// The lines, aligned. What the server did not tell has none.
pub(super) fn answers(report: &JitsiServerReport) -> Vec<String> {
    let answers = &report.summary;
    let mut lines = vec![field("reached", &reached(report))];
    let mut add = |name: &str, value: Option<String>| {
        lines.extend(value.map(|value| field(name, &value)));
    };
    add("certificate", certificate(answers));
    add("login", login(answers.login).map(str::to_owned));
    let strangers = strangers(answers.strangers);
    let those = |admission| {
        let names: Vec<&str> =
            strangers.iter().filter(|(_, it)| *it == admission).map(|(name, _)| *name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    add("refused", those(Admission::Refused));
    add("let in", those(Admission::LetIn));
    add("in the lobby", those(Admission::Waits));
    if answers.reached {
        add("not tried", those(Admission::NotTried));
    }
    if answers.moderators.rule != "unknown" {
        add("moderators", Some(answers.moderators.words.clone()));
    }
    add("waiting", waiting(answers).map(str::to_owned));
    add("features", features("moderators", answers.moderator_features.as_deref()));
    add("features", features("participants", answers.participant_features.as_deref()));
    for role in &answers.own_roles {
        add("role", Some(own_role(role)));
    }
    add("clock", answers.clock.map(clock));
    add("plugins", answers.plugins.as_ref().map(plugins));
    lines
}

fn reached(report: &JitsiServerReport) -> String {
    let answers = &report.summary;
    if !answers.reached {
        return "no".to_owned();
    }
    let from = match answers.config {
        ConfigAnswer::Read => "as config.js says",
        _ => "the usual address, because config.js could not be read",
    };
    let but = if report.is_reached() { "" } else { "; then it stopped answering" };
    format!("yes, at {} ({from}){but}", report.observed.site.bosh)
}

fn certificate(answers: &Summary) -> Option<String> {
    let certificate = answers.certificate.as_ref()?;
    let left = match usize::try_from(certificate.days_left) {
        Ok(days) => format!("{} left", counted(days, "day")),
        Err(_) => "expired".to_owned(),
    };
    Some(format!(
        "valid for {}, {left}, issued by {}",
        listed(&certificate.names),
        certificate.issuer
    ))
}

fn login(answer: LoginAnswer) -> Option<&'static str> {
    match answer {
        LoginAnswer::Accepted => Some("people with a personal link get in"),
        LoginAnswer::NotInRoom => {
            Some("personal links are accepted, but not everybody with one gets into the room")
        }
        LoginAnswer::Refused => Some("personal links are refused"),
        LoginAnswer::Silent => Some("no answer to people with a personal link"),
        LoginAnswer::NotTried => None,
    }
}

/// Those whom the server should refuse, as people call them.
fn strangers(answer: StrangersAnswer) -> [(&'static str, Admission); 4] {
    [
        ("people without a personal link", answer.no_token),
        ("expired links", answer.expired),
        ("links signed by somebody else", answer.foreign_key),
        ("links for another room", answer.other_room),
    ]
}

/// Whether people have to wait before the room; said also if nobody has to.
fn waiting(answers: &Summary) -> Option<&'static str> {
    match (answers.lobby, answers.wait_for_host, answers.login) {
        (_, true, _) => Some("people wait until a host comes"),
        (true, false, _) => Some("people wait in the lobby until they are let in"),
        (false, false, LoginAnswer::Accepted) => Some("nobody has to wait before the room"),
        _ => None,
    }
}

/// What people may do. Those whom the server grants nothing have no line.
fn features(name: &str, features: Option<&[String]>) -> Option<String> {
    let features = features.filter(|features| !features.is_empty())?;
    Some(format!("{name}: {}", listed(features)))
}

fn own_role(role: &OwnRoleAnswer) -> String {
    let OwnRoleAnswer { role, because, moderator, features, .. } = role;
    let became = match moderator {
        Some(true) => "joined as a moderator",
        Some(false) => "joined without moderator rights",
        None => because.as_deref().unwrap_or("did not join"),
    };
    let features = features.as_deref().filter(|features| !features.is_empty());
    let features =
        features.map(|features| format!("; may use {}", listed(features))).unwrap_or_default();
    format!("{role}: {became}{features}")
}

fn clock(clock: ClockAnswer) -> String {
    let ClockAnswer { of, ahead } = clock;
    let whose = if of == "prosody" { "the server's clock" } else { "the web server's clock" };
    let seconds = counted(usize::try_from(ahead.unsigned_abs()).unwrap_or(usize::MAX), "second");
    match ahead {
        0 => format!("{whose} agrees with this machine's"),
        1.. => format!("{whose} is {seconds} ahead of this machine's"),
        _ => format!("{whose} is {seconds} behind this machine's"),
    }
}

fn plugins(plugins: &PluginsAnswer) -> String {
    let PluginsAnswer { at_least, at_most } = plugins;
    if at_least == at_most {
        return format!("the server's token plugins are from {at_least} or soon after");
    }
    format!("the server's token plugins are from {at_least} or later")
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
