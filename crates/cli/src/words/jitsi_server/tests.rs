use meetmint_app::live::{
    Admission, CertificateAnswer, ClientConfigSeen, ClockAnswer, ConfigAnswer, Denial, Joined,
    LiveFinding, LoginAnswer, ModeratorsAnswer, Observed, Outcome, PluginsAnswer, Refusal,
    SiteSeen, Step, StrangersAnswer, Summary, Try, Who,
};
use meetmint_app::{JitsiFinding, JitsiServerReport};

use super::{jitsi_server, visit};

/// A good server.
fn report() -> JitsiServerReport {
    let joined = |is_moderator| Outcome::Joined(Joined { is_moderator, features: None });
    let refused = Admission::Refused;
    JitsiServerReport {
        server: "https://meet.example.org".to_owned(),
        summary: Summary {
            reached: true,
            domain: "meet.example.org".to_owned(),
            guest_domain: None,
            config: ConfigAnswer::Read,
            certificate: Some(CertificateAnswer {
                names: vec!["meet.example.org".to_owned()],
                issuer: "An authority".to_owned(),
                expires: 0,
                days_left: 61,
            }),
            login: LoginAnswer::Accepted,
            strangers: StrangersAnswer {
                expired: refused,
                foreign_key: refused,
                other_room: refused,
                no_token: refused,
            },
            moderators: ModeratorsAnswer {
                rule: "by_role",
                words: "moderators are the people whose role here says so, and nobody else"
                    .to_owned(),
                roles: None,
            },
            lobby: false,
            wait_for_host: false,
            moderator_features: Some(vec!["recording".to_owned(), "livestreaming".to_owned()]),
            participant_features: Some(Vec::new()),
            clock: Some(ClockAnswer { of: "prosody", ahead: 1 }),
            plugins: Some(PluginsAnswer {
                at_least: "2025-09".to_owned(),
                at_most: "2026-08".to_owned(),
            }),
            verifies_domain: Some(true),
            own_roles: Vec::new(),
            not_tried: Vec::new(),
        },
        findings: Vec::new(),
        observed: Observed {
            site: SiteSeen {
                config: ClientConfigSeen::Read { unread: Vec::new() },
                bosh: "https://meet.example.org/http-bind".to_owned(),
                ..SiteSeen::default()
            },
            tries: vec![
                Try { who: Who::Moderator, outcome: joined(true) },
                Try { who: Who::Participant, outcome: joined(false) },
            ],
            ..Observed::default()
        },
    }
}

fn finding(is_problem: bool, message: &str, cure: &str, line: Option<u64>) -> JitsiFinding {
    JitsiFinding {
        finding: LiveFinding {
            code: "a-code",
            is_problem,
            message: message.to_owned(),
            cure: cure.to_owned(),
            setting: None,
            value: None,
            people: Vec::new(),
        },
        file: line.map(|_| "meeting.toml".to_owned()),
        line,
    }
}

#[test]
fn a_good_server_is_one_line_an_answer() {
    assert_eq!(
        jitsi_server(&report()),
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
  plugins      those that check links are from September 2025 or later

Links of this folder work on this server.
"
    );
}

#[test]
fn each_finding_is_followed_by_what_to_do_and_where() {
    let mut report = report();
    report.summary.strangers.no_token = Admission::LetIn;
    report.findings = vec![
        finding(true, "anybody gets in", "remove allow_empty_token", Some(7)),
        finding(false, "something is known", "", None),
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
    report.findings.push(report.findings[0].clone());
    assert!(jitsi_server(&report).ends_with("\n2 problems: fix them before the first mail.\n"));
}

#[test]
fn what_is_not_as_it_should_be_can_be_seen_in_its_line() {
    #[track_caller]
    fn case(change: fn(&mut JitsiServerReport), line: &str) {
        let mut report = report();
        change(&mut report);
        let text = jitsi_server(&report);
        assert!(text.contains(&format!("\n  {line}\n")), "{text}");
    }

    case(
        |it| it.observed.tries[1].outcome = Outcome::Silence(Step::Join),
        "login        no answer when the person enters the room",
    );
    // A server's text moves no cursor.
    case(
        |it| {
            let text = "a\u{1b}[2Jb".to_owned();
            let refusal = Refusal { text, ..Refusal::default() };
            it.observed.tries[0].outcome = Outcome::LoginRefused(refusal);
        },
        "login        refused when the page connects: `a\u{fffd}[2Jb`",
    );
    case(
        |it| {
            let denial = Denial { lobby: true, for_host: false };
            it.observed.tries[1].outcome = Outcome::Waits(denial);
        },
        "waiting      participants wait in the lobby until they are let in",
    );
    case(
        |it| it.summary.clock = Some(ClockAnswer { of: "web_server", ahead: -90 }),
        "clock        the web server's is 90 seconds behind this machine's",
    );
    case(
        |it| it.summary.certificate.as_mut().unwrap().days_left = -1,
        "certificate  valid for meet.example.org, expired, issued by An authority",
    );
    case(
        |it| {
            let who = Who::OwnRole { name: "speaker".to_owned(), moderator: false };
            let outcome = it.observed.tries[1].outcome.clone();
            it.observed.tries.push(Try { who, outcome });
        },
        "role         speaker: joined without moderator rights",
    );
    case(
        |it| it.summary.participant_features = Some((0..22).map(|it| format!("f{it}")).collect()),
        "features     participants: f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, 2 more",
    );
    for (rule, words) in [
        ("everybody", "everybody who joins, whatever their role here says"),
        ("unknown", "whoever comes first becomes one"),
    ] {
        let mut report = report();
        report.summary.moderators = ModeratorsAnswer {
            rule,
            words: "whoever comes first becomes one".to_owned(),
            roles: None,
        };
        let text = jitsi_server(&report);
        assert!(text.contains(&format!("\n  moderators   {words}\n")), "{text}");
    }
}

#[test]
fn of_a_server_that_was_not_reached_nothing_is_claimed() {
    let mut report = report();
    report.summary.reached = false;
    report.summary.certificate = None;
    report.summary.clock = None;
    report.summary.plugins = None;
    report.observed.tries.clear();
    report.findings = vec![finding(true, "there is a web page instead", "check `url`", Some(3))];
    assert_eq!(
        jitsi_server(&report),
        "\
Jitsi server https://meet.example.org
  reached      no

problem: there is a web page instead
  to do: check `url`
  the line: meeting.toml:3

The server was not reached: it is unknown whether the links of this folder work.
"
    );
}

#[test]
fn whoever_waits_sees_who_is_coming() {
    assert_eq!(visit(&Who::Alone), "Testing the Jitsi server: a participant joins an empty room");
    let own = Who::OwnRole { name: "speaker".to_owned(), moderator: false };
    assert_eq!(visit(&own), "Testing the Jitsi server: somebody joins with the role speaker");
}
