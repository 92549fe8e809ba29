mod schema;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use meetmint_doctor::live::{
    Certificate, ClockSeen, Joined, LiveFinding, Observed, Outcome, Refusal, Try, Unreached,
    Waiting, Who,
};

use super::*;
use crate::error::ErrorClass;
use crate::front_end::{Confirmation, FrontEnd};
use crate::test_folder::{PEOPLE, SERVER, TestFolder};

fn jaas() -> TestFolder {
    let app_id = "vpaas-magic-cookie-0123456789abcdef0123456789abcdef";
    let server = format!(
        "kind = \"jaas\"\napp_id = \"{app_id}\"\nkey = {{ file = \"jaas.pk\" }}\nkey_id = \"{app_id}/4f21ab\"\n"
    );
    let folder = TestFolder::new(&server, "", PEOPLE);
    folder.write_key("jaas.pk");
    folder
}

fn settings(folder: &TestFolder) -> Settings {
    folder::load_settings(&folder.context()).unwrap().into_settings().unwrap()
}

#[test]
fn a_practice_secret_is_refused_with_its_line() {
    let server = SERVER.replace("{ env = \"SECRET\" }", "{ file = \"app-secret\" }");
    let folder = TestFolder::new(&server, "", PEOPLE);
    folder.write_private("app-secret", "practice-0123456789abcdef0123456789abcdef");
    let error = jitsi_server(&folder.context(), &JitsiServerRequest::default()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Invalid);
    let problem = &error.all_problems()[0];
    assert_eq!((problem.code, problem.line), ("practice", Some(5)));
    // It does not depend on a roster.
    std::fs::remove_file(folder.path().join("people.csv")).unwrap();
    let error = jitsi_server(&folder.context(), &JitsiServerRequest::default()).unwrap_err();
    assert_eq!(error.all_problems()[0].code, "practice");
}

/// Answers the question before JaaS is asked, and remembers that it was asked.
struct Answer {
    answer: bool,
    asked: AtomicBool,
}

impl FrontEnd for Answer {
    fn event(&self, _event: &Event<'_>) {}

    fn confirm(&self, _question: &Confirmation) -> Result<bool, Error> {
        panic!("nothing is mailed")
    }

    fn confirm_trial(&self, question: &TrialQuestion) -> Result<bool, Error> {
        assert_eq!(question.devices, 2);
        assert!(question.server.starts_with("https://8x8.vc/vpaas-magic-cookie-"));
        self.asked.store(true, Ordering::Relaxed);
        Ok(self.answer)
    }
}

#[test]
fn jaas_is_not_asked_before_somebody_says_yes() {
    let folder = jaas();
    // Nobody can be asked.
    let error = jitsi_server(&folder.context(), &JitsiServerRequest::default()).unwrap_err();
    assert_eq!((error.class(), error.code()), (ErrorClass::Usage, "no-terminal"));
    assert!(error.hint().unwrap().contains("`--yes`"));
    let no = Arc::new(Answer { answer: false, asked: AtomicBool::new(false) });
    let context = Context { front_end: Arc::clone(&no) as Arc<_>, ..folder.context() };
    let error = jitsi_server(&context, &JitsiServerRequest::default()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Declined);
    assert!(no.asked.load(Ordering::Relaxed));
    // An interrupt, so that nothing is asked over the network here.
    for (request, answer, is_asked) in [(false, true, true), (true, false, false)] {
        let front_end = Arc::new(Answer { answer, asked: AtomicBool::new(false) });
        let context = Context { front_end: Arc::clone(&front_end) as Arc<_>, ..folder.context() };
        context.environment.interrupted.store(true, Ordering::Relaxed);
        let error = jitsi_server(&context, &JitsiServerRequest { yes: request }).unwrap_err();
        assert_eq!(error.class(), ErrorClass::Interrupted);
        assert_eq!(front_end.asked.load(Ordering::Relaxed), is_asked);
    }
}

#[test]
fn a_server_that_does_not_answer_is_reported_and_not_remembered() {
    let server = SERVER.replace("https://meet.example.org", "http://127.0.0.1:1");
    let folder = TestFolder::new(&server, "", PEOPLE);
    let report = jitsi_server(&folder.context(), &JitsiServerRequest::default()).unwrap();
    assert!(!report.is_complete());
    assert!(!folder.path().join("ledger.db").exists());
}

#[test]
fn the_two_devices_are_always_the_same_and_look_like_a_browsers() {
    for (device, text) in DEVICES.into_iter().zip(["meetmint-doctor1", "meetmint-doctor2"]) {
        let octets = text.bytes().fold(String::new(), |text, octet| text + &format!("{octet:02x}"));
        assert_eq!(device, octets);
        assert_eq!(device.len(), 32);
    }
}

#[test]
fn roles_with_rights_of_their_own_take_part() {
    let more = "[roles.speaker]\nfeatures = [\"recording\"]\n\n[roles.moderator]\nopens = \"2h\"\n";
    let folder = TestFolder::new(SERVER, more, PEOPLE);
    let roles = folder::load_settings(&folder.context()).unwrap().roles.unwrap();
    let names = |roles: &[Role]| roles.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&own_roles(roles.all())), ["speaker"]);
    let more = "[roles.moderator]\nfeatures = [\"recording\"]\n";
    let folder = TestFolder::new(SERVER, more, PEOPLE);
    let roles = folder::load_settings(&folder.context()).unwrap().roles.unwrap();
    assert_eq!(names(&own_roles(roles.all())), ["moderator"]);
}

#[test]
fn rooms_are_random_and_can_be_told_apart_from_real_ones() {
    let (one, other) = (room().unwrap(), room().unwrap());
    assert_ne!(one.node(), other.node());
    assert_eq!(one.node().len(), ROOM.len() + 24);
    assert!(one.node().starts_with("meetmint-doctor-"));
}

#[test]
fn what_contradicts_a_setting_names_its_line() {
    let folder = TestFolder::new(
        &format!("{SERVER}[server.accepts]\nroles = [\"first\"]\nsubject = true\n"),
        "",
        PEOPLE,
    );
    let settings = settings(&folder);
    let finding = |setting| {
        let finding = LiveFinding {
            code: "a-code",
            is_problem: true,
            message: String::new(),
            cure: String::new(),
            setting,
            value: None,
            people: Vec::new(),
        };
        JitsiFinding::new(finding, &settings.server_lines)
    };
    let file = folder.path().join("meeting.toml").display().to_string();
    assert_eq!(finding(Some("server.accepts.roles")).place, Some((file.clone(), 7)));
    assert_eq!(finding(Some("server.accepts.subject")).place, Some((file, 8)));
    assert_eq!(finding(Some("server.subject")).place, None);
    // What is not written has no line.
    assert_eq!(finding(Some("server.accepts.guests")).place, None);
    assert_eq!(finding(None).place, None);
}

fn joined(is_moderator: bool) -> Outcome {
    Outcome::Joined(Joined { is_moderator, features: Some(vec!["recording".to_owned()]) })
}

#[test]
fn the_report_in_json_has_everything_that_was_seen() {
    let refusal = Refusal {
        condition: "not-allowed".to_owned(),
        text: "Invalid signature".to_owned(),
        details: vec!["room-mismatch".to_owned()],
    };
    let outcomes = [
        (Who::Moderator, joined(true)),
        (Who::ForeignKey, Outcome::LoginRefused(refusal)),
        (
            Who::OwnRole { name: "speaker".to_owned(), moderator: false },
            Outcome::Waits(Waiting { lobby: true, for_host: false }),
        ),
    ];
    let observed = Observed {
        certificate: Some(Certificate {
            names: vec!["meet.example.org".to_owned()],
            expires: 1_930_132_800 + 10 * 86_400 + 5,
            issuer: "An authority".to_owned(),
        }),
        tries: outcomes.map(|(who, outcome)| Try { who, outcome }).to_vec(),
        clock: Some(ClockSeen::Prosody { ahead: -3 }),
        ..Observed::default()
    };
    let folder = TestFolder::new(SERVER, "", PEOPLE);
    let report = report(&settings(&folder), &[], observed, &folder.context());
    assert!(report.is_reached() && report.is_complete());
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["summary"]["certificate"]["days_left"], 10);
    assert_eq!(json["summary"]["clock"], serde_json::json!({ "of": "prosody", "ahead": -3 }));
    assert_eq!(
        json["tries"],
        serde_json::json!([
            { "who": "moderator", "role": null, "outcome": "joined", "is_moderator": true, "features": ["recording"] },
            { "who": "foreign_key", "role": null, "outcome": "login_refused", "condition": "not-allowed", "text": "Invalid signature", "details": ["room-mismatch"] },
            { "who": "own_role", "role": "speaker", "outcome": "waits", "lobby": true, "for_host": false },
        ])
    );
}

#[test]
fn only_a_whole_trial_counts() {
    let folder = TestFolder::new(SERVER, "", PEOPLE);
    let whole = || Observed {
        tries: vec![Try { who: Who::Moderator, outcome: joined(true) }],
        ..Observed::default()
    };
    let complete =
        |observed| report(&settings(&folder), &[], observed, &folder.context()).is_complete();
    assert!(complete(whole()));
    assert!(!complete(Observed { out_of_time: true, ..whole() }));
    assert!(!complete(Observed { unreached: Some(Unreached::NotBosh), ..whole() }));
    assert!(!complete(Observed::default()));
}

#[test]
fn what_a_trial_comes_to() {
    #[track_caller]
    fn case(observed: Observed, problems: usize, expected: JitsiOutcome) {
        let folder = TestFolder::new(SERVER, "", PEOPLE);
        let mut report = report(&settings(&folder), &[], observed, &folder.context());
        let finding = |is_problem| LiveFinding {
            code: "a-code",
            is_problem,
            message: String::new(),
            cure: String::new(),
            setting: None,
            value: None,
            people: Vec::new(),
        };
        report.findings = vec![JitsiFinding { finding: finding(false), place: None }];
        let problem = JitsiFinding { finding: finding(true), place: None };
        report.findings.extend(vec![problem; problems]);
        assert_eq!(report.outcome(), expected);
    }

    let seen = |moderator: Outcome, participant: Outcome| Observed {
        tries: vec![
            Try { who: Who::Moderator, outcome: moderator },
            Try { who: Who::Participant, outcome: participant },
        ],
        ..Observed::default()
    };
    let waits = || Outcome::Waits(Waiting { lobby: true, for_host: false });
    let good = || seen(joined(true), waits());
    case(good(), 0, JitsiOutcome::Works);
    case(good(), 1, JitsiOutcome::Problems);
    case(Observed { out_of_time: true, ..good() }, 0, JitsiOutcome::Incomplete);
    // A problem is certain, whatever else there was no time for.
    case(Observed { out_of_time: true, ..good() }, 1, JitsiOutcome::Problems);
    case(Observed { unreached: Some(Unreached::NotBosh), ..good() }, 1, JitsiOutcome::NotReached);
}
