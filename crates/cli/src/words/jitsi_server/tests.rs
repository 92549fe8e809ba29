use meetmint_app::live::{
    Certificate, ClientConfigSeen, ClockSeen, Expected, Joined, LiveFinding, Observed, Outcome,
    Refusal, SiteSeen, Try, Unreached, Who, WrittenSettings,
};
use meetmint_app::{JitsiFinding, JitsiServerReport};
use meetmint_core::{Accepts, Deployment, Server, ServerKind};

use super::{jitsi_server, joining};

fn joined(is_moderator: bool, features: &[&str]) -> Outcome {
    let features = Some(features.iter().map(|it| (*it).to_owned()).collect());
    Outcome::Joined(Joined { is_moderator, features })
}

fn refused(text: &str) -> Refusal {
    Refusal { condition: "not-allowed".to_owned(), text: text.to_owned(), details: Vec::new() }
}

const NOW: i64 = 1_930_132_800;

fn report(tries: Vec<(Who, Outcome)>) -> JitsiServerReport {
    report_of(Observed {
        site: SiteSeen {
            config: ClientConfigSeen::Read { unread: Vec::new() },
            bosh: "https://meet.example.org/http-bind".to_owned(),
            ..SiteSeen::default()
        },
        tries: tries.into_iter().map(|(who, outcome)| Try { who, outcome }).collect(),
        ..Observed::default()
    })
}

fn report_of(observed: Observed) -> JitsiServerReport {
    let url = Some("https://meet.example.org");
    let deployment = Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") };
    let server = Server::new(&deployment).unwrap();
    let accepts = Accepts::by_default(ServerKind::Debian, "acme");
    let written = WrittenSettings::default();
    let expected =
        Expected { server: &server, accepts: &accepts, written, own_roles: &[], now: NOW };
    JitsiServerReport {
        server: server.base().to_owned(),
        summary: observed.summary(&expected),
        observed,
        findings: Vec::new(),
    }
}

fn good() -> Vec<(Who, Outcome)> {
    let expired = refused("Not acceptable by exp (90 sec since expired)");
    vec![
        (Who::Alone, joined(false, &[])),
        (Who::Moderator, joined(true, &["recording", "livestreaming"])),
        (Who::Participant, joined(false, &[])),
        (Who::Expired, Outcome::LoginRefused(expired)),
        (Who::ForeignKey, Outcome::LoginRefused(refused("Invalid signature"))),
        (Who::OtherRoom, Outcome::JoinRefused(refused("Room and token mismatched"))),
        (Who::NoToken, Outcome::LoginRefused(refused("token required"))),
    ]
}

#[test]
fn a_good_server_is_one_line_an_answer() {
    let mut observed = report(good()).observed;
    observed.certificate = Some(Certificate {
        names: vec!["meet.example.org".to_owned()],
        expires: NOW + 61 * 86_400,
        issuer: "An authority".to_owned(),
    });
    observed.clock = Some(ClockSeen::Prosody { ahead: 1 });
    assert_eq!(
        jitsi_server(&report_of(observed)),
        "\
Jitsi server https://meet.example.org
  reached      yes, at https://meet.example.org/http-bind (as config.js says)
  certificate  valid for meet.example.org, 61 days left, issued by An authority
  login        people with a personal link get in
  refused      people without a personal link, expired links, links with a wrong signature, links for another room
  moderators   people whose role here says so, and nobody else
  waiting      nobody has to wait
  features     moderators: recording, livestreaming
  features     participants: none
  clock        the server's is 1 second ahead of this machine's
  plugins      the server's part that checks links is from June 2024 or later

Links of this folder work on this server.
"
    );
}

#[test]
fn each_finding_has_what_to_do_below_it() {
    let mut tries = good();
    tries[6].1 = joined(false, &[]);
    let mut report = report(tries);
    let finding =
        |is_problem, message: &str, cure: &str, place: Option<(&str, u64)>| JitsiFinding {
            finding: LiveFinding {
                code: "a-code",
                is_problem,
                message: message.to_owned(),
                cure: cure.to_owned(),
                setting: None,
                value: None,
                people: Vec::new(),
            },
            place: place.map(|(file, line)| (file.to_owned(), line)),
        };
    report.findings = vec![
        finding(true, "anybody gets in", "remove allow_empty_token", Some(("meeting.toml", 7))),
        finding(true, "anybody moderates", "change it\nor do not", None),
        finding(false, "something is known", "", None),
    ];
    let text = jitsi_server(&report);
    let end = "

problem: anybody gets in
  to do: remove allow_empty_token
  the line: meeting.toml:7
problem: anybody moderates
  to do:
    - change it
    - or do not
note: something is known

2 problems: fix them before the first mail, and run doctor again.
";
    assert!(text.ends_with(end), "{text}");
    assert!(text.contains("\n  not refused  people without a personal link\n"), "{text}");
    report.findings.push(report.findings[0].clone());
    assert!(
        jitsi_server(&report)
            .ends_with("\n3 problems: fix them before the first mail, and run doctor again.\n")
    );
}

#[test]
fn a_server_that_was_not_reached_is_not_called_good_or_bad() {
    let mut observed = report(Vec::new()).observed;
    observed.unreached = Some(Unreached::NoBosh { status: 404, is_html: true });
    assert_eq!(
        jitsi_server(&report_of(observed)),
        "\
Jitsi server https://meet.example.org
  reached      no: the web server answered with HTTP status 404 and a web page

The server was not reached: it is unknown whether the links of this folder work.
"
    );
    let mut observed = report(good()).observed;
    observed.unreached = Some(Unreached::NotBosh);
    let end =
        "The server stopped answering: it is unknown whether the links of this folder work.\n";
    assert!(jitsi_server(&report_of(observed)).ends_with(end));
    let mut report = report(good());
    report.observed.out_of_time = true;
    let end = "There was no time to test everything: run `meetmint doctor --meet` again.\n";
    assert!(jitsi_server(&report).ends_with(end));
}

#[test]
fn whoever_waits_sees_who_is_joining() {
    assert_eq!(joining(&Who::Alone), "Testing the Jitsi server: a participant joins an empty room");
    let own = Who::OwnRole { name: "speaker".to_owned(), moderator: false };
    assert_eq!(joining(&own), "Testing the Jitsi server: somebody joins with the role speaker");
}
