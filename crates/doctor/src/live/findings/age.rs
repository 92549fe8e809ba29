//! How old the server's token plugins are, by the texts with which they refuse (`jitsi-tokens` facts, §1.4 and §7).

use meetmint_core::Plugins;

use super::super::observed::{Outcome, Refusal, Who};
use super::case::Case;
use super::finding::LiveFinding;

/// The plugins are at least as new as the first, and at most as new as the second.
pub(super) type Range = (Plugins, Plugins);

/// What the texts tell; `None` if they tell nothing.
pub(super) fn seen(case: Case<'_>) -> Option<Range> {
    let refusals: Vec<&Refusal> = case
        .observed
        .tries
        .iter()
        .filter_map(|one| match &one.outcome {
            Outcome::LoginRefused(refusal) | Outcome::JoinRefused(refusal) => Some(refusal),
            _ => None,
        })
        .collect();
    let any = |is: fn(&Refusal) -> bool| refusals.iter().any(|refusal| is(refusal));
    let oldest = if any(is_2026) {
        Some(Plugins::Since2026)
    } else if any(is_2025) {
        Some(Plugins::Since2025)
    } else if any(|refusal| refusal.text.starts_with("Not acceptable by exp (")) {
        Some(Plugins::Since2024)
    } else {
        None
    };
    match oldest {
        Some(oldest) => Some((oldest, Plugins::Since2026)),
        None => any(|refusal| refusal.text == "Not acceptable by exp")
            .then_some((Plugins::Since2022, Plugins::Since2022)),
    }
}

fn is_2026(refusal: &Refusal) -> bool {
    matches!(
        refusal.text.as_str(),
        "room claim is missing" | "sub claim is missing" | "Room claim is not a valid Lua pattern"
    )
}

fn is_2025(refusal: &Refusal) -> bool {
    const DETAILS: [&str; 4] = [
        "room-mismatch",
        "room-does-not-exist",
        "room-name-does-not-match",
        "authentication-required",
    ];
    refusal.text == "Room does not match the room from token"
        || refusal.details.iter().any(|detail| DETAILS.contains(&detail.as_str()))
}

/// What `[server.accepts]` says otherwise: age, and whether the domain is verified.
pub(super) fn findings(case: Case<'_>) -> Vec<LiveFinding> {
    age(case).into_iter().chain(verification(case)).collect()
}

fn age(case: Case<'_>) -> Option<LiveFinding> {
    let (oldest, newest) = seen(case)?;
    let said = case.accepts().plugins;
    if (oldest..=newest).contains(&said) {
        return None;
    }
    let (value, than) = if said > newest { (newest, "older") } else { (oldest, "newer") };
    let says = if case.expected.written.plugins {
        format!("`plugins` under [server.accepts] says ({said})")
    } else {
        format!("meetmint assumes ({said})")
    };
    let message = format!(
        "the server's token plugins are {than} than {says}: `inspect` quotes other error messages than this server's"
    );
    let cure = format!("write plugins = \"{value}\" under [server.accepts] in meeting.toml");
    let people = [Who::Expired];
    let finding = LiveFinding::problem("plugins", message, cure).about(&people);
    // What is not written contradicts nothing: it is only worth writing.
    let finding = LiveFinding { is_problem: case.expected.written.plugins, ..finding };
    Some(finding.setting("server.accepts.plugins", Some(format!("\"{value}\""))))
}

/// Whether `sub` is compared with the domain.
pub(super) fn verifies_domain(case: Case<'_>) -> Option<bool> {
    let mut refusals = case.observed.tries.iter().filter_map(|one| match &one.outcome {
        Outcome::JoinRefused(refusal) => Some(refusal),
        _ => None,
    });
    // Only a server that does not compare it tells the room apart from the rest.
    if refusals
        .any(|refusal| refusal.says("Room does not match the room from token", "room-mismatch"))
    {
        return Some(false);
    }
    let alone_refused = matches!(
        case.outcome(&Who::Alone),
        Some(Outcome::JoinRefused(refusal)) if refusal.is_mismatch()
    );
    if alone_refused && case.joined(&Who::AnySubject).is_some() {
        return Some(true);
    }
    let is_2025 = seen(case).is_some_and(|(oldest, _)| oldest >= Plugins::Since2025);
    let other_room = match case.outcome(&Who::OtherRoom) {
        Some(Outcome::JoinRefused(refusal)) => refusal.text == "Room and token mismatched",
        _ => false,
    };
    (is_2025 && other_room && case.good_joined()).then_some(true)
}

fn verification(case: Case<'_>) -> Option<LiveFinding> {
    let verifies = verifies_domain(case)?;
    if verifies == case.accepts().subject || case.is_jaas() {
        return None;
    }
    let does = if verifies { "compares" } else { "does not compare" };
    let says = if case.expected.written.subject {
        format!("but `subject` under [server.accepts] is {}", !verifies)
    } else {
        "unlike most servers of this `kind`".to_owned()
    };
    let message = format!("the server {does} `sub` with its domain, {says}");
    let cure = format!(
        "write subject = {verifies} under [server.accepts] in meeting.toml, so that `check` and `inspect` judge as the server does"
    );
    let finding = LiveFinding::problem("subject-verification", message, cure);
    let finding = LiveFinding { is_problem: case.expected.written.subject, ..finding };
    Some(finding.setting("server.accepts.subject", Some(verifies.to_string())))
}
