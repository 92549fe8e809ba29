use meetmint_app::live::{
    Certificate, ClientConfigSeen, ClockSeen, Denial, Joined, LiveFinding, Observed, Outcome,
    Refusal, SiteSeen, Step, Try, Unreached, Who,
};
use meetmint_app::{JitsiFinding, JitsiServerReport};

use super::{jitsi_server, visit};

fn joined(is_moderator: bool, features: &[&str]) -> Outcome {
    let features = Some(features.iter().map(|it| (*it).to_owned()).collect());
    Outcome::Joined(Joined { is_moderator, features })
}

fn refused(text: &str) -> Refusal {
    Refusal { condition: "not-allowed".to_owned(), text: text.to_owned(), details: Vec::new() }
}

fn report(tries: Vec<(Who, Outcome)>) -> JitsiServerReport {
    let observed = Observed {
        site: SiteSeen {
            config: ClientConfigSeen::Read { unread: Vec::new() },
            bosh: "https://meet.example.org/http-bind".to_owned(),
            ..SiteSeen::default()
        },
        tries: tries.into_iter().map(|(who, outcome)| Try { who, outcome }).collect(),
        ..Observed::default()
    };
    JitsiServerReport {
        server: "https://meet.example.org".to_owned(),
        observed,
        findings: Vec::new(),
        now: 1_930_132_800,
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
    let mut report = report(good());
    report.observed.certificate = Some(Certificate {
        names: vec!["meet.example.org".to_owned()],
        expires: report.now + 61 * 86_400,
        issuer: "An authority".to_owned(),
    });
    report.observed.clock = Some(ClockSeen::Prosody { ahead: 1 });
    assert_eq!(
        jitsi_server(&report),
        "\
Jitsi server https://meet.example.org
  reached      yes, at https://meet.example.org/http-bind (as config.js says)
  certificate  valid for meet.example.org, 61 days left, issued by An authority
  login        people with a personal link get in
  refused      people without a personal link, expired links, links made with another secret, links for another room
  moderators   people whose role here says so, and nobody else
  waiting      nobody has to wait before the room
  features     moderators: recording, livestreaming
  features     participants: none
  clock        Prosody's is 1 second ahead of this machine's
  plugins      those that check links are from June 2024 or later

Links of this folder work on this server.
"
    );
}

#[test]
fn problems_come_before_notes_each_with_what_to_do() {
    let mut report = report(good());
    report.observed.tries[6].outcome = joined(false, &[]);
    let finding =
        |is_problem, message: &str, cure: &str, place: Option<(&str, u64)>| JitsiFinding {
            finding: LiveFinding {
                code: "a-code",
                is_problem,
                message: message.to_owned(),
                cure: cure.to_owned(),
                setting: None,
            },
            place: place.map(|(file, line)| (file.to_owned(), line)),
        };
    report.findings = vec![
        finding(false, "something is known", "", None),
        finding(true, "anybody gets in", "remove allow_empty_token", Some(("meeting.toml", 7))),
    ];
    let text = jitsi_server(&report);
    let end = "

problem: anybody gets in
  to do: remove allow_empty_token
  the line: meeting.toml:7
note: something is known

1 problem: fix it before the first mail.
";
    assert!(text.ends_with(end), "{text}");
    assert!(text.contains("\n  not refused  people without a personal link\n"), "{text}");
    report.findings.push(report.findings[1].clone());
    assert!(jitsi_server(&report).ends_with("\n2 problems: fix them before the first mail.\n"));
}

#[test]
fn who_becomes_a_moderator_follows_from_who_became_one() {
    #[track_caller]
    fn case(alone: bool, second: Option<bool>, moderator: bool, participant: bool, expected: &str) {
        let mut tries = vec![
            (Who::Alone, joined(alone, &[])),
            (Who::Moderator, joined(moderator, &[])),
            (Who::Participant, joined(participant, &[])),
        ];
        tries.extend(second.map(|second| (Who::SecondModerator, joined(second, &[]))));
        let text = jitsi_server(&report(tries));
        assert!(text.contains(&format!("\n  moderators   {expected}\n")), "{text}");
    }

    case(true, Some(true), true, true, "everybody who joins, whatever their role here says");
    case(true, Some(true), true, false, "people whose role here says so, and whoever joins first");
    case(true, Some(false), true, false, "whoever joins first, whatever their role here says");
    case(false, None, true, false, "people whose role here says so, and nobody else");
    case(false, None, false, false, "nobody, whatever their role here says");
    // The second moderator did not come in.
    case(true, None, true, false, "participants who join later do not become moderators");
}

#[test]
fn what_went_wrong_is_said_where_it_went_wrong() {
    #[track_caller]
    fn case(outcome: Outcome, line: &str) {
        let text = jitsi_server(&report(vec![(Who::Alone, outcome)]));
        assert!(text.contains(&format!("\n  {line}\n")), "{text}");
        assert!(text.ends_with("\nLinks of this folder do not work on this server.\n"), "{text}");
    }

    case(
        Outcome::LoginRefused(refused("Invalid signature")),
        "login        refused when the page connects: `Invalid signature`",
    );
    case(Outcome::Silence(Step::Join), "login        no answer when the person enters the room");
    case(
        Outcome::Waits(Denial { lobby: true, for_host: false }),
        "waiting      participants wait in the lobby until they are let in",
    );
    // A server's text moves no cursor, and is cut.
    case(
        Outcome::JoinRefused(refused("a\u{1b}[2Jb")),
        "login        refused at the room: `a\u{fffd}[2Jb`",
    );
}

#[test]
fn a_server_that_was_not_reached_is_not_called_good_or_bad() {
    let mut report = report(Vec::new());
    report.observed.unreached = Some(Unreached::NoBosh { status: 404, is_html: true });
    assert_eq!(
        jitsi_server(&report),
        "\
Jitsi server https://meet.example.org
  reached      no: a web page came back where the server should answer (HTTP 404)

The server could not be asked to the end: it is unknown whether the links of this folder work.
"
    );
    let mut report = super::tests::report(good());
    report.observed.out_of_time = true;
    let end = "There was no time to try everything: run `meetmint doctor --meet` again.\n";
    assert!(jitsi_server(&report).ends_with(end));
}

#[test]
fn whoever_waits_sees_who_is_coming() {
    assert_eq!(visit(&Who::Alone), "Testing the Jitsi server: a participant joins an empty room");
    let own = Who::OwnRole { name: "speaker".to_owned(), moderator: false };
    assert_eq!(visit(&own), "Testing the Jitsi server: somebody joins with the role speaker");
}
