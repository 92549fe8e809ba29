use meetmint_app::live::{
    Admission, CertificateAnswer, ClockAnswer, ConfigAnswer, Joined, LiveFinding, LoginAnswer,
    ModeratorsAnswer, Observed, Outcome, OwnRoleAnswer, PluginsAnswer, SiteSeen, StrangersAnswer,
    Summary, Try, Unreached, Who,
};
use meetmint_app::{JitsiFinding, JitsiServerReport};

use super::{jitsi_server, visit};

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// A good server.
fn report() -> JitsiServerReport {
    let joined = || Outcome::Joined(Joined::default());
    let tries = [Who::Moderator, Who::Participant];
    let observed = Observed {
        site: SiteSeen {
            bosh: "https://meet.example.org/http-bind".to_owned(),
            ..SiteSeen::default()
        },
        tries: tries.map(|who| Try { who, outcome: joined() }).to_vec(),
        ..Observed::default()
    };
    let refused = Admission::Refused;
    let summary = Summary {
        reached: true,
        domain: "meet.example.org".to_owned(),
        guest_domain: None,
        config: ConfigAnswer::Read,
        certificate: Some(CertificateAnswer {
            names: texts(&["meet.example.org"]),
            issuer: "An authority".to_owned(),
            expires: 1_930_132_800,
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
            words: "people whose role here says so, and nobody else".to_owned(),
            roles: None,
        },
        lobby: false,
        wait_for_host: false,
        moderator_features: Some(texts(&["recording", "livestreaming"])),
        participant_features: None,
        clock: Some(ClockAnswer { of: "prosody", ahead: 1 }),
        plugins: Some(PluginsAnswer {
            at_least: "2024-06".to_owned(),
            at_most: "2026-08".to_owned(),
        }),
        verifies_domain: None,
        own_roles: vec![OwnRoleAnswer {
            role: "speaker".to_owned(),
            joined: true,
            because: None,
            moderator: Some(false),
            features: None,
        }],
        not_tried: Vec::new(),
    };
    let server = "https://meet.example.org".to_owned();
    JitsiServerReport { server, observed, summary, findings: Vec::new() }
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
  refused      people without a personal link, expired links, links signed by somebody else, links for another room
  moderators   people whose role here says so, and nobody else
  waiting      nobody has to wait before the room
  features     moderators: recording, livestreaming
  role         speaker: joined without moderator rights
  clock        the server's clock is 1 second ahead of this machine's
  plugins      the server's token plugins are from 2024-06 or later

Links of this folder work on this server.
"
    );
}

#[test]
fn problems_come_before_notes_each_with_what_to_do() {
    let mut report = report();
    report.summary.strangers.no_token = Admission::LetIn;
    report.summary.strangers.other_room = Admission::NotTried;
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
    let lines = "
  refused      expired links, links signed by somebody else
  let in       people without a personal link
  not tried    links for another room
";
    assert!(text.contains(lines), "{text}");
    report.findings.push(report.findings[1].clone());
    assert!(jitsi_server(&report).ends_with("\n2 problems: fix them before the first mail.\n"));
}

#[test]
fn what_the_server_did_not_tell_has_no_line() {
    let mut report = report();
    report.summary.login = LoginAnswer::Refused;
    report.summary.moderators.rule = "unknown";
    report.summary.plugins =
        Some(PluginsAnswer { at_least: "2022-07".to_owned(), at_most: "2022-07".to_owned() });
    let summary = &mut report.summary;
    (summary.certificate, summary.clock, summary.moderator_features) = (None, None, None);
    summary.own_roles.clear();
    assert_eq!(
        jitsi_server(&report),
        "\
Jitsi server https://meet.example.org
  reached      yes, at https://meet.example.org/http-bind (as config.js says)
  login        personal links are refused
  refused      people without a personal link, expired links, links signed by somebody else, links for another room
  plugins      the server's token plugins are from 2022-07 or soon after

Links of this folder work on this server.
"
    );
}

#[test]
fn a_server_that_was_not_reached_is_not_called_good_or_bad() {
    let mut silent = report();
    silent.observed.unreached = Some(Unreached::NoBosh { status: 404, is_html: true });
    let strangers = &mut silent.summary.strangers;
    let not_tried = Admission::NotTried;
    (strangers.expired, strangers.foreign_key) = (not_tried, not_tried);
    (strangers.other_room, strangers.no_token) = (not_tried, not_tried);
    let summary = &mut silent.summary;
    (summary.reached, summary.login) = (false, LoginAnswer::NotTried);
    (summary.clock, summary.plugins, summary.moderator_features) = (None, None, None);
    summary.own_roles.clear();
    summary.moderators.rule = "unknown";
    summary.certificate = None;
    assert_eq!(
        jitsi_server(&silent),
        "\
Jitsi server https://meet.example.org
  reached      no

The server could not be asked to the end: it is unknown whether the links of this folder work.
"
    );
    let mut slow = report();
    slow.observed.out_of_time = true;
    let end = "There was no time to try everything: run `meetmint doctor --meet` again.\n";
    assert!(jitsi_server(&slow).ends_with(end));
}

#[test]
fn whoever_waits_sees_who_is_coming() {
    assert_eq!(visit(&Who::Alone), "Testing the Jitsi server: a participant joins an empty room");
    let own = Who::OwnRole { name: "speaker".to_owned(), moderator: false };
    assert_eq!(visit(&own), "Testing the Jitsi server: somebody joins with the role speaker");
}
