//! The table against meetmint's own judge: what `inspect` says of a link is what Prosody answers.

use meetmint_core::{
    Accepts, Deployment, Inspector, Judgement, Plugins, Server, ServerKind, Standing, Verdict,
    Verifier, Written,
};

use crate::against_prosody::now;
use crate::row::{AGES, Outcome, Row, Stage};
use crate::server::{ALL, JAAS_KID, Jitsi, KID, Kind, PUBLIC, Verifies};
use crate::table;

#[test]
fn the_inspector_says_of_every_row_what_prosody_answers() {
    let now = now();
    let rows = table::rows(now);
    let mut differences = Vec::new();
    for (age, name) in AGES.iter().enumerate() {
        let inspectors = ALL.map(|server| (server.name, inspector(&server, name.parse().unwrap())));
        for row in &rows {
            let (_, inspector) =
                inspectors.iter().find(|(name, _)| *name == row.server.name).unwrap();
            let judgement = inspector.judge(&Written::Link(row.link.clone()), now);
            let expected = &row.outcomes[age];
            if *expected != Outcome::NotThere && !agrees(expected, &outcome(&judgement)) {
                let answer = outcome(&judgement);
                differences.push(format!(
                    "{name} {} / {}: expected {expected}, got {answer}",
                    row.server.name, row.name
                ));
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Writes into rows what the inspector says of their links.
pub(crate) fn fill(rows: &mut [Row], age: usize, now: i64) {
    let plugins: Plugins = AGES[age].parse().unwrap();
    let inspectors = ALL.map(|server| (server.name, inspector(&server, plugins)));
    for row in rows {
        let (_, inspector) = inspectors.iter().find(|(name, _)| *name == row.server.name).unwrap();
        let answer = outcome(&inspector.judge(&Written::Link(row.link.clone()), now));
        // A second may pass until Prosody is asked. Rights count where the token decides them.
        row.outcomes[age] = match answer {
            Outcome::Refused(stage, text) => Outcome::Refused(stage, without_numbers(&text)),
            Outcome::Accepted(_) if row.server.moderators.is_none() => Outcome::Accepted(None),
            other => other,
        };
    }
}

/// The seconds of an expired token as `#`.
fn without_numbers(text: &str) -> String {
    let Some(rest) = text.strip_prefix("Not acceptable by exp (") else { return text.to_owned() };
    let until = rest.find(" sec").unwrap();
    format!("Not acceptable by exp (#{}", &rest[until..])
}

/// Of what happens before Prosody is asked, only the stage counts: each web server has its own words for it.
fn agrees(expected: &Outcome, answer: &Outcome) -> bool {
    match (expected, answer) {
        (Outcome::Refused(Stage::Url, _), Outcome::Refused(Stage::Url, _)) => true,
        _ => expected.agrees(answer),
    }
}

fn inspector(server: &Jitsi, plugins: Plugins) -> Inspector {
    let kind = match server.kind {
        Kind::Debian => ServerKind::Debian,
        Kind::Docker => ServerKind::Docker,
        Kind::Jaas => ServerKind::Jaas,
    };
    let is_jaas = server.kind == Kind::Jaas;
    let (verifier, key_id) = match server.verifies {
        Verifies::Secret(secret) => (Verifier::secret(secret.as_bytes()), None),
        _ => {
            (Verifier::rsa(PUBLIC.as_bytes()).unwrap(), Some(if is_jaas { JAAS_KID } else { KID }))
        }
    };
    let deployment = Deployment {
        url: (!is_jaas).then_some(server.url),
        issuer: server.issuers.map(|issuers| issuers[0]),
        subject: (!is_jaas).then_some(server.domain),
        algorithm: Some(server.algorithm().parse().unwrap()),
        key_id,
        has_key: key_id.is_some(),
        ..Deployment::new(kind, server.app_id)
    };
    let owned = |list: &[&str]| list.iter().map(|item| (*item).to_owned()).collect();
    let by_default = Accepts::by_default(kind, server.app_id);
    let accepts = Accepts {
        issuers: server.issuers.map_or(by_default.issuers.clone(), owned),
        audiences: server.audiences.map_or(by_default.audiences.clone(), owned),
        subject: server.subject,
        guests: server.guests,
        room: server.room,
        wildcards: server.wildcards,
        roles: server
            .moderators
            .map_or(by_default.roles.clone(), |rule| vec![rule.parse().unwrap()]),
        plugins,
    };
    Inspector::new(Server::new(&deployment).unwrap(), accepts, Some(verifier), None)
}

fn outcome(judgement: &Judgement) -> Outcome {
    let stage = || match judgement.stage.unwrap() {
        meetmint_core::Stage::Url => Stage::Url,
        meetmint_core::Stage::Login => Stage::Login,
        meetmint_core::Stage::Join => Stage::Join,
    };
    match judgement.verdict {
        Verdict::Accepted => {
            Outcome::Accepted(judgement.role.map(|role| role == Standing::Moderator))
        }
        Verdict::Hangs => Outcome::Hangs(stage()),
        Verdict::Refused => Outcome::Refused(stage(), judgement.error.clone().unwrap_or_default()),
    }
}
