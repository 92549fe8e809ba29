//! What a Jitsi server can answer, as JSON, is what docs/schemas/doctor.json says.

use std::collections::BTreeSet;

use meetmint_doctor::live::{
    ClientConfigSeen, ConferenceFailure, HttpError, SiteOddity, SiteSeen, Step,
};
use serde_json::{Value, json};

use super::*;

fn refusal(text: &str) -> Refusal {
    Refusal { condition: "not-allowed".to_owned(), text: text.to_owned(), details: Vec::new() }
}

fn own_role() -> Who {
    Who::OwnRole { name: "speaker".to_owned(), moderator: true }
}

/// Every outcome, of every test user.
fn everybody() -> Vec<Try> {
    let failures = [
        ConferenceFailure::NoFocus,
        ConferenceFailure::Reservation("403".to_owned(), "no".to_owned()),
        ConferenceFailure::Other("item-not-found".to_owned()),
    ];
    let unreached = [
        Unreached::NoBosh { status: 502, is_html: true },
        Unreached::NotBosh,
        Unreached::UnknownDomain("meet.example.org".to_owned()),
        Unreached::Terminated("other-request".to_owned()),
    ];
    let expired = "Not acceptable by exp (90 sec since expired, valid for:0 sec)";
    let mut outcomes = vec![
        joined(true),
        Outcome::Joined(Joined { is_moderator: false, features: None }),
        Outcome::LoginRefused(refusal(expired)),
        Outcome::JoinRefused(refusal("Room and token mismatched")),
        Outcome::Waits(Waiting { lobby: true, for_host: true }),
        Outcome::Silence(Step::Login),
        Outcome::Silence(Step::Conference),
    ];
    outcomes.extend(failures.map(Outcome::NoConference));
    outcomes.extend(unreached.map(|why| Outcome::Broken(Step::Join, why)));
    let people = [
        Who::Moderator,
        Who::Participant,
        Who::Expired,
        Who::OtherRoom,
        Who::Alone,
        Who::ForeignKey,
        Who::NoToken,
        own_role(),
        Who::AnySubject,
        Who::SecondModerator,
    ];
    outcomes
        .into_iter()
        .zip(people.into_iter().cycle())
        .map(|(outcome, who)| Try { who, outcome })
        .collect()
}

fn site(config: ClientConfigSeen) -> SiteSeen {
    SiteSeen {
        config,
        domain: "meet.example.org".to_owned(),
        anonymous_domain: Some("guest.meet.example.org".to_owned()),
        muc: "conference.meet.example.org".to_owned(),
        bosh: "https://meet.example.org/http-bind".to_owned(),
        conference_request: Some("https://meet.example.org/conference-request/v1".to_owned()),
        oddities: vec![SiteOddity::NotADomain { setting: "hosts.muc", value: "?".to_owned() }],
    }
}

/// The names of all properties of a schema, or, with `is_value`, of a value that are not null.
fn names(part: &Value, is_value: bool, found: &mut BTreeSet<String>) {
    match part {
        Value::Object(map) => {
            let keys =
                if is_value { Some(map) } else { map.get("properties").and_then(Value::as_object) };
            let keys = keys.into_iter().flatten().filter(|(_, value)| !value.is_null());
            found.extend(keys.map(|(key, _)| key.clone()));
            map.values().for_each(|value| names(value, is_value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, is_value, found)),
        _ => {}
    }
}

#[test]
fn every_report_in_json_is_what_its_schema_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schemas/doctor.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = TestFolder::new(
        &format!("{SERVER}[server.accepts]\nroles = [\"first\"]\nsubject = true\n"),
        "[roles.speaker]\nmoderator = true\n",
        PEOPLE,
    );
    let certificate = Certificate {
        names: vec!["meet.example.org".to_owned()],
        expires: 1_930_132_800,
        issuer: "An authority".to_owned(),
    };
    let configs = [
        ClientConfigSeen::Unasked,
        ClientConfigSeen::Read { unread: vec!["hosts.domain".to_owned()] },
        ClientConfigSeen::Moved("https://example.org".to_owned()),
        ClientConfigSeen::Absent(404),
    ];
    let mut seen = BTreeSet::new();
    let mut check = |observed: Observed| {
        let report = report(&settings(&folder), &[], observed, &folder.context());
        let json = json!({ "meet": report });
        let errors: Vec<String> = validator.iter_errors(&json).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}\n{json:#}");
        names(&json, true, &mut seen);
    };
    for config in configs {
        check(Observed {
            site: site(config),
            certificate: Some(certificate.clone()),
            tries: everybody(),
            clock: Some(ClockSeen::WebServer { ahead: 90 }),
            roles_left_out: vec!["editor".to_owned()],
            ..Observed::default()
        });
    }
    // Everybody gets in, except where they must not.
    let refused = Outcome::JoinRefused(refusal("Room does not match the room from token"));
    let all = [Who::Moderator, own_role()]
        .map(|who| (who, joined(true)))
        .into_iter()
        .chain([(Who::Participant, joined(false)), (Who::OtherRoom, refused)]);
    let tries = all.map(|(who, outcome)| Try { who, outcome }).collect();
    check(Observed { tries, ..Observed::default() });
    // Each in turn is the one that decides.
    for one in everybody() {
        let tries = vec![Try { who: Who::Moderator, outcome: one.outcome.clone() }, one];
        check(Observed { tries, ..Observed::default() });
    }
    let http = Unreached::Http(HttpError::Failed("no route".to_owned()));
    for unreached in [http, Unreached::UnknownDomain("x".to_owned())] {
        check(Observed { unreached: Some(unreached), ..Observed::default() });
    }
    // The mail server's part is validated where there is one.
    for part in ["MailServerReport", "Remark"] {
        schema["$defs"].as_object_mut().unwrap().remove(part).unwrap();
    }
    let mut described = BTreeSet::new();
    names(&schema, false, &mut described);
    described.remove("mail");
    let unseen: Vec<_> = described.difference(&seen).collect();
    assert!(unseen.is_empty(), "in the schema, and in no report: {unseen:?}");
}
