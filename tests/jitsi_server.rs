//! `doctor --meet`, as a person runs it, against a real Prosody with a focus. What is found out about servers in every
//! other state is tested in `meetmint-doctor`.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a broken setup should fail the test")]
#![expect(dead_code, reason = "helpers are shared with other test targets, which use the rest")]

mod certificates;
mod jitsi;
mod support;

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use jitsi::{Answer, Front, Jitsi, SECRET, Script, Servers};
use serde_json::Value;
use support::{Folder, Run, repository_path};

/// Longer than any wait for a person who comes, so that it says only that something is broken.
const TIMEOUT: Duration = Duration::from_secs(120);

/// A server, and a folder for its links.
struct Case {
    jitsi: Jitsi,
    kind: &'static str,
    /// Under `[server.accepts]`.
    accepts: &'static str,
    secret: &'static str,
    /// What the web server answers in its own way.
    scripts: fn() -> Vec<Script>,
    exit: i32,
    /// The transcript in the manual, if there is one.
    transcript: Option<&'static str>,
}

impl Case {
    /// A good server, and a folder that says who moderates.
    fn good(domain: &'static str) -> Case {
        Case {
            jitsi: Jitsi::new(domain),
            kind: "debian",
            accepts: "roles = [\"token_affiliation\"]",
            secret: SECRET,
            scripts: Vec::new,
            exit: 0,
            transcript: None,
        }
    }

    fn folder(&self, url: &str) -> Folder {
        let Case { kind, accepts, jitsi, .. } = self;
        let folder = Folder::empty();
        let accepts = if accepts.is_empty() {
            String::new()
        } else {
            format!("\n[server.accepts]\n{accepts}\n")
        };
        let server = format!(
            "[server]\nkind = \"{kind}\"\nurl = \"{url}\"\napp_id = \"acme\"\nsubject = \"{}\"\n",
            jitsi.domain
        );
        let meeting = support::MEETING.split_once("secret = ").unwrap().1;
        let (secret, meeting) = meeting.split_once('\n').unwrap();
        let text = format!("{server}secret = {secret}\n{accepts}{meeting}");
        folder.write("meeting.toml", text).write_private("app-secret", self.secret);
        folder
    }

    fn front(&self, servers: &Servers) -> Front {
        let domain = self.jitsi.domain;
        let mut scripts = (self.scripts)();
        scripts.push(Script::config(format!(
            "var config = {{ hosts: {{ domain: '{domain}', muc: 'conference.{domain}' }}, bosh: '/http-bind' }};"
        )));
        Front::start(servers.address(), domain, None, |_| scripts)
    }

    /// Runs the command. Returns what is otherwise than it should be.
    fn problems(&self, servers: &Servers) -> Vec<String> {
        let front = self.front(servers);
        let url = front.url("127.0.0.1");
        let folder = self.folder(&url);
        let run = folder.run(["doctor", "--meet"]);
        let mut problems = Vec::new();
        if run.code != Some(self.exit) || !run.stderr.is_empty() {
            problems.push(format!("{}: {run:?}", self.jitsi.domain));
        }
        let hidden = [SECRET, "eyJ", "meetmint-doctor-"];
        if hidden.iter().any(|hidden| format!("{}{}", run.stdout, run.stderr).contains(hidden)) {
            problems.push(format!("{} shows what it must not: {run:?}", self.jitsi.domain));
        }
        if let Some(name) = self.transcript {
            let shown = run.stdout.replace(&url, "https://meet.example.org");
            let shown = shown.replace(self.jitsi.domain, "meet.example.org");
            let (shown, manual) = (comparable(&shown), comparable(&transcript(name)));
            if shown != manual {
                problems.push(format!("the transcript `{name}` is out of date:\n{shown}"));
            }
        }
        problems.extend(left_on(servers, self.jitsi.domain));
        problems
    }
}

/// What is still open on a server.
fn left_on(servers: &Servers, domain: &str) -> Option<String> {
    let start = Instant::now();
    // The last farewell may still be on its way.
    while servers.census(domain) != "0 sessions, 0 rooms with people" {
        if start.elapsed() > TIMEOUT {
            return Some(format!("{domain}: {}", servers.census(domain)));
        }
        thread::sleep(Duration::from_millis(50));
    }
    None
}

/// The block of the manual after this marker.
fn transcript(name: &str) -> String {
    let manual = std::fs::read_to_string(repository_path("docs/before-the-first-mail.md")).unwrap();
    let marker = format!("<!-- transcript: {name} -->\n\n```text\n");
    let (_, rest) = manual.split_once(&marker).unwrap_or_else(|| panic!("no `{marker}`"));
    rest.split_once("```").unwrap().0.to_owned()
}

/// The lines that are the same in every run: these servers have no certificate, and clocks may differ by a second.
fn comparable(text: &str) -> String {
    let lines = text.lines().filter(|line| {
        !line.starts_with("  certificate  ") && !line.starts_with("  clock        ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn cases() -> Vec<Case> {
    let all = ["focus_grants = \"all\""].as_slice();
    let first = ["focus_grants = \"first\""].as_slice();
    vec![
        Case { transcript: Some("good"), ..Case::good("good.test") },
        Case {
            secret: "a synthetic secret that the server does not have, 012345",
            exit: 4,
            transcript: Some("wrong secret"),
            ..Case::good("secret.test")
        },
        Case {
            jitsi: Jitsi {
                focus: Some(all),
                room_modules: &["token_verification"],
                host: &["enable_domain_verification = false"],
                ..Jitsi::new("everybody.test")
            },
            kind: "docker",
            accepts: "",
            exit: 4,
            transcript: Some("everybody moderator"),
            ..Case::good("everybody.test")
        },
        Case {
            jitsi: Jitsi {
                focus: Some(first),
                room_modules: &["token_verification"],
                host: &["allow_empty_token = true"],
                ..Jitsi::new("first.test")
            },
            accepts: "",
            exit: 4,
            transcript: Some("first moderates, open to guests"),
            ..Case::good("first.test")
        },
        Case {
            jitsi: Jitsi { room_modules: &["token_affiliation"], ..Jitsi::new("any-room.test") },
            exit: 4,
            ..Case::good("any-room.test")
        },
        Case {
            jitsi: Jitsi { focus: None, ..Jitsi::new("no-focus.test") },
            exit: 4,
            ..Case::good("no-focus.test")
        },
        Case {
            scripts: || vec![Script::new("/http-bind", Answer::page(502))],
            exit: 1,
            ..Case::good("no-prosody.test")
        },
        // As above, and as the manual says how to write that it is meant to be so.
        Case {
            jitsi: Jitsi {
                focus: Some(first),
                room_modules: &["token_verification"],
                host: &["allow_empty_token = true"],
                ..Jitsi::new("meant.test")
            },
            accepts: "roles = [\"first\"]\nguests = true",
            ..Case::good("meant.test")
        },
    ]
}

#[test]
fn the_report_is_that_of_the_manual_and_nobody_stays() {
    let cases = cases();
    let mut hosts: Vec<Jitsi> = cases.iter().map(|case| case.jitsi.clone()).collect();
    let others = [Case::good("json.test"), Case::good("stopped.test")];
    hosts.extend(others.iter().map(|case| case.jitsi.clone()));
    let servers = match Servers::start("doctor", &repository_path("."), &hosts) {
        Ok(servers) => servers,
        Err(reason) => return skip_unless_required(&reason),
    };
    let (servers, [json, stopped]) = (&servers, &others);
    // They mostly wait, so all are asked at the same time.
    let problems: Vec<String> = thread::scope(|scope| {
        let mut runs: Vec<_> =
            cases.iter().map(|case| scope.spawn(move || case.problems(servers))).collect();
        runs.push(scope.spawn(move || {
            report_as_json(json, servers);
            Vec::new()
        }));
        runs.push(scope.spawn(move || {
            stop_in_a_room(stopped, servers);
            Vec::new()
        }));
        let problems = runs.into_iter().map(thread::ScopedJoinHandle::join);
        problems.flat_map(|it| it.unwrap_or_else(|_| vec!["a run panicked".to_owned()])).collect()
    });
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// Everything that the manual names is there, and nothing else is on standard output.
fn report_as_json(case: &Case, servers: &Servers) {
    let front = case.front(servers);
    let folder = case.folder(&front.url("127.0.0.1"));
    let run = folder.run(["doctor", "--meet", "--format", "json"]).exits(0).stderr("");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report.as_object().unwrap().keys().collect::<Vec<_>>(), ["meet"]);
    let schema = std::fs::read_to_string(repository_path("docs/schemas/doctor.json")).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    jsonschema::validate(&schema, &report).unwrap();
    let meet = &report["meet"];
    let manual = std::fs::read_to_string(repository_path("docs/scripting.md")).unwrap();
    for key in meet.as_object().unwrap().keys().chain(meet["summary"].as_object().unwrap().keys()) {
        assert!(manual.contains(&format!("`{key}`")), "`{key}` is not in docs/scripting.md");
    }
    assert_eq!(meet["outcome"], "works");
    assert_eq!(meet["summary"]["moderators"]["rule"], "by_role");
    assert_eq!(meet["tries"].as_array().unwrap().len(), 7);
    let tokens: BTreeSet<String> = front.seen().tokens.into_iter().collect();
    // One of the seven people has none.
    assert_eq!(tokens.len(), 6);
    assert!(!tokens.iter().any(|token| run.stdout.contains(token.as_str())));
}

/// Ctrl-C while somebody is in a room: they leave it.
fn stop_in_a_room(case: &Case, servers: &Servers) {
    let front = case.front(servers);
    let folder = case.folder(&front.url("127.0.0.1"));
    let mut command = folder.command();
    command.args(["doctor", "--meet"]).stdin(Stdio::null());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while !servers.census(case.jitsi.domain).ends_with("1 rooms with people") {
        assert!(start.elapsed() < TIMEOUT, "{}", servers.log());
        thread::sleep(Duration::from_millis(20));
    }
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let run = Run::new(child.wait_with_output().unwrap()).exits(130);
    assert_eq!(run.stdout, "");
    assert_eq!(left_on(servers, case.jitsi.domain), None);
}

/// Skips the test, or fails it with `MEETMINT_SERVERS=required`, as in CI.
fn skip_unless_required(reason: &str) {
    use std::io::Write as _;

    let required = std::env::var_os("MEETMINT_SERVERS").is_some_and(|value| value == "required");
    assert!(!required, "{reason}");
    // Not `eprintln!`: the test harness shows what it prints only if the test fails.
    let _ = writeln!(std::io::stderr(), "a live Jitsi server: skipped: {reason}");
}
