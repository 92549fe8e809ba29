//! A trial of one server, and what is expected of it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use meetmint_core::{Accepts, Mint, Role, RoleRule, Room, ServerKind};
use meetmint_doctor::live::{
    Expected, Joined, LiveFinding, Observed, Outcome, Patience, Refusal, Trial, Trust, Who,
    WrittenSettings,
};

use crate::certificates::Certificate;
use crate::jitsi::{Front, Jitsi, SECRET, Script, Servers};
use crate::tokens::{self, now};

/// How long a role has to be unchanged where the focus grants it at once.
const QUIET: Duration = Duration::from_millis(400);

/// At most so many logins, and no three of them within a second.
const MOST_LOGINS: usize = 10;

/// A server in some state, and what a trial of it has to see.
pub(crate) struct Scenario {
    pub(crate) jitsi: Jitsi,
    /// Whether Prosody has it: the web server may not let anybody get that far.
    pub(crate) runs: bool,
    /// What the web server answers in its own way, given its address.
    pub(crate) scripts: fn(&str) -> Vec<Script>,
    pub(crate) tls: Option<Certificate>,
    /// The path of a tenant, with its slash.
    pub(crate) tenant: &'static str,
    /// The `sub` claim, if it is not the virtual host.
    pub(crate) subject: Option<&'static str>,
    pub(crate) secret: &'static str,
    pub(crate) own_roles: Vec<Role>,
    pub(crate) patience: Patience,
    /// The program is asked to stop before this person comes.
    pub(crate) stops_before: Option<Who>,
    /// What becomes of each person, in the words of [`told`]; before `…`, how that begins. Nobody else comes.
    pub(crate) expected: Vec<(Who, &'static str)>,
    /// What is found to be wrong: the codes.
    pub(crate) problems: &'static str,
    /// What else has to be so.
    pub(crate) also: fn(&Observed, &Front) -> bool,
}

impl Scenario {
    /// A good server, on which nothing is wrong.
    pub(crate) fn new(jitsi: Jitsi) -> Scenario {
        Scenario {
            jitsi,
            runs: true,
            scripts: |_| Vec::new(),
            tls: None,
            tenant: "",
            subject: None,
            secret: SECRET,
            own_roles: Vec::new(),
            patience: Patience { quiet: QUIET, ..Patience::default() },
            stops_before: None,
            expected: good(),
            problems: "",
            also: |observed, _| observed.unreached.is_none() && !observed.out_of_time,
        }
    }

    /// The same, but for these people.
    pub(crate) fn but(mut self, others: &[(Who, &'static str)]) -> Scenario {
        for (who, told) in others {
            match self.expected.iter_mut().find(|(known, _)| known == who) {
                Some(known) => known.1 = told,
                None => self.expected.push((who.clone(), told)),
            }
        }
        self
    }

    /// Nobody but these people.
    pub(crate) fn only(mut self, people: &[(Who, &'static str)]) -> Scenario {
        self.expected = people.to_vec();
        self
    }

    /// All but these people.
    pub(crate) fn without(mut self, people: &[Who]) -> Scenario {
        self.expected.retain(|(who, _)| !people.contains(who));
        self
    }

    /// Asks the server. Returns what differs from what is expected.
    pub(crate) fn differences(&self, servers: &Servers, folder: &Path, number: u8) -> Vec<String> {
        let domain = self.jitsi.domain;
        let (authority, tls) = self.tls.unwrap_or(Certificate::Valid).make();
        let tls = self.tls.is_some().then_some(tls);
        let host = if tls.is_some() { "localhost" } else { "127.0.0.1" };
        let front = Front::start(servers.address(), domain, tls, self.scripts);
        let url = front.url(host) + self.tenant;
        let subject = self.subject.unwrap_or(domain);
        let trust = trust(folder, domain, &authority);
        let mint = tokens::mint(&url, subject, self.secret);
        let run = self.run(&mint, trust, number);
        let mut differences = self.compare(&run, &mint, &front);
        // The last farewell may still be on its way through the web server.
        let started = Instant::now();
        while self.runs && servers.census(domain) != "0 sessions, 0 rooms with people" {
            if started.elapsed() > Duration::from_secs(10) {
                differences.push(format!("somebody is left: {}", servers.census(domain)));
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        differences.iter().map(|line| format!("{domain}: {line}")).collect()
    }

    fn run(&self, mint: &Mint, trust: Trust, number: u8) -> Run {
        let digits = format!("{number:02x}");
        let room = |name: &str| Room::parse(&format!("{name}-{digits}")).unwrap();
        let interrupted = Arc::new(AtomicBool::new(false));
        let logins = Mutex::new(Vec::new());
        let progress = |who: &Who| {
            logins.lock().unwrap().push(Instant::now());
            if self.stops_before.as_ref() == Some(who) {
                interrupted.store(true, Ordering::Relaxed);
            }
        };
        let observed = Trial {
            mint,
            own_roles: &self.own_roles,
            rooms: [room("alone"), room("together"), room("elsewhere")],
            machines: [digits.repeat(16), digits.repeat(15) + "ff"],
            trust,
            clock: &now,
            interrupted: Arc::clone(&interrupted),
            patience: self.patience,
            progress: &progress,
        }
        .run();
        Run { observed, logins: logins.into_inner().unwrap() }
    }

    fn compare(&self, run: &Run, mint: &Mint, front: &Front) -> Vec<String> {
        let observed = &run.observed;
        let mut differences = Vec::new();
        for (who, expected) in &self.expected {
            let told = observed.outcome(who).map_or("never came".to_owned(), told);
            let agrees = match expected.strip_suffix('…') {
                Some(start) => told.starts_with(start),
                None => told == *expected,
            };
            if !agrees {
                differences.push(format!("{who:?}: expected `{expected}`, saw `{told}`"));
            }
        }
        for one in &observed.tries {
            if !self.expected.iter().any(|(who, _)| *who == one.who) {
                differences.push(format!("{:?} came: {}", one.who, told(&one.outcome)));
            }
        }
        let seen = front.seen();
        if !(self.also)(observed, front) {
            differences.push(format!("it is otherwise: {observed:?}, {:?}", seen.requests));
        }
        // Times are the client's: those at which requests arrive depend on how busy the machine is. The count of those
        // that arrived shows that the client told of every login.
        if run.logins.len() > MOST_LOGINS || seen.logins > run.logins.len() {
            differences.push(format!("{} logins, {} told of", seen.logins, run.logins.len()));
        }
        if run.logins.windows(3).any(|three| three[2] - three[0] < Duration::from_secs(1)) {
            differences.push("three logins within a second".to_owned());
        }
        let findings = self.findings(observed, mint);
        let problems: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.is_problem)
            .map(|finding| finding.code)
            .collect();
        if problems.join(" ") != self.problems {
            differences.push(format!("problems: {}", problems.join(" ")));
        }
        differences.extend(self.secrets(observed, &findings, &seen.tokens));
        differences
    }

    /// What is said of the server to somebody whose folder expects the claims to make moderators.
    fn findings(&self, observed: &Observed, mint: &Mint) -> Vec<LiveFinding> {
        let mut accepts = Accepts::by_default(ServerKind::Debian, "acme");
        accepts.roles = vec![RoleRule::TokenAffiliation];
        observed.findings(&Expected {
            server: mint.server(),
            accepts: &accepts,
            written: WrittenSettings { roles: true, ..WrittenSettings::default() },
            own_roles: &self.own_roles,
            now: now(),
        })
    }

    /// Whether a token or the secret shows.
    fn secrets(
        &self,
        observed: &Observed,
        findings: &[LiveFinding],
        tokens: &[String],
    ) -> Option<String> {
        let text = format!("{observed:?} {findings:?}");
        let parts = tokens.iter().flat_map(|token| token.split('.').skip(1));
        let mut secrets = parts.chain([SECRET, self.secret]);
        secrets.find(|secret| text.contains(secret)).map(|_| format!("a secret shows: {text}"))
    }
}

struct Run {
    observed: Observed,
    /// When people came.
    logins: Vec<Instant>,
}

fn good() -> Vec<(Who, &'static str)> {
    vec![
        (Who::Alone, "in"),
        (Who::Moderator, "moderates"),
        (Who::Participant, "in"),
        (Who::Expired, "login refused: not-allowed: Not acceptable by exp (…"),
        (Who::ForeignKey, "login refused: not-allowed: Invalid signature"),
        (Who::OtherRoom, "join refused: not-allowed: Room and token mismatched"),
        (Who::NoToken, "login refused: not-allowed: token required"),
    ]
}

/// What became of somebody, in a line.
fn told(outcome: &Outcome) -> String {
    let refusal = |refusal: &Refusal| format!("{}: {}", refusal.condition, refusal.text);
    match outcome {
        Outcome::Joined(Joined { is_moderator, features }) => {
            let mut line = if *is_moderator { "moderates" } else { "in" }.to_owned();
            if let Some(features) = features {
                write!(line, " with {}", features.join(" ")).unwrap();
            }
            line
        }
        Outcome::LoginRefused(why) => format!("login refused: {}", refusal(why)),
        Outcome::NoConference(why) => format!("no conference: {why:?}"),
        Outcome::JoinRefused(why) => format!("join refused: {}", refusal(why)),
        Outcome::Waits(waiting) => {
            let (lobby, host) = (waiting.lobby, waiting.for_host);
            format!("waits: lobby {lobby}, host {host}")
        }
        Outcome::Silence(step) => format!("silence: {step:?}"),
        Outcome::Broken(step, why) => format!("broken: {step:?}: {why:?}"),
    }
}

/// Only this authority.
fn trust(folder: &Path, domain: &str, authority: &str) -> Trust {
    let path: PathBuf = folder.join(format!("{domain}.pem"));
    fs::write(&path, authority).unwrap();
    Trust::of_file(&path).unwrap()
}
